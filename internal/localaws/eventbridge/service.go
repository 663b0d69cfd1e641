package eventbridge

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const (
	maxBuses   = 100 // per account and region
	maxRules   = 300 // per bus
	maxTargets = 5   // per rule

	defaultBus = "default"
)

// Service holds the buses of one account and region.
type Service struct {
	w       *world.World
	targets func(arn string) (Target, bool)
	buses   map[string]*bus

	archives     map[string]*archive
	replays      map[string]*replay
	archiveLimit int // of an archive, in bytes

	pending    pending
	deliveries uint64

	destinations     map[string]*destination // by ARN
	calls            pending                 // to API destinations, that are not out
	calling          int                     // how many are out
	destinationLimit int                     // of an API destination, in bytes
	untried          int                     // how many deliveries to API destinations were never attempted
}

// New makes a service with the bus "default". targets returns the target of an ARN at
// the moment of a delivery; false means that it does not exist.
func New(w *world.World, targets func(arn string) (Target, bool)) *Service {
	s := &Service{w: w, targets: targets, buses: map[string]*bus{}, archives: map[string]*archive{}, replays: map[string]*replay{}, archiveLimit: maxArchived, destinationLimit: maxHeld}
	s.buses[defaultBus] = newBus(w, defaultBus)
	return s
}

// bus is one event bus. Its rules are sorted by name.
type bus struct {
	name, arn, description string
	created, modified      time.Time
	tags                   map[string]string // replaced, never changed
	rules                  []*rule
}

func newBus(w *world.World, name string) *bus {
	now := w.Now()
	return &bus{name: name, arn: w.ARN("events", "event-bus/"+name), created: now, modified: now}
}

func (b *bus) find(name string) (int, bool) {
	return slices.BinarySearchFunc(b.rules, name, func(r *rule, name string) int { return cmp.Compare(r.name, name) })
}

// active returns how many rules are enabled.
func (b *bus) active() (n int) {
	for _, r := range b.rules {
		if r.state == enabled {
			n++
		}
	}
	return n
}

// CreateBus creates a custom event bus. "default" always exists.
func (s *Service) CreateBus(name string) error {
	_, err := s.createBus(name)
	return err
}

var (
	busName  = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,256}$`)
	ruleName = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)
)

func (s *Service) createBus(name string) (*bus, error) {
	if !busName.MatchString(name) {
		return nil, invalid("Name %q: 1 to 256 characters of A-Z, a-z, 0-9, period, hyphen and underscore", name)
	}
	if s.buses[name] != nil {
		return nil, exists("Event bus %s already exists.", name)
	}
	if len(s.buses) >= maxBuses {
		return nil, limitExceeded()
	}
	b := newBus(s.w, name)
	s.buses[name] = b
	return b, nil
}

// deleteBus deletes a bus without rules. It is no error if the bus does not exist.
func (s *Service) deleteBus(name string) error {
	switch b := s.buses[name]; {
	case name == defaultBus:
		return invalid("Cannot delete event bus default.")
	case b != nil && (len(b.rules) > 0 || s.archived(name)): // in AWS an archive is a rule of its bus too
		return invalid("Event bus %s can't be deleted since it has rules.", name)
	}
	delete(s.buses, name)
	return nil
}

// archived tells whether the bus has an archive.
func (s *Service) archived(bus string) bool {
	for _, a := range s.archives {
		if a.bus == bus {
			return true
		}
	}
	return false
}

// bus finds a bus by its name or ARN; "" is "default".
func (s *Service) bus(nameOrARN string) (*bus, error) {
	name := strings.TrimPrefix(nameOrARN, s.w.ARN("events", "event-bus/"))
	if name == "" {
		name = defaultBus
	}
	if b := s.buses[name]; b != nil {
		return b, nil
	}
	return nil, notFound("Event bus %s does not exist.", name)
}

func (s *Service) sortedBuses() []*bus {
	var list []*bus
	for _, name := range slices.Sorted(maps.Keys(s.buses)) {
		list = append(list, s.buses[name])
	}
	return list
}
