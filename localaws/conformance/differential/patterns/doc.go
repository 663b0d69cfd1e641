// Package patterns compares localaws with event-ruler on random event patterns and events.
package patterns
