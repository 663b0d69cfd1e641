package dev

import (
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
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/events/eventstest"
	localsqs "github.com/bot-preferences/bot-preferences/localaws/sqs"
)

// firstDelivery is less than the queue's visibility timeout: what has come to
// rest within it was not delivered a second time.
const firstDelivery = 20 * time.Second

// Every malformed golden change has, at every entrance, the outcome that its
// table states, on the first delivery, and the good change that came with it is
// applied (G2, G7).
func TestMalformedChangesEndAsTheirTableSays(t *testing.T) {
	env := start(t, "dev")
	cases := eventstest.Malformed()
	if len(cases) < 40 {
		t.Fatalf("only %d malformed changes", len(cases))
	}
	for _, entrance := range []struct {
		name string
		send func(t *testing.T, env *Environment, c *eventstest.Case, mate string) (wanted string)
	}{{"bus", overBus}, {"queue", overQueue}, {"http", overHTTP}} {
		for i := range cases {
			c := &cases[i]
			t.Run(entrance.name+"/"+c.Name, func(t *testing.T) {
				mate := batchMate()
				wanted := entrance.send(t, env, c, string(mate.AppendJSON(nil)))
				quiet(t, env, firstDelivery)
				checkLetter(t, env, wanted)
				checkApplied(t, env, mate)
			})
		}
	}
}

// batchMate is a good change. Sent in one request with another, it shares its
// batch.
func batchMate() events.PreferenceChange {
	return events.PreferenceChange{
		ID: events.NewClock().Next(), UserID: "mate",
		Preferences: events.Preferences{"seen": events.Value(fmt.Sprint(time.Now().UnixNano()))},
	}
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

func overBus(t *testing.T, env *Environment, c *eventstest.Case, mate string) string {
	entries := []ebtypes.PutEventsRequestEntry{busEntry(env, events.DetailTypeChange, mate)}
	sends := c.Bus != "" && c.Bus != eventstest.CannotTravel
	if sends {
		entries = append(entries, busEntry(env, c.DetailType, string(c.Text)))
	}
	out, err := eventbridge.NewFromConfig(config(env)).PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: entries})
	if err != nil {
		t.Fatal(err)
	}
	if !sends {
		return ""
	}
	wanted, fails := strings.CutPrefix(c.Bus, eventstest.EntryError)
	if got := aws.ToString(out.Entries[1].ErrorCode); fails && got != wanted || !fails && got != "" {
		t.Fatalf("PutEvents answers %q for the entry, want %q", got, c.Bus)
	}
	return c.Bus
}

func busEntry(env *Environment, detailType, detail string) ebtypes.PutEventsRequestEntry {
	return ebtypes.PutEventsRequestEntry{
		EventBusName: aws.String(env.Stack.Buses[0].Name), Source: aws.String("golden"),
		DetailType: aws.String(detailType), Detail: aws.String(detail),
	}
}

func overQueue(t *testing.T, env *Environment, c *eventstest.Case, mate string) string {
	body := func(e eventstest.Case) *string {
		return aws.String(string(e.Body("6a7e8feb-b491-4cf7-a9f1-bf3703467718", time.Now())))
	}
	url := env.AWSURL + "/" + env.Stack.Account + "/" + namesOf(env.Stack).changes
	in := &sqs.SendMessageBatchInput{QueueUrl: aws.String(url), Entries: []sqstypes.SendMessageBatchRequestEntry{
		{Id: aws.String("mate"), MessageBody: body(eventstest.Case{Text: []byte(mate), DetailType: events.DetailTypeChange})},
	}}
	sends := c.Queue != "" && c.Queue != eventstest.CannotTravel
	if sends {
		in.Entries = append(in.Entries, sqstypes.SendMessageBatchRequestEntry{Id: aws.String("case"), MessageBody: body(*c)})
	}
	out, err := sqs.NewFromConfig(config(env)).SendMessageBatch(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	wanted, fails := strings.CutPrefix(c.Queue, eventstest.SendError)
	switch {
	case fails && (len(out.Failed) != 1 || aws.ToString(out.Failed[0].Code) != wanted):
		t.Fatalf("SendMessageBatch reports %v, want %s", out.Failed, wanted)
	case !fails && len(out.Failed) > 0:
		t.Fatalf("SendMessageBatch reports %s", aws.ToString(out.Failed[0].Message))
	case !sends:
		return ""
	}
	return c.Queue
}

func overHTTP(t *testing.T, env *Environment, c *eventstest.Case, mate string) string {
	if status, message := post(t, env, mate); status != http.StatusAccepted {
		t.Fatalf("POST of a good change answers %d (%s)", status, message)
	}
	if c.HTTP.Status == 0 {
		return ""
	}
	status, message := post(t, env, string(c.Text))
	if status != c.HTTP.Status {
		t.Errorf("POST answers %d (%s), want %d", status, message, c.HTTP.Status)
	}
	if c.HTTP.Field != "" && !strings.Contains(message, c.HTTP.Field) {
		t.Errorf("the message %q does not name the field %q", message, c.HTTP.Field)
	}
	return ""
}

func post(t *testing.T, env *Environment, body string) (status int, message string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, env.APIURL+"/preferences", strings.NewReader(body))
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
