package eventbridge

import (
	"cmp"
	"errors"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const maxEntries = 10

type putEventsInput struct {
	Entries    []entryJSON
	EndpointID string `json:"EndpointId"`
}

type entryJSON struct {
	Time         wire.Time
	Source       string
	Resources    []string
	DetailType   string
	Detail       string
	EventBusName *string
	TraceHeader  string
}

type putEventsOutput struct {
	FailedEntryCount int
	Entries          []putResult
}

type putResult struct {
	EventID      string `json:"EventId,omitzero"`
	ErrorCode    string `json:",omitzero"`
	ErrorMessage string `json:",omitzero"`
}

// putEvents gets the X-Ray trace of the request. It counts for every entry that has no
// TraceHeader of its own: EventBridge user guide, "Amazon EventBridge and AWS X-Ray".
func (s *Service) putEvents(in *putEventsInput, trace string) (putEventsOutput, error) {
	var out putEventsOutput
	if in.EndpointID != "" {
		return out, wire.Unsupported("global endpoints (EndpointId)")
	}
	const wrong = "1 validation error detected: Value of %d entries at 'entries' failed to satisfy constraint: Member must have length %s than or equal to %d"
	switch n := len(in.Entries); {
	case n < 1:
		return out, invalid(wrong, n, "greater", 1)
	case n > maxEntries:
		return out, invalid(wrong, n, "less", maxEntries)
	}
	var entries []Entry
	total := 0
	for i, e := range in.Entries {
		if e.EventBusName != nil && *e.EventBusName == "" { // without a name it is the default bus
			return out, invalid("1 validation error detected: Value '' at 'entries.%d.member.eventBusName' failed to satisfy constraint: Member must have length greater than or equal to 1", i+1)
		}
		bus := ""
		if e.EventBusName != nil {
			bus = *e.EventBusName
		}
		entry := Entry{
			Bus: bus, Source: e.Source, DetailType: e.DetailType, Detail: e.Detail,
			Resources: e.Resources, Time: time.Time(e.Time), TraceHeader: cmp.Or(e.TraceHeader, trace),
		}
		total += entry.Size()
		entries = append(entries, entry)
	}
	if total >= maxRequest {
		return out, invalid("Total size of the entries in the request is over the limit.")
	}
	for _, entry := range entries {
		result := s.putOne(entry)
		if result.ErrorCode != "" {
			out.FailedEntryCount++
		}
		out.Entries = append(out.Entries, result)
	}
	return out, nil
}

func (s *Service) putOne(e Entry) putResult {
	event, err := s.Put(e)
	var refused *wire.Error
	switch {
	case err == nil:
		return putResult{EventID: event.ID}
	case errors.As(err, &refused):
		return putResult{ErrorCode: refused.Code, ErrorMessage: refused.Message}
	}
	return putResult{ErrorCode: "InternalFailure", ErrorMessage: err.Error()}
}
