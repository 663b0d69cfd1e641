package alarms_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	folder = root + "/docs/runbooks"
	pages  = "https://github.com/bot-preferences/bot-preferences/blob/main/docs/runbooks/"
)

var link = regexp.MustCompile(regexp.QuoteMeta(pages) + `([a-z-]+\.md)$`)

// runbooks are the pages of alarms.
func runbooks(t *testing.T) (names []string) {
	t.Helper()
	found, err := filepath.Glob(folder + "/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range found {
		if name := filepath.Base(path); name != "README.md" {
			names = append(names, name)
		}
	}
	return names
}

// Every alarm that a stage can have ends with the address of its page, and every page belongs to
// an alarm.
func TestEveryAlarmHasAPage(t *testing.T) {
	unused := map[string]bool{}
	for _, page := range runbooks(t) {
		unused[page] = true
	}
	known := len(unused)
	for _, name := range []string{"dev", "staging", "prod"} {
		s, err := load(name, everything)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range s.Alarms {
			m := link.FindStringSubmatch(a.Description)
			if m == nil || !slices.Contains(runbooks(t), m[1]) {
				t.Errorf("%s: the description does not end with the address of a page: %s", a.Name, a.Description)
				continue
			}
			delete(unused, m[1])
		}
	}
	if len(unused) > 0 || known < 10 {
		t.Errorf("%d pages; no alarm has these: %v", known, unused)
	}
}

// A reader at three in the morning finds the same parts on every page.
func TestEveryPageHasItsParts(t *testing.T) {
	readme, err := os.ReadFile(folder + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range runbooks(t) {
		text, err := os.ReadFile(filepath.Join(folder, page))
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for _, part := range []string{"# " + strings.TrimSuffix(page, ".md"), "## Who is hurt", "## First look", "## Causes and how to mend them", "## Verify", "## When to call somebody"} {
			i := strings.Index(string(text[at:]), part+"\n")
			if i < 0 {
				t.Errorf("%s: %q is missing, or comes too early", page, part)
				break
			}
			at += i
		}
		if !strings.Contains(string(readme), "]("+page+")") {
			t.Errorf("README.md does not lead to %s", page)
		}
	}
}

// Version 1 of the AWS CLI sends requests for SQS to AWS, whatever AWS_ENDPOINT_URL says. Whoever
// tries a page on a laptop must not reach the account.
func TestNoPageSendsRequestsForSQSElsewhere(t *testing.T) {
	for _, page := range runbooks(t) {
		text, err := os.ReadFile(filepath.Join(folder, page))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "aws sqs ") {
			t.Errorf("%s: aws sqs needs --endpoint-url, or a command of botprefs", page)
		}
	}
}
