package oracle

// erasure notes a fence that is in force, and holds an image against all of them.
func (l *Log) erasure(u *user, image *Image) {
	u.fence = max(u.fence, image.Cleared)
	for key, e := range image.Entries {
		if e.Value != "" && e.Stamp >= image.Cleared && e.Stamp < u.fence {
			l.broken(G3, "%s of %s is visible with the stamp %s, and %s erased it", key, u.id, e.Stamp, u.fence)
		}
	}
}

// erasedForGood looks for what an erasure should have removed from the item. An
// erasure that was never acknowledged is a dead letter by now: what it erased is
// hidden, and its removal is finished when somebody redrives it.
func (l *Log) erasedForGood(u *user, stored *Image) {
	if stored == nil {
		return
	}
	fence := ""
	for _, k := range l.changes {
		finished := k.accepted || u.stamps[k.change.Stamp] && !l.inLetters(k.bodies)
		if k.change.User == u.id && finished && k.change.Replace {
			fence = max(fence, k.change.Stamp)
		}
	}
	for key, e := range stored.Entries {
		if e.Stamp < fence {
			l.broken(G3, "%s of %s still lies in the item with the stamp %s, and %s erased it", key, u.id, e.Stamp, fence)
		}
	}
}

// Erasing says that somebody was told that a user is being erased, under a
// stamp, after they had seen at least this image: it must cover all of it.
func (l *Log) Erasing(userID, stamp string, seen *Image) {
	if seen.latest() >= stamp {
		l.broken(G3, "%s was erased with the stamp %s, and %s was there to see before", userID, stamp, seen.latest())
	}
}
