package events_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/events"
)

// seeded is randomness that a test can repeat.
func seeded(seed byte) io.Reader { return mathrand.NewChaCha8([32]byte{seed}) }

// always is entropy of one byte for ever.
type always byte

func (b always) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(b)
	}
	return len(p), nil
}

func TestClockOnlyGoesForward(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		clock := events.NewClockOf(func() time.Time { return now }, seeded(1))
		var last events.Stamp
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.SampledFrom([]int{-3_600_000, -1, 0, 0, 1, 1000}).Draw(t, "ms")) * time.Millisecond)
			if rapid.IntRange(0, 3).Draw(t, "observe") == 0 {
				seen := anyStamp.Draw(t, "seen")
				clock.Observe(seen)
				if seen.After(last) {
					last = seen
				}
			}
			next := clock.Next()
			if !next.After(last) {
				t.Fatalf("%s after %s", next, last)
			}
			last = next
		}
	})
}

func TestClockStaysNearTheWallClock(t *testing.T) {
	now := noon
	clock := events.NewClockOf(func() time.Time { return now }, seeded(1))
	for range 1000 { // stands still
		clock.Next()
	}
	if got := clock.Next().Time(); !got.Equal(noon) {
		t.Errorf("at a clock that stands still: %s, want %s", got, noon)
	}
	now = now.Add(time.Second)
	if got := clock.Next().Time(); !got.Equal(now) {
		t.Errorf("a second later: %s, want %s", got, now)
	}
	clock.Observe(stampAt(0))
	if got := clock.Next().Time(); !got.Equal(now) {
		t.Errorf("having observed the past: %s, want %s", got, now)
	}
	clock.Observe(stampAt(60_000))
	if got, want := clock.Next().Time(), noon.Add(60_001*time.Millisecond); !got.Equal(want) {
		t.Errorf("having observed the future: %s, want %s", got, want)
	}
}

func TestObserveOfLessChangesNothing(t *testing.T) {
	issue := func(observe ...events.Stamp) (stamps []events.Stamp) {
		clock := events.NewClockOf(func() time.Time { return noon }, seeded(1))
		clock.Next()
		for _, s := range observe {
			clock.Observe(s)
		}
		return []events.Stamp{clock.Next(), clock.Next()}
	}
	if want, got := issue(), issue(events.Stamp{}, stampAt(-5)); !slices.Equal(want, got) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestClocksThatObservedTheSameStampDoNotCollide(t *testing.T) {
	seen := stampAt(1000)
	issued := map[events.Stamp]bool{}
	for seed := range byte(50) {
		clock := events.NewClockOf(func() time.Time { return noon }, seeded(seed))
		clock.Observe(seen)
		for range 20 {
			s := clock.Next()
			if issued[s] || !s.After(seen) {
				t.Fatalf("%s was issued twice, or is not after %s", s, seen)
			}
			issued[s] = true
		}
	}
}

// always(0xff) draws the greatest random part, and then the greatest step.
func TestClockCarriesIntoTheHighBits(t *testing.T) {
	clock := events.NewClockOf(func() time.Time { return noon }, always(0xff))
	first, second := clock.Next(), clock.Next()
	if first[6] != 0x7f || second[6] != 0x80 || !second.After(first) || !second.Time().Equal(noon) {
		t.Errorf("%x, then %x", first, second)
	}
}

func TestClockGoesForwardEvenWhereRandomnessIsZero(t *testing.T) {
	clock := events.NewClockOf(func() time.Time { return noon }, always(0))
	if first, second := clock.Next(), clock.Next(); !second.After(first) {
		t.Errorf("%s after %s", second, first)
	}
}

// The vector was worked out without this package.
func TestNextAboveIsExact(t *testing.T) {
	at := time.UnixMilli(0x1a2_0000_0001).UTC() // 42 bits of clock: 0x1a200000001
	clock := events.NewClockOf(func() time.Time { return at }, always(0xff))
	seen, err := events.DeriveStamp(at.Add(time.Minute), "x")
	if err != nil {
		t.Fatal(err)
	}
	got := clock.NextAbove(seen)
	if want := "34400000003fffffffff"; fmt.Sprintf("%x", got[6:]) != want || !got.Time().Equal(at.Add(time.Minute+time.Millisecond)) {
		t.Errorf("%x at %s, want %s", got[6:], got.Time(), want)
	}
}

func TestNextAboveIsGreaterAndMovesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := noon
		clock := events.NewClockOf(func() time.Time { return now }, seeded(rapid.Byte().Draw(t, "seed")))
		other := events.NewClockOf(func() time.Time { return now }, seeded(1+rapid.Byte().Draw(t, "another seed")))
		last := clock.Next()
		for range rapid.IntRange(1, 20).Draw(t, "times") {
			seen := stampAt(rapid.IntRange(-1000, 300_000).Draw(t, "seen"))
			issued := clock.NextAbove(seen)
			if !issued.After(seen) {
				t.Fatalf("%s is not above %s", issued, seen)
			}
			if limit := max(now.UnixMilli()+1, seen.Time().UnixMilli()+1); issued.Time().UnixMilli() > limit {
				t.Fatalf("%s is far above %s", issued, seen)
			}
			if next := clock.Next(); !next.After(last) || next.Time().After(now.Add(time.Millisecond)) {
				t.Fatalf("%s after %s: the clock was moved", next, last)
			} else {
				last = next
			}
			now = now.Add(time.Duration(rapid.IntRange(1, 50).Draw(t, "ms")) * time.Millisecond)
			if !seen.Time().After(now) {
				continue // the other writer's clock has caught up
			}
			if later := other.NextAbove(seen); !later.After(issued) {
				t.Fatalf("a later writer of the same profile got %s, an earlier one %s", later, issued)
			}
		}
	})
}

func TestNextAboveAtTheEndOfTimeDoesNotPanic(t *testing.T) {
	end, err := events.ParseStamp("7ZZZZZZZZZZZZZZZZZZZZZZZZZ")
	if err != nil {
		t.Fatal(err)
	}
	if got := events.NewClockOf(func() time.Time { return noon }, seeded(1)).NextAbove(end); got.Time() != end.Time() {
		t.Errorf("%s", got)
	}
}

func TestObserveAtTheEndOfTimeDoesNotPanic(t *testing.T) {
	end, err := events.ParseStamp("7ZZZZZZZZZ0000000000000000")
	if err != nil {
		t.Fatal(err)
	}
	clock := events.NewClockOf(func() time.Time { return noon }, seeded(1))
	clock.Observe(end)
	if got := clock.Next(); !got.After(end) {
		t.Errorf("%s after %s", got, end)
	}
}

func TestClockPanicsWithoutRandomness(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a stamp was issued without randomness")
		}
	}()
	events.NewClockOf(func() time.Time { return noon }, bytes.NewReader(nil)).Next()
}

func TestClockIsSafeForConcurrentUse(t *testing.T) {
	const workers, each = 8, 500
	clock := events.NewClockOf(func() time.Time { return noon }, rand.Reader)
	stamps := make([][]events.Stamp, workers)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for range each {
				stamps[w] = append(stamps[w], clock.Next())
				clock.Observe(stamps[w][0])
			}
		})
	}
	wg.Wait()
	all := slices.Concat(stamps...)
	slices.SortFunc(all, events.Stamp.Compare)
	if distinct := slices.Compact(all); len(distinct) != workers*each {
		t.Errorf("%d distinct stamps, want %d", len(distinct), workers*each)
	}
	for _, own := range stamps {
		if !slices.IsSortedFunc(own, events.Stamp.Compare) {
			t.Error("a worker saw stamps go back")
		}
	}
}

func TestNewClockUsesTheSystem(t *testing.T) {
	a, b := events.NewClock().Next(), events.NewClock().Next()
	if a == b || a.Time().Year() < 2024 {
		t.Errorf("%s and %s", a, b)
	}
}
