package deadletter

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

const (
	// HideFor is how long a Hold hides letters from others at a time. The letters of a
	// process that was killed are back after it.
	HideFor = 30 * time.Second

	renewEvery     = 10 * time.Second
	renewTimeout   = 5 * time.Second  // of requests that are under way when Close is called
	releaseTimeout = 10 * time.Second // of Close, after that
)

// A Hold has received letters, and hides them from others until they are released or
// gone, for as long as the process lives. It renews their time-outs by itself, ten
// letters in a request and eight requests at once. Where a request takes 50 ms, that is
// enough for over 20,000 letters. If it cannot renew one, others see it again, and what is
// done with it twice is harmless. SQS ends each Hold on a letter after 12 h.
//
// The caller must Close it. Safe for concurrent use, apart from its fields.
type Hold struct {
	Letters []Browsed // as they were received
	More    bool      // the queue may have more letters

	queue *Queue
	stop  func() // ends the renewing, and returns when no request is under way

	mu   sync.Mutex
	kept map[string]Browsed

	// renewing is read-locked by each request that renews. A letter is forgotten between
	// such requests: none that was answered hides it again after its release. SQS may still
	// process a request whose caller gave up, so a request under way is waited for, and
	// canceled only after renewTimeout.
	renewing sync.RWMutex
}

// Hold receives up to max letters, as Browse does, and hides them. After an error it has
// those that were received until then.
func (q *Queue) Hold(ctx context.Context, max int) (*Hold, error) {
	h := &Hold{queue: q, kept: map[string]Browsed{}}
	working, end := context.WithCancel(ctx)
	requests, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var renewer sync.WaitGroup
	renewer.Go(func() { h.renew(working, requests) })
	h.stop = func() {
		end()
		late := time.AfterFunc(renewTimeout, cancel)
		renewer.Wait()
		late.Stop()
		cancel()
	}
	var err error
	h.Letters, err = q.browse(ctx, max, HideFor, h.add)
	h.More = len(h.Letters) == max
	return h, err
}

// Release makes letters visible to others at once.
func (h *Hold) Release(ctx context.Context, letters ...Browsed) error {
	h.forget(letters...)
	return h.queue.Release(ctx, letters...)
}

// Discard deletes a letter. After an error the letter is still held.
func (h *Hold) Discard(ctx context.Context, b Browsed) error {
	err := h.queue.Discard(ctx, b)
	if err == nil {
		h.forget(b)
	}
	return err
}

// Redrive sends a letter's body to a queue as it is, then deletes the letter: see
// [Queue.Redrive]. After an error the letter is still held.
func (h *Hold) Redrive(ctx context.Context, b Browsed, to Sender) error {
	err := h.queue.Redrive(ctx, b, to)
	if err == nil {
		h.forget(b)
	}
	return err
}

// Close releases the letters that are left, also after ctx has ended. It waits for requests
// that are under way first, and takes 15 seconds at most. Letters that it cannot release
// are back within HideFor.
func (h *Hold) Close(ctx context.Context) error {
	h.stop()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	left := slices.Collect(maps.Values(h.kept))
	if err := h.Release(ctx, left...); err != nil {
		return fmt.Errorf("not every dead letter is visible again; the rest is within %s: %w", HideFor, err)
	}
	return nil
}

func (h *Hold) add(b Browsed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.kept[b.ID] = b
}

func (h *Hold) forget(letters ...Browsed) {
	h.renewing.Lock()
	defer h.renewing.Unlock()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, b := range letters {
		delete(h.kept, b.ID)
	}
}

// renew extends the time-outs again and again until working ends. A request that has begun
// by then ends with requests.
func (h *Hold) renew(working, requests context.Context) {
	ticks := time.NewTicker(renewEvery)
	defer ticks.Stop()
	for {
		select {
		case <-working.Done():
			return
		case <-ticks.C:
		}
		h.mu.Lock()
		ids := slices.Collect(maps.Keys(h.kept))
		h.mu.Unlock()
		_ = inBatches(ids, func(some []string) error { // see Hold
			if working.Err() != nil {
				return nil
			}
			return h.renewSome(requests, some)
		})
	}
}

// renewSome extends the time-outs of those letters that are still held: at most a batch.
func (h *Hold) renewSome(ctx context.Context, ids []string) error {
	h.renewing.RLock()
	defer h.renewing.RUnlock()
	h.mu.Lock()
	var letters []Browsed
	for _, id := range ids {
		if b, ok := h.kept[id]; ok {
			letters = append(letters, b)
		}
	}
	h.mu.Unlock()
	return h.queue.hide(ctx, letters, HideFor)
}
