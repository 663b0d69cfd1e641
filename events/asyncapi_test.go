package events_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/bot-preferences/bot-preferences/consumers"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// asyncAPI is the part of asyncapi.yaml that these tests read.
type asyncAPI struct {
	Channels map[string]struct {
		Address  string         `json:"address"`
		Messages map[string]any `json:"messages"`
	} `json:"channels"`
	Components struct {
		Messages map[string]struct {
			Examples []struct {
				Name    string            `json:"name"`
				Headers map[string]string `json:"headers"`
				Payload json.RawMessage   `json:"payload"`
			} `json:"examples"`
		} `json:"messages"`
		Parameters struct {
			Stage struct {
				Enum []string `json:"enum"`
			} `json:"stage"`
		} `json:"parameters"`
		Schemas map[string]struct {
			Properties map[string]struct {
				Const string   `json:"const"`
				Enum  []string `json:"enum"`
			} `json:"properties"`
		} `json:"schemas"`
	} `json:"components"`
}

// readAsyncAPI is the document, and a compiler of the schemas in it.
func readAsyncAPI(t *testing.T) (doc asyncAPI, compiled func(pointer string) *jsonschema.Schema) {
	t.Helper()
	text, err := os.ReadFile("asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var root any
	if err := yaml.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	written, err := json.Marshal(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(written, &doc); err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for name, text := range map[string][]byte{
		"asyncapi.yaml": written, "preference_change.schema.json": events.ChangeSchema, "preferences_updated.schema.json": events.UpdatedSchema,
	} {
		resource, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err == nil {
			err = c.AddResource("http://here/"+name, resource)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return doc, func(pointer string) *jsonschema.Schema {
		s, err := c.Compile("http://here/asyncapi.yaml#" + pointer)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
}

// The command line tool that validates the document looks at no example.
func TestAsyncAPIExamplesAreValid(t *testing.T) {
	doc, compiled := readAsyncAPI(t)
	for name, message := range doc.Components.Messages {
		if len(message.Examples) == 0 {
			t.Errorf("%s: no examples", name)
		}
		schema := compiled("/components/messages/" + name + "/payload")
		for _, example := range message.Examples {
			if err := judge(schema, example.Payload); err != nil {
				t.Errorf("%s, %s: the schema says %v", name, example.Name, err)
			}
			if err := decodeExample(name, example.Payload); err != nil {
				t.Errorf("%s, %s: Go says %v", name, example.Name, err)
			}
		}
	}
}

func decodeExample(message string, payload []byte) error {
	switch message {
	case "PreferenceChange":
		_, err := events.DecodeChange(payload)
		return err
	case "PreferencesUpdated":
		e, err := events.DecodeEnvelope(payload)
		if err != nil {
			return err
		}
		return new(events.PreferencesUpdated).UnmarshalJSON(e.Detail)
	case "MissedAnnouncement":
		missed, err := backfill.ReadMissed(string(payload))
		if err == nil && (missed.UserID == "" || missed.Revision == 0) {
			return fmt.Errorf("resync would announce nothing of %+v", missed)
		}
		return err
	}
	return nil
}

func TestAsyncAPIPayloadsAreTheSchemas(t *testing.T) {
	doc, compiled := readAsyncAPI(t)
	for _, message := range []string{"PreferenceChange", "PreferencesUpdated"} {
		schema := compiled("/components/messages/" + message + "/payload")
		var envelope map[string]any
		if err := json.Unmarshal(doc.Components.Messages[message].Examples[0].Payload, &envelope); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(envelope); err != nil {
			t.Errorf("%s: %v", message, err)
		}
		envelope["detail-type"] = strings.ToLower(message)
		if schema.Validate(envelope) == nil {
			t.Errorf("%s: any detail-type is taken", message)
		}
		envelope["detail-type"] = message
		envelope["detail"].(map[string]any)["user_id"] = ""
		if schema.Validate(envelope) == nil {
			t.Errorf("%s: the detail is not held to its schema", message)
		}
	}
}

func TestAsyncAPIDeadLettersAreWhatTheConsumerWrites(t *testing.T) {
	doc, compiled := readAsyncAPI(t)
	for _, example := range doc.Components.Messages["RefusedChange"].Examples {
		var body string
		if err := json.Unmarshal(example.Payload, &body); err != nil {
			t.Fatal(err)
		}
		_, err := events.DecodeChange([]byte(body))
		refusal, ok := errors.AsType[*events.Refusal](err)
		if !ok {
			t.Fatalf("%s is not refused: %v", example.Name, err)
		}
		if got := example.Headers; got[deadletter.AttributeCode] != string(refusal.Code) || got[deadletter.AttributeMessage] != refusal.Error() {
			t.Errorf("%s: %v, want %s: %v", example.Name, got, refusal.Code, refusal)
		}
		headers, err := json.Marshal(example.Headers)
		if err != nil {
			t.Fatal(err)
		}
		if err := judge(compiled("/components/schemas/Reason"), headers); err != nil {
			t.Error(err)
		}
	}
	reason := doc.Components.Schemas["Reason"].Properties
	want := []string{deadletter.AttributeTruncated, deadletter.AttributeCode, deadletter.AttributeMessage, deadletter.AttributeUser}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(reason))); diff != "" {
		t.Errorf("attributes (-Go +document):\n%s", diff)
	}
	var codes []string
	for _, code := range []events.Code{
		events.Malformed, events.UnknownVersion, events.FromTheFuture, events.TooOld, events.TooLarge, events.ProfileTooLarge,
	} {
		codes = append(codes, string(code))
	}
	if diff := cmp.Diff(codes, reason[deadletter.AttributeCode].Enum); diff != "" {
		t.Errorf("codes (-Go +document):\n%s", diff)
	}
}

// missedLetter is what republish writes of a record that it cannot read.
func missedLetter(t *testing.T) (letter deadletter.Letter) {
	t.Helper()
	image := map[string]awsevents.DynamoDBAttributeValue{"any": awsevents.NewStringAttribute("")}
	r := consumers.Republish{
		Images: consumers.Images{
			Profile:  func(consumers.Image) (p events.Profile, err error) { return p, errors.New("unreadable") },
			User:     func(consumers.Image) (string, error) { return "u", nil },
			Revision: func(i consumers.Image) (int64, error) { return int64(len(i)), nil }, // 0 of none
		},
		DeadLetters: consumers.DeadLettersFunc(func(_ context.Context, l deadletter.Letter) error { letter = l; return nil }),
		Logger:      slog.New(slog.DiscardHandler),
	}
	record := awsevents.DynamoDBEventRecord{Change: awsevents.DynamoDBStreamRecord{SequenceNumber: "9", NewImage: image}}
	if _, err := r.Handle(t.Context(), awsevents.DynamoDBEvent{Records: []awsevents.DynamoDBEventRecord{record}}); err != nil || letter.Body == "" {
		t.Fatal(letter, err)
	}
	return letter
}

// A record that cannot be read is given up at once: its letter is what the
// document says, and so are the attributes of any.
func TestAsyncAPIMissedAnnouncementsAreWhatTheConsumerWrites(t *testing.T) {
	doc, compiled := readAsyncAPI(t)
	letter := missedLetter(t)
	if err := judge(compiled("/components/schemas/MissedRevisions"), []byte(letter.Body)); err != nil {
		t.Error(err)
	}
	var written map[string]any
	if err := json.Unmarshal([]byte(letter.Body), &written); err != nil {
		t.Fatal(err)
	}
	fields := slices.Sorted(maps.Keys(doc.Components.Schemas["MissedRevisions"].Properties))
	if diff := cmp.Diff(slices.Sorted(maps.Keys(written)), fields); diff != "" {
		t.Errorf("fields (-Go +document):\n%s", diff)
	}
	if letter.UserID == "" || letter.Revision == 0 {
		t.Fatalf("the letter names no user or no revision: %+v", letter)
	}
	want := []string{deadletter.AttributeCode, deadletter.AttributeMessage, deadletter.AttributeUser, deadletter.AttributeRevision}
	slices.Sort(want)
	reason := doc.Components.Schemas["MissedReason"].Properties
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(reason))); diff != "" {
		t.Errorf("attributes (-Go +document):\n%s", diff)
	}
	codes := []string{string(events.Unreadable), string(events.Undeliverable)}
	if diff := cmp.Diff(codes, reason[deadletter.AttributeCode].Enum); diff != "" {
		t.Errorf("codes (-Go +document):\n%s", diff)
	}
	for _, example := range doc.Components.Messages["MissedAnnouncement"].Examples {
		headers, err := json.Marshal(example.Headers)
		if err == nil {
			err = judge(compiled("/components/schemas/MissedReason"), headers)
		}
		if err != nil {
			t.Errorf("%s: %v", example.Name, err)
		}
	}
}

func TestAsyncAPIChannelsAreThoseOfTheStack(t *testing.T) {
	doc, _ := readAsyncAPI(t)
	for _, stage := range doc.Components.Parameters.Stage.Enum {
		s, err := stack.Load("../serverless.yml", stack.Options{Stage: stage})
		if err != nil {
			t.Fatal(err)
		}
		there := map[string]bool{}
		for _, bus := range s.Buses {
			there[bus.Name] = true
		}
		for _, q := range s.Queues {
			there[q.Name] = true
		}
		for name, channel := range doc.Channels {
			address := strings.ReplaceAll(channel.Address, "{stage}", stage)
			if name != "subscriberQueue" && !there[address] {
				t.Errorf("%s: the stack has no %s", name, address)
			}
		}
	}
}
