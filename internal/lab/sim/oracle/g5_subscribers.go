package oracle

import (
	"maps"
	"slices"
)

// copied is the copy of one user's profile that a subscriber keeps by the rule
// of the contract.
type copied struct {
	patches  bool // apply changes where they fit, instead of replacing the copy
	inbox    []*announcement
	revision int64
	values   map[string]string
	blind    bool // the last announcement was too large to be whole
}

// Deliver hands a subscriber one of the announcements of a user, in any order
// and as often as the caller likes: pick chooses among n, which is at least 1.
// What was never handed out is delivered when the history is quiet.
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

// Users are the users heard of so far, sorted.
func (l *Log) Users() []string { return sorted(l.users) }

// take has a copy take an announcement: it then shows what its revision showed.
func (l *Log) take(u *user, c *copied, a *announcement) {
	c.take(a)
	if a.Truncated || c.revision == 0 {
		c.blind = a.Truncated // until it reads the profile over HTTP, or is told all of it
		return
	}
	if want := u.revisions[c.revision].first.visible(); !c.blind && !maps.Equal(c.values, want) {
		l.broken(G5, "a subscriber's copy of %s is %s at revision %d, which is %s", u.id, show(c.values), c.revision, show(want))
	}
}

// take is the subscriber's rule.
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

// subscribersConverged delivers all of it once more, last first, and compares.
// A subscriber cannot know what only a dead letter names, nor what was too large
// to be announced whole.
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

// kept is what a subscriber that uses the pipeline's own kit has of a user.
type kept struct {
	revision int64
	values   map[string]string
	stale    bool // it knows that it does not have the values
}

// Copied says what such a subscriber's copy of a user is now.
func (l *Log) Copied(userID string, subscriber int, revision int64, values map[string]string, stale bool) {
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
	}
}

// copiesConverged holds the copies of real subscribers to the last announcement,
// for by now they were given all of them.
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
