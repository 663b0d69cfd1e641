package queue

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/batch"
	"github.com/bot-preferences/bot-preferences/internal/sqsbody"
)

// put offers messages in one request. Those that SQS cannot take are not offered:
// it may refuse the whole request for one of them.
func (q *Queue) put(ctx context.Context, messages []message) []batch.Answer {
	if q.url == "" {
		err := &events.SendError{Outcome: events.NotSent, Persistent: true, Err: errors.New("queue: New was given no URL")}
		return batch.All(len(messages), batch.Answer{Err: err})
	}
	answers := batch.All(len(messages), unanswered)
	in := &sqs.SendMessageBatchInput{QueueUrl: aws.String(q.url)}
	for i, m := range messages {
		if !sqsbody.Allowed(m.body) {
			answers[i] = rejected("InvalidMessageContents", "the text has a character that SQS does not take")
			continue
		}
		in.Entries = append(in.Entries, m.entry(i))
	}
	if len(in.Entries) == 0 {
		return answers
	}
	out, err := q.client.SendMessageBatch(ctx, in, once)
	for _, entry := range in.Entries {
		i, _ := strconv.Atoi(*entry.Id)
		if err != nil {
			answers[i] = batch.Failure(err)
		}
	}
	if err == nil {
		read(out, answers)
	}
	return answers
}

func (m message) entry(i int) types.SendMessageBatchRequestEntry {
	e := types.SendMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), MessageBody: aws.String(m.body)}
	if m.trace != "" {
		name := string(types.MessageSystemAttributeNameForSendsAWSTraceHeader)
		e.MessageSystemAttributes = map[string]types.MessageSystemAttributeValue{
			name: {DataType: aws.String(stringType), StringValue: aws.String(m.trace)},
		}
	}
	if m.redriven {
		e.MessageAttributes = map[string]types.MessageAttributeValue{
			sqsbody.Redriven: {DataType: aws.String(stringType), StringValue: aws.String(yes)},
		}
	}
	return e
}

// read notes what an answer tells of each message. One that it does not name
// stays unanswered.
func read(out *sqs.SendMessageBatchOutput, answers []batch.Answer) {
	for i := range out.Failed {
		if at, ok := index(out.Failed[i].Id, len(answers)); ok {
			answers[at] = failure(&out.Failed[i])
		}
	}
	for i := range out.Successful {
		if at, ok := index(out.Successful[i].Id, len(answers)); ok {
			answers[at] = batch.Answer{}
		}
	}
}

func index(id *string, n int) (int, bool) {
	i, err := strconv.Atoi(aws.ToString(id))
	return i, err == nil && i >= 0 && i < n
}

// failure judges one failed message. Throttling and missing permissions come
// with SenderFault too, but are no fault of the message.
func failure(e *types.BatchResultErrorEntry) batch.Answer {
	code := aws.ToString(e.Code)
	err := &events.SendError{Outcome: events.NotSent, Code: code, Err: errors.New(aws.ToString(e.Message))}
	switch {
	case batch.IsThrottle(code) || !e.SenderFault:
		return batch.Answer{Err: err, Again: true}
	case strings.Contains(code, "AccessDenied") || strings.HasPrefix(code, "KMS.") || strings.HasPrefix(code, "Kms"):
		err.Persistent = true
		return batch.Answer{Err: err}
	}
	err.Outcome = events.Rejected
	return batch.Answer{Err: err}
}

var unanswered = batch.Answer{
	Err:   &events.SendError{Outcome: events.Uncertain, Err: errors.New("the queue answered without naming it")},
	Again: true,
}

func rejected(code, text string) batch.Answer {
	return batch.Answer{Err: &events.SendError{Outcome: events.Rejected, Code: code, Err: errors.New(text)}}
}

// once switches the client's own retries off: see package batch.
func once(o *sqs.Options) { o.Retryer = aws.NopRetryer{} }
