package consumers

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const (
	module  = "github.com/bot-preferences/bot-preferences/"
	clients = "github.com/aws/aws-sdk-go-v2/service/"
)

// A Lambda that links a client it does not use starts later. config itself links
// sso, ssooidc, signin and sts.
func TestLambdasLinkOnlyTheClientsThatTheyUse(t *testing.T) {
	for folder, want := range map[string][]string{
		"consumers":                  nil,
		"producers":                  nil,
		"internal/profilestore/item": nil,
		"consumers/apply":            {"dynamodb", "sqs"},
		"consumers/republish":        {"eventbridge", "sqs"},
		"consumers/get":              {"dynamodb"},
		"consumers/change":           {"dynamodb"},
		"consumers/history":          {"dynamodb"},
		"internal/history":           nil,
		"subscriber":                 nil,
		"subscriber/filter":          nil,
		"subscriber/copytable":       {"dynamodb"},
	} {
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", module+folder).Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		var got []string
		for _, path := range strings.Fields(string(out)) {
			name, ok := strings.CutPrefix(path, clients)
			if ok && !strings.Contains(name, "/") && !slices.Contains([]string{"sso", "ssooidc", "signin", "sts"}, name) {
				got = append(got, name)
			}
			if strings.HasPrefix(path, module+"internal/localaws") {
				t.Errorf("%s links %s", folder, path)
			}
		}
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s links %v, want %v", folder, got, want)
		}
	}
}
