package localrun

import "github.com/bot-preferences/bot-preferences/events"

// inferenceOf tells what a stored change has to do with what a bot inferred, in the words
// of a line; "" where nothing. id and keys are the change's; before and after are the
// profile that it was stored in. If several keys differ, the first one that has anything
// to tell counts.
func inferenceOf(id events.Stamp, keys []string, before, after *events.Profile) string {
	for _, key := range keys {
		was, from := before.Shown(key)
		is, by := after.Shown(key)
		switch {
		case after.Inferred[key].Stamp == id && is.Stamp == id:
			return "inferred"
		case after.Inferred[key].Stamp == id && after.Entries[key].Value != events.Unset:
			return "inferred, and overruled by what the person stated"
		case after.Entries[key].Stamp != id || was.Value == events.Unset || from != events.Inferred:
		case by == events.Stated && is.Value != events.Unset:
			return "overrules what a bot inferred"
		case is.Value == events.Unset:
			return "forgets what a bot inferred"
		}
	}
	return ""
}
