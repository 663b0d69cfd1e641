package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/internal/watch"
)

// askCloud calls an operation of a machine, while nothing else uses the cloud.
func askCloud(s *wire.Service, operation, input string) string {
	call, err := s.Operations[operation]([]byte(input))
	if err != nil {
		panic(err)
	}
	out, err := call()
	if err != nil {
		return ""
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// temporary lists the rules and the queues of watches.
func temporary(c *localaws.Cloud) (names []string) {
	var queues struct{ QueueUrls []string }
	_ = json.Unmarshal([]byte(askCloud(c.Queues.Wire(), "ListQueues", `{"QueueNamePrefix":"botprefs-watch-"}`)), &queues)
	for _, url := range queues.QueueUrls {
		names = append(names, "queue "+path.Base(url))
	}
	var rules struct{ Rules []struct{ Name string } }
	_ = json.Unmarshal([]byte(askCloud(c.Buses.Wire(), "ListRules", `{"EventBusName":"bot-preferences-dev","NamePrefix":"botprefs-watch-"}`)), &rules)
	for _, r := range rules.Rules {
		names = append(names, "rule "+r.Name)
	}
	return names
}

// subscribed tells whether the rule of a watch has its target.
func subscribed(c *localaws.Cloud) bool {
	for _, name := range temporary(c) {
		rule, ok := strings.CutPrefix(name, "rule ")
		if ok && strings.Contains(askCloud(c.Buses.Wire(), "ListTargetsByRule", `{"EventBusName":"bot-preferences-dev","Rule":"`+rule+`"}`), rule) {
			return true
		}
	}
	return false
}

func nothingIsLeft(t *testing.T, env *localrun.Environment) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
	defer cancel()
	var left []string
	if err := env.Await(ctx, func(c *localaws.Cloud) bool { left = temporary(c); return len(left) == 0 }); err != nil {
		t.Errorf("left behind: %q", left)
	}
}

// watching starts a watch as a process, which ends with a signal, and returns its lines.
func watching(t *testing.T, env *localrun.Environment, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	c := exec.Command("bash", append([]string{"-c", `exec botprefs watch "$@"`, "-", "--endpoint", env.AWSURL}, args...)...)
	c.Env, c.Stderr = programEnv(t), os.Stderr
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Process.Kill(); _ = c.Wait() })
	if err := env.Await(t.Context(), func(c *localaws.Cloud) bool { return subscribed(c) }); err != nil {
		t.Fatal(err)
	}
	return c, bufio.NewScanner(out)
}

func TestWatchPrintsAnnouncementsAndLeavesNothing(t *testing.T) {
	env := start(t)
	c, lines := watching(t, env, "--user", "tg:1", "--key", "tone")
	for _, args := range [][]string{
		{"tg:2", "tone=brief"}, {"tg:1", "language=fr"}, {"tg:1", "tone=brief", "language=de"}, {"tg:1", "tone=null"}, {"tg:1", "--erase"},
	} {
		if out, err := stdout(t, pipelineAt(env, append([]string{"publish", "--wait"}, args...)...)...); err != nil {
			t.Fatal(err, out)
		}
	}
	for _, want := range []string{`language="de", tone="brief"`, "tone forgotten", "language forgotten (erased)"} {
		if !lines.Scan() || !strings.Contains(lines.Text(), " tg:1 revision ") || !strings.HasSuffix(lines.Text(), ": "+want) {
			t.Errorf("it prints %q, want %q", lines.Text(), want)
		}
	}
	if err := c.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if lines.Scan() {
		t.Errorf("it also prints %q", lines.Text())
	}
	if err := c.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v", err)
	}
	env.Do(func(c *localaws.Cloud) {
		if left := temporary(c); len(left) > 0 {
			t.Errorf("left behind: %q", left)
		}
	})
}

// The guard outlives a watch that is killed.
func TestAKilledWatchLeavesNothing(t *testing.T) {
	env := start(t)
	c, _ := watching(t, env)
	if err := c.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	nothingIsLeft(t, env)
}

// Where the guard is killed too, the next watch sweeps. It leaves what another host or a
// running process owns.
func TestTheNextWatchSweeps(t *testing.T) {
	env := start(t)
	hour := time.Now().Add(time.Hour)
	others := []watch.Name{watch.NameFor(hour, "another host", 1), watch.NameFor(hour, hostname(), os.Getppid())}
	gone := []watch.Name{watch.NameFor(time.Now().Add(-time.Second), "another host", 1), watch.NameFor(hour, hostname(), 999_999_999)}
	env.Do(func(c *localaws.Cloud) {
		for _, n := range append(gone, others...) {
			if err := c.Buses.PutRule(devBus, n.String(), `{"source":["x"]}`); err != nil {
				t.Fatal(err)
			}
			if _, err := c.Queues.CreateQueue(n.String(), nil, nil); err != nil {
				t.Fatal(err)
			}
		}
	})
	out, err := botprefs(t, pipelineAt(env, "watch", "--for", "1s")...)
	if err != nil || strings.Count(out, "which an earlier watch had left behind") != 2 {
		t.Errorf("%v\n%s", err, out)
	}
	env.Do(func(c *localaws.Cloud) {
		left := strings.Join(temporary(c), "\n")
		for _, n := range gone {
			if strings.Contains(left, n.String()) {
				t.Errorf("%s is still there", n)
			}
		}
		for _, n := range others {
			if strings.Count(left, n.String()) != 2 {
				t.Errorf("%s is gone", n)
			}
		}
	})
}

// A look into somebody else's queue shows each message once, takes nothing, and stops
// before a message would be dead-lettered.
func TestALookIntoAQueueTakesNothing(t *testing.T) {
	env := start(t)
	var url string
	env.Do(func(c *localaws.Cloud) {
		dead, err := c.Queues.CreateQueue("a-dlq", nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		q, err := c.Queues.CreateQueue("a-queue", map[string]string{"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":"4"}`, dead.ARN())}, nil)
		if err != nil {
			t.Fatal(err)
		}
		url = env.AWSURL + "/000000000000/a-queue"
		for _, body := range []string{changeOf("u1", `"formal"`), changeOf("u2", `"formal"`), "not an event"} {
			if _, err := q.Send(body, map[string]sqs.Attribute{}, 0); err != nil {
				t.Fatal(err)
			}
		}
	})
	out, err := botprefs(t, pipelineAt(env, "watch", "--from-queue", url, "--user", "u1")...)
	if err == nil || !strings.Contains(err.Error(), "has been received 3 times of 4: the next receive would make it a dead letter") {
		t.Errorf("%v", err)
	}
	if !regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d u1 change`).MatchString(out) { // what lies in a queue may be old
		t.Errorf("it prints no date:\n%s", out)
	}
	if strings.Count(out, " u1 change 01") != 1 || strings.Contains(out, "u2") || strings.Count(out, "unreadable: ") != 1 {
		t.Errorf("it prints\n%s", out)
	}
	env.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue("a-queue")
		dead, _ := c.Queues.Queue("a-dlq")
		if n, buried := len(q.Messages()), len(dead.Messages()); n != 3 || buried != 0 {
			t.Errorf("%d messages are left, and %d are dead letters", n, buried)
		}
	})
}

func TestWatchRefusesWhatCannotWork(t *testing.T) {
	for want, line := range map[string]string{
		"--for must be more than 0":                      "watch --for 25h",
		`--from-queue: "x" is not the URL of a queue`:    "watch --from-queue x",
		`--key: "a!" is not the name of a preference`:    "watch --key a!",
		"--user is empty":                                "watch --user ",
		"this is for botprefs watch alone":               "watch-guard --name x --bus b",
		"nothing answers there: correct --endpoint":      "watch --endpoint http://127.0.0.1:1",
		"nothing answers there: correct --endpoint http": "watch --endpoint http://127.0.0.1:1 --from-queue http://127.0.0.1:1/q",
	} {
		if out, err := botprefs(t, strings.Split(line, " ")...); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s\n%s", line, err, want, out)
		}
	}
}

func TestALineOfTheWatch(t *testing.T) {
	const envelope = `{"version":"0","id":"6a7e8feb-b491-4cf7-a9f1-bf3703467718","detail-type":"PreferencesUpdated","source":"bot-preferences","time":"2026-12-01T08:00:00Z","detail":%s}`
	detail := `{"version":1,"user_id":"a` + "\u202e" + `b","revision":7,"previous_revision":0,"changed_keys":["x"],"truncated":true,"erased":false,"updated_at":"2026-12-01T08:00:01.000Z","caused_by":[],"as_of":"01M8Q59XXH74D88JE7C33YDRRG","snapshot":true}`
	table, asJSON := watchOptions{format: cli.Table}, watchOptions{format: cli.JSON}
	body := fmt.Sprintf(envelope, detail)
	if got, want := table.line(body), `08:00:01 a\u202eb revision 7: x (snapshot, truncated)`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := asJSON.line(body); got != strings.ReplaceAll(detail, "\u202e", `\u202e`) {
		t.Errorf("%q", got)
	}
	if got := asJSON.line("not JSON"); got != "" {
		t.Errorf("%q", got)
	}
	if got := table.line(strings.Replace(body, "PreferencesUpdated", "Else\x7f", 1)); !strings.HasPrefix(got, "unreadable: ") || strings.Contains(got, "\x7f") {
		t.Errorf("%q", got)
	}
}
