package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/stage"
)

var announcementLetters = stage.Names("dev").AnnouncementDeadLetters

// revision is the revision of a stored profile.
func (s *skill) revision(user string) string {
	s.Helper()
	out, err := s.client.GetItem(s.Context(), &dynamodb.GetItemInput{TableName: aws.String(devTable), Key: map[string]types.AttributeValue{"user_id": &types.AttributeValueMemberS{Value: user}}})
	if err != nil {
		s.Fatal(err)
	}
	return out.Item["revision"].(*types.AttributeValueMemberN).Value
}

// lose puts a letter into the dead-letter queue of announcements.
func (s *skill) lose(body string) (id string) {
	s.Helper()
	s.env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(announcementLetters)
		m, err := q.Send(body, nil, 0)
		if err != nil {
			s.Fatal(err)
		}
		id = m.ID
	})
	return id
}

// lost returns the remaining letters, and how many of them are hidden.
func (s *skill) lost() (bodies []string, hidden int) {
	s.env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(announcementLetters)
		_, hidden, _ = q.Counts()
		for _, m := range q.Messages() {
			bodies = append(bodies, m.Body)
		}
	})
	return bodies, hidden
}

func missed(user, revision string) string {
	return fmt.Sprintf(`{"user_id":%q,"revision":%s,"previous_revision":0,"code":"undeliverable","message":"m","sequence_number":"9"}`, user, revision)
}

func TestResyncAnnouncesOneProfile(t *testing.T) {
	s := newSkill(t)
	s.subscribe(snapshots)
	out, err := s.run("resync", "--user", "tg:1", "--user", "tg:3", "--user", "tg:1")
	if err != nil || strings.Count(out, "announced tg:1 at revision "+s.revision("tg:1")+" (2 preferences) to bus "+devBus) != 1 || !strings.Contains(out, "tg:3 at revision "+s.revision("tg:3")+" (nothing visible)") {
		t.Errorf("%v\n%s", err, out)
	}
	if got := s.received(); len(got) != 2 || !got["tg:3"].Erased || got["tg:1"].Preferences["language"] != events.Text("fr") {
		t.Errorf("received %+v", got)
	}
}

func TestResyncOfAnUnknownUser(t *testing.T) {
	s := newSkill(t)
	out, err := s.run("resync", "--queue", s.url, "--user", "tg:9", "--user", "tg:2")
	if err == nil || !strings.Contains(err.Error(), "tg:9: table bot-preferences-dev has no item of this user") || !strings.Contains(out, "announced tg:2") {
		t.Errorf("%v\n%s", err, out)
	}
	s.spoil("tg:4")
	if _, err := s.run("resync", "--queue", s.url, "--user", "tg:4"); err == nil || !strings.Contains(err.Error(), "tg:4: not announced: profilestore: stored attribute revision") || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("of an item that cannot be read: %v", err)
	}
	if got := s.received(); len(got) != 1 {
		t.Errorf("received %+v", got)
	}
}

// A letter is deleted only if the profile was announced at its revision or a later one.
// Letters that stay are visible to everybody.
func TestResyncOfDeadLetters(t *testing.T) {
	s := newSkill(t)
	s.subscribe(snapshots)
	stays := []string{
		missed("tg:2", s.revision("tg:2")+"0"), // restored from a backup?
		missed("tg:9", "5"),                    // no item
		`{"requestContext":{"condition":"RecordAgeExceeded"},"DDBStreamBatchInfo":{"shardId":"shard-1","startSequenceNumber":"10","endSequenceNumber":"12","batchSize":2}}`,
		changeOf("tg:1", "1"), // somebody else's
	}
	ids := map[string]string{}
	for _, body := range stays {
		ids[body] = s.lose(body)
	}
	s.lose(missed("tg:1", s.revision("tg:1")))
	s.lose(strings.Replace(missed("tg:1", "7"), "}", `,"erased":true}`, 1)) // and made again
	s.lose(missed("tg:3", "0"))
	s.lose(missed("tg:8", "1749999999999"))
	s.lose(strings.Replace(missed("tg:8", "1749999999998"), "}", `,"erased":true}`, 1))
	s.lose(strings.Replace(missed("tg:8", "1750000000000"), "}", `,"erased":true}`, 1)) // deleted by hand
	letters := s.env.AWSURL + "/000000000000/" + announcementLetters
	out, err := s.run("resync", "--dead-letters", letters)
	if err == nil || !strings.Contains(out, "6 of 10 dead letters announced again and deleted") || strings.Count(out, "announced tg:1") != 1 {
		t.Errorf("%v\n%s", err, out)
	}
	for i, want := range []string{"was it restored?", "has no item of this user", "snapshot --endpoint " + s.env.AWSURL + " --bus " + devBus, "detail-type is not PreferencesUpdated"} {
		if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "dead letter "+ids[stays[i]]+" stays") {
			t.Errorf("the error does not say %q of %s:\n%v", want, ids[stays[i]], err)
		}
	}
	if left, hidden := s.lost(); len(left) != len(stays) || hidden != 0 {
		t.Errorf("%d letters left, %d hidden: %q", len(left), hidden, left)
	}
	if got := s.received(); len(got) != 4 || got["tg:2"].UserID == "" || !got["tg:8"].Erased || got["tg:8"].Revision != 1_750_000_000_000 {
		t.Errorf("received %+v", got)
	}
}

// If nobody accepts the announcement, the letter stays.
func TestALetterStaysUntilItsAnnouncementIsTaken(t *testing.T) {
	s := newSkill(t)
	s.lose(strings.Replace(missed("tg:1", "7"), "}", `,"erased":true}`, 1)) // and made again
	s.lose(missed("tg:2", "7"))
	letters := s.env.AWSURL + "/000000000000/" + announcementLetters
	cfg, err := (&clientOptions{endpoint: s.env.AWSURL}).load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dead := openDeadLetters(sqs.NewFromConfig(cfg), letters)
	held, err := dead.Hold(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	a := &announcer{out: io.Discard, announced: map[string]int64{}, announce: func(string) (events.Profile, error) {
		return events.Profile{}, &events.SendError{Outcome: events.NotSent, Code: "ThrottlingException"}
	}}
	err = a.letters(t.Context(), held)
	if closed := held.Close(t.Context()); closed != nil {
		t.Error(closed)
	}
	if left, hidden := s.lost(); err == nil || strings.Count(err.Error(), "stays") != 1 || !strings.Contains(err.Error(), "not tried") || len(left) != 2 || hidden != 0 {
		t.Errorf("%v, %d letters left, %d hidden", err, len(left), hidden)
	}
	_, err = s.run("resync", "--user", "tg:1", "--user", "tg:2", "--queue", s.url, "--table", "nowhere")
	if err == nil || !strings.Contains(err.Error(), "tg:1: not announced: "+s.env.AWSURL+" has no table nowhere: correct --table or --stage\n") || strings.Contains(err.Error(), "tg:2") || !strings.Contains(err.Error(), "the users after it were not tried") {
		t.Errorf("%v", err)
	}
	out, err := s.run("resync", "--dead-letters", letters, "--queue", s.url, "--max", "1")
	if left, _ := s.lost(); err != nil || len(left) != 1 || !strings.Contains(out, "There may be more") || len(s.received()) != 1 {
		t.Errorf("%v, %d letters left\n%s", err, len(left), out)
	}
}

func TestResyncRefusesWhatCannotWork(t *testing.T) {
	for _, c := range []struct {
		want string
		args []string
	}{
		{"--user U, or --dead-letters URL", nil},
		{"exclude each other", []string{"--user", "u", "--dead-letters", "http://q"}},
		{"exclude each other", []string{"--user", "u", "--queue", "http://q", "--bus", "b"}},
		{`--dead-letters: "q" is not the URL`, []string{"--dead-letters", "q"}},
		{"must be two queues", []string{"--dead-letters", "http://q", "--queue", "http://q"}},
		{"at least 1", []string{"--dead-letters", "http://q", "--max", "0"}},
		{"--user: ", []string{"--user", "a\x00b"}},
		{"takes no arguments", []string{"tg:1"}},
	} {
		if _, err := botprefs(t, append([]string{"resync"}, c.args...)...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one that says %q", c.args, err, c.want)
		}
	}
}

// Standard output is the JSON's alone.
func TestResyncAndSnapshotAsJSON(t *testing.T) {
	s := newSkill(t)
	out, err := stdout(t, pipelineAt(s.env, "resync", "--user", "tg:2", "--user", "tg:1", "--queue", s.url, "--output", "json")...)
	var announced []announcedProfile
	if err != nil || json.Unmarshal([]byte(out), &announced) != nil || len(announced) != 2 || announced[0].UserID != "tg:1" || announced[0].Revision == 0 {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = stdout(t, pipelineAt(s.env, "snapshot", "--queue", s.url, "--checkpoint", "none", "--output", "json")...)
	var sum walkSummary
	if err != nil || json.Unmarshal([]byte(out), &sum) != nil || sum.Profiles != 3 || sum.Announced == nil || *sum.Announced != 3 || sum.Written != nil || sum.ReadUnits == 0 {
		t.Errorf("%v\n%s", err, out)
	}
	file := filepath.Join(t.TempDir(), "profiles")
	out, err = stdout(t, pipelineAt(s.env, "export", "--file", file, "--checkpoint", "none", "--output", "json")...)
	sum = walkSummary{}
	if err != nil || json.Unmarshal([]byte(out), &sum) != nil || sum.Written == nil || *sum.Written != 3 || sum.Announced != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
