//go:build !linux

package runtime_test

func parent(string) {}
