package lambda

import (
	"crypto/md5"
	"encoding/hex"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// queueRecord is a message as Lambda passes it to a function. Body is a string there. A
// filter sees a JSON object in it as an object.
type queueRecord struct {
	MessageID         string                    `json:"messageId"`
	ReceiptHandle     string                    `json:"receiptHandle"`
	Body              any                       `json:"body"`
	Attributes        map[string]string         `json:"attributes"`
	MessageAttributes map[string]queueAttribute `json:"messageAttributes"`
	AttributesMD5     string                    `json:"md5OfMessageAttributes,omitempty"`
	BodyMD5           string                    `json:"md5OfBody"`
	EventSource       string                    `json:"eventSource"`
	EventSourceARN    string                    `json:"eventSourceARN"`
	Region            string                    `json:"awsRegion"`
}

// queueAttribute has the two lists because Lambda sends them, always empty.
type queueAttribute struct {
	StringValue      *string  `json:"stringValue,omitzero"`
	BinaryValue      []byte   `json:"binaryValue,omitempty"`
	StringListValues []string `json:"stringListValues"`
	BinaryListValues []string `json:"binaryListValues"`
	DataType         string   `json:"dataType"`
}

func (m *QueueMapping) invocation(batch []taken) *Invocation {
	var records [][]byte
	var ids []string
	for _, t := range batch {
		records, ids = append(records, t.record), append(ids, t.message.ID)
	}
	return &Invocation{
		ID: m.w.UUID(), Function: m.cfg.Function, Mapping: m.cfg.ID,
		Items: ids, Attempt: 1, Payload: payload(records),
	}
}

func (m *QueueMapping) record(message Message) []byte {
	return encode("message "+message.ID, m.shape(message))
}

func (m *QueueMapping) shape(message Message) queueRecord {
	sum := md5.Sum([]byte(message.Body))
	return queueRecord{
		MessageID:         message.ID,
		ReceiptHandle:     message.Receipt,
		Body:              message.Body,
		Attributes:        message.System,
		MessageAttributes: attributes(message.Attributes),
		AttributesMD5:     message.AttributesMD5,
		BodyMD5:           hex.EncodeToString(sum[:]),
		EventSource:       "aws:sqs",
		EventSourceARN:    m.cfg.QueueARN,
		Region:            m.w.Region,
	}
}

func attributes(all map[string]Attribute) map[string]queueAttribute {
	out := map[string]queueAttribute{}
	for name, a := range all {
		q := queueAttribute{DataType: a.DataType}
		if strings.HasPrefix(a.DataType, "Binary") {
			q.BinaryValue = a.BinaryValue
		} else {
			q.StringValue = &a.StringValue
		}
		out[name] = q
	}
	return out
}

// matches asks the filter. Lambda compares a body that is a JSON object as JSON, and
// any other as a string. A number or a string that happens to be JSON text counts as a
// string here.
func (m *QueueMapping) matches(message Message) bool {
	if m.cfg.Match == nil {
		return true
	}
	shape := m.shape(message)
	if body := jsontext.Value(message.Body); body.IsValid() && body.Kind() == '{' {
		shape.Body = body
	}
	return m.cfg.Match(encode("message "+message.ID, shape))
}
