package oracle

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
)

// A Reading is one reader's request, as of its beginning.
type Reading struct {
	user     string
	revision int64 // the greatest revision until then
	absent   bool  // there was no item
	removals int   // removals of the item until then
}

// Reading reports that a reader begins to read a profile.
func (l *Log) Reading(userID string) *Reading {
	u := l.user(userID)
	return &Reading{userID, u.last, !u.present, u.removals}
}

// Read reports the answer that a reader got. It must be one whole state of the profile,
// and not one from before the request. disturbed says that the table was disturbed for
// it.
func (l *Log) Read(r *Reading, status int, answer string, disturbed bool) {
	u := l.user(r.user)
	switch {
	case status >= http.StatusInternalServerError && disturbed:
		return
	case status != http.StatusOK && status != http.StatusNotFound:
		l.broken(G1, "a reader of %s was answered %d: %.200s", r.user, status, answer)
		return
	}
	var got struct {
		Revision    int64                      `json:"revision"`
		Preferences map[string]json.RawMessage `json:"preferences"`
		Inferred    []string                   `json:"inferred_keys"`
	}
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		l.broken(G1, "a reader of %s was answered: %.200s", r.user, answer)
		return
	}
	if got.Revision == 0 {
		if !r.absent && u.removals == r.removals {
			l.broken(G1, "a reader of %s was told that there is nothing, and the item was there all the time", r.user)
		}
		return
	}
	l.readState(r, status, got.Revision, texts(got.Preferences), got.Inferred)
}

func (l *Log) readState(r *Reading, status int, number int64, preferences map[string]string, inferred []string) {
	state := l.user(r.user).revisions[number]
	if state == nil {
		l.broken(G1, "a reader of %s saw the revision %d, which the table never had", r.user, number)
		return
	}
	visible := state.first.visible()
	switch {
	case !maps.Equal(preferences, visible):
		l.broken(G1, "a reader of %s saw %s at the revision %d, which is %s", r.user, show(preferences), number, show(visible))
	case !slices.Equal(inferred, state.first.inferredKeys()):
		l.broken(G1, "a reader of %s saw %v as inferred at the revision %d, and it is %v", r.user, inferred, number, state.first.inferredKeys())
	case (status == http.StatusOK) != (len(visible) > 0):
		l.broken(G1, "a reader of %s was answered %d at the revision %d, which is %s", r.user, status, number, show(visible))
	case number < r.revision:
		l.broken(G6, "a reader of %s saw the revision %d after %d", r.user, number, r.revision)
	}
}
