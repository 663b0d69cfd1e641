package cloudformation_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const service = `service: %s
provider: {name: aws, runtime: provided.al2023}
functions:
  %s: {handler: bootstrap, package: {artifact: x.zip}, events: [{httpApi: {method: GET, path: /%s}}]}
resources:
  Resources:
    Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: %s-jobs}}
    JobsPolicy: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Jobs], PolicyDocument: {Statement: []}}}
  Outputs:
    JobsUrl: {Value: !Ref Jobs}
    StackId: {Value: !Ref AWS::StackId}
`

func load(t *testing.T, name string) *stack.Stack {
	t.Helper()
	file := filepath.Join(t.TempDir(), "serverless.yml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(service, "%s", name)), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := stack.Load(file, stack.Options{QueueURL: func(name string) string { return "http://127.0.0.1:4566/000000000000/" + name }})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// endpoint serves two stacks of one account, under a name that is not the server's own.
func endpoint(t *testing.T) (handler http.Handler, client func(region string) *sdk.Client) {
	t.Helper()
	joined, err := stack.Join(load(t, "orders"), load(t, "greeter"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	w := &world.World{Region: "us-east-1", Account: "000000000000", Now: func() time.Time { return now }, Rand: rand.New(rand.NewPCG(1, 1))}
	c, err := localaws.New(w, joined)
	if err != nil {
		t.Fatal(err)
	}
	c.Stacks.APIURL("http://127.0.0.1:8080")
	handler = wire.Front{
		Run:   func(_ context.Context, call wire.Call) (any, error) { return call() },
		NewID: func() string { return "request-1" }, Services: c.Services(), Region: w.Region, Elsewhere: c.ServicesIn,
		AddressedByHost: true,
	}.Handler()
	return handler, func(region string) *sdk.Client {
		return sdk.New(sdk.Options{
			Region: region, BaseEndpoint: aws.String("http://aws.test:4566"), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
			HTTPClient: roundTrip(handler),
		})
	}
}

type inProcess struct{ http.Handler }

func (h inProcess) Do(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	r.Host = r.URL.Host
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

func roundTrip(h http.Handler) aws.HTTPClient { return inProcess{h} }

func TestAStackIsDescribedWithItsOutputs(t *testing.T) {
	_, client := endpoint(t)
	out, err := client("us-east-1").DescribeStacks(t.Context(), &sdk.DescribeStacksInput{StackName: aws.String("orders-dev")})
	if err != nil || len(out.Stacks) != 1 {
		t.Fatalf("%v, %+v", err, out)
	}
	s := out.Stacks[0]
	got := map[string]string{}
	for _, o := range s.Outputs {
		got[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	id := aws.ToString(s.StackId)
	// The host is the caller's, and each port its own.
	want := map[string]string{"JobsUrl": "http://aws.test:4566/000000000000/orders-jobs", "HttpApiUrl": "http://aws.test:8080", "StackId": id}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("output %s is %q, want %q", name, got[name], value)
		}
	}
	if len(got) != len(want) || aws.ToString(s.StackName) != "orders-dev" || s.StackStatus != "CREATE_COMPLETE" || s.CreationTime.Year() != 2026 ||
		!strings.HasPrefix(id, "arn:aws:cloudformation:us-east-1:000000000000:stack/orders-dev/") {
		t.Errorf("%+v, %v", s, got)
	}
	byID, err := client("us-east-1").DescribeStacks(t.Context(), &sdk.DescribeStacksInput{StackName: s.StackId})
	if err != nil || aws.ToString(byID.Stacks[0].StackName) != "orders-dev" {
		t.Errorf("by its id: %v, %+v", err, byID)
	}
}

func TestWithoutANameAllStacksAreDescribed(t *testing.T) {
	_, client := endpoint(t)
	out, err := client("us-east-1").DescribeStacks(t.Context(), &sdk.DescribeStacksInput{})
	if err != nil || len(out.Stacks) != 2 || aws.ToString(out.Stacks[0].StackId) == aws.ToString(out.Stacks[1].StackId) {
		t.Errorf("%v, %+v", err, out)
	}
}

func TestResourcesAreListedByTheirPhysicalIDs(t *testing.T) {
	_, client := endpoint(t)
	listed, err := client("us-east-1").ListStackResources(t.Context(), &sdk.ListStackResourcesInput{StackName: aws.String("greeter-dev")})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]string{}
	for _, r := range listed.StackResourceSummaries {
		ids[aws.ToString(r.LogicalResourceId)+" "+aws.ToString(r.ResourceType)] = aws.ToString(r.PhysicalResourceId)
	}
	for resource, want := range map[string]string{
		"Jobs AWS::SQS::Queue":                        "http://aws.test:4566/000000000000/greeter-jobs",
		"GreeterLambdaFunction AWS::Lambda::Function": "greeter-dev-greeter",
		"GreeterLogGroup AWS::Logs::LogGroup":         "/aws/lambda/greeter-dev-greeter",
	} {
		if ids[resource] != want {
			t.Errorf("%s is %q, want %q", resource, ids[resource], want)
		}
	}
	if len(ids["JobsPolicy AWS::SQS::QueuePolicy"]) != 36 {
		t.Errorf("an id that AWS makes up is %q", ids["JobsPolicy AWS::SQS::QueuePolicy"])
	}
	one, err := client("us-east-1").DescribeStackResources(t.Context(), &sdk.DescribeStackResourcesInput{StackName: aws.String("greeter-dev"), LogicalResourceId: aws.String("Jobs")})
	if err != nil || len(one.StackResources) != 1 || aws.ToString(one.StackResources[0].PhysicalResourceId) != ids["Jobs AWS::SQS::Queue"] {
		t.Errorf("%v, %+v", err, one)
	}
	all, err := client("us-east-1").DescribeStackResources(t.Context(), &sdk.DescribeStackResourcesInput{StackName: aws.String("greeter-dev")})
	if err != nil || len(all.StackResources) != len(ids) {
		t.Errorf("%v, %d described and %d listed", err, len(all.StackResources), len(ids))
	}
}

func TestWhatIsNotThereIsAnsweredAsByAWS(t *testing.T) {
	handler, client := endpoint(t)
	ask := func(region string, in *sdk.DescribeStacksInput) error {
		_, err := client(region).DescribeStacks(t.Context(), in)
		return err
	}
	_, resource := client("us-east-1").DescribeStackResources(t.Context(), &sdk.DescribeStackResourcesInput{StackName: aws.String("orders-dev"), LogicalResourceId: aws.String("No")})
	_, making := client("us-east-1").DeleteStack(t.Context(), &sdk.DeleteStackInput{StackName: aws.String("orders-dev")})
	for name, row := range map[string]struct {
		err           error
		code, message string
	}{
		"another stack":        {ask("us-east-1", &sdk.DescribeStacksInput{StackName: aws.String("no")}), "ValidationError", "Stack with id no does not exist"},
		"another region":       {ask("eu-west-1", &sdk.DescribeStacksInput{StackName: aws.String("orders-dev")}), "ValidationError", "Stack with id orders-dev does not exist"},
		"another resource":     {resource, "ValidationError", "Resource No does not exist for stack orders-dev"},
		"an unknown member":    {ask("us-east-1", &sdk.DescribeStacksInput{NextToken: aws.String("t")}), "LocalAWSUnsupported", "localaws does not support the input member NextToken"},
		"an unknown operation": {making, "LocalAWSUnsupported", "localaws does not support the operation cloudformation.DeleteStack"},
	} {
		var api smithy.APIError
		if !errors.As(row.err, &api) || api.ErrorCode() != row.code || api.ErrorMessage() != row.message {
			t.Errorf("%s: %v", name, row.err)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("Action=%zz"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20261124/us-east-1/cloudformation/aws4_request, SignedHeaders=host, Signature=0")
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "<Code>MalformedQueryString</Code>") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
