package history_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/history"
)

// line is a chapter in short.
func line(c history.Chapter) string {
	switch {
	case c.Change != nil:
		return fmt.Sprintf("%s %s", c.ID, c.Change.Verdict)
	case c.Refusal != nil:
		return fmt.Sprintf("%s %s", c.ID, c.Refusal.VerdictOf())
	}
	return fmt.Sprintf("%s unknown %t %t", c.ID, c.Unknown.Won, c.Unknown.Announced != nil)
}

func checkStory(t *testing.T, j *history.Judge, want ...string) {
	t.Helper()
	checkChapters(t, j.Story("language"), want...)
}

func checkChapters(t *testing.T, story []history.Chapter, want ...string) {
	t.Helper()
	var got []string
	for _, c := range story {
		got = append(got, line(c))
	}
	if !slices.Equal(got, want) {
		t.Errorf("the story is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestTheStoryOfAKey(t *testing.T) {
	u := history.User{
		Changes: []history.Change{
			{ID: stamp(1)}, said(3, true, nil), said(5, false, set("fr")), said(6, false, events.Preferences{"tone": events.Text("x")}), said(8, false, set("de")),
		},
		Refusals: []history.Refusal{{At: stamp(7), Code: events.Malformed}},
		Announcements: []history.Announcement{
			{Revision: 1, CausedBy: []events.Stamp{stamp(5), stamp(10)}, ChangedKeys: []string{"language"}}, // 10 came by the queue
			{Revision: 2, CausedBy: []events.Stamp{stamp(11)}, ChangedKeys: []string{"tone"}},
		},
		Erased: history.Mark{Cleared: stamp(3)},
	}
	checkStory(t, u.Judge(nil),
		stamp(1).String()+" erased", stamp(3).String()+" won", stamp(5).String()+" superseded", stamp(7).String()+" refused",
		stamp(8).String()+" won", stamp(10).String()+" unknown false true")
	profile := events.Profile{Revision: 3, State: events.Fold(*u.Changes[1].Said, *u.Changes[2].Said, *u.Changes[4].Said, *said(12, false, set("it")).Said)}
	checkStory(t, u.Judge(&profile),
		stamp(1).String()+" erased", stamp(3).String()+" won", stamp(5).String()+" superseded", stamp(7).String()+" refused",
		stamp(8).String()+" superseded", stamp(10).String()+" unknown false true", stamp(12).String()+" unknown true false")
}

// The whole story has every key, and what names none.
func TestTheWholeStoryOfAUser(t *testing.T) {
	u := history.User{
		Changes:  []history.Change{said(5, false, set("fr")), said(6, false, events.Preferences{"tone": events.Text("x")})},
		Refusals: []history.Refusal{{At: stamp(7), Code: events.Malformed}},
		Announcements: []history.Announcement{
			{Revision: 2, CausedBy: []events.Stamp{stamp(11)}, ChangedKeys: []string{"tone"}},
			{Revision: 3, CausedBy: []events.Stamp{stamp(12)}, Truncated: true},
		},
	}
	profile := events.Profile{Revision: 3, State: events.Fold(*u.Changes[0].Said, *u.Changes[1].Said, *said(13, false, events.Preferences{"city": events.Text("Lyon")}).Said)}
	checkChapters(t, u.Judge(&profile).Whole(),
		stamp(5).String()+" won", stamp(6).String()+" won", stamp(7).String()+" refused",
		stamp(11).String()+" unknown false true", stamp(12).String()+" unknown false true", stamp(13).String()+" unknown true false")
}

// An erasure by the queue alone covers what the history still has.
func TestAnUnknownErasureIsInTheStory(t *testing.T) {
	u := history.User{Changes: []history.Change{said(1, false, set("fr"))}}
	erasure := said(3, true, nil)
	profile := events.Profile{Revision: 3, State: events.Fold(*erasure.Said)}
	checkStory(t, u.Judge(&profile), stamp(1).String()+" erased", stamp(3).String()+" unknown true false")
}
