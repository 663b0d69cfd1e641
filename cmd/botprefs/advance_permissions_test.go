package main

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// notCalled are the actions in docs/recovery.md that no command on the page needs.
var notCalled = map[string]string{
	"dynamodb:Query":                                   "a restore asks for it",
	"dynamodb:PutItem":                                 "a restore asks for it",
	"dynamodb:DeleteItem":                              "a restore asks for it",
	"dynamodb:BatchWriteItem":                          "a restore asks for it",
	"dynamodb:DeleteBackup":                            "step 10, in words",
	"events:ListArchives":                              "to find the archive",
	"events:DescribeArchive":                           "to look at the archive",
	"events:CancelReplay":                              "step 6, in words",
	"cloudformation:DescribeStackDriftDetectionStatus": "step 10, in a comment",
	"cloudformation:DescribeStackResourceDrifts":       "step 10, in a comment",
}

// actionOf are the actions whose names differ from their operations'.
var actionOf = map[string]string{
	"sqs:SendMessageBatch": "sqs:SendMessage", "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility", "dynamodb:Wait": "dynamodb:DescribeTable",
	"sts:GetCallerIdentity": "",                          // everybody may
	"iam:GetRolePolicy":     "", "iam:PutRolePolicy": "", // a deployment's
}

// Whoever recovers a table with the page's permissions may run its commands to
// the end.
func TestThePermissionsOfARecoveryAreThoseOfItsCommands(t *testing.T) {
	page, err := os.ReadFile("../../docs/recovery.md")
	if err != nil {
		t.Fatal(err)
	}
	procedure, rest, ok := strings.Cut(string(page), "\n## Try it")
	if !ok {
		t.Fatal("where does the procedure end?")
	}
	procedure = strings.ReplaceAll(procedure, "\\\n", " ") // a command may go on in the next line
	granted, asked := grantedBy(t, rest), askedByTheCLI(procedure)
	maps.Copy(asked, askedByBotprefs(newSkill(t), procedure))
	if len(asked) < 30 || !asked["sqs:ReceiveMessage"] || !asked["lambda:PutFunctionConcurrency"] {
		t.Fatalf("the commands ask for %v alone", slices.Sorted(maps.Keys(asked)))
	}
	for action := range asked {
		if !granted[action] {
			t.Errorf("the page's permissions lack %s", action)
		}
	}
	for action := range granted {
		if _, known := notCalled[action]; asked[action] == known {
			t.Errorf("%s: asked for %t, declared as not called %t", action, asked[action], known)
		}
	}
}

func grantedBy(t *testing.T, page string) map[string]bool {
	t.Helper()
	_, text, _ := strings.Cut(page, "\n## Permissions")
	_, text, _ = strings.Cut(text, "```json\n")
	text, _, _ = strings.Cut(text, "```")
	var statements []struct{ Action []string }
	if err := json.Unmarshal([]byte(text), &statements); err != nil {
		t.Fatal(err)
	}
	granted := map[string]bool{}
	for _, s := range statements {
		for _, action := range s.Action {
			granted[action] = true
		}
	}
	return granted
}

var cliCommand = regexp.MustCompile(`\baws (dynamodb|events|lambda|sqs|sts|iam|cloudformation) ([a-z-]+)`)

func askedByTheCLI(procedure string) map[string]bool {
	asked := map[string]bool{}
	for _, found := range cliCommand.FindAllStringSubmatch(procedure, -1) {
		operation := ""
		for word := range strings.SplitSeq(found[2], "-") {
			operation += strings.ToUpper(word[:1]) + word[1:]
		}
		ask(asked, found[1]+":"+operation)
	}
	return asked
}

func ask(asked map[string]bool, action string) {
	if other, ok := actionOf[action]; ok {
		action = other
	}
	if action != "" {
		asked[action] = true
	}
}

var botprefsCommand = regexp.MustCompile("go run ./cmd/botprefs ([^\n`>]+)")

// askedByBotprefs runs the page's own lines. It sends some of the dead letters back, and
// leaves others.
func askedByBotprefs(s *skill, procedure string) map[string]bool {
	s.Helper()
	s.restore()
	bury(s.T, s.env, changeOf("tg:1", `"formal"`), nil)
	bury(s.T, s.env, "not JSON", map[string]string{"ERROR_CODE": "malformed"})
	endpoint, asked := listening(s)
	values := strings.NewReplacer("--table $N", "--table "+restored, "--bus $N", "--checkpoint none --bus "+devBus, "$S", "dev",
		"announced.jsonl", s.file(`{"user_id":"tg:1","revision":4102444800000}`))
	for _, found := range botprefsCommand.FindAllStringSubmatch(procedure, -1) {
		args := append(strings.Fields(values.Replace(found[1])), "--endpoint", endpoint)
		if out, err := botprefs(s.T, args...); err != nil && !strings.Contains(err.Error(), "keep a revision beyond") {
			s.Errorf("%q: %v\n%s", args, err, out)
		}
	}
	return asked()
}

// listening is an endpoint that records the actions of its requests.
func listening(s *skill) (endpoint string, asked func() map[string]bool) {
	to, err := url.Parse(s.env.AWSURL)
	if err != nil {
		s.Fatal(err)
	}
	services := map[string]string{"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs", "AWSEvents": "events", "CloudFormation": "cloudformation"}
	var mu sync.Mutex
	actions, proxy := map[string]bool{}, httputil.NewSingleHostReverseProxy(to)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		service, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if operation == "" { // the query protocol of CloudFormation
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			form, _ := url.ParseQuery(string(body))
			service, operation = "CloudFormation", form.Get("Action")
		}
		mu.Lock()
		ask(actions, services[service]+":"+operation)
		mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	s.Cleanup(front.Close)
	return front.URL, func() map[string]bool {
		mu.Lock()
		defer mu.Unlock()
		return maps.Clone(actions)
	}
}
