package growth

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// A Population is a number of users and what it costs to store and walk them.
type Population struct {
	Users int
	GB    float64 // of storage, computed: 1 KB for each user and DynamoDB's overhead

	// Run tells whether a run counted Requests and Units. Large populations do not fit.
	Run      bool
	Requests float64 // to DynamoDB, to merge one change
	Units    float64 // write units, to merge one change
}

// itemOverhead is the number of bytes that DynamoDB bills for each item in addition to
// its attributes. Source: DynamoDB Developer Guide, "Item sizes and formats".
const itemOverhead = 100

// Populate counts what a number of merges needs in a table with a number of profiles.
// With merges = 0 it only computes the storage, for profiles that do not fit into a
// machine's memory.
func Populate(root string, users, merges int) (Population, error) {
	w := workload.New(1)
	p := Population{Users: users, Run: merges > 0, GB: float64(users) * float64(w.ItemBytes+itemOverhead) / (1 << 30)}
	if !p.Run {
		return p, nil
	}
	requests, units := 0, 0.0
	c, err := virtual.New(virtual.Options{Root: root, Start: workload.Start, Observe: func(f world.Fact) {
		if r, ok := f.(dynamodb.Request); ok {
			requests++
			units += r.WriteUnits
		}
	}})
	if err != nil {
		return p, err
	}
	store := c.Store()
	if err := fill(c, store, users, w.Profile()); err != nil {
		return p, err
	}
	if err := hasProfiles(c, users); err != nil { // BatchWriteItem may leave out items
		return p, err
	}
	requests, units = 0, 0
	random, clock := rand.New(rand.NewPCG(1, 2)), c.Stamps()
	for range merges {
		delta := events.Fold(events.PreferenceChange{ID: clock.Next(), Preferences: events.Preferences{"tone": events.Text("dry")}})
		if _, err := store.Merge(context.Background(), workload.User(random.IntN(users)), delta); err != nil {
			return p, err
		}
	}
	p.Requests, p.Units = float64(requests)/float64(merges), units/float64(merges)
	return p, hasProfiles(c, users) // the merges created no profile: they changed existing ones
}

func hasProfiles(c *virtual.Cloud, users int) error {
	if t, ok := c.Tables.Table(c.Table()); !ok || t.Len() != users {
		return fmt.Errorf("growth: the table has not the profiles of %d users", users)
	}
	return nil
}

// perWrite is how many items one BatchWriteItem takes.
const perWrite = 25

// fill gives every user the same profile. It merges the first one and copies it for the
// others.
func fill(c *virtual.Cloud, store *profilestore.Store, users int, profile events.State) error {
	ctx, client := context.Background(), c.DynamoDB()
	if _, err := store.Merge(ctx, workload.User(0), profile); err != nil {
		return err
	}
	first, err := client.GetItem(ctx, &sdk.GetItemInput{TableName: aws.String(c.Table()), Key: key(0)})
	if err != nil {
		return err
	}
	for from := 1; from < users; from += perWrite {
		var writes []types.WriteRequest
		for i := from; i < min(from+perWrite, users); i++ {
			copied := maps.Clone(first.Item)
			maps.Copy(copied, key(i))
			writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: copied}})
		}
		if _, err := client.BatchWriteItem(ctx, &sdk.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{c.Table(): writes}}); err != nil {
			return err
		}
	}
	return nil
}

func key(user int) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"user_id": &types.AttributeValueMemberS{Value: workload.User(user)}}
}

// StorageUSD is the monthly cost of storing the profiles.
func (p Population) StorageUSD() float64 { return p.GB * billing.StandardPerGBMonth }

// WalkUnits is the number of read units of a walk over all profiles, as botprefs
// snapshot makes it: with strong consistency.
func (p Population) WalkUnits() float64 { return p.GB * (1 << 30) / 4096 }

// WalkUSD is the cost of the walk's reads and announcements.
func (p Population) WalkUSD() float64 {
	return (p.WalkUnits()*billing.ReadUnitPerMillion + float64(p.Users)*billing.EventPerMillion) / 1e6
}

// announcedPerSecond is the default rate at which botprefs snapshot announces.
const announcedPerSecond = 200

// WalkTime is the duration of a walk at the default rate, which the announcements
// limit.
func (p Population) WalkTime() time.Duration {
	return time.Duration(p.Users) * time.Second / announcedPerSecond
}
