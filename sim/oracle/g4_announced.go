package oracle

import (
	"encoding/json"
	"maps"
	"slices"
)

// announcement is a PreferencesUpdated as a stranger reads it.
type announcement struct {
	User        string                     `json:"user_id"`
	Revision    int64                      `json:"revision"`
	Previous    int64                      `json:"previous_revision"`
	Changes     map[string]json.RawMessage `json:"changes"`
	Keys        []string                   `json:"changed_keys"`
	Preferences map[string]json.RawMessage `json:"preferences"`
	Truncated   bool                       `json:"truncated"`
	Erased      bool                       `json:"erased"`
	CausedBy    []string                   `json:"caused_by"`
	AsOf        string                     `json:"as_of"`
}

// Announced says that the bus took a PreferencesUpdated. Its content is held
// against the images of the two revisions that it names.
func (l *Log) Announced(detail string) {
	var a announcement
	if err := json.Unmarshal([]byte(detail), &a); err != nil {
		l.broken(G4, "an announcement is not JSON: %v", err)
		return
	}
	u := l.user(a.User)
	to := u.revisions[a.Revision]
	from := u.revisions[a.Previous]
	if to == nil || from == nil && a.Previous != 0 {
		l.broken(G4, "%s was announced from revision %d to %d, and the table never had both", a.User, a.Previous, a.Revision)
		return
	}
	if a.Revision <= a.Previous {
		l.broken(G9, "%s was announced from revision %d to %d", a.User, a.Previous, a.Revision)
	}
	if from == nil {
		from = &revision{}
		u.announced = append(u.announced, span{to.before, a.Revision})
	} else {
		u.announced = append(u.announced, span{a.Previous, a.Revision})
	}
	l.truthful(&a, from, to)
	for _, c := range u.copies {
		c.inbox = append(c.inbox, &a)
	}
}

func (l *Log) truthful(a *announcement, from, to *revision) {
	before, after := from.last.visible(), to.first.visible()
	changes := difference(before, after)
	switch {
	case a.Truncated && !l.heavy:
		l.broken(G4, "revision %d of %s was announced without its preferences, which are small", a.Revision, a.User)
	case !a.Truncated && !maps.Equal(texts(a.Preferences), after):
		l.broken(G4, "revision %d of %s was announced as %s and is %s", a.Revision, a.User, show(texts(a.Preferences)), show(after))
	case !a.Truncated && !maps.Equal(texts(a.Changes), changes):
		l.broken(G4, "the way from revision %d to %d of %s was announced as %s and is %s", a.Previous, a.Revision, a.User, show(texts(a.Changes)), show(changes))
	case !slices.Equal(a.Keys, slices.Sorted(maps.Keys(changes))):
		l.broken(G4, "changed_keys of revision %d of %s are %v", a.Revision, a.User, a.Keys)
	case a.Erased != (cleared(to.first) > cleared(from.last)):
		l.broken(G4, "erased of revision %d of %s is %v", a.Revision, a.User, a.Erased)
	case a.AsOf != to.first.latest() && a.AsOf != to.last.latest():
		l.broken(G4, "as_of of revision %d of %s is %s, not %s", a.Revision, a.User, a.AsOf, to.first.latest())
	}
	l.causes(a, from, to)
}

// causes: the stamps that are new. A removal within a revision may have taken
// stamps that nobody sees, from either of the two.
func (l *Log) causes(a *announcement, from, to *revision) {
	known, now, later := from.first.stamps(), to.first.counting(), to.last.counting()
	named := map[string]bool{}
	for _, s := range a.CausedBy {
		named[s] = true
		if !now[s] || known[s] && from.last.stamps()[s] {
			l.broken(G4, "revision %d of %s names the cause %s, which is not new in it", a.Revision, a.User, s)
		}
	}
	for s := range later {
		if !known[s] && !named[s] {
			l.broken(G4, "revision %d of %s does not name its cause %s", a.Revision, a.User, s)
		}
	}
}

func cleared(i *Image) string {
	if i == nil {
		return ""
	}
	return i.Cleared
}

func difference(before, after map[string]string) map[string]string {
	changes := map[string]string{}
	for key := range before {
		if _, still := after[key]; !still {
			changes[key] = "null"
		}
	}
	for key, value := range after {
		if before[key] != value {
			changes[key] = value
		}
	}
	return changes
}

func texts(raw map[string]json.RawMessage) map[string]string {
	all := map[string]string{}
	for key, value := range raw {
		all[key] = string(value)
	}
	return all
}

// Unannounced says that the dead-letter queue of announcements took a letter.
func (l *Log) Unannounced(body string) {
	var letter struct {
		User     string `json:"user_id"`
		Revision int64  `json:"revision"`
		Previous int64  `json:"previous_revision"`
	}
	if err := json.Unmarshal([]byte(body), &letter); err != nil || letter.User == "" || letter.Revision == 0 {
		l.broken(G4, "a dead letter names neither user nor revision: %.200s", body)
		return
	}
	u := l.user(letter.User)
	r := u.revisions[letter.Revision]
	if r == nil {
		l.broken(G4, "a dead letter names revision %d of %s, which the table never had", letter.Revision, letter.User)
		return
	}
	u.announced = append(u.announced, span{max(letter.Previous, r.before), letter.Revision})
	u.named = append(u.named, letter.Revision)
}

// allAnnounced looks for revisions that no announcement and no letter covers.
func (l *Log) allAnnounced(u *user) {
	for _, number := range slices.Sorted(maps.Keys(u.revisions)) {
		if !slices.ContainsFunc(u.announced, func(s span) bool { return s.from < number && number <= s.to }) {
			l.broken(G4, "revision %d of %s was never announced", number, u.id)
		}
	}
}
