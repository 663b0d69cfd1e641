package stack

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Stack is what localaws builds: resources with their resolved names, ARNs and
// settings, in a fixed order (by name). Its slices and maps never change after loading.
type Stack struct {
	Service string
	Stage   string
	Region  string
	Account string // twelve digits

	Functions      []Function
	Buses          []Bus
	Rules          []Rule
	Archives       []Archive
	Queues         []Queue
	Tables         []Table
	QueueMappings  []QueueMapping
	StreamMappings []StreamMapping
	AsyncInvokes   []AsyncInvoke `json:",omitzero"`
	Routes         []Route
	Destinations   []APIDestination `json:",omitzero"`
	Alarms         []Alarm          `json:",omitzero"`
	Dashboards     []Dashboard      `json:",omitzero"`

	// Elsewhere lists the buses and queues of other stacks that the stack refers to,
	// with Options.Elsewhere. Join looks for them.
	Elsewhere []Reference `json:"-"`

	// Outputs of the stack, without those that osls adds itself (HttpApiUrl,
	// HttpApiId, the deployment bucket).
	Outputs map[string]string

	// ID is the ARN of AWS::StackId. Its last part, which AWS makes up, depends here on
	// the stack's name, account and region alone.
	ID string `json:"-"`

	// Resources are all resources, by logical id. They are not part of the JSON form:
	// osls makes more of them than Load does.
	Resources []Resource `json:"-"`

	// Parts are the stacks that Join has combined; nil if there was only this one.
	Parts []*Stack `json:"-"`
}

// StackName is the stack's name in CloudFormation.
func (s *Stack) StackName() string { return s.Service + "-" + s.Stage }

// A Resource is a resource as CloudFormation lists it.
type Resource struct {
	LogicalID  string
	Type       string // such as AWS::SQS::Queue
	PhysicalID string // its Ref; where AWS makes that up, one of the same form
}

// A Function is one Lambda function with a custom runtime.
type Function struct {
	Name         string // its key in serverless.yml
	PhysicalName string // <service>-<stage>-<name>
	ARN          string
	Handler      string // the folder of its Go main package

	// Artifact is the zip that serverless.yml names, relative to that file. It is empty
	// if the stack was read from a template, which only knows where the zip was
	// uploaded. It is not part of the JSON form.
	Artifact string `json:"-"`

	TimeoutSeconds int
	MemoryMB       int
	Environment    map[string]string
	LogFormat      string // Text or JSON
	LogLevel       string `json:",omitzero"` // of the function's own lines, such as DEBUG; empty: not set
	Tracing        string // PassThrough or Active; nothing records traces here

	// Role is the logical id of the function's IAM role, or the role's ARN if the file
	// gives one. "IamRoleLambdaExecution" is the role that osls makes for functions
	// without one.
	Role string

	// Permissions are the role's, if it is in the file; else nil. They are not part of
	// the JSON form, because the file and the template write them differently.
	Permissions *Role `json:"-"`
}

// A Bus is an EventBridge event bus.
type Bus struct {
	Name string
	ARN  string
}

// A Rule sends the events of one bus that match a pattern to queues, functions and API
// destinations.
type Rule struct {
	Name    string
	ARN     string
	Bus     string // its name; "default" if the file gives none
	Pattern string // JSON, in canonical form (RFC 8785)
	Targets []Target
}

// An Archive keeps the events of one bus that match a pattern.
type Archive struct {
	Name          string
	ARN           string
	Bus           string // its name
	Pattern       string // JSON, in canonical form (RFC 8785); empty: every event
	RetentionDays int    // 0: forever
}

// A Target is one queue, function or API destination that a rule sends to.
type Target struct {
	ID                     string
	ARN                    string // of a queue, or of a function or an API destination of this stack
	Role                   string `json:",omitzero"` // of an API destination: a role's logical id or ARN, as a Function's
	MaximumRetryAttempts   int    // 0 to 185; EventBridge's default is 185
	MaximumEventAgeSeconds int    // 60 to 86,400; EventBridge's default is 86,400
	DeadLetterARN          string // of a queue of this stack; empty: undeliverable events are dropped

	// At most one of these says what the target gets in place of the whole event.
	Input            string            `json:",omitzero"` // JSON, in canonical form (RFC 8785)
	InputPath        string            `json:",omitzero"`
	InputTransformer *InputTransformer `json:",omitzero"`
}

// An InputTransformer makes what a target gets from parts of the event.
type InputTransformer struct {
	Paths    map[string]string // JSON paths into the event, by the names that Template uses
	Template string
}

// An AsyncInvoke is the configuration of a function's asynchronous invocation. A function
// without one has Lambda's defaults.
type AsyncInvoke struct {
	Function               string // its Name
	MaximumRetryAttempts   int    // 0 to 2; Lambda's default is 2
	MaximumEventAgeSeconds int    // 60 to 21,600; Lambda's default is 21,600
	OnFailureARN           string // of a queue of this stack; empty: events that fail are lost
}

// An APIDestination is an HTTP endpoint that rules send to, with its connection's
// authorization.
type APIDestination struct {
	Name          string
	ARN           string // with an id of zeros, because AWS generates one
	Method        string
	URL           string
	RatePerSecond int // EventBridge's default is 300

	// Either an API key, which is a header and its value, or a name and a password
	// (Basic). Dynamic references ({{resolve:...}}) are not resolved.
	KeyName, KeyValue  string `json:",omitzero"`
	Username, Password string `json:",omitzero"`
}

// A Queue is an SQS queue.
type Queue struct {
	Name string
	ARN  string

	// Attributes as CreateQueue accepts them: numbers and booleans as text,
	// RedrivePolicy, RedriveAllowPolicy and Policy as canonical JSON. Only those in the file;
	// SQS has defaults for the others.
	Attributes map[string]string
}

// A Table is a DynamoDB table, billed on demand.
type Table struct {
	Name               string
	ARN                string
	HashKey            string
	HashKeyType        string // S, N or B
	RangeKey           string // empty: none
	RangeKeyType       string
	StreamViewType     string // KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES; empty: no stream
	StreamARN          string // empty: no stream
	TTLAttribute       string // empty: nothing expires
	DeletionProtection bool

	Indexes []Index `json:",omitzero"` // global secondary indexes

	RecoveryPeriodDays int        `json:",omitzero"` // of point-in-time recovery, 1 to 35; 0: off
	Encryption         Encryption `json:",omitzero"` // with a key of KMS
	Class              string     `json:",omitzero"` // STANDARD or STANDARD_INFREQUENT_ACCESS; empty: not given

	// Tags are the table's own and those of its stack: osls tags the stack with STAGE
	// and the provider's stackTags. They are not part of the JSON form, because the
	// latter are not in a template.
	Tags map[string]string `json:"-"`
}

// An Index is a global secondary index of a table.
type Index struct {
	Name         string
	HashKey      string
	HashKeyType  string // S, N or B
	RangeKey     string // empty: none
	RangeKeyType string
	Projection   string   // ALL, KEYS_ONLY or INCLUDE
	Include      []string // the attributes that INCLUDE names
}

// Encryption is a table's SSESpecification.
type Encryption struct {
	Enabled bool
	Type    string // KMS, or empty
	Key     string // KMSMasterKeyId; empty: the AWS managed key
}

// A QueueMapping is an event source mapping from a queue to a function.
type QueueMapping struct {
	Function                string // its Name
	Queue                   string // its name
	QueueARN                string
	BatchSize               int // 1 to 10,000
	WindowSeconds           int // 0 to 300; at least 1 if BatchSize is over 10
	MaximumConcurrency      int // 2 to 1,000; 0: no bound
	ReportBatchItemFailures bool
	FilterPatterns          []string // canonical JSON; a record passes if any pattern matches, or if there are none
}

// A StreamMapping is an event source mapping from a table's stream to a
// function.
type StreamMapping struct {
	Function                   string // its Name
	Table                      string // its name
	StreamARN                  string
	BatchSize                  int    // 1 to 10,000
	WindowSeconds              int    // 0 to 300
	StartingPosition           string // TRIM_HORIZON or LATEST
	ParallelizationFactor      int    // 1 to 10
	BisectBatchOnFunctionError bool
	MaximumRetryAttempts       int // 0 to 10,000; -1: no limit
	MaximumRecordAgeSeconds    int // 60 to 604,800; -1: the stream's retention
	ReportBatchItemFailures    bool
	FilterPatterns             []string // canonical JSON; a record passes if any pattern matches, or if there are none
	OnFailureARN               string   // of a queue of this stack; empty: discarded batches are lost
}

// A Route is one route of the HTTP API.
type Route struct {
	Method     string // ANY or an HTTP method
	Path       string // "/preferences/{userId}", or "$default" with Method ANY
	Function   string // its Name
	Authorizer string // AWS_IAM or NONE
}

// JSON is the stack's form for comparison: indented, in a fixed order, with a final
// line break. Stacks with equal behaviour have equal bytes.
func (s *Stack) JSON() ([]byte, error) {
	text, err := json.Marshal(s, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}
