package lambda_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const (
	applyARN = "arn:aws:lambda:us-east-1:123456789012:function:bot-apply"
	queueARN = "arn:aws:sqs:us-east-1:123456789012:changes"
)

// service is the API behind Lambda's own client, with the functions bot-apply and
// bot-republish and a mapping of each kind.
type service struct {
	*client.Client
	*bench
	api    *lambda.API
	queue  *heap
	apply  *lambda.QueueMapping
	stream *lambda.StreamMapping
}

func newService(t *testing.T) *service {
	b, queue, apply := queueMapping(lambda.QueueMappingConfig{BatchSize: 10, ReportBatchItemFailures: true})
	stream := lambda.NewStreamMapping(b.World, lambda.StreamMappingConfig{
		ID: "stream", Function: "republish", StreamARN: "arn:stream", StartingPosition: lambda.TrimHorizon,
		MaximumRetryAttempts: 5, BisectBatchOnFunctionError: true, ReportBatchItemFailures: true,
	}, &tape{b: b}, nil)
	api := lambda.NewAPI(b.World)
	api.AddFunction(lambda.Function{Name: "bot-apply", ARN: applyARN, Handler: "apply", Timeout: 5 * time.Second, MemoryMB: 256, LogFormat: "JSON", Environment: map[string]string{"A": "b"}})
	api.AddFunction(lambda.Function{Name: "bot-republish", ARN: applyARN + "-2", Failure: "InvalidImage"})
	api.AddMapping(lambda.Described{SourceMapping: apply, SourceARN: queueARN, FunctionARN: applyARN})
	api.AddMapping(lambda.Described{SourceMapping: stream, SourceARN: "arn:stream", FunctionARN: applyARN + "-2", Filters: []string{`{"a":["b"]}`}, OnFailureARN: "arn:aws:sqs:dead"})
	front := wire.Front{
		Run:   func(_ context.Context, c wire.Call) (any, error) { return c() },
		NewID: func() string { return "request" }, REST: []*wire.RESTService{api.Wire()}, Region: "us-east-1",
	}
	s := &service{bench: b, api: api, queue: queue, apply: apply, stream: stream}
	s.Client = client.NewFromConfig(aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
		HTTPClient: &http.Client{Transport: direct{front.Handler()}},
	})
	return s
}

type direct struct{ http.Handler }

func (h direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody // as a server does
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result(), nil
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	if api, ok := errors.AsType[smithy.APIError](err); !ok || api.ErrorCode() != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

func TestFunctionsAreShown(t *testing.T) {
	s := newService(t)
	f, err := s.GetFunctionConfiguration(t.Context(), &client.GetFunctionConfigurationInput{FunctionName: aws.String("bot-apply")})
	if err != nil {
		t.Fatal(err)
	}
	if *f.FunctionArn != applyARN || *f.Timeout != 5 || *f.MemorySize != 256 || f.State != types.StateActive || f.LastUpdateStatus != types.LastUpdateStatusSuccessful ||
		f.Environment.Variables["A"] != "b" || f.LoggingConfig.LogFormat != types.LogFormatJson || *f.Version != "$LATEST" {
		t.Errorf("%+v", f)
	}
	byARN, err := s.GetFunctionConfiguration(t.Context(), &client.GetFunctionConfigurationInput{FunctionName: aws.String(applyARN + "-2")})
	if err != nil || byARN.LastUpdateStatus != types.LastUpdateStatusFailed || *byARN.LastUpdateStatusReason != "InvalidImage" {
		t.Errorf("%+v, %v", byARN, err)
	}
	_, err = s.GetFunctionConfiguration(t.Context(), &client.GetFunctionConfigurationInput{FunctionName: aws.String("bot-get")})
	wantCode(t, err, "ResourceNotFoundException")
	list, err := s.ListFunctions(t.Context(), &client.ListFunctionsInput{MaxItems: aws.Int32(1)})
	if err != nil || len(list.Functions) != 1 || *list.NextMarker != "bot-apply" {
		t.Fatalf("%+v, %v", list, err)
	}
	rest, err := s.ListFunctions(t.Context(), &client.ListFunctionsInput{Marker: list.NextMarker})
	if err != nil || len(rest.Functions) != 1 || *rest.Functions[0].FunctionName != "bot-republish" || rest.NextMarker != nil {
		t.Errorf("%+v, %v", rest, err)
	}
}

func TestMappingsAreShown(t *testing.T) {
	s := newService(t)
	all, err := s.ListEventSourceMappings(t.Context(), &client.ListEventSourceMappingsInput{})
	if err != nil || len(all.EventSourceMappings) != 2 {
		t.Fatalf("%+v, %v", all, err)
	}
	q := all.EventSourceMappings[0]
	if *q.UUID != "mapping" || *q.State != "Enabled" || *q.BatchSize != 10 || *q.EventSourceArn != queueARN || *q.FunctionArn != applyARN ||
		len(q.FunctionResponseTypes) != 1 || *q.ScalingConfig.MaximumConcurrency != 5 || q.StartingPosition != "" || !q.LastModified.Equal(start) {
		t.Errorf("the queue's is %+v", q)
	}
	one, err := s.GetEventSourceMapping(t.Context(), &client.GetEventSourceMappingInput{UUID: aws.String("stream")})
	if err != nil || *one.BatchSize != 100 || *one.MaximumRetryAttempts != 5 || !*one.BisectBatchOnFunctionError || *one.ParallelizationFactor != 1 ||
		one.StartingPosition != types.EventSourcePositionTrimHorizon || *one.DestinationConfig.OnFailure.Destination != "arn:aws:sqs:dead" ||
		*one.FilterCriteria.Filters[0].Pattern != `{"a":["b"]}` {
		t.Errorf("the stream's is %+v, %v", one, err)
	}
	_, err = s.GetEventSourceMapping(t.Context(), &client.GetEventSourceMappingInput{UUID: aws.String("none")})
	wantCode(t, err, "ResourceNotFoundException")
	for name, in := range map[string]client.ListEventSourceMappingsInput{
		"function": {FunctionName: aws.String("bot-republish")}, "source": {EventSourceArn: aws.String("arn:stream")},
	} {
		if list, err := s.ListEventSourceMappings(t.Context(), &in); err != nil || len(list.EventSourceMappings) != 1 || *list.EventSourceMappings[0].UUID != "stream" {
			t.Errorf("by %s: %+v, %v", name, list, err)
		}
	}
	_, err = s.ListEventSourceMappings(t.Context(), &client.ListEventSourceMappingsInput{FunctionName: aws.String("bot-get")})
	wantCode(t, err, "ResourceNotFoundException")
}

func TestAnotherRegionHasNoFunctions(t *testing.T) {
	s := newService(t)
	elsewhere := func(o *client.Options) { o.Region = "eu-west-1" }
	if list, err := s.ListFunctions(t.Context(), &client.ListFunctionsInput{}, elsewhere); err != nil || len(list.Functions) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestAMappingThatIsOffStartsNothing(t *testing.T) {
	s := newService(t)
	s.queue.send("a", "b")
	inv, ok := s.apply.Next()
	if !ok {
		t.Fatal("nothing started")
	}
	s.queue.send("c")
	out, err := s.UpdateEventSourceMapping(t.Context(), &client.UpdateEventSourceMappingInput{UUID: aws.String("mapping"), Enabled: aws.Bool(false)})
	if err != nil || *out.State != "Disabling" {
		t.Fatalf("%+v, %v", out, err)
	}
	if got := s.state(t); got != "Disabling" {
		t.Errorf("with a batch in flight it is %s", got)
	}
	if _, ok := s.apply.Next(); ok {
		t.Error("it starts a batch")
	}
	if _, ok := s.apply.Wake(); ok {
		t.Error("it wakes")
	}
	s.apply.Finish(inv, succeeded)
	if got := s.state(t); got != "Disabled" || len(s.queue.messages) != 1 {
		t.Errorf("it is %s, with %d messages", got, len(s.queue.messages))
	}
	if out, err = s.UpdateEventSourceMapping(t.Context(), &client.UpdateEventSourceMappingInput{UUID: aws.String("mapping"), Enabled: aws.Bool(true)}); err != nil || *out.State != "Enabling" {
		t.Errorf("%+v, %v", out, err)
	}
	if inv, ok := s.apply.Next(); !ok || len(inv.Items) != 1 || inv.Items[0] != "c" || s.state(t) != "Enabled" {
		t.Errorf("%+v, %t", inv, ok)
	}
}

// A message in the window when the mapping is switched off is delivered once after that.
func TestSwitchingOffGivesUpTheWindow(t *testing.T) {
	b, h, m := queueMapping(lambda.QueueMappingConfig{Window: 10 * time.Second})
	h.send("a")
	if _, ok := m.Next(); ok {
		t.Fatal("the window is open")
	}
	m.SetEnabled(false)
	b.turn(time.Minute)
	m.SetEnabled(true)
	b.turn(10 * time.Second)
	m.Next()
	b.turn(10 * time.Second)
	if inv, ok := m.Next(); !ok || len(inv.Items) != 1 {
		t.Errorf("%+v, %t", inv, ok)
	}
}

func (s *service) state(t *testing.T) string {
	t.Helper()
	m, err := s.GetEventSourceMapping(t.Context(), &client.GetEventSourceMappingInput{UUID: aws.String("mapping")})
	if err != nil {
		t.Fatal(err)
	}
	return *m.State
}

func TestMappingsAreChanged(t *testing.T) {
	s := newService(t)
	update := func(in client.UpdateEventSourceMappingInput) error {
		_, err := s.UpdateEventSourceMapping(t.Context(), &in)
		return err
	}
	if err := update(client.UpdateEventSourceMappingInput{UUID: aws.String("mapping"), BatchSize: aws.Int32(3), FunctionResponseTypes: []types.FunctionResponseType{}}); err != nil {
		t.Fatal(err)
	}
	if c := s.apply.Config(); c.BatchSize != 3 || c.ReportBatchItemFailures || c.MaximumConcurrency != 5 {
		t.Errorf("%+v", c)
	}
	wantCode(t, update(client.UpdateEventSourceMappingInput{UUID: aws.String("mapping"), BatchSize: aws.Int32(11)}), "InvalidParameterValueException")
	wantCode(t, update(client.UpdateEventSourceMappingInput{UUID: aws.String("none")}), "ResourceNotFoundException")
	wantCode(t, update(client.UpdateEventSourceMappingInput{UUID: aws.String("mapping"), FunctionName: aws.String("other")}), "LocalAWSUnsupported")
	wantCode(t, update(client.UpdateEventSourceMappingInput{UUID: aws.String("mapping"), KMSKeyArn: aws.String("arn:aws:kms:us-east-1:123456789012:key/k")}), "LocalAWSUnsupported")
	if err := update(client.UpdateEventSourceMappingInput{UUID: aws.String("stream"), MaximumRetryAttempts: aws.Int32(1), BisectBatchOnFunctionError: aws.Bool(false), MaximumRecordAgeInSeconds: aws.Int32(60)}); err != nil {
		t.Fatal(err)
	}
	if c := s.stream.Config(); c.MaximumRetryAttempts != 1 || c.BisectBatchOnFunctionError || c.MaximumRecordAge != time.Minute || !c.ReportBatchItemFailures {
		t.Errorf("%+v", c)
	}
}
