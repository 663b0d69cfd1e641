package safeguards

import "strings"

// mutation breaks the small template in one place, and with it one rule.
type mutation struct {
	rule string
	id   string // of the resource
	path string // within its properties; numbers lead into lists; empty: see change
	to   any    // nil removes what is there

	change func(t *Template)
}

func getAtt(id, attribute string) any {
	return map[string]any{"Fn::GetAtt": []any{id, attribute}}
}

func without(id string) func(*Template) { return func(t *Template) { delete(t.Resources, id) } }

var mutations = []mutation{
	{rule: "these rules know every type of resource", change: func(t *Template) { t.Resources["Bus"].Type = "AWS::IAM::User" }},
	{rule: "the stack is protected from deletion", change: func(t *Template) { t.TerminationProtection = false }},
	{rule: "the bucket with the functions' code is private and encrypted", id: "Bucket", path: "BucketEncryption"},
	{rule: "the bucket with the functions' code is private and encrypted", id: "Bucket", path: "PublicAccessBlockConfiguration.BlockPublicPolicy", to: false},

	{rule: "only Lambda assumes a role, or EventBridge or CodeDeploy for this account", id: "WorkerRole", path: "AssumeRolePolicyDocument.Statement.0.Principal.Service", to: []any{"lambda.amazonaws.com", "ec2.amazonaws.com"}},
	{rule: "only Lambda assumes a role, or EventBridge or CodeDeploy for this account", id: "WorkerRole", path: "AssumeRolePolicyDocument.Statement.0.Principal.AWS", to: "*"},
	{rule: "only Lambda assumes a role, or EventBridge or CodeDeploy for this account", id: "WorkerRole", path: "AssumeRolePolicyDocument.Statement.0.Action", to: "sts:*"},
	{rule: "only Lambda assumes a role, or EventBridge or CodeDeploy for this account", id: "WorkerRole", path: "AssumeRolePolicyDocument.Statement", to: []any{}},
	{rule: "only Lambda assumes a role, or EventBridge or CodeDeploy for this account", id: "CallerRole", path: "AssumeRolePolicyDocument.Statement.0.Condition"},
	{rule: "only Lambda assumes a role, or EventBridge or CodeDeploy for this account", id: "CallerRole", path: "AssumeRolePolicyDocument.Statement.0.Condition.StringEquals.aws:SourceAccount", to: "*"},
	{rule: "the secret of a connection is not in the template", id: "Connection", path: "AuthParameters.ApiKeyAuthParameters.ApiKeyValue", to: "s3cret"},
	{rule: "the secret of a connection is not in the template", id: "Connection", path: "AuthParameters.ApiKeyAuthParameters.ApiKeyValue", to: "{{resolve:ssm:/plain}}"},
	{rule: "the secret of a connection is not in the template", id: "Connection", path: "AuthParameters", to: map[string]any{"BasicAuthParameters": map[string]any{"Username": "me", "Password": "s3cret"}}},
	{rule: "the secret of a connection is not in the template", id: "Connection", path: "AuthParameters", to: map[string]any{}},
	{rule: "the secret of a connection is not in the template", id: "Connection", path: "AuthParameters.BasicAuthParameters", to: map[string]any{"Username": "me", "Password": "s3cret"}},
	{rule: "the secret of a connection is not in the template", id: "Connection", path: "AuthParameters.InvocationHttpParameters", to: map[string]any{"HeaderParameters": []any{map[string]any{"Key": "token", "Value": "s3cret"}}}},
	{rule: "an API destination is called over TLS", id: "Destination", path: "InvocationEndpoint", to: "http://127.0.0.1:9000/"},
	{rule: "an API destination authorizes by a connection of this stack", id: "Destination", path: "ConnectionArn", to: "arn:aws:events:us-east-1:000000000000:connection/x/y"},

	{rule: "a function with an alias is called by its alias alone", id: "WorkerMapping", path: "FunctionName", to: getAtt("Worker", "Arn")},
	{rule: "a function with an alias is called by its alias alone", id: "Permission", path: "FunctionName", to: getAtt("Worker", "Arn")},
	{rule: "a shift of traffic ends when the function's rate of errors rises", id: "Shift", path: "AlarmConfiguration.Alarms", to: []any{}},
	{rule: "a shift of traffic ends when the function's rate of errors rises", id: "WorkerErrors", path: "Statistic", to: "Sum"},
	{rule: "no alarm of a shift stays in ALARM while a queue is full", id: "Shift", path: "AlarmConfiguration.Alarms.1", to: map[string]any{"Name": map[string]any{"Ref": "LettersAlarm"}}},
	{rule: "CodeDeploy works with a role of this stack", id: "Shift", path: "ServiceRoleArn", to: "arn:aws:iam::000000000000:role/admin"},
	{rule: "only Lambda assumes a role, or EventBridge or CodeDeploy for this account", id: "ShiftRole", path: "AssumeRolePolicyDocument.Statement.0.Condition"},
	{rule: "a role allows actions only on resources of this stack", id: "ShiftRole", path: "Policies.0.PolicyDocument.Statement.0.Resource", to: map[string]any{"Fn::Sub": "${Other.Arn}:live"}},

	{rule: "all permissions of a role are in the template", id: "WorkerRole", path: "ManagedPolicyArns", to: []any{"arn:aws:iam::aws:policy/AdministratorAccess"}},
	{rule: "a role allows actions by their full names", id: "WorkerRole", path: "Policies.0.PolicyDocument.Statement.1.Action", to: "dynamodb:*"},
	{rule: "a role allows actions by their full names", id: "WorkerRole", path: "Policies.0.PolicyDocument.Statement.0.Action.1", to: "sqs:Delete*"},
	{rule: "a role allows actions by their full names", id: "WorkerRole", path: "Policies.0.PolicyDocument.Statement.0.NotAction", to: "sqs:SendMessage"},
	{rule: "a role allows actions only on resources of this stack", id: "WorkerRole", path: "Policies.0.PolicyDocument.Statement.1.Resource", to: "*"},
	{rule: "a role allows actions only on resources of this stack", id: "WorkerRole", path: "Policies.0.PolicyDocument.Statement.1.Resource", to: []any{getAtt("Table", "Arn"), "arn:aws:dynamodb:*:*:table/*"}},
	{rule: "a role allows actions only on resources of this stack", id: "WorkerRole", path: "Policies.0.PolicyDocument.Statement.1.Resource"},
	{rule: "a role allows actions only on resources of this stack", id: "WorkerRole", path: "Policies.0.PolicyDocument.Statement.1.Resource.1", to: map[string]any{"Fn::Sub": "${Elsewhere.Arn}/index/by-x"}},
	{rule: "a role allows actions only on resources of this stack", id: "WorkerRole", path: "Policies.0.PolicyDocument.Statement.1.Resource.1", to: map[string]any{"Fn::Sub": "${Table.Arn}/*"}},
	{rule: "a role allows actions only on resources of this stack", id: "WorkerRole", path: "Policies.0.PolicyDocument.Statement.1.NotResource", to: "arn:aws:s3:::x"},
	{rule: "a role allows actions only on resources of this stack", id: "FollowerRole", path: "Policies.0.PolicyDocument.Statement.1.Action", to: []any{"dynamodb:ListStreams", "dynamodb:Scan"}},
	{rule: "a policy beside the roles records traces, and allows nothing else", id: "WorkerTraces", path: "PolicyDocument.Statement.0.Action.1", to: "dynamodb:GetItem"},
	{rule: "a policy beside the roles records traces, and allows nothing else", id: "WorkerTraces", path: "PolicyDocument.Statement.0.Action", to: "xray:*"},
	{rule: "a policy beside the roles records traces, and allows nothing else", id: "WorkerTraces", path: "PolicyDocument.Statement.0.NotAction", to: "xray:GetGroup"},
	{rule: "a policy beside the roles records traces, and allows nothing else", id: "WorkerTraces", path: "PolicyDocument.Statement", to: []any{}},
	{rule: "a function has a role that no other function has", id: "Worker", path: "Role", to: getAtt("FollowerRole", "Arn")},
	{rule: "a function has a role that no other function has", id: "Worker", path: "Role", to: "arn:aws:iam::000000000000:role/admin"},

	{rule: "a queue's policy accepts messages only from EventBridge, for a rule of this stack", id: "QueuePolicy", path: "PolicyDocument.Statement.2",
		to: map[string]any{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": getAtt("Queue", "Arn")}},
	{rule: "a queue's policy accepts messages only from EventBridge, for a rule of this stack", id: "QueuePolicy", path: "PolicyDocument.Statement.2",
		to: map[string]any{"Effect": "Allow", "Principal": map[string]any{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": getAtt("Queue", "Arn")}},
	{rule: "a queue refuses requests without TLS", id: "LettersPolicy", path: "PolicyDocument.Statement.1.Condition.Bool.aws:SecureTransport", to: "true"},
	{rule: "a queue refuses requests without TLS", id: "LettersPolicy", path: "PolicyDocument.Statement.1.Resource", to: getAtt("Queue", "Arn")},
	{rule: "only the API of this stack may invoke a function", id: "Permission", path: "SourceArn"},
	{rule: "a function's log level drops no metric", id: "Worker", path: "LoggingConfig.ApplicationLogLevel", to: "WARN"},
	{rule: "only the API of this stack may invoke a function", id: "Permission", path: "Principal", to: "*"},

	{rule: "a queue is encrypted", id: "Letters", path: "SqsManagedSseEnabled"},
	{rule: "a queue is encrypted", id: "Queue", path: "SqsManagedSseEnabled", to: false},
	{rule: "a queue has a dead-letter queue", id: "Queue", path: "RedrivePolicy.deadLetterTargetArn"},
	{rule: "a queue has a dead-letter queue", id: "Queue", path: "RedrivePolicy.deadLetterTargetArn", to: "arn:aws:sqs:us-east-1:000000000000:elsewhere"},
	{rule: "a queue allows five receives or more before it dead-letters a message", id: "Queue", path: "RedrivePolicy.maxReceiveCount", to: 4},
	{rule: "a dead-letter queue keeps messages for 14 days", id: "Letters", path: "MessageRetentionPeriod", to: 345600},
	{rule: "a dead-letter queue names the queues that redrive into it", id: "Letters", path: "RedriveAllowPolicy.redrivePermission", to: "allowAll"},
	{rule: "a dead-letter queue has an alarm", id: "LettersAlarm", path: "Dimensions.0.Value", to: getAtt("Queue", "QueueName")},
	{rule: "a dead-letter queue has an alarm", id: "LettersAlarm", path: "MetricName", to: "NumberOfMessagesSent"},

	{rule: "a rule's target has a retry policy", id: "Rule", path: "Targets.0.RetryPolicy"},
	{rule: "a rule's target has a retry policy", id: "Rule", path: "Targets.0.RetryPolicy.MaximumRetryAttempts", to: 0},
	{rule: "a rule's target has a dead-letter queue", id: "Rule", path: "Targets.0.DeadLetterConfig"},
	{rule: "the queues of a rule let it send", id: "LettersPolicy", path: "PolicyDocument.Statement.0.Resource", to: getAtt("Queue", "Arn")},
	{rule: "the queues of a rule let it send", id: "QueuePolicy", path: "PolicyDocument.Statement.0.Effect", to: "Deny"},

	{rule: "an archive expires, soon after its changes would be refused as too old", id: "Archive", path: "RetentionDays", to: 36},
	{rule: "an archive expires, soon after its changes would be refused as too old", id: "Archive", path: "RetentionDays"},
	{rule: "an archive expires, soon after its changes would be refused as too old", id: "Archive", path: "RetentionDays", to: 0},
	{rule: "an archive has the changes of a bus of this stack, and nothing else", id: "Archive", path: "EventPattern"},
	{rule: "an archive has the changes of a bus of this stack, and nothing else", id: "Archive", path: "EventPattern.detail-type.1", to: "PreferencesUpdated"},
	{rule: "an archive has the changes of a bus of this stack, and nothing else", id: "Archive", path: "SourceArn", to: "arn:aws:events:us-east-1:000000000000:event-bus/default"},
	{rule: "an archive keeps changes as long as they may be replayed", id: "Archive", path: "RetentionDays", to: 30},

	{rule: "a table can be restored to any second", id: "Table", path: "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", to: false},
	{rule: "a table is encrypted with a key whose use is logged", id: "Table", path: "SSESpecification"},
	{rule: "a record of a limited time is in no backup, and goes with its stack", id: "Record", path: "TimeToLiveSpecification.Enabled", to: false},
	{rule: "a record of a limited time is in no backup, and goes with its stack", id: "Record", path: "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", to: true},
	{rule: "a record of a limited time is in no backup, and goes with its stack", change: func(t *Template) { t.Resources["Record"].DeletionPolicy = "Retain" }},
	{rule: "a table is protected from deletion", id: "Table", path: "DeletionProtectionEnabled"},
	{rule: "a table outlives its stack, and its replacement", change: func(t *Template) { t.Resources["Table"].DeletionPolicy = "Delete" }},
	{rule: "a table outlives its stack, and its replacement", change: func(t *Template) { t.Resources["Table"].UpdateReplacePolicy = "" }},

	{rule: "one bad record does not fail the rest of its batch", id: "WorkerMapping", path: "FunctionResponseTypes"},
	{rule: "one bad record does not fail the rest of its batch", id: "FollowerMapping", path: "FunctionResponseTypes", to: []any{}},
	{rule: "a message stays invisible for six times its function's timeout", id: "Queue", path: "VisibilityTimeout", to: 59},
	{rule: "a message stays invisible for six times its function's timeout", id: "Worker", path: "Timeout", to: 11},
	{rule: "a queue's function has a bounded concurrency", id: "WorkerMapping", path: "ScalingConfig"},
	{rule: "records that a stream's function fails are sent to a queue", id: "FollowerMapping", path: "DestinationConfig"},
	{rule: "a stream's failing batch is halved until the bad record is alone", id: "FollowerMapping", path: "BisectBatchOnFunctionError", to: false},
	{rule: "a stream's records are discarded before their retention ends", id: "FollowerMapping", path: "MaximumRecordAgeInSeconds", to: 86400},
	{rule: "a stream's records are discarded before their retention ends", id: "FollowerMapping", path: "MaximumRecordAgeInSeconds", to: -1},
	{rule: "a stream is read from its beginning", id: "FollowerMapping", path: "StartingPosition", to: "LATEST"},

	{rule: "a function has a log group of its own", change: without("FollowerLogs")},
	{rule: "a function has a log group of its own", id: "FollowerLogs", path: "LogGroupName", to: "/aws/lambda/worker"},
	{rule: "logs expire", id: "FollowerLogs", path: "RetentionInDays"},
	{rule: "a function runs on arm64 and provided.al2023", id: "Worker", path: "Architectures", to: []any{"x86_64"}},
	{rule: "a function runs on arm64 and provided.al2023", id: "Worker", path: "Architectures"},
	{rule: "a function runs on arm64 and provided.al2023", id: "Worker", path: "Runtime", to: "provided.al2"},
	{rule: "a function has no secret in its environment", id: "Worker", path: "Environment.Variables.DB_PASSWORD", to: "hunter2"},
	{rule: "a function has no secret in its environment", id: "Worker", path: "Environment.Variables.SIGNER", to: "{{resolve:secretsmanager:signer}}"},
	{rule: "a function has no secret in its environment", id: "Worker", path: "Environment.Variables.BROKER", to: "amqps://me:hunter2@broker"},

	{rule: "an alarm notifies a topic, or is part of an alarm that does", id: "LettersAlarm", path: "AlarmActions", to: []any{}},
	{rule: "an alarm notifies a topic, or is part of an alarm that does", id: "LettersAlarm", path: "ActionsEnabled", to: false},
	{rule: "an alarm notifies a topic, or is part of an alarm that does", id: "Whole", path: "AlarmRule", to: map[string]any{"Fn::Sub": `ALARM("${LettersAlarm}")`}},
	{rule: "a composite alarm notifies a topic", id: "Whole", path: "ActionsEnabled", to: false},
	{rule: "an alarm tells the same topic when it is over", id: "LettersAlarm", path: "OKActions"},
	{rule: "a composite alarm tells the same topic when it is over", id: "Whole", path: "OKActions", to: []any{}},
	{rule: "an alarm says what missing data means", id: "LettersAlarm", path: "TreatMissingData"},
	{rule: "a function of a stack with a dashboard has alarms on errors, throttles, duration and concurrency", change: without("FollowerErrors")},
	{rule: "a function of a stack with a dashboard has alarms on errors, throttles, duration and concurrency", change: without("FollowerThrottles")},
	{rule: "a function of a stack with a dashboard has alarms on errors, throttles, duration and concurrency", id: "WorkerDuration", path: "Dimensions.0.Value", to: map[string]any{"Ref": "Follower"}},
	{rule: "a function of a stack with a dashboard has alarms on errors, throttles, duration and concurrency", id: "WorkerConcurrentExecutions", path: "MetricName", to: "Invocations"},
	{rule: "a topic accepts messages only from this stack's alarms", id: "TopicPolicy", path: "PolicyDocument.Statement.0.Principal", to: "*"},
	{rule: "a topic accepts messages only from this stack's alarms", id: "TopicPolicy", path: "PolicyDocument.Statement.0.Condition"},
	{rule: "a topic accepts messages only from this stack's alarms", change: without("TopicPolicy")},
	{rule: "a topic is encrypted with a key that CloudWatch may use", id: "Topic", path: "KmsMasterKeyId", to: "alias/aws/sns"},
	{rule: "a topic is encrypted with a key that CloudWatch may use", id: "Key", path: "KeyPolicy.Statement.0.Principal.Service", to: "sns.amazonaws.com"},
	{rule: "a key is replaced every year", id: "Key", path: "EnableKeyRotation"},

	{rule: "a route has an authorizer", id: "Route", path: "AuthorizationType"},
	{rule: "a route has an authorizer", id: "Route", path: "AuthorizationType", to: "NONE"},
	{rule: "a route has an authorizer", id: "Route", path: "AuthorizationType", to: "JWT"},
	{rule: "the API limits the rate of requests", id: "Stage", path: "DefaultRouteSettings.ThrottlingRateLimit"},
	{rule: "the API logs who called", id: "Stage", path: "AccessLogSettings"},

	{rule: "a schema has the right name and type, and fits into its registry", id: "Schema", path: "Content", to: map[string]any{"type": "object"}},
	{rule: "a schema has the right name and type, and fits into its registry", id: "Schema", path: "Content", to: "type: object"},
	{rule: "a schema has the right name and type, and fits into its registry", id: "Schema", path: "Content", to: `{"$schema": "https://json-schema.org/draft/2020-12/schema", "x-amazon-events-detail-type": "Ordered"}`},
	{rule: "a schema has the right name and type, and fits into its registry", id: "Schema", path: "Content", to: `{"$schema": "http://json-schema.org/draft-04/schema#", "x-amazon-events-detail-type": "Ordered"}` + strings.Repeat(" ", 100_000)},
	{rule: "a schema has the right name and type, and fits into its registry", id: "Schema", path: "Type", to: "OpenApi3"},
	{rule: "a schema has the right name and type, and fits into its registry", id: "Schema", path: "SchemaName", to: "shop@Returned"},
}
