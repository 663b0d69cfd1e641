package oracle

import (
	"maps"
	"slices"
)

// copied is the copy of one user's profile that a subscriber keeps by the contract's
// rule.
type copied struct {
	patches  bool // apply changes where they fit, instead of replacing the copy
	inbox    []*announcement
	revision int64
	values   map[string]string
	blind    bool // the last announcement was truncated
}

// Deliver delivers one of a user's announcements to a subscriber, in any order and any
// number of times. pick chooses one of n announcements, n >= 1. Announcements that were
// never delivered are delivered when the history is quiet.
func (l *Log) Deliver(userID string, subscriber int, pick func(n int) int) {
	u := l.users[userID]
	if u == nil {
		return
	}
	c := u.copies[subscriber%len(u.copies)]
	if len(c.inbox) > 0 {
		l.take(u, c, c.inbox[pick(len(c.inbox))])
	}
}

// Users returns the known users, sorted.
func (l *Log) Users() []string { return sorted(l.users) }

// take applies an announcement to a copy. The copy must then show what its revision
// showed.
func (l *Log) take(u *user, c *copied, a *announcement) {
	c.take(a)
	if a.Truncated || c.revision == 0 {
		c.blind = a.Truncated // until it reads the profile over HTTP, or gets a complete announcement
		return
	}
	if want := u.revisions[c.revision].first.visible(); !c.blind && !maps.Equal(c.values, want) {
		l.broken(G5, "a subscriber's copy of %s is %s at revision %d, which is %s", u.id, show(c.values), c.revision, show(want))
	}
}

// take implements the subscriber's rule.
func (c *copied) take(a *announcement) {
	if a.Revision <= c.revision {
		return
	}
	if c.patches && a.Previous == c.revision && c.revision != 0 && a.Changes != nil {
		c.values = patched(c.values, texts(a.Changes))
	} else {
		c.values = texts(a.Preferences)
	}
	c.revision = a.Revision
}

func patched(values, changes map[string]string) map[string]string {
	next := maps.Clone(values)
	for key, value := range changes {
		if value == "null" {
			delete(next, key)
			continue
		}
		next[key] = value
	}
	return next
}

// subscribersConverged delivers all announcements once more, the last one first, and
// compares the copies with the profile. A subscriber cannot know what only a dead
// letter names, nor what was too large to be announced whole.
func (l *Log) subscribersConverged(u *user) {
	announced := slices.ContainsFunc(u.copies[0].inbox, func(a *announcement) bool { return a.Revision == u.last })
	if !announced && slices.Contains(u.named, u.last) || u.last == 0 {
		return
	}
	for _, c := range u.copies {
		truncated := false
		for _, a := range slices.Backward(c.inbox) {
			truncated = truncated || a.Truncated && a.Revision == u.last
			l.take(u, c, a)
		}
		if !truncated && !maps.Equal(c.values, u.latest) {
			l.broken(G5, "a subscriber's copy of %s is %s at revision %d, and the profile is %s at %d", u.id, show(c.values), c.revision, show(u.latest), u.last)
		}
	}
}

// kept is the copy of a user in a subscriber that uses the pipeline's own package.
type kept struct {
	revision int64
	values   map[string]string
	stale    bool // it knows that it does not have the values
}

// Copied reports the current copy of a user in such a subscriber. inferred are the keys
// that it takes for inferred.
func (l *Log) Copied(userID string, subscriber int, revision int64, values map[string]string, inferred []string, stale bool) {
	u := l.user(userID)
	last := u.kept[subscriber]
	u.kept[subscriber] = &kept{revision, values, stale}
	r := u.revisions[revision]
	switch {
	case last != nil && revision < last.revision:
		l.broken(G5, "a subscriber's copy of %s went from revision %d back to %d", userID, last.revision, revision)
	case revision == 0:
	case r == nil:
		l.broken(G5, "a subscriber's copy of %s is of the revision %d, which the table never had", userID, revision)
	case stale && !l.heavy:
		l.broken(G5, "a subscriber does not know what %s is at the revision %d, which is small", userID, revision)
	case !stale && !maps.Equal(values, r.first.visible()):
		l.broken(G5, "a subscriber keeps %s of %s at revision %d, which is %s", show(values), userID, revision, show(r.first.visible()))
	case !stale && !slices.Equal(inferred, r.first.inferredKeys()):
		l.broken(G5, "a subscriber takes %v of %s for inferred at revision %d, and it is %v", inferred, userID, revision, r.first.inferredKeys())
	}
}

// copiesConverged compares the copies of real subscribers with the last announcement.
// By now they have received all announcements.
func (l *Log) copiesConverged(u *user) {
	last := int64(0)
	for _, a := range u.copies[0].inbox {
		last = max(last, a.Revision)
	}
	for _, number := range sorted(u.kept) {
		switch k := u.kept[number]; {
		case k.revision != last:
			l.broken(G5, "a subscriber's copy of %s ends at the revision %d, and %d was announced", u.id, k.revision, last)
		case last == u.last && !k.stale && !maps.Equal(k.values, u.latest):
			l.broken(G5, "a subscriber ends with %s of %s, and the profile is %s", show(k.values), u.id, show(u.latest))
		}
	}
}
