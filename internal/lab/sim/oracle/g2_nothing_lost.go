package oracle

// nothingLost looks for lost changes: they were accepted, but are neither merged nor
// dead letters. G1 checks whether a merged change is visible in the profile.
func (l *Log) nothingLost() {
	for _, body := range sorted(l.matched) {
		if l.letters[body] == 0 {
			l.broken(G2, "an event that the bus matched never reached the queue: %.200s", body)
		}
	}
	for _, id := range sorted(l.changes) {
		k := l.changes[id]
		if k.taken && !k.accepted && !l.user(k.change.User).stamps[k.change.Stamp] && !l.inLetters(k.bodies) {
			l.broken(G2, "it is neither merged nor a dead letter: %s", k.change)
		}
	}
}

func (l *Log) inLetters(bodies map[string]bool) bool {
	for body := range bodies {
		if l.letters[body] > 0 {
			return true
		}
	}
	return false
}

// NeverQuiet reports a history that did not come to rest.
func (l *Log) NeverQuiet(seen string) { l.broken(G2, "%s", seen) }
