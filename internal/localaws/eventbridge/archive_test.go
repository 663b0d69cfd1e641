package eventbridge_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
)

const (
	theBus     = "arn:aws:events:us-east-1:123456789012:event-bus/default"
	theArchive = "arn:aws:events:us-east-1:123456789012:archive/kept"
)

// archiving is a cloud with a queue that two rules send to, and an archive.
func archiving(t *testing.T, archive eventbridge.Archive) *cloud {
	t.Helper()
	c := newCloud(t, "q")
	c.rule(t, "a", anything, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q"})
	c.rule(t, "b", anything, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q"})
	archive.Name = "kept"
	if err := c.service.CreateArchive(archive); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *cloud) replay(t *testing.T, name string, from, to time.Time, rules ...string) error {
	t.Helper()
	_, err := c.StartReplay(t.Context(), &client.StartReplayInput{
		ReplayName: &name, EventSourceArn: aws.String(theArchive), EventStartTime: &from, EventEndTime: &to,
		Destination: &types.ReplayDestination{Arn: aws.String(theBus), FilterArns: rules},
	})
	return err
}

func (c *cloud) state(t *testing.T, name string) *client.DescribeReplayOutput {
	t.Helper()
	out, err := c.DescribeReplay(t.Context(), &client.DescribeReplayInput{ReplayName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// replayed ends all replays, makes their deliveries and returns their bodies.
func (c *cloud) replayed(t *testing.T) (bodies []string) {
	t.Helper()
	c.deliverDue()
	c.queues["q"].taken = nil
	for c.service.ReplayEvents(2) > 0 {
		c.deliverDue()
	}
	for _, d := range c.queues["q"].taken {
		bodies = append(bodies, d.Body)
	}
	return bodies
}

func TestAReplayDeliversEventsAsTheyWere(t *testing.T) {
	c := archiving(t, eventbridge.Archive{})
	c.put(t, `{"n": 1.0}`)
	c.deliverDue()
	was := c.queues["q"].taken[0].Body
	if err := c.replay(t, "again", c.now, c.now.Add(time.Second), "arn:aws:events:us-east-1:123456789012:rule/a"); err != nil {
		t.Fatal(err)
	}
	got := c.replayed(t)
	want := strings.Replace(was, `"region":"us-east-1",`, `"region":"us-east-1","replay-name":"again",`, 1)
	if !slices.Equal(got, []string{want}) { // by one rule of the two
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if err := c.replay(t, "and again", c.now, c.now.Add(time.Second)); err == nil {
		t.Error("a name with a blank is taken")
	}
	if err := c.replay(t, "to-all", c.now, c.now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	if got := c.replayed(t); len(got) != 2 { // and the replayed event was not archived
		t.Errorf("a replay to all rules delivers %s", got)
	}
}

func TestAReplayGoesMinuteByMinuteThroughItsTime(t *testing.T) {
	c := archiving(t, eventbridge.Archive{})
	start := c.now
	for i := range 40 { // every tenth second, in the wrong order
		at := start.Add(time.Duration(39-i) * 10 * time.Second)
		if _, err := c.service.Put(eventbridge.Entry{Source: "bot", DetailType: "Said", Detail: fmt.Sprintf(`{"n":%d}`, 39-i), Time: at}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.replay(t, "r", start.Add(time.Minute), start.Add(5*time.Minute), "arn:aws:events:us-east-1:123456789012:rule/a"); err != nil {
		t.Fatal(err)
	}
	var minutes, seconds []int
	for _, body := range c.replayed(t) {
		var event struct{ Time time.Time }
		if err := json.Unmarshal([]byte(body), &event); err != nil {
			t.Fatal(err)
		}
		minutes = append(minutes, int(event.Time.Sub(start).Minutes()))
		seconds = append(seconds, int(event.Time.Sub(start).Seconds()))
	}
	if len(minutes) != 25 || !slices.IsSorted(minutes) || minutes[0] != 1 || minutes[24] != 5 {
		t.Errorf("replayed by minute: %v", minutes)
	}
	if slices.IsSorted(seconds) {
		t.Error("within a minute the order is that of time, which AWS does not promise")
	}
}

func TestStatesOfAReplay(t *testing.T) {
	c := archiving(t, eventbridge.Archive{})
	for range 5 {
		c.put(t, `{}`)
	}
	if err := c.replay(t, "r", c.now, c.now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	steps := []types.ReplayState{types.ReplayStateStarting, types.ReplayStateRunning, types.ReplayStateRunning, types.ReplayStateRunning, types.ReplayStateRunning, types.ReplayStateCompleted}
	for i, want := range steps {
		if got := c.state(t, "r"); got.State != want {
			t.Errorf("step %d: %s, want %s", i, got.State, want)
		}
		if under := want != types.ReplayStateCompleted; c.service.Replaying() != under {
			t.Errorf("step %d: under way: %t", i, !under)
		}
		c.service.ReplayEvents(2)
	}
	end := c.state(t, "r")
	if !end.ReplayEndTime.Equal(c.now) || !end.EventLastReplayedTime.Equal(c.now) || *end.Destination.Arn != theBus || *end.EventSourceArn != theArchive {
		t.Errorf("the end: %+v", end)
	}

	if err := c.replay(t, "c", c.now, c.now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	out, err := c.CancelReplay(t.Context(), &client.CancelReplayInput{ReplayName: aws.String("c")})
	if err != nil || out.State != types.ReplayStateCancelling {
		t.Errorf("cancelling: %+v, %v", out, err)
	}
	if got := c.replayed(t); len(got) != 0 || c.state(t, "c").State != types.ReplayStateCancelled {
		t.Errorf("cancelled at once, it delivers %d, and is %s", len(got), c.state(t, "c").State)
	}
	_, err = c.CancelReplay(t.Context(), &client.CancelReplayInput{ReplayName: aws.String("c")})
	wantCode(t, err, "IllegalStatusException")
	list, err := c.ListReplays(t.Context(), &client.ListReplaysInput{State: types.ReplayStateCancelled})
	if err != nil || len(list.Replays) != 1 || *list.Replays[0].ReplayName != "c" {
		t.Errorf("the cancelled ones: %+v, %v", list, err)
	}
}

func TestReplaysThatAreRefused(t *testing.T) {
	c := archiving(t, eventbridge.Archive{})
	start := func(change func(*client.StartReplayInput)) error {
		in := &client.StartReplayInput{
			ReplayName: aws.String("r"), EventSourceArn: aws.String(theArchive), EventStartTime: &c.now, EventEndTime: aws.Time(c.now.Add(time.Hour)),
			Destination: &types.ReplayDestination{Arn: aws.String(theBus)},
		}
		change(in)
		_, err := c.StartReplay(t.Context(), in)
		return err
	}
	if err := c.service.CreateBus("other"); err != nil {
		t.Fatal(err)
	}
	for code, change := range map[string]func(*client.StartReplayInput){
		"ValidationException":  func(in *client.StartReplayInput) { in.EventEndTime = in.EventStartTime },
		"ValidationException ": func(in *client.StartReplayInput) { in.EventSourceArn = aws.String(theArchive + "x") },
		"ValidationException  ": func(in *client.StartReplayInput) {
			in.Destination.Arn = aws.String(strings.Replace(theBus, "default", "other", 1))
		},
		"ValidationException   ":    func(in *client.StartReplayInput) { in.Destination.Arn = aws.String("other") },
		"ResourceNotFoundException": func(in *client.StartReplayInput) { in.Destination.Arn = aws.String(theBus + "x") },
		"ResourceNotFoundException of one": func(in *client.StartReplayInput) {
			in.Destination.FilterArns = []string{"arn:aws:events:us-east-1:123456789012:rule/c"}
		},
	} {
		code, _, _ = strings.Cut(code, " ")
		wantCode(t, start(change), code)
	}
	same := func(*client.StartReplayInput) {}
	if err := start(same); err != nil {
		t.Fatal(err)
	}
	wantCode(t, start(same), "ResourceAlreadyExistsException")
	for i := range 9 {
		if err := start(func(in *client.StartReplayInput) { in.ReplayName = aws.String(fmt.Sprint(i)) }); err != nil {
			t.Fatal(err)
		}
	}
	wantCode(t, start(func(in *client.StartReplayInput) { in.ReplayName = aws.String("eleventh") }), "LimitExceededException")
	_, err := c.DescribeReplay(t.Context(), &client.DescribeReplayInput{ReplayName: aws.String("none")})
	wantCode(t, err, "ResourceNotFoundException")
}

func (c *cloud) archive(t *testing.T) *client.DescribeArchiveOutput {
	t.Helper()
	out, err := c.DescribeArchive(t.Context(), &client.DescribeArchiveInput{ArchiveName: aws.String("kept")})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAnArchiveKeepsWhatMatchesForItsTime(t *testing.T) {
	c := archiving(t, eventbridge.Archive{Pattern: `{"detail":{"keep":[true]}}`, RetentionDays: 2})
	if err := c.service.CreateBus("other"); err != nil {
		t.Fatal(err)
	}
	c.put(t, `{"keep":true}`)
	c.put(t, `{"keep":false}`)
	if _, err := c.service.Put(eventbridge.Entry{Bus: "other", Source: "bot", DetailType: "Said", Detail: `{"keep":true}`}); err != nil {
		t.Fatal(err)
	}
	size := int64(len(factsOf[eventbridge.Put](c)[0].Event.Envelope()))
	if got := c.archive(t); got.EventCount != 1 || got.SizeBytes != size || got.State != types.ArchiveStateEnabled || *got.RetentionDays != 2 {
		t.Errorf("of three events: %+v", got)
	}
	c.now = c.now.Add(48 * time.Hour)
	if got := c.archive(t); got.EventCount != 1 {
		t.Errorf("after two days: %d events", got.EventCount)
	}
	c.now = c.now.Add(time.Second)
	if got := c.archive(t); got.EventCount != 0 || got.SizeBytes != 0 {
		t.Errorf("after that: %+v", got)
	}
}

// A publisher chooses the time of an event, so its days in the archive count from its
// arrival.
func TestAnArchiveGoesByWhenEventsCame(t *testing.T) {
	c := archiving(t, eventbridge.Archive{RetentionDays: 2})
	for _, own := range []time.Duration{-240 * time.Hour, 240 * time.Hour} {
		if _, err := c.service.Put(eventbridge.Entry{Source: "bot", DetailType: "Said", Detail: `{}`, Time: c.now.Add(own)}); err != nil {
			t.Fatal(err)
		}
	}
	for _, age := range []time.Duration{0, 48 * time.Hour} {
		c.now = c.now.Add(age)
		if got := c.archive(t); got.EventCount != 2 {
			t.Errorf("after %v: %d events, want 2", age, got.EventCount)
		}
	}
	c.now = c.now.Add(time.Second)
	if got := c.archive(t); got.EventCount != 0 {
		t.Errorf("after more than two days: %d events", got.EventCount)
	}
}

// A trace ends in the archive. A replay days later is not part of it.
func TestAReplayLeavesTheTraceBehind(t *testing.T) {
	c := archiving(t, eventbridge.Archive{})
	if _, err := c.service.Put(eventbridge.Entry{Source: "bot", DetailType: "Said", Detail: `{}`, TraceHeader: "Root=1"}); err != nil {
		t.Fatal(err)
	}
	c.deliverDue()
	if first := c.queues["q"].taken; len(first) != 2 || first[0].TraceHeader != "Root=1" {
		t.Fatalf("at first: %+v", first)
	}
	if err := c.replay(t, "again", c.now, c.now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	c.replayed(t)
	for _, d := range c.queues["q"].taken {
		if d.TraceHeader != "" || d.Event.TraceHeader != "" {
			t.Errorf("replayed with the trace %q", d.TraceHeader)
		}
	}
	if n := len(c.queues["q"].taken); n != 2 {
		t.Errorf("%d are replayed, want 2", n)
	}
}

func TestAnArchiveIsBoundedInMemory(t *testing.T) {
	c := archiving(t, eventbridge.Archive{})
	c.put(t, `{"n":1000}`)
	size := int(c.archive(t).SizeBytes)
	c.service.SetRoom(3*size + 1)
	for i := range 4 {
		c.put(t, fmt.Sprintf(`{"n":%d}`, 1001+i))
	}
	if got := c.archive(t); int(got.SizeBytes) != 3*size || got.EventCount != 3 {
		t.Errorf("room for three events of %d bytes has %d of %d", size, got.EventCount, got.SizeBytes)
	}
	gone := factsOf[eventbridge.Unarchived](c)
	if len(gone) != 2 || gone[0].Event.Detail != `{"n":1000}` || gone[1].Event.Detail != `{"n":1001}` {
		t.Errorf("gone for lack of room: %+v", gone)
	}
}

func TestArchivesAreListedChangedAndDeleted(t *testing.T) {
	c := archiving(t, eventbridge.Archive{})
	c.put(t, `{}`)
	create := func(in client.CreateArchiveInput) error {
		if in.EventSourceArn == nil {
			in.EventSourceArn = aws.String(theBus)
		}
		_, err := c.CreateArchive(t.Context(), &in)
		return err
	}
	wantCode(t, create(client.CreateArchiveInput{ArchiveName: aws.String("kept")}), "ResourceAlreadyExistsException")
	wantCode(t, create(client.CreateArchiveInput{ArchiveName: aws.String("a/b")}), "ValidationException")
	wantCode(t, create(client.CreateArchiveInput{ArchiveName: aws.String("p"), EventPattern: aws.String(`{"source":"a"}`)}), "InvalidEventPatternException")
	wantCode(t, create(client.CreateArchiveInput{ArchiveName: aws.String("p"), RetentionDays: aws.Int32(-1)}), "ValidationException")
	wantCode(t, create(client.CreateArchiveInput{ArchiveName: aws.String("p"), EventSourceArn: aws.String(theBus + "x")}), "ResourceNotFoundException")
	wantCode(t, create(client.CreateArchiveInput{ArchiveName: aws.String("p"), KmsKeyIdentifier: aws.String("k")}), "LocalAWSUnsupported")
	if err := create(client.CreateArchiveInput{ArchiveName: aws.String("more"), Description: aws.String("d")}); err != nil {
		t.Fatal(err)
	}
	list, err := c.ListArchives(t.Context(), &client.ListArchivesInput{Limit: aws.Int32(1)})
	if err != nil || len(list.Archives) != 1 || *list.Archives[0].ArchiveName != "kept" || list.NextToken == nil {
		t.Errorf("the first: %+v, %v", list, err)
	}
	_, err = c.ListArchives(t.Context(), &client.ListArchivesInput{NamePrefix: aws.String("k"), State: types.ArchiveStateEnabled})
	wantCode(t, err, "ValidationException")

	if _, err := c.UpdateArchive(t.Context(), &client.UpdateArchiveInput{ArchiveName: aws.String("kept"), EventPattern: aws.String(`{"source":["none"]}`)}); err != nil {
		t.Fatal(err)
	}
	c.put(t, `{}`)
	if got := c.archive(t); got.EventCount != 1 || *got.EventPattern != `{"source":["none"]}` {
		t.Errorf("after its pattern changed: %+v", got)
	}
	remove := func() error {
		_, err := c.DeleteArchive(t.Context(), &client.DeleteArchiveInput{ArchiveName: aws.String("kept")})
		return err
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	wantCode(t, remove(), "ResourceNotFoundException")
}

func TestABusWithAnArchiveIsNotDeleted(t *testing.T) {
	c := newCloud(t)
	if err := c.service.CreateBus("b"); err != nil {
		t.Fatal(err)
	}
	if err := c.service.CreateArchive(eventbridge.Archive{Name: "a", Bus: "b"}); err != nil {
		t.Fatal(err)
	}
	_, err := c.DeleteEventBus(t.Context(), &client.DeleteEventBusInput{Name: aws.String("b")})
	wantCode(t, err, "ValidationException")
}
