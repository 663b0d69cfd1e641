package oracle

import (
	"encoding/json"
	"maps"
)

// revisionGrows holds a write against the revisions seen before.
func (l *Log) revisionGrows(u *user, old, image *Image) {
	if old != nil && image.Revision == old.Revision {
		l.onlyTidied(u, old, image)
		return
	}
	if image.Revision <= u.last {
		l.broken(G6, "%s got the revision %d after %d", u.id, image.Revision, u.last)
	}
}

// onlyTidied: without a new revision, only what nobody sees may go.
func (l *Log) onlyTidied(u *user, old, image *Image) {
	if !maps.Equal(old.visible(), image.visible()) {
		l.broken(G6, "%s changed from %s to %s within the revision %d", u.id, show(old.visible()), show(image.visible()), image.Revision)
	}
	for key, e := range image.Entries {
		if old.Entries[key] != e {
			l.broken(G6, "%s of %s was written without a new revision", key, u.id)
		}
	}
	if old.Cleared != image.Cleared {
		l.broken(G6, "the fence of %s moved without a new revision", u.id)
	}
}

// Latest is the greatest revision that the table ever had of a user.
func (l *Log) Latest(userID string) int64 { return l.user(userID).last }

// Read says what a reader was answered, who began when the user was at the
// revision seen: one state of the profile, whole, and none from before.
func (l *Log) Read(userID, answer string, seen int64) {
	var got struct {
		Revision    int64                      `json:"revision"`
		Preferences map[string]json.RawMessage `json:"preferences"`
	}
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		l.broken(G1, "a reader of %s was answered: %.200s", userID, answer)
		return
	}
	if got.Revision == 0 {
		return // no item: never made, or expired
	}
	r := l.user(userID).revisions[got.Revision]
	switch {
	case r == nil:
		l.broken(G1, "a reader of %s saw the revision %d, which the table never had", userID, got.Revision)
	case !maps.Equal(texts(got.Preferences), r.first.visible()):
		l.broken(G1, "a reader of %s saw %s at the revision %d, which is %s", userID, show(texts(got.Preferences)), got.Revision, show(r.first.visible()))
	case got.Revision < seen:
		l.broken(G6, "a reader of %s saw the revision %d after %d", userID, got.Revision, seen)
	}
}
