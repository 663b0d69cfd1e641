// Package patterns compares localaws with event-ruler on random event patterns
// and events.
//
// A pattern is drawn from the whole grammar: every operator, $or at every level
// and within itself, and, by mutation, what is to be refused. An event is made
// to match the pattern and then mostly changed a little, because two random
// ones almost never meet. Both sides say one of four things: it matches, it
// does not, the pattern is refused, the event is refused.
//
// Why something is refused is not compared: event-ruler names one of several
// reasons, and its position in the text.
package patterns
