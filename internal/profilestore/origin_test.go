package profilestore

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

func infer(ms int, p prefs) events.PreferenceChange {
	c := set(ms, p)
	c.Origin = events.Inferred
	return c
}

// What a person states is written without a read, and the value of the inference that
// it overrules goes with a second write, without a revision. The inference's stamp stays.
func TestAStatementTakesTheValueOffAnInference(t *testing.T) {
	for name, later := range map[string]events.PreferenceChange{
		"a set":    set(2, prefs{"a": events.JSON("2")}),
		"an unset": set(2, prefs{"a": events.Unset, "b": events.JSON("2")}),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			s, guess := c.store(), infer(1, prefs{"a": events.JSON("1")})
			c.merge(s, guess)
			if got := c.stored("u"); got.Visible()["a"] != events.JSON("1") || len(c.requests) != 1 {
				t.Fatalf("%d requests, visible %v", len(c.requests), got.Visible())
			}
			revision := c.stored("u").Revision
			r := c.merge(s, later)
			got := c.stored("u")
			if r.Requests != 2 || got.Revision != revision+1 || len(got.Dead) != 0 || got.Inferred["a"] != (events.Entry{Stamp: guess.ID}) {
				t.Errorf("%d requests, revision %d after %d, dead %v, inferred %v", r.Requests, got.Revision, revision, got.Dead, got.Inferred)
			}
			if got.Visible()["a"] != later.Preferences["a"] {
				t.Errorf("visible %v", got.Visible())
			}
			if r := c.merge(s, guess); r.Changed() || r.Requests != 1 {
				t.Errorf("G9 Duplicates are silent: changed %v after %d requests", r.Changed(), r.Requests)
			}
		})
	}
}

// An inference that comes after the later statement is stored without its value.
func TestAnInferenceThatComesLateIsDead(t *testing.T) {
	c := newCloud(t)
	s, guess := c.store(), infer(1, prefs{"a": events.JSON("1"), "b": events.JSON("1")})
	c.merge(s, set(2, prefs{"a": events.Unset, "c": events.JSON("1")}))
	r := c.merge(s, guess)
	got := c.stored("u")
	if diff := cmp.Diff(prefs{"b": events.JSON("1"), "c": events.JSON("1")}, got.Visible()); diff != "" || len(got.Dead) != 0 {
		t.Errorf("dead %v, visible (-want +got):\n%s", got.Dead, diff)
	}
	if !r.Changed() || !got.Reflects(&guess) {
		t.Errorf("stored %v, reflected %t", r.Stored, got.Reflects(&guess))
	}
	if r := c.merge(s, guess); r.Changed() {
		t.Error("G9 Duplicates are silent: the redelivery made a revision")
	}
}

func TestAnInferenceWaitsBehindAStatement(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	c.merge(s, set(1, prefs{"a": events.JSON("1")}))
	if r := c.merge(s, infer(2, prefs{"a": events.JSON("2")})); r.Requests != 1 || !r.Changed() {
		t.Errorf("%d requests, changed %t", r.Requests, r.Changed())
	}
	if got := c.stored("u"); got.Visible()["a"] != events.JSON("1") {
		t.Errorf("visible %v", got.Visible())
	}
	c.merge(s, set(3, prefs{"a": events.Unset}))
	if got := c.stored("u"); len(got.Visible()) != 0 || got.ExpiresAt == 0 {
		t.Errorf("visible %v, expires at %d", got.Visible(), got.ExpiresAt)
	}
	c.merge(s, infer(4, prefs{"a": events.JSON("4")}))
	if got := c.stored("u"); got.Visible()["a"] != events.JSON("4") || got.ExpiresAt != 0 {
		t.Errorf("visible %v, expires at %d", got.Visible(), got.ExpiresAt)
	}
}

// A removal of a dead value that failed is finished by the redelivery, and by whatever
// comes next.
func TestTheNextMergeTakesTheValuesOfDeadInferences(t *testing.T) {
	overrule := set(2, prefs{"a": events.Unset})
	for name, next := range map[string]events.PreferenceChange{
		"the redelivery": overrule, "another change": set(3, prefs{"b": events.JSON("1")}), "an older inference": infer(0, prefs{"a": events.JSON("0")}),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			c.merge(c.bystander(), infer(1, prefs{"a": events.JSON("1")}))
			c.interfere(2, func() func(http.Handler) http.Handler { return notSent })
			if _, err := c.store().Merge(t.Context(), "u", events.Fold(overrule)); err == nil || len(c.stored("u").Dead) != 1 {
				t.Fatalf("%v, dead %v", err, c.stored("u").Dead)
			}
			c.merge(c.bystander(), next)
			if got := c.stored("u"); len(got.Dead) != 0 || got.Visible()["a"] != events.Unset {
				t.Errorf("dead %v, visible %v", got.Dead, got.Visible())
			}
		})
	}
}

// Between the statement and the removal of what it overrules, the item is deleted by
// hand, and the inference is delivered again: it is visible, and its value stays.
func TestTheRemovalSparesAnInferenceThatCameBack(t *testing.T) {
	c := newCloud(t)
	guess := infer(1, prefs{"a": events.JSON("1")})
	c.merge(c.bystander(), guess)
	interfered := false
	c.interfere(2, func() func(http.Handler) http.Handler {
		interfered = true
		c.erase("u")
		c.merge(c.bystander(), guess)
		return nil
	})
	c.merge(c.store(), set(2, prefs{"a": events.JSON("2")}))
	if got := c.stored("u"); !interfered || got.Visible()["a"] != events.JSON("1") {
		t.Errorf("interfered %t, visible %v", interfered, got.Visible())
	}
}

// Between the statement and the removal of what it overrules, another inference comes,
// which waits behind the statement: its value stays.
func TestTheRemovalSparesALaterInference(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), infer(1, prefs{"a": events.JSON("1")}))
	c.interfere(2, func() func(http.Handler) http.Handler {
		c.merge(c.bystander(), infer(5, prefs{"a": events.JSON("5")}))
		return nil
	})
	c.merge(c.store(), set(2, prefs{"a": events.JSON("2")}))
	if got := c.stored("u"); got.Inferred["a"].Value != events.JSON("5") || got.Visible()["a"] != events.JSON("2") {
		t.Errorf("inferred %v, visible %v", got.Inferred, got.Visible())
	}
}

// More dead values than one expression can name go in several writes.
func TestManyDeadValuesGo(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), infer(1, wide(100, events.JSON("1"))))
	r := c.merge(c.store(), set(2, wide(100, events.JSON("2"))))
	if got := c.stored("u"); len(got.Dead) != 0 || r.Requests != 1+2 {
		t.Errorf("%d dead values after %d requests", len(got.Dead), r.Requests)
	}
}

// Old tombstones of both origins go together, however many they are: a write that fails
// after others leaves nothing visible that was forgotten.
func TestBothRegistersOfAKeyAreCollectedTogether(t *testing.T) {
	const keys = 200
	for fails := range 6 {
		c := newCloud(t)
		untidied := events.State{Entries: map[string]events.Entry{}, Inferred: map[string]events.Entry{}}
		for i := range keys {
			key := fmt.Sprint("k", i)
			untidied.Entries[key], untidied.Inferred[key] = events.Entry{Stamp: at(2, 0)}, events.Entry{Value: events.JSON("1"), Stamp: at(1, 0)}
		}
		c.seed("u", untidied)
		c.now = at(2, 0).Time().Add(events.Retention + time.Second)
		c.interfere(3+fails, func() func(http.Handler) http.Handler { return notSent })
		_, err := c.store().Merge(t.Context(), "u", events.Fold(set(31*24*3600*1000, prefs{"new": events.JSON("1")})))
		got := c.stored("u")
		if diff := cmp.Diff(prefs{"new": events.JSON("1")}, got.Visible()); diff != "" {
			t.Fatalf("write %d fails (%v), visible (-want +got):\n%s", fails+1, err, diff)
		}
		if err == nil && (got.Len() != 1 || len(c.requests) != 2+4) {
			t.Errorf("%d registers are left after %d requests", got.Len(), len(c.requests))
		}
	}
}

// As many registers of both origins as a change has keys are one write.
func TestTheWidestWriteHasBothOrigins(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), replace(1, prefs{"z": events.JSON("0")}))
	half := func(from, n int) prefs {
		p := prefs{}
		for i := range n {
			p[fmt.Sprintf("%060d", from+i)] = events.JSON("1")
		}
		return p
	}
	r := c.merge(c.store(), replace(2, half(0, 50)), infer(3, half(0, 50)))
	if got := c.stored("u"); len(got.Entries) != 50 || len(got.Inferred) != 50 || r.Requests != 2 { // the second removes z
		t.Errorf("%d stated, %d inferred, %d requests", len(got.Entries), len(got.Inferred), r.Requests)
	}
	r = c.merge(c.store(), set(4, half(100, 100)), infer(5, half(100, 100)))
	if got := c.stored("u"); len(got.Entries) != 150 || len(got.Inferred) != 150 || r.Requests != 2 {
		t.Errorf("%d stated, %d inferred, %d requests", len(got.Entries), len(got.Inferred), r.Requests)
	}
}

func TestInferencesDoNotShutOutThePerson(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	for i := range 5 {
		p := prefs{}
		for j := range 50 {
			p[fmt.Sprintf("k%d-%d", i, j)] = events.JSON("1")
		}
		c.merge(s, infer(i, p))
	}
	if _, err := s.Merge(t.Context(), "u", events.Fold(infer(9, prefs{"more": events.JSON("1")}))); !refused(err) {
		t.Errorf("inference 251: %v", err)
	}
	c.merge(s, infer(9, prefs{"k0-0": events.JSON("2"), "k0-1": events.Unset}))
	c.merge(s, set(10, prefs{"more": events.JSON("1")}))
	if _, err := s.Merge(t.Context(), "u", events.Fold(infer(11, prefs{"more": events.JSON("2")}))); !refused(err) {
		t.Errorf("inference 251, of a key that was stated: %v", err)
	}
	for i := range 4 {
		_, err := s.Merge(t.Context(), "v", events.Fold(infer(i, prefs{fmt.Sprint("k", i): filled(events.MaxValueBytes)})))
		if refused(err) != (i == 3) {
			t.Errorf("16 KiB, the inference %d: %v", i+1, err)
		}
	}
	large := prefs{}
	for i := range 4 {
		large[fmt.Sprint("k", i)] = filled(events.MaxValueBytes)
	}
	if _, err := s.Merge(t.Context(), "w", events.Fold(infer(1, large))); !refused(err) {
		t.Errorf("64 KiB at once: %v", err)
	}
	c.merge(s, replace(20, prefs{"x": events.JSON("1")}))
	if r := c.merge(s, infer(19, large)); r.Changed() {
		t.Error("64 KiB at once, superseded: something was stored")
	}
	if got := c.stored("u"); got.InferredBound.Weight < item.RegisterWeight(got.Inferred) {
		t.Errorf("weight %d is no bound of %d", got.InferredBound.Weight, item.RegisterWeight(got.Inferred))
	}
}

// An item that somebody wrote without bounds gets both.
func TestAnItemWithoutBoundsGetsBoth(t *testing.T) {
	c := newCloud(t)
	c.seed("u", events.State{
		Entries:  map[string]events.Entry{"a": {Value: events.JSON("1"), Stamp: at(1, 0)}},
		Inferred: map[string]events.Entry{"b": {Value: events.JSON("1"), Stamp: at(1, 0)}},
	})
	c.merge(c.store(), infer(2, prefs{"c": events.JSON("1")}))
	got := c.stored("u")
	if got.Weight != item.RegisterWeight(got.Entries) || got.InferredBound.Weight != item.RegisterWeight(got.Inferred) || !got.Weighed || !got.InferredBound.Weighed {
		t.Errorf("bounds %+v and %+v of %v", got.Bound, got.InferredBound, got.State)
	}
}

// seed writes an item without bounds, with what it holds as it is.
func (c *cloud) seed(user string, s events.State) {
	c.Helper()
	i := map[string]types.AttributeValue{
		item.UserID: text(user), item.UpdatedAt: text(events.FormatTime(c.now)), item.Revision: &types.AttributeValueMemberN{Value: "1"},
	}
	for _, origin := range origins {
		for key, e := range s.Register(origin) {
			i[item.Register(origin, key)] = entry(e)
		}
	}
	if _, err := c.client().PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String("profiles"), Item: i}); err != nil {
		c.Fatal(err)
	}
}

// erase deletes an item as somebody does by hand.
func (c *cloud) erase(user string) {
	c.Helper()
	if _, err := c.client().DeleteItem(context.Background(), &dynamodb.DeleteItemInput{TableName: aws.String("profiles"), Key: key(user)}); err != nil {
		c.Fatal(err)
	}
}

func (c *cloud) client() *dynamodb.Client { return c.bystander().client.(*dynamodb.Client) }
