package realtime_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// functions is an Invoker of Go functions.
type functions map[string]func(*lambda.Invocation) lambda.Result

func (f functions) Do(_ context.Context, inv *lambda.Invocation) lambda.Result {
	return f[inv.Function](inv)
}

// service is a stack with one queue, a function that reads it, and a route.
func service() *stack.Stack {
	return &stack.Stack{
		Queues: []stack.Queue{
			{Name: "work", ARN: "arn:aws:sqs:us-east-1:000000000000:work", Attributes: map[string]string{"VisibilityTimeout": "30"}},
			{Name: "spare"},
			{Name: "once", Attributes: map[string]string{"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:spare","maxReceiveCount":1}`}},
		},
		QueueMappings: []stack.QueueMapping{{
			Function: "worker", Queue: "work", BatchSize: 10, MaximumConcurrency: 2, ReportBatchItemFailures: true,
		}},
		Routes:    []stack.Route{{Method: "GET", Path: "/echo/{id}", Function: "echo"}},
		Functions: []stack.Function{{Name: "echo", PhysicalName: "stack-echo", ARN: "arn:aws:lambda:us-east-1:000000000000:function:stack-echo"}},
	}
}

func drive(t *testing.T, f functions) *realtime.Driver {
	t.Helper()
	w := &world.World{Region: "us-east-1", Account: "000000000000", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))}
	cloud, err := localaws.New(w, service())
	if err != nil {
		t.Fatal(err)
	}
	d := realtime.New(cloud, f, time.Now)
	run(t, d)
	return d
}

// run drives until the test ends.
func run(t *testing.T, d *realtime.Driver) {
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { d.Run(ctx) })
	t.Cleanup(func() {
		cancel()
		done.Wait()
	})
}

func send(d *realtime.Driver, queue, body string) {
	d.Do(func(c *localaws.Cloud) {
		q, _ := c.Queues.Queue(queue)
		_, _ = q.Send(body, nil, 0)
	})
}

func TestMessageReachesItsFunctionAndIsDone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var payload []byte
		d := drive(t, functions{"worker": func(inv *lambda.Invocation) lambda.Result {
			payload = inv.Payload
			return lambda.Result{Payload: []byte(`{"batchItemFailures":[]}`)}
		}})
		began := time.Now()
		send(d, "work", "hello")
		if err := d.Quiet(t.Context()); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(payload), "hello") {
			t.Errorf("the function got %s", payload)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("it took %v of a clock that only waiting moves", waited)
		}
	})
}

func TestFailedMessageComesBackAfterItsVisibilityTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		d := drive(t, functions{"worker": func(*lambda.Invocation) lambda.Result {
			at = append(at, time.Since(began))
			if len(at) == 1 {
				return lambda.Result{Err: errors.New("crashed")}
			}
			return lambda.Result{Payload: []byte(`{}`)}
		}})
		send(d, "work", "again")
		if err := d.Quiet(t.Context()); err != nil {
			t.Fatal(err)
		}
		if len(at) != 2 || at[0] != 0 || at[1] != 30*time.Second {
			t.Errorf("invoked after %v, want at once and after 30 s", at)
		}
	})
}

func TestLongPollAnswersWhenAMessageBecomesVisible(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := drive(t, functions{})
		d.Do(func(c *localaws.Cloud) {
			q, _ := c.Queues.Queue("spare")
			_, _ = q.Send("later", nil, 7*time.Second)
		})
		began := time.Now()
		body := receive(d, `{"QueueUrl":"http://127.0.0.1/000000000000/spare","WaitTimeSeconds":20}`)
		if waited := time.Since(began); !strings.Contains(body, "later") || waited != 7*time.Second {
			t.Errorf("after %v: %s, want the message after 7 s", waited, body)
		}
	})
}

func TestLongPollEndsEmptyAfterItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := drive(t, functions{})
		began := time.Now()
		body := receive(d, `{"QueueUrl":"http://127.0.0.1/000000000000/spare","WaitTimeSeconds":20}`)
		if waited := time.Since(began); body != `{}` || waited != 20*time.Second {
			t.Errorf("after %v: %s, want {} after 20 s", waited, body)
		}
	})
}

// A receive that only dead-letters a message has changed something. Long polls on the
// dead-letter queue must wake.
func TestLongPollOfADeadLetterQueueLearnsOfAPollElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := drive(t, functions{})
		d.Do(func(c *localaws.Cloud) {
			q, _ := c.Queues.Queue("once")
			_, _ = q.Send("failed once", nil, 0)
			q.Receive(1, 0)
		})
		began := time.Now()
		answer := make(chan string)
		go func() {
			answer <- receive(d, `{"QueueUrl":"http://127.0.0.1/000000000000/spare","WaitTimeSeconds":20}`)
		}()
		synctest.Wait()
		time.Sleep(time.Second) // of the bubble's clock
		var other sync.WaitGroup
		defer other.Wait()
		other.Go(func() { receive(d, `{"QueueUrl":"http://127.0.0.1/000000000000/once","WaitTimeSeconds":20}`) })
		if body := <-answer; !strings.Contains(body, "failed once") || time.Since(began) != time.Second {
			t.Errorf("after %v: %s, want the dead letter after 1 s", time.Since(began), body)
		}
	})
}

// Deleting a queue ends the polls on it with the error that SQS has for that.
func TestLongPollsOfADeletedQueueEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := drive(t, functions{})
		began := time.Now()
		answers := make(chan string, 3)
		for range cap(answers) {
			go func() {
				answers <- receive(d, `{"QueueUrl":"http://127.0.0.1/000000000000/spare","WaitTimeSeconds":20}`)
			}()
		}
		synctest.Wait()
		d.Do(func(c *localaws.Cloud) { c.Queues.DeleteQueue("spare") })
		for range cap(answers) {
			if body := <-answers; !strings.Contains(body, "QueueDoesNotExist") || time.Since(began) != 0 {
				t.Errorf("after %v: %s", time.Since(began), body)
			}
		}
	})
}

// A client that cancels its long poll takes no message.
func TestLongPollOfAClientThatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := drive(t, functions{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan bool)
		go func() {
			r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", strings.NewReader(`{"QueueUrl":"http://127.0.0.1/000000000000/spare","WaitTimeSeconds":20}`))
			r.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
			d.AWS().ServeHTTP(httptest.NewRecorder(), r)
			close(ended)
		}()
		synctest.Wait()
		cancel()
		<-ended
		send(d, "spare", "still there")
		if body := receive(d, `{"QueueUrl":"http://127.0.0.1/000000000000/spare"}`); !strings.Contains(body, "still there") {
			t.Errorf("the next client gets %s", body)
		}
	})
}

func receive(d *realtime.Driver, body string) string {
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
	w := httptest.NewRecorder()
	d.AWS().ServeHTTP(w, r)
	return w.Body.String()
}

func TestQuietEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := drive(t, functions{"worker": func(*lambda.Invocation) lambda.Result {
			return lambda.Result{Err: errors.New("crashed")}
		}})
		send(d, "work", "never done")
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if err := d.Quiet(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want that of the context: the message is still hidden", err)
		}
	})
}

func TestHTTPAPIInvokesTheRoutesFunction(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := drive(t, functions{"echo": func(inv *lambda.Invocation) lambda.Result {
			if !strings.Contains(string(inv.Payload), `"pathParameters":{"id":"a/b"}`) {
				t.Errorf("payload %s", inv.Payload)
			}
			return lambda.Result{Payload: []byte(`{"statusCode":201,"body":"made"}`)}
		}})
		for _, c := range []struct {
			path   string
			status int
			body   string
		}{{"/echo/a%252Fb", 201, "made"}, {"/none", 404, `{"message":"Not Found"}`}} {
			w := httptest.NewRecorder()
			d.API().ServeHTTP(w, httptest.NewRequest(http.MethodGet, c.path, nil))
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("%s: %d %s, want %d %s", c.path, w.Code, w.Body, c.status, c.body)
			}
		}
	})
}

// A function whose reserved concurrency is zero is throttled, until the bound is removed.
func TestAReservedConcurrencyThrottles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		invoked := 0
		d := drive(t, functions{"echo": func(*lambda.Invocation) lambda.Result {
			invoked++
			return lambda.Result{}
		}})
		reserve := func(method, body string) {
			t.Helper()
			r := httptest.NewRequest(method, "/2017-10-31/functions/stack-echo/concurrency", strings.NewReader(body))
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local/20261201/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0")
			w := httptest.NewRecorder()
			if d.AWS().ServeHTTP(w, r); w.Code >= 300 {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		}
		ask := func() int {
			w := httptest.NewRecorder()
			d.API().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/echo/x", nil))
			return w.Code
		}
		reserve(http.MethodPut, `{"ReservedConcurrentExecutions":0}`)
		if status := ask(); status != http.StatusServiceUnavailable || invoked != 0 {
			t.Errorf("answered %d after %d invocations", status, invoked)
		}
		reserve(http.MethodDelete, "")
		if status := ask(); status == http.StatusServiceUnavailable || invoked != 1 {
			t.Errorf("answered %d after %d invocations", status, invoked)
		}
	})
}
