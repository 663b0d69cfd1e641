package remotetable

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

// configOf reaches a server that is none.
func configOf(t http.RoundTripper) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://fake.test"), HTTPClient: &http.Client{Transport: t},
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
}

func newReader(f *fake) *reader {
	f.asked = map[string]int{}
	cfg := configOf(f)
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	return &reader{
		Table:  &Table{name: "t", arn: fakeARN, db: dynamodb.NewFromConfig(cfg), streams: dynamodbstreams.NewFromConfig(cfg)},
		shards: map[string]*shard{},
	}
}

// readAll reads until nothing is left, and returns the sequence numbers and the
// errors on the way.
func readAll(t *testing.T, r *reader) (numbers, errs []string) {
	t.Helper()
	for range 100 {
		records, err := r.read(t.Context())
		for _, record := range records {
			numbers = append(numbers, record.SequenceNumber)
		}
		switch {
		case err != nil:
			errs = append(errs, err.Error())
		case len(records) == 0 && r.listed:
			return numbers, errs
		}
	}
	t.Fatal("it never comes to an end")
	return nil, nil
}

func TestShardsAreReadAfterTheirParents(t *testing.T) {
	f := &fake{shards: []*fakeShard{
		{id: "child", parent: "root", records: []string{"6", "7", "8"}},
		{id: "root", parent: "trimmed long ago", records: []string{"1", "2", "3", "4", "5"}, closed: true},
	}}
	r := newReader(f)
	numbers, errs := readAll(t, r)
	if diff := cmp.Diff(strings.Fields("1 2 3 4 5 6 7 8"), numbers); diff != "" || errs != nil {
		t.Errorf("errors %v, records (-want +got):\n%s", errs, diff)
	}

	// The shard splits: its end makes the reader look for its children.
	f.shard("child").closed = true
	f.shards = append(f.shards, &fakeShard{id: "grandchild", parent: "child", records: []string{"9"}})
	if numbers, errs = readAll(t, r); len(numbers) != 1 || numbers[0] != "9" || errs != nil {
		t.Errorf("after the split: records %v, errors %v", numbers, errs)
	}
	f.asked = map[string]int{}
	if _, err := r.read(t.Context()); err != nil || f.asked["GetRecords"] != 1 || f.asked["DescribeStream"] != 0 {
		t.Errorf("an idle read asked %v, error %v; want one GetRecords of the open shard", f.asked, err)
	}
}

func TestFailedReadsLoseAndRepeatNothing(t *testing.T) {
	f := &fake{
		shards: []*fakeShard{{id: "s", records: []string{"1", "2", "3", "4", "5"}}},
		fail:   []string{"", "ExpiredIteratorException", "", "InternalServerError", ""},
	}
	numbers, errs := readAll(t, newReader(f))
	if diff := cmp.Diff(strings.Fields("1 2 3 4 5"), numbers); diff != "" {
		t.Errorf("records (-want +got):\n%s", diff)
	}
	if len(errs) != 2 || !strings.Contains(errs[0], "ExpiredIteratorException") || !strings.Contains(errs[1], "InternalServerError") {
		t.Errorf("errors %q", errs)
	}
}

// Trimmed records are lost, so reading continues with the oldest remaining one.
func TestTrimmedRecordsAreStartedOverFromTheOldest(t *testing.T) {
	f := &fake{shards: []*fakeShard{{id: "s", records: []string{"1", "2", "3"}}}, fail: []string{"", "TrimmedDataAccessException"}}
	numbers, errs := readAll(t, newReader(f))
	if diff := cmp.Diff(strings.Fields("1 2 1 2 3"), numbers); diff != "" || len(errs) != 1 {
		t.Errorf("errors %q, records (-want +got):\n%s", errs, diff)
	}
}

// The same if the new iterator is refused.
func TestTrimmedIteratorsAreStartedOverFromTheOldest(t *testing.T) {
	f := &fake{shards: []*fakeShard{{id: "s", records: []string{"1", "2", "3"}}}, fail: []string{"", "ExpiredIteratorException"}, trimmed: true}
	numbers, errs := readAll(t, newReader(f))
	if diff := cmp.Diff(strings.Fields("1 2 1 2 3"), numbers); diff != "" || len(errs) != 2 {
		t.Errorf("errors %q, records (-want +got):\n%s", errs, diff)
	}
}

func TestRecordsKeepEveryType(t *testing.T) {
	records, err := newReader(&fake{shards: []*fakeShard{{id: "s", records: []string{"1"}}}}).read(t.Context())
	if err != nil || len(records) != 1 {
		t.Fatal(records, err)
	}
	got, err := json.Marshal(records[0].NewImage, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"bs":{"BS":["AQ=="]},"m":{"M":{"l":{"L":[{"NULL":true},{"BOOL":false},{"B":"AQI="}]}}},"n":{"N":"1.5"},"ns":{"NS":["1"]},"ss":{"SS":["a"]},"user_id":{"S":"u"}}`
	if string(got) != want {
		t.Errorf("image %s", got)
	}
	if r := records[0]; r.EventName != "INSERT" || r.Created.Unix() != 1 || len(r.Keys) != 1 || r.OldImage != nil || r.Identity != nil {
		t.Errorf("record %+v", r)
	}
}
