package oracle

// somethingNew checks that a new revision has a stamp that the table never showed for
// this user and key. All other stamps were redelivered.
func (l *Log) somethingNew(u *user, old, image *Image) {
	if old != nil && image.Revision == old.Revision {
		return
	}
	for key, e := range image.Entries {
		if !u.seen[place{key, e.Stamp}] {
			return
		}
	}
	if image.Cleared != "" && !u.seen[place{"", image.Cleared}] {
		return
	}
	l.broken(G9, "%s got the revision %d, and it has no stamp that was not there before", u.id, image.Revision)
}
