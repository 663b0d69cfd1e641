package realtime

import (
	"context"
	"net/http"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// AWS is the handler of the AWS endpoint: the JSON protocols of EventBridge, SQS,
// DynamoDB and DynamoDB Streams, Lambda's reading API, STS's GetCallerIdentity, and what
// CloudFormation tells of stacks. Signatures are not checked. A request that is signed for
// a region other than the World's finds nothing. Options change the front before it
// serves.
func (d *Driver) AWS(options ...func(*wire.Front)) http.Handler {
	f := wire.Front{
		Run: d.call, Services: d.cloud.Services(), REST: d.cloud.REST(),
		NewID: func() string {
			d.mu.Lock()
			defer d.mu.Unlock()
			return d.cloud.World.UUID()
		},
		Region: d.cloud.World.Region, Elsewhere: d.cloud.ServicesIn,
		Account: d.cloud.World.Account, AddressedByHost: true,
	}
	for _, option := range options {
		option(&f)
	}
	return f.Handler()
}

// API is the handler of the HTTP API: it invokes the function that the route
// names with payload format 2.0. IAM is not checked.
func (d *Driver) API() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.serve(r).Write(w, r)
	})
}

func (d *Driver) serve(r *http.Request) *apigateway.Answer {
	in, refused := apigateway.Read(r)
	if refused != nil {
		return refused
	}
	request, refused := d.translate(in)
	if refused != nil {
		return refused
	}
	ctx, cancel := context.WithTimeout(r.Context(), apigateway.Timeout)
	defer cancel()
	began := d.now()
	result := d.admit(ctx, request.Invocation)
	answer := request.Answer(result)
	d.answered(apigateway.Answered{
		Function: request.Invocation.Function, Duration: d.now().Sub(began), Bytes: max(len(in.Body), len(answer.Body)),
		Status: answer.Status, Err: result.Err,
	})
	return answer
}

func (d *Driver) answered(fact apigateway.Answered) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cloud.World.Tell(fact)
}

func (d *Driver) translate(in *apigateway.Incoming) (*apigateway.Request, *apigateway.Answer) {
	d.mu.Lock()
	defer d.mu.Unlock()
	request, refused := d.cloud.API.Translate(in)
	if refused == nil {
		d.cloud.World.Tell(apigateway.Asked{Function: request.Invocation.Function})
	}
	return request, refused
}

// An Invoker runs a function and returns what became of it. It is called from
// many goroutines.
type Invoker interface {
	Do(ctx context.Context, invocation *lambda.Invocation) lambda.Result
}
