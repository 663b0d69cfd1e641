// Package procedures plays the procedures that an operator follows. It runs the
// real handlers on the stack of serverless.yml, in virtual time. Today it plays the
// recovery of a lost table (docs/recovery.md): step by step, and with each step
// missing or at the wrong place. It has tests alone.
package procedures
