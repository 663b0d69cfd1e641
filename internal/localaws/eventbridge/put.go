package eventbridge

import (
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const (
	maxDetailType = 128  // characters
	maxDepth      = 1000 // levels of nesting in a detail

	// maxRequest is the size that the entries of one PutEvents must stay below.
	maxRequest = 1 << 20
)

// Entry is one event for PutEvents.
type Entry struct {
	Bus         string // name or ARN, "" for "default"
	Source      string // required; must not start with "aws."
	DetailType  string // required; at most 128 characters
	Detail      string // required; the text of a JSON object, at most 1,000 levels deep
	Resources   []string
	Time        time.Time // zero: now
	TraceHeader string    // X-Ray; goes along to queues as AWSTraceHeader
}

// Size is the entry's share of PutEvents' limit of 1 MiB for a request: 14 bytes for a
// Time, and the bytes of Source, DetailType, Detail and each of Resources.
func (e *Entry) Size() int {
	size := len(e.Source) + len(e.DetailType) + len(e.Detail)
	if !e.Time.IsZero() {
		size += 14
	}
	for _, r := range e.Resources {
		size += len(r)
	}
	return size
}

// Put accepts an event and creates its deliveries, or refuses it with the error code
// that PutEvents answers for the entry: InvalidArgument, MalformedDetail or
// NotAuthorizedForSourceException.
func (s *Service) Put(e Entry) (Event, error) {
	if err := e.check(); err != nil {
		return Event{}, err
	}
	b, err := s.bus(e.Bus)
	if err != nil {
		return Event{}, invalidArgument("EventBusName", "event bus %s does not exist.", e.Bus)
	}
	event := Event{
		ID: s.w.UUID(), DetailType: e.DetailType, Source: e.Source, Account: s.w.Account, Time: e.Time,
		Region: s.w.Region, Resources: slices.Clone(e.Resources), Detail: e.Detail, TraceHeader: e.TraceHeader,
	}
	if e.Time.IsZero() {
		event.Time = s.w.Now()
	}
	s.w.Tell(Put{b.name, event})
	return event, s.match(b, &event)
}

func (e *Entry) check() error {
	for _, p := range []struct{ name, value string }{{"Source", e.Source}, {"DetailType", e.DetailType}, {"Detail", e.Detail}} {
		if p.value == "" {
			return invalidArgument(p.name, "%s is a required argument.", p.name)
		}
	}
	if strings.HasPrefix(e.Source, "aws.") {
		return wire.Errorf("NotAuthorizedForSourceException", "Not authorized for the source.")
	}
	if n := utf8.RuneCountInString(e.DetailType); n > maxDetailType {
		return invalidArgument("DetailType", "DetailType has %d characters, at most %d are allowed.", n, maxDetailType)
	}
	if !isDetail(e.Detail) {
		return wire.Errorf("MalformedDetail", "Detail is malformed.")
	}
	return nil
}

// isDetail tells whether a text is one JSON object of at most 1,000 levels. Like the
// service it accepts repeated names and escapes of lone surrogates.
func isDetail(text string) bool {
	d := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if d.PeekKind() != '{' {
		return false
	}
	for {
		if _, err := d.ReadToken(); err != nil || d.StackDepth() > maxDepth {
			return false
		}
		if d.StackDepth() == 0 {
			_, err := d.ReadToken()
			return err == io.EOF
		}
	}
}

// match creates the deliveries of an accepted event, and archives it.
func (s *Service) match(b *bus, event *Event) error {
	envelope := event.Envelope()
	decoded, err := pattern.Decode(envelope)
	if err != nil {
		return err // cannot happen: isDetail has checked it
	}
	if s.matchRules(b, event, decoded, envelope, func(*rule) bool { return true }) == 0 {
		s.w.TellLazily(func() any { return Unmatched{b.name, *event, b.active()} })
	}
	s.keep(b, event, decoded, len(envelope))
	return nil
}

// matchRules creates the deliveries for those rules that may see the event. It returns
// how many rules matched.
func (s *Service) matchRules(b *bus, event *Event, decoded *pattern.Event, envelope []byte, may func(*rule) bool) (matched int) {
	for _, r := range b.rules {
		if r.state != enabled || !may(r) || !r.pattern.MatchEvent(decoded) {
			continue
		}
		matched++
		s.w.Tell(Matched{Bus: b.name, Rule: r.name, Event: *event})
		for _, t := range r.targets {
			s.schedule(r, t, event, envelope)
		}
	}
	return matched
}
