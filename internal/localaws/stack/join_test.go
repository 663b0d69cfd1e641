package stack_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// follower is a service with a rule on the bus of the example file. It sends
// undeliverable events to that file's dead-letter queue.
const follower = `service: follower
provider: {name: aws, runtime: provided.al2023}
functions:
  follow:
    handler: follow
    role: arn:aws:iam::1:role/x
    events: [{sqs: {arn: !GetAtt Inbox.Arn}}]
resources:
  Resources:
    Inbox:
      Type: AWS::SQS::Queue
      Properties:
        QueueName: follower-inbox
        RedrivePolicy: {deadLetterTargetArn: 'arn:aws:sqs:eu-west-1:000000000000:dead', maxReceiveCount: 5}
    Policy:
      Type: AWS::SQS::QueuePolicy
      Properties:
        Queues: [!Ref Inbox]
        PolicyDocument:
          Statement: [{Effect: Allow, Principal: {Service: events.amazonaws.com}, Action: sqs:SendMessage, Resource: !GetAtt Inbox.Arn}]
    Rule:
      Type: AWS::Events::Rule
      Properties:
        Name: follower
        EventBusName: orders-${sls:stage}
        EventPattern: {detail-type: [OrderShipped]}
        Targets: [{Id: inbox, Arn: !GetAtt Inbox.Arn}]
`

func loadFollower(t *testing.T, change ...string) *stack.Stack {
	t.Helper()
	path := filepath.Join(t.TempDir(), "follower.yml")
	if err := os.WriteFile(path, []byte(strings.NewReplacer(change...).Replace(follower)), 0o600); err != nil {
		t.Fatal(err)
	}
	return mustLoad(t, path, stack.Options{Region: "eu-west-1", Elsewhere: true})
}

func TestJoinFindsWhatIsElsewhereInAnyOrder(t *testing.T) {
	orders, follows := mustLoad(t, exampleFile, stack.Options{}), loadFollower(t)
	var elsewhere []string
	for _, r := range follows.Elsewhere {
		elsewhere = append(elsewhere, r.What+" "+r.Name)
	}
	if slices.Sort(elsewhere); !slices.Equal(elsewhere, []string{"event bus orders-dev", "queue dead"}) {
		t.Errorf("elsewhere %q", elsewhere)
	}
	for _, stacks := range [][]*stack.Stack{{orders, follows}, {follows, orders}} {
		joined, err := stack.Join(stacks...)
		if err != nil {
			t.Fatal(err)
		}
		if joined.Service != stacks[0].Service || len(joined.Functions) != len(orders.Functions)+1 || len(joined.Elsewhere) != 0 {
			t.Errorf("%+v", joined)
		}
		if !slices.ContainsFunc(joined.QueueMappings, func(m stack.QueueMapping) bool { return m.Function == "follow" && m.Queue == "follower-inbox" }) {
			t.Error("the follower's mapping is missing")
		}
	}
}

// This test also covers kinds of resources that are added later.
func TestJoinForgetsNoKindOfResource(t *testing.T) {
	full := &stack.Stack{Service: "full"}
	own := map[string]bool{"Elsewhere": true, "Parts": true} // these are about the joining itself
	for _, field := range reflect.VisibleFields(reflect.TypeFor[stack.Stack]()) {
		if field.Type.Kind() == reflect.Slice && !own[field.Name] {
			v := reflect.ValueOf(full).Elem().FieldByIndex(field.Index)
			v.Set(reflect.MakeSlice(field.Type, 1, 1))
		}
	}
	joined, err := stack.Join(&stack.Stack{Service: "empty"}, full)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[stack.Stack]()) {
		v := reflect.ValueOf(joined).Elem().FieldByIndex(field.Index)
		if field.Type.Kind() == reflect.Slice && !own[field.Name] && v.Len() != 1 {
			t.Errorf("%s is lost", field.Name)
		}
	}
}

func TestJoinFindsClashesOfEveryKind(t *testing.T) {
	stackOf := func(service string) *stack.Stack {
		return &stack.Stack{
			Service: service, Functions: []stack.Function{{Name: "x"}}, Buses: []stack.Bus{{Name: "x"}}, Rules: []stack.Rule{{Bus: "b", Name: "x"}},
			Queues: []stack.Queue{{Name: "x"}}, Tables: []stack.Table{{Name: "x"}}, Routes: []stack.Route{{Method: "GET", Path: "/x"}},
			Archives: []stack.Archive{{Name: "x"}}, Destinations: []stack.APIDestination{{Name: "x"}},
		}
	}
	_, err := stack.Join(stackOf("a"), stackOf("b"))
	want := strings.Fields("API_destination_x archive_x event_bus_x function_x queue_x route_GET_/x rule_b/x table_x")
	var got []string
	for line := range strings.Lines(err.Error()) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "there are two of the "), ":")
		got = append(got, strings.ReplaceAll(name, " ", "_"))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v\nwant %q", err, want)
	}
	// A rule's name is unique within its bus.
	if _, err := stack.Join(stackOf("a"), &stack.Stack{Service: "b", Rules: []stack.Rule{{Bus: "c", Name: "x"}}}); err != nil {
		t.Error(err)
	}
}

func TestJoinRefuses(t *testing.T) {
	orders := mustLoad(t, exampleFile, stack.Options{})
	for _, c := range []struct {
		name   string
		change []string
		want   string
	}{
		{"another bus", []string{"orders-${sls:stage}", "invoices-${sls:stage}"}, `follower.yml:25: resources.Resources.Rule.Properties.EventBusName: no stack here has the event bus "invoices-dev"; in AWS it would have to be deployed before this one`},
		{"another queue", []string{":dead'", ":letters'"}, `RedrivePolicy.deadLetterTargetArn: no stack here has the queue "letters"`},
		{"a queue twice", []string{"QueueName: follower-inbox", "QueueName: dead"}, `there are two of the queue dead: in the services ["orders" "follower"]`},
		{"a function twice", []string{"  follow:\n", "  take-orders:\n"}, `there are two of the function take-orders: in the services ["orders" "follower"]`},
		{"a service twice", []string{"service: follower", "service: orders"}, `there are two of the service orders: in the services ["orders" "orders"]`},
	} {
		t.Run(c.name, func(t *testing.T) {
			joined, err := stack.Join(orders, loadFollower(t, c.change...))
			if err == nil || joined != nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\nwant an error with %s", err, c.want)
			}
		})
	}
}

func TestAloneAStackMayNotReferElsewhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "follower.yml")
	if err := os.WriteFile(path, []byte(follower), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := stack.Load(path, stack.Options{Region: "eu-west-1"})
	if err == nil || !strings.Contains(err.Error(), `"orders-dev" is not the name of an event bus of this stack`) {
		t.Errorf("%v", err)
	}
	for _, arn := range []string{"arn:aws:sqs:us-east-1:000000000000:dead", "arn:aws:sns:eu-west-1:000000000000:dead"} {
		if err := os.WriteFile(path, []byte(strings.ReplaceAll(follower, "arn:aws:sqs:eu-west-1:000000000000:dead", arn)), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := stack.Load(path, stack.Options{Region: "eu-west-1", Elsewhere: true}); err == nil || !strings.Contains(err.Error(), "is not the ARN of a queue") {
			t.Errorf("%s: %v", arn, err)
		}
	}
}
