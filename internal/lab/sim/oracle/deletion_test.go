package oracle

import (
	"strings"
	"testing"
	"time"
)

// deleted plays the first change and a deletion by hand, and returns a batch of it.
func (s story) deleted() *Batch {
	i := s.first()
	s.Deleting("u")
	s.written("u", i, nil)
	return removal(10)
}

// removal is a batch with the deletion of a revision.
func removal(revision int64) *Batch {
	b := &Batch{Folds: map[string][]*Fold{}}
	b.Add("u", revision, 0, true, start)
	return b
}

const gone = `"preferences":{},"changes":{"a":null},"changed_keys":["a"],"caused_by":[],"updated_at":"2026-03-01T12:00:00Z"`

// deletions are single checks of a deletion by hand. An empty says is for a history that
// is right.
var deletions = []struct {
	name, says string
	want       Guarantee
	play       func(s story)
}{
	{"as it should be", "", "", func(s story) {
		s.Announced(announcement1(11, 10, gone+`,"erased":true,"as_of":"`+stamp(1)+`"`), s.deleted())
		s.Quiet(map[string]*Image{}, start)
	}},
	{"not announced", "revision 11 of u was never announced", G4, func(s story) { s.deleted(); s.Quiet(map[string]*Image{}, start) }},
	{"announced without erased", "erased of", G4, func(s story) {
		s.Announced(announcement1(11, 10, gone+`,"as_of":"`+stamp(1)+`"`), s.deleted())
	}},
	{"announced without as_of", "as_of of", G4, func(s story) { s.Announced(announcement1(11, 10, gone+`,"erased":true`), s.deleted()) }},
	{"announced with another time", "updated_at of", G4, func(s story) {
		s.Announced(announcement1(11, 10, strings.Replace(gone, "12:00", "13:00", 1)+`,"erased":true,"as_of":"`+stamp(1)+`"`), s.deleted())
	}},
	{"folded with the item that comes after it", "the batch held revisions from 10 to 11, revisions from 0 to 12", G4, func(s story) {
		b := s.deleted()
		s.taken(body(2, one))
		s.written("u", nil, image(12, "", Entry{"1", stamp(2)}))
		b.Add("u", 0, 12, false, start)
		s.Announced(announcement1(12, 10, gone), b)
	}},
	{"a letter without erased", "that erased is false", G4, func(s story) {
		b := s.deleted()
		b.Bus = true
		s.Unannounced(`{"user_id":"u","revision":11,"previous_revision":10}`, b, start.Add(13*time.Hour))
	}},
	{"the item comes back at the announced revision", "got the revision 11 after 11", G6, func(s story) {
		s.deleted()
		s.taken(body(2, one))
		s.written("u", nil, image(11, "", Entry{"1", stamp(2)}))
	}},
	{"what is accepted after it is lost", "its accepted changes make {a=1}", G1, func(s story) {
		s.deleted()
		s.merged(body(1, one))
		s.Quiet(map[string]*Image{}, start)
	}},
	{"a change from before comes back", "", "", func(s story) {
		b := s.deleted()
		i := image(12, "", Entry{"1", stamp(1)})
		s.written("u", nil, i)
		s.merged(body(1, one))
		b.Add("u", 0, 12, false, start)
		s.Announced(announcement1(11, 10, gone+`,"erased":true,"as_of":"`+stamp(1)+`"`), b)
		s.Announced(announcement1(12, 0, `"preferences":{"a":1},"changes":{"a":1},"changed_keys":["a"],"caused_by":["`+stamp(1)+`"],"as_of":"`+stamp(1)+`"`), b)
		s.quiet(i)
	}},
	{"nothing was to see", "", "", func(s story) {
		s.taken(body(2, `,"replace":true`))
		i := s.first()
		erased := image(11, stamp(2))
		s.written("u", i, erased)
		s.announced(11, 10, `"preferences":{},"changes":{"a":null},"changed_keys":["a"],"erased":true,"caused_by":["`+stamp(2)+`"],"as_of":"`+stamp(2)+`"`)
		s.Deleting("u")
		s.written("u", erased, nil)
		s.Quiet(map[string]*Image{}, start)
	}},
}

func TestDeletionsByHand(t *testing.T) {
	for _, d := range deletions {
		t.Run(d.name, func(t *testing.T) {
			s := tale()
			d.play(s)
			switch v := s.Violation(); {
			case v == nil && d.says == "":
			case v == nil || d.says == "" || v.Guarantee != d.want || !strings.Contains(v.Seen, d.says):
				t.Errorf("got %v, want %s and %q", v, d.want, d.says)
			}
		})
	}
}

func TestStampOfAUUID(t *testing.T) {
	for _, id := range []string{
		"01234567-89ab-7def-8123-456789abcdef", "01234567-89AB-7DEF-8123-456789ABCDEF", "014d2pf2dbfqqr28t5cy4tqkff",
	} {
		if got := stampOf(id); got != "014D2PF2DBFQQR28T5CY4TQKFF" {
			t.Errorf("%s is %s", id, got)
		}
	}
}
