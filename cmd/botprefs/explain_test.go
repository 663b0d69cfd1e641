package main

import (
	"context"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/queue"
)

// A storyteller says things about users, each later than the one before.
type storyteller struct {
	*testing.T
	env   *localrun.Environment
	clock *events.Clock
}

func startStory(t *testing.T, params ...string) *storyteller {
	t.Helper()
	t.Parallel()
	env, err := localrun.Start(t.Context(), localrun.Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Params: params})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Close(); err != nil {
			t.Error(err)
		}
	})
	return &storyteller{t, env, events.NewClock()}
}

func (s *storyteller) config() aws.Config {
	return awsconfig.KeepAnswers(aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(s.env.AWSURL), Credentials: credentials.NewStaticCredentialsProvider("local", "local", "")})
}

// say sends a change of user sam over a route and waits until all its effects are done.
func (s *storyteller) say(send func(context.Context, []events.Envelope) []error, c events.PreferenceChange) events.Stamp {
	s.Helper()
	if c.UserID = "sam"; c.ID.IsZero() {
		c.ID = s.clock.Next()
	}
	for _, err := range send(s.Context(), []events.Envelope{events.ChangeEnvelope("the-bot", &c, time.Now())}) {
		if err != nil {
			s.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	if err := s.env.Quiet(ctx); err != nil {
		s.Fatal(err)
	}
	return c.ID
}

func (s *storyteller) overBus(c events.PreferenceChange) events.Stamp {
	s.Helper()
	return s.say(eventbus.New(eventbridge.NewFromConfig(s.config()), devBus).Send, c)
}

func (s *storyteller) overQueue(c events.PreferenceChange) events.Stamp {
	s.Helper()
	return s.say(queue.New(sqs.NewFromConfig(s.config()), s.env.AWSURL+"/000000000000/"+changesQueue).Send, c)
}

func tone(text string) events.Preferences { return events.Preferences{"tone": events.Text(text)} }

var (
	anyTime     = regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}`)
	anyRevision = regexp.MustCompile(`\b\d{13}\b`)
)

// explained is what explain prints, with the ids by their names and without times.
func (s *storyteller) explained(key string, ids map[string]events.Stamp) string {
	s.Helper()
	args := []string{"explain", "--endpoint", s.env.AWSURL, "sam"}
	if key != "" {
		args = append(args, key)
	}
	out, err := botprefs(s.T, args...)
	if err != nil {
		s.Fatalf("%v\n%s", err, out)
	}
	for name, id := range ids {
		out = strings.ReplaceAll(out, id.String(), name)
	}
	return anyRevision.ReplaceAllString(anyTime.ReplaceAllString(out, "TIME"), "N")
}

func TestExplainTellsWhatWonAndWhatLostAndWhy(t *testing.T) {
	s := startStory(t, "history=on")
	ids := map[string]events.Stamp{}
	early := s.clock.Next()
	ids["FIRST"] = s.overBus(events.PreferenceChange{Preferences: events.Preferences{"tone": events.Text("secret")}})
	ids["RESET"] = s.overBus(events.PreferenceChange{Replace: true, Preferences: events.Preferences{"city": events.Text("Lyon")}})
	ids["LATE"] = s.overBus(events.PreferenceChange{ID: early, Preferences: events.Preferences{"tone": events.Text("secret")}})
	ids["FORMAL"] = s.overBus(events.PreferenceChange{Preferences: tone("formal"), ConversationID: "room 1"})
	ids["QUEUED"] = s.overQueue(events.PreferenceChange{Preferences: tone("brief")})
	ids["LAST"] = s.overBus(events.PreferenceChange{Preferences: tone("warm"), ConversationID: "room 2"})
	s.overBus(events.PreferenceChange{ID: ids["LAST"], Preferences: tone("warm"), ConversationID: "room 2"})
	ids["REFUSED"] = s.overBus(events.PreferenceChange{Preferences: events.Preferences{"tone!": events.Text("secret")}})
	want := `tone of sam

TIME  erased: what 2 changes said is not kept, by RESET
TIME  won: replaced everything
    RESET by the-bot
    announced as revision N (after N) at TIME
TIME  superseded by LAST: set it to "formal"
    FORMAL by the-bot in conversation room 1
    announced as revision N (after N) at TIME
TIME  unknown: it came by the queue alone, or before the history was on
    QUEUED; no bot or conversation is known
    announced as revision N (after N) at TIME
TIME  won: set it to "warm"
    LAST by the-bot in conversation room 2; sent again 1 time, which changed nothing
    announced as revision N (after N) at TIME
TIME  refused: a change of this user, code malformed, field preferences.*
    REFUSED by the-bot; what it said is not kept

now: "warm", by LAST at TIME (revision N)
` + s.letters()
	if got := s.explained("tone", ids); got != want {
		t.Errorf("it tells\n%s\nwant\n%s", got, want)
	}
	s.json(ids)
	s.whole(ids)
	s.erase(ids)
}

// letters is how a story ends where something was refused or is missing.
func (s *storyteller) letters() string {
	return "\nWhat was refused or is missing may be among the dead letters, for 14 days:\n  " +
		cli.Program() + " dlq list --endpoint " + s.env.AWSURL + " --of changes --user sam\n"
}

// whole reads the story of all keys, and of one that no preference can have.
func (s *storyteller) whole(ids map[string]events.Stamp) {
	s.Helper()
	got, want := s.explained("", ids), `all preferences of sam

TIME  erased: what 2 changes said is not kept, by RESET
TIME  won: replaced everything
    RESET by the-bot
    city  won: set it to "Lyon"
    announced as revision N (after N) at TIME
TIME  superseded by LAST
    FORMAL by the-bot in conversation room 1
    tone  superseded by LAST: set it to "formal"
    announced as revision N (after N) at TIME
TIME  unknown: it came by the queue alone, or before the history was on
    QUEUED; no bot or conversation is known
    announced as revision N (after N) at TIME
TIME  won
    LAST by the-bot in conversation room 2; sent again 1 time, which changed nothing
    tone  won: set it to "warm"
    announced as revision N (after N) at TIME
TIME  refused: a change of this user, code malformed, field preferences.*
    REFUSED by the-bot; what it said is not kept

now, at revision N:
    city  "Lyon", by RESET at TIME
    tone  "warm", by LAST at TIME
    everything before TIME is erased, by RESET
`+s.letters()
	if got != want {
		s.Errorf("of all keys it tells\n%s\nwant\n%s", got, want)
	}
	got, want = s.explained("tone!", ids), "tone! of sam\n\n"+noSuchName+`

TIME  refused: a change of this user, code malformed, field preferences.*
    REFUSED by the-bot; what it said is not kept

now: not in the profile (revision N); everything before TIME is erased, by RESET
`+s.letters()
	if got != want {
		s.Errorf("of a key that cannot be it tells\n%s\nwant\n%s", got, want)
	}
}

// A history that is behind says so, and where to look; also to programs.
func TestExplainSaysThatTheHistoryIsBehind(t *testing.T) {
	s := startStory(t, "history=on")
	var mapping string
	s.env.Do(func(c *localaws.Cloud) {
		for _, m := range c.Mappings() {
			if m.Function() == "recordHistory" {
				mapping = m.ID()
			}
		}
	})
	off := &lambda.UpdateEventSourceMappingInput{UUID: &mapping, Enabled: aws.Bool(false)}
	if _, err := lambda.NewFromConfig(s.config()).UpdateEventSourceMapping(t.Context(), off); err != nil {
		t.Fatal(err)
	}
	if out, err := botprefs(t, "publish", "--endpoint", s.env.AWSURL, "sam", "tone=warm", "--wait"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got := s.explained("tone", nil)
	for _, want := range []string{mayBeLacking, "history's queue is disabled", "--uuid " + mapping + " --enabled", "in the history's queue",
		"doctor --endpoint " + s.env.AWSURL + " --only history", "won, unknown: " + notCameYet} {
		if !strings.Contains(got, want) {
			t.Errorf("it does not tell %q:\n%s", want, got)
		}
	}
	if got := s.explained("city", nil); !strings.Contains(got, "The history has nothing of it.\n") {
		t.Errorf("of a key that nobody named it tells\n%s", got)
	}
	out, err := botprefs(t, "explain", "--endpoint", s.env.AWSURL, "sam", "--output", "json")
	var told explainedJSON
	if err != nil || json.Unmarshal([]byte(out), &told) != nil || told.Complete || len(told.Gaps) != 2 ||
		told.Gaps[0].Code != "history-mapping" || told.Gaps[1].Code != "history-waiting" || string(told.Profile.Entries["tone"].Value) != `"warm"` {
		t.Errorf("%v\n%s", err, out)
	}
}

// A history that cannot be read is not one that is off, and what could not be seen is told.
func TestWhatAnExplanationSaysOfAHistoryThatIsGone(t *testing.T) {
	var out strings.Builder
	e := explanation{userID: "u", key: "tone", gaps: []doctor.Finding{{Code: "history-table", What: "There is no table t.", Do: "deploy"}}}
	if e.print(&out); !strings.Contains(out.String(), "  There is no table t.\n    do  deploy\n\n"+historyGone) || strings.Contains(out.String(), historyOff) {
		t.Errorf("it tells\n%s", &out)
	}
	out.Reset()
	e = explanation{userID: "u", key: "tone", kept: true, unseen: []string{"not checked: needs sqs:GetQueueUrl"}}
	if e.print(&out); !strings.Contains(out.String(), "  One part was not checked: needs sqs:GetQueueUrl\n\nThe history has nothing of it.\n") {
		t.Errorf("it tells\n%s", &out)
	}
	if j := e.json(); j.Complete || len(j.Gaps) != 1 || j.Gaps[0].Code != "not-checked" {
		t.Errorf("as JSON %+v", j)
	}
}

func TestArgumentsOfHintsAreQuotedForAShell(t *testing.T) {
	for text, want := range map[string]string{"tg:1001": "tg:1001", "a b": "'a b'", "": "''", "it's": `'it'\''s'`, "x;rm": "'x;rm'", "é": "'é'"} {
		if got := shellQuoted(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	o := targetOptions{clientOptions: clientOptions{stage: "dev", profile: "my own"}, queue: "http://q.test/1/q?a&b"}
	if got, want := o.commandLine("resync")+o.sameTarget(), " resync --profile 'my own' --queue 'http://q.test/1/q?a&b'"; !strings.HasSuffix(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
	b := letterbox{url: o.queue}
	if got, want := (&letterOptions{clientOptions: o.clientOptions}).resyncLine(&b), " --profile 'my own' --dead-letters 'http://q.test/1/q?a&b'"; !strings.HasSuffix(got, want) {
		t.Errorf("%s, want %s", got, want)
	}
}

// json reads the same as JSON.
func (s *storyteller) json(ids map[string]events.Stamp) {
	s.Helper()
	out, err := stdout(s.T, "explain", "--endpoint", s.env.AWSURL, "sam", "tone", "--output", "json")
	var got struct {
		History, Complete bool
		Story             []struct {
			EventID string `json:"event_id"`
			Verdict string
		}
		Profile struct{ Value, Stamp, Fence string }
	}
	if err != nil || json.Unmarshal([]byte(out), &got) != nil {
		s.Fatalf("%v\n%s", err, out)
	}
	if n := len(got.Story); !got.History || !got.Complete || n != 7 || got.Story[n-1].Verdict != "refused" || got.Story[n-1].EventID != ids["REFUSED"].String() ||
		got.Profile.Value != "warm" || got.Profile.Stamp != ids["LAST"].String() || got.Profile.Fence != ids["RESET"].String() {
		s.Errorf("%+v", got)
	}
	if strings.Contains(out, "secret") {
		s.Errorf("what was erased or refused is told:\n%s", out)
	}
}

// erase erases the user by the queue alone: the bus carries the announcement only.
func (s *storyteller) erase(ids map[string]events.Stamp) {
	s.Helper()
	ids["ERASURE"] = s.overQueue(events.PreferenceChange{Replace: true})
	got := s.explained("tone", ids)
	want := `tone of sam

TIME  erased: what 5 changes said is not kept, by ERASURE
TIME  refused: a change of this user, code malformed
    REFUSED; what it said is not kept
TIME  won, unknown: it came by the queue alone, or before the history was on
    ERASURE; no bot or conversation is known
    announced as revision N (after N) at TIME

now: not in the profile (revision N); everything before TIME is erased, by ERASURE
` + s.letters()
	if got != want {
		s.Errorf("after the erasure it tells\n%s\nwant\n%s", got, want)
	}
}

func TestExplainWithoutAHistoryTellsTheProfile(t *testing.T) {
	s := startStory(t)
	ids := map[string]events.Stamp{"FIRST": s.overBus(events.PreferenceChange{Preferences: tone("formal")})}
	want := "tone of sam\n\n" + historyOff + "\n\nnow: \"formal\", by FIRST at TIME (revision N)\n" + s.letters()
	if got := s.explained("tone", ids); got != want {
		t.Errorf("it tells\n%s\nwant\n%s", got, want)
	}
	// Without the permission to read the stack, the command looks for the table itself.
	endpoint := withoutCloudFormation(t, s.env.AWSURL)
	if out, err := botprefs(t, "explain", "--endpoint", endpoint, "sam", "tone"); err != nil || !strings.Contains(out, historyOff) || !strings.Contains(out, `now: "formal"`) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestExplainRefusesWhatCanBeNobody(t *testing.T) {
	for want, args := range map[string][]string{
		"explain takes a user, and a key":   {"explain"},
		"user_id: must not contain control": {"explain", "a\x01", "tone"},
		"KEY is empty":                      {"explain", "sam", ""},
	} {
		if out, err := botprefs(t, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
}
