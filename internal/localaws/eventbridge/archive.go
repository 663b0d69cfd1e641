package eventbridge

import (
	"maps"
	"regexp"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
)

const (
	day = 24 * time.Hour

	// maxArchived bounds the memory of one archive, by SizeBytes. AWS has no such
	// bound. Beyond it the oldest events are removed, and a fact reports it.
	maxArchived = 64 << 20
)

// archive keeps the events of one bus that match its pattern, in the order of their
// arrival.
type archive struct {
	name, arn, bus, description string

	text    string           // of the pattern; "" matches everything
	pattern *pattern.Pattern // nil matches everything
	days    int              // of retention; 0: forever
	created time.Time

	events []archived
	bytes  int
}

type archived struct {
	event Event
	at    time.Time // arrival; the event's age counts from here
	size  int       // of its envelope
}

// Archive is the configuration of an archive.
type Archive struct {
	Name          string // 1 to 48 characters of A-Z, a-z, 0-9, period, hyphen and underscore
	Bus           string // name or ARN; "" for "default"
	Description   string // at most 512 characters
	Pattern       string // "" keeps every event
	RetentionDays int    // 0: forever
}

// CreateArchive makes an archive. It stores every matching event that its bus accepts
// from now on, except replayed events. Errors: ResourceAlreadyExistsException,
// ResourceNotFoundException (no such bus), InvalidEventPatternException,
// ValidationException with the field.
func (s *Service) CreateArchive(config Archive) error {
	_, err := s.createArchive(config)
	return err
}

var archiveName = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,48}$`)

func (s *Service) createArchive(config Archive) (*archive, error) {
	if !archiveName.MatchString(config.Name) {
		return nil, invalid("ArchiveName %q: 1 to 48 characters of A-Z, a-z, 0-9, period, hyphen and underscore", config.Name)
	}
	if s.archives[config.Name] != nil {
		return nil, exists("Archive %s already exists.", config.Name)
	}
	b, err := s.bus(config.Bus)
	if err != nil {
		return nil, err
	}
	a := &archive{name: config.Name, arn: s.w.ARN("events", "archive/"+config.Name), bus: b.name, created: s.w.Now()}
	if err := a.configure(config); err != nil {
		return nil, err
	}
	s.archives[a.name] = a
	return a, nil
}

// configure sets what may change later. An error changes nothing.
func (a *archive) configure(config Archive) error {
	if config.RetentionDays < 0 {
		return invalid("RetentionDays: must be 0, which is forever, or more")
	}
	if len(config.Description) > maxDescription {
		return invalid("Description: at most %d characters", maxDescription)
	}
	var compiled *pattern.Pattern
	if config.Pattern != "" {
		var err error
		if compiled, err = compile(config.Pattern); err != nil {
			return err
		}
	}
	a.description, a.days, a.text, a.pattern = config.Description, config.RetentionDays, config.Pattern, compiled
	return nil
}

const maxDescription = 512

// archive finds an archive that must be there.
func (s *Service) archive(name string) (*archive, error) {
	if a := s.archives[name]; a != nil {
		a.expire(s.w.Now())
		return a, nil
	}
	return nil, notFound("Archive %s does not exist.", name)
}

func (s *Service) sortedArchives() []*archive {
	var list []*archive
	for _, name := range slices.Sorted(maps.Keys(s.archives)) {
		a, _ := s.archive(name)
		list = append(list, a)
	}
	return list
}

// keep stores an accepted event in the archives of its bus, at once. AWS may take ten
// minutes.
func (s *Service) keep(b *bus, event *Event, decoded *pattern.Event, size int) {
	for _, a := range s.sortedArchives() {
		if a.bus != b.name || a.pattern != nil && !a.pattern.MatchEvent(decoded) {
			continue
		}
		a.events = append(a.events, archived{*event, s.w.Now(), size})
		a.bytes += size
		s.w.Tell(Archived{a.name, size})
		for a.bytes > s.archiveLimit {
			s.w.Tell(Unarchived{a.name, a.events[0].event})
			a.forget(1)
		}
	}
}

// expire removes the events that are older than the archive's retention. AWS does that
// with a delay.
func (a *archive) expire(now time.Time) {
	if a.days == 0 {
		return
	}
	oldest := now.Add(-time.Duration(a.days) * day)
	n := 0
	for n < len(a.events) && a.events[n].at.Before(oldest) {
		n++
	}
	a.forget(n)
}

func (a *archive) forget(n int) {
	for i := range n {
		a.bytes -= a.events[i].size
		a.events[i] = archived{} // free the text
	}
	a.events = a.events[n:]
}
