package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/dynamo"
	"github.com/bot-preferences/bot-preferences/snapshot"
)

func at(items, segmentsDone int64) snapshot.Checkpoint {
	c := snapshot.Begin(snapshot.Plan{}, 2, time.Now())
	c.Items, c.Announced = items, items
	for i := range segmentsDone {
		c.Segments[i].Done = true
	}
	return c
}

func TestProgressSaysDoneRateAndTimeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := narrator{table: dynamo.Description{Items: 12000}, began: time.Now()}
		time.Sleep(20 * time.Second)
		here := snapshot.Counts{Items: 2000, Units: 500}
		for want, c := range map[string]snapshot.Checkpoint{
			"3,000 profiles (about 25 %), 3,000 announced, 100.0 profiles/s, 25.0 read units/s, about 1m30s left":       at(3000, 0),
			"12,000 profiles (about 99 %), 12,000 announced, 100.0 profiles/s, 25.0 read units/s, time left not known":  at(12000, 1),
			"13,000 profiles, 13,000 announced, 100.0 profiles/s, 25.0 read units/s, time left not known":               at(13000, 1),
			"13,000 profiles (about 100 %), 13,000 announced, 100.0 profiles/s, 25.0 read units/s, time left not known": at(13000, 2),
		} {
			if got := n.progress(c, here); got != want {
				t.Errorf("it says %q, want %q", got, want)
			}
		}
		bad := at(3000, 0)
		bad.Unreadable, bad.Refused = 1, 2
		if got := n.progress(bad, here); !strings.Contains(got, "3 NOT announced") {
			t.Errorf("it says %q", got)
		}
		if got := n.progress(at(0, 0), snapshot.Counts{}); !strings.Contains(got, "time left not known") {
			t.Errorf("at the beginning it says %q", got)
		}
		if got := n.summary(at(3000, 2), here); !strings.Contains(got, "3,000 of 3,000 profiles announced in 20s: 100.0 profiles/s, 25.0 read units/s") ||
			!strings.Contains(got, "of this run, which did 2,000") {
			t.Errorf("in the end it says %q", got)
		}
	})
}

// In a log a line every ten seconds, on a terminal one line that changes.
func TestProgressInALogAndOnATerminal(t *testing.T) {
	for terminal, want := range map[bool]int{false: 3, true: 0} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			n := narrator{out: &out, terminal: terminal, began: time.Now(), table: dynamo.Description{Items: 10}}
			w := &snapshot.Walk{Read: func(ctx context.Context, _ snapshot.Position) (snapshot.Page, error) {
				select {
				case <-ctx.Done():
				case <-time.After(35 * time.Second):
				}
				return snapshot.Page{}, errors.New("no table")
			}}
			stop := n.follow(w)
			_, err := w.Run(t.Context(), snapshot.Begin(snapshot.Plan{}, 1, time.Now()))
			n.trouble(snapshot.Trouble{UserID: "a\x1b[2J", Err: errors.New("why\x1b")})
			stop()
			text := out.String()
			if err == nil || strings.Count(text, "\n") != want+1 || !strings.Contains(text, `NOT announced: a\x1b[2J: why`) || strings.Contains(text, "\x1b") {
				t.Errorf("terminal %t: %v\n%q", terminal, err, text)
			}
			if changes := strings.Count(text, "0 profiles"); terminal && changes < 60 {
				t.Errorf("%d changes of the line in 35 s", changes)
			}
			if terminal && !strings.Contains(text, " \rNOT announced") {
				t.Errorf("the line is not wiped: %q", text[len(text)-200:])
			}
		})
	}
}

func TestNumbersAreGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
