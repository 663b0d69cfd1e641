package virtual_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
)

// A stream is read four times a second, also while a queue's window is open that
// ends later.
func TestAStreamIsReadWhileAWindowIsOpen(t *testing.T) {
	for name, o := range map[string]virtual.Options{
		"at once": {}, "side by side": {SideBySide: true}, "with two shards": {SideBySide: true, Shards: 2},
	} {
		c, l := newCloud(t, o)
		publish(t, c, 110*time.Millisecond, "u")
		publish(t, c, 1120*time.Millisecond, "v")
		if err := c.Run(time.Minute); err != nil {
			t.Fatal(err)
		}
		var announced []string
		for _, line := range l.lines {
			if at, ok := strings.CutSuffix(line, " republishPreferences"); ok {
				announced = append(announced, at)
			}
		}
		if diff := cmp.Diff([]string{"1.25s", "2.25s"}, announced); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
}
