package localaws

import (
	"errors"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// function is the dimension of a function's metrics.
func (m *monitor) function(name string) cloudwatch.Dimension {
	if physical := m.names[name]; physical != "" {
		name = physical
	}
	return cloudwatch.Dimension{Name: "FunctionName", Value: name}
}

func (m *monitor) observeFunction(fact world.Fact) {
	switch f := fact.(type) {
	case lambda.Started:
		m.started(f.Invocation.Function)
		if newest := f.Invocation.Newest; !newest.IsZero() {
			age := max(m.cloud.World.Now().Sub(newest), 0)
			m.add("AWS/Lambda", "IteratorAge", milliseconds, inMilliseconds(age), m.function(f.Invocation.Function))
		}
	case lambda.Finished:
		m.ended(f.Invocation.Function, f.Duration, f.Result.Err)
	case apigateway.Asked:
		m.started(f.Function)
	case apigateway.Answered:
		m.ended(f.Function, f.Duration, f.Err)
		m.answered(&f)
	case lambda.Discarded:
		if f.Err != nil {
			m.undelivered(m.functionOf(f.Mapping))
		}
	case lambda.GivenUp:
		if f.Err != nil {
			m.undelivered(f.Function)
		}
	}
}

func inMilliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// functionOf is the function of a mapping.
func (m *monitor) functionOf(mapping string) string {
	for _, x := range m.cloud.mappings {
		if x.ID() == mapping {
			return x.Function()
		}
	}
	return ""
}

func (m *monitor) started(function string) {
	m.running[function]++
	m.add("AWS/Lambda", "ConcurrentExecutions", count, float64(m.running[function]), m.function(function))
}

// ended reports an invocation. Lambda reports a zero for an invocation without error and
// for one that was not throttled, so that averages are rates. A throttled one did not run.
func (m *monitor) ended(function string, took time.Duration, err error) {
	m.running[function]--
	name := m.function(function)
	if errors.Is(err, lambda.ErrThrottled) {
		m.add("AWS/Lambda", "Throttles", count, 1, name)
		return
	}
	failed := 0.0
	if err != nil {
		failed = 1
	}
	m.add("AWS/Lambda", "Invocations", count, 1, name)
	m.add("AWS/Lambda", "Errors", count, failed, name)
	m.add("AWS/Lambda", "Throttles", count, 0, name)
	m.add("AWS/Lambda", "Duration", milliseconds, inMilliseconds(took), name)
}

func (m *monitor) undelivered(function string) {
	m.add("AWS/Lambda", "DestinationDeliveryFailures", count, 1, m.function(function))
}

// answered reports a request to the HTTP API that reached a function.
func (m *monitor) answered(f *apigateway.Answered) {
	api := cloudwatch.Dimension{Name: "ApiId", Value: apiName}
	is := func(low int) float64 {
		if f.Status >= low && f.Status < low+100 {
			return 1
		}
		return 0
	}
	m.add("AWS/ApiGateway", "Count", count, 1, api)
	m.add("AWS/ApiGateway", "4xx", count, is(400), api)
	m.add("AWS/ApiGateway", "5xx", count, is(500), api)
	m.add("AWS/ApiGateway", "Latency", milliseconds, inMilliseconds(f.Duration), api)
}

// observeBus reports what a rule did. A rule of a bus other than the default one has
// metrics under both names only.
func (m *monitor) observeBus(fact world.Fact) {
	switch f := fact.(type) {
	case eventbridge.Matched:
		m.rule(f.Bus, f.Rule, "MatchedEvents", "TriggeredRules")
	case eventbridge.Delivered:
		m.rule(f.Delivery.Bus, f.Delivery.Rule, "Invocations")
	case eventbridge.Failed:
		m.rule(f.Delivery.Bus, f.Delivery.Rule, "RetryInvocationAttempts")
	case eventbridge.DeadLettered:
		m.rule(f.Delivery.Bus, f.Delivery.Rule, "Invocations", "FailedInvocations", "InvocationsSentToDlq")
	case eventbridge.Dropped:
		m.rule(f.Delivery.Bus, f.Delivery.Rule, "Invocations", "FailedInvocations")
		if f.Delivery.Target.DeadLetterARN != "" {
			m.rule(f.Delivery.Bus, f.Delivery.Rule, "InvocationsFailedToBeSentToDlq")
		}
	}
}

func (m *monitor) rule(bus, rule string, metrics ...string) {
	for _, name := range metrics {
		m.add("AWS/Events", name, count, 1, cloudwatch.Dimension{Name: "EventBusName", Value: bus}, cloudwatch.Dimension{Name: "RuleName", Value: rule})
	}
}
