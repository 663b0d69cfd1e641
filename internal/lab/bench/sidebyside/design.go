package sidebyside

import (
	"encoding/json"
	"fmt"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/loopback"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// A design is one way to process changes.
type design struct {
	name     string
	function string // the function, and its table
	values   string // the map attribute that holds the preferences; empty: the layout of profilestore
	most     int    // changes in an invocation, at most

	payload func(changes []events.PreferenceChange) ([]byte, error)
	failed  func(answer []byte, changes []events.PreferenceChange) ([]events.PreferenceChange, error)
}

const batchChanges = 100

var (
	pythonService = &design{
		name: "Python service: read, put back whole", function: "python", values: "preferences",
		most: 1, payload: request, failed: notOK,
	}
	updateConsumer = &design{
		name: "Go, one UpdateItem per message", function: "updateitem", values: "prefs",
		most: batchChanges, payload: batch, failed: itemFailures,
	}
	optimisticConsumer = &design{
		name: "Go, read and write under a version", function: "optimistic", values: "prefs",
		most: batchChanges, payload: batch, failed: itemFailures,
	}
	apply = &design{
		name: "apply", function: "apply",
		most: batchChanges, payload: batch, failed: itemFailures,
	}
)

// designs lists all designs. apply is the last one, and the ratios compare with it.
func designs() []*design {
	return []*design{pythonService, updateConsumer, optimisticConsumer, apply}
}

// request returns the event that API Gateway passes to a function for POST
// /preferences. The service does not use ids and times.
func request(changes []events.PreferenceChange) ([]byte, error) {
	c := changes[0]
	body, err := json.Marshal(map[string]any{"user_id": c.UserID, "preferences": c.Preferences})
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{
		"version": "2.0", "routeKey": "POST /preferences", "rawPath": "/preferences", "rawQueryString": "",
		"headers": map[string]string{"accept": "*/*", "content-type": "application/json", "host": "api.example.com", "user-agent": "curl/8.7.1"},
		"requestContext": map[string]any{
			"accountId": loopback.Account, "apiId": "api", "domainName": "api.example.com", "requestId": "request",
			"routeKey": "POST /preferences", "stage": "$default", "time": "01/Mar/2026:12:00:00 +0000", "timeEpoch": 1772366400000,
			"http": map[string]string{"method": "POST", "path": "/preferences", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "curl/8.7.1"},
		},
		"body": string(body), "isBase64Encoded": false,
	})
}

// notOK returns an error if the service did not accept its change: callers of such a
// service rarely retry.
func notOK(answer []byte, _ []events.PreferenceChange) ([]events.PreferenceChange, error) {
	var a struct{ StatusCode int }
	if err := json.Unmarshal(answer, &a); err != nil {
		return nil, err
	}
	if a.StatusCode != 200 {
		return nil, fmt.Errorf("the answer is %.200q", answer)
	}
	return nil, nil
}

// batch returns the event that Lambda passes to a function of a queue. A message's id
// is the id of its change. The other attributes are the same for all messages.
func batch(changes []events.PreferenceChange) ([]byte, error) {
	var e awsevents.SQSEvent
	for i := range changes {
		c := &changes[i]
		sent := fmt.Sprint(c.ID.Time().UnixMilli())
		e.Records = append(e.Records, awsevents.SQSMessage{
			MessageId: c.ID.String(), ReceiptHandle: "AQEB" + c.ID.String(), Body: workload.Body(c),
			Attributes: map[string]string{
				"ApproximateReceiveCount": "1", "SentTimestamp": sent, "ApproximateFirstReceiveTimestamp": sent, "SenderId": loopback.Account,
			},
			EventSource: "aws:sqs", EventSourceARN: "arn:aws:sqs:" + loopback.Region + ":" + loopback.Account + ":changes", AWSRegion: loopback.Region,
		})
	}
	return json.Marshal(e)
}

// itemFailures returns the changes that must be redelivered.
func itemFailures(answer []byte, changes []events.PreferenceChange) (again []events.PreferenceChange, err error) {
	var a awsevents.SQSEventResponse
	if err := json.Unmarshal(answer, &a); err != nil {
		return nil, err
	}
	failed := map[string]bool{}
	for _, f := range a.BatchItemFailures {
		failed[f.ItemIdentifier] = true
	}
	for i := range changes {
		if failed[changes[i].ID.String()] {
			again = append(again, changes[i])
		}
	}
	if len(again) < len(failed) {
		return nil, fmt.Errorf("the answer names messages that it was not given: %.200q", answer)
	}
	return again, nil
}
