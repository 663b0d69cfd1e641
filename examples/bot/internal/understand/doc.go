// Package understand turns what a person writes to a bot into changes of that person's
// preferences. It understands commands such as "/set tone formal", and plain phrases in
// English, German, French and Spanish such as "nenn mich Sam".
//
// It prefers to miss a wish rather than to invent one. A phrase counts only if it is a
// whole clause, apart from words of politeness. "Call me Sam, please" is a wish. "Don't
// call me Sam" and "call me later" are not, and a question never is. Only the command
// "/forget me" erases everything; a phrase forgets the language at most.
//
// It learns these keys from phrases:
//
//	name         text, as written
//	language     a code: en, de, fr, es, it, ja
//	tone         "formal" or "informal"
//	verbosity    "brief" or "detailed"
//	quiet_after  a time of day such as "22:00": no notifications after it
//	emoji        true or false
//
// Inferred tells the language in which a message is written. That is no wish: a bot
// publishes it as inferred.
//
// "/set" accepts any key and any value. This package does not check whether the
// contract allows them; package producers does.
package understand
