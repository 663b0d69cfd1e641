package growth

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/bot-preferences/bot-preferences/bench/virtual"
	"github.com/bot-preferences/bot-preferences/bench/workload"
	"github.com/bot-preferences/bot-preferences/dynamo"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/localaws/billing"
)

// A Population is so many users, and what comes with them.
type Population struct {
	Users     int
	PerChange time.Duration // of merging one change here; 0: so many do not fit
	GB        float64       // of storage, 1 KB each and what DynamoDB adds
}

// itemOverhead is what DynamoDB bills for each item beside its attributes, in bytes.
// Source: DynamoDB Developer Guide, "Item sizes and formats".
const itemOverhead = 100

// Populate measures so many merges into a table with so many profiles. With none it
// says what there would be, where the profiles are more than a machine's memory is for.
func Populate(root string, users, merges int) (Population, error) {
	w := workload.New(1)
	p := Population{Users: users, GB: float64(users) * float64(w.ItemBytes+itemOverhead) / (1 << 30)}
	if merges == 0 {
		return p, nil
	}
	c, err := virtual.New(virtual.Options{Root: root, Start: workload.Start})
	if err != nil {
		return p, err
	}
	store, profile := c.Store(), w.Profile()
	for i := range users {
		if _, err := store.Merge(context.Background(), workload.User(i), profile); err != nil {
			return p, err
		}
	}
	p.PerChange, err = perChange(c, store, users, merges)
	return p, err
}

// perChange is the average over users that are drawn evenly.
func perChange(c *virtual.Cloud, store *dynamo.Store, users, merges int) (time.Duration, error) {
	random, clock := rand.New(rand.NewPCG(1, 2)), c.Stamps()
	deltas := make([]events.State, merges)
	for i := range deltas {
		deltas[i] = events.Fold(events.PreferenceChange{ID: clock.Next(), Preferences: events.Preferences{"tone": `"dry"`}})
	}
	began := time.Now()
	for _, delta := range deltas {
		if _, err := store.Merge(context.Background(), workload.User(random.IntN(users)), delta); err != nil {
			return 0, err
		}
	}
	return time.Since(began) / time.Duration(merges), nil
}

// StorageUSD is what storing them costs a month.
func (p Population) StorageUSD() float64 { return p.GB * billing.StandardPerGBMonth }

// WalkUnits are the read units of a walk over all of them, as botprefs snapshot makes
// it: strongly consistent.
func (p Population) WalkUnits() float64 { return p.GB * (1 << 30) / 4096 }

// WalkUSD is what its reads and its announcements cost.
func (p Population) WalkUSD() float64 {
	return (p.WalkUnits()*billing.ReadUnitPerMillion + float64(p.Users)*billing.EventPerMillion) / 1e6
}

// announcedPerSecond is how fast botprefs snapshot announces by default.
const announcedPerSecond = 200

// WalkTime is how long it takes by default: the announcements' rate bounds it.
func (p Population) WalkTime() time.Duration {
	return time.Duration(p.Users) * time.Second / announcedPerSecond
}
