// Package stackref finds the resources of a stage by the outputs of its CloudFormation
// stack. A caller who may not read those gets the names that package stage derives.
// Against botprefs dev it works as against AWS, because dev answers for CloudFormation
// too.
//
// Outputs are facts. Derived names are an assumption: the stack may not exist, and it may
// have been deployed under other names.
package stackref

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/internal/stage"
)

// A Client is the part of *cloudformation.Client that Find and List use.
type Client interface {
	DescribeStacks(ctx context.Context, in *cloudformation.DescribeStacksInput, options ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error)
	ListStackResources(ctx context.Context, in *cloudformation.ListStackResourcesInput, options ...func(*cloudformation.Options)) (*cloudformation.ListStackResourcesOutput, error)
}

var _ Client = (*cloudformation.Client)(nil)

// Resources are those of a stage that a command may talk to.
type Resources struct {
	Stack string // its name
	ID    string // its ARN; empty if the names are derived

	Bus, Table              string // names
	ChangeQueue             Queue
	ChangeDeadLetters       Queue
	AnnouncementDeadLetters Queue

	// API is the URL of the HTTP API, without a final slash. It is empty if the names are
	// derived: AWS makes up the host.
	API string

	// Outputs are all outputs of the stack, by name; nil if the names are derived.
	Outputs map[string]string
	// Derived is why the names are derived; nil if they are the stack's outputs.
	Derived error
}

// A Queue is a queue by its name, and by its URL if that is known.
type Queue struct{ Name, URL string }

// A QueueFinder is the part of *sqs.Client that looks for a queue.
type QueueFinder interface {
	GetQueueUrl(ctx context.Context, in *sqs.GetQueueUrlInput, options ...func(*sqs.Options)) (*sqs.GetQueueUrlOutput, error)
}

// Locate returns the queue's URL. It asks SQS only if the URL is not known. The error is
// the SDK's.
func (q Queue) Locate(ctx context.Context, client QueueFinder) (string, error) {
	if q.URL != "" {
		return q.URL, nil
	}
	out, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(q.Name)})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.QueueUrl), nil
}

// NotFoundError is the error for a stack that does not exist in this account and region.
type NotFoundError struct {
	Stack string
	Err   error
}

// Error returns one sentence.
func (e *NotFoundError) Error() string { return "there is no stack " + e.Stack }

// Unwrap returns the SDK's error.
func (e *NotFoundError) Unwrap() error { return e.Err }

// Find returns the resources of a stage. If the caller may not read the stack, or the
// endpoint does not know CloudFormation, the names are derived, and Derived says why. The
// error is a *NotFoundError, or that of a request without such an answer.
func Find(ctx context.Context, client Client, stageName string) (Resources, error) {
	r := derived(stageName)
	out, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(r.Stack)})
	switch {
	case err == nil && len(out.Stacks) == 1:
	case err == nil:
		return r, fmt.Errorf("CloudFormation describes %d stacks named %s", len(out.Stacks), r.Stack)
	case missing(err):
		return r, &NotFoundError{r.Stack, err}
	case unavailable(err):
		r.Derived = err
		return r, nil
	default:
		return r, err
	}
	s := out.Stacks[0]
	r.ID, r.Outputs = aws.ToString(s.StackId), map[string]string{}
	for _, o := range s.Outputs {
		r.Outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return r, r.take()
}

// mostPages bounds how many pages of stacks Stages reads: an account may have thousands.
const mostPages = 10

// Stages lists the stages of this account and region that have a stack, in ascending order.
// A stack is one of this pipeline by its name and its outputs. It reads ten pages at most:
// complete is false if there are more, in an account with hundreds of stacks. The error is
// the SDK's.
func Stages(ctx context.Context, client Client) (stages []string, complete bool, err error) {
	prefix := strings.TrimSuffix(stage.Names("x").Stack, "x")
	pages := cloudformation.NewDescribeStacksPaginator(client, &cloudformation.DescribeStacksInput{})
	for n := 0; pages.HasMorePages() && n < mostPages; n++ {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, false, err
		}
		for _, s := range page.Stacks {
			name, ours := strings.CutPrefix(aws.ToString(s.StackName), prefix)
			if ours && slices.ContainsFunc(s.Outputs, func(o types.Output) bool { return aws.ToString(o.OutputKey) == "ChangeQueueUrl" }) {
				stages = append(stages, name)
			}
		}
	}
	slices.Sort(stages)
	return stages, !pages.HasMorePages(), nil
}

// derived are the resources under the names that serverless.yml gives them.
func derived(stageName string) Resources {
	names := stage.Names(stageName)
	return Resources{
		Stack: names.Stack, Bus: names.Bus, Table: names.Table, ChangeQueue: Queue{Name: names.ChangeQueue},
		ChangeDeadLetters: Queue{Name: names.ChangeDeadLetters}, AnnouncementDeadLetters: Queue{Name: names.AnnouncementDeadLetters},
	}
}

// take takes the outputs. Without one of them the stack is another one, or was not
// deployed to its end.
func (r *Resources) take() error {
	var absent []string
	need := func(output string) string {
		value := r.Outputs[output]
		if value == "" {
			absent = append(absent, output)
		}
		return value
	}
	r.Bus, r.Table = need("EventBusName"), need("TableName")
	r.ChangeQueue = queueOf(need("ChangeQueueUrl"))
	r.ChangeDeadLetters = queueOf(need("ChangesDeadLetterQueueUrl"))
	r.AnnouncementDeadLetters = queueOf(need("AnnouncementsDeadLetterQueueUrl"))
	r.API = strings.TrimSuffix(r.Outputs["HttpApiUrl"], "/")
	if len(absent) > 0 {
		return fmt.Errorf("the stack %s lacks the outputs %s: it is another stack, or its deployment did not end", r.Stack, strings.Join(absent, ", "))
	}
	return nil
}

func queueOf(url string) Queue { return Queue{Name: path.Base(url), URL: url} }

// Owns tells whether a queue, by its URL, is the pipeline's own.
func (r *Resources) Owns(url string) bool {
	name := path.Base(url)
	return name == r.ChangeQueue.Name || name == r.ChangeDeadLetters.Name || name == r.AnnouncementDeadLetters.Name
}

// A Resource is one resource of a stack.
type Resource struct {
	LogicalID  string // in the template, such as PreferencesTable
	PhysicalID string // in AWS: a name, an ARN or a URL, depending on the type
	Type       string // such as AWS::DynamoDB::Table
	Status     string // such as CREATE_COMPLETE
}

// List lists all resources of a stack, by its name or id. The error is a *NotFoundError
// or the SDK's.
func List(ctx context.Context, client Client, stack string) ([]Resource, error) {
	var list []Resource
	pages := cloudformation.NewListStackResourcesPaginator(client, &cloudformation.ListStackResourcesInput{StackName: aws.String(stack)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if missing(err) {
			return nil, &NotFoundError{stack, err}
		}
		if err != nil {
			return nil, err
		}
		for _, r := range page.StackResourceSummaries {
			list = append(list, Resource{
				LogicalID: aws.ToString(r.LogicalResourceId), PhysicalID: aws.ToString(r.PhysicalResourceId),
				Type: aws.ToString(r.ResourceType), Status: string(r.ResourceStatus),
			})
		}
	}
	return list, nil
}

// missing tells whether CloudFormation does not know the stack. It has no code of its own
// for that.
func missing(err error) bool {
	var api smithy.APIError
	return errors.As(err, &api) && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist")
}

// unavailable tells whether there is no CloudFormation for this caller: it may not ask,
// or the endpoint is one of some other services. The stack may exist then.
func unavailable(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	switch api.ErrorCode() {
	case "AccessDenied", "AccessDeniedException", "LocalAWSUnsupported", "UnknownOperationException", "InvalidAction":
		return true
	case "UnknownError": // the SDK's code for what is no answer of CloudFormation, such as DynamoDB Local's
		return true
	}
	return false
}
