package safeguards

import "strings"

const (
	alarm     = "AWS::CloudWatch::Alarm"
	composite = "AWS::CloudWatch::CompositeAlarm"
)

// operated are the stages with somebody on call.
var operated = []string{"staging", "prod"}

func alarmRules() []Rule {
	return []Rule{
		// One that is only part of others would tell of every fire twice.
		{Statement: "an alarm notifies a topic, or is part of an alarm that does", Type: alarm, Broken: func(t *Template, r *Resource) string {
			return unless(t.notifies(r) || t.isPart(r), "AlarmActions names no topic of this stack, and no composite alarm names it")
		}},
		{Statement: "a composite alarm notifies a topic", Type: composite, Stages: operated, Broken: func(t *Template, r *Resource) string {
			return unless(t.notifies(r), "AlarmActions names no topic of this stack")
		}},
		{Statement: "an alarm tells the same topic when it is over", Type: alarm, Applies: (*Template).notifies, Broken: silentEnd},
		{Statement: "a composite alarm tells the same topic when it is over", Type: composite, Stages: operated, Broken: silentEnd},
		// CloudWatch's default is a third state that nobody is told of.
		{Statement: "an alarm says what missing data means", Type: alarm, Broken: func(_ *Template, r *Resource) string {
			return unless(text(r.at("TreatMissingData")) != "", "TreatMissingData is missing")
		}},
		{
			Statement: "a function of a stack with a dashboard has alarms on errors, throttles, duration and concurrency",
			Type:      "AWS::Lambda::Function", Stages: operated,
			Applies: func(t *Template, _ *Resource) bool { return len(t.resources("AWS::CloudWatch::Dashboard")) > 0 },
			Broken: func(t *Template, r *Resource) string {
				for _, metric := range []string{"Errors", "Throttles", "Duration", "ConcurrentExecutions"} {
					if !t.watched(metric, "FunctionName", r) {
						return "no alarm watches its " + metric
					}
				}
				return ""
			},
		},
		{Statement: "a topic accepts messages only from this stack's alarms", Type: "AWS::SNS::Topic", Broken: func(t *Template, r *Resource) string {
			for _, policy := range t.resources("AWS::SNS::TopicPolicy") {
				if !contains(each(policy.at("Topics")), map[string]any{"Ref": r.ID}) {
					continue
				}
				return firstBroken(each(policy.at("PolicyDocument", "Statement")), publishedByOthers)
			}
			return "it has no policy: CloudWatch may not publish to it"
		}},
		// CloudWatch may not use the AWS managed key alias/aws/sns.
		{Statement: "a topic is encrypted with a key that CloudWatch may use", Type: "AWS::SNS::Topic", Broken: func(t *Template, r *Resource) string {
			key := t.named(r.at("KmsMasterKeyId"), "AWS::KMS::Key")
			if key == nil {
				return "its key is not of this stack"
			}
			for _, s := range each(key.at("KeyPolicy", "Statement")) {
				if field(field(s, "Principal"), "Service") == "cloudwatch.amazonaws.com" && contains(each(field(s, "Action")), "kms:Decrypt") {
					return ""
				}
			}
			return "CloudWatch may not use " + key.ID + ": alarms would never arrive"
		}},
		{Statement: "a key is replaced every year", Type: "AWS::KMS::Key", Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("EnableKeyRotation") == true, "EnableKeyRotation is not true")
		}},
	}
}

func publishedByOthers(s any) string {
	source := field(field(field(s, "Condition"), "ArnLike"), "aws:SourceArn")
	bound := field(field(s, "Principal"), "Service") == "cloudwatch.amazonaws.com" && source != nil && source != "*"
	return unless(bound && field(s, "Action") == "sns:Publish", "%v allows more", field(s, "Sid"))
}

// notifies tells whether an alarm's actions name a topic of the stack.
func (t *Template) notifies(alarm *Resource) bool {
	return alarm.at("ActionsEnabled") != false && t.topicOf(alarm, "AlarmActions") != nil
}

func silentEnd(t *Template, r *Resource) string {
	return unless(t.topicOf(r, "OKActions") == t.topicOf(r, "AlarmActions"), "OKActions does not name it")
}

// isPart tells whether the rule of a composite alarm names an alarm.
func (t *Template) isPart(part *Resource) bool {
	for _, whole := range t.resources(composite) {
		if strings.Contains(text(field(whole.at("AlarmRule"), "Fn::Sub")), "${"+part.ID+"}") {
			return true
		}
	}
	return false
}

func (t *Template) topicOf(alarm *Resource, actions string) *Resource {
	for _, action := range each(alarm.at(actions)) {
		if topic := t.named(action, "AWS::SNS::Topic"); topic != nil {
			return topic
		}
	}
	return nil
}

// watched tells whether an alarm watches a metric of a resource, which a dimension names.
func (t *Template) watched(metric, dimension string, r *Resource) bool {
	for _, a := range t.resources(alarm) {
		if a.at("MetricName") == metric && watches(a, dimension, r) {
			return true
		}
	}
	return false
}

// watches tells whether a dimension of an alarm names a resource.
func watches(a *Resource, dimension string, r *Resource) bool {
	for _, d := range each(a.at("Dimensions")) {
		if r != nil && field(d, "Name") == dimension && target(field(d, "Value")) == r.ID {
			return true
		}
	}
	return false
}
