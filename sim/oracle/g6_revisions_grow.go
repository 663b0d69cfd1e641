package oracle

import "maps"

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
