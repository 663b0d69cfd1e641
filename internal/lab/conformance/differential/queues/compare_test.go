package queues

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// versus compares localaws with a localaws that change alters.
func versus(t *testing.T, cases int, change func(http.RoundTripper) http.RoundTripper) (*comparison, string, error) {
	t.Helper()
	return versusFrom(t, 1, cases, change)
}

func versusFrom(t *testing.T, seed uint64, cases int, change func(http.RoundTripper) http.RoundTripper) (*comparison, string, error) {
	t.Helper()
	var out bytes.Buffer
	c := &comparison{out: &out, declared: map[string]int{}}
	c.peer = func(ctx context.Context, seed uint64) *player { return local(ctx, seed+1_000_000, change) }
	err := c.run(t.Context(), seed, cases, 0)
	return c, out.String(), err
}

func TestEqualImplementationsAgree(t *testing.T) {
	c, out, err := versus(t, 20, nil)
	if err != nil || c.histories != 20 || len(c.declared) > 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

// altered passes requests and answers of one operation through functions.
type altered struct {
	http.RoundTripper
	operation string
	request   func(in map[string]any)
	answer    func(out map[string]any)
}

func (a altered) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("X-Amz-Target") != "AmazonSQS."+a.operation {
		return a.RoundTripper.RoundTrip(r)
	}
	if a.request != nil {
		body := edit(r.Body, a.request)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	}
	w, err := a.RoundTripper.RoundTrip(r)
	if err == nil && a.answer != nil {
		body := edit(w.Body, a.answer)
		w.Body, w.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		w.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return w, err
}

// edit changes a JSON object.
func edit(r io.Reader, change func(map[string]any)) []byte {
	var object map[string]any
	d := json.NewDecoder(r)
	d.UseNumber()
	if err := d.Decode(&object); err != nil {
		panic(err)
	}
	change(object)
	body, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	return body
}

// member changes a member of an object within, where there is one.
func member(object, name string, change func(string) string) func(map[string]any) {
	return func(out map[string]any) {
		list, _ := out["Messages"].([]any)
		for _, m := range append(list, out) {
			inner, _ := m.(map[string]any)[object].(map[string]any)
			if value, ok := inner[name].(string); ok {
				inner[name] = change(value)
			}
		}
	}
}

// top changes a member of the request, or sets it.
func top(name string, value func(old any) any) func(map[string]any) {
	return func(in map[string]any) { in[name] = value(in[name]) }
}

func more(s string) string {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return strconv.Itoa(n + 1)
}

func constant(s string) func(string) string { return func(string) string { return s } }

func always(v any) func(any) any { return func(any) any { return v } }

// planted are mistakes that an implementation might have.
var planted = []struct {
	name    string
	altered altered
}{
	{"counts a receive too many", altered{operation: "ReceiveMessage", answer: member("Attributes", "ApproximateReceiveCount", more)}},
	{"names no source of a dead letter", altered{operation: "ReceiveMessage", answer: member("Attributes", "DeadLetterQueueSourceArn", constant(""))}},
	{"gives another time of sending", altered{operation: "ReceiveMessage", answer: member("Attributes", "SentTimestamp", constant("1767225600000"))}},
	{"loses the group", altered{operation: "ReceiveMessage", answer: member("Attributes", "MessageGroupId", constant("x"))}},
	{"loses attributes", altered{operation: "ReceiveMessage", answer: func(out map[string]any) {
		list, _ := out["Messages"].([]any)
		for _, m := range list {
			delete(m.(map[string]any), "MessageAttributes")
		}
	}}},
	{"gives a checksum of nothing", altered{operation: "SendMessage", answer: top("MD5OfMessageAttributes", always("00"))}},
	{"forgets a message of a batch", altered{operation: "SendMessageBatch", request: func(in map[string]any) {
		in["Entries"] = in["Entries"].([]any)[:1]
	}}},
	{"counts a visible message too many", altered{operation: "GetQueueAttributes", answer: member("Attributes", "ApproximateNumberOfMessagesNotVisible", more)}},
	{"keeps a delay", altered{operation: "GetQueueAttributes", answer: member("Attributes", "DelaySeconds", constant("0"))}},
	{"knows no delay", altered{operation: "SendMessage", request: func(in map[string]any) { delete(in, "DelaySeconds") }}},
	{"hides too long", altered{operation: "ReceiveMessage", request: top("VisibilityTimeout", always(900))}},
	{"hides for the queue's time", altered{operation: "ReceiveMessage", request: func(in map[string]any) { delete(in, "VisibilityTimeout") }}},
	{"changes visibility to 5 s", altered{operation: "ChangeMessageVisibility", request: top("VisibilityTimeout", always(5))}},
	{"changes no visibility of a batch", altered{operation: "ChangeMessageVisibilityBatch", request: func(in map[string]any) {
		for _, e := range in["Entries"].([]any) {
			e.(map[string]any)["ReceiptHandle"] = "none"
		}
	}}},
	{"deletes nothing", altered{operation: "DeleteMessage", request: top("ReceiptHandle", func(old any) any {
		if old == "none" {
			return old
		}
		return nowhere
	})}},
	{"purges another queue", altered{operation: "PurgeQueue", request: top("QueueUrl", func(old any) any {
		return strings.Replace(old.(string), "source", "dead", 1)
	})}},
	{"dead-letters later", altered{operation: "SetQueueAttributes", request: member("Attributes", "RedrivePolicy", func(s string) string {
		return strings.NewReplacer(`Count":1}`, `Count":2}`, `Count":2}`, `Count":3}`).Replace(s)
	})}},
	{"takes a bad delay", altered{operation: "SendMessage", request: top("DelaySeconds", func(old any) any {
		if old == json.Number("901") {
			return 1
		}
		return old
	})}},
}

// nowhere is a valid handle of localaws for a message that never existed: deleting by
// it does nothing.
var nowhere = func() string {
	p := local(context.Background(), 1, nil)
	h := &history{seed: 1, rounds: [][]step{{send{source, []message{{label: "m00", body: "m00"}}, false}, receive{queue: source, max: 1, visibility: 1}}}}
	if _, err := p.play(h, "nowhere"); err != nil {
		panic(err)
	}
	return p.handles[source][0].receipt
}()

func TestPlantedDifferencesAreFound(t *testing.T) {
	for _, p := range planted {
		t.Run(p.name, func(t *testing.T) {
			c, out, err := (*comparison)(nil), "", error(nil)
			for seed := uint64(1); seed <= 25 && err == nil; seed++ {
				c, out, err = versusFrom(t, seed, 1, func(r http.RoundTripper) http.RoundTripper {
					p.altered.RoundTripper = r
					return p.altered
				})
			}
			if err == nil || c.undeclared == 0 || !strings.Contains(out, "again: go run ./internal/lab/cmd/lab differential queues --seed ") {
				t.Errorf("%d differences, %v\n%s", c.undeclared, err, out)
			}
		})
	}
}

func TestItStopsAfterAFewDifferences(t *testing.T) {
	c, out, err := versus(t, 25, func(r http.RoundTripper) http.RoundTripper {
		return altered{RoundTripper: r, operation: "ReceiveMessage", answer: member("Attributes", "ApproximateReceiveCount", more)}
	})
	if err == nil || c.undeclared != shown || strings.Count(out, "again: go run ") != shown {
		t.Errorf("%d differences shown, want %d: %v\n%s", c.undeclared, shown, err, out)
	}
}

// TestDeclaredDifferencesAreCounted makes the other side refuse an empty body, as
// ElasticMQ does.
func TestDeclaredDifferencesAreCounted(t *testing.T) {
	const histories = 60
	for seed := uint64(1); seed <= histories; seed++ {
		c, out, err := versusFrom(t, seed, 1, func(r http.RoundTripper) http.RoundTripper { return recoded{r} })
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if c.declared["the code for an empty body"] > 0 {
			return
		}
	}
	t.Errorf("not counted in %d histories", histories)
}

type recoded struct{ http.RoundTripper }

func (r recoded) RoundTrip(in *http.Request) (*http.Response, error) {
	w, err := r.RoundTripper.RoundTrip(in)
	if err == nil && w.Header.Get("X-Amzn-Query-Error") == "MissingParameter;Sender" {
		w.Header.Set("X-Amzn-Query-Error", "InvalidAttributeValue;Sender")
	}
	return w, err
}

func TestDeclarationsNameReasons(t *testing.T) {
	names := map[string]bool{}
	for _, d := range declared {
		if d.name == "" || d.reason == "" || names[d.name] {
			t.Errorf("%q is declared twice, or without a reason", d.name)
		}
		names[d.name] = true
	}
}

// sluggish is a clock on which steps take long.
type sluggish struct {
	handClock
	slow bool
}

func (c *sluggish) now() time.Time {
	if c.slow {
		c.at = c.at.Add(roundLimit + 1)
	}
	return c.at
}

func TestLateHistoriesArePlayedAgain(t *testing.T) {
	for _, alwaysSlow := range []bool{false, true} {
		var out bytes.Buffer
		tried := map[uint64]int{}
		c := &comparison{out: &out, declared: map[string]int{}}
		c.peer = func(ctx context.Context, seed uint64) *player {
			p := local(ctx, seed, nil)
			c.locked(func() {
				tried[seed]++
				if tried[seed] == 1 || alwaysSlow {
					p.clock = &sluggish{handClock: *p.clock.(*handClock), slow: true}
				}
			})
			return p
		}
		err := c.run(t.Context(), 1, 4, 0)
		if alwaysSlow != (err != nil) || !alwaysSlow && !strings.Contains(out.String(), " 4 times one was played again") {
			t.Errorf("always slow %v: %v\n%s", alwaysSlow, err, out.String())
		}
		if want := map[bool]int{false: 2, true: tries}[alwaysSlow]; tried[1] != want {
			t.Errorf("always slow %v: %d tries, want %d", alwaysSlow, tried[1], want)
		}
	}
}

func TestABrokenPeerIsNoDifference(t *testing.T) {
	c, out, err := versus(t, 3, func(http.RoundTripper) http.RoundTripper { return unreachable{} })
	if err == nil || c.undeclared != 0 {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestAnAnswerThatBreaksIsAskedForAgain cuts off one answer.
func TestAnAnswerThatBreaksIsAskedForAgain(t *testing.T) {
	broken := 0
	c, out, err := versus(t, 3, func(r http.RoundTripper) http.RoundTripper {
		return altered{RoundTripper: r, operation: "ReceiveMessage", answer: func(out map[string]any) {
			if broken++; broken == 1 {
				out["Messages"] = "cut"
			}
		}}
	})
	if err != nil || c.histories != 3 || c.again != 1 || !strings.Contains(out, "is played again") {
		t.Errorf("%d histories, %d again, %v\n%s", c.histories, c.again, err, out)
	}
}

// TestStarvationIsCountedAndBounded makes the other side return no messages, which
// looks like the difference that ends a comparison. It still refuses mistakes.
func TestStarvationIsCountedAndBounded(t *testing.T) {
	for _, cases := range []int{fewStarved, 2 * fewStarved} {
		c, out, err := versus(t, cases, func(r http.RoundTripper) http.RoundTripper { return withholding{r} })
		if c.starved < cases/2 || c.undeclared > 0 || !strings.Contains(out, fmt.Sprintf("%d of the histories were compared only up to a step", c.starved)) {
			t.Errorf("%d of %d histories starved, %v\n%s", c.starved, cases, err, out)
		}
		if (err != nil) != (cases > fewStarved) || err != nil && !strings.Contains(err.Error(), "were not compared to their end") {
			t.Errorf("%d of %d histories starved: error %v", c.starved, cases, err)
		}
	}
}

type withholding struct{ http.RoundTripper }

func (w withholding) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Header.Get("X-Amz-Target") != "AmazonSQS.ReceiveMessage" {
		return w.RoundTripper.RoundTrip(r)
	}
	wrong := false
	body := edit(r.Body, func(in map[string]any) {
		wrong = in["MaxNumberOfMessages"] == json.Number("11") || in["WaitTimeSeconds"] == json.Number("21")
	})
	if wrong {
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		return w.RoundTripper.RoundTrip(r)
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
}

type unreachable struct{}

func (unreachable) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, fmt.Errorf("nobody listens")
}
