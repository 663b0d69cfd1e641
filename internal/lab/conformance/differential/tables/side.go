package tables

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/go-json-experiment/json"
)

// A side is one implementation with tables of its own.
type side struct {
	name      string
	client    aws.HTTPClient
	url       string
	prefix    string   // of the tables' names
	iterators []string // of the streams, by shape
	plays     int      // numbers the plays, for tokens that differ each time
}

// newSide makes the tables.
func newSide(ctx context.Context, name string, cfg aws.Config, prefix string) (*side, error) {
	s := &side{name: name, client: cfg.HTTPClient, url: aws.ToString(cfg.BaseEndpoint) + "/", prefix: prefix, iterators: make([]string, len(shapes))}
	if s.client == nil {
		s.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2}}
	}
	for i := range shapes {
		if err := s.open(ctx, i); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return s, nil
}

// open makes the table of a shape and finds the beginning of its stream.
func (s *side) open(ctx context.Context, i int) error {
	sh := shapes[i]
	definitions, schema := []any{object{"AttributeName": "pk", "AttributeType": sh.hash}}, []any{object{"AttributeName": "pk", "KeyType": "HASH"}}
	if sh.sort != "" {
		definitions = append(definitions, object{"AttributeName": "sk", "AttributeType": sh.sort})
		schema = append(schema, object{"AttributeName": "sk", "KeyType": "RANGE"})
	}
	body := object{
		"TableName": tableName, "AttributeDefinitions": definitions, "KeySchema": schema, "BillingMode": "PAY_PER_REQUEST",
		"StreamSpecification": object{"StreamEnabled": true, "StreamViewType": sh.view},
	}
	if sh.indexed {
		addIndex(body)
	}
	created, err := s.must(ctx, i, "CreateTable", body)
	if err != nil {
		return err
	}
	arn := dig(created, "TableDescription", "LatestStreamArn")
	described, err := s.must(ctx, i, "DescribeStream", object{"StreamArn": arn})
	if err != nil {
		return err
	}
	shards, _ := dig(described, "StreamDescription", "Shards").([]any)
	if len(shards) != 1 {
		return fmt.Errorf("the stream has %d shards", len(shards))
	}
	it, err := s.must(ctx, i, "GetShardIterator", object{"StreamArn": arn, "ShardId": dig(shards[0], "ShardId"), "ShardIteratorType": "TRIM_HORIZON"})
	s.iterators[i], _ = dig(it, "ShardIterator").(string)
	return err
}

// replace deletes the table of a shape and creates it again.
func (s *side) replace(ctx context.Context, i int) error {
	if _, err := s.must(ctx, i, "DeleteTable", object{"TableName": tableName}); err != nil {
		return err
	}
	if err := s.open(ctx, i); err != nil {
		return err
	}
	_, err := s.records(ctx, i) // dynoxide keeps the records of a deleted table for the next table of its name
	return err
}

// dig follows members.
func dig(v any, names ...string) any {
	for _, name := range names {
		o, _ := v.(object)
		v = o[name]
	}
	return v
}

// An answer is the answer to a request. The message of an error is separate.
type answer struct {
	code    string // of an error
	message string
	body    object
}

// must is call for requests that cannot fail.
func (s *side) must(ctx context.Context, shape int, operation string, body object) (object, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	a, err := s.call(ctx, shape, operation, text)
	if err == nil && a.code != "" {
		err = fmt.Errorf("%s: %s: %s", operation, a.code, a.message)
	}
	return a.body, err
}

// table is the name of the table of a shape.
func (s *side) table(shape int) string { return fmt.Sprintf("%s-%d", s.prefix, shape) }

// call sends one request. The error says that there was no answer.
func (s *side) call(ctx context.Context, shape int, operation string, body []byte) (answer, error) {
	body = bytes.ReplaceAll(body, []byte(tableName), []byte(s.table(shape)))
	body = bytes.ReplaceAll(body, []byte("@token@"), fmt.Appendf(nil, "%s-%d", s.prefix, s.plays))
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	target := "DynamoDB_20120810."
	if strings.Contains(operation, "Stream") || strings.HasPrefix(operation, "GetShard") || operation == "GetRecords" {
		target = "DynamoDBStreams_20120810."
	}
	r.Header.Set("X-Amz-Target", target+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Date", "20260101T000000Z")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=0")
	w, err := s.client.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer w.Body.Close() // it has been read
	text, err := io.ReadAll(w.Body)
	if err != nil {
		return answer{}, err
	}
	return s.read(w.StatusCode, bytes.ReplaceAll(text, []byte(s.table(shape)), []byte(tableName)))
}

func (s *side) read(status int, text []byte) (answer, error) {
	var a answer
	if err := json.Unmarshal(text, &a.body); err != nil {
		return a, fmt.Errorf("%s answers with status %d what is no JSON: %w: %.200q", s.name, status, err, text)
	}
	if status == http.StatusOK {
		return a, nil
	}
	kind, _ := a.body["__type"].(string)
	a.code = kind[strings.LastIndexByte(kind, '#')+1:]
	a.message, _ = cmp.Or(a.body["message"], a.body["Message"]).(string)
	for _, name := range []string{"__type", "message", "Message"} {
		delete(a.body, name)
	}
	if a.code == "" {
		return a, fmt.Errorf("%s answers with status %d and no code: %.200q", s.name, status, text)
	}
	return a, nil
}

// send sends a request, with all its pages.
func (s *side) send(ctx context.Context, shape int, r request) (answer, error) {
	if r.operation == "Query" || r.operation == "Scan" {
		return s.all(ctx, shape, r.operation, r.body)
	}
	return s.call(ctx, shape, r.operation, []byte(text(r.body)))
}

// all sends a Query or Scan until there are no further pages, and joins the answers. If
// a request is refused, its answer stands for all.
func (s *side) all(ctx context.Context, shape int, operation string, body object) (answer, error) {
	var whole answer
	pages := []any{}
	for range maxPages {
		text, err := json.Marshal(body, json.Deterministic(true))
		if err != nil {
			return whole, err
		}
		a, err := s.call(ctx, shape, operation, text)
		if err != nil || a.code != "" {
			return a, err
		}
		pages = append(pages, a.body)
		next, more := a.body["LastEvaluatedKey"]
		if !more {
			break
		}
		following := object{}
		for name, v := range body {
			following[name] = v
		}
		following["ExclusiveStartKey"] = next
		body = following
	}
	pages = trimmed(pages)
	whole.body = object{"pages": pages}
	if operation == "Scan" || body["IndexName"] != nil { // equal keys of an index have no order
		whole.body = joined(pages)
	}
	return whole, nil
}

// maxPages is more than any case has.
const maxPages = 40

// trimmed removes a last page on which nothing was read. AWS says that a
// LastEvaluatedKey does not mean that there is more (API reference, Query). It does not
// say whether a page that ends with the last item has one.
func trimmed(pages []any) []any {
	last := len(pages) - 1
	if last == 0 || dig(pages[last], "ScannedCount") != 0.0 {
		return pages
	}
	delete(pages[last-1].(object), "LastEvaluatedKey")
	return pages[:last]
}

// joined makes one page of all pages of a scan. Where a page ends depends on the order
// of hash keys, which AWS does not promise.
func joined(pages []any) object {
	items := []any{}
	var count, scanned float64
	for _, p := range pages {
		list, _ := dig(p, "Items").([]any)
		items = append(items, list...)
		c, _ := dig(p, "Count").(float64)
		n, _ := dig(p, "ScannedCount").(float64)
		count, scanned = count+c, scanned+n
	}
	slices.SortFunc(items, func(a, b any) int { return strings.Compare(text(canonical(a)), text(canonical(b))) })
	return object{"Items": items, "Count": count, "ScannedCount": scanned}
}
