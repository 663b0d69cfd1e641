package backfill

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// A spending is what was spent, and when.
type spending struct {
	at    time.Duration
	units float64
}

// checkRate checks spendings against the bound. Since the beginning, a walk may spend
// what the rate allows, plus what pages cost beyond their expected cost. Within any
// span of time it may also spend one page of each segment, which is a second's worth.
// Units that a page was expected to cost, but did not, are spent later.
func checkRate(t *testing.T, all []spending, rate, surplus float64) {
	t.Helper()
	total := 0.0
	for _, s := range all {
		if total += s.units; total > rate*s.at.Seconds()+surplus+1e-6 {
			t.Fatalf("%.1f spent within %s, %.1f are allowed", total, s.at, rate*s.at.Seconds()+surplus)
		}
	}
	for i := range all {
		sum := 0.0
		for j := i; j < len(all); j++ {
			sum += all[j].units
			// The first of the span was paid for before it.
			if allowed := rate*(all[j].at-all[i].at).Seconds() + all[i].units + surplus + rate; sum > allowed+1e-6 {
				t.Fatalf("%.1f spent from %s to %s, %.1f are allowed", sum, all[i].at, all[j].at, allowed)
			}
		}
	}
}

// A walk over pages of known cost spends no more than its rates, and not much less. The
// rates determine its duration.
func TestAWalkKeepsItsPace(t *testing.T) {
	for _, c := range []struct {
		rate, eventsRate, cost float64 // of an item
		want                   time.Duration
	}{
		{50, 1000, 1, 40 * time.Second},
		{50, 1000, 10, 400 * time.Second},
		{50, 1000, 0.05, 4 * time.Second}, // the announcements take half of it
		{1000, 20, 1, 100 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			const items, segments = 2000, 4
			var lock sync.Mutex
			var read, sent []spending
			left := [segments]int{items / segments, items / segments, items / segments, items / segments}
			began := time.Now()
			w := Walk{
				Units: NewPace(c.rate), Announcements: NewPace(c.eventsRate), MaxUnits: c.rate / segments,
				Read: func(_ context.Context, at Position) (Page, error) {
					lock.Lock()
					defer lock.Unlock()
					n := min(at.Limit, left[at.Segment], int(256/c.cost)) // 1 MiB at most
					left[at.Segment] -= n
					page := Page{Units: c.cost * float64(n), Profiles: make([]events.Profile, n)}
					for i := range page.Profiles {
						page.Profiles[i] = profileOf("u")
					}
					if left[at.Segment] > 0 {
						page.After = fmt.Sprint(left[at.Segment])
					}
					read = append(read, spending{time.Since(began), page.Units})
					return page, nil
				},
				Target: sending(func(_ context.Context, e []events.Envelope) []error {
					lock.Lock()
					defer lock.Unlock()
					sent = append(sent, spending{time.Since(began), float64(len(e))})
					return make([]error, len(e))
				}),
			}
			end, err := w.Run(t.Context(), Begin(Plan{}, segments, time.Now()))
			if err != nil || end.Announced != items {
				t.Fatalf("%v, %+v", err, end.Counts)
			}
			// Until a page is read, an item is expected to cost one unit.
			surplus := 0.0
			if c.cost > 1 {
				surplus = segments * c.rate / segments * c.cost
			}
			checkRate(t, read, c.rate, surplus)
			checkRate(t, sent, c.eventsRate, 0)
			if took := time.Since(began); took < c.want-2*time.Second || took > c.want*14/10+2*time.Second {
				t.Errorf("%+v took %s", c, took)
			}
		})
	}
}

func TestAPaceSavesNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewPace(10)
		if err := p.Take(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		began := time.Now()
		for range 5 {
			if err := p.Take(t.Context(), 10); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(began); took != 5*time.Second {
			t.Errorf("50 at 10 a second took %s", took)
		}
		p.Settle(20)
		if _ = p.Take(t.Context(), 10); time.Since(began) != 8*time.Second {
			t.Errorf("what was spent beyond was paid for after %s", time.Since(began))
		}
	})
}

func TestAPaceLetsGoWhenTheContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if err := NewPace(1).Take(ctx, 100); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second {
			t.Errorf("%v after %s", err, time.Since(began))
		}
		var none *Pace
		none.Settle(1)
		if err := none.Take(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v", err)
		}
	})
}

// A cost that exceeds a Duration is still waited for, and returning it does not pay for
// anything later.
func TestAPaceBoundsTheLargestCosts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 24*time.Hour)
		defer cancel()
		if err := NewPace(1).Take(ctx, 1e30); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("1e30 at 1 a second within a day: %v", err)
		}
		p := NewPace(10)
		p.Settle(-1e30)
		began := time.Now()
		if err := p.Take(t.Context(), 10); err != nil || time.Since(began) != time.Second {
			t.Errorf("10 at 10 a second: %v after %s", err, time.Since(began))
		}
	})
}
