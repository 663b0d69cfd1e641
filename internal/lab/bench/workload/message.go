package workload

import (
	"fmt"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
)

// Messages returns the n-th batch as Lambda passes it to the apply function.
func (w Workload) Messages(n int) awsevents.SQSEvent {
	var e awsevents.SQSEvent
	for i, c := range w.Batch(n) {
		e.Records = append(e.Records, awsevents.SQSMessage{
			MessageId: fmt.Sprintf("message-%d-%d", n, i), Body: Body(&c), EventSource: "aws:sqs",
		})
	}
	return e
}

// Body returns the message body of a change that came over the bus.
func Body(c *events.PreferenceChange) string {
	return fmt.Sprintf(`{"version":"0","id":%q,"detail-type":%q,"source":"shop-bot","account":"123456789012","time":%q,`+
		`"region":"us-east-1","resources":[],"detail":%s}`,
		c.ID.UUID(), events.DetailTypeChange, c.ID.Time().Format("2006-01-02T15:04:05Z"), c.AppendJSON(nil))
}
