package stack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// The plugin, and what it wants of the file.
const (
	plugin  = "plugins: [serverless-plugin-canary-deployments]\n"
	shifts  = "custom:\n  deploymentSettings: {stages: [prod], type: Canary10Percent5Minutes, alias: live, codeDeployRole: !GetAtt ShipRole.Arn}\n"
	shifted = "    timeout: 10\n    deploymentSettings: {alarms: [Failing, {name: of-another-stack}]}\n"
)

// shiftingFile is the example with a plugin that shifts the traffic of a function.
func shiftingFile(t *testing.T, changes ...string) string {
	t.Helper()
	data, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer("custom:\n", plugin+shifts, "    timeout: 10\n", shifted, "versionFunctions: false", "versionFunctions: true").Replace(string(data))
	text = strings.Replace(text, "    ShipRole:\n", "    Failing: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmName: failing, Namespace: N, MetricName: M, Statistic: Sum, Period: 60, EvaluationPeriods: 1, Threshold: 0, ComparisonOperator: GreaterThanThreshold}}\n    ShipRole:\n", 1)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the file does not contain %q", changes[i])
		}
		text = strings.ReplaceAll(text, changes[i], changes[i+1])
	}
	path := filepath.Join(t.TempDir(), "serverless.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// One version runs here, so that shifting changes nothing.
func TestShiftingTrafficChangesNothingHere(t *testing.T) {
	t.Setenv("STACK_TEST_UNSET", "fallback, with a comma")
	for _, stage := range []string{"dev", "prod"} {
		o := stack.Options{Stage: stage}
		ignored := cmpopts.IgnoreFields(stack.Stack{}, "Resources", "Alarms") // the alias, what moves it and what ends it
		if diff := cmp.Diff(mustLoad(t, exampleFile, o), mustLoad(t, shiftingFile(t), o), ignored); diff != "" {
			t.Errorf("%s (-without +with the plugin):\n%s", stage, diff)
		}
	}
}

func TestRefusesShiftsThatCannotWork(t *testing.T) {
	for _, c := range []struct {
		name  string
		stage string
		old   string
		new   string
		want  string
	}{
		{"another plugin", "dev", plugin, "plugins: [serverless-offline]\n", "plugins.0: localaws does not know this plugin, only serverless-plugin-canary-deployments"},
		{"no plugin", "dev", plugin, "", "functions.ship_orders.deploymentSettings: nothing reads this: plugins does not name serverless-plugin-canary-deployments"},
		{"another setting", "dev", "alarms: [", "preTrafficHook: check, alarms: [", "functions.ship_orders.deploymentSettings.preTrafficHook: localaws does not know this setting of a deployment"},
		{"another setting for all", "dev", "stages: [prod]", "stages: [prod], hooks: []", "custom.deploymentSettings.hooks: localaws does not know this setting of a deployment"},
		{"another shift", "dev", "Canary10Percent5Minutes", "Canary1Percent", `custom.deploymentSettings.type: "Canary1Percent" is not what CodeDeploy and Lambda accept as type`},
		{"no alias", "dev", "alias: live, ", "", "functions.ship_orders.deploymentSettings: alias is missing, here and in custom.deploymentSettings"},
		{"an alias that is a version", "dev", "alias: live", "alias: '7'", `"7" is not what CodeDeploy and Lambda accept as alias`},
		{"no versions", "prod", "versionFunctions: true", "versionFunctions: false", "functions.ship_orders.deploymentSettings: needs versions of the function"},
		{"no versions of this one", "prod", "    deploymentSettings: {alarms", "    versionFunction: false\n    deploymentSettings: {alarms", "needs versions of the function"},
		{"no such alarm", "prod", "    Failing:", "    Passing:", "functions.ship_orders.deploymentSettings.alarms.0: there is no resource Failing"},
		{"no such role", "prod", "codeDeployRole: !GetAtt ShipRole.Arn", "codeDeployRole: !GetAtt NoRole.Arn", "there is no resource NoRole"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := stack.Load(shiftingFile(t, c.old, c.new), stack.Options{Stage: c.stage})
			refusal{want: c.want}.check(t, s, err)
		})
	}
}

// Where the plugin does nothing, what it would need is not missed.
func TestAStageWithoutShiftsNeedsNoVersionsAndAlarms(t *testing.T) {
	mustLoad(t, shiftingFile(t, "versionFunctions: true", "versionFunctions: false", "    Failing:", "    Passing:"), stack.Options{Stage: "dev"})
}

// A mapping and an integration of an alias belong to its function.
func TestAnAliasStandsForItsFunction(t *testing.T) {
	const template = `{"Resources": {
  "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q"}},
  "Take": {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "orders-prod-take", "Handler": "take", "Runtime": "provided.al2023", "Role": "arn:aws:iam::1:role/x"}},
  "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Take"}}},
  "Live": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": {"Ref": "Take"}, "Name": "live"},
    "UpdatePolicy": {"CodeDeployLambdaAliasUpdate": {"ApplicationName": {"Ref": "Application"}, "DeploymentGroupName": {"Ref": "Group"}}}},
  "Application": {"Type": "AWS::CodeDeploy::Application", "Properties": {}},
  "Group": {"Type": "AWS::CodeDeploy::DeploymentGroup", "Properties": {}},
  "Mapping": {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]}, "FunctionName": {"Ref": "Live"}}},
  "Api": {"Type": "AWS::ApiGatewayV2::Api", "Properties": {"ProtocolType": "HTTP"}},
  "Integration": {"Type": "AWS::ApiGatewayV2::Integration", "Properties": {"IntegrationType": "AWS_PROXY", "PayloadFormatVersion": "2.0", "IntegrationUri":
    {"Fn::Join": ["", ["arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/", {"Ref": "Live"}, "/invocations"]]}}},
  "Route": {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"RouteKey": "GET /x", "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]}}}}}`
	path := filepath.Join(t.TempDir(), "template.json")
	if err := os.WriteFile(path, []byte(template), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := stack.LoadTemplate(path, stack.Options{Service: "orders", Stage: "prod", Region: "us-east-1"})
	if err != nil {
		t.Fatal(err)
	}
	if s.QueueMappings[0].Function != "take" || s.Routes[0].Function != "take" {
		t.Errorf("mapping of %q, route of %q", s.QueueMappings[0].Function, s.Routes[0].Function)
	}
}
