package safeguards

func alarmRules() []Rule {
	return []Rule{
		{Statement: "an alarm notifies a topic", Type: "AWS::CloudWatch::Alarm", Broken: func(t *Template, r *Resource) string {
			return unless(r.at("ActionsEnabled") != false && t.topicOf(r) != nil, "AlarmActions names no topic of this stack")
		}},
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

func (t *Template) topicOf(alarm *Resource) *Resource {
	for _, action := range each(alarm.at("AlarmActions")) {
		if topic := t.named(action, "AWS::SNS::Topic"); topic != nil {
			return topic
		}
	}
	return nil
}

// watches tells whether an alarm watches a metric of a queue.
func watches(alarm *Resource, metric string, queue *Resource) bool {
	if alarm.at("MetricName") != metric {
		return false
	}
	for _, dimension := range each(alarm.at("Dimensions")) {
		if field(dimension, "Name") == "QueueName" && target(field(dimension, "Value")) == queue.ID {
			return true
		}
	}
	return false
}
