package dev

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// A follower follows announcements through the services beside the pipeline, by
// the facts that the cloud tells, and says a line for each that got somewhere.
type follower struct {
	functions map[string]string // by the queue that they read
	endpoints map[string]string // API destinations, by their ARN
	now       func() time.Time
	say       func(string)

	mu       sync.Mutex
	messages map[string]*step // in the queues, by their id
	last     *step            // the one that was sent last
	took     map[string]*samples
}

// A step is one announcement on its way to one function.
type step struct {
	envelope, who                 string
	announced, queued, handedOver time.Time
}

func newFollower(services []Service, now func() time.Time, say func(string)) *follower {
	f := &follower{
		functions: map[string]string{}, endpoints: map[string]string{}, now: now, say: say,
		messages: map[string]*step{}, took: map[string]*samples{},
	}
	for _, s := range services {
		for _, m := range s.QueueMappings {
			f.functions[m.Queue] = m.Function
		}
		for _, d := range s.Destinations {
			f.endpoints[d.ARN] = d.Name
		}
	}
	return f
}

// observe takes a fact; see world.World.
func (f *follower) observe(fact world.Fact) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch fact := fact.(type) {
	case sqs.Sent:
		f.sent(fact)
	case sqs.DeadLettered:
		if s := f.forget(fact.Message.ID); s != nil {
			f.say(fmt.Sprintf("%s %s: dead letter in %s", f.functions[fact.From], s.who, fact.To))
		}
	case lambda.Started:
		for _, id := range fact.Invocation.Items {
			if s := f.messages[id]; s != nil {
				s.handedOver = f.now()
			}
		}
	case lambda.Finished:
		f.finished(fact)
	case eventbridge.Delivered:
		f.delivered(&fact.Delivery)
	case eventbridge.DeadLettered:
		if name := f.endpoints[fact.Delivery.Target.ARN]; name != "" {
			f.say(fmt.Sprintf("%s %s: dead letter: %s", name, whose([]byte(fact.Delivery.Body)), visible(fact.Delivery.Attributes["ERROR_MESSAGE"])))
		}
	}
}

func (f *follower) sent(fact sqs.Sent) {
	f.last = nil
	if f.functions[fact.Queue] == "" || len(f.messages) >= maxUnderWay {
		return
	}
	body := []byte(fact.Message.Body)
	f.last = &step{who: whose(body), queued: f.now()}
	if e, err := events.DecodeEnvelope(body); err == nil {
		f.last.envelope = e.ID
	}
	f.messages[fact.Message.ID] = f.last
}

// delivered is told right after the message was sent that made the delivery.
func (f *follower) delivered(d *eventbridge.Delivery) {
	if name := f.endpoints[d.Target.ARN]; name != "" {
		took := f.now().Sub(d.Accepted)
		f.add(name, took)
		f.say(fmt.Sprintf("%s %s: bus and call %s ms, delivered", name, whose([]byte(d.Body)), milliseconds(took)))
	} else if f.last != nil && f.last.envelope == d.Event.ID {
		f.last.announced = d.Accepted
	}
}

func (f *follower) finished(fact lambda.Finished) {
	for _, id := range fact.Invocation.Items {
		s := f.messages[id]
		switch {
		case s == nil:
		case slices.Contains(fact.Failures, id):
			f.say(s.line(fact.Invocation.Function, f.now()) + ", failed: comes again")
		default:
			f.forget(id)
			if !s.announced.IsZero() {
				f.add(fact.Invocation.Function, f.now().Sub(s.announced))
			}
			f.say(s.line(fact.Invocation.Function, f.now()) + ", taken")
		}
	}
}

func (f *follower) forget(id string) *step {
	s := f.messages[id]
	delete(f.messages, id)
	return s
}

func (f *follower) add(name string, took time.Duration) {
	if f.took[name] == nil {
		f.took[name] = &samples{}
	}
	f.took[name].add(took)
}

// line is the step with its hops; what came past the bus has none over it.
func (s *step) line(function string, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s:", function, s.who)
	first := s.queued
	if !s.announced.IsZero() {
		first = s.announced
		fmt.Fprintf(&b, " bus %s", milliseconds(s.queued.Sub(s.announced)))
	}
	fmt.Fprintf(&b, " queue %s function %s = %s ms", milliseconds(s.handedOver.Sub(s.queued)), milliseconds(now.Sub(s.handedOver)), milliseconds(now.Sub(first)))
	return b.String()
}

// whose says which user an announcement is about, and what changed.
func whose(envelope []byte) string {
	e, err := events.DecodeEnvelope(envelope)
	var u events.PreferencesUpdated
	if err != nil || u.UnmarshalJSON(e.Detail) != nil {
		return "unreadable announcement"
	}
	what := journey{keys: u.ChangedKeys}
	switch {
	case u.Snapshot:
		what.keys = []string{"(snapshot)"}
	case u.Erased:
		what.keys = append([]string{"(erase)"}, u.ChangedKeys...)
	}
	return visible(u.UserID) + " " + what.shownKeys()
}

// print adds a line to the table of latencies for each function and endpoint.
func (f *follower) print(w io.Writer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.took) == 0 {
		return
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "  from announced to\tannouncements\tmedian ms\t99 %\tslowest\t")
	for _, name := range slices.Sorted(maps.Keys(f.took)) {
		f.took[name].print(t, name)
	}
	_ = t.Flush() // w keeps its own error
}
