package iam

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// input has the members that name resources, of all operations.
type input struct {
	TableName     string
	IndexName     string
	StreamArn     string
	ResourceArn   string
	SourceArn     string
	RequestItems  map[string]jsontext.Value
	TransactItems []map[string]struct{ TableName string }
	QueueURL      string `json:"QueueUrl"`
	QueueName     string
	Entries       []struct{ EventBusName string }
}

// grouped are operations on several messages, which need the permission of the single
// one: as the Service Authorization Reference of SQS says.
var grouped = map[string]string{
	"SendMessageBatch":             "SendMessage",
	"DeleteMessageBatch":           "DeleteMessage",
	"ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}

// transacted are the permissions that the parts of a transaction need.
var transacted = map[string]string{
	"Get": "GetItem", "Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem",
}

// Needs lists the permissions that a call needs. service is the part of X-Amz-Target
// before the dot, body the input as JSON. A service that it does not know needs none.
func Needs(service, operation string, body []byte, region, account string) []Need {
	var in input
	_ = json.Unmarshal(body, &in) // the service itself judges the input; what was read counts
	arn := func(service, kind, name string) string {
		if name == "" || strings.HasPrefix(name, "arn:") {
			return name
		}
		return "arn:aws:" + service + ":" + region + ":" + account + ":" + kind + name
	}
	switch service {
	case "DynamoDB_20120810":
		return tableNeeds(operation, &in, func(name string) string { return arn("dynamodb", "table/", name) })
	case "DynamoDBStreams_20120810":
		return []Need{{"dynamodb:" + operation, in.StreamArn}}
	case "AmazonSQS":
		if single := grouped[operation]; single != "" {
			operation = single
		}
		name := in.QueueName
		if in.QueueURL != "" {
			name = in.QueueURL[strings.LastIndexByte(in.QueueURL, '/')+1:]
		}
		if operation == "ListQueues" {
			name = ""
		}
		if in.SourceArn != "" {
			name = in.SourceArn
		}
		return []Need{{"sqs:" + operation, arn("sqs", "", name)}}
	case "AWSEvents":
		if operation != "PutEvents" {
			return []Need{{Action: "events:" + operation}}
		}
		var needs []Need
		for _, e := range in.Entries {
			bus := e.EventBusName
			if bus == "" {
				bus = "default"
			}
			if n := (Need{"events:PutEvents", arn("events", "event-bus/", bus)}); !slices.Contains(needs, n) {
				needs = append(needs, n)
			}
		}
		return needs
	}
	return nil
}

// tableNeeds lists one permission per table. An index is a resource of its own.
func tableNeeds(operation string, in *input, arn func(string) string) []Need {
	var needs []Need
	add := func(action, resource string) {
		if n := (Need{"dynamodb:" + action, resource}); !slices.Contains(needs, n) {
			needs = append(needs, n)
		}
	}
	for _, item := range in.TransactItems {
		for part, at := range item {
			if action := transacted[part]; action != "" {
				add(action, arn(at.TableName))
			}
		}
	}
	for table := range in.RequestItems {
		add(operation, arn(table))
	}
	switch {
	case len(needs) > 0:
	case in.IndexName != "":
		add(operation, arn(in.TableName)+"/index/"+in.IndexName)
	case in.TableName != "" && operation != "ListTables":
		add(operation, arn(in.TableName))
	default:
		add(operation, in.ResourceArn)
	}
	slices.SortFunc(needs, func(a, b Need) int { return strings.Compare(a.Action+a.Resource, b.Action+b.Resource) })
	return needs
}
