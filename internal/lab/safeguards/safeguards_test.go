package safeguards

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// small is the template of testdata, as production would deploy it.
func small(t *testing.T) *Template {
	t.Helper()
	text, err := os.ReadFile("testdata/template.yml")
	if err != nil {
		t.Fatal(err)
	}
	template, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	template.Stage, template.TerminationProtection = "prod", true
	return template
}

func broken(results []Result) []string {
	var rules []string
	for _, r := range results {
		if len(r.Broken) > 0 {
			rules = append(rules, r.Statement)
		}
	}
	return rules
}

func TestTheSmallTemplateKeepsEveryRule(t *testing.T) {
	results := Check(small(t))
	if len(results) != len(All()) {
		t.Errorf("%d rules of %d ran", len(results), len(All()))
	}
	for _, r := range results {
		for _, what := range r.Broken {
			t.Errorf("%s: %s", r.Statement, what)
		}
	}
}

func TestEachMutationBreaksItsRuleAndNoOther(t *testing.T) {
	for i, m := range mutations {
		t.Run(strconv.Itoa(i)+" "+m.id+" "+m.path, func(t *testing.T) {
			template := small(t)
			m.apply(t, template)
			if diff := cmp.Diff([]string{m.rule}, broken(Check(template))); diff != "" {
				t.Errorf("the rule that should break (-), those that did (+):\n%s", diff)
			}
		})
	}
}

func TestEveryRuleHasAMutation(t *testing.T) {
	breaks := map[string]bool{}
	for _, m := range mutations {
		breaks[m.rule] = true
	}
	for _, rule := range All() {
		if !breaks[rule.Statement] {
			t.Errorf("no mutation shows that this rule can break: %s", rule.Statement)
		}
		delete(breaks, rule.Statement)
	}
	for rule := range breaks {
		t.Errorf("no rule is called: %s", rule)
	}
}

// A rule that checks nothing counts as broken.
func TestARuleAboutNothingIsBroken(t *testing.T) {
	template := &Template{Stage: "prod", TerminationProtection: true, Resources: map[string]*Resource{"Bus": {ID: "Bus", Type: "AWS::Events::EventBus"}}}
	holds := len(All()) - len(broken(Check(template)))
	if wanted := 2; holds != wanted { // those about the template as a whole
		t.Errorf("%d rules hold for a template with a bus alone, want %d", holds, wanted)
	}
}

func TestWhatIsForProductionAlone(t *testing.T) {
	template := small(t)
	template.Stage, template.TerminationProtection = "dev", false
	delete(template.Resources["Table"].Properties, "DeletionProtectionEnabled")
	template.Resources["Table"].DeletionPolicy = "Delete"
	if rules := broken(Check(template)); len(rules) > 0 {
		t.Errorf("broken outside production: %q", rules)
	}
}

func TestLoadReadsWhatOslsWrites(t *testing.T) {
	folder := t.TempDir()
	if _, err := Load(folder, "prod"); err == nil {
		t.Error("an empty folder is read")
	}
	write(t, folder, "cloudformation-template-update-stack.json", `{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain", "Properties": {"VisibilityTimeout": 30}}}}`)
	write(t, folder, "serverless-state.json", `{"service": {"provider": {"deletionProtection": {"stages": ["prod"]}}}}`)
	for stage, protected := range map[string]bool{"prod": true, "dev": false} {
		got, err := Load(folder, stage)
		want := &Template{Stage: stage, TerminationProtection: protected, Resources: map[string]*Resource{
			"Q": {ID: "Q", Type: "AWS::SQS::Queue", DeletionPolicy: "Retain", Properties: map[string]any{"VisibilityTimeout": 30}},
		}}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("error %v; want (-), got (+):\n%s", err, diff)
		}
	}
	write(t, folder, "cloudformation-template-update-stack.json", `{"Outputs": {}}`)
	if _, err := Load(folder, "prod"); err == nil {
		t.Error("a template without resources is read")
	}
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (m mutation) apply(t *testing.T, template *Template) {
	t.Helper()
	if m.change != nil {
		m.change(template)
		return
	}
	path := strings.Split(m.path, ".")
	r := template.Resources[m.id]
	r.Properties, _ = changed(r.Properties, path, m.to).(map[string]any)
}

// changed returns a value in which the element at the path is replaced or removed, or
// appended to a list.
func changed(value any, path []string, to any) any {
	if len(path) == 0 {
		return to
	}
	if list, ok := value.([]any); ok {
		i, err := strconv.Atoi(path[0])
		if err != nil || i > len(list) {
			panic("no such item: " + path[0])
		}
		if i == len(list) {
			return append(list, to)
		}
		list[i] = changed(list[i], path[1:], to)
		return list
	}
	fields := value.(map[string]any)
	if len(path) == 1 && to == nil {
		if _, ok := fields[path[0]]; !ok {
			panic("there is nothing to remove: " + path[0])
		}
		delete(fields, path[0])
		return fields
	}
	fields[path[0]] = changed(fields[path[0]], path[1:], to)
	return fields
}
