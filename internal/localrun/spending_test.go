package localrun

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

var spendingNames = names{changes: "changes", deadLetter: "letters"}

func newSpending() *spending {
	s := &spending{}
	s.begin(spendingNames, billing.NewMeter())
	return s
}

// change returns a change whose id is derived from the text. Nothing else in it
// matters.
func change(text string) string {
	id, err := events.DeriveStamp(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), text)
	if err != nil {
		panic(err)
	}
	return workload.Body(&events.PreferenceChange{ID: id, UserID: "u", Preferences: events.Preferences{"tone": events.Text("dry")}})
}

// spend lets a change be published and applied.
func spend(s *spending, body string) {
	s.observe(eventbridge.Put{Event: eventbridge.Event{Detail: "{}"}})
	s.observe(sqs.Sent{Queue: "changes", Message: sqs.Message{Body: body}})
	s.observe(sqs.Sent{Queue: "another", Message: sqs.Message{Body: body}})
	s.observe(dynamodb.Request{WriteUnits: 1})
	s.observe(sqs.Deleted{Queue: "changes", Message: sqs.Message{Body: body}})
	s.observe(sqs.Deleted{Queue: "another", Message: sqs.Message{Body: body}})
}

// A change counts when it is applied, and only once: not if it is refused, and not
// again if it is redelivered.
func TestSpendingCountsAppliedChangesOnce(t *testing.T) {
	a, malformed := change("a"), `{"detail":"nothing`
	message := func(body string) sqs.Message { return sqs.Message{Body: body} }
	in := func(body string) world.Fact { return sqs.Sent{Queue: "changes", Message: message(body)} }
	done := func(body string) world.Fact { return sqs.Deleted{Queue: "changes", Message: message(body)} }
	letter := func(body string) world.Fact { return sqs.Sent{Queue: "letters", Message: message(body)} }
	moved := sqs.Moved{From: "letters", To: "changes", Message: message(a)}
	tooOften := sqs.DeadLettered{From: "changes", To: "letters", Message: message(a)}
	for _, c := range []struct {
		name  string
		facts []world.Fact
		want  int
	}{
		{"on its way", []world.Fact{in(a)}, 0},
		{"applied", []world.Fact{in(a), done(a)}, 1},
		{"two of them", []world.Fact{in(a), in(change("b")), done(a), done(change("b"))}, 2},
		{"one that came twice", []world.Fact{in(a), in(a), done(a), done(a)}, 1},
		{"one that is replayed", []world.Fact{in(a), done(a), in(a), done(a)}, 1},
		{"malformed", []world.Fact{in(malformed), letter(malformed), done(malformed)}, 0},
		{"malformed and thrown away", []world.Fact{in(malformed), done(malformed)}, 0},
		{"malformed and redriven", []world.Fact{in(malformed), letter(malformed), done(malformed), in(malformed), letter(malformed), done(malformed)}, 0},
		{"refused", []world.Fact{in(a), letter(a), done(a)}, 0},
		{"refused twice before it was acknowledged", []world.Fact{in(a), letter(a), letter(a), done(a)}, 0},
		{"refused as often as it came", []world.Fact{in(a), in(a), letter(a), letter(a), done(a), done(a)}, 0},
		{"refused, and once more on its way when that is acknowledged", []world.Fact{in(a), letter(a), in(a), done(a)}, 0},
		{"taken from another queue", []world.Fact{in(a), sqs.Deleted{Queue: "another", Message: message(a)}}, 0},
		{"refused, redriven, applied", []world.Fact{in(a), letter(a), done(a), in(a), done(a)}, 1},
		{"refused, moved back, applied", []world.Fact{in(a), letter(a), done(a), moved, done(a)}, 1},
		{"refused, redriven, refused", []world.Fact{in(a), letter(a), done(a), in(a), letter(a), done(a)}, 0},
		{"failed too often", []world.Fact{in(a), tooOften}, 0},
		{"failed too often, redriven, applied", []world.Fact{in(a), tooOften, in(a), done(a)}, 1},
		{"a letter that is discarded", []world.Fact{in(a), letter(a), done(a), sqs.Deleted{Queue: "letters", Message: message(a)}}, 0},
	} {
		s := newSpending()
		for _, f := range c.facts {
			s.observe(f)
		}
		if got := s.spent.changes; got != c.want {
			t.Errorf("%s: %d changes, want %d", c.name, got, c.want)
		}
	}
}

// The memory for what was counted is bounded.
func TestSpendingForgets(t *testing.T) {
	set := map[events.Stamp]bool{}
	for i := range maxUnderWay + 1 {
		makeRoom(set)
		set[events.Stamp{byte(i), byte(i >> 8), byte(i >> 16)}] = true
	}
	if len(set) != 1 {
		t.Errorf("%d are kept", len(set))
	}
}

// Lines that functions log before billing begins do not count.
func TestSpendingBeginsLater(t *testing.T) {
	s := &spending{}
	s.logged("early")
	s.observe(dynamodb.Request{WriteUnits: 1})
	s.begin(spendingNames, billing.NewMeter())
	s.logged("late")
	if want := (billing.Bill{LoggedBytes: 4}); s.spent.bill != want {
		t.Errorf("billed %+v, want %+v", s.spent.bill, want)
	}
}

func TestSpendingIsPrinted(t *testing.T) {
	s := newSpending()
	spend(s, change("a"))
	spend(s, change("b"))
	s.observe(dynamodb.Request{WriteUnits: 2})
	s.logged(strings.Repeat("x", 1<<10))
	var b strings.Builder
	s.print(&b)
	want := []string{"units USD per million changes", "events 2 1.00", "write units 4 1.25", "logged bytes 1024 0.24", "2 changes, together 2.49"}
	var got []string
	for line := range strings.Lines(b.String()) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The summary reads the profiles after it has printed the bill. The changes that come
// next do not pay for that.
func TestSpendingOfTheSummaryIsNobodysChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSpending()
		spend(s, change("a"))
		s.print(&strings.Builder{})
		s.observe(dynamodb.Request{ReadUnits: 12})
		s.logged(strings.Repeat("x", 1<<10))
		ctx, cancel := context.WithCancel(t.Context())
		var lines []string
		done := make(chan struct{})
		go func() {
			s.follow(ctx, func(line string) { lines = append(lines, line) })
			close(done)
		}()
		synctest.Wait()
		spend(s, change("b"))
		time.Sleep(spendingEvery + time.Second)
		cancel()
		<-done
		if diff := cmp.Diff([]string{"1 change at $1.63 a million on AWS: events 1.00, write units 0.62"}, lines); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

// A line reports the costs since the last one. There is no line without changes.
func TestSpendingIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSpending()
		spend(s, change("a"))
		s.print(&strings.Builder{})
		ctx, cancel := context.WithCancel(t.Context())
		var lines []string
		done := make(chan struct{})
		go func() {
			s.follow(ctx, func(line string) { lines = append(lines, line) })
			close(done)
		}()
		time.Sleep(spendingEvery + time.Second)
		spend(s, change("b"))
		s.observe(dynamodb.Request{WriteUnits: 1, ReadUnits: 0.01})
		time.Sleep(spendingEvery)
		spend(s, change("c"))
		s.observe(dynamodb.Request{WriteUnits: 3})
		time.Sleep(3 * spendingEvery)
		cancel()
		<-done
		want := []string{
			"1 change at $2.25 a million on AWS: events 1.00, write units 1.25",
			"1 change at $3.50 a million on AWS: events 1.00, write units 2.50",
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}
