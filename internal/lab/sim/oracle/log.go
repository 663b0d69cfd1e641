package oracle

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// A Log observes one history. Call its methods in the order in which things happen.
// Call Quiet once, when nothing is on its way any more.
type Log struct {
	violation *Violation
	poison    map[string]string // code by detail
	changes   map[string]*known // by identity
	read      map[string]*known // by body, so that each is decoded once
	users     map[string]*user
	letters   map[string]int // bodies in the change queue's dead-letter queue, and how often
	matched   map[string]int // envelopes on their way from the bus to the queue
	heavy     bool           // profiles may reach their limits
	full      bool           // profiles have nearly as many keys as they may have
	writes    int            // to the table
}

// known is one change and its outcome.
type known struct {
	change   *Change
	taken    bool            // by the bus or the queue
	accepted bool            // by a consumer that also acknowledged it
	began    int             // how many writes the log knew when the last such consumer began
	bodies   map[string]bool // the messages that contained it
}

// Full says that profiles have nearly as many keys as they may have. A batch that does
// not fit as a whole is then written change by change, and a write may make room first.
func (l *Log) Full() { l.full = true }

// New returns a Log. heavy says that the history writes profiles that are large enough
// to be refused as profile_too_large.
func New(heavy bool) *Log {
	return &Log{
		poison: map[string]string{}, changes: map[string]*known{}, read: map[string]*known{}, users: map[string]*user{},
		letters: map[string]int{}, matched: map[string]int{}, heavy: heavy,
	}
}

// Poison declares that a detail, or a whole body, must be refused with the code.
func (l *Log) Poison(text, code string) { l.poison[text] = code }

// poisonOf returns the code with which a body must be refused at any time.
func (l *Log) poisonOf(body string) string {
	if l.read[body] != nil {
		return ""
	}
	if code := l.poison[body]; code != "" {
		return code
	}
	return l.poison[detailOf(body)]
}

// change returns the change in a body; nil for poison.
func (l *Log) change(body string) *known {
	if k := l.read[body]; k != nil {
		return k
	}
	if l.poisonOf(body) != "" {
		return nil
	}
	c, err := readChange(body)
	if err != nil {
		l.broken(G2, "a message that nobody sent is in the queue: %v", err)
		return nil
	}
	id := c.identity()
	k := l.changes[id]
	if k == nil {
		k = &known{change: c, bodies: map[string]bool{}}
		l.changes[id] = k
	}
	k.bodies[body] = true
	l.read[body] = k
	return k
}

func (l *Log) user(id string) *user {
	u := l.users[id]
	if u == nil {
		u = newUser(id)
		l.users[id] = u
	}
	return u
}

// Matched reports that the bus must deliver this body to the change queue.
func (l *Log) Matched(body string) {
	l.matched[body]++
	if k := l.change(body); k != nil {
		k.taken = true
	}
}

// Queued reports that the change queue accepted a body.
func (l *Log) Queued(body string) {
	if l.matched[body]--; l.matched[body] <= 0 {
		delete(l.matched, body)
	}
	l.Again(body)
}

// Again reports that the change queue accepted a copy of a body that it had been sent
// before.
func (l *Log) Again(body string) {
	if k := l.change(body); k != nil {
		k.taken = true
	}
}

// Dropped reports that the bus dropped an event without a dead letter.
func (l *Log) Dropped(body, reason string) {
	l.broken(G2, "the bus dropped an event (%s): %.200s", reason, body)
}

// Confirmed reports that a publisher was told that its change was accepted.
func (l *Log) Confirmed(c *Change) {
	k := l.changes[c.identity()]
	switch {
	case k == nil || !k.taken:
		l.broken(G2, "a publisher was told that its change was taken, and it was not: %s", c)
	case !maps.Equal(k.change.Set, c.Set) || k.change.Replace != c.Replace || k.change.Inferred != c.Inferred:
		l.broken(G2, "what was taken is not what was published: %s, not %s", k.change, c)
	case k.change.Trace != c.Trace:
		l.broken(G4, "a change was published with the trace %q and taken with %q: %s", c.Trace, k.change.Trace, c)
	}
}

// Denied reports that a publisher was told that its change was certainly not accepted.
func (l *Log) Denied(c *Change) {
	if k := l.changes[c.identity()]; k != nil && k.taken {
		l.broken(G2, "a publisher was told that its change was not taken, and it was: %s", c)
	}
}

// expected returns the changes of a user that count: those that were acknowledged as
// merged, and those whose stamps the table showed at any time. A deletion by hand undoes
// those before it.
func (l *Log) expected(u *user) []*Change {
	var all []*Change
	for _, k := range l.changes {
		if k.change.User == u.id && u.remains(k) {
			all = append(all, k.change)
		}
	}
	return all
}

// Quiet checks the end of the history against G1 to G5. items is the content of the
// table; now is the clock.
func (l *Log) Quiet(items map[string]*Image, now time.Time) {
	for id := range items {
		l.user(id)
	}
	for _, k := range l.changes {
		l.user(k.change.User)
	}
	for _, id := range sorted(l.users) {
		u := l.users[id]
		l.converged(u, items[id])
		l.erasedForGood(u, items[id])
		l.deadForGood(u, items[id])
		l.allAnnounced(u)
		l.subscribersConverged(u)
		l.copiesConverged(u)
	}
	l.nothingLost()
}

// sorted returns the keys of a map in order: which violation is found first must not
// depend on the order of maps.
func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
