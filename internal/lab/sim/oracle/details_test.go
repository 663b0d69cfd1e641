package oracle

import (
	"strings"
	"testing"
	"time"
)

// details are single checks of the guarantees, each with a history that only this check
// finds wrong. says is a part of its message.
var details = []struct {
	says string
	want Guarantee
	play func(s story)
}{
	{"has the stamp", G1, func(s story) {
		i := s.first()
		s.taken(body(2, one))
		s.merged(body(2, one))
		s.quiet(i)
	}},
	{"expires with", G1, func(s story) {
		s.taken(body(1, one))
		i := image(10, "", Entry{"1", stamp(1)})
		i.Expires = start.AddDate(1, 0, 0).Unix()
		s.written("u", nil, i)
	}},
	{"was told that there is nothing", G1, func(s story) {
		s.first()
		s.Read(s.Reading("u"), 404, `{"message":"not found"}`, true)
	}},
	{"was answered 500", G1, func(s story) { s.Read(s.Reading("u"), 500, `{}`, false) }},
	{"was answered 404 at the revision 10", G1, func(s story) { s.first(); s.read(404, `{"revision":10,"preferences":{"a":1}}`) }},
	{"was answered 200 at the revision 11", G1, func(s story) {
		i := s.first()
		s.taken(body(2, `,"replace":true`))
		s.written("u", i, image(11, stamp(2)))
		s.read(200, `{"revision":11}`)
	}},
	{"revision 12, which the table never had", G1, func(s story) { s.first(); s.read(200, `{"revision":12,"preferences":{"a":1}}`) }},
	{"was answered: <html>", G1, func(s story) { s.read(200, `<html>`) }},

	{"a message that nobody sent", G2, func(s story) { s.Queued(`{"detail":1}`) }},
	{"still moving", G2, func(s story) { s.NeverQuiet("still moving") }},
	{"never reached the queue", G2, func(s story) {
		i := s.first()
		s.Matched(body(1, one))
		s.Again(body(1, one)) // a copy pays no debt
		s.quiet(i)
	}},

	{"keeps others out until", G3, func(s story) {
		s.taken(body(2, `,"replace":true`))
		i := image(10, stamp(2))
		i.Expires = timeOf(stamp(2)).Add(30 * 24 * time.Hour).Unix()
		s.written("u", nil, i)
	}},

	{"is not JSON", G4, func(s story) { s.Announced(`{`, batch(0, 10)) }},
	{"given no change of the table", G4, func(s story) { s.first(); s.Announced(announcement1(10, 0, `"preferences":{"a":1}`), nil) }},
	{"the batch held nothing of this user", G4, func(s story) { s.first(); s.Announced(announcement1(10, 0, `"preferences":{"a":1}`), &Batch{}) }},
	{"announced from revision 0 to 11, and the batch held revisions from 10", G4, func(s story) {
		s.second()
		s.Announced(announcement1(11, 0, whole), batch(10, 11))
	}},
	{"without its preferences", G4, func(s story) { s.first(); s.announced(10, 0, `"truncated":true`) }},
	{"the way from", G4, func(s story) { s.first(); s.announced(10, 0, `"preferences":{"a":1},"changes":{}`) }},
	{"changed_keys", G4, func(s story) {
		s.first()
		s.announced(10, 0, `"preferences":{"a":1},"changes":{"a":1},"changed_keys":[]`)
	}},
	{"erased of", G4, func(s story) {
		s.first()
		s.announced(10, 0, `"preferences":{"a":1},"changes":{"a":1},"changed_keys":["a"],"erased":true`)
	}},
	{"as_of of", G4, func(s story) {
		s.first()
		s.announced(10, 0, `"preferences":{"a":1},"changes":{"a":1},"changed_keys":["a"],"as_of":"`+stamp(2)+`"`)
	}},
	{"which is not new in it", G4, func(s story) {
		s.second()
		s.announced(11, 10, whole+`,"as_of":"`+stamp(2)+`","caused_by":["`+stamp(1)+`"]`)
	}},
	{"a dead letter names u from revision 9", G4, func(s story) { s.second(); s.givenUp(`{"user_id":"u","revision":11,"previous_revision":9}`, true, 13) }},
	{"was given up by somebody", G4, func(s story) {
		s.second()
		s.Unannounced(`{"user_id":"u","revision":11,"previous_revision":10}`, nil, start)
	}},
	{"while the bus was not disturbed", G4, func(s story) {
		s.second()
		s.givenUp(`{"user_id":"u","revision":11,"previous_revision":10}`, false, 13)
	}},
	{"was given up after 11h", G4, func(s story) { s.second(); s.givenUp(`{"user_id":"u","revision":11,"previous_revision":10}`, true, 11) }},

	{"has the trace \"\" at the revision 10, and its last change has", G4, func(s story) { s.traced(traceA, "") }},
	{"and its last change has \"\"", G4, func(s story) { s.traced("", traceA) }},
	{"has the trace \"" + traceB + "\" at the revision 10", G4, func(s story) { s.traced(traceA, traceB) }},
	{"has the trace \"\" at the revision 11", G4, func(s story) { // a removal, without a new stamp
		i := s.traced(traceA, traceA)
		s.written("u", i, &Image{Revision: 11, Entries: i.Entries})
	}},
	{"was announced with the trace \"\"", G4, func(s story) { s.traced(traceA, traceA); s.firstAnnounced(``) }},
	{"was announced with the trace \"" + traceB, G4, func(s story) { s.traced(traceA, traceA); s.firstAnnounced(`,"traceparent":"` + traceB + `"`) }},
	{"was published with the trace", G4, func(s story) {
		s.taken(body(1, one))
		s.Confirmed(&Change{Stamp: stamp(1), User: "u", Set: map[string]string{"a": "1"}, Trace: traceA})
	}},
	{"a write had the trace", G4, func(s story) { s.Put(&Write{Change: Change{Trace: traceA}, Read: true}, body(1, one)) }},

	{"back to 10", G5, func(s story) { s.second(); s.copied(11, "1", "2"); s.copied(10, "1") }},
	{"keeps {a=2}", G5, func(s story) { s.first(); s.copied(10, "2") }},
	{"revision 12, which", G5, func(s story) { s.first(); s.copied(12, "1") }},
	{"does not know", G5, func(s story) { s.first(); s.Copied("u", 0, 10, nil, nil, true) }},
	{"ends at the revision 10", G5, func(s story) {
		i := s.second()
		s.announced(11, 10, whole+`,"as_of":"`+stamp(2)+`","caused_by":["`+stamp(2)+`"]`)
		s.copied(10, "1")
		s.quiet(i)
	}},

	{"was written without a new revision", G6, func(s story) {
		s.taken(body(2, `,"preferences":{"a":null}`), body(3, `,"preferences":{"a":null}`))
		i := s.first()
		unset := image(11, "", Entry{"", stamp(2)})
		s.written("u", i, unset)
		s.written("u", unset, image(11, "", Entry{"", stamp(3)}))
	}},
	{"the fence of u moved", G6, func(s story) {
		s.taken(body(0, `,"replace":true`))
		s.written("u", s.first(), image(10, stamp(0), Entry{"1", stamp(1)}))
	}},

	{"and stored", G7, func(s story) {
		large := body(2, `,"preferences":{"b":"`+strings.Repeat("x", maxProfileBytes)+`"}`)
		s.taken(large)
		i := s.first()
		inv := &Invocation{Now: start, Letters: []Letter{{large, "profile_too_large"}}}
		s.Applying(inv)
		s.Written("u", i, image(11, "", Entry{"1", stamp(1)}, Entry{"2", stamp(2)}), inv)
		s.Applied(inv)
	}},
	{`refused as "profile_too_large", and should be ""`, G7, func(s story) {
		s.taken(body(2, one))
		s.first()
		s.applied(Invocation{Now: start, Letters: []Letter{{body(2, one), "profile_too_large"}}})
	}},
	{"more than its limits allow", G7, func(s story) {
		s.taken(body(1, one))
		s.written("u", nil, image(10, "", Entry{strings.Repeat("x", maxProfileBytes-26), stamp(1)}))
	}},
	{"a message failed", G7, func(s story) { // though its letter was taken
		s.Poison("x", "malformed")
		s.applied(Invocation{Now: start, Bodies: []string{"x"}, Failed: []bool{true}, Letters: []Letter{{"x", "malformed"}}})
	}},

	{"updated_at of u moved", G9, func(s story) {
		i := s.first()
		again := image(10, "", Entry{"1", stamp(1)})
		again.Updated = "later"
		s.written("u", i, again)
	}},
	{"expires_at of u changed", G9, func(s story) {
		s.taken(body(2, `,"replace":true`))
		i, again := image(10, stamp(2)), image(10, stamp(2))
		i.Expires, again.Expires = start.AddDate(1, 0, 0).Unix(), start.AddDate(2, 0, 0).Unix()
		s.written("u", nil, i)
		s.written("u", i, again)
	}},
	{"announced from revision 10 to 10", G9, func(s story) { s.first(); s.announced(10, 10, `"preferences":{"a":1},"changes":{}`) }},
}

const whole = `"preferences":{"a":1,"b":2},"changes":{"b":2},"changed_keys":["b"]`

// second makes a second change after the first, written and merged.
func (s story) second() *Image {
	b := `,"preferences":{"b":2}`
	s.taken(body(2, b))
	i := image(11, "", Entry{"1", stamp(1)}, Entry{"2", stamp(2)})
	s.written("u", s.first(), i)
	s.merged(body(2, b))
	return i
}

// copied reports the copy of a subscriber that uses package subscriber.
func (s story) copied(revision int64, values ...string) {
	all := map[string]string{}
	for n, v := range values {
		all[string(rune('a'+n))] = v
	}
	s.Copied("u", 0, revision, all, nil, false)
}

func (s story) read(status int, answer string) { s.Read(s.Reading("u"), status, answer, false) }

// givenUp reports a letter about the second change, some hours later.
func (s story) givenUp(letter string, disturbed bool, hours int) {
	b := batch(10, 11)
	b.Bus = disturbed
	s.Unannounced(letter, b, start.Add(time.Duration(hours)*time.Hour))
}

func TestEachDetailIsHeld(t *testing.T) {
	for _, d := range details {
		t.Run(d.says, func(t *testing.T) {
			s := tale()
			d.play(s)
			v := s.Violation()
			if v == nil || v.Guarantee != d.want || !strings.Contains(v.Seen, d.says) {
				t.Fatalf("got %v, want %s and %q", v, d.want.Name(), d.says)
			}
		})
	}
}

// Failures of AWS are not failures of the pipeline.
func TestExcuses(t *testing.T) {
	large := body(2, `,"preferences":{"b":"`+strings.Repeat("x", maxProfileBytes)+`"}`)
	for name, play := range map[string]func(s story){
		"the table does not answer a reader": func(s story) { s.Read(s.Reading("u"), 503, `{}`, true) },
		"nobody was there":                   func(s story) { s.read(404, `{"message":"not found"}`) },
		"the item expires while it is read": func(s story) {
			s.taken(body(2, `,"replace":true`))
			i := s.first()
			erased := image(11, stamp(2))
			s.written("u", i, erased)
			r := s.Reading("u")
			s.written("u", erased, nil)
			s.Read(r, 404, `{"message":"not found"}`, false)
		},
		"the bus is out for half a day": func(s story) { s.second(); s.givenUp(`{"user_id":"u","revision":11,"previous_revision":10}`, true, 13) },
		"the profile is full": func(s story) {
			s.taken(large)
			s.applied(Invocation{Now: start, Letters: []Letter{{large, "profile_too_large"}}})
		},
		"the profile was full when it began": func(s story) {
			s.taken(body(1, one), body(2, one))
			full := image(10, "", Entry{strings.Repeat("x", maxProfileBytes-27), stamp(0)})
			s.taken(body(0, one))
			s.written("u", nil, full)
			inv := &Invocation{Now: start, Letters: []Letter{{body(3, `,"preferences":{"c":2}`), "profile_too_large"}}}
			s.Applying(inv)
			s.Written("u", full, image(11, "", Entry{"1", stamp(1)}), nil)
			s.Applied(inv)
		},
		"one of two copies is refused while the profile is full": func(s story) {
			s.taken(large)
			inv := &Invocation{Now: start, Bodies: []string{large, large}, Failed: []bool{false, false}, Letters: []Letter{{large, "profile_too_large"}}}
			s.Applying(inv)
			inv.wrote[identity("u", stamp(2))] = true
			s.Applied(inv)
		},
		"others write before each try of a merge": func(s story) {
			inv := &Invocation{Now: start, Bodies: []string{body(1, one)}, Failed: []bool{true}}
			s.taken(body(1, one))
			s.Applying(inv)
			old := s.first()
			for n := range tries - 2 {
				s.taken(body(n+2, one))
				next := image(int64(n+11), "", Entry{"1", stamp(n + 2)})
				s.written("u", old, next)
				old = next
			}
			s.Applied(inv)
		},
		"the dead-letter queue refuses": func(s story) {
			s.Poison("x", "malformed")
			s.applied(Invocation{Now: start, Bodies: []string{"x"}, Failed: []bool{true}, Unsent: map[string]bool{"x": true}})
		},
		"the table refuses": func(s story) {
			s.taken(body(1, one))
			s.applied(Invocation{Now: start, Bodies: []string{body(1, one)}, Failed: []bool{true}, Users: map[string]bool{"u": true}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := tale()
			play(s)
			if v := s.Violation(); v != nil {
				t.Error(v)
			}
		})
	}
}
