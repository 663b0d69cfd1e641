// Package patterns compares localaws with event-ruler on random event patterns and
// events.
//
// A pattern is drawn from the whole grammar: every operator, and $or at every level and
// within itself. Mutations add patterns that must be refused. Two random texts almost
// never match, so an event is made to match the pattern, and then usually changed a
// little. Each side gives one of four answers: it matches, it does not match, the
// pattern is refused, or the event is refused.
//
// The reasons for a refusal are not compared: event-ruler names one of several reasons,
// and its position in the text.
package patterns
