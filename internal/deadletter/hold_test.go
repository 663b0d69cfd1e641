package deadletter_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/internal/deadletter"
)

// A hidingQueue has letters that are hidden for a time. It is a Client whose clock is that
// of the test's bubble.
type hidingQueue struct {
	deadletter.Client
	mu      sync.Mutex
	until   map[string]time.Time // when a letter is visible again, by its id
	took    atomic.Int64         // each request to receive or to renew takes so long, in ns
	failing bool                 // visibility cannot be changed
	gone    int                  // time-outs of deleted letters that were to be changed
}

func newHidingQueue(n int) *hidingQueue {
	q := &hidingQueue{until: map[string]time.Time{}}
	for i := range n {
		q.until["m"+strconv.Itoa(i)] = time.Time{}
	}
	return q
}

func (q *hidingQueue) ReceiveMessage(_ context.Context, in *sqs.ReceiveMessageInput, _ ...func(*sqs.Options)) (*sqs.ReceiveMessageOutput, error) {
	time.Sleep(time.Duration(q.took.Load()))
	q.mu.Lock()
	defer q.mu.Unlock()
	out := &sqs.ReceiveMessageOutput{}
	for id, until := range q.until {
		if time.Now().After(until) && len(out.Messages) < int(in.MaxNumberOfMessages) {
			q.until[id] = time.Now().Add(time.Duration(in.VisibilityTimeout) * time.Second)
			out.Messages = append(out.Messages, types.Message{MessageId: aws.String(id), ReceiptHandle: aws.String(id), Body: aws.String(`{"user_id":"u"}`)})
		}
	}
	return out, nil
}

// ChangeMessageVisibilityBatch processes a request also if its caller gives up meanwhile,
// as SQS may.
func (q *hidingQueue) ChangeMessageVisibilityBatch(ctx context.Context, in *sqs.ChangeMessageVisibilityBatchInput, _ ...func(*sqs.Options)) (*sqs.ChangeMessageVisibilityBatchOutput, error) {
	q.mu.Lock()
	failing := q.failing
	q.mu.Unlock()
	if ctx.Err() != nil || failing {
		return nil, errors.Join(ctx.Err(), errors.New("no answer"))
	}
	took, answered := time.Duration(q.took.Load()), make(chan struct{})
	go func() {
		time.Sleep(took)
		q.change(in)
		close(answered)
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-answered:
		return &sqs.ChangeMessageVisibilityBatchOutput{}, nil
	}
}

func (q *hidingQueue) change(in *sqs.ChangeMessageVisibilityBatchInput) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range in.Entries {
		id := aws.ToString(e.ReceiptHandle)
		if _, ok := q.until[id]; !ok {
			q.gone++
			continue
		}
		q.until[id] = time.Now().Add(time.Duration(e.VisibilityTimeout) * time.Second)
	}
}

func (q *hidingQueue) DeleteMessage(_ context.Context, in *sqs.DeleteMessageInput, _ ...func(*sqs.Options)) (*sqs.DeleteMessageOutput, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.until, aws.ToString(in.ReceiptHandle))
	return &sqs.DeleteMessageOutput{}, nil
}

// hidden counts the letters that nobody sees now.
func (q *hidingQueue) hidden() (n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, until := range q.until {
		if time.Now().Before(until) {
			n++
		}
	}
	return n
}

// While a command works, nobody else sees its letters, however long that takes.
func TestAHoldHidesLettersForAsLongAsItsProcessWorks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newHidingQueue(25)
		h, err := deadletter.New(q, "url").Hold(t.Context(), 100)
		if err != nil || len(h.Letters) != 25 || h.More {
			t.Fatalf("%d letters, %v", len(h.Letters), err)
		}
		for range 60 {
			if time.Sleep(5 * time.Second); q.hidden() != 25 {
				t.Fatalf("%d of 25 are hidden", q.hidden())
			}
		}
		time.Sleep(time.Second) // no letter is being renewed
		if err := errors.Join(h.Release(t.Context(), h.Letters[:5]...), h.Discard(t.Context(), h.Letters[5])); err != nil {
			t.Fatal(err)
		}
		if time.Sleep(time.Minute); q.hidden() != 19 {
			t.Errorf("%d are hidden after 5 were released and 1 was deleted", q.hidden())
		}
		if err := h.Close(t.Context()); err != nil || q.hidden() != 0 || q.gone != 0 {
			t.Errorf("%d are hidden after the end, %d requests for deleted letters, %v", q.hidden(), q.gone, err)
		}
	})
}

// A process that was killed releases nothing: its letters are back after half a minute.
func TestLettersOfAKilledProcessComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newHidingQueue(3)
		ctx, kill := context.WithCancel(t.Context())
		h, err := deadletter.New(q, "url").Hold(ctx, 100)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		kill()
		if time.Sleep(deadletter.HideFor); q.hidden() != 0 {
			t.Errorf("%d are hidden", q.hidden())
		}
		if err := h.Close(ctx); err != nil {
			t.Error(err)
		}
	})
}

// Receiving many letters takes longer than a time-out, and each comes once.
func TestAHoldThatReceivesForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newHidingQueue(1100)
		q.took.Store(int64(time.Second))
		h, err := deadletter.New(q, "url").Hold(t.Context(), 1000)
		if err != nil || len(h.Letters) != 1000 || !h.More || q.hidden() != 1000 {
			t.Errorf("%d letters, %d hidden, %v", len(h.Letters), q.hidden(), err)
		}
		time.Sleep(time.Minute)
		if q.hidden() != 1000 {
			t.Errorf("%d hidden", q.hidden())
		}
		q.took.Store(int64(500 * time.Millisecond)) // to release 1,000 takes 7 s
		if err := h.Close(t.Context()); err != nil || q.hidden() != 0 {
			t.Errorf("%d are hidden, %v", q.hidden(), err)
		}
	})
}

func TestAHoldThatCannotReleaseSaysWhenLettersAreBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newHidingQueue(1)
		h, err := deadletter.New(q, "url").Hold(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		q.failing = true
		if err := h.Close(t.Context()); err == nil {
			t.Error("no error")
		}
		if time.Sleep(deadletter.HideFor); q.hidden() != 0 {
			t.Error("it renews after the end")
		}
	})
}

// SQS may process a request to renew after its caller gave up. Close releases letters only
// once such a request is answered, also where the command was interrupted.
func TestARenewalUnderWayDoesNotHideReleasedLetters(t *testing.T) {
	for name, interrupted := range map[string]bool{"at the end": false, "when interrupted": true} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := newHidingQueue(1)
				ctx, interrupt := context.WithCancel(t.Context())
				defer interrupt()
				h, err := deadletter.New(q, "url").Hold(ctx, 1)
				if err != nil {
					t.Fatal(err)
				}
				q.took.Store(int64(4 * time.Second))
				time.Sleep(11 * time.Second) // it renews every ten seconds
				q.took.Store(0)
				if interrupted {
					interrupt()
				}
				if err := h.Close(ctx); err != nil {
					t.Error(err)
				}
				if time.Sleep(10 * time.Second); q.hidden() != 0 {
					t.Errorf("%d hidden ten seconds after the end", q.hidden())
				}
			})
		})
	}
}

// Close does not wait forever for a request that is never answered.
func TestCloseEndsThoughARenewalIsNeverAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := newHidingQueue(1)
		h, err := deadletter.New(q, "url").Hold(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		q.took.Store(int64(time.Hour))
		time.Sleep(11 * time.Second)
		began := time.Now()
		if err := h.Close(t.Context()); err == nil || time.Since(began) > 15*time.Second {
			t.Errorf("it ends after %s: %v", time.Since(began), err)
		}
		time.Sleep(2 * time.Hour) // until the queue has processed the requests
	})
}
