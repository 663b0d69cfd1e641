package repotest

// A room is a folder with the folders below it, except for those that have a
// row of their own.
type room struct {
	folder  string
	imports []string // rooms of this module that its production code imports
	modules []string // import paths of others that it imports, or their beginnings
}

// Import paths of others, as the rows name them.
const (
	cobra          = "github.com/spf13/cobra"
	pflag          = "github.com/spf13/pflag"
	jsonv2         = "github.com/go-json-experiment/json"
	lambdaEvents   = "github.com/aws/aws-lambda-go/events"
	lambdaRuntime  = "github.com/aws/aws-lambda-go/lambda"
	lambdaContext  = "github.com/aws/aws-lambda-go/lambdacontext"
	sdk            = "github.com/aws/aws-sdk-go-v2"
	sdkCore        = sdk + "/aws"
	sdkConfig      = sdk + "/config"
	sdkCredentials = sdk + "/credentials"
	sdkFormation   = sdk + "/service/cloudformation"
	sdkDynamoDB    = sdk + "/service/dynamodb"
	sdkStreams     = sdk + "/service/dynamodbstreams"
	sdkEventBridge = sdk + "/service/eventbridge"
	sdkSQS         = sdk + "/service/sqs"
	sdkLambda      = sdk + "/service/lambda"
	sdkCloudWatch  = sdk + "/service/cloudwatch"
	sdkSTS         = sdk + "/service/sts"
	smithy         = "github.com/aws/smithy-go"
	cborv2         = "github.com/fxamacker/cbor/v2"
	ulid           = "github.com/oklog/ulid/v2"
	yamlv3         = "go.yaml.in/yaml/v3"
	errgroup       = "golang.org/x/sync"
	jsonSchema     = "github.com/santhosh-tekuri/jsonschema/v6"
	textLanguage   = "golang.org/x/text/language"
	textMessage    = "golang.org/x/text/message"
)

// rooms lists every folder and all that it imports: no less, and no more. Think
// twice before a row grows: docs/decisions/0013-rooms.md and 0016-what-runs-where.md
// say which way dependencies point.
var rooms = []room{
	{".", nil, nil},

	// The contract, and what others import.
	{"events", nil, []string{jsonv2, ulid}},
	{"catalogue", []string{"catalogue/internal/valueschema", "events"}, []string{jsonv2}},
	{"catalogue/internal/schematest", nil, []string{"pgregory.net/rapid"}},
	{"catalogue/internal/valueschema", nil, []string{jsonv2}},
	{"catalogue/source", []string{"catalogue", "catalogue/internal/valueschema", "events"}, []string{jsonv2, jsonSchema, textLanguage, textMessage, yamlv3}},
	{"producers", []string{"events", "internal/pause"}, nil},
	{"producers/internal/wiring", []string{"awsconfig", "eventbus", "events", "internal/env", "internal/httpapi", "internal/profilestore", "internal/telemetry", "producers"}, []string{sdkDynamoDB, sdkEventBridge}},
	{"producers/update", []string{"producers/internal/wiring"}, []string{lambdaRuntime, lambdaContext}},
	{"producers/delete", []string{"producers/internal/wiring"}, []string{lambdaRuntime, lambdaContext}},
	{"eventbus", []string{"events", "internal/batch", "internal/tracing"}, []string{sdkCore, sdkEventBridge}},
	{"queue", []string{"events", "internal/batch", "internal/sqsbody", "internal/tracing"}, []string{sdkCore, sdkSQS}},
	{"subscriber", []string{"events", "internal/handler"}, []string{lambdaEvents}},
	{"subscriber/copytable", []string{"events", "internal/handler", "subscriber"}, []string{sdkDynamoDB}},
	{"subscriber/filter", []string{"events"}, nil},
	{"subscriber/storetest", []string{"events", "subscriber"}, []string{"pgregory.net/rapid"}},
	{"awsconfig", []string{"internal/env"}, []string{sdkCore, smithy}},

	// The consumers and their mains.
	{"consumers", []string{"events", "internal/deadletter/letter", "internal/handler", "internal/history", "internal/telemetry", "internal/tracing"}, []string{jsonv2, lambdaEvents}},
	{"consumers/apply", []string{"awsconfig", "consumers", "events", "internal/deadletter", "internal/env", "internal/profilestore", "internal/telemetry"}, []string{lambdaRuntime, lambdaContext, sdkDynamoDB, sdkSQS}},
	{"consumers/change", []string{"awsconfig", "internal/env", "internal/historystore", "internal/httpapi", "internal/profilestore", "internal/telemetry"}, []string{lambdaRuntime, lambdaContext, sdkDynamoDB}},
	{"consumers/get", []string{"awsconfig", "internal/env", "internal/httpapi", "internal/profilestore", "internal/telemetry"}, []string{lambdaRuntime, lambdaContext, sdkDynamoDB}},
	{"consumers/history", []string{"awsconfig", "consumers", "events", "internal/env", "internal/historystore", "internal/profilestore", "internal/telemetry"}, []string{lambdaRuntime, lambdaContext, sdkDynamoDB}},
	{"consumers/republish", []string{"awsconfig", "consumers", "eventbus", "internal/deadletter", "internal/env", "internal/profilestore", "internal/telemetry"}, []string{lambdaRuntime, lambdaContext, sdkEventBridge, sdkSQS}},

	{"examples/bot", []string{"awsconfig", "eventbus", "events", "producers"}, []string{jsonv2, sdkConfig, sdkEventBridge}},
	{"examples/internal/prefs", []string{"catalogue", "events"}, nil},
	{"examples/internal", []string{"subscriber"}, []string{sdkCore}},
	{"examples/skill", []string{"awsconfig", "events", "examples/internal", "subscriber", "subscriber/copytable"}, []string{jsonv2, lambdaEvents, lambdaRuntime, lambdaContext, sdkCore, sdkConfig, sdkDynamoDB, sdkEventBridge, sdkSQS}},
	{"examples/webhook", []string{"events", "examples/internal", "subscriber"}, []string{sdkConfig}},

	// What the functions share.
	{"internal/batch", []string{"events", "internal/pause"}, []string{sdkCore, smithy}},
	{"internal/deadletter", []string{"events", "internal/deadletter/letter", "internal/sqsbody"}, []string{sdkSQS, jsonv2, sdkCore}},
	{"internal/deadletter/letter", []string{"events", "internal/sqsbody"}, nil},
	{"internal/env", nil, nil},
	{"internal/handler", nil, nil},
	{"internal/pause", []string{"events"}, nil},
	{"internal/sqsbody", nil, nil},
	{"internal/stage", nil, nil},
	{"internal/telemetry", []string{"internal/env"}, []string{jsonv2, lambdaContext}},
	{"internal/tracing", []string{"events"}, nil},
	{"internal/terminal", nil, nil},
	{"internal/history", []string{"events"}, []string{jsonv2}},
	{"internal/historystore", []string{"events", "internal/handler", "internal/history", "internal/profilestore"}, []string{sdkCore, sdkDynamoDB}},
	{"internal/httpapi", []string{"events", "internal/handler", "internal/history", "internal/pause", "internal/telemetry", "internal/tracing"}, []string{jsonv2, lambdaEvents}},
	{"internal/profilestore", []string{"events"}, []string{jsonv2, lambdaEvents, sdkCore, sdkDynamoDB, smithy}},

	// What the command line does.
	{"cmd/botprefs", []string{"awsconfig", "catalogue", "catalogue/source", "eventbus", "events", "internal/backfill", "internal/build", "internal/bulk", "internal/cataloguegen", "internal/cli", "internal/deadletter", "internal/doctor", "internal/history", "internal/historystore", "internal/letterview", "internal/localaws/stack", "internal/localrun", "internal/pause", "internal/profileapi", "internal/profilefile", "internal/profilestore", "internal/recovery", "internal/stackref", "internal/stage", "internal/telemetry", "internal/terminal", "internal/verdict", "internal/watch", "producers", "queue", "subscriber"}, []string{jsonv2, sdkCore, sdkConfig, sdkCredentials, sdkFormation, sdkDynamoDB, sdkEventBridge, sdkSQS, smithy, cobra}},
	{"internal/cataloguegen", []string{"catalogue", "events"}, nil},
	{"internal/cli", nil, []string{jsonv2, cobra, pflag}},
	{"internal/backfill", []string{"events", "internal/pause"}, []string{jsonv2}},
	{"internal/build", nil, nil},
	{"internal/bulk", []string{"events", "internal/backfill", "internal/pause"}, nil},
	{"internal/profileapi", nil, []string{sdkCore}},
	{"internal/profilefile", []string{"events", "internal/backfill", "internal/bulk"}, []string{jsonv2}},
	{"internal/stackref", []string{"internal/stage"}, []string{sdkCore, sdkFormation, sdkSQS, smithy}},
	{"internal/watch", []string{"internal/pause"}, []string{sdkCore, sdkEventBridge, sdkSQS, smithy, jsonv2}},
	{"internal/recovery", []string{"events", "internal/backfill", "internal/profilestore"}, nil},
	{"internal/doctor", []string{"events", "internal/profilestore", "internal/stackref", "internal/watch"}, []string{jsonv2, sdkCore, sdkCloudWatch, sdkDynamoDB, sdkEventBridge, sdkLambda, sdkSQS, sdkSTS, smithy}},
	{"internal/letterview", []string{"internal/terminal"}, []string{jsonv2}},
	{"internal/verdict", []string{"events", "internal/backfill"}, nil},
	{"internal/schemagen", []string{"events"}, []string{jsonv2}},
	{"internal/localrun", []string{"events", "internal/build", "internal/localaws", "internal/localaws/remotetable", "internal/localaws/stack", "internal/profilestore", "internal/stage", "internal/telemetry", "internal/terminal"}, []string{jsonv2, lambdaEvents, sdkCore, sdkCredentials}},
	{"ci/vulnerabilities", nil, nil}, // reads what govulncheck reports

	// AWS in one process. It knows nothing of preferences.
	{"internal/localaws", []string{"internal/localaws/stack"}, []string{cborv2, jsonv2}},
	{"internal/localaws/remotetable", []string{"internal/localaws", "internal/localaws/stack"}, []string{jsonv2, sdkCore, sdkDynamoDB, sdkStreams, smithy}},
	{"internal/localaws/stack", nil, []string{jsonv2, yamlv3}},

	// What proves, and never ships.
	{"internal/lab/alarms", nil, nil},
	{"internal/lab/bench", []string{"awsconfig", "consumers", "eventbus", "events", "internal/build", "internal/deadletter", "internal/historystore", "internal/httpapi", "internal/lab/conformance", "internal/lab/workers", "internal/localaws", "internal/localaws/stack", "internal/localrun", "internal/profilestore", "internal/telemetry", "producers", "queue", "subscriber"}, []string{errgroup, lambdaEvents, lambdaRuntime, sdkCore, sdkConfig, sdkCredentials, sdkDynamoDB, sdkEventBridge, sdkSQS, smithy}},
	{"internal/lab/cmd/lab", []string{"internal/build", "internal/cli", "internal/lab/bench", "internal/lab/conformance", "internal/lab/safeguards", "internal/lab/sim", "internal/lab/templatediff", "internal/localaws/stack", "internal/localrun", "internal/stage"}, []string{cobra}},
	{"internal/lab/conformance", []string{"awsconfig", "internal/lab/workers", "internal/localaws", "internal/localaws/stack"}, []string{jsonv2, sdkCore, sdkConfig, sdkCredentials, sdkSQS, smithy, "github.com/google/go-cmp"}},
	{"internal/lab/contracttest", []string{"events", "subscriber", "subscriber/filter"}, []string{jsonv2}},
	{"internal/lab/emf", nil, nil},
	{"internal/lab/guidetest", nil, nil},
	{"internal/lab/nightly", nil, nil},
	{"internal/lab/procedures", nil, nil},
	{"internal/lab/repotest", nil, nil},
	{"internal/lab/routetest", []string{"events", "producers"}, nil},
	{"internal/lab/wiretest", []string{"internal/localaws"}, []string{sdkCredentials, jsonv2, sdkCore, sdkSQS}},
	{"internal/lab/safeguards", nil, []string{yamlv3}},
	{"internal/lab/sim", []string{"consumers", "eventbus", "events", "internal/deadletter", "internal/historystore", "internal/httpapi", "internal/lab/emf", "internal/lab/sim/oracle", "internal/lab/workers", "internal/localaws", "internal/localaws/stack", "internal/profilestore", "internal/telemetry", "producers", "queue", "subscriber"}, []string{lambdaEvents, sdkCore, sdkDynamoDB, sdkEventBridge, sdkSQS}},
	{"internal/lab/sim/oracle", nil, nil}, // code shared with what it judges would share its mistakes
	{"internal/lab/templatediff", nil, nil},
	{"internal/lab/workers", nil, nil},
}

// reserved lists folders that few may import, and who those are.
var reserved = map[string][]string{
	"internal/lab":      {"internal/lab"},
	"internal/localaws": {"internal/lab", "internal/localaws", "internal/localrun", "cmd"},
	"internal/localrun": {"internal/lab", "cmd"},
}

// public lists the packages that somebody is meant to import.
var public = []string{
	".", "awsconfig", "catalogue", "catalogue/source", "consumers", "eventbus", "events", "producers", "queue",
	"subscriber", "subscriber/copytable", "subscriber/filter", "subscriber/storetest",
}

// notLinked lists public packages that no program of a user links, with the reason.
var notLinked = map[string]string{
	"catalogue/source":     "botprefs reads catalogue.yaml with it; other programs load what botprefs compiled",
	"consumers":            "the pipeline's own functions import it; its DeadLetters takes an internal type",
	"subscriber/storetest": "tests of a store import it",
}

// linked lists what a program gets that imports a public package: import paths
// of others, or their beginnings. Some of these are links of links.
var linked = map[string][]string{
	".":                    nil,
	"awsconfig":            {sdkCore, sdk + "/internal", smithy},
	"catalogue":            {jsonv2, ulid},
	"eventbus":             {jsonv2, ulid, sdkCore, sdk + "/internal", sdkEventBridge, smithy},
	"events":               {jsonv2, ulid},
	"producers":            {jsonv2, ulid},
	"queue":                {jsonv2, ulid, sdkCore, sdk + "/internal", sdkSQS, smithy},
	"subscriber":           {jsonv2, ulid, lambdaEvents},
	"subscriber/copytable": {jsonv2, ulid, lambdaEvents, sdkCore, sdk + "/internal", sdk + "/service/internal", sdkDynamoDB, smithy},
	"subscriber/filter":    {jsonv2, ulid},
}
