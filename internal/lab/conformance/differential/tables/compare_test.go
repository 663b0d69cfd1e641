package tables

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// local is a localaws of the test's own.
func local(t *testing.T) aws.Config {
	t.Helper()
	cfg, stop, err := conformance.Local(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return cfg
}

func TestACaseComesFromItsSeedAlone(t *testing.T) {
	for seed := range uint64(100) {
		a, b := Generate(seed), Generate(seed)
		for i := range a.requests {
			if text(a.requests[i].body) != text(b.requests[i].body) || a.shape != b.shape {
				t.Fatalf("seed %d gives\n%s and\n%s", seed, text(a.requests[i].body), text(b.requests[i].body))
			}
		}
	}
}

// counted lists features that must occur in requests that succeed and in requests that
// fail.
var counted = strings.Fields(`
	UpdateItem PutItem DeleteItem GetItem Query Scan TransactWriteItems TransactGetItems BatchGetItem BatchWriteItem
	= <> < <= > >= BETWEEN IN AND OR NOT () attribute_exists attribute_not_exists attribute_type begins_with contains size
	SET REMOVE ADD DELETE + - if_not_exists list_append names mutated
	ConditionExpression UpdateExpression ProjectionExpression FilterExpression KeyConditionExpression IndexName`)

// countedToo are those with a space.
var countedToo = []string{
	"ReturnValues NONE", "ReturnValues ALL_OLD", "ReturnValues ALL_NEW", "ReturnValues UPDATED_OLD", "ReturnValues UPDATED_NEW",
	"ReturnValuesOnConditionCheckFailure ALL_OLD", "ReturnValuesOnConditionCheckFailure NONE",
	"ReturnConsumedCapacity TOTAL", "ReturnConsumedCapacity INDEXES", "Select COUNT", "Select ALL_ATTRIBUTES",
	"key BETWEEN", "key begins_with", "key <", "key <=", "key >", "key >=",
}

func TestEqualImplementationsAgree(t *testing.T) {
	p, err := newPair(t.Context(), local(t), local(t), nil, "equal")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(100) {
		o, err := p.play(t.Context(), Generate(seed))
		if err != nil {
			t.Fatal(err)
		}
		if o.found != nil {
			t.Fatalf("seed %d: localaws differs from itself: %+v", seed, *o.found)
		}
	}
}

// TestCasesAreBalanced plays the cases on localaws alone.
func TestCasesAreBalanced(t *testing.T) {
	s, err := newSide(t.Context(), "localaws", local(t), "balance")
	if err != nil {
		t.Fatal(err)
	}
	const cases = 550
	requests, codes := 0, map[string]int{}
	seen := map[bool]map[string]bool{true: {}, false: {}}
	for seed := range uint64(cases) {
		c := Generate(seed)
		s.plays++
		for _, r := range c.requests {
			a, err := s.send(t.Context(), c.shape, r)
			if err != nil {
				t.Fatal(err)
			}
			requests++
			codes[a.code]++
			for _, f := range r.features {
				seen[a.code == ""][f] = true
			}
		}
		if _, err := s.empty(t.Context(), c.shape); err != nil {
			t.Fatal(err)
		}
	}
	for code, least := range map[string]int{"": requests / 3, "ConditionalCheckFailedException": cases / 20, "TransactionCanceledException": cases / 50, "ValidationException": requests / 10} {
		if codes[code] < least {
			t.Errorf("%q is the answer to %d of %d requests, want %d at least", code, codes[code], requests, least)
		}
	}
	for succeeds, features := range seen {
		for _, f := range append(counted, countedToo...) {
			if !features[f] {
				t.Errorf("%s is in no request of which the success is %v", f, succeeds)
			}
		}
	}
}

// altered changes the answers to an operation.
type altered struct {
	aws.HTTPClient
	operation string
	old       *regexp.Regexp
	status    int
	now       string
}

// on is an implementation with changed answers.
func (a altered) on(cfg aws.Config) aws.Config {
	a.HTTPClient = cfg.HTTPClient
	cfg.HTTPClient = a
	return cfg
}

// Do implements aws.HTTPClient.
func (a altered) Do(r *http.Request) (*http.Response, error) {
	w, err := a.HTTPClient.Do(r)
	if err != nil || !strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+a.operation) {
		return w, err
	}
	body, err := io.ReadAll(w.Body)
	if err != nil || !a.old.Match(body) {
		w.Body = io.NopCloser(bytes.NewReader(body))
		return w, err
	}
	if a.status != 0 {
		w.StatusCode = a.status
	}
	w.Body = io.NopCloser(bytes.NewReader(a.old.ReplaceAll(body, []byte(a.now))))
	return w, nil
}

// planted are changes of dynoxide's answers, by what the report says about them.
var planted = map[string]altered{
	"different is the answer":                        {operation: "UpdateItem", old: regexp.MustCompile(`"Attributes":\{`), now: `"Attributes":{"planted":{"S":"x"},`},
	"different is one accepts and the other refuses": {operation: "UpdateItem", old: regexp.MustCompile(`^\{\}$`), now: `{"__type":"x#ValidationException","message":"m"}`, status: 400},
	"different is the code":                          {operation: "DeleteItem", old: regexp.MustCompile(`ConditionalCheckFailedException`), now: `ValidationException`},
	"different is an item afterwards":                {operation: "GetItem", old: regexp.MustCompile(`"Item":\{`), now: `"Item":{"planted":{"S":"x"},`},
	"different is the table afterwards":              {operation: "Scan", old: regexp.MustCompile(`"N":"1"`), now: `"N":"1.0"`},
	"different is the stream":                        {operation: "GetRecords", old: regexp.MustCompile(`MODIFY`), now: `INSERT`},
	"different is SizeBytes of the stream's records": {operation: "GetRecords", old: regexp.MustCompile(`"SizeBytes":`), now: `"SizeBytes":1`},
}

// portion is how many cases are played between checks.
const portion = 10

// TestAPlantedDifferenceIsFoundAndReplayed uses the declared differences. None of them
// may hide a planted one.
func TestAPlantedDifferenceIsFoundAndReplayed(t *testing.T) {
	for what, a := range planted {
		t.Run(what, func(t *testing.T) {
			var out, again bytes.Buffer
			start := func() (ours, theirs aws.Config, end func() error, err error) {
				return local(t), a.on(local(t)), func() error { return nil }, nil
			}
			shows := regexp.MustCompile(`(?s)seed (\d+): ` + what + `\n.*?--seed (\d+) --cases 1\n`)
			for seed := uint64(0); seed < 130 && !shows.Match(out.Bytes()); seed += portion {
				if err := compare(t.Context(), start, differences, seed, portion, &out); err == nil && shows.Match(out.Bytes()) {
					t.Fatalf("a difference is shown, and no error:\n%s", &out)
				}
			}
			shown := shows.FindStringSubmatch(out.String())
			if shown == nil || shown[1] != shown[2] {
				t.Fatalf("the report does not have %q:\n%s", what, &out)
			}
			seed, err := strconv.ParseUint(shown[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			if err := compare(t.Context(), start, differences, seed, 1, &again); err == nil || !strings.HasPrefix(again.String(), shown[0]) {
				t.Errorf("played alone, the case gives %v and\n%s\nand not\n%s", err, &again, shown[0])
			}
		})
	}
}

func TestADeclaredDifferenceHasToBeThereInAFullRun(t *testing.T) {
	known := []difference{{reason: "there"}, {reason: "gone"}}
	for cases, stale := range map[int]bool{full: true, full - 1: false} {
		r := newReport(io.Discard, 0, cases, known)
		r.declared["there"] = 1
		err := r.end()
		if stale != (err != nil) || stale && !strings.Contains(err.Error(), "gone") {
			t.Errorf("after %d cases: %v", cases, err)
		}
	}
}

func TestTooManyCasesThatComeApartFailAFullRun(t *testing.T) {
	for _, tt := range []struct {
		cases, apart int
		fails        bool
	}{{full, full * maxApart / 100, false}, {full, full*maxApart/100 + 1, true}, {full - 1, full - 1, false}} {
		r := newReport(io.Discard, 0, tt.cases, nil)
		r.played, r.diverged = tt.cases, tt.apart
		if err := r.end(); (err != nil) != tt.fails {
			t.Errorf("%d apart of %d: %v", tt.apart, tt.cases, err)
		}
	}
}

func TestOnlyReasonsOfACancellationLoseTheirMessage(t *testing.T) {
	message := object{"Message": attribute{"S": "x"}, "Code": "None"}
	for name, want := range map[string]string{
		"CancellationReasons": `{"CancellationReasons":[{"Code":"None"}]}`,
		"Items":               `{"Items":[{"Code":"None","Message":{"S":"x"}}]}`,
	} {
		if got := text(canonical(object{name: []any{message}})); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
