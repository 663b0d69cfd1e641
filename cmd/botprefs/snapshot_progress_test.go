package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

func at(items, segmentsDone int64) backfill.Checkpoint {
	c := backfill.Begin(backfill.Plan{}, 2, time.Now())
	c.Items, c.Announced = items, items
	for i := range segmentsDone {
		c.Segments[i].Done = true
	}
	return c
}

func TestProgressSaysDoneRateAndTimeLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := reporter{table: profilestore.Description{Items: 12000}, began: time.Now()}
		time.Sleep(20 * time.Second)
		run := backfill.Counts{Items: 2000, Units: 500}
		for want, c := range map[string]backfill.Checkpoint{
			"3,000 profiles (about 25 %), 3,000 announced, 100.0 profiles/s, 25.0 read units/s, about 1m30s left":       at(3000, 0),
			"12,000 profiles (about 99 %), 12,000 announced, 100.0 profiles/s, 25.0 read units/s, time left not known":  at(12000, 1),
			"13,000 profiles, 13,000 announced, 100.0 profiles/s, 25.0 read units/s, time left not known":               at(13000, 1),
			"13,000 profiles (about 100 %), 13,000 announced, 100.0 profiles/s, 25.0 read units/s, time left not known": at(13000, 2),
		} {
			if got := n.progress(c, run); got != want {
				t.Errorf("it says %q, want %q", got, want)
			}
		}
		bad := at(3000, 0)
		bad.Unreadable, bad.Refused = 1, 2
		if got := n.progress(bad, run); !strings.Contains(got, "3 NOT announced") {
			t.Errorf("it says %q", got)
		}
		if got := n.progress(at(0, 0), backfill.Counts{}); !strings.Contains(got, "time left not known") {
			t.Errorf("at the beginning it says %q", got)
		}
		if got := n.summary(at(3000, 2), run); !strings.Contains(got, "3,000 of 3,000 profiles announced in 20s: 100.0 profiles/s, 25.0 read units/s") ||
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
			n := reporter{Progress: &cli.Progress{Out: &out, Terminal: terminal}, began: time.Now(), table: profilestore.Description{Items: 10}}
			w := &backfill.Walk{Read: func(ctx context.Context, _ backfill.Position) (backfill.Page, error) {
				select {
				case <-ctx.Done():
				case <-time.After(35 * time.Second):
				}
				return backfill.Page{}, errors.New("no table")
			}}
			stop := n.follow(w)
			_, err := w.Run(t.Context(), backfill.Begin(backfill.Plan{}, 1, time.Now()))
			n.trouble(backfill.Trouble{UserID: "a\x1b[2J", Err: errors.New("why\x1b")})
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

func TestOneOfAThingIsNoPlural(t *testing.T) {
	for rate, want := range map[float64]string{1: "1 unit", 0.5: "0.5 units", 1e6: "1,000,000 units", 0.001: "0.001 units"} {
		if got := perSecond(rate, "unit"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		n := reporter{Progress: &cli.Progress{Out: &out}, table: profilestore.Description{Name: "t", Items: 1, Bytes: 4096}}
		n.begin("bus b", 1, 1)
		one := backfill.Counts{Items: 1, Announced: 1, Units: 1}
		end := at(1, 2)
		end.Counts = one
		for text, want := range map[string]string{
			out.String():        "table t, about 1 profile and 1 read unit (DynamoDB counts every six hours or so), to bus b: about 1s at 1 unit and 1 announcement a second\n",
			n.done(end, one):    "1 profile (about 100 %), 1 announced,",
			n.summary(end, one): "1 of 1 profile announced in 0s: 1000.0 profiles/s, 1000.0 read units/s, 1 read unit",
		} {
			if !strings.HasPrefix(text, want) {
				t.Errorf("it says %q, want %q", text, want)
			}
		}
	})
}
