package localrun

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/bot-preferences/bot-preferences/events"
)

// The load: changes of this many users, and one user has 30 % of the changes.
const (
	overloadUsers   = 2_000
	overloadKeys    = 20 // of each user
	overloadSenders = 8
	hotUser         = "hot"
	hotPercent      = 30
)

// overloadLoad returns the changes in the order of their ids. Nearly each of them then
// makes a revision of its own unless it is folded, which is the worst case for the hot
// item. Their users and content depend only on the seed.
func overloadLoad(seed uint64, n int) []events.PreferenceChange {
	random := rand.New(rand.NewPCG(2026, seed))
	clock := events.NewClock()
	changes := make([]events.PreferenceChange, n)
	for i := range changes {
		user := hotUser
		if random.IntN(100) >= hotPercent {
			user = fmt.Sprintf("user-%d", random.IntN(overloadUsers))
		}
		changes[i] = events.PreferenceChange{
			ID: clock.Next(), UserID: user, Preferences: overloadPreferences(random), Replace: random.IntN(200) == 0,
		}
	}
	return changes
}

// overloadPreferences are one to three values of about 100 bytes.
func overloadPreferences(random *rand.Rand) events.Preferences {
	p := events.Preferences{}
	for range 1 + random.IntN(3) {
		value := events.JSON(fmt.Sprintf(`"%s %d"`, strings.Repeat("x", 80+random.IntN(40)), random.IntN(1000)))
		if random.IntN(10) == 0 {
			value = events.Unset
		}
		p[fmt.Sprintf("key%d", random.IntN(overloadKeys))] = value
	}
	return p
}

// offer puts the changes into the pipeline as fast as it takes them, in turn over
// the bus and straight into the queue.
func offer(ctx context.Context, env *Environment, changes []events.PreferenceChange) error {
	const portion = 100
	sending, ctx := errgroup.WithContext(ctx)
	sending.SetLimit(overloadSenders)
	bus, queue := bus(env), changeQueue(env)
	for i := 0; i < len(changes); i += portion {
		part := changes[i:min(i+portion, len(changes))]
		send := bus.Send
		if i/portion%2 == 1 {
			send = queue.Send
		}
		sending.Go(func() error {
			envelopes := make([]events.Envelope, len(part))
			for i := range part {
				envelopes[i] = events.ChangeEnvelope("overload", &part[i], time.Now())
			}
			for _, err := range send(ctx, envelopes) {
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return sending.Wait()
}

// folded returns the states that result from the changes, by user.
func folded(changes []events.PreferenceChange) map[string]events.State {
	byUser := map[string][]events.PreferenceChange{}
	for _, c := range changes {
		byUser[c.UserID] = append(byUser[c.UserID], c)
	}
	states := make(map[string]events.State, len(byUser))
	for user, changes := range byUser {
		states[user] = events.Fold(changes...)
	}
	return states
}
