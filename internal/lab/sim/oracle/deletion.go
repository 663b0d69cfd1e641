package oracle

// Deleting reports that somebody deletes a user's item in the table by hand. The removal
// is to follow.
func (l *Log) Deleting(userID string) { l.user(userID).byHand = true }

// deleted records a deletion by hand. The pipeline forgets the item with its fence, so
// only what is merged from now on counts. If a reader saw something in the item, the
// deletion is announced as the next revision.
func (u *user) deleted(old *Image, number int) {
	u.byHand, u.deletedAt, u.fence = false, number, ""
	clear(u.recent)
	clear(u.seen)
	clear(u.said)
	if len(old.visible()) == 0 {
		return
	}
	none := &Image{Revision: old.Revision + 1}
	u.last = max(u.last, none.Revision)
	u.revisions[none.Revision] = &revision{first: none, last: none, removed: old}
}

// Deleted tells whether somebody deleted a user's item by hand at this revision while a
// reader saw something in it.
func (l *Log) Deleted(userID string, at int64) bool {
	r := l.user(userID).revisions[at+1]
	return r != nil && r.removed != nil
}

// remains tells whether a change that was merged can still be in the item: it was merged
// since the last deletion by hand.
func (u *user) remains(k *known) bool {
	return k.accepted && k.began >= u.deletedAt || u.recent[k.change.Stamp]
}
