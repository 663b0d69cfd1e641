package copytable_test

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
	"github.com/bot-preferences/bot-preferences/subscriber/copytable"
	"github.com/bot-preferences/bot-preferences/subscriber/storetest"
)

func TestTable(t *testing.T) {
	storetest.Run(t, func(t storetest.T) subscriber.Store { return copytable.New(newCloud(t).client, "copies") })
}

func whole() subscriber.Copy {
	return subscriber.Copy{
		UserID: "u1", Revision: 7, Preferences: events.Preferences{"language": events.Text("de"), "ui.x": events.JSON(`1.0`)},
		UpdatedAt: start, AsOf: events.Stamp{15: 1},
	}
}

func save(t *testing.T, s *copytable.Table, c subscriber.Copy) {
	t.Helper()
	if saved, err := s.Save(t.Context(), c, false); err != nil || !saved {
		t.Fatalf("revision %d: saved %v, %v", c.Revision, saved, err)
	}
}

// item is the stored item as the wire shows it.
func item(t *testing.T, c *cloud, user string) map[string]types.AttributeValue {
	t.Helper()
	out, err := c.client.GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: aws.String("copies"), Key: map[string]types.AttributeValue{"user_id": &types.AttributeValueMemberS{Value: user}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Item
}

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func number(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

func checkItem(t *testing.T, c *cloud, want map[string]types.AttributeValue) {
	t.Helper()
	if diff := cmp.Diff(want, item(t, c, "u1"), cmp.AllowUnexported(types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberBOOL{})); diff != "" {
		t.Errorf("item (-want +got):\n%s", diff)
	}
}

// The layout is the package comment's, and what is erased is gone from the item.
func TestItems(t *testing.T) {
	c := newCloud(t)
	s := copytable.New(c.client, "copies")
	save(t, s, whole())
	checkItem(t, c, map[string]types.AttributeValue{
		"user_id": text("u1"), "revision": number("7"), "p.language": text(`"de"`), "p.ui.x": text("1.0"),
		"updated_at": text("2026-03-01T12:00:00.000Z"), "as_of": text("00000000000000000000000001"),
	})
	save(t, s, subscriber.Copy{UserID: "u1", Revision: 8, Stale: true})
	checkItem(t, c, map[string]types.AttributeValue{"user_id": text("u1"), "revision": number("8"), "stale": &types.AttributeValueMemberBOOL{Value: true}})
	save(t, s, subscriber.Copy{UserID: "u1", Revision: 9})
	checkItem(t, c, map[string]types.AttributeValue{"user_id": text("u1"), "revision": number("9")})
}

// A Save is one conditional PutItem, a Load one strongly consistent GetItem.
func TestRequests(t *testing.T) {
	c := newCloud(t)
	s := copytable.New(c.client, "copies")
	save(t, s, whole())
	if _, err := s.Save(t.Context(), whole(), false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Load(t.Context(), "u1"); err != nil {
		t.Fatal(err)
	}
	var asked []string
	for _, r := range c.requests {
		asked = append(asked, r.operation)
	}
	if diff := cmp.Diff([]string{"PutItem", "PutItem", "GetItem"}, asked); diff != "" {
		t.Fatal(diff)
	}
	if c.requests[0].body["ConditionExpression"] == nil || c.requests[2].body["ConsistentRead"] != true {
		t.Errorf("requests %+v", c.requests)
	}
}

// The largest profile that there can be is an item.
func TestTheLargestProfileFits(t *testing.T) {
	all := events.Preferences{}
	p := events.Profile{State: events.State{Entries: map[string]events.Entry{}}}
	for i := range events.MaxProfileKeys {
		key := fmt.Sprintf("%0*d", 64, i)
		all[key] = events.JSON(`"` + strings.Repeat("x", 170) + `"`)
		p.Entries[key] = events.Entry{Value: all[key]}
	}
	if err := p.CheckSize(); err != nil || p.Bytes() < events.MaxProfileBytes-1000 {
		t.Fatalf("%d bytes, %v", p.Bytes(), err)
	}
	s := copytable.New(newCloud(t).client, "copies")
	save(t, s, subscriber.Copy{UserID: "u1", Revision: 1, Preferences: all})
	if got, err := s.Load(t.Context(), "u1"); err != nil || !maps.Equal(got.Preferences, all) {
		t.Errorf("%d keys, %v", len(got.Preferences), err)
	}
}

// Only what is empty expires, and not where nothing says so.
func TestExpiry(t *testing.T) {
	for _, row := range []struct {
		about string
		copy  subscriber.Copy
		want  bool
	}{
		{"erased", subscriber.Copy{UserID: "u1", Revision: 9}, true},
		{"stale", subscriber.Copy{UserID: "u1", Revision: 9, Stale: true}, false},
		{"whole", whole(), false},
	} {
		c := newCloud(t)
		clock := copytable.WithClock(func() time.Time { return start })
		s := copytable.New(c.client, "copies", copytable.WithExpiry(30*24*time.Hour), clock)
		save(t, s, row.copy)
		got := item(t, c, "u1")["expires_at"]
		want := number(strconv.FormatInt(start.Add(30*24*time.Hour).Unix(), 10))
		if row.want != cmp.Equal(got, want, cmp.AllowUnexported(types.AttributeValueMemberN{})) || !row.want && got != nil {
			t.Errorf("%s: expires_at %v", row.about, got)
		}
		save(t, s, subscriber.Copy{UserID: "u1", Revision: 10, Preferences: events.Preferences{"a": events.JSON(`1`)}})
		if got := item(t, c, "u1")["expires_at"]; got != nil {
			t.Errorf("%s: what came back still expires: %v", row.about, got)
		}
		if got, err := s.Load(t.Context(), "u1"); err != nil || got.Revision != 10 {
			t.Errorf("%s: %+v, %v", row.about, got, err)
		}
	}
}

func TestItemsThatAreNoCopies(t *testing.T) {
	const secret = "s3cret"
	for about, change := range map[string]map[string]types.AttributeValue{
		"no revision":           {"revision": nil},
		"revision 0":            {"revision": number("0")},
		"half a revision":       {"revision": number("1.5")},
		"a revision as text":    {"revision": text(secret)},
		"a preference as it is": {"p.a": number("1")},
		"an empty preference":   {"p.a": text("")},
		"stale as text":         {"stale": text(secret)},
		"a bad time":            {"updated_at": text(secret)},
		"a bad stamp":           {"as_of": text(secret)},
	} {
		c := newCloud(t)
		it := map[string]types.AttributeValue{"user_id": text("u1"), "revision": number("1"), "of somebody else": text("x")}
		for name, v := range change {
			delete(it, name)
			if v != nil {
				it[name] = v
			}
		}
		if _, err := c.client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("copies"), Item: it}); err != nil {
			t.Fatal(err)
		}
		got, err := copytable.New(c.client, "copies").Load(t.Context(), "u1")
		if err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %+v, %v", about, got, err)
		}
	}
}

func TestErrorsOfDynamoDBAreErrors(t *testing.T) {
	c := newCloud(t)
	c.answer = func(w http.ResponseWriter) {
		w.Header().Set("X-Amzn-Errortype", "ProvisionedThroughputExceededException")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"__type":"ProvisionedThroughputExceededException"}`))
	}
	s := copytable.New(c.client, "copies")
	if saved, err := s.Save(t.Context(), whole(), false); err == nil || saved {
		t.Errorf("saved %v, %v", saved, err)
	}
	if _, err := s.Load(t.Context(), "u1"); err == nil {
		t.Error("loaded")
	}
}
