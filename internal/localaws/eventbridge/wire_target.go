package eventbridge

import (
	"slices"
	"time"
)

type putTargetsInput struct {
	Rule         string
	EventBusName string
	Targets      []targetJSON
}

type targetJSON struct {
	ID               string `json:"Id"`
	Arn              string
	RoleArn          string           `json:",omitzero"`
	Input            string           `json:",omitzero"`
	InputPath        string           `json:",omitzero"`
	InputTransformer *transformerJSON `json:",omitzero"`
	SqsParameters    *sqsParameters   `json:",omitzero"`
	DeadLetterConfig *deadLetterJSON  `json:",omitzero"`
	RetryPolicy      *retryPolicyJSON `json:",omitzero"`
}

type transformerJSON struct {
	InputPathsMap map[string]string `json:",omitempty"`
	InputTemplate string
}

type sqsParameters struct {
	MessageGroupID string `json:"MessageGroupId"`
}

type deadLetterJSON struct {
	Arn string `json:",omitzero"`
}

type retryPolicyJSON struct {
	MaximumRetryAttempts     *int `json:",omitzero"`
	MaximumEventAgeInSeconds *int `json:",omitzero"`
}

func (t *targetJSON) config() (TargetConfig, error) {
	c := TargetConfig{ID: t.ID, ARN: t.Arn, RoleARN: t.RoleArn, Input: t.Input, InputPath: t.InputPath}
	if t.InputTransformer != nil {
		c.InputTransformer = &InputTransformer{t.InputTransformer.InputPathsMap, t.InputTransformer.InputTemplate}
	}
	if t.SqsParameters != nil {
		c.MessageGroupID = t.SqsParameters.MessageGroupID
	}
	if t.DeadLetterConfig != nil {
		c.DeadLetterARN = t.DeadLetterConfig.Arn
	}
	if t.RetryPolicy == nil {
		return c, nil
	}
	if n := t.RetryPolicy.MaximumRetryAttempts; n != nil {
		switch {
		case *n < 0:
			return c, invalid("RetryPolicy.MaximumRetryAttempts of target %s: must be between 0 and %d", t.ID, defaultRetries)
		case *n == 0:
			c.MaximumRetryAttempts = NoRetry
		default:
			c.MaximumRetryAttempts = *n
		}
	}
	if n := t.RetryPolicy.MaximumEventAgeInSeconds; n != nil {
		if *n < 60 || *n > 86400 {
			return c, invalid("RetryPolicy.MaximumEventAgeInSeconds of target %s: must be between 60 and 86400", t.ID)
		}
		c.MaximumEventAge = time.Duration(*n) * time.Second
	}
	return c, nil
}

func (t *TargetConfig) answer() targetJSON {
	out := targetJSON{ID: t.ID, Arn: t.ARN, RoleArn: t.RoleARN, Input: t.Input, InputPath: t.InputPath}
	if i := t.InputTransformer; i != nil {
		out.InputTransformer = &transformerJSON{i.Paths, i.Template}
	}
	if t.MessageGroupID != "" {
		out.SqsParameters = &sqsParameters{t.MessageGroupID}
	}
	if t.DeadLetterARN != "" {
		out.DeadLetterConfig = &deadLetterJSON{t.DeadLetterARN}
	}
	if t.MaximumRetryAttempts != 0 || t.MaximumEventAge != 0 {
		out.RetryPolicy = &retryPolicyJSON{new(t.Retries()), new(int(t.age() / time.Second))}
	}
	return out
}

// entriesOutput answers PutTargets and RemoveTargets. Here the request fails as a whole
// or not at all.
type entriesOutput struct {
	FailedEntryCount int
	FailedEntries    []empty
}

func (s *Service) putTargets(in *putTargetsInput) (entriesOutput, error) {
	out := entriesOutput{FailedEntries: []empty{}}
	r, err := s.rule(in.EventBusName, in.Rule)
	if err != nil {
		return out, err
	}
	var list []TargetConfig
	for _, t := range in.Targets {
		c, err := t.config()
		if err != nil {
			return out, err
		}
		list = append(list, c)
	}
	if len(list) == 0 {
		return out, invalid("Targets: there must be at least one")
	}
	return out, r.put(list)
}

type removeTargetsInput struct {
	Rule         string
	EventBusName string
	IDs          []string `json:"Ids"`
	Force        bool
}

func (s *Service) removeTargets(in *removeTargetsInput) (entriesOutput, error) {
	r, err := s.rule(in.EventBusName, in.Rule)
	if err == nil {
		r.remove(in.IDs)
	}
	return entriesOutput{FailedEntries: []empty{}}, err
}

type listTargetsInput struct {
	Rule         string
	EventBusName string
	NextToken    string
	Limit        int
}

type listTargetsOutput struct {
	Targets   []targetJSON
	NextToken string `json:",omitzero"`
}

func (s *Service) listTargetsByRule(in *listTargetsInput) (listTargetsOutput, error) {
	r, err := s.rule(in.EventBusName, in.Rule)
	if err != nil {
		return listTargetsOutput{}, err
	}
	var list []targetJSON
	for _, t := range r.targets {
		list = append(list, t.answer())
	}
	part, next, err := page(list, func(t targetJSON) string { return t.ID }, in.NextToken, in.Limit)
	return listTargetsOutput{part, next}, err
}

type listRuleNamesInput struct {
	TargetArn    string
	EventBusName string
	NextToken    string
	Limit        int
}

type listRuleNamesOutput struct {
	RuleNames []string
	NextToken string `json:",omitzero"`
}

func (s *Service) listRuleNamesByTarget(in *listRuleNamesInput) (listRuleNamesOutput, error) {
	b, err := s.bus(in.EventBusName)
	if err != nil {
		return listRuleNamesOutput{}, err
	}
	var names []string
	for _, r := range b.rules {
		if slices.ContainsFunc(r.targets, func(t TargetConfig) bool { return t.ARN == in.TargetArn }) {
			names = append(names, r.name)
		}
	}
	part, next, err := page(names, func(name string) string { return name }, in.NextToken, in.Limit)
	return listRuleNamesOutput{part, next}, err
}
