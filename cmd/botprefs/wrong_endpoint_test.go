package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

// Each command says which flag is meant, in one sentence and before it has begun.
func TestAnEndpointThatIsNotAWSIsNamedAtOnce(t *testing.T) {
	env := start(t)
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "<html>no such page</html>")
	}))
	t.Cleanup(page.Close)
	for endpoint, want := range map[string]string{
		env.APIURL: env.APIURL + " is an HTTP API, and not AWS: --api takes it",
		page.URL:   page.URL + " does not answer as AWS does: correct --endpoint",
	} {
		for _, args := range [][]string{
			{"doctor"}, {"watch"}, {"get", "u"}, {"hash", "--user", "u"}, {"explain", "u", "k"}, {"publish", "u", "a=1"},
		} {
			out, err := botprefs(t, append(args, "--endpoint", endpoint)...)
			if err == nil || !strings.HasPrefix(err.Error(), want) || out != "" {
				t.Errorf("%s: %v\n%s", args, err, out)
			}
		}
	}
}

func TestAWrongStageNamesThoseThatThereAre(t *testing.T) {
	env := start(t)
	want := env.AWSURL + " has no stack bot-preferences-prod: correct --stage; there is --stage dev"
	for _, args := range [][]string{{"doctor"}, {"get", "u"}, {"dlq", "list"}} {
		if out, err := botprefs(t, pipelineAt(env, append(args, "--stage", "prod")...)...); err == nil || err.Error() != want {
			t.Errorf("%s: %v\n%s", args, err, out)
		}
	}
}

// otherStacks is an account with stacks of others, one on each of so many pages.
type otherStacks struct {
	stackref.Client
	pages int
}

func (s otherStacks) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	page, _ := strconv.Atoi(aws.ToString(in.NextToken))
	out := &cloudformation.DescribeStacksOutput{Stacks: []types.Stack{{StackName: aws.String("other")}}}
	if page+1 < s.pages {
		out.NextToken = aws.String(strconv.Itoa(page + 1))
	}
	return out, nil
}

// Where there are more stacks than it reads, one of them may be the pipeline's.
func TestThatThereIsNoStackIsSaidOnlyOfAllStacks(t *testing.T) {
	for pages, want := range map[int]string{3: "; it has no stack of this pipeline", 300: ""} {
		if got := deployed(t.Context(), otherStacks{pages: pages}); got != want {
			t.Errorf("%d pages: %q, want %q", pages, got, want)
		}
	}
}

// What needs one service alone takes an emulator of that, which has no CloudFormation. The
// HTTP API is told from one.
func TestTheHTTPAPIIsNoEmulator(t *testing.T) {
	env := start(t)
	for _, args := range [][]string{{"export"}, {"dlq", "list"}, {"resync", "--user", "u"}} {
		if out, err := botprefs(t, append(args, "--endpoint", env.APIURL)...); err == nil || !strings.HasPrefix(err.Error(), env.APIURL+" is an HTTP API, and not AWS") || strings.Contains(out, "using the names") {
			t.Errorf("%s: %v\n%s", args, err, out)
		}
	}
}

// An API on this machine needs no credentials. Without any, the error is one sentence, and
// the SDK's own log is not shown.
func TestWithoutCredentials(t *testing.T) {
	env := start(t)
	metadata := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(metadata.Close)
	nothing := "unset $(compgen -v AWS_) 2>/dev/null; export HOME=/nonexistent AWS_EC2_METADATA_SERVICE_ENDPOINT=" + metadata.URL + "; exec botprefs get u "
	for flags, want := range map[string]string{
		"--region eu-west-1":  "botprefs: there are no AWS credentials for AWS in eu-west-1: give --profile, or sign in; against botprefs dev give --endpoint http://127.0.0.1:4566\n",
		"--api " + env.APIURL: "botprefs: nothing is known of u\n",
	} {
		if out, notes, status := shell(t, nothing+flags); out != "" || notes != want || status != 1 {
			t.Errorf("%s: status %d\n%s%s", flags, status, out, notes)
		}
	}
}
