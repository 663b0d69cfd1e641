package events_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

func TestBytesCountsKeyTextAndStamp(t *testing.T) {
	s := events.Fold(events.PreferenceChange{ID: stampAt(1), Preferences: events.Preferences{"tone": events.JSON(`"é"`), "unset": events.Unset}})
	if got, want := s.Bytes(), (4+4+26)+(5+26); got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
}

func TestCheckSize(t *testing.T) {
	entries := func(n int, value events.Value) events.State {
		s := events.State{Entries: map[string]events.Entry{}}
		for i := range n {
			s.Entries[fmt.Sprintf("k%03d", i)] = events.Entry{Value: value, Stamp: stampAt(i)}
		}
		return s
	}
	full := func(extra int) events.State { // 15 entries of 16 KiB and one that fills up
		s := entries(15, events.JSON(strings.Repeat("1", 16<<10-30)))
		s.Entries["k999"] = events.Entry{Value: events.JSON(strings.Repeat("1", 16<<10-30+extra)), Stamp: stampAt(1)}
		return s
	}
	for _, c := range []struct {
		name  string
		state events.State
		fits  bool
	}{
		{"empty", events.State{}, true},
		{"1,000 keys", entries(events.MaxProfileKeys, events.JSON(`1`)), true},
		{"1,001 keys", entries(events.MaxProfileKeys+1, events.JSON(`1`)), false},
		{"1,001 tombstones", entries(events.MaxProfileKeys+1, events.Unset), false},
		{"256 KiB", full(0), true},
		{"256 KiB and a byte", full(1), false},
	} {
		err := c.state.CheckSize()
		r, refused := errors.AsType[*events.Refusal](err)
		if refused == c.fits || err != nil && r.Code != events.ProfileTooLarge {
			t.Errorf("%s: %v, want it to fit: %t", c.name, err, c.fits)
		}
		if err != nil {
			checkPrintable(t, err)
		}
	}
}
