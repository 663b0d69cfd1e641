package oracle

import (
	"fmt"
	"testing"
	"time"
)

// A telling is what the history may say of two changes of one key, where the second won.
func telling() *Told {
	return &Told{
		Changes: map[string]ToldChange{stamp(1): {"superseded", true, 1}, stamp(2): {"won", true, 1}},
		Keys:    map[int64][]string{10: {"1"}},
	}
}

// toldOf is an announcement in its envelope, as the history gets it.
func toldOf(revision int64, erased bool) string {
	return fmt.Sprintf(`{"id":"a","detail-type":"PreferencesUpdated","detail":{"user_id":"u","revision":%d,"erased":%v,"caused_by":["x"]}}`, revision, erased)
}

func TestWhatTheHistorySays(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*Told)
		erased bool // by an announcement that the history acknowledged
		right  bool
	}{
		"what happened":             {func(*Told) {}, false, true},
		"nothing of one":            {func(told *Told) { delete(told.Changes, stamp(1)) }, false, false},
		"a wrong verdict":           {func(told *Told) { told.Changes[stamp(1)] = ToldChange{"won", true, 1} }, false, false},
		"missing":                   {func(told *Told) { told.Changes[stamp(2)] = ToldChange{"missing", true, 1} }, false, false},
		"one event too many":        {func(told *Told) { told.Changes[stamp(2)] = ToldChange{"won", true, 2} }, false, false},
		"too much after an erasure": {func(*Told) {}, true, false},
		"nothing after an erasure": {func(told *Told) {
			told.Changes = map[string]ToldChange{stamp(1): {"erased", false, 1}, stamp(2): {"erased", false, 1}}
			told.Keys = nil
		}, true, true},
		"keys after an erasure": {func(told *Told) {
			told.Changes = map[string]ToldChange{stamp(1): {"erased", false, 1}, stamp(2): {"erased", false, 1}}
		}, true, false},
	} {
		s := tale()
		bodies := []string{body(1, one), body(2, one)}
		s.taken(bodies...)
		inv := &Invocation{Now: start.Add(3 * time.Second), Bodies: bodies, Failed: []bool{false, false}}
		s.Applying(inv)
		item := image(10, "", Entry{"1", stamp(2)})
		s.Written("u", nil, item, inv)
		s.Applied(inv)
		s.Recorded(&Recording{Bodies: append(bodies, toldOf(10, false)), Sent: []time.Time{start, start, start}, Failed: []bool{false, false, false}})
		if tt.erased {
			erased := image(11, stamp(3))
			s.taken(body(3, `,"replace":true`))
			s.Written("u", item, erased, nil)
			item = erased
			s.Recorded(&Recording{Bodies: []string{toldOf(11, true)}, Sent: []time.Time{start}, Failed: []bool{false}})
		}
		told := telling()
		tt.change(told)
		s.Explained(map[string]*Told{"u": told}, map[string]*Image{"u": item}, start.Add(time.Minute))
		if v := s.Violation(); (v == nil) != tt.right || v != nil && v.Guarantee != H1 {
			t.Errorf("%s: %v", name, v)
		}
	}
}
