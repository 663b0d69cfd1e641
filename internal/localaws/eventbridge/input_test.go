package eventbridge_test

import (
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
)

func TestInput(t *testing.T) {
	const detail = `{"command": "set", "payload": {"id": "1", "n": [1, 2]}, "tags": ["a", "b"]}`
	transform := func(template string, paths ...string) eventbridge.TargetConfig {
		i := &eventbridge.InputTransformer{Template: template, Paths: map[string]string{}}
		for n := 0; n < len(paths); n += 2 {
			i.Paths[paths[n]] = paths[n+1]
		}
		return eventbridge.TargetConfig{InputTransformer: i}
	}
	for _, row := range []struct {
		name   string
		target eventbridge.TargetConfig
		want   string
	}{
		{"a constant", eventbridge.TargetConfig{Input: `{"x":1}`}, `{"x":1}`},
		{"a path", eventbridge.TargetConfig{InputPath: "$.detail.payload"}, `{"id": "1", "n": [1, 2]}`},
		{"a path to an element", eventbridge.TargetConfig{InputPath: "$.detail['payload'].n[1]"}, `2`},
		{"a path to everything within", eventbridge.TargetConfig{InputPath: "$.detail-type"}, `"Said"`},
		{"a path to nothing", eventbridge.TargetConfig{InputPath: "$.detail.nothing"}, `{}`},
		{"JSON", transform(`{"c": <c>, "p": <p>, "text": "<c>/<c>"}`, "c", "$.detail.command", "p", "$.detail.payload"), `{"c": "set", "p": {"id": "1", "n": [1, 2]}, "text": "set/set"}`},
		{"JSON with a path to nothing", transform(`{"c": <c>, "text": "<c>"}`, "c", "$.detail.nothing"), `{"c": "", "text": ""}`},
		{"text", transform(`"<t>: <c>, <p>, <l>, <no>"`, "t", "$.detail-type", "c", "$.detail.command", "p", "$.detail.payload", "l", "$.detail.tags", "no", "$.x"), `"Said: set, {id:1,n:[1,2]}, [a,b], "`},
		{"lines of text", transform("\"<c>\"\n\"<c>!\"", "c", "$.detail.command"), "\"set\"\n\"set!\""},
		{"EventBridge's own", transform(`{"rule": <aws.events.rule-name>, "arn": "<aws.events.rule-arn>", "at": <aws.events.event.ingestion-time>}`), `{"rule": "all", "arn": "` + ruleARN + `", "at": "2026-11-23T10:00:00Z"}`},
		{"an angle bracket that is no placeholder", transform(`{"a": "1 < 2"}`), `{"a": "1 < 2"}`},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCloud(t, "q")
			row.target.ID, row.target.ARN = "q", queueARN+"q"
			c.rule(t, "all", anything, row.target)
			c.put(t, detail)
			c.deliverDue()
			if taken := c.queues["q"].taken; len(taken) != 1 || taken[0].Body != row.want {
				t.Errorf("got %+v, want %s", taken, row.want)
			}
		})
	}
}

func TestInputWithTheEvent(t *testing.T) {
	c := newCloud(t, "q")
	c.rule(t, "all", anything, eventbridge.TargetConfig{ID: "q", ARN: queueARN + "q", InputTransformer: &eventbridge.InputTransformer{
		Template: `[<aws.events.event>, <aws.events.event.json>]`,
	}})
	c.put(t, `{"a": 1}`)
	c.deliverDue()
	got := c.queues["q"].taken[0]
	envelope := string(got.Event.Envelope())
	without := strings.Replace(strings.TrimSuffix(envelope, `,"detail":{"a": 1}}`)+"}", `"detail-type"`, `"detailType"`, 1)
	want := "[" + without + ", " + envelope + "]"
	if got.Body != want {
		t.Errorf("got %s, want %s", got.Body, want)
	}
}

func TestInputThatBreaksIsDeadLettered(t *testing.T) {
	c := newCloud(t, "q", "dead")
	c.rule(t, "all", anything, eventbridge.TargetConfig{
		ID: "q", ARN: queueARN + "q", DeadLetterARN: queueARN + "dead",
		InputTransformer: &eventbridge.InputTransformer{Template: `{"list": "<l>"}`, Paths: map[string]string{"l": "$.detail.l"}},
	})
	c.put(t, `{"l":["a"]}`)
	c.deliverDue()
	letters := c.queues["dead"].taken
	if len(c.queues["q"].taken) != 0 || len(letters) != 1 || letters[0].Attributes["ERROR_CODE"] != "INVALID_JSON" {
		t.Errorf("dead letters %v", letters)
	}
}

func TestInputRefused(t *testing.T) {
	for _, row := range []struct {
		name   string
		target eventbridge.TargetConfig
		text   string
	}{
		{"two kinds", eventbridge.TargetConfig{Input: "{}", InputPath: "$"}, "Only one of Input, InputPath, or InputTransformer"},
		{"a constant that is no JSON", eventbridge.TargetConfig{Input: "x"}, "Input of target q"},
		{"a path that starts elsewhere", eventbridge.TargetConfig{InputPath: "detail"}, "InputPath of target q"},
		{"a path with a wildcard", eventbridge.TargetConfig{InputPath: "$.detail[*]"}, "does not support the JSON path"},
		{"an empty template", eventbridge.TargetConfig{InputTransformer: &eventbridge.InputTransformer{}}, "InputTemplate of target q"},
		{"an unknown placeholder", eventbridge.TargetConfig{InputTransformer: &eventbridge.InputTransformer{Template: `{"a":<b>}`}}, "InputTemplate for target q contains invalid placeholder b."},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := newCloud(t)
			c.rule(t, "all", anything)
			row.target.ID, row.target.ARN = "q", queueARN+"q"
			err := c.service.PutTarget("", "all", row.target)
			if err == nil || !strings.Contains(err.Error(), row.text) {
				t.Errorf("got %v, want %q", err, row.text)
			}
		})
	}
}

// The same calls must give the same answers, so the error must always name the same one
// of two faults in a map.
func TestFaultsInPathsAreNamedInOrder(t *testing.T) {
	c := newCloud(t, "q")
	c.rule(t, "r", `{"source":["bot"]}`)
	messages := map[string]bool{}
	for range 50 {
		err := c.service.PutTarget("", "r", eventbridge.TargetConfig{ID: "t", ARN: queueARN + "q", InputTransformer: &eventbridge.InputTransformer{
			Paths: map[string]string{"a": "none", "b": "none", "aws.c": "$.x"}, Template: "<a>",
		}})
		if err == nil {
			t.Fatal("it is taken")
		}
		messages[err.Error()] = true
	}
	if len(messages) != 1 {
		t.Errorf("%d different errors: %v", len(messages), messages)
	}
}
