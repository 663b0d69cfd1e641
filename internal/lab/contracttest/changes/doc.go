// Package changes is test support: the golden changes, valid and malformed, and their
// outcome at every entrance of the pipeline. Production code never imports it.
//
// The outcomes are those of this contract and of the documented services. If a
// service's behaviour is not documented, the table assumes the simplest one. The bus
// accepts every Detail that is a JSON object by RFC 8259 with at most 1,000 levels, and
// passes it on unchanged. That includes duplicate names and lone surrogate escapes.
//
// Valid ids have the time 23 November 2026, 10:00 UTC: see Now.
package changes
