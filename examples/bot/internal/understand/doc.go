// Package understand turns what a person writes to a bot into changes of that
// person's preferences: commands such as "/set tone formal", and plain phrases
// in English, German, French and Spanish such as "nenn mich Sam".
//
// It would rather miss a wish than invent one. A phrase counts only where a
// whole clause consists of it, apart from words of politeness: "call me Sam,
// please" is a wish, "don't call me Sam" and "call me later" are not, and a
// question never is. Only the command "/forget me" erases, no phrase does.
//
// What it learns under which key:
//
//	name         text, as written
//	language     a code: en, de, fr, es, it, ja
//	tone         "formal" or "informal"
//	verbosity    "brief" or "detailed"
//	quiet_after  a time of day such as "22:00": no notifications after it
//	emoji        true or false
//
// "/set" takes any key and any value. Whether the contract allows them is for
// the contract to say: this package does not check.
package understand
