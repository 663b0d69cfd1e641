package deliveries

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// a tape sends facts to a meter, with a clock that the test sets.
type tape struct {
	*meter
	at   time.Time
	fact func(world.Fact) // gets what happens: the meter
}

func newTape(subscribers int) *tape {
	fan := &stack.Stack{}
	for i := range subscribers {
		name := fmt.Sprint("f", i)
		fan.Functions = append(fan.Functions, stack.Function{Name: name, MemoryMB: 1024})
		fan.QueueMappings = append(fan.QueueMappings, stack.QueueMapping{Function: name})
	}
	t := &tape{meter: newMeter(subscribers, fan), at: time.Unix(0, 0)}
	t.now, t.fact = func() time.Time { return t.at }, t.observe
	for i := range subscribers {
		t.queues[fmt.Sprint("q", i)], t.names[fmt.Sprint("f", i)] = i, i
	}
	return t
}

func (t *tape) change(id string) {
	t.fact(eventbridge.Put{Event: eventbridge.Event{DetailType: "PreferenceChange", Detail: `{"id":"` + id + `"}`}})
}

func (t *tape) announce(envelope string, causes ...string) {
	t.fact(eventbridge.Put{Event: eventbridge.Event{
		ID: envelope, DetailType: "PreferencesUpdated", Detail: `{"caused_by":["` + strings.Join(causes, `","`) + `"]}`,
	}})
}

func (t *tape) send(queue, message, envelope string) {
	body := `{"id":"` + envelope + `"}`
	t.fact(sqs.Sent{Queue: queue, Message: sqs.Message{ID: message, Body: body}})
	t.fact(eventbridge.Delivered{Delivery: eventbridge.Delivery{Body: body, Target: eventbridge.TargetConfig{ARN: "arn:aws:sqs:us-east-1:000000000000:" + queue}}})
}

func (t *tape) finish(function string, took time.Duration, failures []string, messages ...string) {
	inv := &lambda.Invocation{Mapping: "of " + function, Function: function, Items: messages}
	t.fact(lambda.Started{Invocation: inv})
	t.fact(lambda.Finished{Invocation: inv, Duration: took, Failures: failures})
}

func TestMeterFollowsChangesToEachSubscriber(t *testing.T) {
	m := newTape(2)
	m.change("A")
	m.at = m.at.Add(10 * time.Millisecond)
	m.change("B")
	m.announce("e", "A", "B", "of before")
	m.send("q0", "m0", "e")
	m.send("q1", "m1", "e")
	m.send("the change queue", "m2", "e")
	m.at = m.at.Add(10 * time.Millisecond)
	m.finish("f0", 3*time.Millisecond, nil, "m0")
	m.at = m.at.Add(10 * time.Millisecond)
	m.finish("f1", 3*time.Millisecond, []string{"m1"}, "m1") // comes again
	m.at = m.at.Add(10 * time.Millisecond)
	m.finish("f1", 3*time.Millisecond, nil, "m1")
	m.finish("apply", time.Second, nil, "m2")
	m.logged("f1", strings.Repeat("x", 190))
	m.logged("apply", "of nobody here")

	r := m.result(Case{Subscribers: 2})
	if r.Changes != 2 || r.Announcements != 1 || r.Deliveries != 4 || r.Invocations != 3 {
		t.Errorf("counted %+v", r)
	}
	if r.First != 15*time.Millisecond || r.Last != 35*time.Millisecond || r.P99 != 40*time.Millisecond {
		t.Errorf("measured %v to %v, 99 %% %v", r.First, r.Last, r.P99)
	}
	if each := []Seen{{2, 15 * time.Millisecond, 20 * time.Millisecond}, {2, 35 * time.Millisecond, 40 * time.Millisecond}}; r.Median != 25*time.Millisecond || !slices.Equal(r.Each, each) {
		t.Errorf("measured %v, and of each subscriber %v", r.Median, r.Each)
	}
	// Two sent, three received, two deleted. Three calls of 3 ms with 1 GB; Lambda logs
	// 270 bytes for each. One event for two changes.
	if bill := m.own.Bill(); bill.QueueRequests != 7 || bill.Invocations != 3 || bill.GBMillis != 9 || bill.LoggedBytes != 1000 || r.BusPerMillion != 0.5 || r.PerSubscriber != bill.USD()/4*1e6 {
		t.Errorf("billed %+v, %v for a million changes on the bus and %v for a million deliveries", bill, r.BusPerMillion, r.PerSubscriber)
	}
}

// If a message is redelivered, or a change is announced again, only the first delivery
// counts.
func TestAChangeIsDeliveredOnce(t *testing.T) {
	m := newTape(1)
	m.change("A")
	m.announce("e", "A")
	m.send("q0", "m0", "e")
	m.finish("f0", time.Millisecond, nil, "m0")
	m.finish("f0", time.Millisecond, nil, "m0")
	m.announce("later", "A")
	m.send("q0", "m1", "later")
	m.finish("f0", time.Millisecond, nil, "m1")
	if n := m.delivered(); n != 1 || m.announced != 2 || m.ended != 3 {
		t.Errorf("%d deliveries, of %d announcements, in %d calls", n, m.announced, m.ended)
	}
}

func TestTheFastestAndTheSlowestSubscriber(t *testing.T) {
	m := newTape(3)
	m.latencies = [][]time.Duration{{20}, {30}, {10}}
	if r := m.result(Case{Subscribers: 3}); r.First != 10 || r.Last != 30 {
		t.Errorf("the fastest took %d, the slowest %d", r.First, r.Last)
	}
}

func TestDeliveriesExpected(t *testing.T) {
	for _, c := range []struct {
		Case
		subscriber, changes, want int
	}{
		{Case{Subscribers: 10}, 3, 7, 7},
		{Case{Subscribers: 50, Filtered: true}, 49, 100, 10},
		{Case{Subscribers: 1, Filtered: true}, 0, 25, 3},
	} {
		if got := c.deliveries(c.subscriber, c.changes); got != c.want {
			t.Errorf("%+v: of %d changes %d are for subscriber %d, want %d", c.Case, c.changes, got, c.subscriber, c.want)
		}
	}
}

// A subscriber that received a change twice does not compensate for one that missed it.
func TestEverySubscriberHasToHearOfEveryChange(t *testing.T) {
	m := newTape(2)
	c := Case{Subscribers: 2}
	m.change("A")
	m.announce("e", "A")
	for _, message := range []string{"m0", "m1"} {
		m.send("q0", message, "e")
		m.finish("f0", time.Millisecond, nil, message)
	}
	if err := m.complete(c, 1); err == nil || m.delivered() != 2 {
		t.Errorf("after %d deliveries to one of two: %v", m.delivered(), err)
	}
}

func TestLoads(t *testing.T) {
	for _, l := range []Load{{0, 1}, {1, 0}, {MaxChanges + 1, 1}, {1, MaxRate + 1}} {
		if l.Check() == nil {
			t.Errorf("%+v is a load", l)
		}
	}
	if err := (Load{MaxChanges, MaxRate}).Check(); err != nil {
		t.Error(err)
	}
	if _, err := Run(t.Context(), t.TempDir(), Case{Subscribers: 1}, Load{1, 0}); err == nil || err.Error() != (Load{1, 0}).Check().Error() {
		t.Errorf("with a load that is none: %v", err)
	}
}

func TestReport(t *testing.T) {
	var out strings.Builder
	r := Result{
		Case: Case{Subscribers: 10, Filtered: true}, Changes: 100, Deliveries: 200, Invocations: 100,
		Median: 2 * time.Millisecond, P99: 9500 * time.Microsecond, First: time.Millisecond, Last: 3 * time.Millisecond,
		BusPerMillion: 1, PerSubscriber: 1.4,
	}
	if err := Write(&out, Load{100, 20}, []Result{r}); err != nil {
		t.Fatal(err)
	}
	want := "| 10 | 1 key of 10 | 0 s | 200 | 2.0 | 9.5 | 1.0, 3.0 | 500 | 1.40 | 3.80 |"
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s\nwithout\n%s", out.String(), want)
	}
	out.Reset()
	r.WindowSeconds, r.Each = 1, []Seen{{100, time.Millisecond, 2 * time.Millisecond}, {99, 3 * time.Millisecond, 9500 * time.Microsecond}}
	if err := WriteEach(&out, []Result{r}); err != nil {
		t.Fatal(err)
	}
	want = "| 10 | 1 s | 0 | 100 | 1.0 | 2.0 |\n| 10 | 1 s | 1 | 99 | 3.0 | 9.5 |\n"
	if !strings.HasSuffix(out.String(), want) {
		t.Errorf("got\n%s\nwithout\n%s", out.String(), want)
	}
}
