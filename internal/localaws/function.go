package localaws

import (
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// function is a function of the stack as a target of rules.
type function struct {
	config    lambda.AsyncConfig
	onFailure lambda.Destination

	// queue is nil until the first event arrives. Drivers then have no source of
	// invocations that nothing uses.
	queue *lambda.AsyncQueue
}

// Admit tells whether the reserved concurrency of a function, by its key in serverless.yml,
// leaves room for one more invocation. The caller calls leave at the invocation's end.
func (c *Cloud) Admit(function string) (leave func(), ok bool) {
	for arn, f := range c.functions {
		if f.config.Function == function {
			return func() { c.Lambda.Leave(arn) }, c.Lambda.Admit(arn)
		}
	}
	return func() {}, true
}

// asyncRetries is how often Lambda tries a failed event again by default.
const asyncRetries = 2

func (c *Cloud) buildFunctions(s *stack.Stack) error {
	byName := map[string]*function{}
	for _, f := range s.Functions {
		byName[f.Name] = &function{config: lambda.AsyncConfig{Function: f.Name, FunctionARN: f.ARN, MaximumRetryAttempts: asyncRetries}}
		c.functions[f.ARN] = byName[f.Name]
		c.Lambda.AddFunction(lambda.Function{
			Name: f.PhysicalName, ARN: f.ARN, Handler: f.Handler, RoleARN: roleARN(c.World.Account, f.Role),
			Timeout: time.Duration(f.TimeoutSeconds) * time.Second, MemoryMB: f.MemoryMB,
			Environment: f.Environment, LogFormat: f.LogFormat,
		})
	}
	for _, a := range s.AsyncInvokes {
		f := byName[a.Function]
		if f == nil {
			return fmt.Errorf("asynchronous invocation of %s: there is no such function", a.Function)
		}
		f.config.MaximumRetryAttempts = a.MaximumRetryAttempts
		f.config.MaximumEventAge = time.Duration(a.MaximumEventAgeSeconds) * time.Second
		if err := f.config.Validate(); err != nil {
			return err
		}
		var err error
		if f.onFailure, err = c.destination(a.OnFailureARN); err != nil {
			return fmt.Errorf("asynchronous invocation of %s: %w", a.Function, err)
		}
	}
	return nil
}

// roleARN is a role's ARN, of its logical id: CloudFormation makes a longer name of it.
func roleARN(account, role string) string {
	if role == "" || strings.HasPrefix(role, "arn:") {
		return role
	}
	return "arn:aws:iam::" + account + ":role/" + role
}

type functionTarget struct {
	*function
	cloud *Cloud
}

var _ eventbridge.Target = functionTarget{}

// Deliver invokes the function asynchronously. Lambda accepts the event, and its retries
// are then Lambda's. The function's policy is not checked.
func (t functionTarget) Deliver(d eventbridge.Delivery) error {
	if t.cloud.Refuse != nil {
		if err := t.cloud.Refuse(t.config.FunctionARN); err != nil {
			return err
		}
	}
	payload := jsontext.Value(d.Body)
	if !payload.IsValid(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) {
		return &eventbridge.DeliveryError{Code: "INVALID_JSON", Message: "Could not parse request body into json: the input for the function must be one JSON value.", Final: true}
	}
	if t.queue == nil {
		t.queue = lambda.NewAsyncQueue(t.cloud.World, t.config, t.onFailure)
		t.cloud.add(t.queue, asyncSource{})
	}
	t.queue.Send(payload, d.TraceHeader)
	return nil
}

// asyncSource stands for an asynchronous queue, which holds all that it has itself.
type asyncSource struct{}

var _ source = asyncSource{}

func (asyncSource) drained(lambda.State) bool { return true }
