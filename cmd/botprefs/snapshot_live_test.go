package main

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// A subscriber that comes while everybody is talking, and follows the snapshot
// and the live announcements of the real functions, ends with the table.
func TestSnapshotWhileChangesGoOn(t *testing.T) {
	s := newSkill(t)
	const users, changes = 150, 400
	for i := range users {
		s.say(fmt.Sprint("u", i), events.Preferences{"n": events.JSON("0")})
	}
	s.subscribe(`{"detail-type":["PreferencesUpdated"]}`)
	talked := make(chan struct{})
	go func() {
		defer close(talked)
		store := profilestore.New(s.client, devTable)
		for i := range changes {
			c := events.PreferenceChange{ID: s.stamps.Next(), UserID: fmt.Sprint("u", i*7%users), Preferences: events.Preferences{"n": events.JSON(fmt.Sprint(i))}}
			if i%9 == 0 {
				c.Preferences, c.Replace = nil, true
			}
			if _, err := store.Merge(t.Context(), c.UserID, events.Fold(c)); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	out, err := s.run("snapshot", "--bus", devBus, "--checkpoint", "none", "--events-rate", "1000", "--rate", "1000")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	<-talked
	revisions, copies := s.follow()
	page, err := profilestore.NewScanner(s.client, devTable).Page(t.Context(), profilestore.Position{Segments: 1, Limit: 1000})
	if err != nil || len(page.Profiles) != users+3 {
		t.Fatalf("%v, %d profiles", err, len(page.Profiles))
	}
	for _, p := range page.Profiles {
		if revisions[p.UserID] != p.Revision || !cmp.Equal(copies[p.UserID], p.Visible()) {
			t.Errorf("G5 Subscribers converge: of %s it has %v at %d, the table %v at %d", p.UserID, copies[p.UserID], revisions[p.UserID], p.Visible(), p.Revision)
		}
	}
}

// follow applies all that the queue holds once nothing is on its way, by the
// rule of package events.
func (s *skill) follow() (map[string]int64, map[string]events.Preferences) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	if err := s.env.Quiet(ctx); err != nil {
		s.Fatal(err)
	}
	revisions, copies := map[string]int64{}, map[string]events.Preferences{}
	live := 0
	s.env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(inbox)
		for _, m := range q.Messages() {
			e, err := events.DecodeEnvelope([]byte(m.Body))
			if err != nil {
				s.Fatal(err)
			}
			var u events.PreferencesUpdated
			if err := u.UnmarshalJSON(e.Detail); err != nil {
				s.Fatal(err)
			}
			if !u.Snapshot {
				live++
			}
			if last := revisions[u.UserID]; u.Revision > last || u.Revision == last && u.Snapshot {
				revisions[u.UserID], copies[u.UserID] = u.Revision, u.Preferences
			}
		}
	})
	if live == 0 {
		s.Error("nothing was announced but the snapshot")
	}
	return revisions, copies
}
