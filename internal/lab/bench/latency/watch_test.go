package latency

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

func event(detailType, detail string) world.Fact {
	return eventbridge.Put{Event: eventbridge.Event{DetailType: detailType, Detail: detail}}
}

func sent(queue, id, user string) world.Fact {
	return sqs.Sent{Queue: queue, Message: sqs.Message{ID: id, Body: `{"detail":{"user_id":"` + user + `"}}`}}
}

func started(items ...string) world.Fact {
	return lambda.Started{Invocation: &lambda.Invocation{Items: items}}
}

func changed(number, user string) world.Fact {
	return dynamodb.Changed{Record: dynamodb.Record{SequenceNumber: number, Keys: dynamodb.Item{"user_id": value.String(user)}}}
}

func detailOf(user string) string { return fmt.Sprintf(`{"id":"x","user_id":%q}`, user) }

// journey are the facts of one change, in their order.
func journey(user, id string) []world.Fact {
	return []world.Fact{
		event(events.DetailTypeChange, detailOf(user)), sent("changes", "m"+id, user), started("m" + id),
		changed("s"+id, user), started("s" + id), event(events.DetailTypeUpdated, detailOf(user)),
	}
}

// Each hop takes a millisecond more than the one before. Duplicates, other users'
// changes and messages in other queues do not count.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWatch("part1", "changes")
		w.hops = true
		told := 0
		w.onAnnounced = func() { told++ }
		if first := w.offer(time.Now()); first != 0 || w.user(first) != "part1-0" {
			t.Errorf("number %d, %s", first, w.user(first))
		}
		strangers := append(journey("part1-1", "1"), journey("part10-0", "2")...)
		strangers = append(strangers, sent("other", "m3", "part1-0"), started("m3"))
		for i, f := range journey("part1-0", "0") {
			for _, s := range strangers {
				w.observe(s)
			}
			time.Sleep(ms(float64(i + 1)))
			w.observe(f)
		}
		time.Sleep(time.Hour)
		for _, f := range journey("part1-0", "0") {
			w.observe(f)
		}
		for i, h := range hopsOf(w) {
			if h.Median != ms(float64(i+1)) || h.Visible != (i < 4) || h.Name == "" {
				t.Errorf("%+v", h)
			}
		}
		if l := w.load(10); l.Visible.P50 != ms(10) || l.Announced.P999 != ms(21) || l.Changes != 1 {
			t.Errorf("%+v", l)
		}
		if told != 1 {
			t.Errorf("told %d times", told)
		}
	})
}

// A change that is not seen at a point fails the run.
func TestIncomplete(t *testing.T) {
	for missing := range journey("u", "0") {
		w := newWatch("part1", "changes")
		w.hops = true
		w.offer(time.Now(), time.Now())
		for i, f := range append(journey("part1-0", "0"), journey("part1-1", "1")...) {
			if i != missing {
				w.observe(f)
			}
		}
		err := w.complete(put, queued, applying, stored, republishing, announced)
		if err == nil || !strings.Contains(err.Error(), "1 of 2 changes were not seen "+seen[missing+1]) {
			t.Errorf("without fact %d: %v", missing, err)
		}
	}
}

func TestRateIsOfWhatWasAnnouncedMeanwhile(t *testing.T) {
	w, start := newWatch("part1", "changes"), time.Now()
	for _, after := range []time.Duration{0, ms(999), time.Second, 2 * time.Second, ms(2999), 3 * time.Second} {
		w.at = append(w.at, [points]time.Time{announced: start.Add(after)})
	}
	if got := w.rate(start.Add(time.Second), start.Add(3*time.Second)); got != 1.5 {
		t.Errorf("%v per second", got)
	}
}
