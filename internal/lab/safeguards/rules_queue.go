package safeguards

const days14 = 14 * 24 * 60 * 60 // seconds, the longest time that SQS keeps a message

func queueRules() []Rule {
	return []Rule{
		{Statement: "a queue is encrypted", Type: "AWS::SQS::Queue", Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("SqsManagedSseEnabled") == true || r.at("KmsMasterKeyId") != nil, "neither SqsManagedSseEnabled nor KmsMasterKeyId")
		}},
		{Statement: "a queue has a dead-letter queue", Type: "AWS::SQS::Queue", Applies: livingQueue, Broken: func(t *Template, r *Resource) string {
			letters := t.named(r.at("RedrivePolicy", "deadLetterTargetArn"), "AWS::SQS::Queue")
			return unless(letters != nil && letters != r, "RedrivePolicy names no other queue of this stack")
		}},
		// With fewer receives, throttling alone dead-letters good messages:
		// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
		{Statement: "a queue allows five receives or more before it dead-letters a message", Type: "AWS::SQS::Queue", Applies: livingQueue, Broken: func(_ *Template, r *Resource) string {
			n := number(r.at("RedrivePolicy", "maxReceiveCount"))
			return unless(n >= 5, "maxReceiveCount is %d", n)
		}},
		{Statement: "a dead-letter queue keeps messages for 14 days", Type: "AWS::SQS::Queue", Applies: deadLetterQueue, Broken: func(_ *Template, r *Resource) string {
			n := number(r.at("MessageRetentionPeriod"))
			return unless(n == days14, "MessageRetentionPeriod is %d s", n)
		}},
		{Statement: "a dead-letter queue names the queues that redrive into it", Type: "AWS::SQS::Queue", Applies: deadLetterQueue, Broken: func(_ *Template, r *Resource) string {
			permission := text(r.at("RedriveAllowPolicy", "redrivePermission"))
			return unless(permission == "byQueue" || permission == "denyAll", "redrivePermission is %q", permission)
		}},
		{Statement: "a dead-letter queue has an alarm", Type: "AWS::SQS::Queue", Applies: deadLetterQueue, Broken: func(t *Template, r *Resource) string {
			return unless(t.watched("ApproximateNumberOfMessagesVisible", "QueueName", r), "no alarm watches its messages")
		}},
	}
}

func livingQueue(t *Template, r *Resource) bool { return !deadLetterQueue(t, r) }

// deadLetterQueue tells whether another queue's redrive policy, a rule or an event
// source mapping sends dead letters to a queue.
func deadLetterQueue(t *Template, r *Resource) bool {
	for _, queue := range t.resources("AWS::SQS::Queue") {
		if target(queue.at("RedrivePolicy", "deadLetterTargetArn")) == r.ID {
			return true
		}
	}
	for _, rule := range t.resources("AWS::Events::Rule") {
		for _, to := range each(rule.at("Targets")) {
			if target(field(field(to, "DeadLetterConfig"), "Arn")) == r.ID {
				return true
			}
		}
	}
	for _, mapping := range t.resources("AWS::Lambda::EventSourceMapping") {
		if target(mapping.at("DestinationConfig", "OnFailure", "Destination")) == r.ID {
			return true
		}
	}
	return false
}

func ruleRules() []Rule {
	overTargets := func(broken func(t *Template, rule *Resource, to any) string) func(*Template, *Resource) string {
		return func(t *Template, r *Resource) string {
			return firstBroken(each(r.at("Targets")), func(to any) string { return broken(t, r, to) })
		}
	}
	return []Rule{
		{Statement: "a rule's target has a retry policy", Type: "AWS::Events::Rule", Broken: overTargets(func(_ *Template, _ *Resource, to any) string {
			policy := field(to, "RetryPolicy")
			return unless(number(field(policy, "MaximumRetryAttempts")) > 0 && number(field(policy, "MaximumEventAgeInSeconds")) > 0, "%v has none", field(to, "Id"))
		})},
		{Statement: "a rule's target has a dead-letter queue", Type: "AWS::Events::Rule", Broken: overTargets(func(t *Template, _ *Resource, to any) string {
			letters := field(field(to, "DeadLetterConfig"), "Arn")
			return unless(t.named(letters, "AWS::SQS::Queue") != nil && target(letters) != target(field(to, "Arn")), "%v has none in this stack", field(to, "Id"))
		})},
		{Statement: "the queues of a rule let it send", Type: "AWS::Events::Rule", Broken: overTargets(func(t *Template, rule *Resource, to any) string {
			for _, arn := range []any{field(to, "Arn"), field(field(to, "DeadLetterConfig"), "Arn")} {
				if queue := t.named(arn, "AWS::SQS::Queue"); queue != nil && !t.mayReceive(queue, rule) {
					return queue.ID + " does not: what it should take is lost"
				}
			}
			return ""
		})},
	}
}
