package buses_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// envelope is an event as a queue gets it.
type envelope struct {
	Version, ID, Source, Account, Time, Region string
	DetailType                                 string `json:"detail-type"`
	Resources                                  []string
	Detail                                     json.RawMessage
}

var deliveryCases = []conformance.Case{
	on("delivery/the event", func(s *scene) error {
		q, err := s.delivering("r", nil)
		if err != nil {
			return err
		}
		m, ids, err := s.deliver(s.entry(`{"a":[1,{"b":"é"}]}`), q)
		if err != nil {
			return err
		}
		var e envelope
		if err := json.Unmarshal([]byte(*m.Body), &e); err != nil {
			return err
		}
		if !slices.Contains(ids, e.ID) {
			err = fmt.Errorf("its id %s is none of %v", e.ID, ids)
		}
		if _, bad := time.Parse("2006-01-02T15:04:05Z", e.Time); bad != nil {
			err = errors.Join(err, bad)
		}
		return errors.Join(err, equal("version", e.Version, "0"), equal("source", e.Source, "test"), equal("detail-type", e.DetailType, "type"),
			equal("account", e.Account, strings.Split(q.arn, ":")[4]), equal("region", e.Region, strings.Split(q.arn, ":")[3]),
			equal("resources", e.Resources != nil && len(e.Resources) == 0, true), sameJSON(string(e.Detail), `{"a":[1,{"b":"é"}]}`))
	}),
	on("delivery/its time and resources as given", func(s *scene) error {
		q, err := s.delivering("r", inputPath("$"))
		if err != nil {
			return err
		}
		put := s.entry(`{}`)
		put.Time, put.Resources = aws.Time(time.Date(2024, 2, 29, 23, 59, 58, 900e6, time.UTC)), []string{"one", "arn:aws:x:::y"}
		m, _, err := s.deliver(put, q)
		if err != nil {
			return err
		}
		var e envelope
		if err := json.Unmarshal([]byte(*m.Body), &e); err != nil {
			return err
		}
		return errors.Join(equal("time", e.Time, "2024-02-29T23:59:58Z"), equal("resources", e.Resources, "[one arn:aws:x:::y]"))
	}),
	on("delivery/to a bus named by its ARN", func(s *scene) error {
		q, err := s.delivering("r", inputPath("$.detail"))
		if err != nil {
			return err
		}
		bus, err := s.events.DescribeEventBus(s.ctx, &eventbridge.DescribeEventBusInput{Name: &s.bus})
		if err != nil {
			return err
		}
		put := s.entry(`{"a":1}`)
		put.EventBusName = bus.Arn
		return s.body(put, q, `{"a":1}`)
	}),
	on("delivery/not of what does not match", func(s *scene) error {
		q, err := s.delivering("r", inputPath("$.detail"))
		if err != nil {
			return err
		}
		other := s.entry(`{"other":true}`)
		other.Source = aws.String("somebody")
		if _, err := s.put(other); err != nil {
			return err
		}
		return s.body(s.entry(`{"other":false}`), q, `{"other":false}`)
	}),
	on("delivery/not by a disabled rule", func(s *scene) error {
		off, err := s.delivering("off", nil)
		if err != nil {
			return err
		}
		if _, err := s.events.DisableRule(s.ctx, &eventbridge.DisableRuleInput{EventBusName: &s.bus, Name: aws.String("off")}); err != nil {
			return err
		}
		// A rule of AWS may still be active for a moment.
		if err := conformance.Pause(s.ctx, 5*time.Second); err != nil {
			return err
		}
		on, err := s.delivering("on", inputPath("$.detail"))
		if err != nil {
			return err
		}
		if err := s.body(s.entry(`{}`), on, `{}`); err != nil {
			return err
		}
		if m, err := s.receive(off); err == nil {
			return fmt.Errorf("the target of a disabled rule got %s", *m.Body)
		}
		return nil
	}),
	on("delivery/to every target of every rule", func(s *scene) error {
		one, err := s.delivering("one", inputPath("$.detail"))
		if err != nil {
			return err
		}
		two, err := s.delivering("two", inputPath("$.detail.a"))
		if err != nil {
			return err
		}
		three, err := s.queue()
		if err != nil {
			return err
		}
		if err := s.targets("two", types.Target{Id: aws.String("three"), Arn: &three.arn, Input: aws.String(`"constant"`)}); err != nil {
			return err
		}
		return errors.Join(s.body(s.entry(`{"a":"b"}`), one, `{"a":"b"}`), s.body(s.entry(`{"a":"b"}`), two, `"b"`), s.body(s.entry(`{"a":"b"}`), three, `"constant"`))
	}),
	on("input/constant", delivers(func(t *types.Target) { t.Input = aws.String(`{"b": [1, null]}`) }, `{"b":[1,null]}`)),
	on("input/path to an object", delivers(inputPath("$.detail.payload"), `{"id":7,"tags":["x","y"]}`)),
	on("input/path to a string", delivers(inputPath("$.detail.command"), `"update"`)),
	on("input/path to an element", delivers(inputPath("$.detail.payload.tags[1]"), `"y"`)),
	on("input/template of text", delivers(transform(`"Event of <type>, from detail <command>"`, "type", "$.detail-type", "command", "$.detail.command"),
		`"Event of type, from detail update"`)),
	on("input/template of text, nothing at the path", delivers(transform(`"from detail <command>"`, "command", "$.detail.nothing"), `"from detail "`)),
	on("input/template of text that looks like JSON", delivers(transform(`"{[/of <type> type"`, "type", "$.detail-type"), `"{[/of type type"`)),
	on("input/template of JSON", delivers(transform(`{"type":<type>,"payload":<payload>}`, "type", "$.detail-type", "payload", "$.detail.payload"),
		`{"type":"type","payload":{"id":7,"tags":["x","y"]}}`)),
	on("input/template of JSON, nothing at the path", delivers(transform(`{"command":<command>}`, "command", "$.detail.nothing"), `{"command":""}`)),
	on("input/template with the rule", func(s *scene) error {
		q, err := s.delivering("r", transform(`"<aws.events.rule-name> <aws.events.rule-arn>"`))
		if err != nil {
			return err
		}
		rule, err := s.events.DescribeRule(s.ctx, &eventbridge.DescribeRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
		if err != nil {
			return err
		}
		return s.body(s.entry(`{}`), q, `"r `+*rule.Arn+`"`)
	}),
	on("input/template with the event", wholeEvent),
	on("dead letter/of a queue that is gone", deadLetter),
	on("dead letter/of a function that does not exist", deadLetterOfFunction),
}

func inputPath(path string) func(*types.Target) {
	return func(t *types.Target) { t.InputPath = &path }
}

// transform is an input transformer; names and paths take turns.
func transform(template string, paths ...string) func(*types.Target) {
	return func(t *types.Target) {
		t.InputTransformer = &types.InputTransformer{InputTemplate: &template, InputPathsMap: map[string]string{}}
		for pair := range slices.Chunk(paths, 2) {
			t.InputTransformer.InputPathsMap[pair[0]] = pair[1]
		}
	}
}

// delivers checks the body that a target gets for a certain event.
func delivers(change func(*types.Target), want string) func(*scene) error {
	return func(s *scene) error {
		q, err := s.delivering("r", change)
		if err != nil {
			return err
		}
		return s.body(s.entry(`{"command":"update","payload":{"id":7,"tags":["x","y"]}}`), q, want)
	}
}

// wholeEvent looks at the two variables that stand for the event. The one
// without detail names its members as AWS was recorded to: detailType.
func wholeEvent(s *scene) error {
	q, err := s.delivering("r", transform(`{"event":<aws.events.event>,"json":<aws.events.event.json>}`))
	if err != nil {
		return err
	}
	m, _, err := s.deliver(s.entry(`{"a":1}`), q)
	if err != nil {
		return err
	}
	var got struct {
		Event map[string]any
		JSON  envelope
	}
	if err := json.Unmarshal([]byte(*m.Body), &got); err != nil {
		return err
	}
	var members []string
	for name := range got.Event {
		members = append(members, name)
	}
	slices.Sort(members)
	return errors.Join(equal("members", members, "[account detailType id region resources source time version]"),
		equal("id", got.Event["id"], got.JSON.ID), equal("detail-type", got.JSON.DetailType, "type"), sameJSON(string(got.JSON.Detail), `{"a":1}`))
}

// deadLetterOfFunction has a function as target that does not exist. The bus does not try
// again, because waiting does not help: EventBridge user guide, "Using dead-letter queues
// to process undelivered events".
func deadLetterOfFunction(s *scene) error {
	letters, err := s.queue()
	if err != nil {
		return err
	}
	parts := strings.Split(letters.arn, ":") // arn:aws:sqs:region:account:name
	function := fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", parts[3], parts[4], conformance.Name("function"))
	if _, err := s.rule("r", `{"source":["test"]}`); err != nil {
		return err
	}
	target := types.Target{Id: aws.String("target"), Arn: &function, DeadLetterConfig: &types.DeadLetterConfig{Arn: &letters.arn}}
	if err := errors.Join(s.targets("r", target), s.hasTargets("r", "target="+function)); err != nil {
		return err
	}
	m, _, err := s.deliver(s.entry(`{"a":1}`), letters)
	if err != nil {
		return err
	}
	return errors.Join(equal("TARGET_ARN", aws.ToString(m.MessageAttributes["TARGET_ARN"].StringValue), function),
		equal("RETRY_ATTEMPTS", aws.ToString(m.MessageAttributes["RETRY_ATTEMPTS"].StringValue), "0"))
}

func deadLetter(s *scene) error {
	letters, err := s.queue()
	if err != nil {
		return err
	}
	q, err := s.delivering("r", func(t *types.Target) {
		t.DeadLetterConfig = &types.DeadLetterConfig{Arn: &letters.arn}
		t.RetryPolicy = &types.RetryPolicy{MaximumRetryAttempts: aws.Int32(0)}
	})
	if err != nil {
		return err
	}
	if _, err := s.sqs.DeleteQueue(s.ctx, &sqs.DeleteQueueInput{QueueUrl: &q.url}); err != nil {
		return err
	}
	rule, err := s.events.DescribeRule(s.ctx, &eventbridge.DescribeRuleInput{EventBusName: &s.bus, Name: aws.String("r")})
	if err != nil {
		return err
	}
	m, ids, err := s.deliver(s.entry(`{"a":1}`), letters)
	if err != nil {
		return err
	}
	var e envelope
	if err := json.Unmarshal([]byte(*m.Body), &e); err != nil {
		return err
	}
	if !slices.Contains(ids, e.ID) {
		err = fmt.Errorf("the letter is %s", *m.Body)
	}
	for name, want := range map[string]string{"RULE_ARN": *rule.Arn, "TARGET_ARN": q.arn, "RETRY_ATTEMPTS": "0"} {
		err = errors.Join(err, equal(name, aws.ToString(m.MessageAttributes[name].StringValue), want))
	}
	for _, name := range []string{"ERROR_CODE", "ERROR_MESSAGE"} {
		if aws.ToString(m.MessageAttributes[name].StringValue) == "" {
			err = errors.Join(err, fmt.Errorf("it has no %s", name))
		}
	}
	return err
}
