package repotest

import (
	"regexp"
	"slices"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// notInProduction lists packages that only tests and tools may link.
var notInProduction = []string{
	"testing", "github.com/google/go-cmp", "pgregory.net/rapid", "github.com/santhosh-tekuri/jsonschema",
	"github.com/spf13", "go.yaml.in/yaml",
	module + "/internal/lab", module + "/internal/localaws", module + "/internal/localrun",
}

// clients lists the SDK clients that each Lambda uses. It must link no other.
var clients = map[string][]string{
	"getUserPreferences":     {"dynamodb"},
	"updateUserPreferences":  {"dynamodb", "eventbridge"},
	"deleteUserPreferences":  {"dynamodb", "eventbridge"},
	"applyPreferenceChanges": {"dynamodb", "sqs"},
	"republishPreferences":   {"eventbridge", "sqs"},
	"recordHistory":          {"dynamodb"},
	"getChange":              {"dynamodb"},
}

var clientPackage = regexp.MustCompile(`^github\.com/aws/aws-sdk-go-v2/service/(dynamodb|eventbridge|sqs|dynamodbstreams)$`)

func TestLambdasLinkOnlyWhatTheyUse(t *testing.T) {
	s, err := stack.Load("serverless.yml", stack.Options{Unconditional: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Functions) != len(clients) {
		t.Fatalf("serverless.yml has %d functions, this test knows %d", len(s.Functions), len(clients))
	}
	var mains []string
	for _, f := range s.Functions {
		mains = append(mains, f.Handler)
	}
	all := links(t, mains...)
	for _, f := range s.Functions {
		var linked []string
		for _, path := range all[f.Handler] {
			if m := clientPackage.FindStringSubmatch(path); m != nil {
				linked = append(linked, m[1])
			}
			if unwanted(path) {
				t.Errorf("%s (%s) links %s", f.Name, f.Handler, path)
			}
		}
		slices.Sort(linked)
		if !slices.Equal(linked, clients[f.Name]) {
			t.Errorf("%s (%s) links the clients %v, want %v", f.Name, f.Handler, linked, clients[f.Name])
		}
	}
}

// unwanted reports whether only tests and tools may link a package.
func unwanted(path string) bool {
	return slices.ContainsFunc(notInProduction, func(bad string) bool { return under(path, bad) })
}
