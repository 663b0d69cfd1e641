package stack

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Lambda's limits for an event source mapping.
const (
	maximumBatch         = 10000
	maximumBatchNoWindow = 10 // of a queue mapping; above it the window must be at least 1 s
	maximumWindow        = 300
)

func readMapping(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	source := f.needText("EventSourceArn", "where do the records come from?")
	f.want("Enabled", ": a mapping that is off is better left out", "true")
	if strings.Contains(source, ":dynamodb:") || strings.Contains(source, "/stream/") {
		s.StreamMappings = append(s.StreamMappings, t.readStreamMapping(f, source))
	} else {
		s.QueueMappings = append(s.QueueMappings, t.readQueueMapping(f, source))
	}
	f.ignore("Tags")
	f.done("localaws does not know this property of such an event source mapping")
}

func (t *template) readQueueMapping(f *fields, source string) QueueMapping {
	at := first(f.raw("EventSourceArn"), f.object)
	function, key := t.functionOf(at, f.text("FunctionName"))
	m := QueueMapping{
		Function:                key,
		QueueARN:                source,
		BatchSize:               f.integer("BatchSize", 10, 1, maximumBatch),
		WindowSeconds:           f.integer("MaximumBatchingWindowInSeconds", 0, 0, maximumWindow),
		ReportBatchItemFailures: t.readResponseTypes(f),
		FilterPatterns:          t.readFilters(f),
	}
	if m.BatchSize > maximumBatchNoWindow && m.WindowSeconds < 1 {
		t.refuse(first(f.raw("BatchSize"), f.object), "Lambda takes a batch size over 10 only with a batching window of at least 1 s")
	}
	scaling := t.open(f.get("ScalingConfig"), asIs)
	m.MaximumConcurrency = scaling.integer("MaximumConcurrency", 0, 2, 1000)
	scaling.done("localaws does not know this part of a scaling configuration")
	if queue, ok := t.wantQueue(at, source); ok && function != nil {
		t.checkVisibility(at, queue, function)
	}
	m.Queue = strings.TrimPrefix(source, t.arn("sqs", "")) // refused if it is not a queue's ARN
	return m
}

// checkVisibility checks a rule of Lambda that would fail the deployment.
func (t *template) checkVisibility(at *node, queue, function *resource) {
	visibility := t.properties(queue).integer("VisibilityTimeout", 30, 0, 43200)
	timeout := t.properties(function).integer("Timeout", 3, 1, 900)
	if visibility < timeout {
		t.refuse(at, "Lambda refuses a queue whose visibility timeout (%d s) is shorter than the function's timeout (%d s)", visibility, timeout)
	}
}

func (t *template) readStreamMapping(f *fields, source string) StreamMapping {
	at := first(f.raw("EventSourceArn"), f.object)
	_, key := t.functionOf(at, f.text("FunctionName"))
	m := StreamMapping{
		Function:                   key,
		StreamARN:                  source,
		BatchSize:                  f.integer("BatchSize", 100, 1, maximumBatch),
		WindowSeconds:              f.integer("MaximumBatchingWindowInSeconds", 0, 0, maximumWindow),
		ParallelizationFactor:      f.integer("ParallelizationFactor", 1, 1, 10),
		BisectBatchOnFunctionError: f.flag("BisectBatchOnFunctionError", false),
		MaximumRetryAttempts:       f.integer("MaximumRetryAttempts", -1, -1, 10000),
		MaximumRecordAgeSeconds:    t.readRecordAge(f),
		ReportBatchItemFailures:    t.readResponseTypes(f),
		FilterPatterns:             t.readFilters(f),
	}
	if f.needText("StartingPosition", "a stream is read from TRIM_HORIZON or LATEST") != "" {
		m.StartingPosition = f.want("StartingPosition", "", "TRIM_HORIZON", "LATEST")
	}
	if table, ok := t.byARN("AWS::DynamoDB::Table", "StreamArn", source); ok {
		m.Table = t.nameOf(table, "TableName")
	} else {
		t.refuse(at, "%q is not the stream of a table of this stack", source)
	}
	f.integer("TumblingWindowInSeconds", 0, 0, 0)
	m.OnFailureARN = t.readOnFailure(f.raw("DestinationConfig"))
	return m
}

// readRecordAge accepts -1, which means no limit, in addition to the range.
func (t *template) readRecordAge(f *fields) int {
	if n := f.get("MaximumRecordAgeInSeconds"); n == nil || n.value == "-1" {
		return -1
	}
	return f.integer("MaximumRecordAgeInSeconds", -1, 60, 604800)
}

func (t *template) readOnFailure(n *node) string {
	if n == nil {
		return ""
	}
	f := t.open(n, t.eval)
	onFailure := t.open(f.raw("OnFailure"), t.eval)
	arn := onFailure.needText("Destination", "where do discarded batches go?")
	t.wantQueue(n, arn)
	onFailure.done("localaws does not know this part of a destination")
	f.done("localaws does not know this destination")
	return arn
}

func (t *template) readResponseTypes(f *fields) bool {
	items := f.list("FunctionResponseTypes")
	for _, item := range items {
		if item.value != "ReportBatchItemFailures" {
			t.refuse(item, "must be ReportBatchItemFailures, not %q", item.value)
		}
	}
	return len(items) > 0
}

// readFilters accepts patterns as JSON text (from CloudFormation) and as maps (from
// serverless.yml).
func (t *template) readFilters(f *fields) []string {
	criteria := t.open(f.raw("FilterCriteria"), t.eval)
	var patterns []string
	for _, item := range criteria.list("Filters") {
		filter := t.open(item, t.eval)
		patterns = append(patterns, t.readPattern(item, filter.get("Pattern")))
		filter.done("localaws does not know this part of a filter")
	}
	criteria.done("localaws does not know this part of the filter criteria")
	return patterns
}

func (t *template) readPattern(at, n *node) string {
	if n != nil && n.kind == object {
		return t.canonical(n)
	}
	if n != nil && n.kind == text {
		value := jsontext.Value(n.value)
		if value.Kind() == jsontext.KindBeginObject && value.Canonicalize() == nil {
			return string(value)
		}
	}
	t.refuse(at, "Pattern must be a map, or a JSON object as text")
	return ""
}
