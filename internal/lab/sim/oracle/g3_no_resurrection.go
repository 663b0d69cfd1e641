package oracle

import "time"

// erasure records a fence that is in force, and checks an image against all fences.
func (l *Log) erasure(u *user, image *Image) {
	u.fence = max(u.fence, image.Cleared)
	for _, key := range sorted(image.Entries) {
		if e := image.Entries[key]; e.Value != "" && e.Stamp >= image.Cleared && e.Stamp < u.fence {
			l.broken(G3, "%s of %s is visible with the stamp %s, and %s erased it", key, u.id, e.Stamp, u.fence)
		}
	}
}

// expiry checks that an item expires only when no reader sees anything in it, and when
// every change that it must keep out is too old to be accepted.
func (l *Log) expiry(u *user, image *Image) {
	if image.Expires == 0 {
		return
	}
	due := timeOf(image.latest()).Add(horizon + 24*time.Hour)
	switch expires := time.Unix(image.Expires, 0); {
	case len(image.visible()) > 0:
		l.broken(G1, "the item of %s expires with %s in it", u.id, show(image.visible()))
	case expires.Before(due):
		l.broken(G3, "the item of %s expires at %v, and its last stamp keeps others out until %v", u.id, expires.UTC(), due.UTC())
	}
}

// erasedForGood looks for data that an erasure should have removed from the item. An
// erasure that was never acknowledged is a dead letter by now. It already hides what it
// erased, and a redrive completes the removal.
func (l *Log) erasedForGood(u *user, stored *Image) {
	if stored == nil {
		return
	}
	fence := ""
	for _, k := range l.changes {
		if k.change.User == u.id && k.change.Replace && u.remains(k) && (k.accepted || !l.inLetters(k.bodies)) {
			fence = max(fence, k.change.Stamp)
		}
	}
	for _, key := range sorted(stored.Entries) {
		if e := stored.Entries[key]; e.Stamp < fence {
			l.broken(G3, "%s of %s still lies in the item with the stamp %s, and %s erased it", key, u.id, e.Stamp, fence)
		}
	}
}
