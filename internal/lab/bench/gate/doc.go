// Package gate keeps what is counted from growing unnoticed: requests, allocations,
// bytes and sizes, which are the same on every machine, against limits.json. Times
// are not in it: they belong to a machine and its day.
package gate
