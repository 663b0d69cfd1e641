package sim

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

const (
	putEvents = "AWSEvents.PutEvents"
	sendBatch = "AmazonSQS.SendMessageBatch"
	getItem   = "DynamoDB_20120810.GetItem"
)

func isBatch(operation string) bool { return operation == putEvents || operation == sendBatch }

// batchRequest is SendMessageBatch or PutEvents, with the entries as they arrived.
type batchRequest struct {
	QueueURL string            `json:"QueueUrl,omitempty"`
	Entries  []json.RawMessage `json:"Entries"`
}

// half carries out some entries of a batch and fails the others, each independently.
func (s *Simulation) half(t *task, operation string, c *call) *http.Response {
	var whole batchRequest
	must(json.Unmarshal(c.body, &whole))
	taken := whole
	taken.Entries = nil
	lost := make([]bool, len(whole.Entries))
	for i, entry := range whole.Entries {
		if lost[i] = s.chance(0.5); !lost[i] {
			taken.Entries = append(taken.Entries, entry)
		}
	}
	out := map[string]any{}
	if len(taken.Entries) > 0 {
		body, err := json.Marshal(taken)
		must(err)
		if operation == sendBatch {
			s.recordRequest(t, operation, body, false)
		}
		answer := s.carryOut(c.request, body)
		text, err := io.ReadAll(answer.Body)
		must(err)
		must(json.Unmarshal(text, &out))
	}
	if operation == putEvents {
		return answer(c.request, http.StatusOK, putAnswer(out, lost))
	}
	return answer(c.request, http.StatusOK, sendAnswer(out, lost, whole.Entries))
}

// putAnswer inserts the failed entries between the others, at their places.
func putAnswer(out map[string]any, lost []bool) map[string]any {
	taken, _ := out["Entries"].([]any)
	failures, _ := out["FailedEntryCount"].(float64)
	all := []any{}
	for _, l := range lost {
		if l {
			failures++
			all = append(all, map[string]any{"ErrorCode": "InternalFailure", "ErrorMessage": "by decision of the simulation"})
			continue
		}
		all, taken = append(all, taken[0]), taken[1:]
	}
	return map[string]any{"FailedEntryCount": failures, "Entries": all}
}

func sendAnswer(out map[string]any, lost []bool, entries []json.RawMessage) map[string]any {
	failed, _ := out["Failed"].([]any)
	for i, entry := range entries {
		if lost[i] {
			var e struct {
				ID string `json:"Id"`
			}
			must(json.Unmarshal(entry, &e))
			failed = append(failed, map[string]any{
				"Id": e.ID, "SenderFault": false, "Code": "InternalError", "Message": "by decision of the simulation",
			})
		}
	}
	return map[string]any{"Successful": out["Successful"], "Failed": failed}
}

// delayed delays messages to the change queue, so that messages that were sent together
// do not arrive together.
func (s *Simulation) delayed(operation string, body []byte) []byte {
	if operation != sendBatch || !s.chance(s.plan.delays) {
		return body
	}
	var whole struct {
		QueueURL string           `json:"QueueUrl"`
		Entries  []map[string]any `json:"Entries"`
	}
	must(json.Unmarshal(body, &whole))
	for _, e := range whole.Entries {
		e["DelaySeconds"] = s.rand.IntN(60)
	}
	text, err := json.Marshal(whole)
	must(err)
	return text
}

// must panics on errors that a correct simulation never returns.
func must(err error) {
	if err != nil {
		panic(fmt.Sprintf("sim: %v", err))
	}
}
