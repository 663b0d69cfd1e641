package localrun

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/contracttest/changes"
	localsqs "github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
)

// firstDelivery is less than the queue's visibility timeout. A message that has an
// outcome within it was delivered only once.
const firstDelivery = 20 * time.Second

// A sentCase is a case that was sent: a mark that identifies its letter, if there is
// one, the outcome that its table states, and the good change that was sent with it.
type sentCase struct {
	name, outcome string
	mark          string                  // is in its message and in no other,
	whole         bool                    // or all of it
	mate          events.PreferenceChange // none: without a user
}

// Every malformed golden change has, at every entrance, the outcome that its
// table states, on the first delivery, and the good change that came with it is
// applied (G2, G7).
func TestMalformedChangesEndAsTheirTableSays(t *testing.T) {
	t.Parallel()
	env := start(t, "dev")
	cases := changes.Malformed()
	if len(cases) < 40 {
		t.Fatalf("only %d malformed changes", len(cases))
	}
	for _, entrance := range []struct {
		name  string
		mates bool // it takes several changes at once
		send  func(t *testing.T, env *Environment, c *changes.Case, mate string) (outcome, mark string)
	}{{"bus", true, overBus}, {"queue", true, overQueue}, {"http", false, overHTTP}} {
		var all []sentCase
		began := time.Now()
		for i := range cases {
			c := &cases[i]
			t.Run(entrance.name+"/"+c.Name, func(t *testing.T) {
				s := sentCase{name: t.Name(), whole: c.Envelope}
				if entrance.mates {
					s.mate = batchMate(t.Name())
				}
				s.outcome, s.mark = entrance.send(t, env, c, string(s.mate.AppendJSON(nil)))
				all = append(all, s)
			})
		}
		quiet(t, env, firstDelivery-time.Since(began))
		checkLetters(t, takeLetters(env), all)
		checkApplied(t, env, all)
	}
}

// batchMate is a good change that shares a batch with the case, because both are sent
// in one request.
func batchMate(text string) events.PreferenceChange {
	return events.PreferenceChange{
		ID: events.NewClock().Next(), UserID: "mate of " + text,
		Preferences: events.Preferences{"seen": events.JSON(fmt.Sprint(time.Now().UnixNano()))},
	}
}

func checkApplied(t *testing.T, env *Environment, all []sentCase) {
	t.Helper()
	profiles := storedProfiles(t, env)
	for _, s := range all {
		if s.mate.UserID == "" {
			continue
		}
		if p := profiles[s.mate.UserID]; !p.Reflects(&s.mate) {
			t.Errorf("%s: the batch-mate was not applied", s.name)
		}
	}
}

// takeLetters empties the dead-letter queue.
func takeLetters(env *Environment) (letters []localsqs.Message) {
	env.Do(func(c *cloud) {
		q, _ := c.Queues.Queue(namesOf(env.Stack).deadLetter)
		for {
			batch := q.Receive(10, time.Minute)
			if len(batch) == 0 {
				return
			}
			for _, m := range batch {
				letters = append(letters, m)
				q.Delete(m.Receipt)
			}
		}
	})
	return letters
}

// checkLetters compares the dead letters with the outcomes, one by one.
func checkLetters(t *testing.T, letters []localsqs.Message, all []sentCase) {
	t.Helper()
	for _, s := range all {
		code, dead := strings.CutPrefix(s.outcome, changes.DeadLetter)
		if !dead {
			continue // one that it has all the same is left over at the end
		}
		i := slices.IndexFunc(letters, func(m localsqs.Message) bool { return m.Body == s.mark || !s.whole && strings.Contains(m.Body, s.mark) })
		if i < 0 {
			t.Errorf("%s: no dead letter, want one with %s", s.name, code)
			continue
		}
		if got := letters[i].Attributes["ERROR_CODE"].StringValue; got != code {
			t.Errorf("%s: dead letter with %s, want %s", s.name, got, code)
		}
		if letters[i].Attributes["ERROR_MESSAGE"].StringValue == "" {
			t.Errorf("%s: the dead letter has no ERROR_MESSAGE", s.name)
		}
		letters = slices.Delete(letters, i, i+1)
	}
	for _, m := range letters {
		t.Errorf("an unexpected dead letter: %v: %.200s", m.Attributes, m.Body)
	}
}

func overBus(t *testing.T, env *Environment, c *changes.Case, mate string) (outcome, mark string) {
	entries := []ebtypes.PutEventsRequestEntry{busEntry(env, events.DetailTypeChange, mate)}
	sends := c.Bus != "" && c.Bus != changes.CannotTravel
	if sends {
		entries = append(entries, busEntry(env, c.DetailType, string(c.Text)))
	}
	out, err := eventbridge.NewFromConfig(config(env)).PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: entries})
	if err != nil {
		t.Fatal(err)
	}
	if !sends {
		return "", ""
	}
	wanted, fails := strings.CutPrefix(c.Bus, changes.EntryError)
	if got := aws.ToString(out.Entries[1].ErrorCode); fails && got != wanted || !fails && got != "" {
		t.Fatalf("PutEvents answers %q for the entry, want %q", got, c.Bus)
	}
	return c.Bus, aws.ToString(out.Entries[1].EventId)
}

func busEntry(env *Environment, detailType, detail string) ebtypes.PutEventsRequestEntry {
	return ebtypes.PutEventsRequestEntry{
		EventBusName: aws.String(env.Stack.Buses[0].Name), Source: aws.String("golden"),
		DetailType: aws.String(detailType), Detail: aws.String(detail),
	}
}

func overQueue(t *testing.T, env *Environment, c *changes.Case, mate string) (outcome, mark string) {
	mark = fmt.Sprintf("6a7e8feb-b491-4cf7-a9f1-%012x", time.Now().UnixNano()&(1<<48-1))
	body := func(e changes.Case) *string { return aws.String(string(e.Body(mark, time.Now()))) }
	url := env.AWSURL + "/" + env.Stack.Account + "/" + namesOf(env.Stack).changes
	in := &sqs.SendMessageBatchInput{QueueUrl: aws.String(url), Entries: []sqstypes.SendMessageBatchRequestEntry{
		{Id: aws.String("mate"), MessageBody: body(changes.Case{Text: []byte(mate), DetailType: events.DetailTypeChange})},
	}}
	sends := c.Queue != "" && c.Queue != changes.CannotTravel
	if sends {
		in.Entries = append(in.Entries, sqstypes.SendMessageBatchRequestEntry{Id: aws.String("case"), MessageBody: body(*c)})
	}
	out, err := sqs.NewFromConfig(config(env)).SendMessageBatch(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	wanted, fails := strings.CutPrefix(c.Queue, changes.SendError)
	switch {
	case fails && (len(out.Failed) != 1 || aws.ToString(out.Failed[0].Code) != wanted):
		t.Fatalf("SendMessageBatch reports %v, want %s", out.Failed, wanted)
	case !fails && len(out.Failed) > 0:
		t.Fatalf("SendMessageBatch reports %s", aws.ToString(out.Failed[0].Message))
	case !sends:
		return "", ""
	}
	if c.Envelope {
		mark = string(c.Text)
	}
	return c.Queue, mark
}

// overHTTP gets its answer at once. A refused case has no letter there, and no good
// change beside it.
func overHTTP(t *testing.T, env *Environment, c *changes.Case, _ string) (outcome, mark string) {
	if c.HTTP.Status == 0 {
		return "", ""
	}
	status, message := post(t, env, string(c.Text))
	if status != c.HTTP.Status {
		t.Errorf("POST answers %d (%s), want %d", status, message, c.HTTP.Status)
	}
	if c.HTTP.Field != "" && !strings.Contains(message, c.HTTP.Field) {
		t.Errorf("the message %q does not name the field %q", message, c.HTTP.Field)
	}
	return "", ""
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
