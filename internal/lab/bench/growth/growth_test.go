package growth

import (
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/race"
)

// little is a small load that meets no limit.
func little() Scenario {
	return Scenario{Name: "little", PerSecond: 60, Changes: 30, Users: 1000, Limits: Stated}
}

func play(t *testing.T, s Scenario) Result {
	t.Helper()
	race.Skip(t)
	r, err := Run("../../../..", s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestNothingIsRefusedBelowTheLimits(t *testing.T) {
	shards := map[string]bool{} // one of each partition is read
	s := little()
	s.Watch = func(f world.Fact) {
		if f, ok := f.(lambda.Started); ok && f.Invocation.Function == virtual.Republish {
			shards[f.Mapping] = true
		}
	}
	r := play(t, s)
	if len(shards) != s.Limits.Partitions {
		t.Errorf("%d shards were read, of %d partitions", len(shards), s.Limits.Partitions)
	}
	if len(r.Refused) > 0 || r.Again+r.Returned+r.Late+r.Dead > 0 || r.Peak != 1 || r.Median < 100*time.Millisecond || r.P99 > 1500*time.Millisecond {
		t.Errorf("got %+v", r)
	}
	// 600 bytes of Lambda's for each invocation, and a line of the function itself
	if b := r.Bill; b.LoggedBytes < 700*b.Invocations || b.LoggedBytes > 1200*b.Invocations {
		t.Errorf("%d bytes are logged in %d invocations", b.LoggedBytes, b.Invocations)
	}
}

// A request over a limit succeeds later, and no other limit refuses it.
func TestPutEventsIsMet(t *testing.T) {
	s := little()
	s.Limits.PutEvents = 25
	if r := play(t, s); r.Refused[putEvents] == 0 || len(r.Refused) != 1 || r.Late+r.Returned > 0 {
		t.Errorf("got %+v", r)
	}
}

// Writes that the table refuses three times return to the queue for 30 s.
func TestRefusedWritesReturnToTheQueue(t *testing.T) {
	s := little()
	s.Together, s.Limits.Writes = 10, 2
	if r := play(t, s); r.Refused[partitionWrites] == 0 || len(r.Refused) != 1 || r.Returned == 0 || r.Dead > 0 || r.P99 < 30*time.Second || r.Drained < 30*time.Second {
		t.Errorf("got %+v", r)
	}
	s.Changes, s.Limits.Writes = 10, 0 // and in the end to the dead letters
	if r := play(t, s); r.Dead != s.Changes || r.Returned != 5*s.Changes {
		t.Errorf("%d were returned, and %d are dead letters", r.Returned, r.Dead)
	}
}

// Every follower makes a delivery of each announcement.
func TestDeliveriesAreLateOverTheLimit(t *testing.T) {
	s := little()
	s.Limits.Deliveries = 4 * 25 // 15 changes and as many announcements in a quarter of a second
	if r := play(t, s); r.Late > 0 {
		t.Errorf("%d were late without followers", r.Late)
	}
	s.Followers = 1
	r := play(t, s)
	if r.Late == 0 || r.Returned+r.Again > 0 || len(r.Refused) > 0 {
		t.Errorf("with a follower: %+v", r)
	}
}

// A publisher that was refused five times starts over.
func TestAPublisherDoesNotGiveUp(t *testing.T) {
	s := little()
	s.Changes, s.Limits.PutEvents = 8, 1
	if r := play(t, s); r.Again == 0 {
		t.Errorf("got %+v", r)
	}
}

// However many changes one user has, a batch of them is one write.
func TestOneUserIsNoHotPartition(t *testing.T) {
	s := little()
	s.Hot, s.Limits.Writes = 10, 2
	if r := play(t, s); len(r.Refused) > 0 {
		t.Errorf("refused %v", r.Refused)
	}
}

// The bound on invocations holds in a run.
func TestNothingIsInvokedWithoutConcurrency(t *testing.T) {
	s := little()
	s.Changes, s.Limits.Invocations = 1, 0
	if _, err := Run("../../../..", s); err == nil {
		t.Error("a change was announced by no function")
	}
}

// The page says that no user who is drawn evenly changes twice.
func TestUsersChangeOnce(t *testing.T) {
	for _, s := range Scenarios() {
		if s.Hot == 0 && s.Changes > s.Users || s.Users != 100_000 {
			t.Errorf("%s: %d changes of %d users", s.Name, s.Changes, s.Users)
		}
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

func TestAWarmedTableHasMorePartitions(t *testing.T) {
	if l := Stated.Warmed(20_000); l.Partitions != 20 || Stated.Partitions != 4 {
		t.Errorf("%d, of %d", l.Partitions, Stated.Partitions)
	}
	if l := Stated.Warmed(50_000); l.Partitions != 40 {
		t.Errorf("%d partitions, over the table's quota", l.Partitions)
	}
	if l := Stated.Warmed(900); l.Partitions != 1 {
		t.Errorf("a table has %d partitions", l.Partitions)
	}
}

func TestPopulations(t *testing.T) {
	p, err := Populate("../../../..", 10_000_000, 0)
	if err != nil || p.Run {
		t.Fatalf("%+v, %v", p, err)
	}
	// 11 GB in decimal: 10.2 of 2^30 bytes. 2.7 million reads, 10 million events.
	if p.GB < 10.2 || p.GB > 10.3 || p.StorageUSD() < 2.5 || p.StorageUSD() > 2.6 || p.WalkUSD() < 10.3 || p.WalkUSD() > 10.4 || p.WalkTime().Hours() < 13.8 || p.WalkTime().Hours() > 13.9 {
		t.Errorf("%+v costs %v a month and %v to walk, in %s", p, p.StorageUSD(), p.WalkUSD(), p.WalkTime())
	}
	if p, err := Populate("../../../..", 60, 50); err != nil || !p.Run || p.Requests != 1 || p.Units != 1 {
		t.Errorf("%+v, %v", p, err)
	}
}

// No second accepts more than the limit of each partition.
func TestALimitHoldsInEverySecond(t *testing.T) {
	l := newLimiter(Limits{PutEvents: 3, Partitions: 2, Writes: 4, Deliveries: 8})
	start, through := time.Unix(1000, 0), map[string]int{}
	ask := func(target, user string, after time.Duration) {
		body := []byte(`{"Key":{"user_id":{"S":"` + user + `"}}}`)
		at := start.Add(after)
		if l.refuse(virtual.Request{Target: target, Body: body, At: at}) == nil {
			through[target[:3]+at.Format(":05")]++
		}
	}
	late := 0
	for i := range 40 {
		after := time.Duration(i%2) * time.Second // this second and the next, in turn
		ask("AWSEvents.PutEvents", "", after)
		ask("DynamoDB_20120810.UpdateItem", []string{"a", "b", "c", "d", "e", "f", "g"}[i%7], after)
		if !l.deliver(start.Add(time.Duration(i%8) * 250 * time.Millisecond)) {
			late++
		}
	}
	for what, n := range through {
		if want := map[bool]int{true: 3, false: 8}[strings.HasPrefix(what, "AWS")]; n != want {
			t.Errorf("%s: %d were let through, want %d", what, n, want)
		}
	}
	if late != 40-8*2 || l.Refused[putEvents] != 34 || l.Refused[partitionWrites] != 24 {
		t.Errorf("%d deliveries are late, refused %v", late, l.Refused)
	}
}
