package localrun

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

func TestEventsThatMatchNoRuleAreWarnedOfOnce(t *testing.T) {
	u := unmatched{own: rulesOn(&stack.Stack{Buses: []stack.Bus{{Name: "bus"}}, Rules: []stack.Rule{{Bus: "bus"}, {Bus: "other"}}}, true)}
	fact := func(source, detailType, detail string, rules int) *eventbridge.Unmatched {
		return &eventbridge.Unmatched{Bus: "bus", Event: eventbridge.Event{Source: source, DetailType: detailType, Detail: detail}, Rules: rules}
	}
	announcement := fact(events.SourcePipeline, events.DetailTypeUpdated, updated("mia", "language"), 2)
	for _, c := range []struct {
		name string
		fact *eventbridge.Unmatched
		want string
	}{
		{"a misspelt type", fact("bot\n", "PreferenceChanges", `{}`, 2), "no rule of the bus bus matches PreferenceChanges from bot\uFFFD (PreferenceChanges): nobody gets it; said once for this kind"},
		{"again", fact("bot\n", "PreferenceChanges", `{"a":1}`, 2), ""},
		{"another source", fact("bot2", "PreferenceChanges", `{}`, 2), "no rule of the bus bus matches PreferenceChanges from bot2"},
		{"an announcement without a follower", announcement, ""},
		{"an announcement that a skill's rule leaves out", fact(announcement.Event.Source, announcement.Event.DetailType, announcement.Event.Detail, 3), "matches PreferencesUpdated from bot-preferences (mia language): nobody gets it"},
	} {
		if got := u.warning(c.fact); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	var out bytes.Buffer
	r := newRun(RunOptions{Out: &out}, nil)
	r.observe(*fact("bot", "T", `{}`, 0))
	r.echoes.flush()
	if !strings.HasPrefix(out.String(), "    warn   no rule of the bus bus matches T from bot") {
		t.Errorf("the run prints %q", &out)
	}
	for i := range 2 * maxKinds {
		u.warning(fact(fmt.Sprint(i), "T", `{}`, 0))
	}
	if len(u.told) != maxKinds {
		t.Errorf("%d kinds are kept", len(u.told))
	}
}
