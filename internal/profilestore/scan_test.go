package profilestore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// scanning is a table of users, and a Scanner whose requests are kept.
func scanning(t *testing.T, users int) (*cloud, *Scanner) {
	t.Helper()
	c := newCloud(t)
	s := c.store()
	for i := range users {
		change := set(i, events.Preferences{"n": events.JSON(fmt.Sprint(i))})
		if _, err := s.Merge(t.Context(), fmt.Sprint("u", i), events.Fold(change)); err != nil {
			t.Fatal(err)
		}
	}
	c.requests = nil
	return c, NewScanner(s.client.(*dynamodb.Client), "profiles")
}

func TestPagesOfAllSegmentsAreTheTable(t *testing.T) {
	c, s := scanning(t, 40)
	seen := map[string]int{}
	pages, units := 0, 0.0
	for segment := range 3 {
		at := Position{Segment: segment, Segments: 3, Limit: 4}
		for done := false; !done; {
			page, err := s.Page(t.Context(), at)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range page.Profiles {
				seen[p.UserID]++
				if want := c.stored(p.UserID).Profile; p.Revision != want.Revision || len(p.Visible()) != 1 {
					t.Errorf("%s: %+v, want %+v", p.UserID, p, want)
				}
			}
			pages++
			units += page.Units
			at.After, done = page.After, page.After == ""
		}
	}
	if len(seen) != 40 || pages < 12 || units != float64(pages) {
		t.Errorf("%d users on %d pages for %.1f units", len(seen), pages, units)
	}
	for user, n := range seen {
		if n != 1 {
			t.Errorf("%s on %d pages", user, n)
		}
	}
	for _, r := range c.requests {
		if r.body["ConsistentRead"] != true || r.body["ReturnConsumedCapacity"] != "TOTAL" || r.body["Limit"] != 4.0 {
			t.Errorf("asked %v", r.body)
		}
	}
}

func TestAnUnreadableItemHidesNoOther(t *testing.T) {
	c, s := scanning(t, 3)
	client := s.client.(*dynamodb.Client)
	for user, revision := range map[string]string{"broken": "17", "beyond repair": "-5"} {
		if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String("profiles"), Item: map[string]types.AttributeValue{
			item.UserID: text(user), item.Revision: &types.AttributeValueMemberN{Value: revision}, item.UpdatedAt: text("yesterday"), "p.secret": text("s3cret"),
		}}); err != nil {
			t.Fatal(err)
		}
	}
	page, err := s.Page(t.Context(), Position{Segments: 1, Limit: 10})
	if err != nil || len(page.Profiles) != 3 || len(page.Unreadable) != 2 {
		t.Fatalf("%v, %+v", err, page)
	}
	revisions := map[string]int64{}
	for _, u := range page.Unreadable {
		revisions[u.UserID] = u.Revision
		var malformed *item.MalformedError
		if !errors.As(u.Err, &malformed) || strings.Contains(u.Err.Error(), "s3cret") {
			t.Errorf("%+v", u)
		}
	}
	if !maps.Equal(revisions, map[string]int64{"broken": 17, "beyond repair": 0}) {
		t.Errorf("revisions %v", revisions)
	}
	if c.table.Len() != 5 {
		t.Errorf("%d items", c.table.Len())
	}
}

func TestAScanThatFailsIsAnError(t *testing.T) {
	c, s := scanning(t, 1)
	c.on = func(int, request) func(http.Handler) http.Handler {
		return refuses(400, "ProvisionedThroughputExceededException", "slow down")
	}
	_, err := s.Page(t.Context(), Position{Segments: 1, Limit: 10})
	var e *Error
	if !errors.As(err, &e) || e.Operation != "Scan" || !e.Unavailable() {
		t.Errorf("error %v", err)
	}
	if _, err = s.Describe(t.Context()); !errors.As(err, &e) || e.Operation != "DescribeTable" {
		t.Errorf("error %v", err)
	}
}

// An endpoint that does not say what a page cost is taken to charge a lot.
func TestUnitsThatNobodyTells(t *testing.T) {
	if got := units(&dynamodb.ScanOutput{ScannedCount: 7}); got != 7 {
		t.Errorf("%.1f units of 7 items", got)
	}
	if got := units(&dynamodb.ScanOutput{}); got != 1 {
		t.Errorf("%.1f units of nothing", got)
	}
}

func TestDescriptionOfATable(t *testing.T) {
	_, s := scanning(t, 5)
	d, err := s.Describe(t.Context())
	if err != nil || d.Name != "profiles" || !strings.HasSuffix(d.ARN, ":table/profiles") || d.ID == "" || d.Items != 5 || d.Bytes < 500 || !d.Streaming {
		t.Errorf("%v, %+v", err, d)
	}
	if d, err := NewScanner(&describing{key: item.UserID}, "restored").Describe(t.Context()); err != nil || d.Streaming {
		t.Errorf("a table without a stream: %v, %+v", err, d)
	}
	client := &describing{key: "id"}
	if _, err := NewScanner(client, "other").Describe(t.Context()); err == nil || !strings.Contains(err.Error(), "key is not user_id") {
		t.Errorf("a table of something else: %v", err)
	}
}

type describing struct {
	ScanClient
	key string
}

func (d *describing) DescribeTable(context.Context, *dynamodb.DescribeTableInput, ...func(*dynamodb.Options)) (*dynamodb.DescribeTableOutput, error) {
	return &dynamodb.DescribeTableOutput{Table: &types.TableDescription{KeySchema: []types.KeySchemaElement{{AttributeName: aws.String(d.key)}}}}, nil
}
