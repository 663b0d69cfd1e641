package templatediff

import "strings"

// holds says what a type of resource keeps, and which properties cannot change without a
// new resource. CloudFormation's reference calls that "Update requires: Replacement".
// Types that keep nothing are not listed.
func holds(kind string) (what string, replacing []string) {
	switch kind {
	case "AWS::DynamoDB::Table":
		return "items", []string{"TableName", "KeySchema", "LocalSecondaryIndexes"}
	case "AWS::SQS::Queue":
		return "messages", []string{"QueueName", "FifoQueue"}
	case "AWS::Events::EventBus":
		return "rules of other services", []string{"Name"}
	case "AWS::Events::Archive":
		return "archived events", []string{"ArchiveName", "SourceArn"}
	case "AWS::Logs::LogGroup":
		return "logs", []string{"LogGroupName"}
	case "AWS::SNS::Topic":
		return "subscriptions", []string{"TopicName", "FifoTopic"}
	case "AWS::KMS::Key":
		return "the key of what is encrypted", []string{"KeySpec", "KeyUsage", "MultiRegion"}
	case "AWS::S3::Bucket":
		return "objects", []string{"BucketName"}
	}
	return "", nil
}

// replaces tells whether a changed leaf makes a new resource.
func replaces(kind, path string) bool {
	_, replacing := holds(kind)
	for _, property := range replacing {
		if below := "Properties." + property; path == below || strings.HasPrefix(path, below+".") {
			return true
		}
	}
	return false
}
