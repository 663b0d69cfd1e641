package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/internal/cli"
)

const restored = "restored"

// restore copies the pipeline's table, as it would be had each revision been made
// a second earlier, into one without a stream.
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
		if n, ok := item["revision"].(*types.AttributeValueMemberN); ok {
			revision, err := strconv.ParseInt(n.Value, 10, 64)
			if err != nil {
				s.Fatal(err)
			}
			n.Value = strconv.FormatInt(revision-1000, 10)
		}
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
	to := strconv.FormatInt(time.Now().UnixMilli(), 10)
	out, err := s.run("advance-revisions", "--table", restored, "--to", to, "--dry-run")
	if !strings.Contains(out, "4 profiles, 3 of them below revision "+to+" and 0 beyond it") || strings.Join(s.revisions(), " ") != strings.Join(before, " ") {
		t.Errorf("a dry run: %v\n%s", err, out)
	}
	if err == nil || !strings.Contains(err.Error(), "1 items cannot be read") || !strings.Contains(out, `"tg:4": profilestore: stored attribute revision must be a whole number`) || strings.Contains(out, "s3cret") {
		t.Errorf("a dry run, of an item that cannot be read: %v\n%s", err, out)
	}
	out, err = s.run("advance-revisions", "--table", restored, "--to", to)
	if err == nil || !strings.Contains(err.Error(), "1 items have no revision") || strings.Count(out, "tg:4") != 1 || strings.Contains(out, "s3cret") {
		t.Errorf("an item without a revision: %v\n%s", err, out)
	}
	if !strings.Contains(out, "4 profiles, 3 of them moved to revision "+to+", 4 write units") {
		t.Errorf("it prints\n%s", out)
	}
	if got := strings.Join(s.revisions(), " "); got != to+" "+to+" "+to {
		t.Errorf("revisions %s", got)
	}
	out, err = s.run("advance-revisions", "--table", restored, "--to", before[0])
	if err == nil || !strings.Contains(err.Error(), "3 profiles keep a revision beyond "+before[0]+", up to "+to) {
		t.Errorf("to where it is already: %v\n%s", err, out)
	}
}

// Without --to it is the time of the call, exactly: less would not be past all
// that was announced, and more is refused.
func TestAdvanceRevisionsGoesToTheTimeNow(t *testing.T) {
	s := newSkill(t)
	s.restore()
	now := time.Now().Add(-time.Millisecond)
	var out strings.Builder
	o := advanceOptions{table: restored, rate: 100, segments: 1}
	o.endpoint = s.env.AWSURL
	if err := advance(t.Context(), cli.Streams{Out: &out, Err: &out}, o, now); err != nil {
		t.Fatal(err)
	}
	want := strconv.FormatInt(now.UnixMilli(), 10)
	if got := strings.Join(s.revisions(), " "); got != want+" "+want+" "+want || !strings.Contains(out.String(), "moved to revision "+want) {
		t.Errorf("revisions %s, want %s\n%s", got, want, out.String())
	}
}

func TestTheRevisionToReachIsNeverAheadOfTheClock(t *testing.T) {
	now := time.UnixMilli(1795428000250)
	for to, want := range map[int]int{0: 1795428000250, 1: 1, 1795428000250: 1795428000250, 1795428000251: -1, -1: -1} {
		o := advanceOptions{table: restored, rate: 1, segments: 1, to: to}
		err := o.check(now)
		switch {
		case want < 0 && (err == nil || !strings.Contains(err.Error(), "--to must be a time that has been, in milliseconds since 1970: now is 1795428000250")):
			t.Errorf("--to %d: error %v", to, err)
		case want > 0 && (err != nil || o.to != want):
			t.Errorf("--to %d is %d, want %d: error %v", to, o.to, want, err)
		}
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

func TestAdvanceRevisionsAsksForTheTableOnce(t *testing.T) {
	s := newSkill(t)
	s.restore()
	to, err := url.Parse(s.env.AWSURL)
	if err != nil {
		t.Fatal(err)
	}
	var asked atomic.Int32
	proxy := httputil.NewSingleHostReverseProxy(to)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".DescribeTable") {
			asked.Add(1)
		}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()
	if out, err := botprefs(t, "advance-revisions", "--table", restored, "--endpoint", front.URL); err != nil || asked.Load() != 1 {
		t.Errorf("asked %d times: %v\n%s", asked.Load(), err, out)
	}
}
