package sqs

import (
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// Delete acknowledges the message of a receipt handle. Only the handle of the latest
// receive counts. An older one deletes nothing, and that is no error: AWS says that the
// message might not be deleted then. The handle still works after the visibility timeout,
// as long as the message was not received again.
func (q *Queue) Delete(receipt string) { _ = q.delete(receipt) }

// delete is Delete that refuses a handle that this queue never gave out.
func (q *Queue) delete(receipt string) error {
	m, latest, err := q.byHandle(receipt)
	if err == nil && latest {
		q.remove(m)
		q.tell(func() any { return Deleted{q.name, q.look(m)} })
	}
	return err
}

// ChangeVisibility hides the message of a receipt handle until timeout from now, or
// shows it at once (0). The handle may be of any receive of the message, because AWS
// accepts older ones (LocalStack recorded it:
// test_terminate_visibility_timeout_after_receive in tests/aws/services/sqs/test_sqs.py).
// A message that is no longer in flight, because its timeout has ended, stays visible,
// and that is no error. The API has MessageNotInflight, but AWS was seen to answer
// nothing (https://github.com/localstack/localstack/pull/9632).
//
// Errors are SQS's own. ReceiptHandleIsInvalid: the text is not a handle of this queue.
// InvalidParameterValue: the message is gone, the timeout is over 12 hours, or the
// message would be hidden for more than 12 hours since it was received last.
func (q *Queue) ChangeVisibility(receipt string, timeout time.Duration) error {
	seconds := int64(timeout / time.Second)
	if timeout < 0 || timeout > maxVisibility {
		return invalidValue(seconds, "VisibilityTimeout", "VisibilityTimeout must be an integer between 0 and 43200.")
	}
	m, _, err := q.byHandle(receipt)
	if err != nil {
		return err
	}
	if m == nil {
		return invalidValue(receipt, "ReceiptHandle", "Message does not exist or is not available for visibility timeout change.")
	}
	if q.ready.has(m) {
		return nil
	}
	now := q.service.w.Now()
	if now.Add(timeout).After(m.received.Add(maxVisibility)) {
		return invalidValue(seconds, "VisibilityTimeout", "Total VisibilityTimeout for the message is beyond the limit [43200 seconds]")
	}
	q.hide(m, now.Add(timeout))
	q.settle()
	return nil
}

// byHandle finds the message that a receive gave this handle for; nil if it is gone.
// latest says that it was not received again since.
func (q *Queue) byHandle(handle string) (m *message, latest bool, err error) {
	id, receipt, err := q.readHandle(handle)
	if err != nil {
		return nil, false, err
	}
	q.settle()
	m = q.messages[id]
	return m, m != nil && m.receipt == receipt, nil
}

// A handle names queue, message and receive, so that a handle of another queue can be
// distinguished from one that is out of date.
func (q *Queue) handle(m *message) string {
	text := strings.Join([]string{q.arn, m.id, strconv.FormatUint(m.receipt, 10)}, " ")
	return base64.StdEncoding.EncodeToString([]byte(text))
}

func (q *Queue) readHandle(handle string) (id string, receipt uint64, err error) {
	if handle == "" {
		return "", 0, missingParameter("ReceiptHandle")
	}
	text, err := base64.StdEncoding.DecodeString(handle)
	parts := strings.Split(string(text), " ")
	if err != nil || len(parts) != 3 || parts[0] != q.arn {
		return "", 0, errReceipt(handle)
	}
	if receipt, err = strconv.ParseUint(parts[2], 10, 64); err != nil {
		return "", 0, errReceipt(handle)
	}
	return parts[1], receipt, nil
}

// Purge removes all messages, in flight and delayed ones included. It is
// refused within 60 seconds of the one before.
func (q *Queue) Purge() error {
	now := q.service.w.Now()
	if !q.purged.IsZero() && now.Before(q.purged.Add(time.Minute)) {
		return &wire.Error{
			Code: "PurgeQueueInProgress", Query: "AWS.SimpleQueueService.PurgeQueueInProgress", Status: 403,
			Message: "Only one PurgeQueue operation on " + q.name + " is allowed every 60 seconds.",
		}
	}
	q.settle()
	q.purged = now
	count := len(q.messages)
	for _, m := range q.messages {
		q.remove(m)
	}
	q.tell(func() any { return Purged{q.name, count} })
	return nil
}
