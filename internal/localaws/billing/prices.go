package billing

// Prices, in US dollars per million units.
const (
	// EventPerMillion is that of a custom event put on a bus, per 64 KB. Events
	// that a rule delivers to a target in the same account cost nothing more.
	// Source: aws.amazon.com/eventbridge/pricing.
	EventPerMillion = 1.00

	// QueueRequestPerMillion is that of a request to a standard queue, per 64 KB
	// of payload; a receive that finds nothing counts. That EventBridge's sends
	// are billed to the queue's owner is assumed. Source:
	// aws.amazon.com/sqs/pricing.
	QueueRequestPerMillion = 0.40

	// InvocationPerMillion is that of a Lambda request. Source:
	// aws.amazon.com/lambda/pricing.
	InvocationPerMillion = 0.20

	// GBSecondPerMillion is that of a gigabyte-second on arm64, of which each
	// invocation uses whole milliseconds. Source: aws.amazon.com/lambda/pricing.
	GBSecondPerMillion = 13.3334

	// WriteUnitPerMillion is that of a write request unit of a table that is
	// billed on demand: a write of up to 1 KB of the whole item, conditional ones
	// that failed included. Source: aws.amazon.com/dynamodb/pricing/on-demand.
	WriteUnitPerMillion = 0.625

	// ReadUnitPerMillion is that of a read request unit: a strongly consistent
	// read of up to 4 KB of the whole item; others are half of one. Source: as
	// WriteUnitPerMillion.
	ReadUnitPerMillion = 0.125

	// DestinationPerMillion is that of an invocation of an API destination, per
	// 64 KB. Source: aws.amazon.com/eventbridge/pricing.
	DestinationPerMillion = 0.20

	// APIRequestPerMillion is that of a request to an HTTP API, per 512 KB.
	// Source: aws.amazon.com/api-gateway/pricing.
	APIRequestPerMillion = 1.00
)

// Prices by the amount of data, in US dollars per GB.
const (
	// ArchivePerGB is that of what an archive takes in; keeping it costs 0.023 a
	// month. Source: aws.amazon.com/eventbridge/pricing.
	ArchivePerGB = 0.10

	// LogPerGB is that of what CloudWatch Logs takes in; keeping it costs 0.03 a
	// month. Source: aws.amazon.com/cloudwatch/pricing. Counted are the lines'
	// own bytes.
	LogPerGB = 0.50
)

// PlatformLog is about what Lambda itself logs of an invocation, in bytes, with the
// format JSON or Text: the lines platform.start and platform.report, or START, END and
// REPORT. AWS states no size; these are of lines with the fields that it describes.
// Source: AWS Lambda Developer Guide, "Telemetry API Event schema reference", and
// "Configuring JSON and plain text log formats".
func PlatformLog(format string) int64 {
	if format == "JSON" {
		return 600
	}
	return 270
}

// A table of the class Standard-Infrequent Access has dearer requests and cheaper
// storage than one of the class Standard. Source: aws.amazon.com/dynamodb/pricing/on-demand.
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

// Chunks is how often something of this size, in bytes, is billed: at least once.
func Chunks(bytes int) int64 { return int64(max((bytes+chunk-1)/chunk, 1)) }

// pollers are how many Lambda asks a quiet queue with, and poll how long each
// waits for an answer: 5, and 20 s. Source: AWS Lambda Developer Guide, "Using
// Lambda with Amazon SQS".
const (
	pollers     = 5
	pollSeconds = 20
)

// IdleReceivesPerMonth is how often Lambda asks a queue with nothing in it, in a
// month of 30 days. They are billed to the queue's owner, whatever the traffic.
const IdleReceivesPerMonth = pollers * 30 * 24 * 3600 / pollSeconds
