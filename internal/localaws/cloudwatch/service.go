package cloudwatch

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const (
	// retention is how long minutes are kept at least.
	retention = 3 * time.Hour

	// delay is how long after a minute's end alarms are evaluated.
	delay = 5 * time.Second

	// maxSeries bounds the memory. It is more than ten stacks have.
	maxSeries = 2000
)

// Service holds the metrics and alarms of one account and region. It is not safe for
// concurrent use.
type Service struct {
	w         *world.World
	retention time.Duration
	series    map[string]*series
	alarms    map[string]*alarm
	composite []*alarm // each one behind those that it names
	history   []moment // the latest, oldest first
	ended     time.Time
}

// New makes a service without metrics and alarms.
func New(w *world.World) *Service {
	return &Service{w: w, retention: retention, series: map[string]*series{}, alarms: map[string]*alarm{}}
}

// Changed reports that an alarm went from one state to another.
type Changed struct {
	Alarm    string // its name
	From, To State
	Reason   string
	Actions  []string // ARNs of what AWS would notify
}

// PutAlarm adds an alarm. The alarms that a composite names must exist.
func (s *Service) PutAlarm(config Alarm) error {
	now := s.w.Now()
	a := &alarm{Alarm: config, state: InsufficientData, reason: "Unchecked: Initial alarm creation", made: now, changed: now, updated: now}
	if err := a.check(); err != nil {
		return fmt.Errorf("alarm %s: %w", config.Name, err)
	}
	if s.alarms[a.Name] != nil {
		return fmt.Errorf("alarm %s: there is one of this name", a.Name)
	}
	if a.rule != nil {
		for _, name := range a.rule.names() {
			if s.alarms[name] == nil {
				return fmt.Errorf("alarm %s: AlarmRule names %s, which does not exist", a.Name, name)
			}
		}
		s.composite = append(s.composite, a)
	}
	s.alarms[a.Name] = a
	s.retention = max(s.retention, a.span()+time.Hour)
	return nil
}

// Add adds one value of a metric. unit may be empty. It returns an error for a value that
// is no number, and if there are too many metrics.
func (s *Service) Add(m Metric, unit string, at time.Time, value float64) error {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return fmt.Errorf("%s is no number", m.Name)
	}
	if at.Before(s.w.Now().Add(-s.retention)) {
		return nil
	}
	key := m.key()
	of := s.series[key]
	if of == nil {
		if len(s.series) >= maxSeries {
			return fmt.Errorf("there are over %d metrics", maxSeries)
		}
		of = &series{metric: m, unit: unit}
		s.series[key] = of
	}
	of.add(at, value, 1)
	return nil
}

// Wake returns when Evaluate has something to do. The first minute ends after the first
// call of Wake or Evaluate.
func (s *Service) Wake() time.Time { return s.end().Add(minute + delay) }

// end is the end of the last minute that was evaluated.
func (s *Service) end() time.Time {
	if s.ended.IsZero() {
		s.ended = s.w.Now().UTC().Truncate(minute)
	}
	return s.ended
}

// Evaluate evaluates the alarms for every minute that has ended since the last call, and
// forgets old ones. Before each it calls sample with a time within that minute, which may
// add metrics that are measured once a minute. If more time has passed than metrics are
// kept, it begins with the oldest that is kept.
func (s *Service) Evaluate(sample func(at time.Time)) {
	now := s.w.Now()
	if oldest := now.Add(-s.retention).UTC().Truncate(minute); s.end().Before(oldest) {
		s.ended = oldest
	}
	for !now.Before(s.Wake()) {
		if sample != nil {
			sample(s.ended.Add(minute - time.Second))
		}
		s.ended = s.ended.Add(minute)
		s.evaluate(s.ended)
	}
	for key, of := range s.series {
		if of.forget(now.Add(-s.retention).UTC()); len(of.minutes) == 0 {
			delete(s.series, key)
		}
	}
}

func (s *Service) evaluate(end time.Time) {
	for _, name := range slices.Sorted(maps.Keys(s.alarms)) {
		a := s.alarms[name]
		if a.rule != nil {
			continue
		}
		if state, reason, ok := a.judge(s.series[a.Metric.key()], end); ok {
			s.set(a, state, reason)
		}
	}
	s.join()
}

// join evaluates the composite alarms.
func (s *Service) join() {
	for _, a := range s.composite {
		state := OK
		if a.rule.holds(func(name string) State { return s.alarms[name].state }) {
			state = InAlarm
		}
		s.set(a, state, "AlarmRule: "+a.Rule)
	}
}

func (s *Service) set(a *alarm, to State, reason string) {
	from, now := a.state, s.w.Now()
	a.state = to
	if from == to && a.reason == reason {
		return
	}
	a.reason, a.updated = reason, now
	if from == to {
		return
	}
	a.changed = now
	change := Changed{Alarm: a.Name, From: from, To: to, Reason: reason}
	switch to {
	case InAlarm:
		change.Actions = a.AlarmActions
	case OK:
		change.Actions = a.OKActions
	}
	s.remember(change)
	s.w.Tell(change)
}

// State returns the state of an alarm; false if there is none of this name.
func (s *Service) State(alarm string) (State, bool) {
	if a := s.alarms[alarm]; a != nil {
		return a.state, true
	}
	return "", false
}
