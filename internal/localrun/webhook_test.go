package localrun

import (
	"bufio"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/build"
)

const webhookFile = "../../examples/webhook/serverless.yml"

// startWebhook runs the pipeline with announcements going to an endpoint.
func startWebhook(t *testing.T, url string) *Environment {
	t.Helper()
	env, err := Start(t.Context(), Options{
		Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", With: []string{webhookFile}, Params: []string{"webhookUrl=" + url},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := env.Close(); err != nil {
			t.Error(err)
		}
	})
	return env
}

func speakGerman(t *testing.T, env *Environment) {
	t.Helper()
	publish(t, env, events.PreferenceChange{UserID: "mia", ID: events.NewClock().Next(), Preferences: events.Preferences{"language": events.Text("de")}})
	quiet(t, env, patience)
}

// The example's own receiver runs as a process, with the secret of a local run.
func TestAnnouncementsReachTheWebhook(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	binaries, err := built(t.Context(), root, filepath.Join(root, ".bin", "local"), build.Target{}, "examples/webhook")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binaries["examples/webhook"], "--addr", "127.0.0.1:0")
	cmd.Env, cmd.Stderr = append(os.Environ(), "WEBHOOK_SECRET=local"), os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	printed := bufio.NewScanner(out)
	printed.Scan()
	env := startWebhook(t, strings.TrimPrefix(printed.Text(), "listening on "))
	speakGerman(t, env)
	if printed.Scan(); !strings.HasPrefix(printed.Text(), `"mia" revision `) || !strings.HasSuffix(printed.Text(), `: {"language":"de"}`) {
		t.Errorf("the receiver says %q", printed.Text())
	}
	nothingLeft(t, env)
	cancel()
	_ = cmd.Wait() // it was told to end
}

// What an endpoint refuses permanently is in the bridge's dead-letter queue, with its
// reason.
func TestWhatTheWebhookRefusesIsADeadLetter(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no", http.StatusBadRequest)
	}))
	defer server.Close()
	env := startWebhook(t, server.URL)
	speakGerman(t, env)
	env.Do(func(c *cloud) {
		q, _ := c.Queues.Queue("preferences-webhook-dev-dlq")
		letters := q.Messages()
		if len(letters) != 1 || !strings.HasSuffix(letters[0].Attributes["ERROR_MESSAGE"].StringValue, "it answered 400") {
			t.Errorf("dead letters %+v", letters)
		}
	})
}

func TestNothingIsPostedToOtherMachines(t *testing.T) {
	env, err := Start(t.Context(), Options{Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", With: []string{webhookFile}})
	if err == nil {
		_ = env.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "https://hooks.example.com/preferences is not on this machine") {
		t.Errorf("%v", err)
	}
}
