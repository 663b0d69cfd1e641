package eventbridge

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/pattern"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

type putRuleInput struct {
	Name               string
	ScheduleExpression string
	EventPattern       string
	State              string
	Description        string
	RoleArn            string
	Tags               []tag
	EventBusName       string
}

var ruleStates = []string{enabled, disabled, "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}

type ruleARN struct{ RuleArn string }

func (s *Service) putRuleWire(in *putRuleInput) (ruleARN, error) {
	if err := oneOf("state", in.State, ruleStates); err != nil {
		return ruleARN{}, err
	}
	switch {
	case in.ScheduleExpression != "":
		return ruleARN{}, wire.Unsupported("schedules (ScheduleExpression of rule %s)", in.Name)
	case in.EventPattern == "":
		return ruleARN{}, invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	case in.State == "":
		in.State = enabled
	case in.State != enabled && in.State != disabled:
		return ruleARN{}, wire.Unsupported("the State %s of rule %s: it knows ENABLED and DISABLED", in.State, in.Name)
	}
	r, err := s.putRule(in.EventBusName, rule{
		name: in.Name, text: in.EventPattern, state: in.State, description: in.Description, role: in.RoleArn,
	})
	if err != nil {
		return ruleARN{}, err
	}
	r.tags = withTags(r.tags, in.Tags)
	return ruleARN{r.arn}, nil
}

type ruleInput struct {
	Name         string
	EventBusName string
	Force        bool
}

func (s *Service) deleteRuleWire(in *ruleInput) (empty, error) {
	return empty{}, s.deleteRule(in.EventBusName, in.Name)
}

func (s *Service) enableRule(in *ruleInput) (empty, error) {
	return empty{}, s.setState(in.EventBusName, in.Name, enabled)
}

func (s *Service) disableRule(in *ruleInput) (empty, error) {
	return empty{}, s.setState(in.EventBusName, in.Name, disabled)
}

type ruleJSON struct {
	Name         string
	Arn          string
	EventPattern string
	State        string
	Description  string `json:",omitzero"`
	RoleArn      string `json:",omitzero"`
	EventBusName string
	CreatedBy    string `json:",omitzero"` // shown by DescribeRule alone
}

func (r *rule) answer() ruleJSON {
	return ruleJSON{
		Name: r.name, Arn: r.arn, EventPattern: r.text, State: r.state,
		Description: r.description, RoleArn: r.role, EventBusName: r.bus,
	}
}

func (s *Service) describeRule(in *ruleInput) (ruleJSON, error) {
	r, err := s.rule(in.EventBusName, in.Name)
	if err != nil {
		return ruleJSON{}, err
	}
	out := r.answer()
	out.CreatedBy = s.w.Account
	return out, nil
}

type listRulesInput struct {
	NamePrefix   string
	EventBusName string
	NextToken    string
	Limit        int
}

type listRulesOutput struct {
	Rules     []ruleJSON
	NextToken string `json:",omitzero"`
}

func (s *Service) listRules(in *listRulesInput) (listRulesOutput, error) {
	b, err := s.bus(in.EventBusName)
	if err != nil {
		return listRulesOutput{}, err
	}
	var list []ruleJSON
	for _, r := range b.rules {
		if strings.HasPrefix(r.name, in.NamePrefix) {
			list = append(list, r.answer())
		}
	}
	part, next, err := page(list, func(r ruleJSON) string { return r.Name }, in.NextToken, in.Limit)
	return listRulesOutput{part, next}, err
}

type testEventPatternInput struct {
	EventPattern string
	Event        string
}

type resultOutput struct{ Result bool }

// testEventPattern requires the members that AWS calls mandatory, except for resources:
// the service accepts an event without them.
func (s *Service) testEventPattern(in *testEventPatternInput) (resultOutput, error) {
	p, err := compile(in.EventPattern)
	if err != nil {
		return resultOutput{}, err
	}
	event, err := pattern.Decode([]byte(in.Event))
	if err != nil {
		return resultOutput{}, invalid("Parameter Event is not valid.")
	}
	var members map[string]jsontext.Value
	_ = json.Unmarshal([]byte(in.Event), &members, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)) // Decode took it
	for _, name := range []string{"id", "account", "source", "time", "region", "detail-type"} {
		if members[name] == nil {
			return resultOutput{}, invalid("Parameter Event is not valid. Reason: %s is missing.", name)
		}
	}
	return resultOutput{p.MatchEvent(event)}, nil
}
