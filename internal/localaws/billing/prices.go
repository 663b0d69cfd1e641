package billing

// Prices, in US dollars per million units.
const (
	// EventPerMillion is the price of a custom event put on a bus, per 64 KB. Delivery
	// by a rule to a target in the same account costs nothing more. Source:
	// aws.amazon.com/eventbridge/pricing.
	EventPerMillion = 1.00

	// QueueRequestPerMillion is the price of a request to a standard queue, per 64 KB
	// of payload. A receive that finds nothing counts. EventBridge's sends are assumed
	// to be billed to the queue's owner. Source: aws.amazon.com/sqs/pricing.
	QueueRequestPerMillion = 0.40

	// InvocationPerMillion is the price of a Lambda request. Source:
	// aws.amazon.com/lambda/pricing.
	InvocationPerMillion = 0.20

	// GBSecondPerMillion is the price of a gigabyte-second on arm64. An invocation is
	// billed by whole milliseconds. Source: aws.amazon.com/lambda/pricing.
	GBSecondPerMillion = 13.3334

	// WriteUnitPerMillion is the price of a write request unit of a table that is
	// billed on demand: a write of up to 1 KB of the whole item. Conditional writes
	// that failed count. Source: aws.amazon.com/dynamodb/pricing/on-demand.
	WriteUnitPerMillion = 0.625

	// ReadUnitPerMillion is the price of a read request unit: a strongly consistent
	// read of up to 4 KB of the whole item. Other reads cost half. Source: as
	// WriteUnitPerMillion.
	ReadUnitPerMillion = 0.125

	// DestinationPerMillion is the price of an invocation of an API destination, per 64
	// KB. Source: aws.amazon.com/eventbridge/pricing.
	DestinationPerMillion = 0.20

	// TracePerMillion is the price of a trace that X-Ray records, after the first 100,000
	// of a month. Source: aws.amazon.com/xray/pricing.
	TracePerMillion = 5.00

	// APIRequestPerMillion is the price of a request to an HTTP API, per 512 KB.
	// Source: aws.amazon.com/api-gateway/pricing.
	APIRequestPerMillion = 1.00
)

// Prices by the amount of data, in US dollars per GB.
const (
	// ArchivePerGB is the price of storing events in an archive; keeping them costs
	// 0.023 a month. Source: aws.amazon.com/eventbridge/pricing.
	ArchivePerGB = 0.10

	// LogPerGB is the price of writing to CloudWatch Logs; keeping it costs 0.03 a
	// month. Only the lines' own bytes are counted. Source:
	// aws.amazon.com/cloudwatch/pricing.
	LogPerGB = 0.50
)

// MetricPerMonth is the price of a custom metric in a month in which it occurs, for the
// first ten thousand. A metric is a name with one set of values of its dimensions.
// Source: aws.amazon.com/cloudwatch/pricing.
const MetricPerMonth = 0.30

// PlatformLog returns the approximate size of what Lambda logs for an invocation, in
// bytes, in the format JSON or Text: the lines platform.start and platform.report, or
// START, END and REPORT. AWS states no size, so this is the size of lines with the
// documented fields. Source: AWS Lambda Developer Guide, "Telemetry API Event schema
// reference", and "Configuring JSON and plain text log formats".
func PlatformLog(format string) int64 {
	if format == "JSON" {
		return 600
	}
	return 270
}

// A table of the class Standard-Infrequent Access has more expensive requests and
// cheaper storage than one of the class Standard. Source:
// aws.amazon.com/dynamodb/pricing/on-demand.
const (
	InfrequentWriteUnitPerMillion = 0.78
	InfrequentReadUnitPerMillion  = 0.155
	StandardPerGBMonth            = 0.25
	InfrequentPerGBMonth          = 0.10
)

const (
	chunk    = 64 << 10  // bytes that events and queue requests are billed by
	apiChunk = 512 << 10 // and requests to an HTTP API
	gigabyte = 1 << 30
)

// Chunks returns how often something of this size, in bytes, is billed: at least once.
func Chunks(bytes int) int64 { return int64(max((bytes+chunk-1)/chunk, 1)) }

// pollers is the number of Lambda's pollers on a quiet queue, and pollSeconds how long
// each waits for an answer: 5, and 20 s. Source: AWS Lambda Developer Guide, "Using
// Lambda with Amazon SQS".
const (
	pollers     = 5
	pollSeconds = 20
)

// IdleReceivesPerMonth is how often Lambda polls an empty queue in a month of 30 days.
// These requests are billed to the queue's owner, whatever the traffic.
const IdleReceivesPerMonth = pollers * 30 * 24 * 3600 / pollSeconds
