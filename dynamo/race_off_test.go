//go:build !race

package dynamo

const slow = false
