package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

const (
	devBus   = "bot-preferences-dev"
	devTable = "bot-preferences-dev"
	inbox    = "a-skill"
)

// A skill is a subscriber's queue, and the pipeline that it follows.
type skill struct {
	*testing.T
	env    *localrun.Environment
	url    string
	client *dynamodb.Client
	stamps *events.Clock
}

// newSkill starts the pipeline with some profiles, and a queue without a rule.
func newSkill(t *testing.T) *skill {
	t.Helper()
	env := start(t)
	cfg, err := (&clientOptions{endpoint: env.AWSURL}).load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := &skill{T: t, env: env, url: env.AWSURL + "/000000000000/" + inbox, client: tables(cfg), stamps: events.NewClock()}
	env.Do(func(c *localaws.Cloud) {
		if _, err := c.Queues.CreateQueue(inbox, nil, nil); err != nil {
			t.Fatal(err)
		}
	})
	s.say("tg:1", events.Preferences{"language": events.Text("fr"), "tone": events.Text("formal")})
	s.say("tg:2", events.Preferences{"tone": events.Text("brief")})
	s.say("tg:3", events.Preferences{"tone": events.Text("brief")})
	s.say("tg:3", nil)
	return s
}

// say stores a change at once. Without preferences it erases.
func (s *skill) say(user string, p events.Preferences) {
	s.Helper()
	c := events.PreferenceChange{ID: s.stamps.Next(), UserID: user, Preferences: p, Replace: p == nil}
	if _, err := profilestore.New(s.client, devTable).Merge(s.Context(), user, events.Fold(c)); err != nil {
		s.Fatal(err)
	}
}

// spoil stores an unreadable item.
func (s *skill) spoil(user string) { s.spoilIn(devTable, user) }

func (s *skill) spoilIn(table, user string) {
	s.Helper()
	_, err := s.client.PutItem(s.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
		"user_id": &types.AttributeValueMemberS{Value: user}, "revision": &types.AttributeValueMemberS{Value: "s3cret"},
	}})
	if err != nil {
		s.Fatal(err)
	}
}

// snapshots matches all announcements of snapshots.
const snapshots = `{"detail-type":["PreferencesUpdated"],"detail":{"snapshot":[true]}}`

// subscribe makes the bus deliver matching events to the queue.
func (s *skill) subscribe(pattern string) {
	s.env.Do(func(c *localaws.Cloud) {
		if err := c.Buses.PutRule(devBus, "a-skill", pattern); err != nil {
			s.Fatal(err)
		}
		target := eventbridge.TargetConfig{ID: "queue", ARN: "arn:aws:sqs:us-east-1:000000000000:" + inbox}
		if err := c.Buses.PutTarget(devBus, "a-skill", target); err != nil {
			s.Fatal(err)
		}
	})
}

// received returns the messages in the queue by user, once no delivery is pending.
func (s *skill) received() map[string]events.PreferencesUpdated {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	if err := s.env.Quiet(ctx); err != nil {
		s.Fatal(err)
	}
	all := map[string]events.PreferencesUpdated{}
	s.env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(inbox)
		for _, m := range q.Messages() {
			e, err := events.DecodeEnvelope([]byte(m.Body))
			if err != nil || e.DetailType != events.DetailTypeUpdated || e.Source != events.SourcePipeline || e.ID == "" || e.Time.IsZero() {
				s.Errorf("%v, envelope %+v", err, e)
			}
			var u events.PreferencesUpdated
			if err := u.UnmarshalJSON(e.Detail); err != nil {
				s.Error(err)
			}
			if !u.Snapshot {
				s.Errorf("no snapshot: %+v", u)
			}
			all[u.UserID] = u
		}
	})
	return all
}

func (s *skill) run(args ...string) (string, error) {
	s.Helper()
	return botprefs(s.T, append(args, "--endpoint", s.env.AWSURL)...)
}

func TestSnapshotTellsASubscriberThatCameLate(t *testing.T) {
	for _, to := range []string{"--bus", "--queue"} {
		t.Run(to, func(t *testing.T) {
			s := newSkill(t)
			name := s.url
			if to == "--bus" {
				s.subscribe(snapshots)
				name = devBus
			}
			file := filepath.Join(t.TempDir(), "checkpoint")
			out, err := s.run("snapshot", to, name, "--checkpoint", file)
			if err != nil || !strings.Contains(out, "3 of 3 profiles announced") || !strings.Contains(out, "about 3 profiles") || !strings.Contains(out, name) {
				t.Fatalf("%v\n%s", err, out)
			}
			got := s.received()
			if u := got["tg:1"]; len(got) != 3 || u.Preferences["language"] != events.Text("fr") || strings.Join(u.ChangedKeys, ",") != "language,tone" || u.Erased {
				t.Errorf("received %+v", got)
			}
			if u := got["tg:3"]; !u.Erased || len(u.Preferences) != 0 || u.Preferences == nil {
				t.Errorf("of the erased user: %+v", u)
			}
			if left, _ := filepath.Glob(file + "*"); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
}

// The rule in docs/snapshot.md. A user who unset the key matches only its third
// branch, because such a profile has no key and is not erased.
func TestSnapshotMatchesARuleOnAKey(t *testing.T) {
	s := newSkill(t)
	s.say("tg:4", events.Preferences{"language": events.Text("de"), "tone": events.Text("brief")})
	s.say("tg:4", events.Preferences{"language": events.Unset})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.env.Quiet(ctx); err != nil { // all that is live is told before anybody listens
		t.Fatal(err)
	}
	s.subscribe(`{"detail-type":["PreferencesUpdated"],"detail":` + documented(t) + `}`)
	if out, err := s.run("snapshot", "--bus", devBus, "--checkpoint", "none", "--keys", "language"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := s.received()
	if len(got) != 3 || got["tg:1"].UserID == "" || got["tg:3"].UserID == "" {
		t.Errorf("received %+v", got)
	}
	if u := got["tg:4"]; u.UserID == "" || u.Erased || slices.Contains(u.ChangedKeys, "language") || len(u.Preferences) != 1 {
		t.Errorf("of who has unset the language: %+v", u)
	}
}

// documented is the rule's detail, as docs/snapshot.md has it.
func documented(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/snapshot.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "`\"detail\": ")
	detail, _, found := strings.Cut(rest, "`")
	if !found {
		t.Fatal("docs/snapshot.md has no rule")
	}
	return detail
}

func TestSnapshotOfKeysAndOfWhatCannotBeRead(t *testing.T) {
	s := newSkill(t)
	s.spoil("tg:4")
	out, err := s.run("snapshot", "--queue", s.url, "--checkpoint", "none", "--keys", "language", "--segments", "1")
	if err == nil || !strings.Contains(err.Error(), "1 of 4 profiles could not be announced (1 unreadable, 0 refused)") || !strings.HasSuffix(err.Error(), " resync --endpoint "+s.env.AWSURL+" --queue "+s.url+" --user ID") {
		t.Errorf("error %v", err)
	}
	if !strings.Contains(out, "NOT announced: tg:4:") || !strings.Contains(out, "2 of 4 profiles announced") || !strings.Contains(out, "not concerned by the keys: 1") || strings.Contains(out, "s3cret") {
		t.Errorf("it prints\n%s", out)
	}
	if got := s.received(); len(got) != 2 || len(got["tg:1"].Preferences) != 2 || !got["tg:3"].Erased {
		t.Errorf("received %+v", got)
	}
}

// The command that a snapshot of another table names reads that table too.
func TestTheNextCommandNamesTheTableThatWasGiven(t *testing.T) {
	s := newSkill(t)
	s.restore()
	s.spoilIn(restored, "tg:4")
	_, err := s.run("snapshot", "--queue", s.url, "--checkpoint", "none", "--table", restored)
	if err == nil || !strings.HasSuffix(err.Error(), " --queue "+s.url+" --table "+restored+" --user ID") {
		t.Errorf("error %v", err)
	}
}

func TestSnapshotGoesOnFromItsCheckpoint(t *testing.T) {
	s := newSkill(t)
	for i := range 20 {
		s.say(fmt.Sprint("more", i), events.Preferences{"a": events.JSON("1")})
	}
	table, err := profilestore.NewScanner(s.client, devTable).Describe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	file := backfill.File(filepath.Join(t.TempDir(), "checkpoint"))
	plan := backfill.Plan{Table: table.ARN, TableID: table.ID, Target: "queue " + s.url}
	c := backfill.Begin(plan, 2, time.Now())
	c.Segments[1].Done = true
	c.Items, c.Announced, c.Unreadable = 11, 10, 1
	if err := file.Save(c); err != nil {
		t.Fatal(err)
	}
	if _, err := s.run("snapshot", "--bus", devBus, "--segments", "2", "--checkpoint", string(file)); err == nil || !strings.Contains(err.Error(), "another target") || !strings.HasSuffix(err.Error(), "; name another file, or begin again with --restart") {
		t.Errorf("for another target: %v", err)
	}
	out, err := s.run("snapshot", "--queue", s.url, "--segments", "2", "--checkpoint", string(file))
	if err == nil || !strings.Contains(err.Error(), "1 unreadable") || !strings.Contains(out, "resuming the snapshot that began at") {
		t.Errorf("%v\n%s", err, out)
	}
	if n := len(s.received()); n == 0 || n >= 23 {
		t.Errorf("%d announcements of one of two segments of 23 profiles", n)
	}
	if err := file.Save(c); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(t.TempDir(), "notes.json")
	if err := os.WriteFile(foreign, []byte(`{"mine":true}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.run("snapshot", "--queue", s.url, "--restart", "--checkpoint", foreign); !errors.Is(err, backfill.ErrForeign) {
		t.Errorf("a file that is no checkpoint: %v", err)
	}
	if text, err := os.ReadFile(foreign); err != nil || string(text) != `{"mine":true}` {
		t.Errorf("it holds %q now, %v", text, err)
	}
	if out, err := s.run("snapshot", "--queue", s.url, "--restart", "--checkpoint", string(file)); err != nil || len(s.received()) != 23 {
		t.Errorf("begun again: %v, %d announcements\n%s", err, len(s.received()), out)
	}
}

// Ctrl-C before anything was done leaves no checkpoint, and the same command begins
// again.
func TestSnapshotThatIsInterruptedAtOnceBeginsAgain(t *testing.T) {
	s := newSkill(t)
	file := filepath.Join(t.TempDir(), "checkpoint")
	args := []string{"snapshot", "--queue", s.url, "--checkpoint", file, "--endpoint", s.env.AWSURL}
	ctx, interrupt := context.WithCancel(t.Context())
	var text strings.Builder
	out := writerFunc(func(b []byte) (int, error) {
		if strings.HasPrefix(string(b), "table ") { // the first line of the walk
			interrupt()
		}
		return text.Write(b)
	})
	if err := run(ctx, args, strings.NewReader(""), out, out); !errors.Is(err, context.Canceled) || !strings.Contains(text.String(), "no checkpoint is kept") {
		t.Errorf("%v\n%s", err, text.String())
	}
	if out, err := botprefs(t, args...); err != nil || strings.Contains(out, "resuming the") || len(s.received()) != 3 {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestSnapshotRefusesWhatCannotWork(t *testing.T) {
	s := newSkill(t)
	for _, c := range []struct {
		want string
		args []string
	}{
		{"--bus NAME or --queue URL", nil},
		{"exclude each other", []string{"--bus", "b", "--queue", "http://q"}},
		{"has no bus nowhere: correct --bus", []string{"--bus", "nowhere"}},
		{"has no bus bot-preferences-prod: correct --bus or --stage", []string{"--bus", "bot-preferences-prod", "--stage", "prod", "--table", devTable}},
		{"FIFO", []string{"--queue", "https://sqs/1/q.fifo"}},
		{"the pipeline's own queue", []string{"--queue", "https://sqs/1/bot-preferences-dev-changes"}},
		{`--bus: "a b" is not the name`, []string{"--bus", "a b"}},
		{`--region: "no where" is not the name`, []string{"--bus", "b", "--region", "no where"}},
		{`--stage: "../x" is not the name of a stage`, []string{"--bus", "b", "--stage", "../x"}},
		{`--endpoint: "127.0.0.1:4566" is not a URL`, []string{"--bus", "b", "--endpoint", "127.0.0.1:4566"}},
		{"is not the URL", []string{"--queue", "q"}},
		{"has no table nowhere: correct --table or --stage", []string{"--bus", devBus, "--table", "nowhere"}},
		{"--rate must be 0.001 to 1,000,000", []string{"--bus", devBus, "--rate", "0"}},
		{"--rate must be 0.001 to 1,000,000", []string{"--bus", devBus, "--rate", "0.0009"}},
		{"--events-rate must be 0.001 to 1,000,000", []string{"--bus", devBus, "--events-rate", "NaN"}},
		{"1 to 100", []string{"--bus", devBus, "--segments", "0"}},
		{`"a b" is not the name`, []string{"--bus", devBus, "--keys", "a b"}},
		{"takes no arguments", []string{"--bus", devBus, "extra"}},
		{"--checkpoint /no/such/folder/file cannot be written", []string{"--bus", devBus, "--checkpoint", "/no/such/folder/file"}},
	} {
		args := append([]string{"snapshot", "--endpoint", s.env.AWSURL, "--checkpoint", "none"}, c.args...)
		if out, err := botprefs(t, args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one that says %q\n%s", c.args, err, c.want, out)
		}
	}
	if got := s.received(); len(got) != 0 {
		t.Errorf("announced: %v", got)
	}
}
