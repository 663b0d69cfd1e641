package understand

import "github.com/bot-preferences/bot-preferences/events"

// phrases returns all preferences in a line. If they contradict each other, the last
// one counts.
func phrases(line string) events.Preferences {
	p := events.Preferences{}
	for clause := range clauses(line) {
		for _, r := range rules {
			if v, ok := r.read(clause); ok {
				p[r.key] = v
			}
		}
	}
	return p
}
