package safeguards

import (
	"fmt"
	"slices"
)

// Rule is one safeguard.
type Rule struct {
	Says string // what holds, as a sentence about Type
	Type string // the resources that it looks at; empty: the template as a whole

	// Of picks among the resources; nil takes all of the type.
	Of func(t *Template, r *Resource) bool

	// Stages are those that the rule is for; none: all.
	Stages []string

	// Broken says what is wrong with a resource (nil for the template as a
	// whole); empty: nothing is.
	Broken func(t *Template, r *Resource) string
}

// Result is what a rule found.
type Result struct {
	Says   string
	Looked int      // at so many resources
	Broken []string // empty: the rule holds
}

// All is every rule.
func All() []Rule {
	return slices.Concat(templateRules(), roleRules(), policyRules(), queueRules(), ruleRules(), archiveRules(), tableRules(),
		mappingRules(), functionRules(), alarmRules(), apiRules(), schemaRules(), destinationRules())
}

// Check runs the rules that are for the template's stage.
func Check(t *Template) []Result {
	var results []Result
	for _, rule := range All() {
		if len(rule.Stages) == 0 || slices.Contains(rule.Stages, t.Stage) {
			results = append(results, rule.check(t))
		}
	}
	return results
}

func (rule Rule) check(t *Template) Result {
	result := Result{Says: rule.Says}
	if rule.Type == "" {
		if broken := rule.Broken(t, nil); broken != "" {
			result.Broken = append(result.Broken, broken)
		}
		result.Looked = 1
		return result
	}
	for _, r := range t.of(rule.Type) {
		if rule.Of != nil && !rule.Of(t, r) {
			continue
		}
		result.Looked++
		if broken := rule.Broken(t, r); broken != "" {
			result.Broken = append(result.Broken, fmt.Sprintf("%s: %s", r.ID, broken))
		}
	}
	if result.Looked == 0 {
		result.Broken = append(result.Broken, "there is nothing that this is about: "+rule.Type)
	}
	return result
}

// unless is the usual way to say what is wrong.
func unless(holds bool, format string, args ...any) string {
	if holds {
		return ""
	}
	return fmt.Sprintf(format, args...)
}
