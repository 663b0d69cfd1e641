package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// checkMappings looks at both event source mappings.
func (e *Examination) checkMappings(ctx context.Context, r *Result) error {
	if err := e.checkQueueMapping(ctx, r); err != nil {
		return err
	}
	if err := e.checkStreamMapping(ctx, r); err != nil {
		return err
	}
	r.Summary = "change queue to " + applyFunction + ", table stream to " + republishFunction
	return nil
}

// mapping finds the mapping of a queue or a stream to a function, or to one of its
// aliases; nil: there is none.
func (e *Examination) mapping(ctx context.Context, source, function string) (*types.EventSourceMappingConfiguration, error) {
	out, err := e.Lambda.ListEventSourceMappings(ctx, &lambda.ListEventSourceMappingsInput{EventSourceArn: &source})
	if err != nil {
		return nil, err
	}
	suffix := ":function:" + e.functionName(function)
	for i := range out.EventSourceMappings {
		arn := aws.ToString(out.EventSourceMappings[i].FunctionArn)
		if strings.HasSuffix(arn, suffix) || strings.Contains(arn, suffix+":") {
			return &out.EventSourceMappings[i], nil
		}
	}
	return nil, nil
}

func (e *Examination) checkQueueMapping(ctx context.Context, r *Result) error {
	queue, err := e.queue(ctx, e.Stack.ChangeQueue)
	if missing(err) {
		return nil // the check of queues says so
	}
	if err != nil {
		return err
	}
	m, err := e.mapping(ctx, queue.arn, applyFunction)
	if err != nil {
		return err
	}
	if m == nil {
		r.find("mapping-missing", "Nothing reads the change queue for "+applyFunction+".", breaks[applyFunction], e.deploy())
		return nil
	}
	e.checkState(r, m, "the change queue", applyFunction)
	if !reportsFailures(m) {
		r.find("mapping-report", "The mapping of the change queue ignores which changes of a batch failed (no ReportBatchItemFailures).",
			"Changes that could not be stored are deleted with their batch: they are lost.", e.update(m, "--function-response-types ReportBatchItemFailures"))
	}
	return nil
}

// checkState finds a mapping that is off, or on its way.
func (e *Examination) checkState(r *Result, m *types.EventSourceMappingConfiguration, source, function string) {
	switch state := aws.ToString(m.State); state {
	case "Enabled":
	case "Creating", "Enabling", "Updating":
		r.find("mapping-pending", fmt.Sprintf("The mapping of %s is %s.", source, strings.ToLower(state)), "For some seconds nothing is read.", "Run it again in a minute.")
	default:
		r.find("mapping-off", fmt.Sprintf("The mapping of %s is %s (%s).", source, strings.ToLower(state), orUnknown(aws.ToString(m.StateTransitionReason))), breaks[function], e.update(m, "--enabled"))
	}
}

func reportsFailures(m *types.EventSourceMappingConfiguration) bool {
	return slices.Contains(m.FunctionResponseTypes, types.FunctionResponseTypeReportBatchItemFailures)
}

// update is the command that changes a mapping.
func (e *Examination) update(m *types.EventSourceMappingConfiguration, flags string) string {
	return fmt.Sprintf("%s lambda update-event-source-mapping --uuid %s %s", e.Commands.AWS, aws.ToString(m.UUID), flags)
}

func (e *Examination) checkStreamMapping(ctx context.Context, r *Result) error {
	out, err := e.DynamoDB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &e.Stack.Table})
	if missing(err) || err == nil && out.Table.LatestStreamArn == nil {
		return nil // the check of the table says so
	}
	if err != nil {
		return err
	}
	m, err := e.mapping(ctx, aws.ToString(out.Table.LatestStreamArn), republishFunction)
	if err != nil {
		return err
	}
	if m == nil {
		r.find("mapping-missing", "Nothing reads the present stream of the table for "+republishFunction+".", breaks[republishFunction], e.deploy())
		return nil
	}
	e.checkState(r, m, "the table's stream", republishFunction)
	return e.checkStreamSettings(ctx, r, m)
}

// patient is how long failed announcements are tried, at least: an outage of the bus takes
// hours.
const (
	leastRetries   = 10000
	leastRecordAge = 3600 // s
)

// streamFilters are the patterns of serverless.yml, in canonical form.
var streamFilters = []string{
	`{"dynamodb":{"OldImage":{"expires_at":{"N":[{"exists":false}]}}},"eventName":["REMOVE"]}`,
	`{"eventName":["INSERT","MODIFY"]}`,
}

func (e *Examination) checkStreamSettings(ctx context.Context, r *Result, m *types.EventSourceMappingConfiguration) error {
	if !reportsFailures(m) {
		r.find("mapping-report", "The mapping of the table's stream ignores which record of a batch failed (no ReportBatchItemFailures).",
			"Announcements that failed are passed over: subscribers never learn of them.", e.update(m, "--function-response-types ReportBatchItemFailures"))
	}
	if !aws.ToBool(m.BisectBatchOnFunctionError) {
		r.find("mapping-bisect", "The mapping of the table's stream does not split a batch on which the function fails.",
			"One record that crashes the function holds up all others of its shard.", e.update(m, "--bisect-batch-on-function-error"))
	}
	if n := aws.ToInt32(m.MaximumRetryAttempts); n >= 0 && n < leastRetries {
		r.find("mapping-retries", fmt.Sprintf("The mapping of the table's stream gives up after %d attempts.", n+1),
			"An outage of the bus of some minutes makes dead letters of all announcements.", e.update(m, fmt.Sprintf("--maximum-retry-attempts %d", leastRetries)))
	}
	if n := aws.ToInt32(m.MaximumRecordAgeInSeconds); n >= 0 && n < leastRecordAge {
		r.find("mapping-age", fmt.Sprintf("The mapping of the table's stream gives up records after %d s.", n),
			"An outage of the bus of that length makes dead letters of all announcements.", e.update(m, "--maximum-record-age-in-seconds 82800"))
	}
	e.checkFilters(r, m)
	return e.checkOnFailure(ctx, r, m)
}

func (e *Examination) checkFilters(r *Result, m *types.EventSourceMappingConfiguration) {
	var patterns []string
	if m.FilterCriteria != nil {
		for _, f := range m.FilterCriteria.Filters {
			patterns = append(patterns, canonical(aws.ToString(f.Pattern)))
		}
	}
	slices.Sort(patterns)
	if !slices.Equal(patterns, streamFilters) {
		r.find("mapping-filter", fmt.Sprintf("The mapping of the table's stream has other filters than serverless.yml: %s.", orUnknown(patterns...)),
			"Some changes of profiles may never be announced, or profiles that expired are announced.", e.deploy())
	}
}

func (e *Examination) checkOnFailure(ctx context.Context, r *Result, m *types.EventSourceMappingConfiguration) error {
	letters, err := e.queue(ctx, e.Stack.AnnouncementDeadLetters)
	if err != nil || letters.arn == "" {
		return err
	}
	destination := ""
	if m.DestinationConfig != nil && m.DestinationConfig.OnFailure != nil {
		destination = aws.ToString(m.DestinationConfig.OnFailure.Destination)
	}
	if destination != letters.arn {
		r.find("mapping-destination", "The mapping of the table's stream does not send what it gives up to "+e.Stack.AnnouncementDeadLetters.Name+".",
			"Announcements that are given up leave no trace.", e.update(m, fmt.Sprintf(`--destination-config '{"OnFailure":{"Destination":"%s"}}'`, letters.arn)))
	}
	return nil
}
