// Package stack reads a service's description and tells localaws which
// resources to build: Load from serverless.yml, LoadTemplate from the
// CloudFormation template that osls compiles of it. Both end in the same
// reader, so that equal descriptions give equal Stacks; their JSON form is made
// to be compared.
//
// It promises that a Stack behaves as the file says, or that there is none:
// everything that it does not understand, and every property that localaws
// would silently ignore though it changes behaviour, is refused by name, with
// file, line, path and rule. All problems of a phase are reported together.
//
// # What is understood
//
// Variables: ${sls:stage}, ${opt:stage}, ${opt:region}, ${param:NAME},
// ${self:PATH}, ${env:NAME}, ${file(PATH)} of a text file, each with fallbacks
// after commas (variables' sources, quoted strings, integers, true, false).
// Nested variables are not.
//
// Intrinsics, in short (!Ref) and long form: Ref, Fn::GetAtt, Fn::Sub,
// Fn::Join, and the pseudo parameters AWS::Region, AWS::AccountId,
// AWS::Partition, AWS::URLSuffix and AWS::StackName.
// Conditions are not judged, and so refused, but for AWS::EventSchemas.
//
// Function events: sqs, stream (DynamoDB), httpApi (payload 2.0; authorizer
// aws_iam or none).
//
// Resources that become part of a Stack: AWS::SQS::Queue,
// AWS::DynamoDB::Table (on demand, no indexes), AWS::Events::EventBus,
// AWS::Events::Rule (queues and API destinations as targets),
// AWS::Events::Archive,
// AWS::Events::ApiDestination with its AWS::Events::Connection (an API key or
// Basic), AWS::Lambda::Function (a custom runtime),
// AWS::Lambda::EventSourceMapping, AWS::ApiGatewayV2::Route.
//
// AWS::SQS::QueuePolicy is read for one question only: may EventBridge send
// what a rule sends? A rule without that permission is refused, for AWS would
// accept the stack and lose the events.
//
// Resources that localaws has no use for, and accepts: AWS::IAM::Role,
// AWS::Logs::LogGroup, AWS::CloudWatch::Alarm, AWS::SNS::Topic,
// AWS::SNS::TopicPolicy, AWS::KMS::Key, AWS::KMS::Alias,
// AWS::Lambda::Permission, AWS::Lambda::Version, AWS::S3::Bucket,
// AWS::S3::BucketPolicy, AWS::EventSchemas::Registry and
// AWS::EventSchemas::Schema. So localaws checks no permission of a role, and
// throttles no request to the HTTP API.
//
// Several stacks of one account become one by Join. With Options.Elsewhere a
// stack may refer, by name or ARN, to buses and queues that it does not have.
// Whether another stack's queue lets a rule send to it is not looked at.
//
// Every resource of a Stack, and every bus, queue or table that something
// refers to, needs its physical name in the file: nobody knows beforehand the
// name that CloudFormation would make up.
package stack
