package stack_test

import "testing"

func TestRefusesOtherServices(t *testing.T) {
	refuseAll(t, []refusal{
		{"no service", "service: orders\n", "", "service: is missing: it is the first part of every function's name"},
		{"empty service", "service: orders\n", "service: ''\n", "service: must not be empty"},
		{"plugins", "custom:\n", "plugins: [serverless-offline]\ncustom:\n", "plugins.0: localaws does not know this plugin"},
		{"layers", "custom:\n", "layers: {}\ncustom:\n", "layers: localaws does not know this part of a serverless.yml"},
		{"no provider", "provider:\n", "custom2:\n", "provider: is missing"},
		{"another provider", "name: aws", "name: google", `provider.name: must be aws, not "google": localaws is AWS`},
		{"network", "versionFunctions: false", "vpc: {}", "provider.vpc: localaws does not know this setting of the provider"},
		{"payload 1.0", "versionFunctions: false", "httpApi: {payload: '1.0'}", `provider.httpApi.payload: must be 2.0, not "1.0"`},
		{"CORS", "versionFunctions: false", "httpApi: {cors: true}", "provider.httpApi.cors: localaws does not know this setting of the HTTP API"},
		{"logs of REST APIs", "    httpApi: true", "    restApi: true", "provider.logs.restApi: localaws does not know this setting of the logs"},
		{"log format", "    httpApi: true", "    lambda: {logFormat: XML}", `provider.logs.lambda.logFormat: must be Text or JSON, not "XML"`},
		{"log level", "    httpApi: true", "    lambda: {applicationLogLevel: INFO}", "provider.logs.lambda.applicationLogLevel: Lambda takes a log level only with the log format JSON"},
		{"resources as a list", "resources:\n", "resources: [7]\nresources2:\n", "resources.0: must be a map, not a number"},
		{"parameters", "  Description: Orders.\n", "  Parameters: {}\n", "resources.Parameters: localaws does not know this part of a template"},
		{"transform", "  Description: Orders.\n", "  Transform: AWS::Serverless\n", "resources.Transform: localaws does not know this part of a template"},
		{"resource that osls makes", "    ShipRole:\n", "    HttpApi: {Type: AWS::ApiGatewayV2::Api}\n    ShipRole:\n", "resources.Resources.HttpApi: osls makes a resource of this name itself"},
		{"extension of nothing", "    TakeDashordersLogGroup:\n", "    Nothing:\n", "resources.extensions.Nothing: there is no resource Nothing to extend"},
		{"condition in an extension", "        RetentionInDays: 7\n", "        RetentionInDays: 7\n      Condition: Never\n", "extensions.TakeDashordersLogGroup.Condition: there is no condition Never"},
		{"extension with an unknown property", "        MemorySize: 256\n", "        Layers: []\n", "extensions.ShipUnderscoreordersLambdaFunction.Properties.Layers: localaws does not know this property of a function"},
	})
}

func TestRefusesOtherFunctions(t *testing.T) {
	refuseAll(t, []refusal{
		{"functions as a list", "functions:\n", "functions: []\nfunctions2:\n", "functions: must be a map, not a list"},
		{"function as text", "functions:\n", "functions:\n  nothing: here\n", "functions.nothing: must be a map, not text"},
		{"no handler", "    handler: cmd/ship\n", "", "functions.ship_orders.Handler: is missing: it is the folder of the function's main package"},
		{"no runtime", "  runtime: provided.al2023\n", "", "Runtime: is missing: localaws runs custom runtimes only"},
		{"another runtime", "runtime: provided.al2023", "runtime: python3.14", `provider.runtime: must be provided.al2023 or provided.al2, not "python3.14"`},
		{"own name", "    timeout: 10\n", "    name: ship\n", "functions.ship_orders.name: localaws does not know this setting of a function"},
		{"layers", "    timeout: 10\n", "    layers: []\n", "functions.ship_orders.layers: localaws does not know"},
		{"reserved concurrency", "    timeout: 10\n", "    reservedConcurrency: 1\n", "functions.ship_orders.reservedConcurrency: localaws does not know"},
		{"timeout too long", "    timeout: 10\n", "    timeout: 901\n", "functions.ship_orders.timeout: must be between 1 and 900, not 901"},
		{"timeout in words", "    timeout: 10\n", "    timeout: ten\n", "functions.ship_orders.timeout: must be a whole number"},
		{"timeout with a fraction", "    timeout: 10\n", "    timeout: 1.5\n", "functions.ship_orders.timeout: must be a whole number"},
		{"timeout as a list", "    timeout: 10\n", "    timeout: [10]\n", "functions.ship_orders.timeout: must be a whole number"},
		{"too little memory", "        MemorySize: 256\n", "        MemorySize: 64\n", "MemorySize: must be between 128 and 10240, not 64"},
		{"environment as text", "    environment:\n      LEVEL: debug\n", "    environment: debug\n    custom:\n", "functions.ship_orders.environment: must be a map, not text"},
		{"variable that is a map", "RETRIES: 3", "RETRIES: {a: 3}", "functions.ship_orders.environment.RETRIES: must be text, not a map"},
		{"no such role", "role: ShipRole", "role: SailRole", "functions.ship_orders.role: there is no resource SailRole"},
		{"role that is none", "role: ShipRole", "role: Table", "functions.ship_orders.role: Table is not an AWS::IAM::Role of this stack"},
		{"package setting", "      artifact: dist/ship.zip", "      exclude: [a]", "functions.ship_orders.package.exclude: localaws does not know this setting of a package"},
	})
}

func TestRefusesOtherEvents(t *testing.T) {
	const returns = "          arn: !GetAtt Returns.Arn\n"
	const stream = "          type: dynamodb\n"
	refuseAll(t, []refusal{
		{"schedule", "      - httpApi: 'post /orders'\n", "      - schedule: rate(1 minute)\n", "functions.take-orders.events.1.schedule: localaws does not know this kind of event"},
		{"event as text", "      - httpApi: 'post /orders'\n", "      - hello\n", "functions.take-orders.events.1: must be a map, not text"},
		{"queue mapping as a list", "      - httpApi: 'post /orders'\n", "      - sqs: [a]\n", "functions.take-orders.events.1.sqs: must be a map, not a list"},
		{"stream as text", "      - httpApi: 'post /orders'\n", "      - stream: a\n", "functions.take-orders.events.1.stream: must be a map, not text"},
		{"authorizer by name", "          authorizer: ${self:custom.signed}\n", "          authorizer: mine\n", "httpApi.authorizer: must be a map, not text"},
		{"two events in one", "      - httpApi: 'post /orders'\n", "      - httpApi: 'post /orders'\n        s3: bucket\n", "functions.take-orders.events.1.s3: localaws does not know this kind of event"},
		{"events as a map", "    events:\n      - sqs:\n          arn: !GetAtt Returns.Arn\n", "    events: {}\n    x:\n      - sqs:\n          arn: !GetAtt Returns.Arn\n", "functions.ship_orders.events: must be a list, not a map"},
		{"setting of a queue mapping", returns, returns + "          provisionedPollerConfig: {}\n", "events.0.sqs.provisionedPollerConfig: localaws does not know this setting of an event source mapping"},
		{"setting of a stream mapping", stream, stream + "          consumer: true\n", "events.1.stream.consumer: localaws does not know this setting of an event source mapping"},
		{"kinesis", stream, "          type: kinesis\n", `events.1.stream.type: must be dynamodb, not "kinesis": localaws has no other streams`},
		{"no source", returns, "", "functions.ship_orders.events.0.sqs.EventSourceArn: is missing: where do the records come from?"},
		{"mapping that is off", returns, returns + "          enabled: false\n", `events.0.sqs.enabled: must be true, not "false"`},
		{"large batch without a window", "          maximumBatchingWindow: ${param:window}\n", "", "events.0.sqs.batchSize: Lambda takes a batch size over 10 only with a batching window of at least 1 s"},
		{"batch too large", "batchSize: ${param:batch}", "batchSize: 10001", "events.0.sqs.batchSize: must be between 1 and 10000, not 10001"},
		{"too little concurrency", returns, returns + "          maximumConcurrency: 1\n", "must be between 2 and 1000, not 1"},
		{"other response type", returns, returns + "          functionResponseType: Streaming\n", `must be ReportBatchItemFailures, not "Streaming"`},
		{"visibility below the timeout", "    timeout: 10\n", "    timeout: 31\n", "events.0.sqs.arn: Lambda refuses a queue whose visibility timeout (30 s) is shorter than the function's timeout (31 s)"},
		{"queue of another stack", returns, "          arn: arn:aws:sqs:eu-west-1:000000000000:elsewhere\n", `"arn:aws:sqs:eu-west-1:000000000000:elsewhere" is not the ARN of a queue of this stack`},
		{"stream of another stack", "arn: !GetAtt Table.StreamArn", "arn: arn:aws:dynamodb:eu-west-1:000000000000:table/t/stream/1", "is not the stream of a table of this stack"},
		{"tumbling window", stream, stream + "          tumblingWindowInSeconds: 5\n", "tumblingWindowInSeconds: must be between 0 and 0, not 5"},
		{"record age", stream, stream + "          maximumRecordAgeInSeconds: 59\n", "maximumRecordAgeInSeconds: must be between 60 and 604800, not 59"},
		{"starting position", stream, stream + "          startingPosition: AT_TIMESTAMP\n", `startingPosition: must be TRIM_HORIZON or LATEST, not "AT_TIMESTAMP"`},
		{"success destination", "            onFailure:\n", "            onSuccess:\n", "destinations.onSuccess: localaws does not know this destination"},
		{"destination of another kind", "              type: sqs\n", "              type: sns\n", `destinations.onFailure.type: must be sqs, not "sns"`},
		{"setting of a destination", "              type: sqs\n", "              type: sqs\n              color: red\n", "destinations.onFailure.color: localaws does not know this setting of a destination"},
		{"destination elsewhere", "              type: sqs\n              arn: !GetAtt DeadLetters.Arn\n", "              type: sqs\n              arn: arn:aws:sqs:eu-west-1:000000000000:elsewhere\n", "elsewhere\" is not the ARN of a queue of this stack"},
		{"filter that is no map", "            - ${self:custom.filter}\n", "            - eventName\n", "filterPatterns.0: Pattern must be a map, or a JSON object as text"},
		{"filters as a map", "            - ${self:custom.filter}\n", "            eventName: x\n", "filterPatterns: must be a list, not a map"},
		{"no path", "          path: /orders/{id}\n", "", "functions.ship_orders.events.2.httpApi.path: is missing: which path is it?"},
		{"no method", "          method: '*'\n", "", `" /orders/{id}" is not a method and a path, such as GET /preferences`},
		{"unknown method", "'post /orders'", "'steal /orders'", `"STEAL /orders" is not a method and a path`},
		{"route twice", "      - httpApi: '*'\n", "      - httpApi: 'POST /orders'\n", "the route POST /orders exists twice"},
		{"setting of a route", "          method: '*'\n", "          method: '*'\n          cors: true\n", "httpApi.cors: localaws does not know this setting of a route"},
		{"JWT authorizer", "    type: aws_iam\n", "    type: jwt\n", `authorizer.type: must be aws_iam, not "jwt": localaws knows no other authorizer`},
		{"authorizer by id", "    type: aws_iam\n", "    type: aws_iam\n    id: x\n", "authorizer.id: localaws does not know this setting of an authorizer"},
	})
}
