package sim

import (
	"encoding/json"
	"slices"
	"strings"
)

// recordRequest records what a task may blame for a failure: that its last request to a service
// was disturbed. A request that is answered clears the record for its subject.
func (s *Simulation) recordRequest(t *task, operation string, body []byte, disturbed bool) {
	switch {
	case strings.HasPrefix(operation, "DynamoDB"):
		t.table = disturbed
		if t.run != nil && (disturbed || len(t.run.Users) > 0) {
			t.run.Users[userOf(body)] = disturbed
			t.run.Shaken[userOf(body)] = t.run.Shaken[userOf(body)] || disturbed
		}
	case strings.HasPrefix(operation, "AmazonSQS"):
		t.queue = disturbed
		if t.run != nil && (disturbed || len(t.run.Unsent) > 0) {
			for _, sent := range bodiesOf(body) {
				t.unsent(sent, disturbed)
			}
		}
	case t.batch != nil && disturbed:
		t.batch.Bus = true
	}
}

// unsent records whether the last send of a body to the dead-letter queue was
// disturbed. If a batch holds the same body twice, the answer may belong to the other
// one.
func (t *task) unsent(body string, disturbed bool) {
	first := slices.Index(t.run.Bodies, body)
	if twice := first >= 0 && slices.Contains(t.run.Bodies[first+1:], body); disturbed || !twice {
		t.run.Unsent[body] = disturbed
	}
}

// userOf returns the user whose item a request to the table names.
func userOf(body []byte) string {
	var in struct {
		Key struct {
			User struct{ S string } `json:"user_id"`
		}
	}
	must(json.Unmarshal(body, &in))
	return in.Key.User.S
}

// bodiesOf returns the messages that a request to a queue sends.
func bodiesOf(body []byte) []string {
	var in struct {
		MessageBody string
		Entries     []struct{ MessageBody string }
	}
	must(json.Unmarshal(body, &in))
	var all []string
	if in.MessageBody != "" {
		all = append(all, in.MessageBody)
	}
	for _, e := range in.Entries {
		all = append(all, e.MessageBody)
	}
	return all
}
