// Package repotest holds the rules of this repository as tests: which folder
// may import which, what every file, function and document keeps to, and what
// a Lambda may link. It has no code of its own.
package repotest
