package understand

import "github.com/bot-preferences/bot-preferences/events"

// phrases is all that a line wishes; where it contradicts itself, the last word
// counts.
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
