package sim

import (
	"encoding/json"
	"slices"
	"strings"
)

// note keeps on which account a task may fail: what it needed last of a service
// was disturbed. A request that is answered ends that for whatever it was about.
func (s *Simulation) note(t *task, operation string, body []byte, disturbed bool) {
	switch {
	case strings.HasPrefix(operation, "DynamoDB"):
		t.table = disturbed
		if t.run != nil && (disturbed || len(t.run.Users) > 0) {
			t.run.Users[userOf(body)] = disturbed
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

// unsent notes of one body whether it was kept from the dead-letter queue. Of a
// body that a batch holds twice, an answer may be the other one's.
func (t *task) unsent(body string, disturbed bool) {
	first := slices.Index(t.run.Bodies, body)
	if twice := first >= 0 && slices.Contains(t.run.Bodies[first+1:], body); disturbed || !twice {
		t.run.Unsent[body] = disturbed
	}
}

// userOf is the user whose item a request to the table is about.
func userOf(body []byte) string {
	var in struct {
		Key struct {
			User struct{ S string } `json:"user_id"`
		}
	}
	must(json.Unmarshal(body, &in))
	return in.Key.User.S
}

// bodiesOf are the messages that a request to a queue sends.
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
