package virtual

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// Latencies are the assumed durations: Own for each invocation, and one for each
// request. Requests happen one after the other, except that apply makes sixteen
// requests to DynamoDB at a time, which is its default.
type Latencies struct{ Own, DynamoDB, EventBridge, SQS time.Duration }

// applyConcurrency is the default of consumers.Apply.
const applyConcurrency = 16

// Usual assumes single-digit milliseconds for DynamoDB, as its product page promises,
// and a little more for services that replicate before they answer. These assumptions
// affect the functions' billed time, which is a hundredth of the cost.
var Usual = Latencies{
	Own: time.Millisecond, DynamoDB: 5 * time.Millisecond, EventBridge: 10 * time.Millisecond, SQS: 10 * time.Millisecond,
}

// perRequest returns what one request adds to an invocation that makes a number of DynamoDB
// requests at a time.
func (l Latencies) perRequest(target string, together int) time.Duration {
	switch service, _, _ := strings.Cut(target, "."); service {
	case "DynamoDB_20120810":
		return l.DynamoDB / time.Duration(together)
	case "AWSEvents":
		return l.EventBridge
	}
	return l.SQS
}

// invoke runs a function. Its effects happen now, and its end is reported after the
// time that its requests take.
func (c *Cloud) invoke(m lambda.Mapping, inv *lambda.Invocation) {
	if c.options.SideBySide {
		c.live(m, inv)
		return
	}
	c.enter(inv.Function)
	payload, err := c.handlers[inv.Function](context.Background(), inv.Payload)
	took := c.leave()
	c.reported(inv.Function)
	c.running[inv.Function]++
	c.agenda.add(c.now.Add(took), func() {
		c.running[inv.Function]--
		c.Finish(m, inv, lambda.Result{Payload: payload, Err: err})
	})
}

// ErrTimedOut is the error of an invocation that reached its function's timeout.
var ErrTimedOut = errors.New("virtual: Task timed out")

// live runs a function in an environment of its own until it ends or reaches its
// timeout.
func (c *Cloud) live(m lambda.Mapping, inv *lambda.Invocation) {
	end := c.now.Add(c.timeout(inv.Function))
	c.running[inv.Function]++
	c.begin(end, func() {
		ctx, cancel := lease(end)
		defer cancel()
		environment, again := c.environment(inv.Function)
		err := c.pass(ctx, c.options.Latencies.Own)
		var payload []byte
		if err == nil {
			payload, err = environment(ctx, inv.Payload)
		}
		if !c.now.Before(end) {
			payload, err = nil, ErrTimedOut // the environment is discarded
		} else if again {
			c.idle[inv.Function] = append(c.idle[inv.Function], environment)
		}
		c.reported(inv.Function)
		c.running[inv.Function]--
		c.Finish(m, inv, lambda.Result{Payload: payload, Err: err})
	})
}

func (c *Cloud) timeout(function string) time.Duration {
	return time.Duration(c.function(function).TimeoutSeconds) * time.Second
}

// reported counts what Lambda itself logs for an invocation.
func (c *Cloud) reported(function string) {
	c.Logged += billing.PlatformLog(c.function(function).LogFormat)
}

// function returns a function of the stack.
func (c *Cloud) function(name string) *stack.Function {
	i := slices.IndexFunc(c.Stack.Functions, func(f stack.Function) bool { return f.Name == name })
	return &c.Stack.Functions[i]
}

// environment returns an idle environment of the function, or a new one. The SDK limits
// retries for each client, and a new environment has a new client. A handler that
// replaces the pipeline's cannot be used again.
func (c *Cloud) environment(function string) (h Handler, again bool) {
	if c.replaced[function] {
		return c.handlers[function], false
	}
	if free := c.idle[function]; len(free) > 0 {
		c.idle[function] = free[:len(free)-1]
		return free[len(free)-1], true
	}
	return c.pipeline()[function], true
}

// Serve lets a function answer a request of the HTTP API, now. It returns the answer
// and the error of the function's own handler. API Gateway makes a 500 of an error.
func (c *Cloud) Serve(function string, request []byte, handle Handler) ([]byte, error) {
	c.World.Tell(apigateway.Asked{Function: function})
	c.enter(function)
	answer, err := handle(context.Background(), request)
	took := c.leave()
	c.reported(function)
	c.agenda.add(c.now.Add(took), func() {
		result := (&apigateway.Request{}).Answer(lambda.Result{Payload: answer, Err: err})
		c.World.Tell(apigateway.Answered{Function: function, Duration: took, Bytes: max(len(request), len(answer)), Status: result.Status, Err: err})
	})
	return answer, err
}

// enter begins an invocation. Requests then count as this function's.
func (c *Cloud) enter(function string) { c.spent, c.inside = c.options.Latencies.Own, function }

// together returns how many DynamoDB requests a function makes at a time.
func (c *Cloud) together(function string) int {
	if function == Apply && !c.replaced[function] {
		return applyConcurrency
	}
	return 1
}

// leave ends the invocation and returns its duration.
func (c *Cloud) leave() (took time.Duration) {
	took, c.spent, c.inside = c.spent, 0, ""
	return took
}

// A Request is a request to a service.
type Request struct {
	Target string // such as DynamoDB_20120810.UpdateItem
	Body   []byte
	At     time.Time
}

// Do carries out a request of the SDK's clients at once. It implements aws.HTTPClient.
func (c *Cloud) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	target := r.Header.Get("X-Amz-Target")
	if p := c.process; p != nil {
		p.request = r.Context()
		if err := c.pass(p.request, c.options.Latencies.perRequest(target, 1)); err != nil {
			return nil, err
		}
	}
	if c.inside != "" {
		c.spent += c.options.Latencies.perRequest(target, c.together(c.inside))
	}
	if c.options.Refuse != nil {
		c.refused = c.options.Refuse(Request{target, body, c.now.Add(c.spent)})
	}
	answer := httptest.NewRecorder()
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	c.services.ServeHTTP(answer, r)
	return answer.Result(), nil
}

// answer carries out a request that is not refused.
func (c *Cloud) answer(_ context.Context, call wire.Call) (any, error) {
	if c.refused != nil {
		return nil, c.refused
	}
	return call()
}
