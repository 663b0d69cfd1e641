package safeguards

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
)

func ofQueue(t *Template, r *Resource) bool {
	return t.named(r.at("EventSourceArn"), "AWS::SQS::Queue") != nil
}

func ofStream(t *Template, r *Resource) bool {
	return t.named(r.at("EventSourceArn"), "AWS::DynamoDB::Table") != nil
}

func mappingRules() []Rule {
	const mapping = "AWS::Lambda::EventSourceMapping"
	return []Rule{
		{Statement: "one bad record does not fail the rest of its batch", Type: mapping, Broken: func(_ *Template, r *Resource) string {
			return unless(contains(each(r.at("FunctionResponseTypes")), "ReportBatchItemFailures"), "ReportBatchItemFailures is missing")
		}},
		// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
		{Statement: "a message stays invisible for six times its function's timeout", Type: mapping, Applies: ofQueue, Broken: func(t *Template, r *Resource) string {
			function := t.function(r.at("FunctionName"))
			if function == nil {
				return "its function is not of this stack"
			}
			queue := t.named(r.at("EventSourceArn"), "AWS::SQS::Queue")
			visibility, timeout := number(queue.at("VisibilityTimeout")), number(function.at("Timeout"))
			return unless(timeout > 0 && visibility >= 6*timeout, "%s has %d s, %s %d s", queue.ID, visibility, function.ID, timeout)
		}},
		{Statement: "a queue's function has a bounded concurrency", Type: mapping, Applies: ofQueue, Broken: func(_ *Template, r *Resource) string {
			return unless(number(r.at("ScalingConfig", "MaximumConcurrency")) > 0, "MaximumConcurrency is missing")
		}},
		{Statement: "records that a stream's function fails are sent to a queue", Type: mapping, Applies: ofStream, Broken: func(t *Template, r *Resource) string {
			return unless(t.named(r.at("DestinationConfig", "OnFailure", "Destination"), "AWS::SQS::Queue") != nil, "its records are lost")
		}},
		{Statement: "a stream's failing batch is halved until the bad record is alone", Type: mapping, Applies: ofStream, Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("BisectBatchOnFunctionError") == true, "BisectBatchOnFunctionError is not true")
		}},
		{Statement: "a stream's records are discarded before their retention ends", Type: mapping, Applies: ofStream, Broken: func(_ *Template, r *Resource) string {
			age := number(r.at("MaximumRecordAgeInSeconds"))
			return unless(age > 0 && age < 24*60*60, "MaximumRecordAgeInSeconds is %d", age)
		}},
		{Statement: "a stream is read from its beginning", Type: mapping, Applies: ofStream, Broken: func(_ *Template, r *Resource) string {
			return unless(r.at("StartingPosition") == "TRIM_HORIZON", "StartingPosition is %v", r.at("StartingPosition"))
		}},
	}
}

func functionRules() []Rule {
	const function = "AWS::Lambda::Function"
	return []Rule{
		{Statement: "a function has a log group of its own", Type: function, Broken: func(t *Template, r *Resource) string {
			wanted := "/aws/lambda/" + text(r.at("FunctionName"))
			for _, group := range t.resources("AWS::Logs::LogGroup") {
				if group.at("LogGroupName") == wanted {
					return ""
				}
			}
			return wanted + " is missing: Lambda would make it, to be kept for ever"
		}},
		{Statement: "logs expire", Type: "AWS::Logs::LogGroup", Broken: func(_ *Template, r *Resource) string {
			return unless(number(r.at("RetentionInDays")) > 0, "RetentionInDays is missing: kept for ever")
		}},
		// Metrics are lines of the level INFO. A higher level drops them.
		{Statement: "a function's log level drops no metric", Type: function, Broken: func(_ *Template, r *Resource) string {
			level := r.at("LoggingConfig", "ApplicationLogLevel")
			return unless(level == nil || level == "TRACE" || level == "DEBUG" || level == "INFO", "ApplicationLogLevel is %v", level)
		}},
		{Statement: "a function runs on arm64 and provided.al2023", Type: function, Broken: func(_ *Template, r *Resource) string {
			architectures := fmt.Sprint(each(r.at("Architectures"))...)
			return unless(architectures == "arm64" && r.at("Runtime") == "provided.al2023", "%s on %v", architectures, r.at("Runtime"))
		}},
		{Statement: "a function has no secret in its environment", Type: function, Broken: func(_ *Template, r *Resource) string {
			variables, _ := r.at("Environment", "Variables").(map[string]any)
			for _, name := range slices.Sorted(maps.Keys(variables)) {
				if secretName.MatchString(name) || secretValue.MatchString(fmt.Sprint(variables[name])) {
					return name + " looks like one; who may read the function may read it"
				}
			}
			return ""
		}},
	}
}

var (
	secretName = regexp.MustCompile(`(?i)secret|passw|token|credential|private|api_?key|access_?key`)

	// A dynamic reference is resolved into the function's configuration, which shows
	// the value in the clear.
	secretValue = regexp.MustCompile(`\{\{resolve:(ssm-secure|secretsmanager)|AKIA[A-Z0-9]{12}|-----BEGIN|://[^/ ]*:[^/ ]*@`)
)
