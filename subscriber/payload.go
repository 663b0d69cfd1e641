package subscriber

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// A record is a message of an SQS batch, as far as it is needed: what a field
// that is not read looks like must not fail a batch.
type record struct {
	MessageID string `json:"messageId"`
	Source    string `json:"eventSource"`
	Body      string `json:"body"`
}

const sourceSQS = "aws:sqs"

// readPayload tells an SQS batch from an event by its shape. An event is one
// record, with its own id.
func readPayload(payload []byte) (records []record, batch bool, err error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(payload, &fields) != nil || fields == nil {
		return nil, false, fmt.Errorf("subscriber: neither an EventBridge event nor an SQS batch, but %s", kind(payload))
	}
	list, batch := fields["Records"]
	switch {
	case isEvent(fields) || isDetail(fields):
		r := record{Body: string(payload)}
		_ = json.Unmarshal(fields["id"], &r.MessageID) // only for the log
		return []record{r}, false, nil
	case !batch:
		return nil, false, fmt.Errorf("subscriber: neither an EventBridge event nor an SQS batch, but %s", named(fields))
	}
	if err := json.Unmarshal(list, &records); err != nil || string(list) == "null" {
		return nil, false, fmt.Errorf("subscriber: no SQS batch: Records is no list of messages")
	}
	for i, r := range records {
		if r.Source != sourceSQS {
			return nil, false, fmt.Errorf("subscriber: no SQS batch: the eventSource of record %d is %s", i, quoted(r.Source))
		}
		if r.MessageID == "" { // could not be reported as failed
			return nil, false, fmt.Errorf("subscriber: no SQS batch: record %d has no messageId", i)
		}
	}
	return records, true, nil
}

func isEvent(fields map[string]json.RawMessage) bool { return fields["detail-type"] != nil }

// isDetail tells whether these are the fields of an announcement without its
// envelope: what a target with the input path $.detail is given.
func isDetail(fields map[string]json.RawMessage) bool {
	return fields["user_id"] != nil && fields["revision"] != nil
}

// kind names what JSON starts with, without showing it.
func kind(payload []byte) string {
	text := strings.TrimSpace(string(payload))
	switch {
	case !json.Valid(payload):
		return "no JSON"
	case text[0] == '[':
		return "a JSON array"
	case text[0] == '"':
		return "a JSON string"
	}
	return "JSON that is no object"
}

// maxNamed and maxQuoted bound what an error says of the payload.
const (
	maxNamed  = 8
	maxQuoted = 40
)

func named(fields map[string]json.RawMessage) string {
	names := slices.Sorted(maps.Keys(fields))
	more := ""
	if len(names) > maxNamed {
		more = fmt.Sprintf(" and %d more", len(names)-maxNamed)
		names = names[:maxNamed]
	}
	for i, name := range names {
		names[i] = quoted(name)
	}
	if len(names) == 0 {
		return "an object without fields"
	}
	return "an object with " + strings.Join(names, ", ") + more
}

func quoted(name string) string {
	if len(name) > maxQuoted {
		return strconv.QuoteToASCII(name[:maxQuoted]) + "..."
	}
	return strconv.QuoteToASCII(name)
}
