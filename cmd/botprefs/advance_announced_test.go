package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// foreign writes a revision past the pipeline.
func (s *skill) foreign(table, user, revision string) {
	s.Helper()
	s.update(table, user, "SET revision = :v", &types.AttributeValueMemberN{Value: revision})
}

// update changes an item past the pipeline: :v in the expression is the value.
func (s *skill) update(table, user, expression string, v types.AttributeValue) {
	s.Helper()
	_, err := s.client.UpdateItem(s.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(table), Key: map[string]types.AttributeValue{"user_id": &types.AttributeValueMemberS{Value: user}},
		UpdateExpression:          aws.String(expression),
		ExpressionAttributeValues: map[string]types.AttributeValue{":v": v},
	})
	if err != nil {
		s.Fatal(err)
	}
}

func (s *skill) file(text string) string {
	s.Helper()
	name := filepath.Join(s.TempDir(), "announced.jsonl")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		s.Fatal(err)
	}
	return name
}

// What a dry run of the damaged table prints is what --announced takes for the
// restored one.
func TestAdvanceRevisionsPastAnnouncedOnesThatAreStillToCome(t *testing.T) {
	s := newSkill(t)
	s.restore()
	s.foreign(devTable, "tg:1", "4102444800000")
	s.foreign(devTable, "tg:2", "1795428000000000")
	s.foreign(devTable, "tg:3", "1")
	var lines, talk bytes.Buffer
	if err := run(t.Context(), []string{"advance-revisions", "--table", devTable, "--dry-run", "--endpoint", s.env.AWSURL}, nil, &lines, &talk); err != nil {
		t.Fatal(err)
	}
	if lines.Len() == 0 || strings.Count(lines.String(), "\n") != 2 || !strings.Contains(talk.String(), "3 profiles, 1 of them below") {
		t.Fatalf("it prints\n%s%s", &lines, &talk)
	}
	file := s.file(lines.String() + `{"detail-type":"PreferencesUpdated","detail":{"user_id":"tg:9","revision":4102444800000,"truncated":true}}` + "\n")
	before := strings.Join(s.revisions(), " ")
	out, err := s.run("advance-revisions", "--table", restored, "--announced", file, "--dry-run")
	if err == nil || !strings.Contains(out, "3 announced users, 2 of them to move") || strings.Join(s.revisions(), " ") != before {
		t.Errorf("a dry run: %v\n%s", err, out)
	}
	for _, moved := range []string{"2", "0"} {
		out, err = s.run("advance-revisions", "--table", restored, "--announced", file)
		if err == nil || !strings.Contains(err.Error(), "1 users could not be moved") || !strings.Contains(out, `"tg:9": the table has no item of this user`) {
			t.Errorf("a user without an item: %v\n%s", err, out)
		}
		if !strings.Contains(out, "3 announced users, "+moved+" of them moved") {
			t.Errorf("it prints\n%s", out)
		}
	}
	got := " " + strings.Join(s.revisions(), " ") + " "
	if !strings.Contains(got, " 4102444800001 ") || !strings.Contains(got, " 1795428000000001 ") {
		t.Errorf("revisions%s", got)
	}
	out, err = s.run("advance-revisions", "--table", restored)
	if err == nil || !strings.Contains(err.Error(), "2 profiles keep a revision beyond") || !strings.Contains(out, "1 of them moved") {
		t.Errorf("of the rest: %v\n%s", err, out)
	}
}

// A revision that is still to come is listed though nothing else of its item can
// be read; once that is repaired, it can be passed.
func TestAdvanceRevisionsListsThoseOfWhatCannotBeRead(t *testing.T) {
	s := newSkill(t)
	s.restore()
	s.foreign(restored, "tg:1", "4102444800000")
	s.update(restored, "tg:1", "SET updated_at = :v", &types.AttributeValueMemberS{Value: "s3cret"})
	var lines, talk bytes.Buffer
	err := run(t.Context(), []string{"advance-revisions", "--table", restored, "--dry-run", "--endpoint", s.env.AWSURL}, nil, &lines, &talk)
	if err == nil || lines.String() != `{"user_id":"tg:1","revision":4102444800000}`+"\n" ||
		!strings.Contains(talk.String(), `"tg:1": profilestore: stored attribute updated_at`) || !strings.Contains(talk.String(), "3 profiles, 2 of them below") {
		t.Fatalf("%v, it prints\n%s%s", err, &lines, &talk)
	}
	args := []string{"advance-revisions", "--table", restored, "--announced", s.file(lines.String())}
	if out, err := s.run(args...); err == nil || !strings.Contains(err.Error(), "1 users could not be moved") {
		t.Errorf("before the repair: %v\n%s", err, out)
	}
	s.update(restored, "tg:1", "SET updated_at = :v", &types.AttributeValueMemberS{Value: "2026-11-24T09:30:00Z"})
	if out, err := s.run(args...); err != nil || !strings.Contains(out, "1 of them moved") {
		t.Errorf("after it: %v\n%s", err, out)
	}
}

func TestAnnouncedRevisionsRefuses(t *testing.T) {
	s := newSkill(t)
	sound, spoilt := s.file(`{"user_id":"tg:1","revision":4102444800000}`), s.file("\n"+`{"user_id":"s3cret"}`)
	for flags, want := range map[string]string{
		"--table x --to 5 --announced " + sound:         "--announced and --to exclude each other",
		"--table x --announced none":                    "--announced: open none",
		"--table x --announced " + spoilt:               "line 2: must be a JSON object with user_id and revision",
		"--table " + devTable + " --announced " + sound: "the stream of table " + devTable + " is on",
	} {
		if out, err := s.run(append([]string{"advance-revisions"}, strings.Fields(flags)...)...); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: error %v\n%s", flags, err, out)
		}
	}
}
