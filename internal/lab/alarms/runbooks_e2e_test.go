//go:build e2e

package alarms_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/guidetest"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
)

// TestRunbooks plants the fault of each page in botprefs dev, runs the page's commands,
// compares what the page shows, and then examines the stage: the page has mended it.
func TestRunbooks(t *testing.T) {
	s := newSite(t)
	pages := runbooks(t)
	slices.Reverse(pages) // undeliverable-lost replays the archive, in which the others leave refused changes
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			plant := plants[page]
			if plant == nil {
				t.Fatal("no fault is planted for this page")
			}
			s.T = t
			plant(s)
			s.follow(filepath.Join("docs/runbooks", page))
			s.run("botprefs doctor --stage prod --no-canary --only bus,policies,queues,functions,mappings,table,deadletters,history || exit 9")
		})
	}
}

// A site is a stage on this machine, and a shell with the tools of a person on call.
type site struct {
	*testing.T
	env *localrun.Environment
	bin string // has botprefs
}

func newSite(t *testing.T) *site {
	s := &site{T: t, bin: t.TempDir()}
	build := exec.Command("go", "build", "-buildvcs=false", "-o", filepath.Join(s.bin, "botprefs"), "./cmd/botprefs")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	env, err := localrun.Start(t.Context(), localrun.Options{Dir: root, Stage: "prod", AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Params: []string{"history=on"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = env.Close() })
	s.env = env
	return s
}

// prelude lets a block end with the first command that fails. Status 1 of doctor says that
// it has found something, and of dlq and resync that a letter stays: no mistakes of a page.
const prelude = `set -euo pipefail
botprefs() { local s=0; command botprefs "$@" || s=$?; if [[ $1 =~ ^(doctor|dlq|resync)$ && $s == 1 ]]; then s=0; fi; return $s; }
`

// follow runs the page's commands, and compares what it shows with what they printed.
func (s *site) follow(page string) {
	s.Helper()
	blocks, err := guidetest.Blocks(root, page)
	if err != nil {
		s.Fatal(err)
	}
	printed, ran := "", 0
	for _, b := range blocks {
		switch {
		case b.Language == "sh" && !strings.Contains(b.Lead, "Only in AWS"):
			printed = s.run(prelude + b.Text)
			ran++
		case b.Language == "text":
			for line := range strings.Lines(b.Text) {
				if !strings.Contains(printed, strings.TrimSpace(line)) {
					s.Errorf("%s:%d: %q was not printed, but\n%s", page, b.Line, strings.TrimSpace(line), printed)
				}
			}
		}
	}
	if ran < 2 {
		s.Errorf("%s has only %d blocks to run", page, ran)
	}
}

// run runs a script and returns what it printed.
func (s *site) run(script string) string {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-c", script)
	shell.Dir = s.TempDir()
	shell.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") }),
		"PATH="+s.bin+":"+os.Getenv("PATH"), "AWS_ENDPOINT_URL="+s.env.AWSURL, "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_PAGER=")
	var out bytes.Buffer
	shell.Stdout, shell.Stderr = &out, &out
	if err := shell.Run(); err != nil {
		s.Errorf("%v:\n%s\nprinted\n%s", err, strings.TrimPrefix(script, prelude), &out)
	}
	return out.String()
}

const prod = "bot-preferences-prod"

// plants has the fault of each page.
var plants = map[string]func(*site){
	"changes-dead-lettered.md": func(s *site) { s.nonsense(1) },
	"changes-refused.md":       func(s *site) { s.nonsense(10) },
	"announcements-dead-lettered.md": func(s *site) {
		s.publish(1)
		letters := s.env.AWSURL + "/000000000000/" + prod + "-announcements-dlq"
		for _, body := range []string{
			`{"user_id":"u1","revision":1,"previous_revision":0,"code":"undeliverable","message":"planted","sequence_number":"1"}`,
			`{"requestContext":{"condition":"RecordAgeExceeded"},"DDBStreamBatchInfo":{"shardId":"shardId-1","startSequenceNumber":"1","endSequenceNumber":"2","batchSize":2}}`,
		} {
			s.run(fmt.Sprintf("aws --endpoint-url %s sqs send-message --queue-url %s --message-body '%s'", s.env.AWSURL, letters, body))
		}
		for _, item := range []string{ // written by hand
			`{"user_id":{"S":"tg:1001"},"revision":{"N":"1"},"updated_at":{"S":"2026-12-01T10:00:00Z"},"weight":{"N":"0"},"p.tone":{"S":"dry"}}`,
			`{"user_id":{"S":"tg:1002"},"tone":{"S":"dry"}}`,
		} {
			s.run(fmt.Sprintf("aws dynamodb put-item --table-name %s --item '%s'", prod, item))
		}
		s.holds("announcements-dlq", 4)
	},
	"changes-waiting.md":    func(s *site) { s.disable("applyPreferenceChanges"); s.publish(3) },
	"announcements-late.md": func(s *site) { s.disable("republishPreferences"); s.publish(3) },
	"undeliverable-lost.md": func(s *site) {
		for _, queue := range []string{"-changes", "-changes-dlq"} {
			s.run(fmt.Sprintf("aws --endpoint-url %[1]s sqs set-queue-attributes --queue-url %[1]s/000000000000/%[2]s%[3]s --attributes Policy=", s.env.AWSURL, prod, queue))
		}
	},
	"announcements-lost.md": func(s *site) { s.publish(3) }, // what was lost cannot be seen
	"function-errors.md":    func(s *site) { s.hang("applyPreferenceChanges", func() { s.publish(1) }) },
	"items-failed.md":       func(s *site) { s.hang("applyPreferenceChanges", func() { s.publish(2) }) },
	"function-duration.md":  func(s *site) { s.hang("applyPreferenceChanges", func() { s.publish(1) }) },
	"function-throttles.md": func(s *site) {
		s.run("aws lambda put-function-concurrency --function-name " + prod + "-applyPreferenceChanges --reserved-concurrent-executions 0")
		s.publish(1)
	},
	"history-dead-lettered.md": (*site).gap,
	"function-concurrency.md":  func(s *site) { s.publish(30) },
	"objective-visible.md":     func(s *site) { s.late("applyPreferenceChanges", 4*time.Second) },
	"objective-announced.md":   func(s *site) { s.late("republishPreferences", 11*time.Second) },
	"api-errors.md": func(s *site) {
		s.hang("getUserPreferences", func() {
			if r, err := http.Get(s.env.APIURL + "/preferences?user_id=u1"); err != nil || r.StatusCode < 500 {
				s.Errorf("%v %v", r, err)
			}
		})
	},
}

func (s *site) publish(n int) {
	for i := range n {
		s.run(fmt.Sprintf("botprefs publish --stage prod u%d tone=dry", i+1))
	}
}

func (s *site) nonsense(n int) {
	entry := `{"EventBusName":"` + prod + `","Source":"broken-bot","DetailType":"PreferenceChange","Detail":"{}"}`
	s.run(fmt.Sprintf("aws events put-events --entries '[%s]'", strings.TrimSuffix(strings.Repeat(entry+",", n), ",")))
	s.holds("changes-dlq", n)
}

// gap makes dead letters of the history: a change and its announcement, which nobody could
// keep, and one that EventBridge could not deliver.
func (s *site) gap() {
	s.disable("recordHistory")
	s.publish(1)
	s.holds("history", 2)
	s.run(fmt.Sprintf(`for try in {1..6}; do aws --endpoint-url %[1]s sqs receive-message --queue-url %[2]s --max-number-of-messages 10 --visibility-timeout 0; done
aws --endpoint-url %[1]s sqs send-message --queue-url %[2]s-dlq --message-body '{}'`, s.env.AWSURL, s.env.AWSURL+"/000000000000/"+prod+"-history"))
	s.holds("history-dlq", 3)
	s.mapping("recordHistory", "enabled")
}

// holds returns when a queue has so many visible messages.
func (s *site) holds(queue string, n int) {
	s.Helper()
	s.await(func(c *localaws.Cloud) bool {
		q, _ := c.Queues.Queue(prod + "-" + queue)
		visible, _, _ := q.Counts()
		return visible >= n
	})
}

// await returns when something holds, and gives up after half a minute.
func (s *site) await(condition func(*localaws.Cloud) bool) {
	s.Helper()
	for range 300 {
		holds := false
		if s.env.Do(func(c *localaws.Cloud) { holds = condition(c) }); holds {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	s.Error("it never happened")
}

func (s *site) mapping(function, state string) {
	s.run(fmt.Sprintf(`uuid=$(aws lambda list-event-source-mappings --function-name %s-%s --query 'EventSourceMappings[0].UUID' --output text)
aws lambda update-event-source-mapping --uuid "$uuid" --%s`, prod, function, state))
}

func (s *site) disable(function string) { s.mapping(function, "no-enabled") }

// late holds a function back while changes are under way.
func (s *site) late(function string, by time.Duration) {
	s.disable(function)
	s.publish(3)
	time.Sleep(by)
	s.mapping(function, "enabled")
	time.Sleep(time.Second)
}

// hang stops the function's process in the middle of an invocation, which then reaches its
// timeout. A stopped process is killed and replaced.
func (s *site) hang(function string, invoke func()) {
	s.publish(1) // starts a process
	if function == "getUserPreferences" {
		_, _ = http.Get(s.env.APIURL + "/preferences?user_id=u1")
	}
	for _, id := range s.env.Processes(function) {
		if err := syscall.Kill(id, syscall.SIGSTOP); err != nil {
			s.Error(err)
		}
	}
	invoke()
	time.Sleep(7 * time.Second) // the timeout is 5 s
}
