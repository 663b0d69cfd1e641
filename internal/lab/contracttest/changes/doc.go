// Package changes is test support: the golden changes, valid and malformed,
// and what each comes to at every entrance of the pipeline. Production code
// never imports it.
//
// The outcomes are those of this contract and of the documented services. Where
// a service's behaviour is not documented, the table assumes the simplest: the
// bus takes every Detail that is a JSON object by RFC 8259, of at most 1,000
// levels, duplicate names and lone surrogate escapes included, and hands it on
// to the letter.
//
// Valid ids are of 23 November 2026, 10:00 UTC: see Now.
package changes
