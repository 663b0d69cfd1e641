package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
)

// oldChange is one that was refused for its age, or, with an id of the future, for that.
func changeAt(t *testing.T, at time.Time, user, key, value string) string {
	t.Helper()
	id, err := events.DeriveStamp(at, user+key)
	if err != nil {
		t.Fatal(err)
	}
	c := events.PreferenceChange{ID: id, UserID: user, Preferences: events.Preferences{key: events.JSON(value)}, ConversationID: "c42"}
	e := events.ChangeEnvelope("test", &c, at)
	return string(e.AppendJSON(nil))
}

// buryIn puts a letter into a queue and returns its id.
func buryIn(t *testing.T, env *localrun.Environment, queue, body, code string) (id string) {
	t.Helper()
	env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(queue)
		m, err := q.Send(body, map[string]sqs.Attribute{"ERROR_CODE": {DataType: "String", StringValue: code}}, 0)
		if err != nil {
			t.Fatal(err)
		}
		id = m.ID
	})
	return id
}

// waiting counts the letters that everybody sees, and those that are hidden.
func waiting(env *localrun.Environment, queue string) (visible, hidden int) {
	env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(queue)
		visible, hidden, _ = q.Counts()
	})
	return visible, hidden
}

func TestDLQListCountsAndJudgesBothQueues(t *testing.T) {
	env := start(t)
	now := time.Now()
	buryIn(t, env, letterQueue, changeAt(t, now.Add(-31*24*time.Hour), "u1", "tone", `"s3cret"`), "too_old")
	buryIn(t, env, letterQueue, changeAt(t, now.Add(-32*24*time.Hour), "u1", "tone", `"s3cret"`), "too_old")
	buryIn(t, env, letterQueue, changeAt(t, now, "u2", "tone", `"s3cret"`), "redrive")
	buryIn(t, env, announcementLetters, `{"user_id":"u3","revision":7,"code":"unreadable"}`, "unreadable")
	buryIn(t, env, announcementLetters, `{"user_id":"u4","revision":7,"erased":true}`, "undeliverable")
	out, err := botprefs(t, "dlq", "list", "--endpoint", env.AWSURL)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"changes: 3 dead letters\n", "reason   bot   user", "  2  too_old", "  1  redrive", "too old", "would apply", "stores tone",
		"announcements: 2 dead letters\n", "nothing stored", "dlq show --endpoint " + env.AWSURL + " <id>", "dlq redrive --endpoint " + env.AWSURL + " --send", "--edit <id>",
		"resync --endpoint " + env.AWSURL + " --dead-letters " + env.AWSURL + "/000000000000/" + announcementLetters,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("the list does not show %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, "s3cret") {
		t.Errorf("the list shows a value:\n%s", out)
	}
	out, err = stdout(t, "dlq", "list", "--endpoint", env.AWSURL, "--output", "json", "--code", "too_old")
	list := readLetters(t, out).Letters
	if err != nil || len(list) != 2 || list[0].Source != "test" || list[0].Verdict != "too_old" || !list[0].Final || list[0].Of != "changes" {
		t.Errorf("%v\n%s", err, out)
	}
	for _, queue := range []string{letterQueue, announcementLetters} {
		if _, hidden := waiting(env, queue); hidden != 0 {
			t.Errorf("%d letters of %s stay hidden", hidden, queue)
		}
	}
}

// Nothing that cannot pass is offered to be sent.
func TestDLQListNeverOffersToSendWhatCannotPass(t *testing.T) {
	env := start(t)
	buryIn(t, env, letterQueue, "{}", "malformed")
	out, err := botprefs(t, "dlq", "list", "--endpoint", env.AWSURL)
	if err != nil || strings.Contains(out, "--send") || !strings.Contains(out, "--edit <id>") || !strings.Contains(out, "--discard <id>") {
		t.Errorf("%v\n%s", err, out)
	}
	id := strings.Fields(out[strings.Index(out, "why\n")+4:])[0]
	if out, err = botprefs(t, "dlq", "show", "--endpoint", env.AWSURL, id); err != nil || strings.Contains(out, "--send") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestDLQShowMasksValuesUnlessAsked(t *testing.T) {
	env := start(t)
	id := buryIn(t, env, letterQueue, changeAt(t, time.Now(), "u1", "tone", `"s3cret"`), "NO_PERMISSIONS")
	out, err := botprefs(t, "dlq", "show", "--endpoint", env.AWSURL, id[:8])
	if err != nil || strings.Contains(out, "s3cret") || strings.Contains(out, "c42") {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		id, "NO_PERMISSIONS", "u1", "would apply: stores tone", "run botprefs doctor",
		"dlq redrive --endpoint " + env.AWSURL + " --send " + id[:8], `"tone": "(text, 8 bytes)"`,
	} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not shown:\n%s", want, out)
		}
	}
	if out, err = botprefs(t, "dlq", "show", "--endpoint", env.AWSURL, "--values", id[:8]); err != nil || !strings.Contains(out, `"tone": "s3cret"`) || !strings.Contains(out, "c42") {
		t.Errorf("with --values: %v\n%s", err, out)
	}
	for want, args := range map[string][]string{
		"takes the id of one letter": {}, "begins with \"ffff": {"ffffffff-0"}, "first 4 characters": {"ab"}, "is none of": {"--of", "x", "abcdef"},
	} {
		if _, err := botprefs(t, append([]string{"dlq", "show", "--endpoint", env.AWSURL}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", args, err)
		}
	}
	if visible, hidden := waiting(env, letterQueue); visible != 1 || hidden != 0 {
		t.Errorf("%d letters visible, %d hidden", visible, hidden)
	}
}

func TestRedriveHoldsBackWhatCannotPass(t *testing.T) {
	env := start(t)
	buryIn(t, env, letterQueue, "{}", "malformed")
	buryIn(t, env, letterQueue, changeAt(t, time.Now(), "u1", "tone", "1"), "redrive")
	out, err := botprefs(t, "dlq", "redrive", "--endpoint", env.AWSURL, "--dry-run", "--all")
	if err != nil || !strings.Contains(out, "1 of 2 dead letters would be sent, 1 would not. Nothing was done.") {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := botprefs(t, "dlq", "redrive", "--endpoint", env.AWSURL, "--dry-run", "--send", "--all"); err != nil || !strings.Contains(out, "Nothing was done.") {
		t.Fatalf("%v\n%s", err, out)
	}
	if visible, _ := waiting(env, letterQueue); visible != 2 {
		t.Fatalf("%d letters after a dry run", visible)
	}
	out, err = botprefs(t, "redrive", "--endpoint", env.AWSURL, "--send", "--all")
	if err == nil || !strings.Contains(err.Error(), "1 dead letter not sent") || !strings.Contains(out, "(unreadable)): malformed: ") || !strings.Contains(out, "1 of 2 dead letters sent back") {
		t.Errorf("%v\n%s", err, out)
	}
	if left := buried(env); len(left) != 1 || left[0] != "{}" {
		t.Errorf("left: %q", left)
	}
	// Forced, it comes back as a letter of its own.
	if out, err = botprefs(t, "redrive", "--endpoint", env.AWSURL, "--send", "--all", "--force"); err != nil || !strings.Contains(out, "1 of 1 dead letter sent back") {
		t.Errorf("%v\n%s", err, out)
	}
	if err := env.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := buried(env); len(left) != 1 {
		t.Errorf("left: %q", left)
	}
}

// Whoever has a letter of an item that was written by hand is not told to announce it.
func TestAnItemWrittenByHandMustBeMendedFirst(t *testing.T) {
	env := start(t)
	cfg, err := (&clientOptions{endpoint: env.AWSURL}).load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = tables(cfg).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("bot-preferences-dev"), Item: map[string]types.AttributeValue{
		"user_id": &types.AttributeValueMemberS{Value: "u1"}, "tone": &types.AttributeValueMemberS{Value: "dry"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	id := buryIn(t, env, announcementLetters, `{"user_id":"u1","revision":7,"code":"unreadable"}`, "unreadable")
	if out, err := botprefs(t, "dlq", "show", "--endpoint", env.AWSURL, id); err != nil || !strings.Contains(out, "Repair it or delete it, as docs/runbooks/announcements-dead-lettered.md says") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := botprefs(t, "dlq", "list", "--endpoint", env.AWSURL); err != nil || strings.Contains(out, "Announce these") || !strings.Contains(out, "dlq show") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRedriveOfAnnouncementsIsResync(t *testing.T) {
	env := start(t)
	id := buryIn(t, env, announcementLetters, `{"user_id":"u3","revision":7}`, "unreadable")
	if _, err := botprefs(t, "dlq", "redrive", "--endpoint", env.AWSURL, "--of", "announcements", "--send", "--all"); err == nil || !strings.Contains(err.Error(), "not sent again") {
		t.Errorf("%v", err)
	}
	if out, err := botprefs(t, "dlq", "redrive", "--endpoint", env.AWSURL, "--of", "announcements", "--discard", id); err != nil || !strings.Contains(out, "1 of 1 dead letter discarded") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestRedriveRefusesFlagsThatDoNotGoTogether(t *testing.T) {
	for want, args := range map[string][]string{
		"--send and --discard exclude": {"--send", "--discard", "--all"},
		"--edit and --discard exclude": {"--edit", "--discard", "abcd"},
		"--edit mends one letter":      {"--edit", "--all"},
		"--force goes with --send":     {"--force"},
		"choose letters":               {"--send"},
		"--max must be":                {"--max", "0"},
	} {
		if _, err := botprefs(t, append([]string{"redrive", "--endpoint", "http://127.0.0.1:1"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", args, err)
		}
	}
}

// Where something else listens, the endpoint is blamed and not the stage.
func TestAnEndpointThatIsNotAWSIsNamed(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"a web page": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>hello") },
		"not found": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, `{"message":"Not Found"}`, http.StatusNotFound)
		},
		"not its kind": func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "<html><meta></head>", http.StatusNotImplemented)
		},
	} {
		server := httptest.NewServer(h)
		var out bytes.Buffer
		err := run(t.Context(), []string{"redrive", "--endpoint", server.URL}, strings.NewReader(""), &out, &out)
		server.Close()
		if err == nil || !strings.Contains(err.Error(), "correct --endpoint") || strings.Contains(err.Error(), "--stage") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
