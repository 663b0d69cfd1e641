package localrun

import (
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// unmatched warns of events that match no rule: a misspelt detail type, say, or a rule
// whose pattern is too narrow. AWS says nothing of them. It is not safe for concurrent
// use.
type unmatched struct {
	own  map[string]int // how many rules of a bus are the pipeline's
	told map[kindOfEvent]bool
}

// A kindOfEvent is warned of once.
type kindOfEvent struct{ bus, source, detailType string }

// maxKinds bounds the kinds that are remembered. Further ones are not warned of.
const maxKinds = 100

// rulesOn counts the rules of each bus, with that of the sample's own skill: it leaves
// most announcements out on purpose.
func rulesOn(s *stack.Stack, sample bool) map[string]int {
	count := map[string]int{}
	if sample {
		count[s.Buses[0].Name]++
	}
	for _, r := range s.Rules {
		count[r.Bus]++
	}
	return count
}

// warning returns the text of a warning; empty if there is none. Announcements need no
// rule as long as nobody but the pipeline has one, because then no skill follows them.
func (u *unmatched) warning(f *eventbridge.Unmatched) string {
	kind := kindOfEvent{f.Bus, f.Event.Source, f.Event.DetailType}
	announcement := kind.source == events.SourcePipeline && kind.detailType == events.DetailTypeUpdated
	if announcement && f.Rules <= u.own[f.Bus] || u.told[kind] || len(u.told) >= maxKinds {
		return ""
	}
	if u.told == nil {
		u.told = map[kindOfEvent]bool{}
	}
	u.told[kind] = true
	return "no rule of the bus " + kind.bus + " matches " + terminal.Visible(kind.detailType) + " from " + terminal.Visible(kind.source) +
		" (" + eventSubject(&f.Event) + "): nobody gets it; said once for this kind"
}
