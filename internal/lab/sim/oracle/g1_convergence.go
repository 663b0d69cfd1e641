package oracle

import "maps"

// converged compares a profile with the merge of all accepted changes.
func (l *Log) converged(u *user, stored *Image) {
	want := carryOut(l.expected(u))
	got := stored.visible()
	if !maps.Equal(got, want.values()) {
		l.broken(G1, "the profile of %s is %s, and its accepted changes make %s", u.id, show(got), show(want.values()))
		return
	}
	for _, key := range sorted(want) {
		if stamp := stored.Entries[key].Stamp; stamp != want[key].Stamp {
			l.broken(G1, "%s of %s has the stamp %s, and its last change is %s", key, u.id, stamp, want[key].Stamp)
		}
	}
}
