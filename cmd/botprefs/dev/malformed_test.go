package dev

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"errors"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/events/eventstest"
	localsqs "github.com/bot-preferences/bot-preferences/localaws/sqs"
)

// Every malformed golden change has, at every entrance, the outcome that its
// table states, and its batch-mates are applied (G2, G7).
func TestMalformedChangesEndAsTheirTableSays(t *testing.T) {
	env := start(t, "dev")
	cases := eventstest.Malformed()
	if len(cases) < 40 {
		t.Fatalf("only %d malformed changes", len(cases))
	}
	for _, entrance := range []struct {
		name string
		send func(*testing.T, *Environment, *eventstest.Case) (wanted string)
	}{{"bus", overBus}, {"queue", overQueue}, {"http", overHTTP}} {
		for i := range cases {
			c := &cases[i]
			t.Run(entrance.name+"/"+c.Name, func(t *testing.T) {
				mate := sendMate(t, env)
				wanted := entrance.send(t, env, c)
				quiet(t, env)
				checkLetter(t, env, wanted)
				checkApplied(t, env, mate)
			})
		}
	}
}

// sendMate sends a good change to the same queue, to share a batch.
func sendMate(t *testing.T, env *Environment) events.PreferenceChange {
	t.Helper()
	c := events.PreferenceChange{
		ID: events.NewClock().Next(), UserID: "mate",
		Preferences: events.Preferences{"seen": events.Value(fmt.Sprint(time.Now().UnixNano()))},
	}
	for _, err := range changeQueue(env).Send(t.Context(), []events.Envelope{events.ChangeEnvelope("test", &c, time.Now())}) {
		if err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func checkApplied(t *testing.T, env *Environment, c events.PreferenceChange) {
	t.Helper()
	p := storedProfiles(t, env)[c.UserID]
	if !p.Reflects(&c) {
		t.Errorf("the batch-mate was not applied")
	}
}

// checkLetter takes the dead letters and compares them with the outcome.
func checkLetter(t *testing.T, env *Environment, wanted string) {
	t.Helper()
	var letters []localsqs.Message
	env.Do(func(c *cloud) {
		q, _ := c.Queues.Queue(namesOf(env.Stack).deadLetter)
		for _, m := range q.Receive(10, time.Minute) {
			letters = append(letters, m)
			q.Delete(m.Receipt)
		}
	})
	code, dead := strings.CutPrefix(wanted, eventstest.DeadLetter)
	switch {
	case dead && len(letters) != 1:
		t.Fatalf("%d dead letters, want one with %s", len(letters), code)
	case !dead && len(letters) > 0:
		t.Fatalf("an unexpected dead letter: %v", letters[0].Attributes)
	case dead:
		if got := letters[0].Attributes["ERROR_CODE"].StringValue; got != code {
			t.Errorf("dead letter with %s, want %s", got, code)
		}
		if reason := letters[0].Attributes["ERROR_MESSAGE"].StringValue; reason == "" {
			t.Error("the dead letter has no ERROR_MESSAGE")
		}
	}
}

func overBus(t *testing.T, env *Environment, c *eventstest.Case) string {
	if c.Bus == "" || c.Bus == eventstest.CannotTravel {
		return ""
	}
	out, err := eventbridge.NewFromConfig(config(env)).PutEvents(t.Context(), &eventbridge.PutEventsInput{
		Entries: []ebtypes.PutEventsRequestEntry{{
			EventBusName: aws.String(env.Stack.Buses[0].Name), Source: aws.String("golden"),
			DetailType: aws.String(c.DetailType), Detail: aws.String(string(c.Text)),
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	wanted, fails := strings.CutPrefix(c.Bus, eventstest.EntryError)
	if got := aws.ToString(out.Entries[0].ErrorCode); fails && got != wanted || !fails && got != "" {
		t.Fatalf("PutEvents answers %q for the entry, want %q", got, c.Bus)
	}
	return c.Bus
}

func overQueue(t *testing.T, env *Environment, c *eventstest.Case) string {
	if c.Queue == "" || c.Queue == eventstest.CannotTravel {
		return ""
	}
	url := env.AWSURL + "/" + env.Stack.Account + "/" + namesOf(env.Stack).changes
	_, err := sqs.NewFromConfig(config(env)).SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: aws.String(url), MessageBody: aws.String(string(c.Body("6a7e8feb-b491-4cf7-a9f1-bf3703467718", time.Now()))),
	})
	if wanted, fails := strings.CutPrefix(c.Queue, eventstest.SendError); fails {
		var e smithy.APIError
		if !errors.As(err, &e) || e.ErrorCode() != wanted {
			t.Fatalf("SendMessage answers %v, want %s", err, wanted)
		}
	} else if err != nil {
		t.Fatal(err)
	}
	return c.Queue
}

func overHTTP(t *testing.T, env *Environment, c *eventstest.Case) string {
	if c.HTTP.Status == 0 {
		return ""
	}
	status, message := post(t.Context(), t, env, string(c.Text))
	if status != c.HTTP.Status {
		t.Errorf("POST answers %d (%s), want %d", status, message, c.HTTP.Status)
	}
	if c.HTTP.Field != "" && !strings.Contains(message, c.HTTP.Field) {
		t.Errorf("the message %q does not name the field %q", message, c.HTTP.Field)
	}
	return ""
}

func post(ctx context.Context, t *testing.T, env *Environment, body string) (status int, message string) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, env.APIURL+"/preferences", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	var answer struct{ Message string }
	if err := json.Unmarshal(text, &answer); err != nil {
		t.Errorf("the answer is not JSON: %s", text)
	}
	return response.StatusCode, answer.Message
}
