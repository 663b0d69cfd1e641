package buses_test

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

const (
	requestTrace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
	entryTrace   = "Root=1-5759e988-000000000000000000000001;Parent=53995c3f42cd8ad8;Sampled=1"
)

// traces: the trace of PutEvents reaches a queue as AWSTraceHeader. EventBridge user
// guide, "Amazon EventBridge and AWS X-Ray", also for the entry's own TraceHeader.
// LocalStack recorded at AWS that the request's header travels on
// (tests/aws/services/events/test_x_ray_trace_propagation.py).
var traces = []conformance.Case{
	on("trace/the header of the request", func(s *scene) error { return s.traced(nil, requestTrace) }),
	on("trace/that of the entry wins", func(s *scene) error { return s.traced(aws.String(entryTrace), entryTrace) }),
}

func (s *scene) traced(own *string, want string) error {
	q, err := s.delivering("r", nil)
	if err != nil {
		return err
	}
	entry := s.entry(`{"a":1}`)
	entry.TraceHeader = own
	return conformance.Eventually(s.ctx, 30*time.Second, func() error {
		_, err := s.events.PutEvents(s.ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{entry}}, func(o *eventbridge.Options) {
			o.APIOptions = append(o.APIOptions, smithyhttp.SetHeaderValue("X-Amzn-Trace-Id", requestTrace))
		})
		if err != nil {
			return err
		}
		out, err := s.sqs.ReceiveMessage(s.ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &q.url, WaitTimeSeconds: 2, MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{"AWSTraceHeader"},
		})
		switch {
		case err != nil:
			return err
		case len(out.Messages) == 0:
			return errors.New("the queue has no message")
		}
		return equal("AWSTraceHeader", out.Messages[0].Attributes["AWSTraceHeader"], want)
	})
}
