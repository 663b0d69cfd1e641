package events_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

// Each case is what some changes of one key come to, in every order. Their stamps
// ascend as they are listed.
func TestWhatAPersonStatesTakesPrecedence(t *testing.T) {
	type said struct {
		origin events.Origin
		value  string // empty: unset
	}
	stated := func(value string) said { return said{events.Stated, value} }
	inferred := func(value string) said { return said{events.Inferred, value} }
	for _, tt := range []struct {
		name     string
		said     []said
		replace  int // the place of an erasure, from 1
		visible  string
		inferred bool
	}{
		{"an inference alone", []said{inferred("de")}, 0, "de", true},
		{"the later of two inferences", []said{inferred("de"), inferred("fr")}, 0, "fr", true},
		{"a statement after an inference", []said{inferred("de"), stated("fr")}, 0, "fr", false},
		{"an inference after a statement", []said{stated("fr"), inferred("de")}, 0, "fr", false},
		{"an inference after two statements", []said{stated("en"), inferred("de"), stated("fr"), inferred("es")}, 0, "fr", false},
		{"forgotten", []said{inferred("de"), stated("")}, 0, "", false},
		{"stated and forgotten after an inference", []said{inferred("de"), stated("fr"), stated("")}, 0, "", false},
		{"stated and forgotten around an inference", []said{stated("fr"), inferred("de"), stated("")}, 0, "", false},
		{"inferred again after it was forgotten", []said{stated("fr"), stated(""), inferred("de")}, 0, "de", true},
		{"an inference withdrawn", []said{inferred("de"), inferred("")}, 0, "", false},
		{"an inference withdrawn beside a statement", []said{stated("fr"), inferred("de"), inferred("")}, 0, "fr", false},
		{"a withdrawn inference of what was stated before", []said{inferred("de"), stated(""), inferred("fr"), inferred("")}, 0, "", false},
		{"erased", []said{inferred("de"), stated("fr")}, 3, "", false},
		{"inferred after an erasure", []said{stated("fr"), stated("")}, 1, "", false},
		{"an inference that outlives an erased statement", []said{stated("fr"), inferred("de")}, 2, "de", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var changes []events.PreferenceChange
			for i, s := range tt.said {
				value := events.Unset
				if s.value != "" {
					value = events.Text(s.value)
				}
				changes = append(changes, events.PreferenceChange{ID: stampAt(2 * (i + 1)), Origin: s.origin, Preferences: events.Preferences{"language": value}})
			}
			if tt.replace > 0 {
				changes = append(changes, events.PreferenceChange{ID: stampAt(2*tt.replace - 1), Replace: true})
			}
			want := events.Preferences{}
			if tt.visible != "" {
				want["language"] = events.Text(tt.visible)
			}
			first := events.Fold(changes...)
			for order := range permutations(changes) {
				got := events.Fold(order...)
				if diff := cmp.Diff(want, got.Visible()); diff != "" {
					t.Fatalf("visible after %v (-want +got):\n%s", order, diff)
				}
				if diff := cmp.Diff(first, got); diff != "" {
					t.Fatalf("the state depends on the order (-first +other):\n%s", diff)
				}
				if keys := got.InferredKeys(); (len(keys) == 1) != tt.inferred {
					t.Fatalf("inferred: %v", keys)
				}
			}
		})
	}
}

// permutations yields all orders of a list, by Heap's algorithm.
func permutations[T any](list []T) func(yield func([]T) bool) {
	return func(yield func([]T) bool) {
		var visit func(n int) bool
		visit = func(n int) bool {
			if n <= 1 {
				return yield(list)
			}
			for i := range n {
				if !visit(n - 1) {
					return false
				}
				if n%2 == 0 {
					list[i], list[n-1] = list[n-1], list[i]
				} else {
					list[0], list[n-1] = list[n-1], list[0]
				}
			}
			return true
		}
		visit(len(list))
	}
}

// A dead inference keeps its stamp, so that its redelivery alters nothing, and loses
// its value.
func TestADeadInferenceHasNoValue(t *testing.T) {
	guess := events.PreferenceChange{ID: stampAt(1), Origin: events.Inferred, Preferences: events.Preferences{"language": events.Text("de")}}
	forget := events.PreferenceChange{ID: stampAt(2), Preferences: events.Preferences{"language": events.Unset}}
	want := events.State{
		Entries:  map[string]events.Entry{"language": {Stamp: stampAt(2)}},
		Inferred: map[string]events.Entry{"language": {Stamp: stampAt(1)}},
	}
	got := events.Fold(guess, forget)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if !got.Reflects(&guess) {
		t.Error("the inference is not reflected")
	}
	var other events.State
	other.Apply(&forget)
	won := other.Winners(events.Fold(guess))
	if diff := cmp.Diff(want.Inferred, won.Inferred); diff != "" {
		t.Errorf("what a state with the statement would store (-want +got):\n%s", diff)
	}
}

// Each origin has limits of its own, and a change is refused for those of its own
// origin alone.
func TestInferencesHaveLimitsOfTheirOwn(t *testing.T) {
	over := events.State{
		Entries:  wideProfile(1, "a", events.MaxProfileKeys, 3).Entries,
		Inferred: wideProfile(1, "b", events.MaxInferredKeys, 3).Entries,
	}
	if err := over.CheckSize(); err != nil {
		t.Fatalf("a profile that is full: %v", err)
	}
	one := func(origin events.Origin) events.State {
		return events.Fold(events.PreferenceChange{ID: stampAt(5000), Origin: origin, Preferences: events.Preferences{"new": events.Number(1)}})
	}
	for _, origin := range []events.Origin{events.Stated, events.Inferred} {
		if over.CheckFit(one(origin), noon) == nil {
			t.Errorf("a key too many fits, %s", origin)
		}
		less := over.Clone()
		delete(less.Register(origin), wideKey(map[events.Origin]string{events.Stated: "a", events.Inferred: "b"}[origin], 0))
		if err := less.CheckFit(one(origin), noon); err != nil {
			t.Errorf("%s: %v", origin, err)
		}
	}
	heavy := events.State{Inferred: wideProfile(1, "b", 4, 16<<10).Entries}
	if heavy.CheckSize() == nil {
		t.Error("64 KiB of values and their keys fit")
	}
	delete(heavy.Inferred, wideKey("b", 0))
	if err := heavy.CheckSize(); err != nil {
		t.Error(err)
	}
	old := events.State{Inferred: map[string]events.Entry{}}
	for i := range events.MaxInferredKeys {
		old.Inferred[wideKey("b", i)] = events.Entry{Stamp: stampAt(-int((events.Retention + time.Minute) / time.Millisecond))}
	}
	if err := old.CheckFit(one(events.Inferred), noon); err != nil {
		t.Errorf("old tombstones are in the way: %v", err)
	}
}

func TestOriginsAreTwoWords(t *testing.T) {
	for _, o := range []events.Origin{events.Stated, events.Inferred} {
		if got, ok := events.ParseOrigin(o.String()); !ok || got != o {
			t.Errorf("%s is read as %s, %t", o, got, ok)
		}
	}
	for _, text := range []string{"", "Stated", "inferred ", "2"} {
		if _, ok := events.ParseOrigin(text); ok {
			t.Errorf("%q is an origin", text)
		}
	}
	c := events.PreferenceChange{ID: stampAt(1), UserID: "u1", Origin: events.Inferred + 1, Preferences: events.Preferences{"a": events.Number(1)}}
	checkRefusal(t, "Validate", c.Validate(), events.Malformed, "origin")
	c.Origin, c.Replace = events.Inferred, true
	checkRefusal(t, "Validate", c.Validate(), events.Malformed, "origin")
}
