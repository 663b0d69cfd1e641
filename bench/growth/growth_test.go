package growth

import (
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/bench/virtual"
	"github.com/bot-preferences/bot-preferences/localaws/billing"
)

// a little of a load, under limits that it meets.
func little() Scenario {
	l := Stated
	l.PutEvents, l.TableWrites, l.ItemWrites = 1000, 1000, 1000
	return Scenario{Name: "little", PerSecond: 60, Seconds: 1, Users: 1000, Limits: l}
}

func play(t *testing.T, s Scenario) Result {
	t.Helper()
	r, err := Run("../..", s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNothingIsRefusedBelowTheLimits(t *testing.T) {
	r := play(t, little())
	if len(r.Refused) > 0 || r.Again > 0 || r.Peak != 1 || r.Median < 100*time.Millisecond || r.P99 > 1500*time.Millisecond {
		t.Errorf("got %+v", r)
	}
}

// What is over a limit comes in all the same, later.
func TestEachLimitIsMet(t *testing.T) {
	for what, tighten := range map[string]func(*Limits){
		"PutEvents":          func(l *Limits) { l.PutEvents = 20 },
		"the table's writes": func(l *Limits) { l.TableWrites = 20 },
	} {
		s := little()
		tighten(&s.Limits)
		if r := play(t, s); r.Refused[what] == 0 || len(r.Refused) != 1 {
			t.Errorf("%s: refused %v", what, r.Refused)
		}
	}
}

// However many changes one user has, a batch of them is one write.
func TestOneUserIsNoHotPartition(t *testing.T) {
	s := little()
	s.Hot, s.Limits.ItemWrites = 10, 2
	if r := play(t, s); len(r.Refused) > 0 {
		t.Errorf("refused %v", r.Refused)
	}
	s.Limits.ItemWrites = 0 // and the limit is one
	if _, err := Run("../..", s); err == nil {
		t.Error("a user of whom nothing may be written was written")
	}
}

func TestAMappingBeginsWithFewBatches(t *testing.T) {
	for after, want := range map[time.Duration]int{0: 5, time.Minute: 305, time.Hour: 1000} {
		if got := Stated.concurrent(virtual.Apply, after); got != want {
			t.Errorf("after %s there are %d at a time, want %d", after, got, want)
		}
	}
	if got := Stated.concurrent(virtual.Republish, 0); got != 1000 {
		t.Errorf("a stream's mapping has %d at a time", got)
	}
}

func TestPopulations(t *testing.T) {
	p, err := Populate("../..", 10_000_000, 0)
	if err != nil || p.PerChange != 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	// 11 GB in decimal: 10.2 of 2^30 bytes. 2.7 million reads, 10 million events.
	if p.GB < 10.2 || p.GB > 10.3 || p.StorageUSD() < 2.5 || p.StorageUSD() > 2.6 || p.WalkUSD() < 10.3 || p.WalkUSD() > 10.4 || p.WalkTime().Hours() < 13.8 || p.WalkTime().Hours() > 13.9 {
		t.Errorf("%+v costs %v a month and %v to walk, in %s", p, p.StorageUSD(), p.WalkUSD(), p.WalkTime())
	}
	if p, err := Populate("../..", 50, 50); err != nil || p.PerChange <= 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestReport(t *testing.T) {
	s := little()
	r := &Report{
		Results:     []Result{{Scenario: s, Median: 1500 * time.Millisecond, P99: 2 * time.Second, Peak: 3, Bill: billing.Bill{Events: 120}, Refused: map[string]int{"b": 2, "a": 1}}},
		Populations: []Population{{Users: 1000, PerChange: 10}, {Users: 2000, PerChange: 15}, {Users: 3000}},
	}
	var out strings.Builder
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(out.String(), " ", "")
	for _, want := range []string{"|little|60|1.50|2.00|0.00|3|2.00|a(1),b(2)|0|", "|1000|1.00|", "|2000|1.50|", "|3000|doesnotfithere|", "|4000userschangedasecond|"} {
		if !strings.Contains(text, want) {
			t.Errorf("without %q:\n%s", want, out.String())
		}
	}
}

// Requests come out of the order of their times, and no second lets more through.
func TestALimitHoldsInEverySecond(t *testing.T) {
	l := newLimiter(Limits{PutEvents: 3, TableWrites: 5, ItemWrites: 2})
	start, through := time.Unix(1000, 0), map[string]int{}
	ask := func(target, user string, after time.Duration) {
		body := []byte(`{"Key":{"user_id":{"S":"` + user + `"}}}`)
		at := start.Add(after)
		if l.refuse(virtual.Request{Target: target, Body: body, At: at}) == nil {
			through[target[len(target)-6:]+user+at.Format(":05")]++
		}
	}
	for i := range 20 {
		after := time.Duration(i%2) * time.Second // this second and the next, in turn
		ask("AWSEvents.PutEvents", "", after)
		ask("DynamoDB_20120810.UpdateItem", "a", after)
		ask("DynamoDB_20120810.UpdateItem", []string{"b", "c", "d", "e"}[i/2%4], after)
	}
	events, writes := 0, 0
	for what, n := range through {
		switch {
		case strings.HasPrefix(what, "Events"):
			events += n
		case n > 2:
			t.Errorf("%s: %d were let through", what, n)
		default:
			writes += n
		}
	}
	if events != 6 || writes != 10 || l.Refused["PutEvents"] != 14 || l.Refused["one user's writes"]+l.Refused["the table's writes"] != 30 {
		t.Errorf("%d events and %d writes in two seconds, refused %v", events, writes, l.Refused)
	}
}
