// Package expression implements DynamoDB's whole expression language: condition,
// filter, key-condition, projection and update expressions. A text is parsed once into
// an immutable form (Condition, Update, Projection). It can then be used with any
// number of environments, which hold a request's ExpressionAttributeNames and
// ExpressionAttributeValues.
//
// Use an expression in this order: Parse, Bind, then Match, Apply or Project. Parse
// finds mistakes in the text itself. Bind finds mistakes in connection with a request.
// The caller puts "Invalid UpdateExpression: " and the like in front of their errors.
// The errors of Apply and KeyTerms depend on the item or the key, and have no such
// prefix. Every error is a ValidationException of DynamoDB. The texts help a reader;
// they are not DynamoDB's, and which one of several mistakes is named is open.
package expression

// Limits of every expression.
const (
	MaxBytes     = 4096      // of text
	MaxOperators = 300       // operators and functions
	MaxName      = 1<<16 - 1 // bytes of an attribute's name

	maxIn          = 100 // values in one IN list
	maxNesting     = 32  // elements of a document path
	maxPlaceholder = 255 // bytes of #name or :value
)
