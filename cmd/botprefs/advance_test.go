package main

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

const restored = "restored"

// restore copies the pipeline's table into one without a stream.
func (s *skill) restore() {
	s.Helper()
	_, err := s.client.CreateTable(s.Context(), &dynamodb.CreateTableInput{
		TableName: aws.String(restored), BillingMode: types.BillingModePayPerRequest,
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("user_id"), AttributeType: types.ScalarAttributeTypeS}},
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("user_id"), KeyType: types.KeyTypeHash}},
	})
	if err != nil {
		s.Fatal(err)
	}
	out, err := s.client.Scan(s.Context(), &dynamodb.ScanInput{TableName: aws.String(devTable)})
	if err != nil {
		s.Fatal(err)
	}
	for _, item := range out.Items {
		if _, err := s.client.PutItem(s.Context(), &dynamodb.PutItemInput{TableName: aws.String(restored), Item: item}); err != nil {
			s.Fatal(err)
		}
	}
}

// revisions are those of the restored table.
func (s *skill) revisions() (all []string) {
	s.Helper()
	out, err := s.client.Scan(s.Context(), &dynamodb.ScanInput{TableName: aws.String(restored)})
	if err != nil {
		s.Fatal(err)
	}
	for _, item := range out.Items {
		if n, ok := item["revision"].(*types.AttributeValueMemberN); ok {
			all = append(all, n.Value)
		}
	}
	return all
}

func TestAdvanceRevisionsOfARestoredTable(t *testing.T) {
	s := newSkill(t)
	s.spoil("tg:4")
	s.restore()
	before := s.revisions()
	to := strconv.FormatInt(time.Now().UnixMilli()+1000, 10)
	out, err := s.run("advance-revisions", "--table", restored, "--to", to, "--dry-run")
	if err != nil || !strings.Contains(out, "4 profiles, 3 of them below revision "+to) || strings.Join(s.revisions(), " ") != strings.Join(before, " ") {
		t.Errorf("a dry run: %v\n%s", err, out)
	}
	out, err = s.run("advance-revisions", "--table", restored, "--to", to)
	if err == nil || !strings.Contains(err.Error(), "1 items have no revision") || !strings.Contains(out, `"tg:4": dynamo: the item has no revision`) {
		t.Errorf("an item without a revision: %v\n%s", err, out)
	}
	if !strings.Contains(out, "4 profiles, 3 of them moved to revision "+to+", 4 write units") {
		t.Errorf("it prints\n%s", out)
	}
	if got := strings.Join(s.revisions(), " "); got != to+" "+to+" "+to {
		t.Errorf("revisions %s", got)
	}
	out, err = s.run("advance-revisions", "--table", restored, "--to", before[0])
	if err == nil || !strings.Contains(err.Error(), "3 profiles have a revision beyond "+before[0]) {
		t.Errorf("to where it is already: %v\n%s", err, out)
	}
}

func TestAdvanceRevisionsRefuses(t *testing.T) {
	s := newSkill(t)
	for flags, want := range map[string]string{
		"":                                     "say which table",
		"--table none":                         "table none:",
		"--table " + devTable:                  "the stream of table " + devTable + " is on",
		"--table x --rate 0":                   "--rate must be more than 0",
		"--table x --segments 0":               "--segments must be 1 to",
		"--table x --to 9999999999999":         "--to must be a time that has been",
		"--table x --to -1":                    "--to must be a time that has been",
		"--table x and more":                   "takes no arguments",
		"--with-stream --table " + "none-more": "table none-more:",
	} {
		if out, err := s.run(append([]string{"advance-revisions"}, strings.Fields(flags)...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v\n%s", flags, err, out)
		}
	}
	if out, err := s.run("advance-revisions", "--table", devTable, "--with-stream"); err != nil || !strings.Contains(out, "3 of them moved") {
		t.Errorf("with its stream: %v\n%s", err, out)
	}
}
