package growth

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

func TestReport(t *testing.T) {
	one := Result{Scenario: little(), Median: 1500 * time.Millisecond, P99: 2 * time.Second, Drained: time.Second, Peak: 3,
		Bill: billing.Bill{Events: 120}, Refused: map[string]int{putEvents: 2, partitionWrites: 1}, Returned: 4, Dead: 5, Late: 6, Again: 7}
	two := Result{Scenario: Scenario{Name: "much", PerSecond: 20_000, Changes: 10_000}, Peak: 7}
	r := &Report{
		Results:     []Result{one, two},
		Populations: []Population{{Users: 1000, Run: true, Requests: 1, Units: 1.5}, {Users: 3000}},
	}
	var out strings.Builder
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(out.String(), " ", "")
	for _, want := range []string{
		"|little|60|0.5|1.50|2.00|1.00|3|4.00|PutEvents(2),apartition'swrites(1)|4|5|6|7|", "|much|20000|0.5|", "|nothing|",
		"|1000|1.00|1.50|", "|3000|notrun|notrun|",
		"|HTTPAPIrequests|500|", "|4000|4partitionsof1000/s|", "|little|thetable'swarmthroughput,", "|little|tenchangesinarequest", "|little|followers'filters",
		"|much|nothing:itgrowsautomatically|", "|none|ahigherquota|", "metat5000changesasecond",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("without %q:\n%s", want, out.String())
		}
	}
}

// The operator's table computes with what serverless.yml sets.
func TestTheTableIsOfThisStack(t *testing.T) {
	c, err := virtual.New(virtual.Options{Root: "../../../..", Start: workload.Start})
	if err != nil {
		t.Fatal(err)
	}
	queue, stream := c.Stack.QueueMappings[0], c.Stack.StreamMappings[0]
	if queue.BatchSize != batch || queue.MaximumConcurrency != maxBatches || stream.BatchSize != batch || stream.ParallelizationFactor != lanes {
		t.Errorf("the stage prod has %+v, %+v", queue, stream)
	}
	text, err := os.ReadFile("../../../../serverless.yml")
	if err != nil {
		t.Fatal(err)
	}
	if _, prod, _ := strings.Cut(string(text), "\n  prod:\n"); !strings.Contains(prod, "\n    requestRate: 500 ") || requestRate != 500 {
		t.Error("the stage prod has another requestRate")
	}
}

// The computed time of full batches equals their time in a run.
func TestBatchesTakeWhatIsComputed(t *testing.T) {
	took := map[string]time.Duration{}
	s := Scenario{Name: "a batch", PerSecond: 1000, Changes: batch, Together: 10, Users: 1000, Limits: Stated}
	s.Limits.Partitions = 1
	s.Watch = func(f world.Fact) {
		if f, ok := f.(lambda.Finished); ok && len(f.Invocation.Items) == batch {
			took[f.Invocation.Function] = f.Duration
		}
	}
	play(t, s)
	if want := batchTime(virtual.Usual); took[virtual.Apply] != want || applied(5, virtual.Usual) != 5*batch*1000/int(want.Milliseconds()) {
		t.Errorf("apply took %s, computed are %s", took[virtual.Apply], want)
	}
}

// Each row has the greatest load at which its limit is not exceeded.
func TestLoadsAtTheLimits(t *testing.T) {
	l := Stated
	for what, got := range map[string][2]int{
		"published alone":    {l.single(), 9090},
		"published by ten":   {l.byTen(), 50_000},
		"nobody follows":     {l.followed(0), 18_750},
		"two follow":         {l.followed(2), 6250},
		"a shard's records":  {announced(virtual.Usual), 1980},
		"at first, of apply": {applied(l.FirstBatches, virtual.Usual), 13_888},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %d, want %d", what, got[0], got[1])
		}
	}
	if at := slowest(l, virtual.Usual); at.Milliseconds() != 19 || announced(virtual.Latencies{Own: virtual.Usual.Own, EventBridge: at}) != l.Writes {
		t.Errorf("with requests of %s a shard's announcements still keep up", at)
	}
	if l.followed(2) >= l.single() || l.followed(1) < l.single() {
		t.Error("other followers than two bring deliveries before PutEvents")
	}
	rows := limitRows(l, virtual.Usual)
	for i := 1; i < len(rows); i++ {
		if rows[i].at < rows[i-1].at {
			t.Errorf("%s comes before %s", rows[i-1].limit, rows[i].limit)
		}
	}
}
