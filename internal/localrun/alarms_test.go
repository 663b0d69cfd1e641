package localrun

import (
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// dev tells of an alarm that would notify somebody, when it begins and when it ends.
func TestDevTellsOfAlarms(t *testing.T) {
	actions := []string{"topic"}
	for _, c := range []struct {
		fact world.Fact
		want string
	}{
		{cloudwatch.Changed{Alarm: "late", From: cloudwatch.OK, To: cloudwatch.InAlarm, Reason: "5 > 3", Actions: actions}, "late is in ALARM: 5 > 3"},
		{cloudwatch.Changed{Alarm: "late", From: cloudwatch.InAlarm, To: cloudwatch.OK, Reason: "1 > 3", Actions: actions}, "late is in OK: 1 > 3"},
		{cloudwatch.Changed{Alarm: "late", From: cloudwatch.InsufficientData, To: cloudwatch.OK, Actions: actions}, ""},
		{cloudwatch.Changed{Alarm: "late", From: cloudwatch.InsufficientData, To: cloudwatch.InAlarm, Actions: actions}, "late is in ALARM: "},
		{cloudwatch.Changed{Alarm: "part", From: cloudwatch.OK, To: cloudwatch.InAlarm}, ""},
		{"another fact", ""},
	} {
		if got := alarmed(c.fact); got != c.want {
			t.Errorf("%+v: %q, want %q", c.fact, got, c.want)
		}
	}
}

// A line without metrics needs no cloud, and passes as it is.
func TestLinesWithoutMetricsPass(t *testing.T) {
	var got []string
	output := (&Environment{}).metered(func(l runtime.Line) { got = append(got, l.Text) })
	output(runtime.Line{Text: "plain"})
	if strings.Join(got, "|") != "plain" {
		t.Errorf("%q", got)
	}
	(&Environment{}).metered(nil)(runtime.Line{Text: "plain"})
}
