package stack

// resourceKind is what localaws knows of a type of resource.
type resourceKind struct {
	// nameProperty holds the physical name. Empty: nothing may refer to such
	// a resource by it.
	nameProperty string
	nameLimit    int  // characters of an invented name; 0: the file must have one
	lowerCase    bool // invented names are

	// ref and attributes answer Ref and Fn::GetAtt from the physical name (the
	// logical id where there is no nameProperty).
	ref        attribute
	attributes map[string]attribute

	// read adds the resource to the stack. Nil: localaws has no use for it.
	read func(t *template, r *resource, s *Stack)
}

type attribute = func(t *template, r *resource, name string) string

func itself(_ *template, _ *resource, name string) string { return name }

func arnOf(service, prefix string) attribute {
	return func(t *template, _ *resource, name string) string { return t.arn(service, prefix+name) }
}

// kindOf knows every type of resource that may appear. The package comment
// lists them.
func kindOf(resourceType string) (resourceKind, bool) {
	switch resourceType {
	case "AWS::SQS::Queue":
		return queueKind(), true
	case "AWS::DynamoDB::Table":
		return tableKind(), true
	case "AWS::Events::EventBus":
		return resourceKind{nameProperty: "Name", nameLimit: busName, ref: itself, read: readBus, attributes: map[string]attribute{
			"Arn": arnOf("events", "event-bus/"), "Name": itself,
		}}, true
	case "AWS::Events::Rule":
		return resourceKind{nameProperty: "Name", nameLimit: ruleName, ref: ruleRef, read: readRule, attributes: map[string]attribute{"Arn": ruleARN}}, true
	case "AWS::Events::Archive":
		return resourceKind{nameProperty: "ArchiveName", nameLimit: archiveName, ref: itself, read: readArchive, attributes: map[string]attribute{
			"Arn": arnOf("events", "archive/"),
		}}, true
	case "AWS::Events::Connection":
		return resourceKind{nameProperty: "Name", nameLimit: ruleName, ref: itself, attributes: map[string]attribute{
			"Arn": madeUpARN("connection"),
		}}, true
	case "AWS::Events::ApiDestination":
		return resourceKind{nameProperty: "Name", nameLimit: ruleName, ref: itself, read: readDestination, attributes: map[string]attribute{
			"Arn": madeUpARN("api-destination"),
		}}, true
	case "AWS::Lambda::Function":
		return resourceKind{nameProperty: "FunctionName", nameLimit: functionName, ref: itself, read: readFunction, attributes: map[string]attribute{
			"Arn": arnOf("lambda", "function:"),
		}}, true
	case "AWS::Lambda::EventSourceMapping":
		return resourceKind{read: readMapping}, true
	case "AWS::Lambda::EventInvokeConfig":
		return resourceKind{read: readAsyncInvoke}, true
	case "AWS::ApiGatewayV2::Api":
		return resourceKind{ref: itself, read: readAPI}, true
	case "AWS::ApiGatewayV2::Stage":
		return resourceKind{read: readAPIStage}, true
	case "AWS::ApiGatewayV2::Integration":
		return resourceKind{ref: itself, read: readIntegration}, true
	case "AWS::ApiGatewayV2::Route":
		return resourceKind{read: readRoute}, true
	}
	return watchedKind(resourceType)
}

// watchedKind lists CloudWatch's types.
func watchedKind(resourceType string) (resourceKind, bool) {
	switch resourceType {
	case "AWS::CloudWatch::Alarm":
		return resourceKind{nameProperty: "AlarmName", nameLimit: alarmName, ref: itself, read: readAlarm, attributes: map[string]attribute{
			"Arn": arnOf("cloudwatch", "alarm:"),
		}}, true
	case "AWS::CloudWatch::CompositeAlarm":
		return resourceKind{nameProperty: "AlarmName", nameLimit: alarmName, ref: itself, read: readCompositeAlarm, attributes: map[string]attribute{
			"Arn": arnOf("cloudwatch", "alarm:"),
		}}, true
	case "AWS::CloudWatch::Dashboard":
		return resourceKind{nameProperty: "DashboardName", nameLimit: alarmName, ref: itself, read: readDashboard}, true
	}
	return unusedKind(resourceType)
}

// unusedKind lists the types that localaws accepts but does not use. Outputs may name
// some of them.
func unusedKind(resourceType string) (resourceKind, bool) {
	switch resourceType {
	case "AWS::SNS::Topic":
		return resourceKind{
			nameProperty: "TopicName", nameLimit: topicName,
			ref:        arnOf("sns", ""),
			attributes: map[string]attribute{"TopicArn": arnOf("sns", ""), "TopicName": itself},
		}, true
	case "AWS::Logs::LogGroup":
		return resourceKind{nameProperty: "LogGroupName", nameLimit: logGroupName, ref: itself, attributes: map[string]attribute{
			"Arn": func(t *template, _ *resource, name string) string { return t.arn("logs", "log-group:"+name+":*") },
		}}, true
	case "AWS::EventSchemas::Registry":
		return resourceKind{nameProperty: "RegistryName", nameLimit: registryName, attributes: map[string]attribute{
			"RegistryName": itself, "RegistryArn": arnOf("schemas", "registry/"),
		}}, true
	case "AWS::IAM::Role":
		return resourceKind{nameProperty: "RoleName", nameLimit: roleName, ref: itself, attributes: map[string]attribute{
			"Arn": func(t *template, _ *resource, name string) string {
				return "arn:aws:iam::" + t.Account + ":role/" + name
			},
		}}, true
	case "AWS::IAM::ManagedPolicy":
		return resourceKind{nameProperty: "ManagedPolicyName", nameLimit: policyName, ref: func(t *template, _ *resource, name string) string {
			return "arn:aws:iam::" + t.Account + ":policy/" + name
		}}, true
	case "AWS::S3::Bucket":
		return resourceKind{nameProperty: "BucketName", nameLimit: bucketName, lowerCase: true, ref: itself, attributes: map[string]attribute{
			"Arn": func(_ *template, _ *resource, name string) string { return "arn:aws:s3:::" + name },
		}}, true
	case "AWS::Lambda::Alias":
		return resourceKind{ref: aliasRef}, true
	case "AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup", "AWS::EventSchemas::Schema", "AWS::IAM::Policy", "AWS::KMS::Key", "AWS::KMS::Alias",
		"AWS::Lambda::Permission", "AWS::Lambda::Version",
		"AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy":
		return resourceKind{}, true
	}
	return resourceKind{}, false
}

// byARN finds the resource of a type that has an ARN.
func (t *template) byARN(resourceType, attribute, arn string) (*resource, bool) {
	k, _ := kindOf(resourceType)
	for _, id := range t.ids() {
		r := t.resources[id]
		if r.kind == resourceType && k.attributes[attribute](t, r, t.nameOf(r, k.nameProperty)) == arn {
			return r, true
		}
	}
	return nil, false
}
