package cost

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

	// DestinationPerMillion is that of an invocation of an API destination, per
	// 64 KB. Source: aws.amazon.com/eventbridge/pricing.
	DestinationPerMillion = 0.20
)

// chunk is what events and queue requests are billed by, in bytes.
const chunk = 64 << 10

// Chunks is how often something of this size, in bytes, is billed: at least once.
func Chunks(bytes int) int64 { return int64(max((bytes+chunk-1)/chunk, 1)) }
