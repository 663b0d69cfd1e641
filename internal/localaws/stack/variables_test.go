package stack_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// Every row replaces the value of one environment variable.
const variableUnderTest = "RETRIES: 3"

func TestVariables(t *testing.T) {
	for _, c := range []struct{ name, written, want string }{
		{"plain text", "a", "a"},
		{"stage", "${sls:stage}", "dev"},
		{"option given", "${opt:stage, 'x'}", "dev"},
		{"option not given", "${opt:region, 'x'}", "x"},
		{"parameter of the stage", "${param:batch}", "20"},
		{"parameter for all stages", "${param:window}", "2"},
		{"parameter made of variables", "${param:prefix}", "orders-dev"},
		{"path into the file", "${self:custom.names.orders}", "orders-dev-orders"},
		{"path through a variable", "${self:functions.ship_orders.events.2.httpApi.authorizer.type}", "aws_iam"},
		{"path into a list", "${self:functions.take-orders.events.1.httpApi}", "post /orders"},
		{"no such path", "${self:custom.nothing.at.all, 'x'}", "x"},
		{"index out of range", "${self:functions.take-orders.events.9, 'x'}", "x"},
		{"environment", "${env:SET}", "from the environment"},
		{"environment not set", "${env:UNSET, 'x'}", "x"},
		{"several fallbacks", "${env:UNSET, param:nothing, null, self:service}", "orders"},
		{"single quotes", "${env:UNSET, 'it, is }'}", "it, is }"},
		{"number", "${env:UNSET, 7}", "7"},
		{"boolean", "${env:UNSET, true}", "true"},
		{"empty text", "${env:UNSET, ''}", ""},
		{"nested", "${self:custom.names.${param:nothing, 'orders'}}", "orders-dev-orders"},
		{"nested, with a fallback", "${self:custom.names.${sls:stage}, 'x, y'}", "x, y"},
		{"within a text", "a-${sls:stage}-${param:batch}-b", "a-dev-20-b"},
		{"CloudFormation's own holes stay", "${AWS::Region} ${Orders.Arn} ${lower} $ {sls:stage} $${x}", "${AWS::Region} ${Orders.Arn} ${lower} $ {sls:stage} $${x}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := refusal{old: variableUnderTest, new: `RETRIES: "` + c.written + `"`}
			s := mustLoad(t, r.apply(t, exampleFile), stack.Options{
				Stage: "dev",
				Env:   func(name string) (string, bool) { return "from the environment", name == "SET" },
			})
			if got := s.Functions[0].Environment["RETRIES"]; got != c.want {
				t.Errorf("%s gives %q, want %q", c.written, got, c.want)
			}
		})
	}
}

func TestATextFileIsIncluded(t *testing.T) {
	path := refusal{old: variableUnderTest, new: `RETRIES: ${file(texts/a.draft4)}`}.apply(t, exampleFile)
	folder := filepath.Join(filepath.Dir(path), "texts")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"{\n  \"a\": 1\n}\n": "{\n  \"a\": 1\n}\n", "of ${sls:stage}": "of dev"} {
		if err := os.WriteFile(filepath.Join(folder, "a.draft4"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := mustLoad(t, path, stack.Options{}).Functions[0].Environment["RETRIES"]; got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

func TestStageWithoutAnyMention(t *testing.T) {
	c := refusal{old: "  stage: ${opt:stage, 'dev'}\n  region: ${opt:region, 'eu-west-1'}\n", new: ""}
	s := mustLoad(t, c.apply(t, exampleFile), stack.Options{})
	if s.Stage != "dev" || s.Region != "us-east-1" {
		t.Errorf("stage %q and region %q, want osls's defaults dev and us-east-1", s.Stage, s.Region)
	}
}

func TestRefusesOtherVariables(t *testing.T) {
	var cases []refusal
	for _, c := range []struct{ name, written, want string }{
		{"part of a file", "${file(./x.yml):a}", "environment.RETRIES: ${file(./x.yml):a}: the variable source file(...) is not supported (only file(PATH) is)"},
		{"file that osls would parse", "${file(x.json)}", "${file(x.json)}: osls would not include a .json file as text"},
		{"file that is not there", "${file(x.txt)}", "${file(x.txt)} has no value"},
		{"folder for a file", "${file(.)}", "${file(.)}: cannot be read: "},
		{"a function as fallback", "${env:UNSET, strToBool('true')}", "the variable source strToBool(...) is not supported"},
		{"ssm", "${ssm:/a/b}", "${ssm:/a/b}: the variable source ssm is not supported (only sls, opt, param, self, env and file are)"},
		{"cf", "${cf:other.Output}", "the variable source cf is not supported"},
		{"s3", "${s3:bucket/key}", "the variable source s3 is not supported"},
		{"aws", "${aws:accountId}", "the variable source aws is not supported"},
		{"git", "${git:sha1}", "the variable source git is not supported"},
		{"other sls", "${sls:instanceId}", "${sls:instanceId}: only sls:stage is supported"},
		{"other option", "${opt:color, 'red'}", "only opt:stage and opt:region are supported"},
		{"nested, without a value", "${self:custom.levels.${sls:stage}}", "${self:custom.levels.${sls:stage}}: there is no custom.levels.dev"},
		{"nested, with another value", "${self:custom.filter.body.${sls:stage}}", "there is no custom.filter.body.dev, but kind, total"},
		{"nested elsewhere", "${param:${sls:stage}}", "a variable within another one is supported in the address of self alone"},
		{"nested and unknown", "${self:custom.${env:STACK_TEST_UNSET}}", "${env:STACK_TEST_UNSET} has no value"},
		{"nested and open", "${self:custom.${sls:stage}", "${self:custom.${sls:stage} is not closed"},
		{"escaped", `\\${sls:stage}`, "escaped variables (\\${...}) are not supported"},
		{"open end", "${sls:stage", "${sls:stage is not closed"},
		{"no literal", "${env:UNSET, what}", `"what" is neither source:address nor a literal`},
		{"empty source", "${env:UNSET, }", `"" is neither source:address nor a literal`},
		{"escape in a literal", `${env:UNSET, 'a\\n'}`, `escapes in 'a\n' are not supported`},
		{"no parameter of that name", "${param:nothing}", "${param:nothing} has no value"},
		{"nothing in the environment", "${env:STACK_TEST_UNSET}", "${env:STACK_TEST_UNSET} has no value"},
		{"nothing at all", "${self:custom.nothing, null}", "${self:custom.nothing, null} has no value"},
		{"whole file", "${self:}", "${self:}: name what of the file is meant"},
		{"circle", "${self:functions.ship_orders.environment.RETRIES}", "functions.ship_orders.environment.RETRIES refers to itself"},
		{"map within a text", "a ${self:custom.signed} b", "${self:custom.signed} is a map and cannot be part of a text"},
	} {
		cases = append(cases, refusal{c.name, variableUnderTest, `RETRIES: "` + c.written + `"`, c.want})
	}
	refuseAll(t, cases)
	refuseAll(t, []refusal{
		{"variable in a name", "custom:\n", "custom:\n  '${sls:stage}': 1\n", "variables in names are not supported"},
		{"circle of two", "custom:\n", "custom:\n  a: ${self:custom.b}\n  b: ${self:custom.a}\n", "refers to itself"},
		{"circle along a path", "custom:\n", "custom:\n  a: ${self:custom.a.b}\n", "custom.a refers to itself"},
		{"stage without a value", "stage: ${opt:stage, 'dev'}", "stage: ${env:STACK_TEST_UNSET}", "provider.stage: ${env:STACK_TEST_UNSET} has no value"},
	})
}
