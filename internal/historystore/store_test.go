package historystore

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/history"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A cloud is one table behind the wire.
type cloud struct {
	now   time.Time
	table *local.Table

	mu      sync.Mutex
	handler http.Handler
	units   float64
	before  func() // called before each request
}

func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{now: noon}
	w := &world.World{
		Region: "us-east-1", Account: "123456789012", Now: func() time.Time { return c.now }, Rand: rand.New(rand.NewPCG(1, 2)),
		Observe: func(f world.Fact) {
			if r, ok := f.(local.Request); ok {
				c.units += r.WriteUnits
			}
		},
	}
	service := local.New(w)
	var err error
	c.table, err = service.CreateTable(local.TableConfig{
		Name: "history", Hash: local.KeyAttribute{Name: userKey, Type: "S"}, Range: local.KeyAttribute{Name: sortKey, Type: "S"},
		Indexes:      []local.IndexConfig{{Name: index, Hash: local.KeyAttribute{Name: eventID, Type: "S"}, Projection: "KEYS_ONLY"}},
		TTLAttribute: expiresAt,
	})
	if err != nil {
		t.Fatal(err)
	}
	run := func(_ context.Context, call wire.Call) (any, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return call()
	}
	c.handler = wire.Handler(run, func() string { return "id" }, service.Wire())
	return c
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (c *cloud) store() *Store {
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		if c.before != nil {
			c.before()
		}
		w := httptest.NewRecorder()
		c.handler.ServeHTTP(w, r)
		return w.Result(), nil
	})
	client := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://dynamodb.test"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "s"}, nil
		}),
		HTTPClient: &http.Client{Transport: transport}, Retryer: aws.NopRetryer{},
	})
	return New(client, "history", WithClock(func() time.Time { return c.now }))
}

// everything is the text of all items, to look for what must not be there.
func (c *cloud) everything(t *testing.T, s *Store) string {
	t.Helper()
	u, err := s.Load(t.Context(), "u")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(u)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func stamp(n int) events.Stamp {
	s, err := events.DeriveStamp(noon.Add(time.Duration(n)*time.Millisecond), fmt.Sprint(n))
	if err != nil {
		panic(err)
	}
	return s
}

func change(n int, replace bool, preferences events.Preferences) history.Change {
	c := events.PreferenceChange{ID: stamp(n), UserID: "u", Preferences: preferences, Replace: replace, ConversationID: "room"}
	return history.Change{ID: c.ID, Said: &c, Source: "the-bot", ReceivedAt: noon, Envelopes: []string{fmt.Sprint("e", n)}}
}

func language(text string) events.Preferences {
	return events.Preferences{"language": events.Text(text)}
}

func keep(t *testing.T, s *Store, b history.Batch) {
	t.Helper()
	if err := s.Keep(t.Context(), "u", &b); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, s *Store) history.User {
	t.Helper()
	u, err := s.Load(t.Context(), "u")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestWhatIsKeptIsLoaded(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	b := history.Batch{
		Changes:  []history.Change{change(1, false, language("fr")), change(2, false, events.Preferences{"n": events.JSON("1.0"), "gone": events.Unset})},
		Refusals: []history.Refusal{{At: stamp(3), HasID: true, Code: events.Malformed, Field: "preferences.x!", Source: "the-bot", ReceivedAt: noon}, {At: stamp(4), Code: events.TooLarge, ReceivedAt: noon}},
		Announcements: []history.Announcement{
			{Revision: 9, UpdatedAt: noon, CausedBy: []events.Stamp{stamp(1), stamp(2)}, ChangedKeys: []string{"language", "n"}},
			{Revision: 10, PreviousRevision: 9, UpdatedAt: noon, Erased: true, Truncated: true},
		},
	}
	keep(t, s, b)
	got := load(t, s)
	for i := range got.Announcements {
		slices.SortFunc(got.Announcements[i].CausedBy, events.Stamp.Compare)
		slices.Sort(got.Announcements[i].ChangedKeys)
	}
	want := history.User{UserID: "u", Changes: b.Changes, Refusals: b.Refusals, Announcements: b.Announcements}
	a, _ := json.Marshal(want)
	if g, _ := json.Marshal(got); string(a) != string(g) {
		t.Errorf("kept   %s\nloaded %s", a, g)
	}
	for _, id := range []events.Stamp{stamp(1), stamp(3)} {
		if user, found, err := s.Find(t.Context(), id); err != nil || !found || user != "u" {
			t.Errorf("%s: %q %t %v", id, user, found, err)
		}
	}
	if _, found, err := s.Find(t.Context(), stamp(4)); err != nil || found {
		t.Errorf("a derived id is in the index: %v", err)
	}
}

// A change costs a write and one of the index, an announcement a write, both of up to
// 1 KB.
func TestWriteUnits(t *testing.T) {
	c := newCloud(t)
	keep(t, c.store(), history.Batch{Changes: []history.Change{change(1, false, language("fr"))}})
	if c.units != 2 {
		t.Errorf("a change costs %v units, want 2", c.units)
	}
	keep(t, c.store(), history.Batch{Announcements: []history.Announcement{{Revision: 9, UpdatedAt: noon, CausedBy: []events.Stamp{stamp(1)}}}})
	if c.units != 3 {
		t.Errorf("an announcement costs %v units, want 1", c.units-2)
	}
}

func TestKeepingTwiceIsKeepingOnce(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	b := history.Batch{
		Changes: []history.Change{change(1, false, language("fr")), change(3, true, nil)}, Refusals: []history.Refusal{{At: stamp(4), Code: events.TooLarge, ReceivedAt: noon}},
		Announcements: []history.Announcement{{Revision: 9, UpdatedAt: noon}}, Forget: history.Mark{Cleared: stamp(3)},
	}
	keep(t, s, b)
	before := c.everything(t, s)
	c.now = c.now.Add(time.Minute)
	keep(t, s, b)
	if after := c.everything(t, s); after != before {
		t.Errorf("first %s\nthen  %s", before, after)
	}
}

func TestAChangeThatIsSentAgainCounts(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	again := change(1, false, language("fr"))
	for n := range 3 {
		again.Envelopes = []string{fmt.Sprint("e", n)}
		keep(t, s, history.Batch{Changes: []history.Change{again}})
		keep(t, s, history.Batch{Changes: []history.Change{again}}) // redelivered
	}
	if u := load(t, s); len(u.Changes) != 1 || u.Changes[0].Duplicates() != 2 {
		t.Errorf("%+v, want one change with two duplicates", u.Changes)
	}
	for n := range 2 * maxEnvelopes {
		again.Envelopes = []string{fmt.Sprint("again", n)}
		keep(t, s, history.Batch{Changes: []history.Change{again}})
	}
	if n := len(load(t, s).Changes[0].Envelopes); n != maxEnvelopes {
		t.Errorf("%d envelopes are kept, want at most %d", n, maxEnvelopes)
	}
}

func TestItemsExpire(t *testing.T) {
	c := newCloud(t)
	s := c.store()
	keep(t, s, history.Batch{Changes: []history.Change{change(1, false, language("fr")), change(2, true, nil)}, Forget: history.Mark{Cleared: stamp(2)}})
	c.now = noon.Add(history.Kept - time.Second)
	if u := load(t, s); len(u.Changes) != 2 {
		t.Errorf("a second before: %+v", u)
	}
	c.now = noon.Add(history.Kept)
	if u := load(t, s); len(u.Changes) != 0 || u.Erased.Cleared != stamp(2) {
		t.Errorf("after 30 days: %+v; the mark is kept a day longer", u)
	}
	c.now = c.now.Add(markKept)
	if u := load(t, s); !u.Erased.IsZero() {
		t.Errorf("after 31 days: %+v", u)
	}
}

func TestOffMeansThatThereIsNoTable(t *testing.T) {
	s := newCloud(t).store()
	s.table = "missing"
	if _, err := s.Load(t.Context(), "u"); !Off(err) {
		t.Errorf("%v", err)
	}
	if Off(context.Canceled) {
		t.Error("every error says that the history is off")
	}
}
