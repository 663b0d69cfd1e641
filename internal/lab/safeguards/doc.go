// Package safeguards holds what the stack must keep to in AWS, as rules over
// the CloudFormation templates that osls compiles of serverless.yml: least
// privilege, nothing lost without a dead letter, nothing stored in the clear,
// nothing deleted by accident.
//
// A rule looks at every resource of one type. A rule that finds nothing to look
// at is broken too, so that none of them passes by being about nothing. The
// tests break a small template once per rule and see that rule fail, and no
// other.
//
// The command internal/lab/cmd/lab runs the rules: lab safeguards FOLDER...
package safeguards
