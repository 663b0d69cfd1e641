package stack_test

import "testing"

func TestRefusesOtherResources(t *testing.T) {
	const shipRole = "      Type: AWS::IAM::Role\n"
	refuseAll(t, []refusal{
		{"unknown type", shipRole, "      Type: AWS::StepFunctions::StateMachine\n", "resources.Resources.ShipRole: localaws does not know resources of type AWS::StepFunctions::StateMachine"},
		{"no type", shipRole, "", "resources.Resources.ShipRole.Type: is missing: which resource is it?"},
		{"condition", shipRole, shipRole + "      Condition: Never\n", "ShipRole.Condition: there is no condition Never"},
		{"resource as text", "    ShipRole:\n", "    Nothing: here\n    ShipRole:\n", "resources.Resources.Nothing: must be a map, not text"},
		{"condition on an output", "      Export: {Name: suffix}\n", "      Condition: Never\n", "resources.Outputs.Suffix.Condition: there is no condition Never"},
		{"output without a value", "      Value: !Ref AWS::URLSuffix\n", "", "resources.Outputs.Suffix.Value: is missing: an output is a value"},
		{"name twice", "QueueName: dead", "QueueName: orders-dev-orders", `the name "orders-dev-orders" is that of DeadLetters already`},
	})
}

func TestRefusesOtherIntrinsics(t *testing.T) {
	const retries = "RETRIES: 3"
	refuseAll(t, []refusal{
		{"condition function", retries, "RETRIES: {'Fn::If': [a, b, c]}", "there is no condition a"},
		{"import", retries, "RETRIES: {'Fn::ImportValue': a}", "the intrinsic Fn::ImportValue is not supported"},
		{"Ref of nothing", retries, "RETRIES: !Ref Nothing", "environment.RETRIES: there is no resource Nothing"},
		{"GetAtt of nothing", retries, "RETRIES: !GetAtt Nothing.Arn", "there is no resource Nothing"},
		{"Sub of nothing", retries, "RETRIES: !Sub a-${Nothing.Arn}", "there is no resource Nothing"},
		{"pseudo parameter", retries, "RETRIES: !Ref AWS::NotificationARNs", "the pseudo parameter AWS::NotificationARNs is not supported"},
		{"Ref of a list", retries, "RETRIES: {Ref: [a]}", "Ref takes a logical id"},
		{"GetAtt without an attribute", retries, "RETRIES: !GetAtt Orders", "Fn::GetAtt takes a logical id and an attribute's name"},
		{"GetAtt with three", retries, "RETRIES: {'Fn::GetAtt': [Orders, Arn, x]}", "Fn::GetAtt takes a logical id and an attribute's name"},
		{"unknown attribute", retries, "RETRIES: !GetAtt Orders.Color", "localaws cannot know the attribute Color of Orders, a AWS::SQS::Queue"},
		{"Ref of an id that AWS makes up", retries, "RETRIES: !Ref QueuePolicy", "localaws cannot know Ref of QueuePolicy, a AWS::SQS::QueuePolicy"},
		{"attribute of an id that AWS makes up", retries, "RETRIES: !GetAtt HttpApi.ApiEndpoint", "localaws cannot know the attribute ApiEndpoint of HttpApi"},
		{"Sub of a map", retries, "RETRIES: {'Fn::Sub': {a: b}}", "Fn::Sub takes a text, or a list of a text and a map"},
		{"literal in Sub", retries, "RETRIES: !Sub 'a ${!b}'", "${!b}: literal ${...} in Fn::Sub is not supported"},
		{"Join of a text", retries, "RETRIES: !Join a", "Fn::Join takes a list of a separator and a list"},
		{"Join of maps", retries, "RETRIES: !Join ['', [{a: b}]]", "Fn::Join joins texts, not a map"},
		{"reference from a resource without use", "AssumeRolePolicyDocument: {Statement: []}", "AssumeRolePolicyDocument: !Ref Nothing", "ShipRole.Properties.AssumeRolePolicyDocument: there is no resource Nothing"},
		{"name that is its own", "QueueName: dead", "QueueName: !GetAtt DeadLetters.QueueName", "resources.Resources.DeadLetters.Properties.QueueName"},
	})
}

func TestRefusesOtherQueues(t *testing.T) {
	const dead = "        QueueName: dead\n"
	const redrive = "          maxReceiveCount: 3\n"
	refuseAll(t, []refusal{
		{"unknown property", dead, dead + "        Color: red\n", "DeadLetters.Properties.Color: localaws does not know this property of a queue"},
		{"delay", dead, dead + "        DelaySeconds: 901\n", "DelaySeconds: must be between 0 and 900, not 901"},
		{"retention", dead, dead + "        MessageRetentionPeriod: 59\n", "MessageRetentionPeriod: must be between 60 and 1209600, not 59"},
		{"visibility", dead, dead + "        VisibilityTimeout: 43201\n", "VisibilityTimeout: must be between 0 and 43200, not 43201"},
		{"flag in words", dead, dead + "        FifoQueue: 'yes'\n", "FifoQueue: must be true or false"},
		{"redrive without a count", redrive, "", "Orders.Properties.RedrivePolicy: maxReceiveCount is missing"},
		{"redrive count", redrive, "          maxReceiveCount: 0\n", "RedrivePolicy.maxReceiveCount: must be between 1 and 1000, not 0"},
		{"redrive without a queue", "          deadLetterTargetArn: !GetAtt DeadLetters.Arn\n", "", "RedrivePolicy.deadLetterTargetArn: is missing"},
		{"redrive elsewhere", "deadLetterTargetArn: !GetAtt DeadLetters.Arn", "deadLetterTargetArn: arn:aws:sqs:x:y:z", `RedrivePolicy.deadLetterTargetArn: "arn:aws:sqs:x:y:z" is not the ARN of a queue of this stack`},
		{"part of a redrive policy", redrive, redrive + "          color: red\n", "RedrivePolicy.color: SQS does not know this part of a redrive policy"},
		{"redrive permission", dead, dead + "        RedriveAllowPolicy: {redrivePermission: some}\n", `redrivePermission: must be allowAll or denyAll or byQueue, not "some"`},
		{"part of a redrive allow policy", dead, dead + "        RedriveAllowPolicy: {color: red}\n", "RedriveAllowPolicy.color: SQS does not know this part of a redrive allow policy"},
	})
}

func TestRefusesOtherTables(t *testing.T) {
	const billing = "        BillingMode: PAY_PER_REQUEST\n"
	refuseAll(t, []refusal{
		{"default billing", billing, "", "Table.Properties.BillingMode: is missing: without it capacity is provisioned, which localaws does not know"},
		{"provisioned", "PAY_PER_REQUEST", "PROVISIONED", `BillingMode: must be PAY_PER_REQUEST, not "PROVISIONED"`},
		{"local index", billing, billing + "        LocalSecondaryIndexes: []\n", "LocalSecondaryIndexes: localaws does not know this property of a table"},
		{"stream view", "StreamViewType: NEW_IMAGE", "StreamViewType: SOME", `StreamViewType: must be NEW_AND_OLD_IMAGES or NEW_IMAGE or OLD_IMAGE or KEYS_ONLY, not "SOME"`},
		{"no stream view", "          StreamViewType: NEW_IMAGE\n", "          ResourcePolicy: {}\n", "StreamViewType: is missing: which images are in the records?"},
		{"property of a stream", "          StreamViewType: NEW_IMAGE\n", "          StreamViewType: NEW_IMAGE\n          ResourcePolicy: {}\n", "StreamSpecification.ResourcePolicy: localaws does not know this property of a stream"},
		{"mapping from a table without a stream", "        StreamSpecification:\n          StreamViewType: NEW_IMAGE\n", "", "stream.arn: Table has no StreamArn"},
		{"property of TTL", "          Enabled: false\n", "          Enabled: false\n          After: 5\n", "TimeToLiveSpecification.After: localaws does not know this property of time to live"},
		{"attribute type", "AttributeName: at, AttributeType: N", "AttributeName: at, AttributeType: M", `AttributeType: must be S or N or B, not "M"`},
		{"part of a definition", "AttributeName: at, AttributeType: N", "AttributeName: at, AttributeType: N, Color: red", "Color: localaws does not know this part of an attribute definition"},
		{"key type", "KeyType: RANGE", "KeyType: SORT", `KeyType: must be HASH or RANGE, not "SORT"`},
		{"part of a key", "KeyType: RANGE", "KeyType: RANGE, Color: red", "Color: localaws does not know this part of a key schema"},
		{"key without a definition", "{AttributeName: at, AttributeType: N}", "{AttributeName: of, AttributeType: N}", "the key at has no AttributeDefinition"},
		{"definition without a key", "          - {AttributeName: at, KeyType: RANGE}\n", "", "AttributeDefinitions: defines attributes that are no keys, which DynamoDB refuses"},
		{"no hash key", "KeyType: HASH", "KeyType: RANGE", "Table.Properties: KeySchema has no HASH key"},
	})
}

func TestRefusesOtherIndexes(t *testing.T) {
	const billing = "        BillingMode: PAY_PER_REQUEST\n"
	index := func(properties string) string {
		return billing + "        GlobalSecondaryIndexes:\n          - {" + properties + "}\n"
	}
	const keys, all = ", KeySchema: [{AttributeName: at, KeyType: HASH}]", ", Projection: {ProjectionType: ALL}"
	refuseAll(t, []refusal{
		{"not a list", billing, billing + "        GlobalSecondaryIndexes: {}\n", "GlobalSecondaryIndexes: must be a list, not a map"},
		{"no name", billing, index("Projection: {ProjectionType: ALL}" + keys), "IndexName: is missing: an index has a name"},
		{"no projection", billing, index("IndexName: byAt, Projection: {}" + keys), "ProjectionType: is missing: which attributes does the index have?"},
		{"unknown projection", billing, index("IndexName: byAt, Projection: {ProjectionType: SOME}" + keys), `ProjectionType: must be ALL or KEYS_ONLY or INCLUDE, not "SOME"`},
		{"part of a projection", billing, index("IndexName: byAt, Projection: {ProjectionType: ALL, Color: red}" + keys), "Color: localaws does not know this part of a projection"},
		{"throughput", billing, index("IndexName: byAt, ProvisionedThroughput: {}" + keys + all), "ProvisionedThroughput: localaws does not know this property of an index"},
		{"no keys", billing, index("IndexName: byAt" + all), "KeySchema has no HASH key"},
		{"undefined key", billing, index("IndexName: byAt, KeySchema: [{AttributeName: when, KeyType: HASH}]" + all), "the key when has no AttributeDefinition"},
		{"key of several attributes", billing, index("IndexName: byAt, KeySchema: [{AttributeName: at, KeyType: HASH}, {AttributeName: id, KeyType: HASH}]" + all), "localaws does not know keys of several attributes"},
	})
}

func TestRefusesOtherBusesAndRules(t *testing.T) {
	const target = "          - Id: returns\n"
	refuseAll(t, []refusal{
		{"bus without a name", "        Name: orders-${sls:stage}\n", "        Description: orders\n", "Bus.Properties.Name: is missing: CloudFormation demands it"},
		{"property of a bus", "        Name: orders-${sls:stage}\n", "        Name: orders\n        EventSourceName: x\n", "Bus.Properties.EventSourceName: localaws does not know this property of an event bus"},
		{"schedule", "        Name: placed\n", "        Name: placed\n        ScheduleExpression: rate(1 day)\n", "Rule.Properties.ScheduleExpression: localaws does not know this property of a rule"},
		{"disabled", "State: ENABLED", "State: DISABLED", `State: must be ENABLED, not "DISABLED"`},
		{"bus elsewhere", "EventBusName: !Ref Bus", "EventBusName: elsewhere", `EventBusName: "elsewhere" is not the name of an event bus of this stack`},
		{"no pattern", "        EventPattern: {source: [shop]}\n", "", "DefaultRule.Properties: EventPattern must be a map"},
		{"pattern as text", "EventPattern: {source: [shop]}", "EventPattern: '{}'", "EventPattern: EventPattern must be a map"},
		{"target without an id", target, "          - Input: x\n", "Targets.1.Id: is missing: a target has an id"},
		{"two inputs of a target", target, target + "            InputPath: $.detail\n            Input: '{}'\n", "Targets.1: a target has one of Input, InputPath and InputTransformer"},
		{"input that is no JSON", target, target + "            Input: '{'\n", "Targets.1.Input: Input must be JSON as text"},
		{"parameters of a queue", target, target + "            SqsParameters: {MessageGroupId: x}\n", "Targets.1.SqsParameters: localaws does not know this property of a target"},
		{"target elsewhere", "            Arn:\n              Fn::GetAtt: [Returns, Arn]\n", "            Arn: !GetAtt Alias.TopicArn\n", "Targets.1.Arn: \"arn:aws:sns:eu-west-1:000000000000:alias\" is not the ARN of a queue of this stack"},
		{"target to nowhere", "            Arn:\n              Fn::GetAtt: [Returns, Arn]\n", "", "Targets.1.Arn: is missing: where do the events go?"},
		{"retries", "MaximumRetryAttempts: 3", "MaximumRetryAttempts: 186", "MaximumRetryAttempts: must be between 0 and 185, not 186"},
		{"age", "MaximumEventAgeInSeconds: 60", "MaximumEventAgeInSeconds: 59", "MaximumEventAgeInSeconds: must be between 60 and 86400, not 59"},
		{"part of a retry policy", "MaximumRetryAttempts: 3", "Color: red", "RetryPolicy.Color: localaws does not know this part of a retry policy"},
		{"dead letters to nowhere", "            DeadLetterConfig:\n              Arn: !GetAtt DeadLetters.Arn\n", "            DeadLetterConfig: {}\n", "DeadLetterConfig.Arn: is missing"},
		{"dead letters elsewhere", "            DeadLetterConfig:\n              Arn: !GetAtt DeadLetters.Arn\n", "            DeadLetterConfig:\n              Arn: x\n", `DeadLetterConfig: "x" is not the ARN of a queue of this stack`},
		{"part of a dead-letter configuration", "            DeadLetterConfig:\n", "            DeadLetterConfig:\n              Color: red\n", "DeadLetterConfig.Color: localaws does not know this part of a dead-letter configuration"},
	})
}
