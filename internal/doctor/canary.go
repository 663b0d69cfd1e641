package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// CanaryPrefix begins the ids of the users that the round trip invents. Each run has its
// own, so that runs side by side do not meet.
const CanaryPrefix = "botprefs-doctor-"

// canaryKey is the preference that the round trip sets.
const canaryKey = "botprefs-doctor"

// How long the steps of the round trip may take. A rule of EventBridge that was just made
// may deliver nothing for a minute, so a missing announcement is asked for again.
const (
	storedWithin    = 30 * time.Second
	announcedWithin = 12 * time.Second
	rounds          = 6
	erasedWithin    = 30 * time.Second
)

// A Listener follows announcements.
type Listener interface {
	// Follow calls show with the body of each announcement, until ctx ends.
	Follow(ctx context.Context, show func(body string) error) error
	// Close removes what was made for it, also after ctx has ended.
	Close(ctx context.Context) error
}

// A canary is one round trip.
type canary struct {
	e     *Examination
	r     *Result
	user  string
	clock *events.Clock
	store *profilestore.Store

	announced            <-chan int64 // revisions; nil: nobody listens
	stored, heard, erase time.Duration
}

// checkCanary publishes a change of a user of its own, sees it in the table and its
// announcement on the bus, and erases it.
func (e *Examination) checkCanary(ctx context.Context, r *Result) (err error) {
	clock := events.NewClock()
	c := &canary{
		e: e, r: r, user: CanaryPrefix + clock.Next().String(), clock: clock,
		store: profilestore.New(e.DynamoDB, e.Stack.Table),
	}
	if _, err := c.store.Read(ctx, c.user); err != nil { // before anything is written
		return err
	}
	stop, unheard := c.listen(ctx)
	defer func() { err = errors.Join(err, stop()) }()
	if err := c.roundTrip(ctx); err != nil || len(r.Findings) > 0 {
		return errors.Join(err, c.forget(ctx))
	}
	if err := c.forget(ctx); err != nil {
		return err
	}
	if unheard != nil {
		r.skip(fmt.Sprintf("a change was stored after %s, and erased after %s; its announcement was not checked: %s", ms(c.stored), ms(c.erase), lacking(unheard)))
		return nil
	}
	r.Summary = fmt.Sprintf("a change was stored after %s, announced after %s, and erased after %s", ms(c.stored), ms(c.heard), ms(c.erase))
	return nil
}

func ms(d time.Duration) string { return d.Round(time.Millisecond).String() }

// lacking says what the caller needs to hear announcements.
func lacking(err error) string {
	if denied(codeOf(err)) {
		return "needs " + action(err)
	}
	return brief(err)
}

// listen follows the announcements of the canary's user. Without the permission for it,
// the round trip ends at the table, and the error says why.
func (c *canary) listen(ctx context.Context) (stop func() error, err error) {
	nothing := func() error { return nil }
	pattern, err := json.Marshal(map[string]any{
		"detail-type": []string{events.DetailTypeUpdated}, "detail": map[string]any{"user_id": []string{c.user}},
	}, json.Deterministic(true))
	if err != nil {
		return nothing, err
	}
	l, err := c.e.Listen(ctx, string(pattern))
	if err != nil {
		return nothing, err
	}
	following, end := context.WithCancel(ctx)
	revisions, done := make(chan int64, 100), make(chan struct{})
	go func() {
		defer close(done)
		_ = l.Follow(following, func(body string) error { // an error shows as a missing announcement
			revisions <- revisionOf(body)
			return nil
		})
	}()
	c.announced = revisions
	return func() error {
		end()
		<-done
		return l.Close(context.WithoutCancel(ctx))
	}, nil
}

func revisionOf(body string) int64 {
	e, err := events.DecodeEnvelope([]byte(body))
	if err != nil {
		return 0
	}
	var u events.PreferencesUpdated
	if json.Unmarshal(e.Detail, &u) != nil {
		return 0
	}
	return u.Revision
}

// roundTrip publishes until an announcement arrives.
func (c *canary) roundTrip(ctx context.Context) error {
	for range rounds {
		change := events.PreferenceChange{ID: c.clock.Next(), UserID: c.user, Preferences: events.Preferences{canaryKey: events.JSON("true")}}
		began := time.Now()
		if err := c.publish(ctx, &change); err != nil {
			return err
		}
		revision, err := c.await(ctx, &change, storedWithin)
		if err != nil {
			return err
		}
		if revision == 0 {
			c.r.find("canary-not-stored", fmt.Sprintf("A change that was published on the bus is not in the table after %s.", storedWithin),
				"What people say now may not be remembered.", c.e.Commands.Botprefs("dlq list")+" --user "+c.user)
			return nil
		}
		c.stored = time.Since(began)
		if c.hear(ctx, revision) {
			c.heard = time.Since(began)
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	c.r.find("canary-not-announced", "A change is in the table, and its announcement did not arrive.",
		"Skills do not learn what people say now.", c.e.Commands.Botprefs("dlq list")+" --of announcements")
	return nil
}

func (c *canary) publish(ctx context.Context, change *events.PreferenceChange) error {
	envelope := events.ChangeEnvelope("botprefs-doctor", change, c.e.now())
	return c.e.Bus.Send(ctx, []events.Envelope{envelope})[0]
}

// await polls the table until it reflects a change, and returns the profile's revision; 0
// if the time is over.
func (c *canary) await(ctx context.Context, change *events.PreferenceChange, within time.Duration) (int64, error) {
	end := time.Now().Add(within)
	for pause := 5 * time.Millisecond; time.Now().Before(end); pause = min(2*pause, 500*time.Millisecond) {
		p, err := c.store.Read(ctx, c.user)
		if err != nil {
			return 0, err
		}
		if p.Reflects(change) {
			return p.Revision, nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
	return 0, nil
}

// hear waits for the announcement of a revision, or of a later one.
func (c *canary) hear(ctx context.Context, revision int64) bool {
	if c.announced == nil {
		return true
	}
	end := time.NewTimer(announcedWithin)
	defer end.Stop()
	for {
		select {
		case heard := <-c.announced:
			if heard >= revision {
				return true
			}
		case <-end.C:
			return false
		case <-ctx.Done():
			return false
		}
	}
}

// forget erases the canary's user, also after ctx has ended.
func (c *canary) forget(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), erasedWithin+5*time.Second)
	defer cancel()
	erase := events.PreferenceChange{ID: c.clock.Next(), UserID: c.user, Replace: true}
	began := time.Now()
	if err := c.publish(ctx, &erase); err != nil {
		return err
	}
	if len(c.r.Findings) > 0 {
		return nil // it comes through when the rest does
	}
	revision, err := c.await(ctx, &erase, erasedWithin)
	if err != nil {
		return err
	}
	if revision == 0 {
		c.r.find("canary-not-erased", fmt.Sprintf("An erasure that was published on the bus is not in the table after %s.", erasedWithin),
			"People who ask to be forgotten are not forgotten, for now.", c.e.Commands.Botprefs("dlq list")+" --user "+c.user)
	}
	c.erase = time.Since(began)
	return nil
}
