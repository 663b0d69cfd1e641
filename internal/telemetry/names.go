package telemetry

// Namespace is the CloudWatch namespace of all metrics.
const Namespace = "BotPreferences"

// The dimensions of metrics. Every metric has Stage. DeadLettered also has Code.
const (
	Stage = "Stage" // the deployment's stage, such as prod
	Code  = "Code"  // why something was dead-lettered, such as too_old
)

// Fields of log lines. docs/observability.md says which functions write them.
const (
	FieldEvent        = "event_id"          // the change's ULID
	FieldUser         = "user_hash"         // see UserHash
	FieldConversation = "conversation_hash" // see ConversationHash
	FieldSource       = "source"            // the emitting bot's name
	FieldCode         = "code"              // of a refusal
	FieldRevision     = "revision"          // of a profile
	FieldTrace        = "trace_id"          // of the change, or of the announcement
)

// A Counter is a metric whose unit is Count. Its sum over a time is what happened then.
type Counter int

// The counters. Accepted is the sum of Merged, Duplicates and Superseded: see
// Batch.Settled.
const (
	Accepted            Counter = iota // changes that are done and were not refused
	Merged                             // changes of which something was stored
	Duplicates                         // changes that were there already
	Superseded                         // changes of which nothing was stored, because later ones had won
	Folded                             // changes that were stored by the write of another change of their user
	Contended                          // writes that were tried again because the item had changed meanwhile
	Announced                          // announcements that the bus took
	Refused                            // changes that the contract or a profile's limits refuse: apply's dead letters
	ChangesFailed                      // changes that a batch took back: they come again, and count each time
	AnnouncementsFailed                // announcements that a batch took back: they are tried again, and count each time
	DeadLettered                       // messages or revisions in a dead-letter queue; by Code, too
	counters            int     = iota
)

var counterNames = [counters]string{
	"Accepted", "Merged", "Duplicates", "Superseded", "Folded", "Contended", "Announced", "Refused", "ChangesFailed", "AnnouncementsFailed", "DeadLettered",
}

// String is the metric's name in CloudWatch.
func (c Counter) String() string { return counterNames[c] }

// A Delay is a metric whose values are times, in milliseconds.
type Delay int

// The delays. Both begin at the change's stamp, which is its bot's clock.
const (
	ChangeToVisible   Delay = iota // until the change is stored
	ChangeToAnnounced              // until the bus has taken its announcement
	delays            int   = iota
)

// Metrics is how many metrics there are, without those of DeadLettered by code.
const Metrics = counters + delays

var delayNames = [delays]string{"ChangeToVisible", "ChangeToAnnounced"}

// String is the metric's name in CloudWatch.
func (d Delay) String() string { return delayNames[d] }
