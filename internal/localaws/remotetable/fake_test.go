package remotetable

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// fake is a stream with given answers, in the real wire format.
type fake struct {
	shards []*fakeShard
	fail   []string       // error codes of the next GetRecords, "" for none
	asked  map[string]int // operations

	trimmed bool   // no iterator begins after a record any more
	table   string // how it answers DescribeTable; empty: the table is there

	endAt int    // the DescribeTable in which the run ends; 0: none
	end   func() // ends the run
}

const (
	fakeARN  = "arn:aws:dynamodb:us-east-1:000000000000:table/t/stream/x"
	deleted  = "deleted"
	replaced = "replaced"
)

type fakeShard struct {
	id, parent string
	records    []string // sequence numbers
	closed     bool
}

const fakePage = 2 // records that one GetRecords returns

// RoundTrip implements http.RoundTripper.
func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	var in struct {
		ShardId, ShardIterator, ShardIteratorType, SequenceNumber, ExclusiveStartShardId string
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	w := httptest.NewRecorder()
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	f.asked[operation]++
	if operation == "DescribeTable" && f.asked[operation] == f.endAt {
		f.end()
		return nil, r.Context().Err()
	}
	switch operation {
	case "DescribeTable":
		switch f.table {
		case deleted:
			refuse(w, "ResourceNotFoundException")
		case replaced:
			fmt.Fprintf(w, `{"Table":{"LatestStreamArn":%q}}`, fakeARN+"y")
		default:
			fmt.Fprintf(w, `{"Table":{"LatestStreamArn":%q}}`, fakeARN)
		}
	case "DescribeStream":
		f.describe(w, in.ExclusiveStartShardId)
	case "GetShardIterator":
		position := 0
		if in.ShardIteratorType == "AFTER_SEQUENCE_NUMBER" {
			if f.trimmed {
				refuse(w, "TrimmedDataAccessException")
				break
			}
			position = 1 + slices.Index(f.shard(in.ShardId).records, in.SequenceNumber)
		}
		fmt.Fprintf(w, `{"ShardIterator":"%s/%d"}`, in.ShardId, position)
	case "GetRecords":
		f.get(w, in.ShardIterator)
	}
	return w.Result(), nil
}

// describe lists one shard a page.
func (f *fake) describe(w io.Writer, after string) {
	i := 1 + slices.IndexFunc(f.shards, func(s *fakeShard) bool { return s.id == after })
	last := ""
	if i+1 < len(f.shards) {
		last = fmt.Sprintf(`,"LastEvaluatedShardId":%q`, f.shards[i].id)
	}
	fmt.Fprintf(w, `{"StreamDescription":{"Shards":[{"ShardId":%q,"ParentShardId":%q}]%s}}`, f.shards[i].id, f.shards[i].parent, last)
}

func (f *fake) get(w *httptest.ResponseRecorder, iterator string) {
	if len(f.fail) > 0 {
		code := f.fail[0]
		if f.fail = f.fail[1:]; code != "" {
			refuse(w, code)
			return
		}
	}
	id, text, _ := strings.Cut(iterator, "/")
	var from int
	fmt.Sscan(text, &from)
	s := f.shard(id)
	to := min(from+fakePage, len(s.records))
	var records []string
	for _, n := range s.records[from:to] {
		records = append(records, fmt.Sprintf(`{"eventID":"e","eventName":"INSERT","dynamodb":{"SequenceNumber":%q,"ApproximateCreationDateTime":1,`+
			`"Keys":{"user_id":{"S":"u"}},"NewImage":{"user_id":{"S":"u"},"n":{"N":"1.50"},"m":{"M":{"l":{"L":[{"NULL":true},{"BOOL":false},{"B":"AQI="}]}}},`+
			`"ss":{"SS":["a"]},"ns":{"NS":["1"]},"bs":{"BS":["AQ=="]}}}}`, n))
	}
	next := ""
	if !s.closed || to < len(s.records) {
		next = fmt.Sprintf(`,"NextShardIterator":"%s/%d"`, id, to)
	}
	fmt.Fprintf(w, `{"Records":[%s]%s}`, strings.Join(records, ","), next)
}

func refuse(w *httptest.ResponseRecorder, code string) {
	w.WriteHeader(http.StatusBadRequest)
	fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#%s","message":"as told"}`, code)
}

func (f *fake) shard(id string) *fakeShard {
	return f.shards[slices.IndexFunc(f.shards, func(s *fakeShard) bool { return s.id == id })]
}
