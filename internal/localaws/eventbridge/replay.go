package eventbridge

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// The states of a replay.
const (
	starting   = "STARTING"
	running    = "RUNNING"
	completed  = "COMPLETED"
	cancelling = "CANCELLING"
	cancelled  = "CANCELLED"
)

// maxReplays is how many may be under way at a time, per account and region.
const maxReplays = 10

// replay puts events of an archive on its bus again.
type replay struct {
	name, arn, description string

	archiveARN, busARN string
	bus                *bus
	rules              []string // ARNs of the rules that see the events; empty: all rules
	from, to           time.Time

	state          string
	started, ended time.Time
	last           time.Time // of the event replayed last

	left []Event // to be replayed, in this order
}

func (r *replay) underWay() bool {
	return r.state == starting || r.state == running || r.state == cancelling
}

// Replay is the input of StartReplay.
type Replay struct {
	Name        string // never used before
	Description string
	ArchiveARN  string
	BusARN      string   // the archive's own bus
	RuleARNs    []string // only these rules see the events; none: all
	From, To    time.Time
}

// StartReplay starts a replay of the archive's events whose time, in whole seconds, is
// From, To or between. ReplayEvents continues it. Errors:
// ResourceAlreadyExistsException (the name), ResourceNotFoundException (bus or rule),
// LimitExceededException (10 replays at a time), ValidationException.
func (s *Service) StartReplay(config Replay) error {
	_, err := s.startReplay(config)
	return err
}

var replayName = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)

func (s *Service) startReplay(config Replay) (*replay, error) {
	a, b, err := s.checkReplay(&config)
	if err != nil {
		return nil, err
	}
	r := &replay{
		name: config.Name, arn: s.w.ARN("events", "replay/"+config.Name), description: config.Description,
		archiveARN: a.arn, busARN: b.arn, bus: b, rules: config.RuleARNs, from: config.From, to: config.To,
		state: starting, started: s.w.Now(), left: s.replayed(a, &config),
	}
	s.replays[r.name] = r
	return r, nil
}

func (s *Service) checkReplay(config *Replay) (*archive, *bus, error) {
	prefix := s.w.ARN("events", "event-bus/")
	name, isARN := strings.CutPrefix(config.BusARN, prefix)
	switch {
	case !replayName.MatchString(config.Name):
		return nil, nil, invalid("ReplayName %q: 1 to 64 characters of A-Z, a-z, 0-9, period, hyphen and underscore", config.Name)
	case !isARN || name == "":
		return nil, nil, invalid("Parameter Destination.Arn is not valid. Reason: Must contain an event bus ARN.")
	case config.From.IsZero() || config.To.IsZero():
		return nil, nil, invalid("EventStartTime and EventEndTime must be given.")
	}
	b, err := s.bus(config.BusARN)
	if err != nil {
		return nil, nil, err
	}
	archive, _ := strings.CutPrefix(config.ArchiveARN, s.w.ARN("events", "archive/"))
	a, err := s.archive(archive)
	switch {
	case err != nil:
		return nil, nil, invalid("Parameter EventSourceArn is not valid. Reason: %s", err.(*wire.Error).Message)
	case a.bus != b.name:
		return nil, nil, invalid("Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.")
	case !config.From.Before(config.To):
		return nil, nil, invalid("Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.")
	case s.replays[config.Name] != nil:
		return nil, nil, exists("Replay %s already exists.", config.Name)
	case s.replaying() >= maxReplays:
		return nil, nil, limitExceeded()
	}
	return a, b, s.checkFilter(b, config.RuleARNs)
}

// checkFilter refuses rules that do not exist, because a replay to no rule would look
// like a success.
func (s *Service) checkFilter(b *bus, rules []string) error {
	for _, arn := range rules {
		if !slices.ContainsFunc(b.rules, func(r *rule) bool { return r.arn == arn }) {
			return notFound("Rule %s does not exist on EventBus %s.", arn, b.name)
		}
	}
	return nil
}

// replayed returns the archive's events of a time span, minute by minute. AWS promises
// no order within a minute, so these are shuffled.
func (s *Service) replayed(a *archive, config *Replay) []Event {
	var list []Event
	for _, kept := range a.events {
		if at := kept.event.Time.Truncate(time.Second); !at.Before(config.From) && !at.After(config.To) {
			event := kept.event
			event.ReplayName, event.TraceHeader = config.Name, "" // a trace ends in the archive
			list = append(list, event)
		}
	}
	s.w.Rand.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	slices.SortStableFunc(list, func(a, b Event) int {
		return cmp.Compare(a.Time.Unix()/60, b.Time.Unix()/60)
	})
	return list
}

// ReplayEvents puts up to max events of each running replay on its bus, and returns how
// many replays made progress. A started replay is running after the first call, and
// completed by the call that finds no event left.
func (s *Service) ReplayEvents(max int) (moved int) {
	for _, r := range s.sortedReplays() {
		if r.underWay() {
			s.moveOn(r, max)
			moved++
		}
	}
	return moved
}

func (s *Service) moveOn(r *replay, max int) {
	switch {
	case r.state == cancelling:
		r.end(cancelled, s.w.Now())
	case r.state == starting:
		r.state = running
	case len(r.left) == 0:
		r.end(completed, s.w.Now())
	default:
		for range min(max, len(r.left)) {
			s.again(r, r.left[0])
			r.last, r.left[0] = r.left[0].Time, Event{}
			r.left = r.left[1:]
		}
	}
}

func (r *replay) end(state string, now time.Time) { r.state, r.ended, r.left = state, now, nil }

// again lets the rules of a replay see one event. Archives do not see it.
func (s *Service) again(r *replay, event Event) {
	s.w.Tell(Replayed{r.bus.name, event})
	envelope := event.Envelope()
	decoded, err := pattern.Decode(envelope)
	if err != nil {
		return // cannot happen: it was decoded when it was put
	}
	s.matchRules(r.bus, &event, decoded, envelope, func(rule *rule) bool {
		return len(r.rules) == 0 || slices.Contains(r.rules, rule.arn)
	})
}

// Replaying tells whether a replay is under way.
func (s *Service) Replaying() bool { return s.replaying() > 0 }

func (s *Service) replaying() (n int) {
	for _, r := range s.replays {
		if r.underWay() {
			n++
		}
	}
	return n
}

func (s *Service) replay(name string) (*replay, error) {
	if r := s.replays[name]; r != nil {
		return r, nil
	}
	return nil, notFound("Replay %s does not exist.", name)
}

func (s *Service) sortedReplays() []*replay {
	var list []*replay
	for _, name := range slices.Sorted(maps.Keys(s.replays)) {
		list = append(list, s.replays[name])
	}
	return list
}

// cancel ends a replay. Events that it has replayed are not taken back.
func (s *Service) cancel(name string) (*replay, error) {
	r, err := s.replay(name)
	switch {
	case err != nil:
		return nil, err
	case r.state != starting && r.state != running:
		return nil, wire.Errorf("IllegalStatusException", "Replay %s is not in a valid state for this operation.", name)
	}
	r.state = cancelling
	return r, nil
}
