package oracle

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var start = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// stamp is a ULID of the n-th second.
func stamp(n int) string { return digits(uint64(start.UnixMilli())+uint64(n)*1000, 10) + digits(0, 16) }

// body is an envelope with a change of u.
func body(n int, rest string) string {
	return fmt.Sprintf(`{"id":"e%d","time":"2026-03-01T12:00:00Z","detail":{"id":%q,"user_id":"u"%s}}`, n, stamp(n), rest)
}

// a story is a history as the log receives it. By default it is one change of one key:
// accepted, merged, written and announced.
type story struct{ *Log }

func tale() story { return story{New(false)} }

func (s story) taken(bodies ...string) {
	for _, b := range bodies {
		s.Matched(b)
		s.Queued(b)
	}
}

func (s story) merged(bodies ...string) {
	s.applied(Invocation{Now: start, Bodies: bodies, Failed: make([]bool, len(bodies))})
}

func (s story) applied(inv Invocation) {
	s.Applying(&inv)
	s.Applied(&inv)
}

// written by nobody in particular.
func (s story) written(id string, old, image *Image) { s.Written(id, old, image, nil) }

// batch holds one fold of u.
func batch(from, to int64) *Batch {
	return &Batch{Folds: map[string][]*Fold{"u": {{From: from, To: to, First: to, Oldest: start, Newest: start}}}}
}

func image(revision int64, cleared string, entries ...Entry) *Image {
	i := &Image{Revision: revision, Cleared: cleared, Entries: map[string]Entry{}}
	for n, e := range entries {
		i.Entries[string(rune('a'+n))] = e
	}
	return i
}

func announcement1(revision, previous int64, rest string) string {
	return fmt.Sprintf(`{"user_id":"u","revision":%d,"previous_revision":%d,%s}`, revision, previous, rest)
}

const one = `,"preferences":{"a":1}`

func (s story) first() *Image {
	s.taken(body(1, one))
	i := image(10, "", Entry{"1", stamp(1)})
	s.written("u", nil, i)
	s.merged(body(1, one))
	s.announced(10, 0, `"preferences":{"a":1},"changes":{"a":1},"changed_keys":["a"],"caused_by":["`+stamp(1)+`"],"as_of":"`+stamp(1)+`"`)
	return i
}

// announced reports an announcement by a batch with the same revisions.
func (s story) announced(revision, previous int64, rest string) {
	s.Announced(announcement1(revision, previous, rest), batch(previous, revision))
}

func (s story) quiet(i *Image) { s.Quiet(map[string]*Image{"u": i}, start) }

func TestAHistoryWithoutFault(t *testing.T) {
	s := tale()
	s.quiet(s.first())
	if v := s.Violation(); v != nil {
		t.Error(v)
	}
}

// wrongs are histories that each violate one guarantee.
var wrongs = []struct {
	name string
	want Guarantee
	play func(s story)
}{
	{"a merged change is not in the profile", G1, func(s story) {
		s.taken(body(2, `,"preferences":{"b":2}`))
		s.merged(body(2, `,"preferences":{"b":2}`))
		s.quiet(s.first())
	}},
	{"the smaller stamp won", G1, func(s story) {
		s.taken(body(0, `,"preferences":{"a":0}`))
		i := s.first()
		s.merged(body(0, `,"preferences":{"a":0}`))
		wrong := image(11, "", Entry{"0", stamp(0)})
		s.written("u", i, wrong)
		s.quiet(wrong)
	}},
	{"an item is removed with something in it", G1, func(s story) { s.written("u", s.first(), nil) }},
	{"the item has a stamp that nobody sent", G1, func(s story) { s.written("u", nil, image(1, "", Entry{"1", stamp(7)})) }},
	{"a change is nowhere", G2, func(s story) {
		s.taken(body(2, `,"preferences":{"a":2}`))
		s.quiet(s.first())
	}},
	{"an event never reaches the queue", G2, func(s story) {
		i := s.first()
		s.Matched(body(1, one))
		s.quiet(i)
	}},
	{"a dead letter was taken away", G2, func(s story) {
		i := s.first()
		s.taken(body(2, one))
		s.Sent(body(2, one))
		s.Redriven(body(2, one))
		s.quiet(i)
	}},
	{"the bus drops an event", G2, func(s story) { s.Dropped("x", "no queue") }},
	{"confirmed and not taken", G2, func(s story) { s.Confirmed(&Change{Stamp: stamp(1), User: "u"}) }},
	{"confirmed and changed on the way", G2, func(s story) {
		s.taken(body(1, one))
		s.Confirmed(&Change{Stamp: stamp(1), User: "u", Set: map[string]string{"a": "2"}})
	}},
	{"denied and taken", G2, func(s story) {
		s.taken(body(1, one))
		s.Denied(&Change{Stamp: stamp(1), User: "u"})
	}},
	{"what was erased is visible again", G3, func(s story) {
		s.taken(body(2, `,"replace":true`))
		i := s.first()
		erased := image(11, stamp(2))
		s.written("u", i, erased)
		s.taken(body(3, `,"preferences":{"b":3}`))
		back := image(12, "", Entry{"1", stamp(1)}, Entry{"3", stamp(3)})
		s.written("u", erased, back)
	}},
	{"what was erased still lies there", G3, func(s story) {
		s.taken(body(2, `,"replace":true`))
		i := s.first()
		hidden := image(11, stamp(2), Entry{"1", stamp(1)})
		s.written("u", i, hidden)
		s.merged(body(2, `,"replace":true`))
		s.quiet(hidden)
	}},
	{"an erasure below what was to see", G3, func(s story) { s.first(); s.wrote(202, `,"replace":true`, stamp(0), `{"event_id":"`+stamp(0)+`"}`) }},
	{"a revision is not announced", G4, func(s story) {
		i := s.first()
		s.taken(body(2, `,"preferences":{"a":2}`))
		next := image(11, "", Entry{"2", stamp(2)})
		s.written("u", i, next)
		s.merged(body(2, `,"preferences":{"a":2}`))
		s.quiet(next)
	}},
	{"another profile is announced", G4, func(s story) {
		s.first()
		s.announced(10, 0, `"preferences":{"a":2},"changes":{"a":2},"changed_keys":["a"]`)
	}},
	{"a cause is not named", G4, func(s story) {
		s.first()
		s.announced(10, 0, `"preferences":{"a":1},"changes":{"a":1},"changed_keys":["a"],"caused_by":[],"as_of":"`+stamp(1)+`"`)
	}},
	{"a letter names nobody", G4, func(s story) { s.Unannounced(`{}`, batch(0, 10), start) }},
	{"a batch of the stream fails by itself", G4, func(s story) { s.Republished(true, false, false) }},
	{"a subscriber ends elsewhere", G5, func(s story) {
		i := s.first()
		s.users["u"].latest = map[string]string{"a": "9"}
		s.Log.subscribersConverged(s.users["u"])
		_ = i
	}},
	{"a revision falls", G6, func(s story) {
		i := s.first()
		s.taken(body(2, one))
		s.written("u", i, image(9, "", Entry{"1", stamp(2)}))
	}},
	{"a revision repeats after the item came back", G6, func(s story) {
		s.taken(body(2, `,"preferences":{"a":null}`), body(3, one))
		i := s.first()
		unset := image(11, "", Entry{"", stamp(2)})
		s.written("u", i, unset)
		s.written("u", unset, nil)
		s.written("u", nil, image(11, "", Entry{"1", stamp(3)}))
	}},
	{"a reader sees an earlier revision", G6, func(s story) {
		i := s.first()
		s.taken(body(2, `,"preferences":{"a":2}`))
		s.written("u", i, image(11, "", Entry{"2", stamp(2)}))
		s.Read(s.Reading("u"), 200, `{"revision":10,"preferences":{"a":1}}`, false)
	}},
	{"a reader sees half of a profile", G1, func(s story) {
		s.first()
		s.Read(s.Reading("u"), 200, `{"revision":10,"preferences":{}}`, false)
	}},
	{"a profile changes within a revision", G6, func(s story) {
		i := s.first()
		s.taken(body(2, one))
		s.written("u", i, image(10, "", Entry{"1", stamp(2)}))
	}},
	{"poison is passed over", G7, func(s story) {
		s.Poison(`{"bad":1}`, "malformed")
		s.merged(`{"detail":{"bad":1}}`)
	}},
	{"poison has the wrong reason", G7, func(s story) {
		s.Poison("x", "malformed")
		s.applied(Invocation{Now: start, Letters: []Letter{{"x", "too_large"}}})
	}},
	{"a good change is refused", G7, func(s story) {
		s.taken(body(1, one))
		s.applied(Invocation{Now: start, Letters: []Letter{{body(1, one), "malformed"}}})
	}},
	{"a change of last year is merged", G7, func(s story) {
		s.taken(body(1, one))
		s.applied(Invocation{Now: start.AddDate(1, 0, 0), Bodies: []string{body(1, one)}, Failed: []bool{false}})
	}},
	{"a batch-mate fails with the poison", G7, func(s story) {
		s.taken(body(1, one))
		s.applied(Invocation{Now: start, Bodies: []string{body(1, one)}, Failed: []bool{true}, Unsent: map[string]bool{"another": true}})
	}},
	{"a change fails for another user's sake", G7, func(s story) {
		s.taken(body(1, one))
		s.applied(Invocation{Now: start, Bodies: []string{body(1, one)}, Failed: []bool{true}, Users: map[string]bool{"v": true}})
	}},
	{"a duplicate makes a revision", G9, func(s story) { s.written("u", s.first(), image(11, "", Entry{"1", stamp(1)})) }},
}

func TestEachWrongViolatesItsGuarantee(t *testing.T) {
	for _, w := range wrongs {
		t.Run(w.name, func(t *testing.T) {
			s := tale()
			w.play(s)
			v := s.Violation()
			if v == nil || v.Guarantee != w.want {
				t.Fatalf("got %v, want %s", v, w.want.Name())
			}
			if !strings.Contains(v.Error(), string(w.want)) {
				t.Errorf("%q does not quote the guarantee", v.Error())
			}
		})
	}
}

// The two simplest ways to follow the rule give the same copies, in any order.
func TestSubscriberRule(t *testing.T) {
	s := tale()
	i := s.first()
	s.taken(body(2, `,"preferences":{"b":2}`))
	next := image(12, "", Entry{"1", stamp(1)}, Entry{"2", stamp(2)})
	s.written("u", i, next)
	s.announced(12, 10, `"preferences":{"a":1,"b":2},"changes":{"b":2},"changed_keys":["b"],"caused_by":["`+stamp(2)+`"],"as_of":"`+stamp(2)+`"`)
	for _, pick := range []int{1, 0, 1, 0} {
		s.Deliver("u", 0, func(int) int { return pick })
		s.Deliver("u", 1, func(int) int { return pick })
	}
	s.merged(body(2, `,"preferences":{"b":2}`))
	s.quiet(next)
	if v := s.Violation(); v != nil {
		t.Error(v)
	}
}

// The stamp of a change without an id, as the contract's example has it.
func TestDerivedStamp(t *testing.T) {
	got := derived(time.UnixMilli(1469918176385).UTC(), "x")
	if len(got) != 26 || got[:10] != "01ARYZ6S41" || !timeOf(got).Equal(time.UnixMilli(1469918176385)) {
		t.Errorf("derived %s", got)
	}
}
