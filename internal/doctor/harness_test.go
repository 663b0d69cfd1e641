package doctor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/fxamacker/cbor/v2"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/internal/historystore"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

const (
	endpoint = "http://aws.test"
	account  = "000000000000"
)

// A patient is the stack of serverless.yml with the real handlers, in virtual time.
type patient struct {
	*testing.T
	doctor.Clients
	driver *realtime.Driver
	stack  stackref.Resources
	wire   *wireToAWS
	apply  *consumers.Apply
	handlers
	names  []string // of the checks; default all
	ctx    context.Context
	api    error // of reading over HTTP
	change func(*doctor.Examination)
}

// examine runs f with a healthy patient, where waiting takes no time.
func examine(t *testing.T, f func(p *patient)) {
	t.Helper()
	examineWith(t, loaded, f)
}

// examineWith is examine with another stack.
func examineWith(t *testing.T, load func() (*stack.Stack, error), f func(p *patient)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := admit(t, load)
		ctx, discharge := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { p.driver.Run(ctx) })
		f(p)
		discharge()
		running.Wait()
	})
}

// loaded is the stack of serverless.yml, and remembering the same with a history.
var (
	loaded      = loading(nil)
	remembering = loading(map[string]string{"history": "on"})
)

func loading(params map[string]string) func() (*stack.Stack, error) {
	return sync.OnceValues(func() (*stack.Stack, error) {
		return stack.Load("../../serverless.yml", stack.Options{Account: account, Params: params, QueueURL: func(name string) string { return endpoint + "/" + account + "/" + name }})
	})
}

func admit(t *testing.T, load func() (*stack.Stack, error)) *patient {
	s, err := load()
	if err != nil {
		t.Fatal(err)
	}
	cloud, err := localaws.New(&world.World{Region: s.Region, Account: account, Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2))}, s)
	if err != nil {
		t.Fatal(err)
	}
	cloud.Queues.BaseURL(endpoint)
	cloud.KeepMetrics()
	p := &patient{T: t, wire: &wireToAWS{}, names: doctor.Names(), ctx: t.Context()}
	p.handlers = handlers{}
	p.driver = realtime.New(cloud, p.handlers, time.Now)
	p.wire.handler = p.driver.AWS()
	cfg := p.config()
	p.Clients = doctor.ClientsOf(cfg)
	if p.stack, err = stackref.Find(t.Context(), cloudformation.NewFromConfig(cfg), "dev"); err != nil {
		t.Fatal(err)
	}
	p.wireHandlers()
	return p
}

func (p *patient) config() aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(endpoint), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""), HTTPClient: p.wire,
	}
}

// wireHandlers makes the handlers as their main functions do.
func (p *patient) wireHandlers() {
	quiet := slog.New(slog.DiscardHandler)
	store := profilestore.New(p.DynamoDB, p.stack.Table)
	p.apply = &consumers.Apply{
		Merge: func(ctx context.Context, user string, delta events.State, _ events.Traces) (consumers.Merged, error) {
			r, err := store.Merge(ctx, user, delta)
			return consumers.Merged{Stored: r.Stored, After: r.Profile.State}, err
		},
		DeadLetters: deadletter.New(p.SQS, p.stack.ChangeDeadLetters.URL), Logger: quiet, Concurrency: 1,
	}
	republish := &consumers.Republish{
		Images:      consumers.Images{Profile: item.ProfileOf, User: item.UserOf, Revision: item.RevisionOf},
		Announcer:   eventbus.New(p.EventBridge, p.stack.Bus),
		DeadLetters: deadletter.New(p.SQS, p.stack.AnnouncementDeadLetters.URL), Logger: quiet,
	}
	p.handlers["applyPreferenceChanges"] = handle(func(ctx context.Context, in awsevents.SQSEvent) (awsevents.SQSEventResponse, error) {
		return p.apply.Handle(ctx, in)
	})
	p.handlers["republishPreferences"] = handle(republish.Handle)
	if table := p.stack.Outputs["HistoryTableName"]; table != "" {
		history := &consumers.History{
			Keep: historystore.New(p.DynamoDB, table).Keep, Logger: quiet, Concurrency: 1,
			Fence: func(ctx context.Context, user string) (events.Stamp, error) {
				profile, err := store.Read(ctx, user)
				return profile.Cleared, err
			},
		}
		p.handlers["recordHistory"] = handle(history.Handle)
	}
}

// handlers is an Invoker of Go functions.
type handlers map[string]func(context.Context, []byte) ([]byte, error)

// Do implements realtime.Invoker.
func (h handlers) Do(ctx context.Context, inv *lambda.Invocation) lambda.Result {
	out, err := h[inv.Function](ctx, inv.Payload)
	return lambda.Result{Payload: out, Err: err}
}

func handle[In, Out any](f func(context.Context, In) (Out, error)) func(context.Context, []byte) ([]byte, error) {
	return func(ctx context.Context, payload []byte) ([]byte, error) {
		var in In
		if err := json.Unmarshal(payload, &in); err != nil {
			return nil, err
		}
		out, err := f(ctx, in)
		if err != nil {
			return nil, err
		}
		return json.Marshal(out)
	}
}

// wireToAWS is the network. Its date is that of a server whose clock is ahead.
type wireToAWS struct {
	handler http.Handler
	ahead   time.Duration
	refuse  func(operation string) (code string) // an error in place of the answer; nil or "": none
	rewrite map[string][2]string                 // in answers to an operation: a text, and what replaces it
}

// Do implements aws.HTTPClient.
func (w *wireToAWS) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	answer := httptest.NewRecorder()
	w.answer(answer, r)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	response := answer.Result()
	response.Header.Set("Date", time.Now().Add(w.ahead).UTC().Format(http.TimeFormat))
	response.Request = r
	return response, nil
}

func (w *wireToAWS) answer(to http.ResponseWriter, r *http.Request) {
	if w.refuse != nil {
		name, form := operation(r)
		if code := w.refuse(name); code != "" && form {
			to.WriteHeader(http.StatusForbidden)
			fmt.Fprintf(to, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>because</Message></Error></ErrorResponse>`, code)
			return
		} else if code != "" && strings.HasPrefix(r.URL.Path, "/service/") {
			body, _ := cbor.Marshal(map[string]string{"__type": code, "message": "because"})
			to.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
			to.Header().Set("Content-Type", "application/cbor")
			to.WriteHeader(http.StatusBadRequest)
			_, _ = to.Write(body)
			return
		} else if code != "" {
			to.Header().Set("X-Amzn-ErrorType", code)
			to.Header().Set("Content-Type", "application/x-amz-json-1.0")
			to.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(to, `{"__type":%q,"message":"because"}`, code)
			return
		}
	}
	name, _ := operation(r)
	change, ok := w.rewrite[name]
	if !ok {
		w.handler.ServeHTTP(to, r)
		return
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	maps.Copy(to.Header(), answer.Header())
	to.Header().Del("Content-Length")
	to.Header().Del("X-Amz-Crc32")
	to.WriteHeader(answer.Code)
	_, _ = io.WriteString(to, strings.ReplaceAll(answer.Body.String(), change[0], change[1]))
}

// operation is the operation of a request, and whether it came as a form; of Lambda's
// requests it is the path.
func operation(r *http.Request) (name string, form bool) {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		values, _ := url.ParseQuery(string(body))
		return values.Get("Action"), true
	}
	if _, name, ok := strings.Cut(r.Header.Get("X-Amz-Target"), "."); ok {
		return name, false
	}
	if strings.HasPrefix(r.URL.Path, "/service/") { // CloudWatch, in CBOR
		return path.Base(r.URL.Path), false
	}
	return r.URL.Path, false
}

// run examines the patient.
func (p *patient) run() []doctor.Result {
	e := &doctor.Examination{
		Clients: p.Clients, Stack: p.stack, Stage: "dev", Region: "us-east-1", Version: "v0.1.0",
		Commands: doctor.Commands{AWS: "aws", Botprefs: func(subcommand string) string { return "botprefs " + subcommand }},
		Bus:      eventbus.New(p.EventBridge, p.stack.Bus),
		ReadAPI:  func(context.Context, string) error { return p.api },
		Listen:   doctor.Temporary(p.EventBridge, p.SQS, p.stack.Bus, "host", 1),
	}
	if p.change != nil {
		p.change(e)
	}
	return e.Run(p.ctx, p.names)
}

// codes are the findings, as check/code.
func codes(results []doctor.Result) []string {
	list := []string{}
	for _, r := range results {
		for _, f := range r.Findings {
			list = append(list, r.Check+"/"+f.Code)
		}
	}
	return list
}

func print(t *testing.T, results []doctor.Result) {
	t.Helper()
	for _, r := range results {
		t.Logf("%-12s %-12s %s", r.Check, r.Status, r.Summary)
		for _, f := range r.Findings {
			t.Logf("    %s: %s\n        %s\n        %s", f.Code, f.What, f.Mean, f.Do)
		}
	}
}
