package stack_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// Osls 4.3.1 compiled testdata/conditions.json from testdata/conditions.yml.
const (
	conditionalFile     = "testdata/conditions.yml"
	conditionalTemplate = "testdata/conditions.json"
)

func conditional(extra string) stack.Options {
	return stack.Options{Params: map[string]string{"extra": extra}}
}

// What is kept only under a condition, in every way in which osls lets one say so.
func TestConditionsDecideWhatExists(t *testing.T) {
	off, on := mustLoad(t, conditionalFile, conditional("off")), mustLoad(t, conditionalFile, conditional("on"))
	for what, counts := range map[string][3]int{ // off, on, the same for both
		"functions": {len(off.Functions), len(on.Functions), 1}, "queues": {len(off.Queues), len(on.Queues), 1},
		"mappings": {len(off.QueueMappings), len(on.QueueMappings), 0}, "routes": {len(off.Routes), len(on.Routes), 1},
		"outputs": {len(off.Outputs), len(on.Outputs), 1},
	} {
		if counts[0] != counts[2] || counts[1] != counts[2]+1 {
			t.Errorf("%s: %d without and %d with the condition, want %d and one more", what, counts[0], counts[1], counts[2])
		}
	}
	for extra, s := range map[string]*stack.Stack{"off": off, "on": on} {
		environment := s.Functions[len(s.Functions)-1].Environment
		if got := environment["EXTRA"]; got != map[string]string{"off": "without", "on": "with"}[extra] {
			t.Errorf("%s: Fn::If chose %q", extra, got)
		}
		if _, there := environment["ONLY_WITH"]; there != (extra == "on") {
			t.Errorf("%s: AWS::NoValue: %v", extra, environment)
		}
	}
}

func TestUnconditionalMakesEverything(t *testing.T) {
	o := conditional("off")
	o.Unconditional = true
	s := mustLoad(t, conditionalFile, o)
	if len(s.Functions) != 2 || len(s.Queues) != 2 || len(s.Routes) != 2 || len(s.Outputs) != 2 {
		t.Errorf("%d functions, %d queues, %d routes, %d outputs; want 2 of each", len(s.Functions), len(s.Queues), len(s.Routes), len(s.Outputs))
	}
}

// The template was compiled with the parameter off.
func TestTheCompiledConditionsGiveTheSameStack(t *testing.T) {
	a, err := mustLoad(t, conditionalFile, conditional("off")).JSON()
	if err != nil {
		t.Fatal(err)
	}
	fromTemplate, err := stack.LoadTemplate(conditionalTemplate, stack.Options{Service: "conditional", Stage: "dev"})
	if err != nil {
		t.Fatal(err)
	}
	if b, err := fromTemplate.JSON(); err != nil || string(a) != string(b) {
		t.Errorf("%v; serverless.yml gives\n%s\nand its template\n%s", err, a, b)
	}
}

// Each condition is that of a queue; the queues that exist tell which are true.
func TestConditionsAreEvaluated(t *testing.T) {
	text := `
service: conditional
provider: {name: aws}
resources:
  Conditions:
    yes: {Fn::Equals: [a, a]}
    no: !Equals [a, b]
    region: !Equals [!Ref AWS::Region, us-east-1]
    number: !Equals [1, '1']
    flag: !Equals [true, 'true']
    not: !Not [!Condition no]
    notNot: !Not [{Condition: not}]
    and: !And [!Condition yes, !Condition region, !Condition not]
    andOneFalse: !And [!Condition yes, !Condition no]
    or: !Or [!Condition no, !Condition yes]
    orNone: !Or [!Condition no, !Condition notNot]
    aLater: !Not [!Condition zEarlier]
    zEarlier: !Equals [x, y]
  Resources:
`
	want := []string{"aLater", "and", "flag", "not", "number", "or", "region", "yes"}
	for _, name := range append([]string{"no", "notNot", "andOneFalse", "orNone", "zEarlier"}, want...) {
		text += "    Q" + name + ": {Type: AWS::SQS::Queue, Condition: " + name + ", Properties: {QueueName: " + name + "}}\n"
	}
	var got []string
	for _, q := range mustLoad(t, writeService(t, text), stack.Options{}).Queues {
		got = append(got, q.Name)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("true: %v, want %v", got, want)
	}
}

func writeService(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "serverless.yml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRefusesConditionsThatItCannotEvaluate(t *testing.T) {
	const condition = "    Extra: !Equals ['${param:extra}', 'on']\n"
	for _, c := range []refusal{
		{"another function", condition, "    Extra: {Fn::FindInMap: [a, b, c]}\n", "Conditions.Extra: must be Fn::Equals, Fn::And, Fn::Or, Fn::Not or Condition"},
		{"a text", condition, "    Extra: 'true'\n", "Conditions.Extra: must be Fn::Equals"},
		{"three operands", condition, "    Extra: !Equals [a, b, c]\n", "Conditions.Extra: takes a list of 2 to 2 items"},
		{"a resource", condition, "    Extra: !Equals [!Ref ExtraQueue, x]\n", "localaws compares texts, numbers, booleans and Ref of a pseudo parameter only"},
		{"a list", condition, "    Extra: !Equals [[a], b]\n", "localaws compares texts"},
		{"one condition", condition, "    Extra: !And [!Equals [a, b]]\n", "Conditions.Extra: takes a list of 2 to 10 items"},
		{"a cycle", condition, "    Extra: !Not [!Condition Other]\n    Other: !Not [!Condition Extra]\n", "depends on itself"},
		{"a missing one", condition, "    Extra: !Not [!Condition Other]\n", "there is no condition Other"},
		{"a map for a name", "Condition: Extra # of the queue", "Condition: {a: b}", "ExtraQueue.Condition: must be the name of a condition"},
		{"a false branch", "!If [Extra, with, without]", "!If [Other, with, without]", "there is no condition Other"},
		{"two branches", "!If [Extra, with, without]", "!If [Extra, with]", "Fn::If takes a list of a condition's name and two values"},
		{"a reference to what is not made", "    ExtraFunctionEventSourceMappingSQSExtraQueue: { Condition: Extra }\n", "", "the resource ExtraFunctionLambdaFunction is not made, because its condition Extra is false"},
		{"an output of what is not made", "      Condition: Extra # of the output\n", "", "Outputs.Extra.Value: the resource ExtraQueue is not made, because its condition Extra is false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := stack.Load(c.apply(t, conditionalFile), conditional("off"))
			c.check(t, s, err)
		})
	}
}

// An extension names what osls makes by osls's own logical ids.
func TestExtensionsNameMappingsAndRoutes(t *testing.T) {
	data, err := os.ReadFile(conditionalTemplate)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{
		"ExtraFunctionEventSourceMappingSQSExtraQueue", "HttpApiRouteGetExtraDashthingsThingidVar",
		"HttpApiIntegrationExtraFunction", "ExtraFunctionLambdaPermissionHttpApi",
	} {
		if !strings.Contains(string(data), `"`+id+`": {`) {
			t.Errorf("osls makes no %s", id)
		}
	}
}
