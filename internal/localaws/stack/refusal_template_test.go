package stack_test

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A template may contain what no serverless.yml compiles to.
func TestRefusesOtherTemplates(t *testing.T) {
	for _, c := range []refusal{
		{"no resources", `"Resources": {`, `"Metadata": {`, "Resources: is missing: this is no CloudFormation template"},
		{"WebSocket API", `"ProtocolType": "HTTP"`, `"ProtocolType": "WEBSOCKET"`, `must be HTTP, not "WEBSOCKET"`},
		{"CORS", `"ProtocolType": "HTTP"`, `"ProtocolType": "HTTP", "CorsConfiguration": {}`, "CorsConfiguration: localaws does not know this property of an HTTP API"},
		{"another stage", `"StageName": "$default"`, `"StageName": "v1"`, `StageName: must be $default, not "v1"`},
		{"stage variables", `"StageName": "$default"`, `"StageName": "$default", "StageVariables": {}`, "StageVariables: localaws does not know this property of a stage"},
		{"another integration", `"AWS_PROXY"`, `"HTTP_PROXY"`, `IntegrationType: must be AWS_PROXY, not "HTTP_PROXY"`},
		{"payload 1.0", `"PayloadFormatVersion": "2.0"`, `"PayloadFormatVersion": "1.0"`, `PayloadFormatVersion: must be 2.0, not "1.0"`},
		{"short integration", `"TimeoutInMillis": 30000`, `"TimeoutInMillis": 1000`, "TimeoutInMillis: must be between 30000 and 30000, not 1000"},
		{"request mapping", `"TimeoutInMillis": 30000`, `"RequestParameters": {}`, "RequestParameters: localaws does not know this property of an integration"},
		{"integration elsewhere", `"IntegrationUri": {`, `"Description": {`, `"" is not a function of this stack`},
		{"route to nowhere", `"integrations",`, `"nowhere",`, "is not an integration of this stack"},
		{"JWT", `"AuthorizationType": "AWS_IAM"`, `"AuthorizationType": "JWT"`, `AuthorizationType: must be NONE or AWS_IAM, not "JWT"`},
		{"property of a route", `"AuthorizationType": "AWS_IAM"`, `"OperationName": "x"`, "OperationName: localaws does not know this property of a route"},
		{"function of another service", `"FunctionName": "orders-dev-`, `"FunctionName": "invoices-dev-`, `FunctionName "invoices-dev-ship_orders" does not begin with orders-dev-`},
		{"function without a role", `"Role": {`, `"Tags": {`, "Role: is missing: a function runs under a role"},
		{"part of an environment", `"Variables": {`, `"Others": {`, "Environment.Others: localaws does not know this part of an environment"},
		{"part of the filter criteria", `"Filters": [`, `"Sieves": [`, "FilterCriteria.Sieves: localaws does not know this part of the filter criteria"},
		{"part of a filter", `"Pattern": "`, `"Color": "red", "Pattern": "`, "Color: localaws does not know this part of a filter"},
		{"filter that is no JSON", `"Pattern": "{`, `"Pattern": "(`, "Pattern must be a map, or a JSON object as text"},
		{"another destination", `"OnFailure": {`, `"OnSuccess": {`, "DestinationConfig.OnSuccess: localaws does not know this destination"},
		{"part of a destination", `"Destination": {`, `"Place": "x", "Destination": {`, "OnFailure.Place: localaws does not know this part of a destination"},
		{"no starting position", `"StartingPosition": "TRIM_HORIZON"`, `"Tags": []`, "StartingPosition: is missing: a stream is read from TRIM_HORIZON or LATEST"},
		{"concurrency of a stream", `"StartingPosition": "TRIM_HORIZON"`, `"StartingPosition": "LATEST", "ScalingConfig": {}`, "ScalingConfig: localaws does not know this property of such an event source mapping"},
		{"scaling of a queue", `"MaximumBatchingWindowInSeconds": 2`, `"MaximumBatchingWindowInSeconds": 2, "ScalingConfig": {"Minimum": 1}`, "ScalingConfig.Minimum: localaws does not know this part of a scaling configuration"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := stack.LoadTemplate(c.apply(t, exampleTemplate), stack.Options{Service: "orders", Stage: "dev", Region: "eu-west-1"})
			c.check(t, s, err)
		})
	}
}
