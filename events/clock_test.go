package events_test

import (
	"bytes"
	"crypto/rand"
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
