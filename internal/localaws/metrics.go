package localaws

import (
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// Units, as CloudWatch names them.
const (
	count        = "Count"
	seconds      = "Seconds"
	milliseconds = "Milliseconds"
	bytesUnit    = "Bytes"
)

// quietQueue is how long a queue without messages and requests still reports its depth.
const quietQueue = 6 * time.Hour

// apiName is the id of the HTTP API: what stack answers for its Ref.
const apiName = "HttpApi"

// KeepMetrics makes the cloud keep the metrics that AWS has of these machines, and
// evaluate the alarms, from now on. The driver must call EvaluateDue when Wake says so,
// and Metrics.Line with the lines that functions write. Call it before anything happens,
// and once.
//
// The metrics are those that the machines know: see observe. A metric of a function has
// the dimension FunctionName alone.
func (c *Cloud) KeepMetrics() {
	m := &monitor{cloud: c, names: map[string]string{}, running: map[string]int{}, active: map[string]time.Time{}}
	for arn, f := range c.functions {
		m.names[f.config.Function] = arn[strings.LastIndexByte(arn, ':')+1:]
	}
	c.monitor = m
	before := c.World.Observe
	c.World.Observe = func(f world.Fact) {
		m.observe(f)
		if before != nil {
			before(f)
		}
	}
}

// EvaluateDue measures what is measured once a minute and evaluates the alarms, if a
// minute has ended.
func (c *Cloud) EvaluateDue() {
	if c.monitor != nil {
		c.Metrics.Evaluate(c.monitor.measure)
	}
}

// monitor turns facts into metrics.
type monitor struct {
	cloud   *Cloud
	names   map[string]string    // physical names of functions
	running map[string]int       // invocations under way, by function
	active  map[string]time.Time // when a queue was last used
}

func (m *monitor) add(namespace, name, unit string, value float64, dimensions ...cloudwatch.Dimension) {
	m.addAt(m.cloud.World.Now(), namespace, name, unit, value, dimensions...)
}

// addAt ignores the error: there are no other numbers, and too many metrics are a client's
// many queues.
func (m *monitor) addAt(at time.Time, namespace, name, unit string, value float64, dimensions ...cloudwatch.Dimension) {
	_ = m.cloud.Metrics.Add(cloudwatch.Metric{Namespace: namespace, Name: name, Dimensions: dimensions}, unit, at, value)
}

func (m *monitor) observe(fact world.Fact) {
	switch f := fact.(type) {
	case lambda.Started, lambda.Finished, lambda.Discarded, lambda.GivenUp, apigateway.Asked, apigateway.Answered:
		m.observeFunction(fact)
	case eventbridge.Matched, eventbridge.Delivered, eventbridge.Failed, eventbridge.DeadLettered, eventbridge.Dropped:
		m.observeBus(fact)
	case sqs.Sent:
		m.queue(f.Queue, "NumberOfMessagesSent", count, 1)
		m.queue(f.Queue, "SentMessageSize", bytesUnit, float64(len(f.Message.Body)))
	case sqs.Received:
		m.queue(f.Queue, "NumberOfMessagesReceived", count, 1)
	case sqs.Deleted:
		m.queue(f.Queue, "NumberOfMessagesDeleted", count, 1)
	case dynamodb.Request:
		table := cloudwatch.Dimension{Name: "TableName", Value: f.Table}
		if f.ReadUnits > 0 {
			m.add("AWS/DynamoDB", "ConsumedReadCapacityUnits", count, f.ReadUnits, table)
		}
		if f.WriteUnits > 0 {
			m.add("AWS/DynamoDB", "ConsumedWriteCapacityUnits", count, f.WriteUnits, table)
		}
	}
}

func (m *monitor) queue(name, metric, unit string, value float64) {
	m.active[name] = m.cloud.World.Now()
	m.add("AWS/SQS", metric, unit, value, cloudwatch.Dimension{Name: "QueueName", Value: name})
}

// measure reports depth and age of the queues, and the functions under way. A queue that
// was not used for six hours and is empty reports nothing, as in SQS.
func (m *monitor) measure(at time.Time) {
	for _, q := range m.cloud.Queues.Queues() {
		visible, inFlight, delayed := q.Counts()
		used, known := m.active[q.Name()]
		if visible+inFlight+delayed == 0 && (!known || at.Sub(used) > quietQueue) {
			delete(m.active, q.Name())
			continue
		}
		name := cloudwatch.Dimension{Name: "QueueName", Value: q.Name()}
		m.addAt(at, "AWS/SQS", "ApproximateNumberOfMessagesVisible", count, float64(visible), name)
		m.addAt(at, "AWS/SQS", "ApproximateNumberOfMessagesNotVisible", count, float64(inFlight), name)
		m.addAt(at, "AWS/SQS", "ApproximateNumberOfMessagesDelayed", count, float64(delayed), name)
		m.addAt(at, "AWS/SQS", "ApproximateAgeOfOldestMessage", seconds, q.OldestAge().Seconds(), name)
	}
	for function, n := range m.running {
		if n > 0 {
			m.addAt(at, "AWS/Lambda", "ConcurrentExecutions", count, float64(n), m.function(function))
		}
	}
}
