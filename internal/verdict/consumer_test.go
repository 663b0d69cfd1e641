package verdict_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/verdict"
)

// A consumer is the real one over the real store, whose table is localaws'.
type consumer struct {
	now    time.Time
	store  *profilestore.Store
	apply  consumers.Apply
	merged consumers.Merged // by the last change
	letter *deadletter.Letter
}

func (c *consumer) clock() time.Time { return c.now }

// Put is the dead-letter queue.
func (c *consumer) Put(_ context.Context, l deadletter.Letter) error {
	c.letter = &l
	return nil
}

func newConsumer(t *testing.T) *consumer {
	c := &consumer{now: changes.Now}
	tables := local.New(&world.World{Region: "us-east-1", Account: "123456789012", Now: c.clock, Rand: rand.New(rand.NewPCG(1, 2))})
	if _, err := tables.CreateTable(local.TableConfig{Name: "profiles", Hash: local.KeyAttribute{Name: "user_id", Type: "S"}}); err != nil {
		t.Fatal(err)
	}
	run := func(_ context.Context, call wire.Call) (any, error) { return call() }
	client := dynamodb.NewFromConfig(aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient: &http.Client{Transport: direct{wire.Handler(run, func() string { return "request" }, tables.Wire())}},
	})
	c.store = profilestore.New(client, "profiles", profilestore.WithClock(c.clock))
	c.apply = consumers.Apply{
		DeadLetters: c, Now: c.clock, Concurrency: 1, Logger: slog.New(slog.DiscardHandler),
		Merge: func(ctx context.Context, user string, delta events.State, _ events.Traces) (consumers.Merged, error) {
			r, err := c.store.Merge(ctx, user, delta)
			c.merged = consumers.Merged{Stored: r.Stored, After: r.Profile.State}
			return c.merged, err
		},
	}
	return c
}

type direct struct{ http.Handler }

func (h direct) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// receive lets the consumer take a message, and tells what became of it.
func (c *consumer) receive(ctx context.Context, body string) (verdict.Outcome, events.Code) {
	c.letter, c.merged = nil, consumers.Merged{}
	answer, _ := c.apply.Handle(ctx, awsevents.SQSEvent{Records: []awsevents.SQSMessage{{MessageId: "m", Body: body}}})
	switch {
	case len(answer.BatchItemFailures) > 0:
		return verdict.Unknown, ""
	case c.letter != nil && c.letter.Code == events.TooOld:
		return verdict.TooOld, c.letter.Code
	case c.letter != nil:
		return verdict.Refused, c.letter.Code
	case !c.merged.Stored.IsEmpty():
		return verdict.Applies, ""
	}
	change, _ := events.DecodeChange([]byte(body))
	for _, e := range c.merged.After.Entries {
		if e.Stamp == change.ID {
			return verdict.Duplicate, ""
		}
	}
	if c.merged.After.Cleared == change.ID {
		return verdict.Duplicate, ""
	}
	return verdict.Superseded, ""
}

func (c *consumer) judge() *verdict.Judge { return &verdict.Judge{Read: c.store.Read, Now: c.clock} }

// check compares a verdict with what the consumer then does.
func (c *consumer) check(t *testing.T, v *verdict.Verdict, body string) {
	t.Helper()
	outcome, code := c.receive(context.Background(), body)
	var judged events.Code
	if v.Refusal != nil {
		judged = v.Refusal.Code
	}
	if v.Outcome != outcome || judged != code {
		t.Fatalf("%.300s\nthe verdict is %s %q (%s); the consumer: %s %q", body, v.Outcome, judged, v.Why, outcome, code)
	}
	if v.Passes() != (c.letter == nil) {
		t.Errorf("%s passes: %t", v.Outcome, v.Passes())
	}
}

func TestTheContractsCasesAreJudgedAsTheConsumerDoes(t *testing.T) {
	for _, tt := range append(changes.Valid(), changes.Malformed()...) {
		c := newConsumer(t)
		body := string(tt.Body("6a7e8feb-b491-4cf7-a9f1-bf3703467718", changes.Now))
		v := c.judge().Change(t.Context(), body, false)
		c.check(t, &v, body)
	}
}

// A history draws changes that meet: few users, keys and stamps.
type history struct{ *rand.Rand }

func (h history) pick(list ...string) string { return list[h.IntN(len(list))] }

// stamp is too old or from the future one time in eight.
func (h history) stamp() events.Stamp {
	offsets := []time.Duration{-31 * 24 * time.Hour, 10 * time.Minute, -2 * time.Hour, -time.Hour, -time.Minute, 0}
	i := 2 + h.IntN(4)
	if h.IntN(8) == 0 {
		i = h.IntN(2)
	}
	s, err := events.DeriveStamp(changes.Now.Add(offsets[i]), h.pick("a", "b"))
	if err != nil {
		panic(err)
	}
	return s
}

// large is a value; a profile has room for fifteen of them.
var large = events.Text(strings.Repeat("x", events.MaxValueBytes-2))

func (h history) change() string {
	values := []events.Value{events.JSON(`"a"`), events.JSON(`1`), events.Unset}
	c := events.PreferenceChange{ID: h.stamp(), UserID: h.pick("u1", "u1", "u2"), Replace: h.IntN(6) == 0, Preferences: events.Preferences{}}
	for range 1 + h.IntN(3) {
		c.Preferences[h.pick("language", "tone", "city")] = values[h.IntN(len(values))]
	}
	return body(&c)
}

func body(c *events.PreferenceChange) string {
	e := events.ChangeEnvelope("test", c, changes.Now)
	return string(e.AppendJSON(nil))
}

// fill leaves room for one large value.
func (c *consumer) fill(t *testing.T) {
	for i := range 2 {
		change := events.PreferenceChange{UserID: "u1", Preferences: events.Preferences{}}
		for n := range 7 {
			change.Preferences[fmt.Sprintf("full%d-%d", i, n)] = large
		}
		change.ID, _ = events.DeriveStamp(changes.Now.Add(-3*time.Hour), fmt.Sprint("fill", i))
		if outcome, code := c.receive(t.Context(), body(&change)); outcome != verdict.Applies {
			t.Fatal(outcome, code)
		}
	}
}

// Whatever is stored, a verdict is what the consumer does. One Judge judges a list of
// letters as if they were sent in this order.
func TestVerdictsAreWhatTheConsumerDoes(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(150) {
		h, c := history{rand.New(rand.NewPCG(seed, 0))}, newConsumer(t)
		said := []string{h.change()}
		c.receive(t.Context(), said[0])
		for range h.IntN(4) {
			said = append(said, h.change())
			c.receive(t.Context(), said[len(said)-1])
		}
		j := c.judge()
		var letters []string
		var verdicts []verdict.Verdict
		for range 1 + h.IntN(4) {
			letter := h.change()
			if h.IntN(4) == 0 {
				letter = h.pick(said...)
			}
			letters, verdicts = append(letters, letter), append(verdicts, j.Change(t.Context(), letter, false))
		}
		for i, letter := range letters {
			c.check(t, &verdicts[i], letter)
			seen[string(verdicts[i].Outcome)]++
			if r := verdicts[i].Refusal; r != nil {
				seen[string(r.Code)]++
			}
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	for _, outcome := range []string{"would_apply", "duplicate", "superseded", "too_old", "from_the_future"} {
		if seen[outcome] < 5 {
			t.Errorf("only %d letters were %s", seen[outcome], outcome)
		}
	}
}

// The size counts what the letters before it would store.
func TestLettersShareTheRoomOfAProfile(t *testing.T) {
	c := newConsumer(t)
	c.fill(t)
	j := c.judge()
	var letters []string
	var verdicts []verdict.Verdict
	for i, key := range []string{"a", "b"} {
		id, _ := events.DeriveStamp(changes.Now, key)
		letters = append(letters, body(&events.PreferenceChange{ID: id, UserID: "u1", Preferences: events.Preferences{key: large}}))
		verdicts = append(verdicts, j.Change(t.Context(), letters[i], false))
	}
	if v := verdicts[1]; v.Refusal == nil || v.Refusal.Code != events.ProfileTooLarge || v.Final {
		t.Errorf("the second is %+v", v)
	}
	for i, letter := range letters {
		c.check(t, &verdicts[i], letter)
	}
}
