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

// Latencies are what an invocation is taken to need: so much by itself, and so much
// for each request, which are made one after the other; but those of apply for
// DynamoDB sixteen at a time, as it does by default.
type Latencies struct{ Own, DynamoDB, EventBridge, SQS time.Duration }

// applyConcurrency is apply's; see consumers.Apply.
const applyConcurrency = 16

// Usual are single-digit milliseconds for DynamoDB, as its product page promises, and
// somewhat more for services that replicate before they answer. They are
// assumptions; what they bear on is a function's time, a hundredth of the cost.
var Usual = Latencies{
	Own: time.Millisecond, DynamoDB: 5 * time.Millisecond, EventBridge: 10 * time.Millisecond, SQS: 10 * time.Millisecond,
}

// of is what one request adds, of which so many for DynamoDB are made at a time.
func (l Latencies) of(target string, together int) time.Duration {
	switch service, _, _ := strings.Cut(target, "."); service {
	case "DynamoDB_20120810":
		return l.DynamoDB / time.Duration(together)
	case "AWSEvents":
		return l.EventBridge
	}
	return l.SQS
}

// invoke runs a function: what it does happens now, and that it is done is told when
// its requests have had their time.
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

// ErrTimedOut is what became of an invocation that was at its function's time-out.
var ErrTimedOut = errors.New("virtual: Task timed out")

// live runs a function in an environment of its own for as long as it takes, but not
// beyond its time-out.
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
			payload, err = nil, ErrTimedOut // and the environment is gone
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

// reported counts what Lambda itself logs of an invocation.
func (c *Cloud) reported(function string) {
	c.Logged += billing.PlatformLog(c.function(function).LogFormat)
}

// function is one as the stack has it.
func (c *Cloud) function(name string) *stack.Function {
	i := slices.IndexFunc(c.Stack.Functions, func(f stack.Function) bool { return f.Name == name })
	return &c.Stack.Functions[i]
}

// environment is one that the function had and does not use, or a new one, whose
// clients have tried nothing again yet: the SDK bounds that for each. A handler that
// takes the pipeline's place is none to be used again.
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

// Serve has a function answer a request of the HTTP API, now. It returns what the
// function's own handler did; its error is the function's.
func (c *Cloud) Serve(function string, request []byte, handle Handler) ([]byte, error) {
	c.enter(function)
	answer, err := handle(context.Background(), request)
	took := c.leave()
	c.reported(function)
	c.agenda.add(c.now.Add(took), func() {
		c.World.Tell(apigateway.Answered{Function: function, Duration: took, Bytes: max(len(request), len(answer))})
	})
	return answer, err
}

// enter begins an invocation: from here on, requests are its.
func (c *Cloud) enter(function string) { c.spent, c.inside = c.options.Latencies.Own, function }

// together is how many requests for DynamoDB a function makes at a time.
func (c *Cloud) together(function string) int {
	if function == Apply && !c.replaced[function] {
		return applyConcurrency
	}
	return 1
}

// leave ends it, and says how long it took.
func (c *Cloud) leave() (took time.Duration) {
	took, c.spent, c.inside = c.spent, 0, ""
	return took
}

// A Request is one that somebody makes of a service.
type Request struct {
	Target string // such as DynamoDB_20120810.UpdateItem
	Body   []byte
	At     time.Time
}

// Do carries out a request of the SDK's clients, at once. It satisfies
// aws.HTTPClient.
func (c *Cloud) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	target := r.Header.Get("X-Amz-Target")
	if p := c.process; p != nil {
		p.request = r.Context()
		if err := c.pass(p.request, c.options.Latencies.of(target, 1)); err != nil {
			return nil, err
		}
	}
	if c.inside != "" {
		c.spent += c.options.Latencies.of(target, c.together(c.inside))
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

// answer runs the call of a request that is not refused.
func (c *Cloud) answer(_ context.Context, call wire.Call) (any, error) {
	if c.refused != nil {
		return nil, c.refused
	}
	return call()
}
