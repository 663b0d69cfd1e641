package stack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// Other notations, and their results.
func TestAcceptsOtherForms(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		got            func(s *stack.Stack) any
		want           any
	}{
		{"role by its ARN", "role: ShipRole", "role: arn:aws:iam::1:role/x", func(s *stack.Stack) any { return s.Functions[0].Role }, "arn:aws:iam::1:role/x"},
		{"role of the provider", "  memorySize: 512\n", "  role: ShipRole\n", func(s *stack.Stack) any { return s.Functions[1].Role }, "ShipRole"},
		{"osls's default memory", "  memorySize: 512\n", "", func(s *stack.Stack) any { return s.Functions[1].MemoryMB }, 1024},
		{"timeout of the provider", "  memorySize: 512\n", "  timeout: 7\n", func(s *stack.Stack) any { return s.Functions[1].TimeoutSeconds }, 7},
		{"log format of the provider", "    httpApi: true", "    httpApi: true\n    lambda: {logFormat: JSON}", func(s *stack.Stack) any { return s.Functions[0].LogFormat }, "JSON"},
		{"log format of a function", "    timeout: 10\n", "    timeout: 10\n    logs: {logFormat: JSON}\n", func(s *stack.Stack) any { return []string{s.Functions[0].LogFormat, s.Functions[1].LogFormat} }, []string{"JSON", "Text"}},
		{"log level", "    httpApi: true", "    httpApi: true\n    lambda: {logFormat: JSON, applicationLogLevel: DEBUG}", func(s *stack.Stack) any { return s.Functions[0].LogLevel }, "DEBUG"},
		{"no tracing", "    timeout: 10\n", "    timeout: 10\n", func(s *stack.Stack) any { return s.Functions[0].Tracing }, "PassThrough"},
		{"tracing of the provider", "  memorySize: 512\n", "  memorySize: 512\n  tracing: {lambda: Active, apiGateway: true}\n", func(s *stack.Stack) any { return s.Functions[1].Tracing }, "Active"},
		{"tracing of a function", "    timeout: 10\n", "    timeout: 10\n    tracing: true\n", func(s *stack.Stack) any { return []string{s.Functions[0].Tracing, s.Functions[1].Tracing} }, []string{"Active", "PassThrough"}},
		{"tracing switched off", "  memorySize: 512\n", "  memorySize: 512\n  tracing: {lambda: false}\n", func(s *stack.Stack) any { return s.Functions[1].Tracing }, "PassThrough"},
		{"number as text", "    timeout: 10\n", "    timeout: '11'\n", func(s *stack.Stack) any { return s.Functions[0].TimeoutSeconds }, 11},
		{"queue by its ARN alone", "      - sqs:\n          arn: !GetAtt Orders.Arn\n", "      - sqs: arn:aws:sqs:eu-west-1:000000000000:orders-dev-orders\n", func(s *stack.Stack) any { return s.QueueMappings[1].Queue }, "orders-dev-orders"},
		{"destination by its ARN alone", "onFailure:\n              type: sqs\n              arn: !GetAtt DeadLetters.Arn\n", "onFailure: arn:aws:sqs:eu-west-1:000000000000:dead\n", func(s *stack.Stack) any { return s.StreamMappings[0].OnFailureARN }, "arn:aws:sqs:eu-west-1:000000000000:dead"},
		{"concurrency of a queue mapping", "          maximumBatchingWindow:", "          maximumConcurrency: 2\n          maximumBatchingWindow:", func(s *stack.Stack) any { return s.QueueMappings[0].MaximumConcurrency }, 2},
		{"partial batch responses", "          maximumBatchingWindow:", "          functionResponseType: ReportBatchItemFailures\n          maximumBatchingWindow:", func(s *stack.Stack) any { return s.QueueMappings[0].ReportBatchItemFailures }, true},
		{"settings of a stream mapping", "          type: dynamodb\n", "          type: dynamodb\n          batchSize: 7\n          batchWindow: 2\n          startingPosition: LATEST\n          parallelizationFactor: 3\n          bisectBatchOnFunctionError: true\n          maximumRetryAttempts: 4\n          maximumRecordAgeInSeconds: 61\n",
			func(s *stack.Stack) any {
				m := s.StreamMappings[0]
				return []any{m.BatchSize, m.WindowSeconds, m.StartingPosition, m.ParallelizationFactor, m.BisectBatchOnFunctionError, m.MaximumRetryAttempts, m.MaximumRecordAgeSeconds}
			}, []any{7, 2, "LATEST", 3, true, 4, 61}},
		{"record age without end", "          type: dynamodb\n", "          type: dynamodb\n          maximumRecordAgeInSeconds: -1\n", func(s *stack.Stack) any { return s.StreamMappings[0].MaximumRecordAgeSeconds }, -1},
		{"time to live", "          Enabled: false\n", "          Enabled: true\n", func(s *stack.Stack) any { return s.Tables[0].TTLAttribute }, "gone"},
		{"index", "        KeySchema:\n", "        GlobalSecondaryIndexes:\n          - {IndexName: byAt, KeySchema: [{AttributeName: at, KeyType: HASH}, {AttributeName: id, KeyType: RANGE}], Projection: {ProjectionType: INCLUDE, NonKeyAttributes: [what]}}\n        KeySchema:\n",
			func(s *stack.Stack) any { return s.Tables[0].Indexes },
			[]stack.Index{{Name: "byAt", HashKey: "at", HashKeyType: "N", RangeKey: "id", RangeKeyType: "S", Projection: "INCLUDE", Include: []string{"what"}}}},
		{"deletion protection", "        TableName: orders\n", "        TableName: orders\n        DeletionProtectionEnabled: 'true'\n", func(s *stack.Stack) any { return s.Tables[0].DeletionProtection }, true},
		{"settings that tables show", "        TableName: orders\n", "        TableName: orders\n        PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}\n        SSESpecification: {SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: alias/x}\n        TableClass: STANDARD_INFREQUENT_ACCESS\n        Tags: [{Key: team, Value: !Ref AWS::Region}]\n",
			func(s *stack.Stack) any {
				t := s.Tables[0]
				return []any{t.RecoveryPeriodDays, t.Encryption, t.Class, t.Tags}
			}, []any{35, stack.Encryption{Enabled: true, Type: "KMS", Key: "alias/x"}, "STANDARD_INFREQUENT_ACCESS", map[string]string{"STAGE": "dev", "team": "eu-west-1"}}},
		{"a shorter recovery", "        TableName: orders\n", "        TableName: orders\n        PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: 'true', RecoveryPeriodInDays: 7}\n", func(s *stack.Stack) any { return s.Tables[0].RecoveryPeriodDays }, 7},
		{"tags of the stack", "  memorySize: 512\n", "  memorySize: 512\n  stackTags: {team: bots, STAGE: other}\n", func(s *stack.Stack) any { return s.Tables[0].Tags }, map[string]string{"STAGE": "other", "team": "bots"}},
		{"redrive allow policy", "        QueueName: dead\n", "        QueueName: dead\n        RedriveAllowPolicy: {redrivePermission: byQueue, sourceQueueArns: [!GetAtt Returns.Arn]}\n",
			func(s *stack.Stack) any { return s.Queues[0].Attributes["RedriveAllowPolicy"] }, `{"redrivePermission":"byQueue","sourceQueueArns":["arn:aws:sqs:eu-west-1:000000000000:orders-dev-returns"]}`},
		{"long form of an intrinsic", "RETRIES: 3", "RETRIES: {'Fn::GetAtt': Bus.Name}", func(s *stack.Stack) any { return s.Functions[0].Environment["RETRIES"] }, "orders-dev"},
		{"Ref of a function", "RETRIES: 3", "RETRIES: !Ref TakeDashordersLambdaFunction", func(s *stack.Stack) any { return s.Functions[0].Environment["RETRIES"] }, "orders-dev-take-orders"},
		{"Ref of the access log's group", "RETRIES: 3", "RETRIES: !Ref HttpApiLogGroup", func(s *stack.Stack) any { return s.Functions[0].Environment["RETRIES"] }, "/aws/http-api/orders-dev"},
		{"a registry of schemas", "    ShipRole:\n", "    Registry: {Type: AWS::EventSchemas::Registry, Properties: {RegistryName: r}}\n    ShipRole:\n", func(s *stack.Stack) any { return s.Service }, "orders"},
		{"conditions", "  Description: Orders.\n", "  Conditions: {Never: {Fn::Equals: [!Ref AWS::Region, x]}}\n", func(s *stack.Stack) any { return s.Service }, "orders"},
		{"route without a method in capitals", "'post /orders'", "'* /orders'", func(s *stack.Stack) any { return s.Routes[1].Method }, "ANY"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := refusal{old: c.old, new: c.new}.apply(t, exampleFile)
			if diff := cmp.Diff(c.want, c.got(mustLoad(t, path, stack.Options{}))); diff != "" {
				t.Errorf("want (-), got (+):\n%s", diff)
			}
		})
	}
}

func TestASmallService(t *testing.T) {
	path := filepath.Join(t.TempDir(), "serverless.yml")
	if err := os.WriteFile(path, []byte("service: small\nprovider: {name: aws}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := &stack.Stack{Service: "small", Stage: "dev", Region: "us-east-1", Account: "000000000000", Outputs: map[string]string{}}
	if diff := cmp.Diff(want, mustLoad(t, path, stack.Options{}), cmpopts.IgnoreFields(stack.Stack{}, "ID", "Resources")); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
}
