package oracle

import (
	"maps"
	"strings"
	"testing"
	"time"
)

// A run is one invocation of apply, which stores the first change of its messages unless
// it is a duplicate, in the fifth second.
type run struct {
	before   []string // what was stored earlier: changes of one key
	bodies   []string
	failed   map[int]bool
	letters  []Letter
	redriven bool // the first message
	shaken   bool
	conflict int  // failed conditions before the write
	nothing  bool // is stored
}

func (r *run) play(s story, metrics map[string][]int64) {
	var old *Image
	for n := range r.before {
		s.taken(r.before[n])
		old = image(int64(10+n), "", Entry{"1", stamp(n + 1)})
		s.written("u", nil, old)
	}
	s.taken(r.bodies...)
	inv := &Invocation{Now: start.Add(5 * time.Second), Ended: start.Add(6 * time.Second), Bodies: r.bodies, Letters: r.letters, Shaken: map[string]bool{"u": r.shaken}, Users: map[string]bool{"u": r.shaken}, Metrics: metrics}
	for i := range r.bodies {
		inv.Failed, inv.Late = append(inv.Failed, r.failed[i]), append(inv.Late, r.redriven && i == 0)
	}
	s.Applying(inv)
	for range r.conflict {
		inv.Conflict("u")
	}
	if !r.nothing {
		s.Written("u", old, image(50, "", Entry{"1", stamp(3)}), inv)
	}
	s.Applied(inv)
}

var runs = map[string]struct {
	run
	right map[string][]int64
	wrong []map[string][]int64
}{
	"one change": {
		run{bodies: []string{body(3, one)}}, map[string][]int64{"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {2000}},
		[]map[string][]int64{
			{}, {"Accepted": {2}, "Merged": {2}, "ChangeToVisible": {2000}}, {"Accepted": {1}, "Duplicates": {1}}, {"Accepted": {1}, "Merged": {1}},
			{"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {1999}}, {"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {3001}}, {"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {2000, 2000}},
			{"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {2000}, "Contended": {1}}, {"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {2000}, "Folded": {1}},
			{"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {2000}, "Unknown": {1}},
		},
	},
	"redriven": {
		run{bodies: []string{body(3, one)}, redriven: true}, map[string][]int64{"Accepted": {1}, "Merged": {1}},
		[]map[string][]int64{{"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {2000}}},
	},
	"replayed": {
		run{bodies: []string{`{"replay-name":"r",` + body(3, one)[1:]}}, map[string][]int64{"Accepted": {1}, "Merged": {1}},
		[]map[string][]int64{{"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {2000}}},
	},
	"twice": {
		run{bodies: []string{body(3, one), body(3, one)}}, map[string][]int64{"Accepted": {2}, "Merged": {1}, "Duplicates": {1}, "Folded": {1}, "ChangeToVisible": {2500}},
		[]map[string][]int64{
			{"Accepted": {2}, "Merged": {2}, "Folded": {1}, "ChangeToVisible": {2500}}, {"Accepted": {2}, "Merged": {1}, "Duplicates": {1}, "Folded": {2}, "ChangeToVisible": {2500}},
			{"Accepted": {2}, "Merged": {1}, "Superseded": {1}, "Folded": {1}, "ChangeToVisible": {2500}},
		},
	},
	"superseded": {
		run{before: []string{body(1, one), body(2, one)}, bodies: []string{body(1, one)}, nothing: true}, map[string][]int64{"Accepted": {1}, "Superseded": {1}},
		[]map[string][]int64{{"Accepted": {1}, "Duplicates": {1}}, {"Accepted": {1}, "Superseded": {1}, "ChangeToVisible": {4000}}},
	},
	"a duplicate": {
		run{before: []string{body(1, one)}, bodies: []string{body(1, one)}, nothing: true}, map[string][]int64{"Accepted": {1}, "Duplicates": {1}},
		[]map[string][]int64{{"Accepted": {1}, "Superseded": {1}}, {"Accepted": {2}, "Duplicates": {2}}},
	},
	"a failed message": {
		run{bodies: []string{body(3, one), body(4, one)}, failed: map[int]bool{1: true}, shaken: true}, map[string][]int64{"Accepted": {1}, "Duplicates": {1}, "ChangesFailed": {1}},
		[]map[string][]int64{{"Accepted": {2}, "Merged": {2}}, {"Accepted": {1}, "Merged": {2}, "ChangesFailed": {1}}, {"Accepted": {1}, "Duplicates": {1}}, {"Accepted": {1}, "Duplicates": {1}, "ChangesFailed": {2}}},
	},
	"contended": {
		run{bodies: []string{body(3, one)}, conflict: 2}, map[string][]int64{"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {3000}, "Contended": {2}},
		[]map[string][]int64{{"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {3000}}, {"Accepted": {1}, "Merged": {1}, "ChangeToVisible": {3000}, "Contended": {3}}},
	},
	"refused": {
		run{bodies: []string{poison}, letters: []Letter{{poison, "malformed"}}, nothing: true}, map[string][]int64{"DeadLettered": {1}, "DeadLettered malformed": {1}, "Refused": {1}},
		[]map[string][]int64{
			{}, {"DeadLettered": {1}, "Refused": {1}}, {"DeadLettered": {1}, "DeadLettered too_old": {1}, "Refused": {1}},
			{"DeadLettered": {2}, "DeadLettered malformed": {2}, "Refused": {1}}, {"DeadLettered": {1}, "DeadLettered malformed": {1}},
		},
	},
}

const poison = `{"id":"p","detail":{"user_id":7}}`

func TestTheMetricsOfApply(t *testing.T) {
	for name, test := range runs {
		s := tale()
		s.Poison(poison, "malformed")
		if test.play(s, test.right); s.Violation() != nil {
			t.Errorf("%s: %v", name, s.Violation())
		}
		for _, wrong := range test.wrong {
			s := tale()
			s.Poison(poison, "malformed")
			if test.play(s, wrong); s.Violation() == nil || s.Violation().Guarantee != M1 {
				t.Errorf("%s: %v is not found: %v", name, wrong, s.Violation())
			}
		}
	}
}

func TestTheMetricsOfRepublish(t *testing.T) {
	announced := func(metrics map[string][]int64, late, failed bool) *Violation {
		s := tale()
		s.taken(body(1, one))
		inv := &Invocation{Now: start.Add(time.Second), Ended: start.Add(time.Second), Bodies: []string{body(1, one)}, Failed: []bool{false}, Late: []bool{late}}
		s.Applying(inv)
		s.Written("u", nil, image(10, "", Entry{"1", stamp(1)}), inv)
		s.Applied(inv)
		b := batch(0, 10)
		b.Began, b.Ended, b.Metrics = start.Add(2*time.Second), start.Add(3*time.Second), metrics
		if failed {
			b.Reported = 1
		}
		s.Announced(announcement1(10, 0, `"preferences":{"a":1},"changes":{"a":1},"changed_keys":["a"],"caused_by":["`+stamp(1)+`"],"as_of":"`+stamp(1)+`"`), b)
		s.CountedRepublish(b, failed)
		return s.Violation()
	}
	right, unmeasured := map[string][]int64{"Announced": {1}, "ChangeToAnnounced": {1500}}, map[string][]int64{"Announced": {1}}
	for _, v := range []*Violation{announced(right, false, false), announced(unmeasured, true, false), announced(map[string][]int64{"AnnouncementsFailed": {1}}, false, true)} {
		if v != nil {
			t.Error(v)
		}
	}
	more := maps.Clone(right)
	more["DeadLettered"] = []int64{1}
	for _, wrong := range []*Violation{
		announced(unmeasured, false, false), announced(right, true, false), announced(map[string][]int64{}, false, false), announced(more, false, false),
		announced(map[string][]int64{"Announced": {1}, "ChangeToAnnounced": {999}}, false, false), announced(map[string][]int64{"Announced": {2}, "ChangeToAnnounced": {1500}, "AnnouncementsFailed": {1}}, false, true),
		announced(map[string][]int64{}, false, true), announced(map[string][]int64{"Announced": {1}, "ChangeToAnnounced": {1500}, "AnnouncementsFailed": {1}}, false, false),
	} {
		if wrong == nil || wrong.Guarantee != M1 || !strings.HasPrefix(wrong.Seen, "republish ") {
			t.Errorf("not found: %v", wrong)
		}
	}
}
