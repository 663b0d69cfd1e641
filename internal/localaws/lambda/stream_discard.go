package lambda

import "time"

// The conditions under which Lambda discards records of a stream, as its
// message to the failure destination names them.
const (
	conditionRetries = "RetryAttemptsExhausted"
	conditionAge     = "RecordAgeExceeded"
)

// batchInfo is the message about discarded records. It only names them. Their content
// is in the stream, which keeps it for 24 hours.
type batchInfo struct {
	Request   requestContext   `json:"requestContext"`
	Response  *responseContext `json:"responseContext,omitzero"`
	Version   string           `json:"version"`
	Timestamp string           `json:"timestamp"`
	Batch     streamBatch      `json:"DDBStreamBatchInfo"`
}

type requestContext struct {
	RequestID   string `json:"requestId"`
	FunctionARN string `json:"functionArn"`
	Condition   string `json:"condition"`
	Invokes     int    `json:"approximateInvokeCount"`
}

type responseContext struct {
	StatusCode      int    `json:"statusCode"`
	ExecutedVersion string `json:"executedVersion"`
	FunctionError   string `json:"functionError,omitempty"`
}

type streamBatch struct {
	ShardID   string `json:"shardId"`
	Start     string `json:"startSequenceNumber"`
	End       string `json:"endSequenceNumber"`
	First     string `json:"approximateArrivalOfFirstRecord"`
	Last      string `json:"approximateArrivalOfLastRecord"`
	Size      int    `json:"batchSize"`
	StreamARN string `json:"streamArn"`
}

// discard gives up the entries of b. r is the last invocation's result; nil if the
// records were too old to be tried.
func (m *StreamMapping) discard(b *batch, entries []*entry, condition string, r *Result) {
	fact := Discarded{Mapping: m.cfg.ID, Condition: condition, Items: sequenceNumbers(entries)}
	if m.onFailure != nil {
		fact.Message = string(encode("failure message", m.info(b, entries, condition, r)))
		fact.Err = m.onFailure.Send(fact.Message)
	}
	m.pass(entries)
	m.w.Tell(fact)
}

func (m *StreamMapping) info(b *batch, entries []*entry, condition string, r *Result) batchInfo {
	first, last := entries[0].record, entries[len(entries)-1].record
	info := batchInfo{
		Request: requestContext{
			RequestID:   m.w.UUID(),
			FunctionARN: m.w.ARN("lambda", "function:"+m.cfg.Function),
			Condition:   condition,
			Invokes:     b.attempts,
		},
		Version:   "1.0",
		Timestamp: m.w.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		Batch: streamBatch{
			ShardID: m.cfg.ShardID, StreamARN: m.cfg.StreamARN, Size: len(entries),
			Start: first.SequenceNumber, First: first.Created.UTC().Format(time.RFC3339),
			End: last.SequenceNumber, Last: last.Created.UTC().Format(time.RFC3339),
		},
	}
	if r != nil {
		info.Response = &responseContext{StatusCode: 200, ExecutedVersion: "$LATEST"}
		if r.Err != nil {
			info.Response.FunctionError = "Unhandled"
		}
	}
	return info
}
