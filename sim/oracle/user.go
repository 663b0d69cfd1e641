package oracle

// user is what the table and the bus showed of one user.
type user struct {
	id         string
	last       int64 // the greatest revision
	fence      string
	stamps     map[string]bool     // that any image had
	revisions  map[int64]*revision // by number
	generation int64               // the last revision before the item was made
	announced  []span
	named      []int64 // revisions that dead letters name
	copies     []*copied
	latest     map[string]string // visible, as the table has it now
}

// revision is one state of a profile: the first and the last image of it.
type revision struct {
	first, last *Image
	before      int64 // the last revision before the item was made
}

// span says that an announcement led from one revision (not included) to another.
type span struct{ from, to int64 }

func newUser(id string) *user {
	return &user{
		id: id, stamps: map[string]bool{}, revisions: map[int64]*revision{}, latest: map[string]string{},
		copies: []*copied{{patches: false}, {patches: true}},
	}
}

// Written says that the table replaced a user's item. nil: there was or is none.
func (l *Log) Written(id string, old, image *Image) {
	u := l.user(id)
	u.latest = image.visible()
	if image == nil {
		l.removed(u, old)
		return
	}
	if old == nil {
		u.generation = u.last
	}
	l.revisionGrows(u, old, image)
	l.erasure(u, image)
	l.somethingNew(u, old, image)
	l.onlyAccepted(u, image)
	u.note(image)
}

func (u *user) note(image *Image) {
	for s := range image.stamps() {
		u.stamps[s] = true
	}
	u.last = max(u.last, image.Revision)
	if r := u.revisions[image.Revision]; r != nil {
		r.last = image
		return
	}
	u.revisions[image.Revision] = &revision{first: image, last: image, before: u.generation}
}

// removed: an item may only go when nobody sees anything in it.
func (l *Log) removed(u *user, old *Image) {
	if len(old.visible()) > 0 {
		l.broken(G1, "the item of %s was removed with %s in it", u.id, show(old.visible()))
	}
}

// onlyAccepted: every stamp in the table belongs to a change that was taken.
func (l *Log) onlyAccepted(u *user, image *Image) {
	for s := range image.stamps() {
		if k := l.changes[u.id+"\x00"+s]; k == nil || !k.taken {
			l.broken(G1, "the item of %s has the stamp %s, and there is no such change", u.id, s)
		}
	}
}
