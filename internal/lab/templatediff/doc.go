// Package templatediff compares two CloudFormation templates of one stack, and writes
// the difference as Markdown for a pull request. It warns of resources that lose what
// they hold.
//
// What differs between any two packages of osls is left out: where the code lies, its
// checksum, and the names of versions.
package templatediff
