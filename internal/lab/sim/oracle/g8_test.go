package oracle

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// writing begins a write over HTTP in the second second.
func (s story) writing(rest string) *Write {
	c, err := readChange(fmt.Sprintf(`{"detail":{"id":"x","user_id":"u"%s}}`, rest))
	if err != nil {
		panic(err)
	}
	c.Stamp = ""
	w := &Write{Change: *c, From: timeOf(stamp(2)), Until: timeOf(stamp(2)).Add(time.Second / 2)}
	s.Writing(w)
	return w
}

// put lets the bus take the change of a write under a stamp.
func (s story) put(w *Write, rest, id string) {
	b := fmt.Sprintf(`{"id":"w","time":"2026-03-01T12:00:02Z","detail":{"id":%q,"user_id":"u"%s}}`, id, rest)
	s.taken(b)
	s.Put(w, b)
}

// wrote plays a write over HTTP that is sent under a stamp.
func (s story) wrote(status int, rest, id, answer string) {
	w := s.writing(rest)
	w.Read = true
	s.put(w, rest, id)
	s.Answered(w, status, answer)
}

// refused plays a write over HTTP that is not sent.
func (s story) refused(status int, rest, answer string) {
	w := s.writing(rest)
	w.Read = true
	s.Answered(w, status, answer)
}

// reflects plays a write of b after the first change of a, and its answer when the
// profile holds this entry of b.
func (s story) reflects(b Entry, answer string) {
	old := s.first()
	w := s.writing(b2)
	w.Read = true
	s.put(w, b2, stamp(2))
	s.taken(body(3, `,"preferences":{"b":3}`))
	s.written("u", old, image(11, "", Entry{"1", stamp(1)}, b))
	s.Answered(w, 200, answer)
}

const (
	b2      = `,"preferences":{"b":2}`
	future  = `{"code":"from_the_future"}`
	tooMuch = `{"code":"profile_too_large"}`
)

// taken202 is the answer to a write that was accepted under a stamp.
func taken202(id string) string { return fmt.Sprintf(`{"message":"accepted","event_id":%q}`, id) }

// ahead is a stamp six minutes ahead of a write's clock.
var ahead = stamp(2 + 360)

// a stamp of the millisecond after n seconds, with the milliseconds of second 2 in it.
func after(n int) string {
	at := uint64(timeOf(stamp(n)).UnixMilli()) + 1
	return digits(at, 10) + digits(uint64(timeOf(stamp(2)).UnixMilli())<<2, 9) + digits(0, 7)
}

// writes are single checks of G8.
var writes = []struct {
	says string
	want Guarantee
	play func(s story)
}{
	{"before the profile was read", G8, func(s story) { s.put(s.writing(b2), b2, stamp(2)) }},
	{"nothing was sent", G8, func(s story) { s.refused(202, b2, `{}`) }},
	{"could not be read was answered 413", G8, func(s story) { s.Answered(s.writing(b2), 413, tooMuch) }},
	{"nothing was changed, and it was sent", G8, func(s story) {
		w := s.writing(b2)
		w.Read, w.Disturbed = true, true
		s.put(w, b2, stamp(2))
		s.Answered(w, 503, `{"message":"nothing was changed"}`)
	}},
	{"was answered 409, and it was sent", G8, func(s story) { s.wrote(409, b2, stamp(2), future) }},
	{"nothing that it concerns is of the future", G8, func(s story) { s.refused(409, b2, future) }},
	{"was answered 413, and it fits", G8, func(s story) { s.refused(413, b2, tooMuch) }},
	{"was answered 500", G8, func(s story) { s.refused(500, b2, `{}`) }},
	{"was answered: <html>", G8, func(s story) { s.refused(500, b2, `<html>`) }},
	{"behind stamps of the future", G8, func(s story) {
		s.ahead("a", ahead)
		s.wrote(202, one, after(2+360), taken202(after(2+360)))
	}},
	{"could not fit", G8, func(s story) {
		large := `,"preferences":{"b":"` + strings.Repeat("x", maxProfileBytes) + `"}`
		s.wrote(202, large, stamp(2), taken202(stamp(2)))
	}},
	{"was ahead of it", G8, func(s story) { s.first(); s.wrote(202, b2, stamp(0), taken202(stamp(0))) }},
	{"which is of", G8, func(s story) { s.first(); s.wrote(202, b2, stamp(1)[:25]+"1", taken202(stamp(1)[:25]+"1")) }},
	{"is not ahead", G8, func(s story) { s.first(); s.wrote(202, b2, stamp(9), taken202(stamp(9))) }},
	{"does not say so", G8, func(s story) {
		s.ahead("a", stamp(9))
		id := after(9)[:10] + stamp(0)[10:]
		s.wrote(202, b2, id, taken202(id))
	}},
	{"with the event_id", G8, func(s story) { s.wrote(202, b2, stamp(2), taken202(stamp(3))) }},
	{"does not reflect it", G8, func(s story) { s.first(); s.wrote(200, b2, stamp(2), `{"revision":10,"preferences":{"a":1}}`) }},
	{"revision 12, which the table never had", G8, func(s story) { s.wrote(200, b2, stamp(2), `{"revision":12}`) }},
	{"with [] as superseded, and it is [b]", G8, func(s story) {
		s.reflects(Entry{"3", stamp(3)}, `{"revision":11,"preferences":{"a":1,"b":3}}`)
	}},
	{"with [b] as superseded, and it is []", G8, func(s story) {
		s.reflects(Entry{"2", stamp(2)}, `{"revision":11,"preferences":{"a":1,"b":2},"superseded":["b"]}`)
	}},
	{"at the revision 11, which is", G1, func(s story) { s.reflects(Entry{"2", stamp(2)}, `{"revision":11,"preferences":{"b":2}}`) }},
	{"what was sent has", G8, func(s story) {
		w := s.writing(b2)
		w.Read, w.Change.Stamp = true, stamp(1)
		s.put(w, b2, stamp(2))
		s.Answered(w, 202, taken202(stamp(2)))
	}},
	{"what was taken is not what was published", G2, func(s story) {
		w := s.writing(b2)
		w.Read = true
		s.put(w, one, stamp(2))
		s.Answered(w, 202, taken202(stamp(2)))
	}},
}

// ahead gives a profile one key with a stamp ahead of a write's clock.
func (s story) ahead(key, id string) {
	s.taken(fmt.Sprintf(`{"id":"f","time":"2026-03-01T12:00:00Z","detail":{"id":%q,"user_id":"u","preferences":{%q:1}}}`, id, key))
	s.written("u", nil, &Image{Revision: 9, Entries: map[string]Entry{key: {"1", id}}})
}

func TestEachRuleOfWritesIsHeld(t *testing.T) {
	for _, d := range writes {
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

// Writes that are right.
func TestWritesThatMayBe(t *testing.T) {
	for name, play := range map[string]func(s story){
		"accepted":  func(s story) { s.wrote(202, b2, stamp(2), taken202(stamp(2))) },
		"reflected": func(s story) { s.reflects(Entry{"2", stamp(2)}, `{"revision":11,"preferences":{"a":1,"b":2}}`) },
		"superseded": func(s story) {
			s.reflects(Entry{"3", stamp(3)}, `{"revision":11,"preferences":{"a":1,"b":3},"superseded":["b"]}`)
		},
		"above a profile that is ahead": func(s story) { s.ahead("a", stamp(9)); s.wrote(202, b2, after(9), taken202(after(9))) },
		"beside a key of the future":    func(s story) { s.ahead("a", ahead); s.wrote(202, b2, stamp(2), taken202(stamp(2))) },
		"refused for a key of the future": func(s story) {
			s.ahead("a", ahead)
			s.refused(409, one, future)
		},
		"refused for its size": func(s story) {
			s.refused(413, `,"preferences":{"b":"`+strings.Repeat("x", maxProfileBytes)+`"}`, tooMuch)
		},
		"not read": func(s story) {
			w := s.writing(b2)
			w.Disturbed = true
			s.Answered(w, 503, `{"message":"nothing was changed"}`)
		},
		"not known": func(s story) {
			w := s.writing(b2)
			w.Read, w.Disturbed = true, true
			s.put(w, b2, stamp(2))
			s.Answered(w, 503, fmt.Sprintf(`{"event_id":%q}`, stamp(2)))
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
