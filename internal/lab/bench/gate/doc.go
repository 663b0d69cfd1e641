// Package gate keeps counted figures from growing unnoticed. It compares requests,
// allocations, bytes and sizes with limits.json. They are the same on every machine.
// Times are not among them, because they depend on the machine and on its other load.
package gate
