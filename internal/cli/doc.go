// Package cli holds what the project's two command lines share: botprefs, which
// users run, and lab, which developers of this project run. It runs a tree of
// cobra commands on given streams, so that a test can call a whole program as a
// function. It also words errors in the use of flags and subcommands, and it
// prints lists as tables or JSON.
package cli
