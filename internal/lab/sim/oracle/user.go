package oracle

// user is what the table and the bus showed of one user.
type user struct {
	id         string
	last       int64 // the greatest revision
	fence      string
	stamps     map[string]bool     // of all images
	recent     map[string]bool     // of all images since somebody deleted the item by hand
	seen       map[place]bool      // where images had stamps since then
	images     []written           // all of them, in order; nil for no item
	present    bool                // there is an item
	removals   int                 // how often it was removed
	byHand     bool                // somebody is deleting the item by hand
	deletedAt  int                 // how many writes the log knew at the last deletion by hand
	revisions  map[int64]*revision // by number
	generation int64               // the last revision before the item was created
	announced  []span
	named      []int64 // revisions that dead letters name
	copies     []*copied
	kept       map[int]*kept     // copies that real subscribers keep, by subscriber
	latest     map[string]string // visible values, as the table has them now
	said       map[string]string // the greatest stamp of what was stated or unset, by key

	late map[string]lateness // by stamp: how it arrived when it was stored

	history *recorded // what is kept of the user's changes; nil: nothing
}

// revision is one state of a profile: its first and last image.
type revision struct {
	first, last *Image
	before      int64  // the last revision before the item was created
	removed     *Image // what somebody deleted by hand; nil: the table had this revision
}

// place is where a stamp occurs: in a key, or in the fence if key is "".
type place struct{ key, stamp string }

// written is an image, how many writes the log then knew, and who wrote it.
type written struct {
	number int
	image  *Image
	by     *Invocation // nil: not a function that is known
}

// span says that an announcement led from one revision (not included) to another.
type span struct{ from, to int64 }

func newUser(id string) *user {
	return &user{
		id: id, stamps: map[string]bool{}, recent: map[string]bool{}, seen: map[place]bool{}, revisions: map[int64]*revision{}, latest: map[string]string{},
		copies: []*copied{{patches: false}, {patches: true}}, kept: map[int]*kept{}, said: map[string]string{},
	}
}

// Written reports that the table replaced a user's item. by is the invocation of apply
// that did it, or nil. A nil image means that there was or is no item.
func (l *Log) Written(id string, old, image *Image, by *Invocation) {
	u := l.user(id)
	l.writes++
	u.latest, u.present = image.visible(), image != nil
	u.images = append(u.images, written{l.writes, image, by})
	if image == nil {
		u.removals++
		l.removed(u, old)
		return
	}
	if old == nil {
		u.generation = u.last
	}
	l.revisionGrows(u, old, image)
	l.erasure(u, image)
	l.overruled(u, image)
	l.expiry(u, image)
	l.withinLimits(u, image)
	l.traced(u, old, image)
	l.somethingNew(u, old, image)
	l.onlyAccepted(u, image)
	if by != nil {
		for s := range image.stamps() {
			if !old.stamps()[s] {
				by.wrote[identity(id, s)] = true
			}
		}
		l.landed(by, u, old, image)
	}
	u.addStamps(image)
}

func (u *user) addStamps(image *Image) {
	for key, e := range image.Entries {
		u.seen[place{key, e.Stamp}] = true
	}
	u.seen[place{"", image.Cleared}] = true
	for s := range image.stamps() {
		u.stamps[s], u.recent[s] = true, true
	}
	u.last = max(u.last, image.Revision)
	if r := u.revisions[image.Revision]; r != nil {
		r.last = image
		return
	}
	u.revisions[image.Revision] = &revision{first: image, last: image, before: u.generation}
}

// removed checks that an item is removed only when no reader sees anything in it, unless
// somebody does it by hand.
func (l *Log) removed(u *user, old *Image) {
	if u.byHand {
		u.deleted(old, l.writes)
		return
	}
	if len(old.visible()) > 0 {
		l.broken(G1, "the item of %s was removed with %s in it", u.id, show(old.visible()))
	}
}

// onlyAccepted checks that every stamp in the table belongs to an accepted change.
func (l *Log) onlyAccepted(u *user, image *Image) {
	for _, s := range sorted(image.stamps()) {
		if k := l.changes[identity(u.id, s)]; k == nil || !k.taken {
			l.broken(G1, "the item of %s has the stamp %s, and there is no such change", u.id, s)
		}
	}
}
