package backfill

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/nightly"
)

// seeds is how many histories are played. Each takes about 30 ms, and 150 ms
// under the race detector.
var seeds = nightly.Size(16, 96)

// A history is writes, republishing, deliveries, a walk and its crashes, in an order
// that a seed makes up. Two subscribers follow. One came late and has nothing. The
// other was there from the start, and lost half of what it was sent before the walk,
// and some of its copies.
type history struct {
	*pipeline
	*rand.Rand
	late, lossy *subscriber
	onWay       [][]byte // to both, not delivered yet
	sent        int      // of the bus, up to where it is on its way
	saved       Checkpoint
	walk        *Walk
	subscribed  bool
	quiet       bool // nobody writes while the walk is under way
	keys        []string
	crashes     int
}

func newHistory(t *testing.T, seed uint64, keys []string) *history {
	h := &history{
		pipeline: newPipeline(t, seed), Rand: rand.New(rand.NewPCG(seed, 2)),
		late: newSubscriber(), lossy: newSubscriber(), keys: keys,
		quiet: seed%3 == 0,
	}
	return h
}

// live does one thing that happens beside the walk.
func (h *history) live() {
	h.now = h.now.Add(time.Duration(h.IntN(5)) * time.Millisecond)
	switch h.IntN(10) {
	case 0, 1, 2, 3:
		if h.subscribed && h.quiet { // what was lost before is not said again
			h.deliver()
			return
		}
		h.write()
	case 4, 5, 6:
		h.announceNext(1 + h.IntN(3))
	case 7:
		if len(h.keys) == 0 { // a tombstone is forgotten too, after a month
			h.stream() // or it is forgotten
			h.now = h.now.Add(time.Duration(h.IntN(20)) * 24 * time.Hour)
			h.table.ExpireBy(h.now)
		}
	default:
		h.deliver()
	}
}

// stream announces all that is in the stream.
func (h *history) stream() { h.announceNext(1 << 20) }

func (h *history) write() {
	user := fmt.Sprintf("u%d", h.IntN(12))
	key := string("ab"[h.IntN(2)])
	switch h.IntN(6) {
	case 0:
		h.merge(user, nil)
	case 1:
		h.merge(user, events.Preferences{key: events.Unset})
	default:
		h.merge(user, events.Preferences{key: events.JSON(fmt.Sprint(h.IntN(1000)))})
	}
}

// deliver delivers one announcement out of turn, and now and then again later.
func (h *history) deliver() {
	for ; h.sent < len(h.bus); h.sent++ {
		if h.subscribed || h.IntN(2) == 0 {
			h.onWay = append(h.onWay, h.bus[h.sent])
		}
	}
	if len(h.onWay) == 0 {
		return
	}
	i := h.IntN(len(h.onWay))
	detail := h.onWay[i]
	if h.IntN(4) > 0 {
		h.onWay[i] = h.onWay[len(h.onWay)-1]
		h.onWay = h.onWay[:len(h.onWay)-1]
	}
	for _, s := range []*subscriber{h.late, h.lossy} {
		if s == h.late && !h.subscribed {
			continue
		}
		if err := s.take(detail); err != nil {
			h.Fatal(err)
		}
	}
}

func (h *history) some() {
	for range h.IntN(4) {
		h.live()
	}
}

var errCrash = errors.New("crash")

// begin makes a walk that resumes from what was saved. It crashes now and then. Other
// things happen while it reads, sends and saves.
func (h *history) begin() *Walk {
	crash := func() error {
		h.some()
		if h.IntN(25) == 0 {
			h.crashes++
			return errCrash
		}
		return nil
	}
	w := &Walk{Keys: h.keys, MaxUnits: 1, Target: sending(func(ctx context.Context, e []events.Envelope) []error {
		if n := h.IntN(len(e) + 1); crash() != nil { // some of them were taken
			return append(h.Send(ctx, e[:n]), failures(len(e)-n)...)
		}
		return h.Send(ctx, e)
	})}
	w.Read = func(ctx context.Context, at Position) (Page, error) {
		if err := crash(); err != nil {
			return Page{}, err
		}
		at.Limit = 1 + h.IntN(3)
		page, err := h.pages(ctx, at)
		return page, errors.Join(err, crash())
	}
	w.Save = func(c Checkpoint) error {
		if err := crash(); err != nil {
			return err
		}
		h.saved = c
		return crash()
	}
	w.start(h.saved)
	return w
}

type sending func(context.Context, []events.Envelope) []error

func (f sending) Send(ctx context.Context, e []events.Envelope) []error { return f(ctx, e) }

func failures(n int) []error {
	errs := make([]error, n)
	for i := range errs {
		errs[i] = &events.SendError{Outcome: events.Uncertain, Err: errCrash}
	}
	return errs
}

// maxSteps is many times more than any history has.
const maxSteps = 1000

// play plays the whole history.
func (h *history) play() {
	for range 60 {
		h.live()
	}
	for _, user := range slices.Sorted(maps.Keys(h.lossy.copies)) {
		if _, has := h.lossy.copies[user]["a"]; has && h.IntN(4) == 0 {
			h.lossy.copies[user] = events.Preferences{"a": events.Text("spoilt")} // at an equal revision
		}
	}
	h.sent, h.onWay = len(h.bus), nil // never delivered
	h.subscribed = true
	h.saved = Begin(Plan{}, 1+h.IntN(3), h.now)
	h.walk = h.begin()
	for steps := 0; !h.saved.Done(); steps++ {
		if steps == maxSteps {
			h.Fatalf("not done after %d steps: %+v", steps, h.saved)
		}
		h.some()
		if _, err := h.walk.step(h.Context(), h.IntN(len(h.saved.Segments))); err != nil {
			h.walk = h.begin()
		}
	}
	h.stream()
	for h.sent < len(h.bus) || len(h.onWay) > 0 {
		h.deliver()
	}
}

func TestSubscribersConvergeWhateverHappensBesideAWalk(t *testing.T) {
	crashes := 0
	for seed := range uint64(seeds) {
		h := newHistory(t, seed, nil)
		h.play()
		table := h.profiles()
		for name, s := range map[string]*subscriber{"the late": h.late, "the lossy": h.lossy} {
			if err := s.differs(table); err != nil {
				t.Fatalf("seed %d: %s subscriber: %v", seed, name, err)
			}
		}
		for user, kept := range h.late.copies {
			if _, there := table[user]; !there && len(kept) > 0 {
				t.Fatalf("seed %d: of %s, whose item was removed, the late subscriber has %v", seed, user, kept)
			}
		}
		crashes += h.crashes
	}
	if crashes < seeds {
		t.Errorf("only %d crashes in %d histories", crashes, seeds)
	}
}

// A subscriber that follows one key, and receives only what concerns the key, ends with
// the right value.
func TestSubscribersOfAKeyConverge(t *testing.T) {
	for seed := range uint64(seeds) {
		h := newHistory(t, seed, []string{"a"})
		h.play()
		if h.saved.Announced+h.saved.Skipped != h.saved.Items {
			t.Errorf("seed %d: %+v", seed, h.saved.Counts)
		}
		for user, p := range h.profiles() {
			for name, s := range map[string]*subscriber{"late": h.late, "lossy": h.lossy} {
				if s.copies[user]["a"] != p.Visible()["a"] {
					t.Fatalf("seed %d: of %s the %s subscriber has a=%s, the table %s", seed, user, name, s.copies[user]["a"], p.Visible()["a"])
				}
			}
		}
	}
}

// Why reads are strongly consistent: the revision that a stale page misses was
// announced before the subscription.
func TestAStalePageLosesARevision(t *testing.T) {
	p := newPipeline(t, 1)
	p.merge("u", events.Preferences{"a": events.JSON("1")})
	stale, err := p.pages(t.Context(), Position{Segments: 1, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	p.merge("u", events.Preferences{"a": events.JSON("2")})
	p.announceNext(10)
	for name, read := range map[string]func(context.Context, Position) (Page, error){
		"stale": func(context.Context, Position) (Page, error) { return stale, nil }, "consistent": p.pages,
	} {
		p.bus = nil // the subscriber comes
		w := Walk{Read: read, Target: p}
		if _, err := w.Run(t.Context(), Begin(Plan{}, 1, p.now)); err != nil {
			t.Fatal(err)
		}
		s := newSubscriber()
		if err := s.take(p.bus[0]); err != nil {
			t.Fatal(err)
		}
		if err := s.differs(p.profiles()); (err != nil) != (name == "stale") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
