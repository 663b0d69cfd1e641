// Package world is everything that a state machine of localaws knows about the outside:
// an account, a clock, a source of randomness and an observer.
//
// The machines read no wall clock, start no goroutine and draw no unseeded random
// number. The driver (botprefs dev in real time, the simulator step by step from a
// seed) gives them one World and calls them from one goroutine at a time. The same
// World settings and the same calls therefore give the same answers, identifiers
// included.
package world

import (
	"encoding/hex"
	"math/rand/v2"
	"time"
)

// World is shared by all state machines of one cloud. It is not safe for concurrent
// use: the driver serializes all calls.
type World struct {
	Region  string // for example "us-east-1"
	Account string // twelve digits

	// Now is the only clock. It must never go backwards.
	Now func() time.Time

	// Rand is the only source of randomness.
	Rand *rand.Rand

	// Observe, when set, is called synchronously with every Fact. It must not
	// call back into a machine.
	Observe func(Fact)

	facts uint64 // told so far
}

// A Fact is something that happened inside a machine, reported to an observer. It is
// one of the exported fact types of the machines' packages (for example sqs.Sent).
// Observers switch on the type and ignore types that they do not know.
type Fact any

// Tell passes a fact to the observer, if there is one.
func (w *World) Tell(f Fact) { w.TellLazily(func() any { return f }) }

// TellLazily makes the fact only if there is an observer.
func (w *World) TellLazily(fact func() any) {
	w.facts++
	if w.Observe != nil {
		w.Observe(fact())
	}
}

// Facts counts the facts so far, observed or not. A driver compares counts to see
// whether anything has happened.
func (w *World) Facts() uint64 { return w.facts }

// UUID returns a random (version 4) UUID in its usual lower-case form.
func (w *World) UUID() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(w.Rand.Uint32())
	}
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

// ARN names a resource of this account and region:
// arn:aws:<service>:<region>:<account>:<resource>.
func (w *World) ARN(service, resource string) string {
	return "arn:aws:" + service + ":" + w.Region + ":" + w.Account + ":" + resource
}
