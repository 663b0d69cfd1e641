package sqs

import "github.com/bot-preferences/bot-preferences/internal/localaws/wire"

// Wire is the service as SDKs speak to it.
func (s *Service) Wire() *wire.Service {
	return &wire.Service{Target: "AmazonSQS", Version: "1.0", Operations: map[string]wire.Operation{
		"CreateQueue":                  wire.Op(s.createQueue),
		"DeleteQueue":                  wire.Op(s.deleteQueue),
		"GetQueueUrl":                  wire.Op(s.getQueueURL),
		"ListQueues":                   wire.Op(s.listQueues),
		"GetQueueAttributes":           wire.Op(s.getQueueAttributes),
		"SetQueueAttributes":           wire.Op(s.setQueueAttributes),
		"PurgeQueue":                   wire.Op(s.purgeQueue),
		"TagQueue":                     wire.Op(s.tagQueue),
		"UntagQueue":                   wire.Op(s.untagQueue),
		"ListQueueTags":                wire.Op(s.listQueueTags),
		"ReceiveMessage":               wire.Op(s.receiveMessage),
		"DeleteMessage":                wire.Op(s.deleteMessage),
		"DeleteMessageBatch":           wire.Op(s.deleteMessageBatch),
		"ChangeMessageVisibility":      wire.Op(s.changeMessageVisibility),
		"ChangeMessageVisibilityBatch": wire.Op(s.changeMessageVisibilityBatch),
		"ListDeadLetterSourceQueues":   wire.Op(s.listDeadLetterSourceQueues),
		"StartMessageMoveTask":         wire.Op(s.startMessageMoveTask),
		"ListMessageMoveTasks":         wire.Op(s.listMessageMoveTasks),
		"CancelMessageMoveTask":        wire.Op(s.cancelMessageMoveTask),
	}, Traced: map[string]wire.TracedOperation{
		"SendMessage":      wire.Traced(s.sendMessage),
		"SendMessageBatch": wire.Traced(s.sendMessageBatch),
	}}
}

// empty is the answer of operations that answer nothing.
type empty struct{}

// attributeJSON is an attribute on the wire.
type attributeJSON struct {
	DataType         string
	StringValue      string   `json:",omitzero"`
	BinaryValue      []byte   `json:",omitempty"`
	StringListValues []string `json:",omitempty"`
	BinaryListValues [][]byte `json:",omitempty"`
}

func fromWire(operation string, in map[string]attributeJSON) (map[string]Attribute, error) {
	if len(in) == 0 {
		return nil, nil
	}
	out := make(map[string]Attribute, len(in))
	for name, a := range in {
		if a.StringListValues != nil || a.BinaryListValues != nil { // empty ones too: https://github.com/ruby-shoryuken/shoryuken/issues/769
			return nil, queryError("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation",
				"Message attribute list values in %s operation are not supported.", operation)
		}
		out[name] = Attribute{DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue}
	}
	return out, nil
}

func toWire(in map[string]Attribute) map[string]attributeJSON {
	out := make(map[string]attributeJSON, len(in))
	for name, a := range in {
		out[name] = attributeJSON{DataType: a.DataType, StringValue: a.StringValue, BinaryValue: a.BinaryValue}
	}
	return out
}

// page cuts the part of a sorted list that starts behind the token, an element
// of it, and says where the next one starts.
func page(list []string, token string, size int) (part []string, next string) {
	start := 0
	for start < len(list) && token != "" && list[start] <= token {
		start++
	}
	part = list[start:]
	if len(part) > size {
		part = part[:size]
		next = part[size-1]
	}
	return part, next
}
