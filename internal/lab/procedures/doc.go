// Package procedures plays the procedures that an operator follows, whole and in
// virtual time, on the stack of serverless.yml with the real handlers: today the
// recovery of a lost table (docs/recovery.md), step by step, and with each step
// missing or at the wrong place. It has tests alone.
package procedures
