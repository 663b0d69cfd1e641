package history

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Verdict says what became of a change, or of one of its keys.
type Verdict string

// The verdicts.
const (
	// Won: it is what the profile says of the key.
	Won Verdict = "won"
	// Superseded: a later change says something else of the key, or it was inferred and
	// the person stated something.
	Superseded Verdict = "superseded"
	// Erased: a later replace, or a deletion by hand, covers it.
	Erased Verdict = "erased"
	// Refused: it breaks a rule of the contract.
	Refused Verdict = "refused"
	// TooOld: it was older than the horizon when it came.
	TooOld Verdict = "too_old"
	// Missing: it should have won, and the profile has nothing of it. It is on its
	// way, or in a dead-letter queue.
	Missing Verdict = "missing"
)

// A Key is what became of one key of a change.
type Key struct {
	Name    string
	Value   events.Value
	Verdict Verdict
	By      events.Stamp // of the change that superseded or erased it; zero: a deletion by hand
}

// A Judgement is what became of a change.
type Judgement struct {
	Change
	Verdict Verdict
	By      events.Stamp // of the change that erased it, or superseded the whole of it
	Keys    []Key        // ascending by name; nil where the change was erased

	// Announced is the first announcement that names the change; nil: none does. A
	// change that was overtaken before it was announced has none.
	Announced *Announcement
}

// A Judge knows the merge of all that is kept of a user.
type Judge struct {
	user      *User
	state     events.State    // the merge of changes, mark and profile
	profile   *events.Profile // nil: not known
	byKey     map[register][]events.Stamp
	announced map[events.Stamp]*Announcement
}

// A register is one of a key's two.
type register struct {
	origin events.Origin
	key    string
}

// origins are those of a key's registers.
var origins = [...]events.Origin{events.Stated, events.Inferred}

// Judge merges what is kept, and the stored profile where it is known.
func (u *User) Judge(profile *events.Profile) *Judge {
	j := &Judge{user: u, profile: profile, byKey: map[register][]events.Stamp{}, announced: map[events.Stamp]*Announcement{}}
	j.state.Merge(events.State{Cleared: u.Erased.Cleared})
	for i := range u.Changes {
		if said := u.Changes[i].Said; said != nil {
			j.state.Apply(said)
			for key := range said.Preferences {
				r := register{said.Origin, key}
				j.byKey[r] = append(j.byKey[r], said.ID)
			}
		}
	}
	if profile != nil {
		j.state.Merge(profile.State)
	}
	for _, origin := range origins {
		for key, e := range j.state.Register(origin) {
			r := register{origin, key}
			j.byKey[r] = append(j.byKey[r], e.Stamp) // of the profile alone, where the history lacks it
		}
	}
	for key := range j.byKey {
		slices.SortFunc(j.byKey[key], events.Stamp.Compare)
	}
	for i := range u.Announcements {
		for _, id := range u.Announcements[i].CausedBy {
			if j.announced[id] == nil {
				j.announced[id] = &u.Announcements[i]
			}
		}
	}
	return j
}

// State is the merge of all that is known.
func (j *Judge) State() *events.State { return &j.state }

// Refusals returns the refused changes. One that an erasure covers tells neither its field
// nor its bot, also before the history has erased that.
func (j *Judge) Refusals() []Refusal {
	refusals := slices.Clone(j.user.Refusals)
	for i := range refusals {
		if r := &refusals[i]; r.At.Before(j.state.Cleared) {
			r.Field, r.Source = "", ""
		}
	}
	return refusals
}

// Change finds and judges a change that was accepted.
func (j *Judge) Change(id events.Stamp) (Judgement, bool) {
	i, found := slices.BinarySearchFunc(j.user.Changes, id, func(c Change, id events.Stamp) int { return c.ID.Compare(id) })
	if !found {
		return Judgement{}, false
	}
	return j.judge(&j.user.Changes[i]), true
}

// All judges every change that was accepted, in ascending order of the ids.
func (j *Judge) All() []Judgement {
	all := make([]Judgement, len(j.user.Changes))
	for i := range j.user.Changes {
		all[i] = j.judge(&j.user.Changes[i])
	}
	return all
}

func (j *Judge) judge(c *Change) Judgement {
	result := Judgement{Change: *c, Announced: j.announced[c.ID]}
	if c.Said == nil || c.ID.Before(j.state.Cleared) && !j.holds(c.ID) {
		result.Verdict, result.By = Erased, j.eraser()
		result.Said, result.Source = nil, ""
		return result
	}
	missing := j.profile != nil && !j.profile.Reflects(c.Said)
	for _, key := range c.Said.Preferences.Keys() {
		result.Keys = append(result.Keys, j.key(c, key, missing))
	}
	result.Verdict, result.By = overall(c, result.Keys, missing && j.showsBefore(c.ID))
	return result
}

// key compares one key of a change that is not below the fence with the merge.
func (j *Judge) key(c *Change, name string, missing bool) Key {
	k := Key{Name: name, Value: c.Said.Preferences[name], Verdict: Won}
	switch next, superseded := j.next(register{c.Said.Origin, name}, c.ID); {
	case superseded:
		k.Verdict, k.By = Superseded, next
	case j.overrules(name, c):
		k.Verdict, k.By = Superseded, j.state.Entries[name].Stamp
	case missing && j.lacks(name, c):
		k.Verdict = Missing
	}
	return k
}

// overrules tells whether what the person stated hides what a change inferred, also if it
// was stated before.
func (j *Judge) overrules(key string, c *Change) bool {
	if c.Said.Origin != events.Inferred || c.Said.Preferences[key] == events.Unset {
		return false
	}
	stated, known := j.state.Entries[key]
	return known && (stated.Value != events.Unset || stated.Stamp.After(c.ID))
}

// lacks tells whether the profile does not show one key as a change said. A forgotten key
// that the profile knows nothing of was forgotten: its stamp goes after a while.
func (j *Judge) lacks(key string, c *Change) bool {
	stored, known := j.profile.Register(c.Said.Origin)[key]
	forgotten := c.Said.Preferences[key] == events.Unset && !known
	return stored.Stamp.Before(c.ID) && !forgotten
}

// holds tells whether the profile has something of a change. After a deletion by hand, a
// change that was said before may still come and be stored.
func (j *Judge) holds(id events.Stamp) bool {
	if j.profile == nil {
		return false
	}
	for _, origin := range origins {
		for _, e := range j.profile.Register(origin) {
			if e.Stamp == id && !id.Before(j.profile.Cleared) {
				return true
			}
		}
	}
	return false
}

// showsBefore tells whether the profile shows something that is older than a replace. If
// not, the replace did its work, or has none: a fence goes with an expired profile.
func (j *Judge) showsBefore(id events.Stamp) bool {
	if j.profile == nil {
		return false
	}
	for _, origin := range origins {
		for _, e := range j.profile.Register(origin) {
			if e.Value != events.Unset && !e.Stamp.Before(j.profile.Cleared) && e.Stamp.Before(id) {
				return true
			}
		}
	}
	return false
}

// next is the id of the change that directly follows another one of the same register.
func (j *Judge) next(r register, id events.Stamp) (events.Stamp, bool) {
	for _, other := range j.byKey[r] {
		if other.After(id) {
			return other, true
		}
	}
	return events.Stamp{}, false
}

// eraser is the change that raised the fence; zero where that was a deletion by hand.
func (j *Judge) eraser() events.Stamp {
	by := j.state.Cleared
	known := j.profile != nil && j.profile.Cleared == by || slices.ContainsFunc(j.user.Changes, func(c Change) bool { return c.ID == by })
	for i := range j.user.Announcements {
		known = known || slices.Contains(j.user.Announcements[i].CausedBy, by)
	}
	if !known {
		return events.Stamp{}
	}
	return by
}

// overall is the verdict of a whole change: it won where any part of it did. remains: the
// profile shows something that a replace should have covered.
func overall(c *Change, keys []Key, remains bool) (Verdict, events.Stamp) {
	if c.Said.Replace { // the fence is not above it, so it is this change's own
		if remains || slices.ContainsFunc(keys, func(k Key) bool { return k.Verdict == Missing }) {
			return Missing, events.Stamp{}
		}
		return Won, events.Stamp{}
	}
	verdict, by := Superseded, events.Stamp{}
	for i, k := range keys {
		switch {
		case k.Verdict == Won:
			return Won, events.Stamp{}
		case k.Verdict == Missing:
			verdict = Missing
		case i == 0 || k.By == by:
			by = k.By
		default:
			by = events.Stamp{} // different ones
		}
	}
	if verdict == Missing {
		by = events.Stamp{}
	}
	return verdict, by
}

// VerdictOf is the verdict of a refused change.
func (r *Refusal) VerdictOf() Verdict {
	if r.Code == events.TooOld {
		return TooOld
	}
	return Refused
}
