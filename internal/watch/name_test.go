package watch_test

import (
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/watch"
)

func TestANameSaysWhoseItIsAndUntilWhen(t *testing.T) {
	expires := time.Unix(1_796_000_000, 0)
	n := watch.NameFor(expires.Add(999*time.Millisecond), "laptop", 4_194_304)
	if text := n.String(); len(text) > 64 || text != "botprefs-watch-tpaigw-"+n.Host+"-4194304" || len(n.Host) != 8 {
		t.Errorf("%s has %d characters", text, len(text))
	}
	if got, ok := watch.ParseName(n.String()); !ok || got != n {
		t.Errorf("%+v, %t, want %+v", got, ok, n)
	}
	for _, other := range []string{"", "botprefs-watch-", "botprefs-watch-tp9dog-laptop-1", n.String() + "x", "x" + n.String(), "botprefs-watch-TP9DOG-00000000-1", "botprefs-watch-zzzzzzzzzzzzzzz-00000000-1"} {
		if got, ok := watch.ParseName(other); ok {
			t.Errorf("%q is the name %+v", other, got)
		}
	}
}

func TestAWatchIsAbandonedWhereItsOwnerIsKnownToBeGone(t *testing.T) {
	expires := time.Unix(1_796_000_000, 0)
	n := watch.NameFor(expires, "laptop", 7)
	for _, row := range []struct {
		name     string
		now      time.Time
		hostname string
		runs     bool
		want     bool
	}{
		{"the owner runs", expires, "laptop", true, false},
		{"the owner is dead", expires.Add(-time.Hour), "laptop", false, true},
		{"another host cannot know", expires, "server", false, false},
		{"it has expired", expires.Add(time.Second), "server", true, true},
	} {
		alive := func(pid int) bool { return row.runs && pid == 7 }
		if got := n.Abandoned(row.now, row.hostname, alive); got != row.want {
			t.Errorf("%s: %t", row.name, got)
		}
	}
}
