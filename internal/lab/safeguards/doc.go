// Package safeguards holds rules that the stack must obey in AWS: least privilege, no
// loss without a dead letter, no storage in the clear, no deletion by accident. The
// rules check the CloudFormation templates that osls compiles from serverless.yml.
//
// A rule checks every resource of one type. A rule that finds no resource counts as
// broken, because a rule that checks nothing must not pass. The tests break a small
// template once per rule, and expect that rule, and no other, to fail.
//
// The command internal/lab/cmd/lab runs the rules: lab safeguards FOLDER...
package safeguards
