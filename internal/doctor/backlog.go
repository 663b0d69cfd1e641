package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

// metricsAge is how far back metrics are read. CloudWatch has them a minute or two late.
const metricsAge = 10 * time.Minute

// latest is the greatest value of a metric in its newest minute that has one. ok is false
// where there is none, as for a queue that is idle.
func (e *Examination) latest(ctx context.Context, namespace, metric, dimension, value string) (latest float64, ok bool, err error) {
	out, err := e.CloudWatch.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{
		Namespace: &namespace, MetricName: &metric, Dimensions: []types.Dimension{{Name: &dimension, Value: &value}},
		StartTime: aws.Time(e.now().Add(-metricsAge)), EndTime: aws.Time(e.now()), Period: aws.Int32(60), Statistics: []types.Statistic{types.StatisticMaximum},
	})
	if err != nil {
		return 0, false, err
	}
	var at time.Time
	for _, p := range out.Datapoints {
		if p.Timestamp != nil && p.Maximum != nil && p.Timestamp.After(at) {
			at, latest, ok = *p.Timestamp, *p.Maximum, true
		}
	}
	return latest, ok, nil
}

// oldest is the age of a queue's oldest message, in words; "" where it is not known: without
// the permission for metrics, or without one yet. SQS leaves messages that were received
// three times or more out of the age, so 0 s says nothing: somebody has looked at the letters.
func (e *Examination) oldest(ctx context.Context, queue string) string {
	age, ok, err := e.latest(ctx, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", queue)
	if err != nil || !ok || age < 1 {
		return ""
	}
	return ", the oldest " + seconds(age) + " old"
}

func (e *Examination) checkDeadLetters(ctx context.Context, r *Result) error {
	for _, q := range []struct {
		stackref.Queue
		code, of, mean, do string
	}{
		{e.Stack.ChangeDeadLetters, "dead-letters-changes", "changes", "They are not in the profiles. After 14 days they are gone.", e.Commands.Botprefs("dlq list") + " --of changes"},
		{e.Stack.AnnouncementDeadLetters, "dead-letters-announcements", "announcements", "Subscribers are behind for these users. After 14 days the letters are gone.", e.Commands.Botprefs("dlq list") + " --of announcements"},
	} {
		state, err := e.queue(ctx, q.Queue)
		if err != nil {
			return err
		}
		if n := state.waiting(); n > 0 {
			r.find(q.code, fmt.Sprintf("%s of %s%s.", count(n, "dead letter"), q.of, e.oldest(ctx, q.Name)), q.mean, q.do)
		}
	}
	r.Summary = "no dead letters"
	return nil
}

// count counts things: "1 dead letter", "2 dead letters".
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// late is how old the oldest waiting change, or record of the stream, may be. A batch
// waits a second, and a retry half a minute.
const late = time.Minute

func (e *Examination) checkBacklog(ctx context.Context, r *Result) error {
	state, err := e.queue(ctx, e.Stack.ChangeQueue)
	if err != nil {
		return err
	}
	n := state.waiting()
	age, known, err := e.latest(ctx, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", e.Stack.ChangeQueue.Name)
	if err != nil {
		return err
	}
	if known && n > 0 && age > late.Seconds() {
		r.find("changes-waiting", fmt.Sprintf("%s in the change queue, the oldest for %s.", count(n, "waiting change"), seconds(age)),
			"What people say is not remembered yet. Nothing is lost for 14 days.",
			fmt.Sprintf("%s logs tail /aws/lambda/%s --since 10m   # is it failing, throttled, or too slow? docs/overload.md", e.Commands.AWS, e.functionName(applyFunction)))
		return nil
	}
	r.Summary = fmt.Sprintf("%s, none for longer than %s", count(n, "waiting change"), late)
	return nil
}

func (e *Examination) checkStream(ctx context.Context, r *Result) error {
	age, known, err := e.latest(ctx, "AWS/Lambda", "IteratorAge", "FunctionName", e.functionName(republishFunction))
	if err != nil {
		return err
	}
	behind := time.Duration(age) * time.Millisecond
	switch {
	case !known:
		r.Summary = "nothing was read from the stream in the last minutes"
	case behind > late:
		r.find("stream-lag", fmt.Sprintf("Announcements are %s behind the table.", behind.Round(time.Second)),
			"Skills act on what people said before. Announcements are given up after 23 hours.",
			fmt.Sprintf("%s logs tail /aws/lambda/%s --since 10m   # is it failing, or throttled by the bus?", e.Commands.AWS, e.functionName(republishFunction)))
	default:
		r.Summary = "announcements are " + behind.Round(time.Millisecond).String() + " behind the table"
	}
	return nil
}
