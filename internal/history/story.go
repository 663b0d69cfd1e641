package history

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Chapter is one thing that happened to a key. Exactly one of the pointers is set.
type Chapter struct {
	ID      events.Stamp // of the change; of a refusal without a readable id, its place in the order
	Change  *Judgement   // it said something of the key, replaced everything, or was erased
	Refusal *Refusal     // of any change of the user: what it said is not kept
	Unknown *Unknown     // the history has no such change
}

// An Unknown is a change that the profile or an announcement names, and that the history
// lacks. The bus did not carry it while the history was kept: it came by the queue alone,
// or earlier. Its bot and its conversation are not known.
type Unknown struct {
	Won       bool          // the profile's value, or its tombstone, is of this change
	Announced *Announcement // the first one that names it; nil: none that is kept
}

// Story is all that is known of a key, in the order in which changes count. An unknown
// change belongs to it in three cases: the profile has the key from it, it raised the
// fence, or an announcement that names it changed the key.
func (j *Judge) Story(key string) []Chapter {
	return j.tell(func(name string) bool { return name == key }, false)
}

// Whole is the story of all keys, and of what names none.
func (j *Judge) Whole() []Chapter {
	return j.tell(func(string) bool { return true }, true)
}

// tell is the story of some keys. whole: of what names no key too.
func (j *Judge) tell(about func(key string) bool, whole bool) []Chapter {
	var story []Chapter
	for _, judged := range j.All() {
		if judged.Said == nil || judged.Said.Replace || slices.ContainsFunc(judged.Keys, func(k Key) bool { return about(k.Name) }) {
			story = append(story, Chapter{ID: judged.ID, Change: &judged})
		}
	}
	for _, r := range j.Refusals() {
		story = append(story, Chapter{ID: r.At, Refusal: &r})
	}
	for id, u := range j.unknown(about, whole) {
		story = append(story, Chapter{ID: id, Unknown: u})
	}
	slices.SortStableFunc(story, func(a, b Chapter) int { return a.ID.Compare(b.ID) })
	return story
}

func (j *Judge) unknown(about func(key string) bool, whole bool) map[events.Stamp]*Unknown {
	won := map[events.Stamp]bool{j.state.Cleared: true}
	for _, origin := range origins {
		for key, e := range j.state.Register(origin) {
			if about(key) {
				won[e.Stamp] = true
			}
		}
	}
	found := map[events.Stamp]*Unknown{}
	add := func(id events.Stamp) {
		_, kept := slices.BinarySearchFunc(j.user.Changes, id, func(c Change, id events.Stamp) int { return c.ID.Compare(id) })
		if kept || id.IsZero() || found[id] != nil {
			return
		}
		found[id] = &Unknown{Won: won[id], Announced: j.announced[id]}
	}
	for i := range j.user.Announcements {
		if a := &j.user.Announcements[i]; whole || slices.ContainsFunc(a.ChangedKeys, about) {
			for _, id := range a.CausedBy {
				add(id)
			}
		}
	}
	if j.profile != nil {
		for _, origin := range origins {
			for key, e := range j.profile.Register(origin) {
				if about(key) {
					add(e.Stamp)
				}
			}
		}
		add(j.profile.Cleared)
	}
	return found
}

// Key is what became of one key of a judged change; false where it says nothing of it.
func (j *Judgement) Key(name string) (Key, bool) {
	for _, k := range j.Keys {
		if k.Name == name {
			return k, true
		}
	}
	return Key{}, false
}
