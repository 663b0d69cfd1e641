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
	for _, register := range sorted(want) {
		if stamp := stored.Entries[register].Stamp; stamp != want[register].Stamp {
			l.broken(G1, "%s of %s has the stamp %s, and its last change is %s", register, u.id, stamp, want[register].Stamp)
		}
		if shown := stored.shown(bare(register)); shown != register {
			l.broken(G1, "a reader sees %s of %s, and it should be %s", shown, u.id, register)
		}
	}
}
