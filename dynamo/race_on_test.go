//go:build race

package dynamo

// slow tells that the race detector is on: everything takes ten times as long.
const slow = true
