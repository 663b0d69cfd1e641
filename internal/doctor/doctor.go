// Package doctor examines a deployed pipeline from outside: is everything there, connected
// as the contract needs it, and keeping up? At the end it sends a change of its own all
// the way through.
//
// A check is green, or has findings, or could not look because the caller may not. A
// finding says what is wrong, what it means, and which command mends it. Each fault gives
// its own finding and no other. A check looks at one thing. The round trip is left out
// where a finding already explains why it would fail.
//
// The checks only read, except for the round trip, which writes a profile of its own and
// erases it.
package doctor

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

// A Finding is one thing that is wrong.
type Finding struct {
	Code string `json:"code"` // names its section in docs/doctor.md, such as mapping-off
	What string `json:"what"` // is wrong: one sentence
	Mean string `json:"mean"` // what that means for people and profiles
	Do   string `json:"do"`   // a command that can be copied, or a sentence
}

// A Status is how a check ended.
type Status string

// The statuses.
const (
	OK         Status = "ok"
	Found      Status = "finding"
	NotChecked Status = "not_checked" // the caller may not look, or an earlier finding explains it
)

// A Result is what one check found.
type Result struct {
	Check    string        `json:"check"`
	Status   Status        `json:"status"`
	Summary  string        `json:"summary"` // one line: what is right, or why it was not checked
	Findings []Finding     `json:"findings,omitempty"`
	Took     time.Duration `json:"-"`
	TookMS   int64         `json:"took_ms"`
}

// Clients are those of the services that are asked.
type Clients struct {
	STS         *sts.Client
	EventBridge *eventbridge.Client
	SQS         *sqs.Client
	Lambda      *lambda.Client
	DynamoDB    *dynamodb.Client
	CloudWatch  *cloudwatch.Client
}

// ClientsOf makes the clients of a configuration.
func ClientsOf(cfg aws.Config) Clients {
	return Clients{
		STS: sts.NewFromConfig(cfg), EventBridge: eventbridge.NewFromConfig(cfg), SQS: sqs.NewFromConfig(cfg),
		Lambda: lambda.NewFromConfig(cfg), DynamoDB: dynamodb.NewFromConfig(cfg), CloudWatch: cloudwatch.NewFromConfig(cfg),
	}
}

// Commands are how the caller's commands begin, with the flags that reach the same stack.
type Commands struct {
	Botprefs func(subcommand string) string // the program, the subcommand and the flags
	AWS      string                         // such as "aws --endpoint-url http://127.0.0.1:4566"
}

// An Examination is one run over one stack. Fill in the fields, and call Run once.
type Examination struct {
	Clients
	Stack    stackref.Resources
	Stage    string
	Region   string
	Version  string // of this program
	Commands Commands

	// Bus takes the changes of the round trip.
	Bus interface {
		// Send returns one error for each event, in order.
		Send(ctx context.Context, envelopes []events.Envelope) []error
	}
	// ReadAPI reads a user over the HTTP API; nil: nobody knows where it is. Its
	// error is an [ErrForbidden] where the caller may not.
	ReadAPI func(ctx context.Context, userID string) error
	// Listen follows announcements for the round trip.
	Listen func(ctx context.Context, pattern string) (Listener, error)
	// Show is called with each result of Run as soon as it and those before it are there; nil:
	// nobody waits for them.
	Show func(Result)

	Now func() time.Time // default time.Now

	mu     sync.Mutex
	queues map[string]func() (queueState, error) // by name
}

func (e *Examination) now() time.Time {
	if e.Now != nil {
		return e.Now()
	}
	return time.Now()
}

// A check looks at one thing.
type check struct {
	name string
	path bool // a finding of it explains why a change does not come through
	run  func(*Examination, context.Context, *Result) error
}

// checks are all checks, in the order in which they are shown.
var checks = []check{
	{"credentials", true, (*Examination).checkCredentials},
	{"clock", false, (*Examination).checkClock},
	{"version", false, (*Examination).checkVersion},
	{"bus", true, (*Examination).checkBus},
	{"policies", true, (*Examination).checkPolicies},
	{"queues", true, (*Examination).checkQueues},
	{"functions", true, (*Examination).checkFunctions},
	{"mappings", true, (*Examination).checkMappings},
	{"table", true, (*Examination).checkTable},
	{"api", false, (*Examination).checkAPI},
	{"deadletters", false, (*Examination).checkDeadLetters},
	{"history", false, (*Examination).checkHistory},
	{"backlog", false, (*Examination).checkBacklog},
	{"stream", false, (*Examination).checkStream},
	{"alarms", false, (*Examination).checkAlarms},
}

// Canary is the name of the round trip among the checks.
const Canary = "canary"

// Names lists the checks, in their order.
func Names() []string {
	var names []string
	for _, c := range checks {
		names = append(names, c.name)
	}
	return append(names, Canary)
}

// Run runs the checks of these names side by side, and then the round trip, if its name is
// among them. The results are in the order of Names. It ends early only with ctx.
func (e *Examination) Run(ctx context.Context, only []string) []Result {
	var chosen []check
	for _, c := range checks {
		if slices.Contains(only, c.name) {
			chosen = append(chosen, c)
		}
	}
	results := e.sideBySide(ctx, chosen)
	if !slices.Contains(only, Canary) {
		return results
	}
	canary := Result{Check: Canary, Status: NotChecked}
	if broken := blocking(chosen, results); broken != "" {
		canary.Summary = "a change would not come through: see " + broken
	} else {
		canary = e.examine(ctx, check{Canary, false, (*Examination).checkCanary})
	}
	e.show(canary)
	return append(results, canary)
}

// sideBySide runs checks at the same time, and shows their results in order.
func (e *Examination) sideBySide(ctx context.Context, chosen []check) []Result {
	results, ended := make([]Result, len(chosen)), make([]chan struct{}, len(chosen))
	for i, c := range chosen {
		ended[i] = make(chan struct{})
		go func() {
			defer close(ended[i])
			results[i] = e.examine(ctx, c)
		}()
	}
	for i := range chosen {
		<-ended[i]
		e.show(results[i])
	}
	return results
}

func (e *Examination) show(r Result) {
	if e.Show != nil {
		e.Show(r)
	}
}

// blocking names the checks whose findings explain why a change does not come through.
func blocking(chosen []check, results []Result) string {
	var names []string
	for i, c := range chosen {
		if c.path && results[i].Status == Found {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, ", ")
}

func (e *Examination) examine(ctx context.Context, c check) Result {
	began := time.Now()
	r := Result{Check: c.name}
	err := c.run(e, ctx, &r)
	r.Took = time.Since(began)
	r.TookMS = r.Took.Milliseconds()
	if err != nil && len(r.Findings) == 0 {
		e.failed(&r, err)
	}
	switch {
	case len(r.Findings) > 0:
		r.Status, r.Summary = Found, ""
	case r.Status == "":
		r.Status = OK
	}
	return r
}

// find adds a finding.
func (r *Result) find(code, what, mean, do string) {
	r.Findings = append(r.Findings, Finding{code, what, mean, do})
}

// skip ends a check that could not look.
func (r *Result) skip(why string) { r.Status, r.Summary = NotChecked, why }

// Healthy tells whether no check has a finding.
func Healthy(results []Result) bool {
	return !slices.ContainsFunc(results, func(r Result) bool { return r.Status == Found })
}
