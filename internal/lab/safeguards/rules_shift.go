package safeguards

import "fmt"

const alias = "AWS::Lambda::Alias"

// shifted are the stages in which traffic shifts from one version to the next.
var shifted = []string{"prod"}

// staying are metrics that stay high until somebody has worked something off. CodeDeploy
// starts no deployment while one of its alarms is in ALARM, so an alarm on such a metric
// would block the deployment of its own cure.
var staying = []any{"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage", "IteratorAge"}

func shiftRules() []Rule {
	return []Rule{
		{Statement: "a function with an alias is called by its alias alone", Type: alias, Stages: shifted, Broken: bypassed},
		{Statement: "a shift of traffic ends when the function's rate of errors rises", Type: alias, Stages: shifted, Broken: func(t *Template, r *Resource) string {
			alarms := t.shiftAlarms(r)
			for _, a := range alarms {
				if a.at("MetricName") == "Errors" && a.at("Statistic") == "Average" && watches(a, "FunctionName", t.function(r.at("FunctionName"))) {
					return ""
				}
			}
			return fmt.Sprintf("none of its %d alarms watches the average of Errors", len(alarms))
		}},
		{Statement: "no alarm of a shift stays in ALARM while a queue is full", Type: alias, Stages: shifted, Broken: func(t *Template, r *Resource) string {
			for _, a := range t.shiftAlarms(r) {
				if contains(staying, a.at("MetricName")) {
					return a.ID + " would block the deployment of its own cure"
				}
			}
			return ""
		}},
		{Statement: "CodeDeploy works with a role of this stack", Type: "AWS::CodeDeploy::DeploymentGroup", Stages: shifted, Broken: func(t *Template, r *Resource) string {
			return unless(t.named(r.at("ServiceRoleArn"), "AWS::IAM::Role") != nil, "its role is not of this stack")
		}},
	}
}

// function is the function that a reference names, directly or by an alias; else nil.
func (t *Template) function(reference any) *Resource {
	if a := t.named(reference, alias); a != nil {
		reference = a.at("FunctionName")
	}
	return t.named(reference, "AWS::Lambda::Function")
}

// bypassed finds what calls the function of an alias directly.
func bypassed(t *Template, r *Resource) string {
	function := target(r.at("FunctionName"))
	for _, caller := range []struct{ resourceType, property string }{
		{"AWS::Lambda::EventSourceMapping", "FunctionName"}, {"AWS::Lambda::Permission", "FunctionName"}, {"AWS::ApiGatewayV2::Integration", "IntegrationUri"},
	} {
		for _, c := range t.resources(caller.resourceType) {
			if target(c.at(caller.property)) == function {
				return c.ID + " calls " + function + " past its alias"
			}
		}
	}
	return ""
}

// shiftAlarms are the alarms that end a shift of an alias.
func (t *Template) shiftAlarms(r *Resource) (alarms []*Resource) {
	update := field(r.UpdatePolicy, "CodeDeployLambdaAliasUpdate")
	group := t.named(field(update, "DeploymentGroupName"), "AWS::CodeDeploy::DeploymentGroup")
	if group == nil {
		return nil
	}
	for _, a := range each(group.at("AlarmConfiguration", "Alarms")) {
		if named := t.named(field(a, "Name"), alarm); named != nil {
			alarms = append(alarms, named)
		}
	}
	return alarms
}
