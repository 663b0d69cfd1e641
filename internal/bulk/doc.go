// Package bulk publishes the changes of a file, a line at a time. It is interruptible and
// resumable: what was accepted is in a checkpoint, and a change that is published again
// has the same id and so counts once.
//
// Check reads a whole file and publishes nothing. A Load publishes. A line that breaks a
// rule is reported with its number, and the others go on.
//
// # What is exact
//
// A change is published at least once, or its line is reported. After a crash the changes
// of the last batches are published again, under the same ids. Duplicates alter nothing,
// so a profile ends the same.
package bulk
