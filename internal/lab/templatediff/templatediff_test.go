package templatediff_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/lab/templatediff"
)

const base = `{"Resources": {
  "Table": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": {"TableName": "t", "KeySchema": [{"AttributeName": "id"}]}},
  "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q", "VisibilityTimeout": 30}},
  "Role": {"Type": "AWS::IAM::Role", "Properties": {"Policies": []}},
  "Take": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": 5, "Code": {"S3Key": "serverless/1/take.zip"}}},
  "TakeLambdaVersion012345678901234567890123456789012345678901a": {"Type": "AWS::Lambda::Version", "Properties": {"CodeSha256": "one"}},
  "Live": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionVersion": {"Fn::GetAtt": ["TakeLambdaVersion012345678901234567890123456789012345678901a", "Version"]}}}
}, "Outputs": {"QueueUrl": {"Value": {"Ref": "Queue"}}}}`

func parse(t *testing.T, text string) *templatediff.Template {
	t.Helper()
	parsed, err := templatediff.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func compare(t *testing.T, changes ...string) templatediff.Diff {
	t.Helper()
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(base, changes[i]) {
			t.Fatalf("the template does not contain %q", changes[i])
		}
	}
	return templatediff.Compare(parse(t, base), parse(t, strings.NewReplacer(changes...).Replace(base)))
}

// Two packages of the same files differ in where the code lies and in its checksum.
func TestNewCodeAloneIsNoDifference(t *testing.T) {
	d := compare(t, "serverless/1/", "serverless/2/", `"one"`, `"two"`, "TakeLambdaVersion012345678901234567890123456789012345678901a", "TakeLambdaVersionzyxwvu012345678901234567890123456789")
	if diff := cmp.Diff(templatediff.Diff{}, d); diff != "" {
		t.Error(diff)
	}
	if text := d.Markdown("bot-preferences-prod"); text != "### bot-preferences-prod\n\nNo resource changes.\n" {
		t.Error(text)
	}
}

func TestEveryKindOfChange(t *testing.T) {
	for _, c := range []struct {
		name    string
		changes []string
		want    templatediff.Change
	}{
		{"a value", []string{`"Timeout": 5`, `"Timeout": 6`}, templatediff.Change{ID: "Take", Type: "AWS::Lambda::Function", Kind: templatediff.Changed, Leaves: []templatediff.Leaf{{"Properties.Timeout", "5", "6"}}}},
		{"a new property", []string{`"Timeout": 5`, `"Timeout": 5, "MemorySize": 128`}, templatediff.Change{ID: "Take", Type: "AWS::Lambda::Function", Kind: templatediff.Changed, Leaves: []templatediff.Leaf{{"Properties.MemorySize", "", "128"}}}},
		{"a list that was empty", []string{`"Policies": []`, `"Policies": ["p"]`}, templatediff.Change{ID: "Role", Type: "AWS::IAM::Role", Kind: templatediff.Changed, Leaves: []templatediff.Leaf{{"Properties.Policies", "[]", ""}, {"Properties.Policies.0", "", `"p"`}}}},
		{"a queue of another name", []string{`"QueueName": "q"`, `"QueueName": "r"`}, templatediff.Change{ID: "Queue", Type: "AWS::SQS::Queue", Kind: templatediff.Changed, Leaves: []templatediff.Leaf{{"Properties.QueueName", `"q"`, `"r"`}}, Warning: "is made anew for Properties.QueueName, without its messages"}},
		{"another key", []string{`"AttributeName": "id"`, `"AttributeName": "no"`}, templatediff.Change{ID: "Table", Type: "AWS::DynamoDB::Table", Kind: templatediff.Changed, Leaves: []templatediff.Leaf{{"Properties.KeySchema.0.AttributeName", `"id"`, `"no"`}}, Warning: "is made anew for Properties.KeySchema.0.AttributeName, without its items"}},
		{"another type", []string{`"AWS::SQS::Queue"`, `"AWS::SNS::Topic"`}, templatediff.Change{ID: "Queue", Type: "AWS::SNS::Topic", Kind: templatediff.Changed, Leaves: []templatediff.Leaf{{"Type", `"AWS::SQS::Queue"`, `"AWS::SNS::Topic"`}}, Warning: "loses its messages"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(templatediff.Diff{Changes: []templatediff.Change{c.want}}, compare(t, c.changes...)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRemovalsWarnOfWhatTheyLose(t *testing.T) {
	d := compare(t, `"Table":`, `"Table2":`, `"Queue":`, `"Queue2":`, `"Role":`, `"Role2":`)
	got := map[string]string{}
	for _, c := range d.Changes {
		got[c.ID+" "+string(c.Kind)] = c.Warning
	}
	want := map[string]string{
		"Queue removed": "loses its messages", "Table removed": "stays behind with its items, outside of the stack", "Role removed": "",
		"Queue2 added": "", "Table2 added": "", "Role2 added": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMarkdownShowsWarningsFirst(t *testing.T) {
	text := compare(t, `"QueueName": "q"`, "\"QueueName\": \""+strings.Repeat("x", 300)+"```\"", `"Ref": "Queue"`, `"Ref": "Live"`).Markdown("s")
	for _, part := range []string{"### s\n\n- **Warning: Queue", "| Queue | AWS::SQS::Queue | changed |", "- Properties.QueueName: \"q\"\n", "xxx ... (307 bytes)", "Outputs\n```diff\n- QueueUrl.Value.Ref: \"Queue\"\n+ QueueUrl.Value.Ref: \"Live\"\n```\n"} {
		if !strings.Contains(text, part) {
			t.Errorf("no %q in\n%s", part, text)
		}
	}
	if strings.Count(text, "```") != 4 {
		t.Errorf("a value ends its block:\n%s", text)
	}
}

func TestWhatIsNoTemplateIsRefused(t *testing.T) {
	for text, want := range map[string]string{"": "unexpected end", "{}": "the template has no resources", `{"Resources": []}`: "cannot unmarshal"} {
		if _, err := templatediff.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
