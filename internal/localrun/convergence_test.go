package localrun

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/events"
)

// The number of changes under the race detector in make test, and with a table in a
// peer.
const (
	someChanges = 1_000
	manyChanges = 10_000
)

// A thousand changes go through the real binaries, out of order and a fifth of them
// twice, half over the bus and half straight into the queue. The table ends with
// exactly the merge of all of them (G1, G2), and no message is left anywhere.
func TestAnyOrderAndDuplicationConverge(t *testing.T) {
	converges(t, start(t, "staging"), someChanges)
}

// converges sends n changes, about twenty of each user.
func converges(t *testing.T, env *Environment, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(2026, 11))
	changes := randomChanges(random, n)
	sent := append([]events.PreferenceChange{}, changes...)
	for range n / 5 {
		sent = append(sent, changes[random.IntN(len(changes))])
	}
	random.Shuffle(len(sent), func(i, j int) { sent[i], sent[j] = sent[j], sent[i] })
	send(t, env, sent)
	quiet(t, env, patience)

	want := map[string]events.State{}
	for _, c := range changes {
		s := want[c.UserID]
		s.Apply(&c)
		want[c.UserID] = s
	}
	got := storedProfiles(t, env)
	states := map[string]events.State{}
	for user, p := range got {
		states[user] = p.State
	}
	if diff := cmp.Diff(want, states, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("profiles differ from the merge of all changes (-want +got):\n%s", diff)
	}
	nothingLeft(t, env)
}

func randomChanges(random *rand.Rand, n int) []events.PreferenceChange {
	now := time.Now()
	clock := events.NewClockOf(func() time.Time {
		return now.Add(-time.Duration(random.Int64N(int64(time.Hour))))
	}, randomBytes{random})
	changes := make([]events.PreferenceChange, n)
	for i := range changes {
		c := events.PreferenceChange{ID: clock.Next(), UserID: fmt.Sprintf("user-%d", random.IntN(n/20))}
		c.Replace = random.IntN(50) == 0
		for range 1 + random.IntN(3) {
			c.Preferences = randomPreference(random, c.Preferences)
		}
		changes[i] = c
	}
	return changes
}

func randomPreference(random *rand.Rand, p events.Preferences) events.Preferences {
	if p == nil {
		p = events.Preferences{}
	}
	value := events.JSON(fmt.Sprint(random.IntN(1000)))
	if random.IntN(5) == 0 {
		value = events.Unset
	}
	p[fmt.Sprintf("key%d", random.IntN(8))] = value
	return p
}

// randomBytes reads from a seeded source.
type randomBytes struct{ *rand.Rand }

func (r randomBytes) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return len(b), nil
}
