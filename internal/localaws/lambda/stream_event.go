package lambda

import "github.com/go-json-experiment/json/jsontext"

// streamRecord is a record as Lambda shows it to a function.
type streamRecord struct {
	EventID        string        `json:"eventID"`
	EventName      string        `json:"eventName"`
	EventVersion   string        `json:"eventVersion"`
	EventSource    string        `json:"eventSource"`
	Region         string        `json:"awsRegion"`
	Change         streamChange  `json:"dynamodb"`
	UserIdentity   *userIdentity `json:"userIdentity,omitzero"`
	EventSourceARN string        `json:"eventSourceARN"`
}

type streamChange struct {
	Created        int64          `json:"ApproximateCreationDateTime"` // seconds
	Keys           jsontext.Value `json:"Keys"`
	NewImage       jsontext.Value `json:"NewImage,omitzero"`
	OldImage       jsontext.Value `json:"OldImage,omitzero"`
	SequenceNumber string         `json:"SequenceNumber"`
	SizeBytes      int            `json:"SizeBytes"`
	ViewType       string         `json:"StreamViewType"`
}

type userIdentity struct {
	PrincipalID string `json:"principalId"`
	Type        string `json:"type"`
}

func (m *StreamMapping) event(r Record) []byte {
	shape := streamRecord{
		EventID: r.EventID, EventName: r.EventName, EventVersion: "1.1",
		EventSource: "aws:dynamodb", EventSourceARN: m.cfg.StreamARN, Region: m.w.Region,
		Change: streamChange{
			Created: r.Created.Unix(), Keys: r.Keys, NewImage: r.NewImage, OldImage: r.OldImage,
			SequenceNumber: r.SequenceNumber, SizeBytes: r.SizeBytes, ViewType: r.ViewType,
		},
	}
	if r.Expired {
		shape.UserIdentity = &userIdentity{PrincipalID: "dynamodb.amazonaws.com", Type: "Service"}
	}
	return encode("record "+r.SequenceNumber, shape)
}

func (m *StreamMapping) invocation(b *batch) *Invocation {
	var events [][]byte
	for _, e := range b.entries {
		events = append(events, e.event)
	}
	return &Invocation{
		ID: m.w.UUID(), Function: m.cfg.Function, Mapping: m.cfg.ID,
		Items: sequenceNumbers(b.entries), Attempt: b.attempts, Payload: payload(events),
		Newest: b.entries[len(b.entries)-1].record.Created,
	}
}
