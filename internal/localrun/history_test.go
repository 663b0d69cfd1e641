package localrun

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/history"
	"github.com/bot-preferences/bot-preferences/internal/historystore"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/stage"
)

// startWithHistory plays the sample conversation with the history on.
func startWithHistory(t *testing.T) *Environment {
	t.Helper()
	var out bytes.Buffer
	r := newRun(RunOptions{Out: &out}, nil)
	env, err := Start(t.Context(), Options{
		Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Params: []string{"history=on"},
		Extra: []string{botFolder, skillFolder}, Output: r.log, Lacking: r.lacking, Observe: func(f world.Fact) { r.observe(f) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.stop(env)
		if text := r.printer.shown(&out); t.Failed() || bytes.Contains([]byte(text), []byte("does not allow")) {
			t.Errorf("the run, with what the roles lack:\n%s", text)
		}
	})
	env.Do(func(*cloud) { r.env = env })
	r.begin(0)
	if err := r.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	return env
}

// The history explains the sample conversation. Its winners are what the profiles show.
// Contradictions lost to what was said later, an erasure covers what was earlier, and the
// refused message is told with its code.
func TestTheHistoryExplainsTheSample(t *testing.T) {
	env := startWithHistory(t)
	store := historystore.New(dynamodb.NewFromConfig(config(env)), stage.Names(env.Stack.Stage).History)
	verdicts := map[history.Verdict]int{}
	for user, profile := range storedProfiles(t, env) {
		u, err := store.Load(t.Context(), user)
		if err != nil {
			t.Fatal(err)
		}
		if len(u.Announcements) == 0 {
			t.Errorf("%s: no announcement is kept", user)
		}
		alone := u.Judge(nil) // the history needs no help of the profile
		checkWinners(t, user, alone.State(), &profile.State)
		for _, j := range alone.All() {
			verdicts[j.Verdict]++
			for _, k := range j.Keys {
				verdicts[k.Verdict]++
			}
			if j.Verdict != history.Erased && (j.Source != "telegram-bot" || j.Said.ConversationID == "") {
				t.Errorf("%s: the bot or the conversation of %s is not known", user, j.ID)
			}
			if j.Announced == nil && j.Verdict == history.Won { // others may be overtaken in the same fold
				t.Errorf("%s: the announcement of %s is not known", user, j.ID)
			}
		}
		for _, j := range u.Judge(&profile).All() {
			checkAnswer(t, env, user, &j)
		}
		for i := range u.Refusals {
			verdicts[u.Refusals[i].VerdictOf()]++
			if r := &u.Refusals[i]; user != "tg:1001" || r.Code != events.Malformed || r.Field != "preferences.*" {
				t.Errorf("%s: %+v", user, r)
			}
		}
	}
	for v, least := range map[history.Verdict]int{history.Won: 20, history.Superseded: 5, history.Erased: 5, history.Refused: 1} {
		if verdicts[v] < least {
			t.Errorf("%d verdicts are %s, want at least %d: %v", verdicts[v], v, least, verdicts)
		}
	}
}

// checkAnswer compares the HTTP API's answer.
func checkAnswer(t *testing.T, env *Environment, user string, j *history.Judgement) {
	t.Helper()
	answer, err := http.Get(env.APIURL + "/changes/" + j.ID.String())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if want := string(j.AppendJSON(nil, user)); err != nil || answer.StatusCode != http.StatusOK || string(body) != want {
		t.Errorf("%v, %d: %s\nwant %s", err, answer.StatusCode, body, want)
	}
}

func checkWinners(t *testing.T, user string, got, want *events.State) {
	t.Helper()
	if got.Cleared != want.Cleared || len(got.Entries) != len(want.Entries) {
		t.Errorf("%s: the fence %s and %d keys, the profile has %s and %d", user, got.Cleared, len(got.Entries), want.Cleared, len(want.Entries))
	}
	for key, e := range want.Entries {
		if got.Entries[key] != e {
			t.Errorf("%s %s: the history's winner is %v, the profile's %v", user, key, got.Entries[key].Stamp, e.Stamp)
		}
	}
}

// Without the history there is none of its parts.
func TestWithoutTheHistoryThereIsNothingOfIt(t *testing.T) {
	env := start(t, "dev")
	for _, f := range env.Stack.Functions {
		if f.Name == "recordHistory" || f.Name == "getChange" {
			t.Errorf("there is the function %s", f.Name)
		}
	}
	for _, r := range env.Stack.Routes {
		if r.Path == "/changes/{eventId}" {
			t.Error("there is the route GET /changes")
		}
	}
}
