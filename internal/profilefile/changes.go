package profilefile

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/bulk"
)

// Margin is how much younger than the pipeline's limit a change is when it is published:
// the queue and redriving need their time too.
const Margin = 24 * time.Hour

// An Importer makes the changes of lines. Set its fields once.
type Importer struct {
	// Began is when the import began, also one that resumes. A value that is more than
	// Horizon - Margin older counts from that limit.
	Began time.Time
	// AsOf is when lines without stamps count from. Zero: such lines are refused.
	AsOf   time.Time
	Digest bulk.Digest // of the file
	// Read reads what is stored of a user. It is called for values that are too old.
	Read func(ctx context.Context, userID string) (events.Profile, error)
}

// Oldest is the time from which older values count.
func (i *Importer) Oldest() time.Time { return timeOf(i.Began).Add(Margin - events.Horizon) }

// Check returns why a line cannot be imported, as far as the line itself says.
func (i *Importer) Check(number int64, text []byte, now time.Time) error {
	l, err := i.parse(text)
	if err != nil {
		return err
	}
	changes, old := i.split(number, &l)
	for _, origin := range origins {
		changes = append(changes, i.aged(&l, origin, old[origin])...)
	}
	return valid(changes, now)
}

// Changes makes the changes of a line, each with an id that stays when the line is
// imported again. Its error is that of Parse, an *events.Refusal, or Read's.
func (i *Importer) Changes(ctx context.Context, number int64, text []byte, now time.Time) ([]events.PreferenceChange, error) {
	l, err := i.parse(text)
	if err != nil {
		return nil, &bulk.LineError{Err: err}
	}
	changes, old := i.split(number, &l)
	if len(old[events.Stated])+len(old[events.Inferred]) > 0 {
		stored, err := i.Read(ctx, l.UserID)
		if err != nil {
			return nil, err
		}
		for _, origin := range origins {
			changes = append(changes, i.aged(&l, origin, missing(&l, origin, old[origin], &stored))...)
		}
	}
	return changes, valid(changes, now)
}

func (i *Importer) parse(text []byte) (Line, error) {
	l, err := Parse(text)
	if err == nil && l.Stamps == nil && i.AsOf.IsZero() {
		err = errors.New("stamps: are missing, and nothing says when this was said")
	}
	return l, err
}

func valid(changes []events.PreferenceChange, now time.Time) error {
	for _, c := range changes {
		if err := cmp.Or(c.Validate(), events.CheckTime(c.ID, now)); err != nil {
			return err
		}
	}
	return nil
}

// split makes the changes that can be published as they were said, and returns the keys
// of those that are too old for that, by origin.
func (i *Importer) split(number int64, l *Line) (changes []events.PreferenceChange, old [2][]string) {
	if l.Stamps == nil {
		for part, keys := range parts(l.Preferences, l.Preferences.Keys()) {
			id := bulk.ID(i.AsOf, i.Digest, number, part, l.UserID)
			changes = append(changes, events.PreferenceChange{ID: id, UserID: l.UserID, Preferences: pick(l.Preferences, keys)})
		}
		return changes, old
	}
	oldest := i.Oldest()
	for _, origin := range origins {
		said := map[events.Stamp]*events.PreferenceChange{}
		at := func(id events.Stamp) *events.PreferenceChange {
			if said[id] == nil {
				said[id] = &events.PreferenceChange{ID: id, UserID: l.UserID, Origin: origin, Preferences: events.Preferences{}}
			}
			return said[id]
		}
		if origin == events.Stated && !l.Cleared.IsZero() && !l.Cleared.Time().Before(oldest) {
			at(l.Cleared).Replace = true
		}
		entries := l.entries(origin)
		for _, key := range sortedKeys(entries) {
			switch e := entries[key]; {
			case !e.Stamp.Time().Before(oldest):
				at(e.Stamp).Preferences[key] = e.Value
			case e.Value != events.Unset:
				old[origin] = append(old[origin], key)
			}
		}
		for _, id := range slices.SortedFunc(maps.Keys(said), events.Stamp.Compare) {
			changes = append(changes, *said[id])
		}
	}
	return changes, old
}

// origins are those of a key's registers.
var origins = [...]events.Origin{events.Stated, events.Inferred}

// entries are the registers of one origin of a line with stamps.
func (l *Line) entries(origin events.Origin) map[string]events.Entry {
	if origin == events.Inferred {
		return l.Inferred
	}
	stated := make(map[string]events.Entry, len(l.Stamps))
	for key, stamp := range l.Stamps {
		stated[key] = events.Entry{Value: l.Preferences[key], Stamp: stamp} // the zero Value of a forgotten key is Unset
	}
	return stated
}

// missing are the keys for which the profile has nothing as late as the line's value.
func missing(l *Line, origin events.Origin, keys []string, stored *events.Profile) (list []string) {
	entries := l.entries(origin)
	for _, key := range keys {
		entry, known := stored.Register(origin)[key]
		if entries[key].Stamp.Before(stored.Cleared) || known && !entry.Stamp.Before(entries[key].Stamp) {
			continue
		}
		list = append(list, key)
	}
	return list
}

// aged makes the changes of values that are too old. Their ids depend on user and keys,
// and not on where the line is in the file.
func (i *Importer) aged(l *Line, origin events.Origin, keys []string) (changes []events.PreferenceChange) {
	entries := l.entries(origin)
	values := events.Preferences{}
	for _, key := range keys {
		values[key] = entries[key].Value
	}
	for _, some := range parts(values, keys) {
		hash := sha256.New()
		hash.Write([]byte(l.UserID))
		if origin == events.Inferred {
			hash.Write([]byte("\ninferred"))
		}
		for _, key := range some {
			hash.Write([]byte("\n" + key + entries[key].Stamp.String()))
		}
		var id events.Stamp
		binary.BigEndian.PutUint64(id[:8], uint64(i.Oldest().UnixMilli())<<16)
		copy(id[6:], hash.Sum(nil))
		changes = append(changes, events.PreferenceChange{ID: id, UserID: l.UserID, Origin: origin, Preferences: pick(values, some)})
	}
	return changes
}

// partBytes is how many bytes of keys and values one change gets: with what else a change
// has it stays below MaxChangeBytes. A single value may have MaxValueBytes more.
const partBytes = events.MaxChangeBytes - 2*events.MaxValueBytes

// parts cuts keys so that each part fits into one change.
func parts(p events.Preferences, keys []string) (list [][]string) {
	var part []string
	size := 0
	for _, key := range keys {
		bytes := len(key) + p[key].Len() + len(`"":,`)
		if len(part) > 0 && (len(part) == events.MaxChangeKeys || size+bytes > partBytes) {
			list, part, size = append(list, part), nil, 0
		}
		part, size = append(part, key), size+bytes
	}
	if len(part) > 0 {
		list = append(list, part)
	}
	return list
}

// pick is what p has of some keys.
func pick(p events.Preferences, keys []string) events.Preferences {
	some := events.Preferences{}
	for _, key := range keys {
		some[key] = p[key]
	}
	return some
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
