package safeguards

import (
	"maps"
	"slices"
)

// known lists the types of resources that these rules were written for. A new type
// needs rules of its own, or a reason to have none.
var known = []string{
	"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage",
	"AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm", "AWS::CloudWatch::Dashboard", "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup",
	"AWS::DynamoDB::Table", "AWS::EventSchemas::Registry", "AWS::EventSchemas::Schema", "AWS::Events::Archive", "AWS::Events::ApiDestination", "AWS::Events::Connection", "AWS::Events::EventBus", "AWS::Events::Rule", "AWS::IAM::Policy", "AWS::IAM::Role",
	"AWS::KMS::Key", "AWS::Lambda::Alias", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::Lambda::Version",
	"AWS::Logs::LogGroup", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy",
	"AWS::SQS::Queue", "AWS::SQS::QueuePolicy",
}

func templateRules() []Rule {
	return []Rule{
		{
			Statement: "these rules know every type of resource",
			Broken: func(t *Template, _ *Resource) string {
				for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
					if !slices.Contains(known, t.Resources[id].Type) {
						return id + " is of type " + t.Resources[id].Type + ": think about what must hold for it, and add it"
					}
				}
				return ""
			},
		},
		{
			Statement: "the stack is protected from deletion", Stages: []string{"prod"},
			Broken: func(t *Template, _ *Resource) string {
				return unless(t.TerminationProtection, "osls's provider.deletionProtection does not name the stage")
			},
		},
		{
			Statement: "the bucket with the functions' code is private and encrypted", Type: "AWS::S3::Bucket",
			Broken: func(_ *Template, r *Resource) string {
				for _, block := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
					if r.at("PublicAccessBlockConfiguration", block) != true {
						return block + " is not true"
					}
				}
				return unless(r.at("BucketEncryption", "ServerSideEncryptionConfiguration") != nil, "it is not encrypted")
			},
		},
	}
}
