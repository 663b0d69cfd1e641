package doctor_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
)

func TestAHealthyStackIsSilent(t *testing.T) {
	examine(t, func(p *patient) {
		results := p.run()
		var names []string
		for _, r := range results {
			names = append(names, r.Check)
			if r.Status != doctor.OK || r.Summary == "" || len(r.Findings) > 0 {
				p.Errorf("%s: %s %q %v", r.Check, r.Status, r.Summary, r.Findings)
			}
		}
		if !slices.Equal(names, doctor.Names()) || !doctor.Healthy(results) {
			p.Errorf("checks %v", names)
		}
		p.leftNothing()
	})
}

// Whoever waits sees each result before the round trip has ended, in the order of the checks.
func TestResultsAreShownAsTheyCome(t *testing.T) {
	examine(t, func(p *patient) {
		var shown []string
		p.change = func(e *doctor.Examination) {
			listen := e.Listen
			e.Show = func(r doctor.Result) { shown = append(shown, r.Check) }
			e.Listen = func(ctx context.Context, pattern string) (doctor.Listener, error) {
				if !slices.Equal(append(shown, doctor.Canary), doctor.Names()) {
					p.Errorf("when the round trip begins, there are %v", shown)
				}
				return listen(ctx, pattern)
			}
		}
		p.run()
		if !slices.Equal(shown, doctor.Names()) {
			p.Errorf("shown %v", shown)
		}
	})
}

// SQS leaves letters that were looked at three times out of the age of the oldest one.
func TestTheAgeOfLettersThatWereLookedAtIsNotTold(t *testing.T) {
	examine(t, func(p *patient) {
		p.send(p.stack.ChangeDeadLetters.URL, "{}")
		p.turn(90 * time.Second)
		p.names = []string{"deadletters"}
		if what := p.run()[0].Findings[0].What; !strings.Contains(what, ", the oldest 1m") {
			p.Error(what)
		}
		for range 3 {
			p.must(p.SQS.ReceiveMessage(p.Context(), &sqs.ReceiveMessageInput{QueueUrl: &p.stack.ChangeDeadLetters.URL, VisibilityTimeout: 1}))
			p.turn(time.Minute)
		}
		if what := p.run()[0].Findings[0].What; what != "1 dead letter of changes." {
			p.Error(what)
		}
	})
}

// A deployment that shifts gradually maps an alias of the function.
func TestAMappingOfAnAliasIsFine(t *testing.T) {
	examine(t, func(p *patient) {
		p.wire.rewrite = map[string][2]string{mappingsPath: {`Changes","`, `Changes:live","`}}
		p.names = []string{"mappings"}
		results := p.run()
		if !strings.Contains(results[0].Summary, apply) || results[0].Status != doctor.OK {
			print(p.T, results)
			p.Error(results[0])
		}
	})
}

// leftNothing checks that the round trip has erased what it wrote, and that its rule and
// queue are gone.
func (p *patient) leftNothing() {
	p.Helper()
	p.turn(time.Second) // what the fence hides is removed by a write of its own
	p.cloud(func(c *localaws.Cloud) {
		if n := len(c.Queues.Queues()); n != 3 {
			p.Errorf("%d queues", n)
		}
		table, _ := c.Tables.Table(p.stack.Table)
		table.Items(func(item dynamodb.Item) bool {
			if _, visible := item["p.botprefs-doctor"]; visible {
				p.Errorf("the item %v is not erased", item["user_id"])
			}
			return true
		})
	})
	rules := p.rules()
	if len(rules) != 1 {
		p.Errorf("rules %v", rules)
	}
}

// A permission that the caller lacks makes its check "not checked", and no finding.
func TestWhatTheCallerMayNotAskIsNotChecked(t *testing.T) {
	for operation, want := range map[string]struct{ check, needs string }{
		"GetCallerIdentity":   {"credentials", "sts:GetCallerIdentity"},
		"DescribeEventBus":    {"bus", "events:DescribeEventBus"},
		"DescribeRule":        {"bus", "events:DescribeRule"},
		"ListTargetsByRule":   {"bus", "events:ListTargetsByRule"},
		"GetQueueAttributes":  {"queues", "sqs:GetQueueAttributes"},
		"DescribeTable":       {"table", "dynamodb:DescribeTable"},
		"DescribeTimeToLive":  {"table", "dynamodb:DescribeTimeToLive"},
		"GetMetricStatistics": {"backlog", "cloudwatch:GetMetricStatistics"},
		"DescribeAlarms":      {"alarms", "cloudwatch:DescribeAlarms"},
		"GetItem":             {"canary", "dynamodb:GetItem"},
		"PutEvents":           {"canary", "events:PutEvents"},
		mappingsPath:          {"mappings", "lambda:ListEventSourceMappings"},
		functionPath(apply):   {"functions", "lambda:GetFunctionConfiguration"},
	} {
		t.Run(operation, func(t *testing.T) {
			examine(t, func(p *patient) {
				p.wire.refuse = func(asked string) string {
					return map[bool]string{true: "AccessDeniedException"}[asked == operation]
				}
				results := p.run()
				if got := codes(results); len(got) > 0 || !doctor.Healthy(results) {
					print(p.T, results)
					p.Fatalf("findings %v", got)
				}
				i := slices.IndexFunc(results, func(r doctor.Result) bool { return r.Check == want.check })
				if r := results[i]; r.Status != doctor.NotChecked || r.Summary != "not checked: needs "+want.needs {
					p.Errorf("%s: %s %q", r.Check, r.Status, r.Summary)
				}
				p.leftNothing()
			})
		})
	}
}

func TestAnAPIThatTheCallerMayNotInvokeIsNotChecked(t *testing.T) {
	for want, change := range map[string]func(*patient){
		"needs execute-api:Invoke": func(p *patient) { p.api = fmt.Errorf("403: %w", doctor.ErrForbidden) },
		"does not say where":       func(p *patient) { p.change = func(e *doctor.Examination) { e.ReadAPI = nil } },
	} {
		examine(t, func(p *patient) {
			change(p)
			p.names = []string{"api"}
			if r := p.run()[0]; r.Status != doctor.NotChecked || !strings.Contains(r.Summary, want) {
				p.Errorf("%+v", r)
			}
		})
	}
}

// Without the permission to make a rule or a queue, the round trip ends at the table.
func TestTheRoundTripGoesAsFarAsItMay(t *testing.T) {
	for _, operation := range []string{"PutRule", "CreateQueue", "PutTargets"} {
		examine(t, func(p *patient) {
			p.wire.refuse = func(asked string) string {
				return map[bool]string{true: "AccessDeniedException"}[asked == operation]
			}
			p.names = []string{doctor.Canary}
			r := p.run()[0]
			if r.Status != doctor.NotChecked || !strings.Contains(r.Summary, "stored after") || !strings.Contains(r.Summary, "its announcement was not checked: needs ") || !strings.HasSuffix(r.Summary, ":"+operation) {
				p.Errorf("%s: %+v", operation, r)
			}
			p.leftNothing()
		})
	}
}

// An interruption erases the canary's user, and removes the rule and the queue.
func TestAnInterruptedRoundTripLeavesNothing(t *testing.T) {
	examine(t, func(p *patient) {
		ctx, interrupt := context.WithCancel(p.Context())
		p.handlers[republish] = func(context.Context, []byte) ([]byte, error) {
			interrupt()
			return nil, errors.New("interrupted")
		}
		p.names = []string{doctor.Canary}
		p.ctx = ctx
		p.run()
		p.turn(time.Minute)
		p.leftNothing()
	})
}

// What an earlier run left behind after a crash is removed once its time is over.
func TestLeftoversAreSwept(t *testing.T) {
	examine(t, func(p *patient) {
		listen := doctor.Temporary(p.EventBridge, p.SQS, p.stack.Bus, "host", 2)
		if _, err := listen(p.Context(), `{"source":["none"]}`); err != nil { // and never closed
			p.Fatal(err)
		}
		p.turn(11 * time.Minute)
		p.names = []string{doctor.Canary}
		p.run()
		p.leftNothing()
	})
}

// docs/doctor.md has a section for each finding, and none for others.
func TestEachFindingHasItsSection(t *testing.T) {
	page, err := os.ReadFile("../../docs/doctor.md")
	if err != nil {
		t.Fatal(err)
	}
	var documented []string
	for _, line := range strings.Split(string(page), "\n") {
		if code, ok := strings.CutPrefix(line, "| `"); ok {
			code, _, _ = strings.Cut(code, "`")
			documented = append(documented, code)
		}
	}
	var planted []string
	for _, f := range all() {
		_, code, _ := strings.Cut(f.want, "/")
		planted = append(planted, code)
	}
	for _, list := range []*[]string{&documented, &planted} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	if !slices.Equal(documented, planted) {
		t.Errorf("docs/doctor.md has  %v\nfaults are planted: %v", documented, planted)
	}
}

// finding is where the code makes one, in calls with the code as a text.
var finding = regexp.MustCompile(`\.(?:find|gather)\("([^"]*)"`)

// Every finding in the code has a fault that makes it.
func TestEachFindingIsPlanted(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file.Name(), "_test.go") || !strings.HasSuffix(file.Name(), ".go") {
			continue
		}
		text, err := os.ReadFile(file.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range finding.FindAllStringSubmatch(string(text), -1) {
			code := call[1]
			if !slices.ContainsFunc(all(), func(f fault) bool { return strings.HasSuffix(f.want, "/"+code) }) {
				t.Errorf("%s: no fault makes the finding %s", file.Name(), code)
			}
		}
	}
}
