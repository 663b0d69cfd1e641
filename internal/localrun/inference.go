package localrun

import "github.com/bot-preferences/bot-preferences/events"

// inferenceOf says in the words of a line what a stored change does to an inference, or
// what becomes of it as one. It is empty for other changes. id and keys belong to the
// change. before and after are the profile around the write that stored it. The first key
// about which there is anything to say counts.
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
