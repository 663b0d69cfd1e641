// Package batch sends many entries over a service that takes few at a time and
// may take some of a request and refuse others.
//
// A [Sender] packs entries into requests by count and bytes, and offers exactly
// the failed ones again, with exponential backoff and full jitter. It keeps
// track of every entry by itself, so that its caller learns of each whether it
// was taken, certainly not, or nobody knows.
//
// The client's own retries must be off for requests that a Sender makes. A
// client that retries by itself shows only its last failure: a throttled second
// attempt would hide that the first may have been taken.
package batch
