package localrun

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
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/localrun/trail"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// A follower follows announcements through the services beside the pipeline, by the
// facts of the cloud. It prints a line for each announcement that arrived at a
// function.
type follower struct {
	functions map[string]string // by the queue that they read
	direct    map[string]bool   // functions that may get events straight from the bus
	endpoints map[string]string // API destinations, by their ARN
	now       func() time.Time
	printLine func(string)

	mu       sync.Mutex
	messages map[string]*step // in the queues, by their id; in Lambda's own, by the id of the request
	deleted  []string         // messages that are deleted: see sweep
	last     *step            // the last one that was sent
	took     map[string]*samples
}

// A step is one announcement on its way to one function.
type step struct {
	queue, function               string // queue is empty if the function gets it straight from the bus
	envelope, subject             string
	announced, queued, handedOver time.Time
}

func newFollower(services []Service, now func() time.Time, printLine func(string)) *follower {
	f := &follower{
		functions: map[string]string{}, direct: map[string]bool{}, endpoints: map[string]string{}, now: now, printLine: printLine,
		messages: map[string]*step{}, took: map[string]*samples{},
	}
	for _, s := range services {
		for _, function := range s.Functions {
			f.direct[function.Name] = true
		}
		for _, m := range s.QueueMappings {
			f.functions[m.Queue] = m.Function
		}
		for _, d := range s.Destinations {
			f.endpoints[d.ARN] = d.Name
		}
	}
	return f
}

// observe receives a fact; see world.World.
func (f *follower) observe(fact world.Fact) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch fact := fact.(type) {
	case sqs.Sent:
		f.sent(fact)
	case sqs.Deleted:
		if f.messages[fact.Message.ID] != nil {
			f.deleted = append(f.deleted, fact.Message.ID)
		}
	case sqs.DeadLettered:
		f.lost(fact.Message.ID, "dead letter in "+fact.To)
	case sqs.Expired:
		f.lost(fact.Message.ID, "too old for its queue")
	case sqs.Moved:
		f.forget(fact.Was)
		f.sent(sqs.Sent{Queue: fact.To, Message: fact.Message})
		f.last = nil // no delivery made it
	case sqs.Purged:
		f.purged(fact.Queue)
	case lambda.Queued:
		f.queued(fact)
	case lambda.GivenUp:
		f.lost(fact.ID, "given up: "+fact.Condition)
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
			f.printLine(fmt.Sprintf("%s %s: dead letter: %s", name, eventSubject(&fact.Delivery.Event), terminal.Visible(fact.Delivery.Attributes["ERROR_MESSAGE"])))
		}
	}
}

func (f *follower) sent(fact sqs.Sent) {
	f.sweep()
	f.last = nil
	if f.functions[fact.Queue] == "" || len(f.messages) >= maxUnderWay {
		return
	}
	f.follow(fact.Message.ID, []byte(fact.Message.Body), &step{queue: fact.Queue, function: f.functions[fact.Queue]})
}

// queued begins the step of an event that a function gets straight from the bus.
func (f *follower) queued(fact lambda.Queued) {
	f.last = nil
	if f.direct[fact.Function] && len(f.messages) < maxUnderWay {
		f.follow(fact.ID, fact.Payload, &step{function: fact.Function})
	}
}

func (f *follower) follow(id string, body []byte, s *step) {
	s.subject, s.queued = announcedSubject(body), f.now()
	if e, err := events.DecodeEnvelope(body); err == nil {
		s.envelope = e.ID
	}
	f.messages[id], f.last = s, s
}

// delivered is called right after the message of a delivery was sent.
func (f *follower) delivered(d *eventbridge.Delivery) {
	if name := f.endpoints[d.Target.ARN]; name != "" {
		took := f.now().Sub(d.Accepted)
		f.add(name, took)
		f.printLine(fmt.Sprintf("%s %s: bus and call %s ms, delivered", name, eventSubject(&d.Event), milliseconds(took)))
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
			f.printLine(s.line(fact.Invocation.Function, f.now()) + ", failed: comes again")
		default:
			f.forget(id)
			if !s.announced.IsZero() {
				f.add(fact.Invocation.Function, f.now().Sub(s.announced))
			}
			f.printLine(s.line(fact.Invocation.Function, f.now()) + ", taken")
		}
	}
}

func (f *follower) forget(id string) *step {
	s := f.messages[id]
	delete(f.messages, id)
	return s
}

// lost says why a message did not reach its function.
func (f *follower) lost(id, why string) {
	if s := f.forget(id); s != nil {
		f.printLine(fmt.Sprintf("%s %s: %s", s.function, s.subject, why))
	}
}

func (f *follower) purged(queue string) {
	n := len(f.messages)
	maps.DeleteFunc(f.messages, func(_ string, s *step) bool { return s.queue == queue })
	if n -= len(f.messages); n > 0 {
		f.printLine(fmt.Sprintf("%s: %s purged", f.functions[queue], counted(n, "announcement")))
	}
}

// sweep forgets deleted messages. A mapping deletes the messages that its function
// processed, and reports the end of the invocation only then. Deleted messages are
// therefore kept until the next message arrives.
func (f *follower) sweep() {
	for _, id := range f.deleted {
		delete(f.messages, id)
	}
	f.deleted = f.deleted[:0]
}

func (f *follower) add(name string, took time.Duration) {
	if f.took[name] == nil {
		f.took[name] = &samples{}
	}
	f.took[name].add(took)
}

// line formats the step with its hops. A message that did not come over the bus has no
// hop for it.
func (s *step) line(function string, now time.Time) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s:", function, s.subject)
	first := s.queued
	if !s.announced.IsZero() {
		first = s.announced
		fmt.Fprintf(&b, " bus %s", milliseconds(s.queued.Sub(s.announced)))
	}
	fmt.Fprintf(&b, " queue %s function %s = %s ms", milliseconds(s.handedOver.Sub(s.queued)), milliseconds(now.Sub(s.handedOver)), milliseconds(now.Sub(first)))
	return b.String()
}

// announcedSubject returns the user of an announcement, and what changed.
func announcedSubject(envelope []byte) string {
	e, err := events.DecodeEnvelope(envelope)
	var u events.PreferencesUpdated
	if err != nil || u.UnmarshalJSON(e.Detail) != nil {
		return "unreadable announcement"
	}
	what := journey{user: u.UserID, keys: u.ChangedKeys}
	switch {
	case u.Snapshot:
		what.keys = []string{"(snapshot)"}
	case u.Erased:
		what.keys = append([]string{"(erase)"}, u.ChangedKeys...)
	}
	return what.about()
}

// eventSubject returns the user of an event, and what changed, whatever part of the event
// was delivered.
func eventSubject(e *eventbridge.Event) string {
	switch e.DetailType {
	case events.DetailTypeUpdated:
		return announcedSubject(e.Envelope())
	case events.DetailTypeChange:
		c, err := events.DecodeChange(e.Envelope())
		if err != nil {
			return "unreadable change"
		}
		return (&journey{user: c.UserID, keys: trail.Keys(&c)}).about()
	}
	return terminal.Visible(e.DetailType)
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
