// Package cataloguegen writes what is made from a catalogue: a page for people, and
// typed accessors in Go, TypeScript and Python.
package cataloguegen
