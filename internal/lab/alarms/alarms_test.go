package alarms_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/lab/nightly"
	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// alarms are the alarms of the whole stack, without the prefix of their names.
func alarms(t *testing.T) (names []string) {
	t.Helper()
	s, err := whole()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range s.Alarms {
		name, ok := strings.CutPrefix(a.Name, prefix)
		if !ok {
			t.Errorf("the alarm %s is not called after the stage", a.Name)
		}
		names = append(names, name)
	}
	return names
}

// A fault fires its alarm, and the alarm ends when the fault is mended.
func TestEveryAlarmFiresAndEnds(t *testing.T) {
	all, names := faults(), alarms(t)
	tried := map[string]bool{}
	for name, f := range all {
		for _, alarm := range append(f.parts, name) {
			tried[alarm] = true
			if !slices.Contains(names, alarm) {
				t.Errorf("there is a fault for %s, and no such alarm", alarm)
			}
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f.try(t, name)
		})
	}
	for _, name := range names {
		if !tried[name] {
			t.Errorf("no fault fires %s", name)
		}
	}
}

func (f fault) try(t *testing.T, alarm string) {
	s := newStage(t, f.change)
	s.RunFor(2 * time.Minute)
	if state := s.is(alarm); state != cloudwatch.OK || len(s.fired) > 0 {
		t.Fatalf("before the fault it is %s; fired: %v", state, s.fired)
	}
	f.begin(s)
	s.RunFor(f.lasts)
	for _, name := range append(f.parts, alarm) {
		if !s.fired[name] {
			t.Errorf("the fault does not fire %s; fired: %v", name, s.fired)
		}
	}
	for _, other := range f.not {
		if s.fired[other] {
			t.Errorf("%s fires too", other)
		}
	}
	if f.mend != nil {
		f.mend(s)
	}
	s.RunFor(f.ends)
	if state := s.is(alarm); state != cloudwatch.OK {
		t.Errorf("it is %s after the fault", state)
	}
}

// A day without faults fires no alarm, whatever the load. That there are enough changes to
// judge is no fault.
func TestAQuietDayFiresNone(t *testing.T) {
	often := time.Duration(nightly.Size(20, 6)) * time.Second
	for name, day := range map[string]struct {
		interval, lasts time.Duration
		change          func(*virtual.Options)
	}{
		"changes often":                 {often, 7 * time.Hour, nil}, // longer than the longest window
		"a change every five minutes":   {5 * time.Minute, 24 * time.Hour, nil},
		"with everything, for one hour": {often, time.Hour, withEverything}, // no parameter adds a longer window
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t, day.change)
			functions := slices.DeleteFunc(slices.Clone(overHTTP), func(name string) bool {
				return !slices.ContainsFunc(s.Stack.Functions, func(f stack.Function) bool { return f.Name == name })
			})
			s.every(day.interval, day.lasts, func(i int) {
				s.say(i)
				s.ask(functions[i%len(functions)], time.Duration(i%100)*time.Millisecond, []int{200, 404, 202}[i%3], nil)
			})
			s.RunFor(day.lasts)
			delete(s.fired, "enough-changes")
			if len(s.fired) > 0 {
				t.Errorf("fired: %v", s.fired)
			}
			for _, a := range s.Stack.Alarms {
				if state, ok := s.Metrics.State(a.Name); !ok || state == cloudwatch.InsufficientData {
					t.Errorf("%s has never been evaluated", a.Name)
				}
			}
		})
	}
}

// At night one change in ten is late, of ten an hour. That is no reason to wake anybody,
// although both windows breach.
func TestAFewLateChangesWakeNobody(t *testing.T) {
	s := newStage(t, nil)
	s.paused = func(function string, after time.Duration) bool {
		return function == virtual.Apply && after%time.Hour < 20*time.Second
	}
	s.every(6*time.Minute, 4*time.Hour, s.say)
	s.RunFor(4 * time.Hour)
	for _, part := range []string{"visible-slow-long", "visible-fast-short", "announced-fast-long", "announced-slow-short"} {
		if !s.fired[part] {
			t.Errorf("%s does not breach; fired: %v", part, s.fired)
		}
	}
	for _, whole := range []string{"visible-fast", "visible-slow", "announced-fast", "announced-slow"} {
		if s.fired[whole] {
			t.Errorf("%s fires", whole)
		}
	}
}
