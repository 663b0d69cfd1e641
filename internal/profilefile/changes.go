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
	return valid(append(changes, i.aged(&l, old)...), now)
}

// Changes makes the changes of a line, each with an id that stays when the line is
// imported again. Its error is that of Parse, an *events.Refusal, or Read's.
func (i *Importer) Changes(ctx context.Context, number int64, text []byte, now time.Time) ([]events.PreferenceChange, error) {
	l, err := i.parse(text)
	if err != nil {
		return nil, &bulk.LineError{Err: err}
	}
	changes, old := i.split(number, &l)
	if len(old) > 0 {
		stored, err := i.Read(ctx, l.UserID)
		if err != nil {
			return nil, err
		}
		changes = append(changes, i.aged(&l, missing(&l, old, &stored))...)
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
// of those that are too old for that.
func (i *Importer) split(number int64, l *Line) (changes []events.PreferenceChange, old []string) {
	if l.Stamps == nil {
		for part, keys := range parts(l.Preferences, l.Preferences.Keys()) {
			id := bulk.ID(i.AsOf, i.Digest, number, part, l.UserID)
			changes = append(changes, events.PreferenceChange{ID: id, UserID: l.UserID, Preferences: pick(l.Preferences, keys)})
		}
		return changes, nil
	}
	said := map[events.Stamp]*events.PreferenceChange{}
	at := func(id events.Stamp) *events.PreferenceChange {
		if said[id] == nil {
			said[id] = &events.PreferenceChange{ID: id, UserID: l.UserID, Preferences: events.Preferences{}}
		}
		return said[id]
	}
	oldest := i.Oldest()
	if !l.Cleared.IsZero() && !l.Cleared.Time().Before(oldest) {
		at(l.Cleared).Replace = true
	}
	for _, key := range sortedKeys(l.Stamps) {
		value, isVisible := l.Preferences[key] // the zero Value of a forgotten key is Unset
		switch id := l.Stamps[key]; {
		case !id.Time().Before(oldest):
			at(id).Preferences[key] = value
		case isVisible && value != events.Unset:
			old = append(old, key)
		}
	}
	for _, id := range slices.SortedFunc(maps.Keys(said), events.Stamp.Compare) {
		changes = append(changes, *said[id])
	}
	return changes, old
}

// missing are the keys for which the profile has nothing as late as the line's value.
func missing(l *Line, keys []string, stored *events.Profile) (list []string) {
	for _, key := range keys {
		entry, known := stored.Entries[key]
		if l.Stamps[key].Before(stored.Cleared) || known && !entry.Stamp.Before(l.Stamps[key]) {
			continue
		}
		list = append(list, key)
	}
	return list
}

// aged makes the changes of values that are too old. Their ids depend on user and keys,
// and not on where the line is in the file.
func (i *Importer) aged(l *Line, keys []string) (changes []events.PreferenceChange) {
	for _, some := range parts(l.Preferences, keys) {
		hash := sha256.New()
		hash.Write([]byte(l.UserID))
		for _, key := range some {
			hash.Write([]byte("\n" + key + l.Stamps[key].String()))
		}
		var id events.Stamp
		binary.BigEndian.PutUint64(id[:8], uint64(i.Oldest().UnixMilli())<<16)
		copy(id[6:], hash.Sum(nil))
		changes = append(changes, events.PreferenceChange{ID: id, UserID: l.UserID, Preferences: pick(l.Preferences, some)})
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
