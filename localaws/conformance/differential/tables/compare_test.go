package tables

import (
	"bytes"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/bot-preferences/bot-preferences/localaws/conformance"
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

// counted have to be in requests that succeed and in ones that fail.
var counted = strings.Fields(`
	UpdateItem PutItem DeleteItem GetItem Query Scan TransactWriteItems TransactGetItems BatchGetItem BatchWriteItem
	= <> < <= > >= BETWEEN IN AND OR NOT () attribute_exists attribute_not_exists attribute_type begins_with contains size
	SET REMOVE ADD DELETE + - if_not_exists list_append names mutated
	ConditionExpression UpdateExpression ProjectionExpression FilterExpression KeyConditionExpression`)

// countedToo are those with a space.
var countedToo = []string{
	"ReturnValues NONE", "ReturnValues ALL_OLD", "ReturnValues ALL_NEW", "ReturnValues UPDATED_OLD", "ReturnValues UPDATED_NEW",
	"ReturnValuesOnConditionCheckFailure ALL_OLD", "ReturnValuesOnConditionCheckFailure NONE",
	"ReturnConsumedCapacity TOTAL", "ReturnConsumedCapacity INDEXES", "Select COUNT", "Select ALL_ATTRIBUTES",
	"key BETWEEN", "key begins_with", "key <", "key <=", "key >", "key >=",
}

// TestCasesAreBalanced also plays the cases on two localaws, which agree.
func TestCasesAreBalanced(t *testing.T) {
	p, err := newPair(t.Context(), local(t), local(t), nil, "balance")
	if err != nil {
		t.Fatal(err)
	}
	const cases = 550
	requests, codes := 0, map[string]int{}
	seen := map[bool]map[string]bool{true: {}, false: {}}
	for seed := range uint64(cases) {
		c := Generate(seed)
		o, err := p.play(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if o.found != nil {
			t.Fatalf("seed %d: localaws differs from itself: %+v", seed, *o.found)
		}
		for i, code := range o.codes {
			requests++
			codes[code]++
			for _, f := range c.requests[i].features {
				seen[code == ""][f] = true
			}
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

func TestAPlantedDifferenceIsFoundAndReplayed(t *testing.T) {
	for what, a := range map[string]altered{
		"different is the answer":                        {operation: "UpdateItem", old: regexp.MustCompile(`"Attributes":\{`), now: `"Attributes":{"planted":{"S":"x"},`},
		"different is one accepts and the other refuses": {operation: "UpdateItem", old: regexp.MustCompile(`^\{\}$`), now: `{"__type":"x#ValidationException","message":"m"}`, status: 400},
		"different is the code":                          {operation: "DeleteItem", old: regexp.MustCompile(`ConditionalCheckFailedException`), now: `ValidationException`},
		"different is the table afterwards":              {operation: "Scan", old: regexp.MustCompile(`"N":"1"`), now: `"N":"1.0"`},
		"different is the stream":                        {operation: "GetRecords", old: regexp.MustCompile(`MODIFY`), now: `INSERT`},
	} {
		t.Run(what, func(t *testing.T) {
			var out, again bytes.Buffer
			start := func() (ours, theirs aws.Config, end func() error, err error) {
				planted := a
				ours, theirs = local(t), local(t)
				planted.HTTPClient = theirs.HTTPClient
				theirs.HTTPClient = planted
				return ours, theirs, func() error { return nil }, nil
			}
			if err := compare(t.Context(), start, nil, 0, 200, &out); err == nil {
				t.Fatalf("no difference was found:\n%s", &out)
			}
			shown := regexp.MustCompile(`(?s)seed (\d+): ` + what + `\n.*?--seed (\d+) --cases 1\n`).FindStringSubmatch(out.String())
			if shown == nil || shown[1] != shown[2] {
				t.Fatalf("the report does not have %q:\n%s", what, &out)
			}
			var seed uint64
			for _, digit := range shown[1] {
				seed = 10*seed + uint64(digit-'0')
			}
			if err := compare(t.Context(), start, nil, seed, 1, &again); err == nil || !strings.HasPrefix(again.String(), shown[0]) {
				t.Errorf("played alone, the case gives %v and\n%s\nand not\n%s", err, &again, shown[0])
			}
		})
	}
}

func TestADeclaredDifferenceHasToBeThereInAFullRun(t *testing.T) {
	known := []difference{{"there", func(disagreement) bool { return true }}, {"gone", func(disagreement) bool { return false }}}
	for cases, stale := range map[int]bool{full: true, full - 1: false} {
		r := newReport(io.Discard, 0, cases, known)
		r.declared["there"] = 1
		err := r.end()
		if stale != (err != nil) || stale && !strings.Contains(err.Error(), "gone") {
			t.Errorf("after %d cases: %v", cases, err)
		}
	}
}

func TestNeedlessRecords(t *testing.T) {
	record := func(name, old, recent string) object {
		image := func(n string) object { return object{"n": attribute{"N": n}} }
		return object{"eventName": name, "dynamodb": object{"OldImage": image(old), "NewImage": image(recent)}}
	}
	first, needless, change := record("INSERT", "", "1"), record("MODIFY", "1", "1"), record("MODIFY", "1", "2")
	for _, tt := range []struct {
		name         string
		ours, theirs []any
		want         bool
	}{
		{"more of nothing", []any{first, change}, []any{first, needless, change}, true},
		{"more of a change", []any{first}, []any{first, change}, false},
		{"fewer", []any{first, change}, []any{first}, false},
		{"another order", []any{first, change}, []any{change, first}, false},
		{"more of another name", []any{first}, []any{first, record("REMOVE", "1", "1")}, false},
	} {
		if got := onlyNeedless(object{"k": tt.ours}, object{"k": tt.theirs}); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
	if onlyNeedless(object{"k": []any{first}}, object{}) {
		t.Error("an item without records counts as no difference")
	}
}
