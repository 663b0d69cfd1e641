package backfill

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	gojson "github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// A pipeline is a table, its stream, republish and a bus without loss. The test drives
// all of them.
type pipeline struct {
	*testing.T
	now       time.Time
	table     *local.Table
	client    *dynamodb.Client
	store     *profilestore.Store
	scanner   *profilestore.Scanner
	republish consumers.Republish
	read      string // the last record of the stream that was announced
	stamps    *events.Clock

	bus [][]byte // all announcements that were taken, in order
}

func newPipeline(t *testing.T, seed uint64) *pipeline {
	p := &pipeline{T: t, now: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return p.now }
	entropy := rand.New(rand.NewPCG(seed, 1))
	p.stamps = events.NewClockOf(clock, bytesOf{entropy})
	service := local.New(&world.World{Region: "us-east-1", Account: "123456789012", Now: clock, Rand: entropy})
	var err error
	if p.table, err = service.CreateTable(local.TableConfig{
		Name: "profiles", Hash: local.KeyAttribute{Name: item.UserID, Type: "S"},
		StreamView: "NEW_AND_OLD_IMAGES", TTLAttribute: item.ExpiresAt,
	}); err != nil {
		t.Fatal(err)
	}
	run := func(_ context.Context, call wire.Call) (any, error) { return call() }
	p.client = dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://dynamodb.test"), Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient:  &http.Client{Transport: handled{wire.Handler(run, func() string { return "id" }, service.Wire())}},
	})
	p.store = profilestore.New(p.client, "profiles", profilestore.WithClock(clock))
	p.scanner = profilestore.NewScanner(p.client, "profiles")
	p.republish = consumers.Republish{
		Images:    consumers.Images{Profile: item.ProfileOf, User: item.UserOf, Revision: item.RevisionOf, Late: item.LateOf},
		Announcer: p, Now: clock, Logger: slog.New(slog.DiscardHandler),
		DeadLetters: consumers.DeadLettersFunc(func(context.Context, deadletter.Letter) error { return errors.New("no dead letters here") }),
	}
	return p
}

type bytesOf struct{ *rand.Rand }

func (b bytesOf) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = byte(b.Uint32())
	}
	return len(into), nil
}

type handled struct{ http.Handler }

func (h handled) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

// Send is the bus.
func (p *pipeline) Send(_ context.Context, envelopes []events.Envelope) []error {
	for _, e := range envelopes {
		if e.Source != events.SourcePipeline || e.DetailType != events.DetailTypeUpdated {
			p.Fatalf("a wrong envelope: %s %s", e.Source, e.DetailType)
		}
		p.bus = append(p.bus, e.Detail)
	}
	return make([]error, len(envelopes))
}

// pages are the table's pages as botprefs snapshot reads them.
func (p *pipeline) pages(ctx context.Context, at Position) (Page, error) {
	read, err := p.scanner.Page(ctx, profilestore.Position(at))
	page := Page{Profiles: read.Profiles, After: read.After, Units: read.Units}
	for _, u := range read.Unreadable {
		page.Troubles = append(page.Troubles, Trouble{UserID: u.UserID, Err: u.Err})
	}
	return page, err
}

// merge merges a change of a user at once. Without preferences it erases.
func (p *pipeline) merge(user string, preferences events.Preferences) {
	p.Helper()
	c := events.PreferenceChange{ID: p.stamps.Next(), UserID: user, Preferences: preferences, Replace: len(preferences) == 0}
	if _, err := p.store.Merge(p.Context(), user, events.Fold(c)); err != nil {
		p.Fatal(err)
	}
}

// announceNext lets republish announce up to n more records of the stream.
func (p *pipeline) announceNext(n int) {
	p.Helper()
	records := p.table.Records(p.read, n)
	var batch awsevents.DynamoDBEvent
	for _, r := range records {
		p.read = r.SequenceNumber
		if r.EventName != "REMOVE" {
			batch.Records = append(batch.Records, awsevents.DynamoDBEventRecord{Change: awsevents.DynamoDBStreamRecord{
				ApproximateCreationDateTime: awsevents.SecondsEpochTime{Time: r.Created}, SequenceNumber: r.SequenceNumber,
				Keys: p.image(r.Keys), OldImage: p.image(r.OldImage), NewImage: p.image(r.NewImage),
			}})
		}
	}
	response, err := p.republish.Handle(p.Context(), batch)
	if err != nil || len(response.BatchItemFailures) > 0 {
		p.Fatalf("republish: %v, %v", response, err)
	}
}

func (p *pipeline) image(i local.Item) (image consumers.Image) {
	p.Helper()
	if i == nil {
		return nil
	}
	text, err := gojson.Marshal(i)
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(text)).Decode(&image)
	}
	if err != nil {
		p.Fatal(err)
	}
	return image
}

// profiles are all that the table holds, by user.
func (p *pipeline) profiles() map[string]events.Profile {
	p.Helper()
	page, err := p.pages(p.Context(), Position{Segments: 1, Limit: maxItems})
	if err != nil || page.After != "" || len(page.Troubles) > 0 {
		p.Fatalf("reading all: %v, %+v", err, page.Troubles)
	}
	all := map[string]events.Profile{}
	for _, profile := range page.Profiles {
		all[profile.UserID] = profile
	}
	return all
}

// A subscriber keeps copies by the rule of package events, and nothing else.
type subscriber struct {
	revision map[string]int64
	copies   map[string]events.Preferences
}

func newSubscriber() *subscriber {
	return &subscriber{map[string]int64{}, map[string]events.Preferences{}}
}

func (s *subscriber) take(detail []byte) error {
	var u events.PreferencesUpdated
	if err := u.UnmarshalJSON(detail); err != nil {
		return err
	}
	if u.Truncated {
		return errors.New("truncated")
	}
	if last := s.revision[u.UserID]; u.Revision < last || u.Revision == last && !u.Snapshot {
		return nil
	}
	s.revision[u.UserID], s.copies[u.UserID] = u.Revision, u.Preferences
	return nil
}

// differs returns how the copies differ from the table.
func (s *subscriber) differs(table map[string]events.Profile) error {
	for user, p := range table {
		if s.revision[user] != p.Revision || fmt.Sprint(s.copies[user]) != fmt.Sprint(p.Visible()) {
			return fmt.Errorf("G5 Subscribers converge: of %s it has %v at %d, the table %v at %d", user, s.copies[user], s.revision[user], p.Visible(), p.Revision)
		}
	}
	return nil
}
