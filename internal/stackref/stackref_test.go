package stackref_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

// deployed serves a stage of serverless.yml.
func deployed(t *testing.T, stageName string) http.Handler {
	t.Helper()
	s, err := stack.Load("../../serverless.yml", stack.Options{
		Stage: stageName, QueueURL: func(name string) string { return "http://127.0.0.1:4566/000000000000/" + name },
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world.World{Region: s.Region, Account: s.Account, Now: time.Now, Rand: rand.New(rand.NewPCG(1, 1))}
	c, err := localaws.New(w, s)
	if err != nil {
		t.Fatal(err)
	}
	c.Stacks.APIURL("http://127.0.0.1:8080/")
	run := func(_ context.Context, call wire.Call) (any, error) { return call() }
	return wire.Handler(run, func() string { return "request-1" }, c.Services()...)
}

func client(h http.Handler) *cloudformation.Client {
	return cloudformation.New(cloudformation.Options{
		Region: "us-east-1", BaseEndpoint: aws.String("http://127.0.0.1:4566"), HTTPClient: inProcess{h}, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

type inProcess struct{ http.Handler }

func (h inProcess) Do(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

func TestResourcesAreTheOutputsOfTheStack(t *testing.T) {
	got, err := stackref.Find(t.Context(), client(deployed(t, "staging")), "staging")
	if err != nil || got.Derived != nil {
		t.Fatal(err, got.Derived)
	}
	queue := func(name string) stackref.Queue {
		return stackref.Queue{Name: name, URL: "http://127.0.0.1:4566/000000000000/" + name}
	}
	want := stackref.Resources{
		Stack: "bot-preferences-staging", Bus: "bot-preferences-staging", Table: "bot-preferences-staging", API: "http://127.0.0.1:8080",
		ChangeQueue: queue("bot-preferences-staging-changes"), ChangeDeadLetters: queue("bot-preferences-staging-changes-dlq"),
		AnnouncementDeadLetters: queue("bot-preferences-staging-announcements-dlq"),
		ID:                      got.ID, Outputs: got.Outputs,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(got.ID, ":stack/bot-preferences-staging/") || got.Outputs["AlarmTopicArn"] == "" {
		t.Errorf("%s %v", got.ID, got.Outputs)
	}
	if !got.Owns(want.ChangeQueue.URL) || got.Owns("http://127.0.0.1:4566/000000000000/skill") {
		t.Error("it does not tell its own queues from others")
	}
}

// stacks answers with one stack on each page.
type stacks struct {
	stackref.Client
	list []types.Stack
}

func (s stacks) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	i, _ := strconv.Atoi(aws.ToString(in.NextToken))
	if i >= len(s.list) {
		return nil, errors.New("no such page")
	}
	out := &cloudformation.DescribeStacksOutput{Stacks: s.list[i : i+1]}
	if i+1 < len(s.list) {
		out.NextToken = aws.String(strconv.Itoa(i + 1))
	}
	return out, nil
}

func TestStagesAreThoseWithAStackOfThePipeline(t *testing.T) {
	stack := func(name, output string) types.Stack {
		return types.Stack{StackName: &name, Outputs: []types.Output{{OutputKey: &output}}}
	}
	list := []types.Stack{stack("bot-preferences-prod", "ChangeQueueUrl"), stack("other", "ChangeQueueUrl"), stack("bot-preferences-ci", "RoleArn"), stack("bot-preferences-dev", "ChangeQueueUrl")}
	if got, complete, err := stackref.Stages(t.Context(), stacks{list: list}); err != nil || !complete || !slices.Equal(got, []string{"dev", "prod"}) {
		t.Errorf("%v, %v", got, err)
	}
	if got, _, err := stackref.Stages(t.Context(), stacks{}); err == nil {
		t.Errorf("%v", got)
	}
	if got, complete, err := stackref.Stages(t.Context(), client(deployed(t, "staging"))); err != nil || !complete || !slices.Equal(got, []string{"staging"}) {
		t.Errorf("%v, %v", got, err)
	}
	// It reads ten pages.
	many := slices.Repeat([]types.Stack{stack("other", "RoleArn")}, 10)
	if got, complete, err := stackref.Stages(t.Context(), stacks{list: many}); err != nil || !complete || len(got) > 0 {
		t.Errorf("ten pages: %v, %v, %v", got, complete, err)
	}
	many = append(many, stack("bot-preferences-dev", "ChangeQueueUrl"))
	if got, complete, err := stackref.Stages(t.Context(), stacks{list: many}); err != nil || complete || len(got) > 0 {
		t.Errorf("eleven pages: %v, %v, %v", got, complete, err)
	}
}

func TestAnotherStageIsNotFound(t *testing.T) {
	_, err := stackref.Find(t.Context(), client(deployed(t, "dev")), "prod")
	absent, ok := errors.AsType[*stackref.NotFoundError](err)
	if !ok || absent.Stack != "bot-preferences-prod" || absent.Unwrap() == nil || err.Error() != "there is no stack bot-preferences-prod" {
		t.Errorf("%v", err)
	}
	if _, err := stackref.List(t.Context(), client(deployed(t, "dev")), "bot-preferences-prod"); !errors.As(err, &absent) {
		t.Errorf("List: %v", err)
	}
}

// answer is an endpoint that gives every request one answer.
func answer(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

func failing(status int, code string) http.Handler {
	return answer(status, "<ErrorResponse><Error><Code>"+code+"</Code><Message>why</Message></Error></ErrorResponse>")
}

func TestNamesAreDerivedWhereCloudFormationDoesNotAnswer(t *testing.T) {
	for name, h := range map[string]http.Handler{
		"no permission":         failing(403, "AccessDenied"),
		"an older botprefs dev": failing(400, "LocalAWSUnsupported"),
		"another service":       answer(400, `{"__type":"com.amazonaws.dynamodb.v20120810#MissingAuthenticationToken"}`),
	} {
		got, err := stackref.Find(t.Context(), client(h), "prod")
		if err != nil || got.Derived == nil {
			t.Errorf("%s: %v, derived because of %v", name, err, got.Derived)
			continue
		}
		got.Derived = nil
		want := stackref.Resources{
			Stack: "bot-preferences-prod", Bus: "bot-preferences-prod", Table: "bot-preferences-prod",
			ChangeQueue:             stackref.Queue{Name: "bot-preferences-prod-changes"},
			ChangeDeadLetters:       stackref.Queue{Name: "bot-preferences-prod-changes-dlq"},
			AnnouncementDeadLetters: stackref.Queue{Name: "bot-preferences-prod-announcements-dlq"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// A caller whom AWS does not know, and a service that fails, are no reason to guess.
func TestOtherErrorsAreErrors(t *testing.T) {
	for _, h := range []http.Handler{failing(403, "ExpiredToken"), failing(500, "InternalFailure"), failing(400, "ValidationError")} {
		got, err := stackref.Find(t.Context(), client(h), "prod")
		if _, absent := errors.AsType[*stackref.NotFoundError](err); err == nil || absent || got.Derived != nil {
			t.Errorf("%v, %v", err, got.Derived)
		}
	}
}

func TestAStackWithoutItsOutputsIsRefused(t *testing.T) {
	stacks := `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>x</StackName>
		<Outputs><member><OutputKey>TableName</OutputKey><OutputValue>t</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
	_, err := stackref.Find(t.Context(), client(answer(200, stacks)), "prod")
	want := "the stack bot-preferences-prod lacks the outputs EventBusName, ChangeQueueUrl, ChangesDeadLetterQueueUrl, AnnouncementsDeadLetterQueueUrl: it is another stack, or its deployment did not end"
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

func TestAllResourcesAreListed(t *testing.T) {
	list, err := stackref.List(t.Context(), client(deployed(t, "dev")), "bot-preferences-dev")
	want := stackref.Resource{LogicalID: "PreferencesTable", PhysicalID: "bot-preferences-dev", Type: "AWS::DynamoDB::Table", Status: "CREATE_COMPLETE"}
	if err != nil || !slices.Contains(list, want) {
		t.Errorf("%v, %v", err, list)
	}
}

type asked struct{ name string }

func (a *asked) GetQueueUrl(_ context.Context, in *sqs.GetQueueUrlInput, _ ...func(*sqs.Options)) (*sqs.GetQueueUrlOutput, error) {
	if a.name = aws.ToString(in.QueueName); a.name == "gone" {
		return nil, errors.New("there is none")
	}
	return &sqs.GetQueueUrlOutput{QueueUrl: aws.String("http://h/" + a.name)}, nil
}

func TestAQueueIsAskedForOnlyIfItsURLIsNotKnown(t *testing.T) {
	var a asked
	if url, err := (stackref.Queue{Name: "q", URL: "http://known/q"}).Locate(t.Context(), &a); err != nil || url != "http://known/q" || a.name != "" {
		t.Errorf("%q, %v, asked for %q", url, err, a.name)
	}
	if url, err := (stackref.Queue{Name: "q"}).Locate(t.Context(), &a); err != nil || url != "http://h/q" {
		t.Errorf("%q, %v", url, err)
	}
	if _, err := (stackref.Queue{Name: "gone"}).Locate(t.Context(), &a); err == nil {
		t.Error("a queue that is not there has a URL")
	}
}
