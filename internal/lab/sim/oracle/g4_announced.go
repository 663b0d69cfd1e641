package oracle

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// announcement is a PreferencesUpdated, decoded without the pipeline's code.
type announcement struct {
	User        string                     `json:"user_id"`
	Revision    int64                      `json:"revision"`
	Previous    int64                      `json:"previous_revision"`
	Changes     map[string]json.RawMessage `json:"changes"`
	Keys        []string                   `json:"changed_keys"`
	Preferences map[string]json.RawMessage `json:"preferences"`
	Truncated   bool                       `json:"truncated"`
	Inferred    []string                   `json:"inferred_keys"`
	Erased      bool                       `json:"erased"`
	CausedBy    []string                   `json:"caused_by"`
	AsOf        string                     `json:"as_of"`
	Updated     time.Time                  `json:"updated_at"`
	Trace       string                     `json:"traceparent"`
}

// Announced reports that the bus accepted a PreferencesUpdated from a run of republish.
// Its revisions are compared with the run's input, and its content with the images of
// the two revisions.
func (l *Log) Announced(detail string, from *Batch) {
	var a announcement
	if err := json.Unmarshal([]byte(detail), &a); err != nil {
		l.broken(G4, "an announcement is not JSON: %v", err)
		return
	}
	if from == nil {
		l.broken(G4, "revision %d of %s was announced by somebody who was given no change of the table", a.Revision, a.User)
		return
	}
	u := l.user(a.User)
	f := from.fold(a.User, a.Previous, a.Revision)
	if f == nil {
		l.broken(G4, "%s was announced from revision %d to %d, and the batch held %s", a.User, a.Previous, a.Revision, from.held(a.User))
		return
	}
	if a.Revision <= a.Previous {
		l.broken(G9, "%s was announced from revision %d to %d", a.User, a.Previous, a.Revision)
	}
	before := u.revisions[a.Previous]
	if before == nil {
		before = &revision{} // the item was created
	}
	l.truthful(&a, before, u.revisions[a.Revision])
	if f.Deleted && !a.Updated.Equal(f.Newest) {
		l.broken(G4, "updated_at of revision %d of %s is %v, and it was deleted at %v", a.Revision, a.User, a.Updated, f.Newest.UTC())
	}
	u.announced = append(u.announced, u.covered(f))
	from.took(f, a.CausedBy)
	for _, c := range u.copies {
		c.inbox = append(c.inbox, &a)
	}
}

// covered returns the revisions that a fold spans. If the item was created, the span
// begins after the previous item.
func (u *user) covered(f *Fold) span {
	if f.From == 0 {
		return span{u.revisions[f.First].before, f.To}
	}
	return span{f.From, f.To}
}

func (l *Log) truthful(a *announcement, from, to *revision) {
	before, after := from.last.visible(), to.first.visible()
	changes := difference(before, after)
	for key := range after {
		if _, inferred := keyOf(from.last.shown(key)); before[key] == after[key] && inferred != (to.first.shown(key) != key) {
			changes[key] = after[key] // its origin alone
		}
	}
	switch {
	case a.Truncated && !l.heavy:
		l.broken(G4, "revision %d of %s was announced without its preferences, which are small", a.Revision, a.User)
	case !a.Truncated && !maps.Equal(texts(a.Preferences), after):
		l.broken(G4, "revision %d of %s was announced as %s and is %s", a.Revision, a.User, show(texts(a.Preferences)), show(after))
	case !a.Truncated && !maps.Equal(texts(a.Changes), changes):
		l.broken(G4, "the way from revision %d to %d of %s was announced as %s and is %s", a.Previous, a.Revision, a.User, show(texts(a.Changes)), show(changes))
	case !slices.Equal(a.Keys, sorted(changes)):
		l.broken(G4, "changed_keys of revision %d of %s are %v", a.Revision, a.User, a.Keys)
	case !slices.Equal(a.Inferred, to.first.inferredKeys()):
		l.broken(G4, "inferred_keys of revision %d of %s are %v, and should be %v", a.Revision, a.User, a.Inferred, to.first.inferredKeys())
	case a.Erased != (to.removed != nil || cleared(to.first) > cleared(from.last)):
		l.broken(G4, "erased of revision %d of %s is %v", a.Revision, a.User, a.Erased)
	case a.AsOf != to.asOf() && (to.removed != nil || a.AsOf != to.last.latest()):
		l.broken(G4, "as_of of revision %d of %s is %s, not %s", a.Revision, a.User, a.AsOf, to.asOf())
	}
	if want := to.trace(); a.Trace != want {
		l.broken(G4, "revision %d of %s was announced with the trace %q, not %q", a.Revision, a.User, a.Trace, want)
	}
	l.causes(a, from, to)
}

// causes checks that the causes are the new stamps. A removal within a revision may
// have removed invisible stamps of either image.
func (l *Log) causes(a *announcement, from, to *revision) {
	known, now, later := from.first.stamps(), to.first.counting(), to.last.counting()
	named := map[string]bool{}
	for _, s := range a.CausedBy {
		named[s] = true
		if !now[s] || known[s] && from.last.stamps()[s] {
			l.broken(G4, "revision %d of %s names the cause %s, which is not new in it", a.Revision, a.User, s)
		}
	}
	for _, s := range sorted(later) {
		if !known[s] && !named[s] {
			l.broken(G4, "revision %d of %s does not name its cause %s", a.Revision, a.User, s)
		}
	}
}

// asOf returns the greatest stamp of a revision. That of a deletion is the deleted item's.
func (r *revision) asOf() string {
	if r.removed != nil {
		return r.removed.latest()
	}
	return r.first.latest()
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

// allAnnounced looks for revisions without an announcement or a letter.
func (l *Log) allAnnounced(u *user) {
	for _, number := range sorted(u.revisions) {
		if !slices.ContainsFunc(u.announced, func(s span) bool { return s.from < number && number <= s.to }) {
			l.broken(G4, "revision %d of %s was never announced", number, u.id)
		}
	}
}

// Republished reports that a run of republish ended. It may block its shard only if the
// bus or the dead-letter queue was disturbed.
func (l *Log) Republished(failed, killed, disturbed bool) {
	if failed && !killed && !disturbed {
		l.broken(G4, "a batch of the stream failed while nothing was disturbed")
	}
}
