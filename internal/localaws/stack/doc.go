// Package stack reads a service's description and tells localaws which resources to
// build. Load reads serverless.yml, and LoadTemplate reads the CloudFormation template
// that osls compiles from it. Both use the same reader, so equal descriptions give
// equal Stacks. Their JSON form is made to be compared.
//
// A Stack behaves as the file says, or Load fails. Load refuses everything that it does
// not understand, and every property that changes behaviour but that localaws would
// ignore. Each refusal names the file, line, path and rule. All problems of a phase are
// reported together.
//
// # What is understood
//
// Variables: ${sls:stage}, ${opt:stage}, ${opt:region}, ${param:NAME}, ${self:PATH},
// ${env:NAME}, ${file(PATH)} of a text or YAML file, each with fallbacks after commas
// (variables' sources, quoted strings, integers, true, false). Nested variables are not
// understood.
//
// Intrinsics, in short (!Ref) and long form: Ref, Fn::GetAtt, Fn::Sub, Fn::Join, and
// the pseudo parameters AWS::Region, AWS::AccountId, AWS::Partition, AWS::URLSuffix,
// AWS::StackName and AWS::StackId.
//
// Conditions: Fn::Equals of texts and pseudo parameters, Fn::And, Fn::Or, Fn::Not and
// Condition. A resource, a function or an output whose condition is false does not exist,
// and a reference to it is refused. Fn::If and AWS::NoValue choose within resources and
// outputs.
//
// Function events: sqs, stream (DynamoDB), eventBridge (a pattern), httpApi (payload 2.0;
// authorizer aws_iam or none).
//
// These resources become part of a Stack:
//
//   - AWS::SQS::Queue
//   - AWS::DynamoDB::Table (on demand, with global secondary indexes, without local
//     ones)
//   - AWS::Events::EventBus, AWS::Events::Archive
//   - AWS::Events::Rule (queues, functions of this stack and API destinations as targets)
//   - AWS::Events::ApiDestination with its AWS::Events::Connection (an API key or
//     Basic)
//   - AWS::Lambda::Function (a custom runtime), AWS::Lambda::EventSourceMapping,
//     AWS::Lambda::EventInvokeConfig (a queue for failures)
//   - AWS::ApiGatewayV2::Route
//   - AWS::CloudWatch::Alarm (one metric and a fixed threshold),
//     AWS::CloudWatch::CompositeAlarm, AWS::CloudWatch::Dashboard (its body must be JSON)
//
// AWS::SQS::QueuePolicy and AWS::Lambda::Permission are read for one question: may
// EventBridge send what a rule sends? A rule without that permission is refused, because
// AWS would accept the stack and lose the events. A queue also shows its policy.
//
// AWS::IAM::Role, AWS::IAM::Policy, AWS::IAM::ManagedPolicy and provider.iam are read for
// Function.Permissions. Nothing is refused for them: what cannot be resolved allows all.
//
// localaws accepts these resources but does not use them:
//
//   - AWS::Logs::LogGroup
//   - AWS::SNS::Topic, AWS::SNS::TopicPolicy
//   - AWS::KMS::Key, AWS::KMS::Alias
//   - AWS::Lambda::Version, AWS::CodeDeploy::Application, AWS::CodeDeploy::DeploymentGroup
//   - AWS::S3::Bucket, AWS::S3::BucketPolicy
//   - AWS::EventSchemas::Registry, AWS::EventSchemas::Schema
//
// It does not throttle requests to the HTTP API.
//
// The plugin serverless-plugin-canary-deployments is checked and does nothing: localaws
// runs one version of a function, and takes an AWS::Lambda::Alias for that. Other plugins
// are refused.
//
// Join combines several stacks of one account. With Options.Elsewhere a stack may
// refer, by name or ARN, to buses and queues of other stacks. A rule's permission to
// send to another stack's queue is not checked.
//
// A resource without a name gets one in the form of CloudFormation,
// <stack>-<logical id>-<suffix>, cut to the length that AWS accepts. The suffix is random
// in AWS. Here it depends on stack and logical id. A bus needs its name in the file, as in
// AWS.
package stack
