package pause

import (
	"cmp"
	"context"
	"math/rand/v2"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// Filled is a Retry with the defaults where it says nothing: no field is zero or
// negative afterwards. Sleep and Random have defaults here.
func Filled(r, defaults events.Retry) events.Retry {
	r.Attempts = cmp.Or(max(r.Attempts, 0), defaults.Attempts)
	r.Base = cmp.Or(max(r.Base, 0), defaults.Base)
	r.Cap = cmp.Or(max(r.Cap, 0), defaults.Cap)
	if r.Sleep == nil {
		r.Sleep = For
	}
	if r.Random == nil {
		r.Random = rand.Float64
	}
	return r
}

// Before waits before the n-th repetition, n counting from 1. r is Filled. It tells
// whether there is any point in going on: not where ctx is done, nor where its
// deadline would pass in the wait.
func Before(ctx context.Context, r *events.Retry, n int) bool {
	limit := r.Base
	for ; n > 1 && limit < r.Cap; n-- {
		limit += min(limit, r.Cap-limit) // never over Cap, so never over the largest duration
	}
	delay := time.Duration(r.Random() * float64(min(limit, r.Cap)))
	if deadline, ok := ctx.Deadline(); ctx.Err() != nil || ok && time.Until(deadline) <= delay {
		return false
	}
	return r.Sleep(ctx, delay) == nil && ctx.Err() == nil
}
