package oracle

import "maps"

// revisionGrows compares a write with the revisions seen before.
func (l *Log) revisionGrows(u *user, old, image *Image) {
	if old != nil && image.Revision == old.Revision {
		l.onlyTidied(u, old, image)
		return
	}
	if image.Revision <= u.last {
		l.broken(G6, "%s got the revision %d after %d", u.id, image.Revision, u.last)
	}
}

// onlyTidied checks that a write without a new revision removes only what no reader
// sees.
func (l *Log) onlyTidied(u *user, old, image *Image) {
	if !maps.Equal(old.visible(), image.visible()) {
		l.broken(G6, "%s changed from %s to %s within the revision %d", u.id, show(old.visible()), show(image.visible()), image.Revision)
	}
	for _, key := range sorted(image.Entries) {
		was, is := old.Entries[key], image.Entries[key]
		if _, inferred := keyOf(key); inferred && was.Stamp == is.Stamp && is.Value == "" && (old.dead(key) || was.Stamp < old.Cleared) {
			continue // its value is removed, and counted for nothing
		}
		if was != is {
			l.broken(G6, "%s of %s was written without a new revision", key, u.id)
		}
	}
	if old.Updated != image.Updated {
		l.broken(G9, "updated_at of %s moved without a new revision", u.id)
	}
	if old.Expires != 0 && old.Expires != image.Expires {
		l.broken(G9, "expires_at of %s changed without a new revision", u.id)
	}
	if old.Cleared != image.Cleared {
		l.broken(G6, "the fence of %s moved without a new revision", u.id)
	}
}
