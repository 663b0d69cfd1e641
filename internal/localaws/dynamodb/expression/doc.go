// Package expression has DynamoDB's expression language whole: condition,
// filter, key-condition, projection and update expressions. A text is parsed
// once into an immutable form (Condition, Update, Projection) and then used
// with any number of environments, which hold a request's
// ExpressionAttributeNames and ExpressionAttributeValues.
//
// An expression is used in this order: Parse, Bind, then Match, Apply or
// Project. Parse finds what is wrong with the text alone, Bind what is wrong
// with it in a request; their errors hold DynamoDB's words after "Invalid
// UpdateExpression: " and the like, which the caller puts in front. The errors
// of Apply and KeyTerms depend on the item or the key and stand alone. Every
// error is a ValidationException of DynamoDB.
//
// The checks come in DynamoDB's order, so that of several mistakes the same
// one is reported.
package expression

// Limits of every expression.
const (
	MaxBytes     = 4096 // of text
	MaxOperators = 300  // operators and functions
	maxIn        = 100  // values in one IN list
	maxNesting   = 32   // elements of a document path
)
