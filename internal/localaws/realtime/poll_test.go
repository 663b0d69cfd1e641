package realtime

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// pile is a source from which each call takes one thing.
type pile struct{ n, tries int }

func (p *pile) Ready() bool { return p.n > 0 }

func (p *pile) take(until time.Time) wire.Call {
	return func() (any, error) {
		p.tries++
		switch {
		case p.n > 0:
			p.n--
			return "one", nil
		case time.Now().Before(until):
			return nil, &wire.Pending{Until: until, On: p}
		}
		return "none", nil
	}
}

func bare(t *testing.T) *Driver {
	t.Helper()
	w := &world.World{Region: "us-east-1", Account: "000000000000", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))}
	cloud, err := localaws.New(w, &stack.Stack{})
	if err != nil {
		t.Fatal(err)
	}
	return New(cloud, nil, time.Now)
}

func TestIdlePollsCostNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, busy, idle := bare(t), &pile{}, &pile{}
		until := time.Now().Add(20 * time.Second)
		const polls = 1000
		var done sync.WaitGroup
		for range polls {
			done.Go(func() { _, _ = d.call(t.Context(), idle.take(until)) })
		}
		synctest.Wait()
		for range 100 {
			_, _ = d.call(t.Context(), func() (any, error) { busy.n++; return nil, nil })
		}
		synctest.Wait()
		d.Do(func(*localaws.Cloud) {
			if idle.tries != polls {
				t.Errorf("%d idle polls were run %d times while another source changed", polls, idle.tries)
			}
		})
		done.Wait()
	})
}

func TestOneMessageWakesOnePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := bare(t), &pile{}
		until := time.Now().Add(20 * time.Second)
		const polls = 50
		answers := map[any]int{} // guarded by the driver's lock, as p is
		var done sync.WaitGroup
		for range polls {
			done.Go(func() {
				out, _ := d.call(t.Context(), p.take(until))
				d.mu.Lock()
				defer d.mu.Unlock()
				answers[out]++
			})
		}
		synctest.Wait()
		d.Do(func(*localaws.Cloud) { p.n = 3 })
		synctest.Wait()
		d.Do(func(*localaws.Cloud) {
			if p.n != 0 || answers["one"] != 3 || p.tries != polls+3 {
				t.Errorf("%d left, %v answers, %d tries; want none, 3 and %d", p.n, answers, p.tries, polls+3)
			}
		})
		done.Wait()
		if answers["none"] != polls-3 {
			t.Errorf("answers %v", answers)
		}
		if len(d.polls) != 0 {
			t.Errorf("polls are still registered: %v", d.polls)
		}
	})
}

func TestPollThatIsGonePassesItsTurnOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := bare(t), &pile{}
		until := time.Now().Add(20 * time.Second)
		gone, leave := context.WithCancel(t.Context())
		results := make(chan error, 2)
		go func() { _, err := d.call(gone, p.take(until)); results <- err }()
		synctest.Wait()
		go func() { _, err := d.call(t.Context(), p.take(until)); results <- err }()
		synctest.Wait()
		began := time.Now()
		d.Do(func(*localaws.Cloud) {
			p.n = 1
			leave() // before the one that is woken can run
		})
		if a, b := <-results, <-results; errors.Is(a, context.Canceled) == errors.Is(b, context.Canceled) {
			t.Errorf("errors %v and %v, want one cancelled and one answered", a, b)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("the other poll was answered after %v", waited)
		}
	})
}

// A call that was woken may find that another one was faster. It then waits again.
func TestPollThatComesTooLateWaitsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, p := bare(t), &pile{}
		began := time.Now()
		var out any
		var done sync.WaitGroup
		done.Go(func() { out, _ = d.call(t.Context(), p.take(began.Add(20*time.Second))) })
		synctest.Wait()
		d.mu.Lock()
		p.n = 1
		d.announce()
		p.n = 0
		d.mu.Unlock()
		done.Wait()
		if waited := time.Since(began); out != "none" || waited != 20*time.Second {
			t.Errorf("%v after %v", out, waited)
		}
	})
}

func TestCallThatPanicsLetsTheOthersGoOn(t *testing.T) {
	d := bare(t)
	func() {
		defer func() { _ = recover() }()
		_, _ = d.call(t.Context(), func() (any, error) { panic("a bug in a machine") })
	}()
	if !d.mu.TryLock() {
		t.Fatal("the cloud stays locked")
	}
	d.mu.Unlock()
}
