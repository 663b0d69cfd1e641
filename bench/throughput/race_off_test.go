//go:build !race

package throughput

const slow = false
