package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

// checkPolicies looks whether the rule may send to the change queue, and to the
// dead-letter queue where it cannot.
func (e *Examination) checkPolicies(ctx context.Context, r *Result) error {
	for _, q := range []struct {
		stackref.Queue
		code, mean string
	}{
		{e.Stack.ChangeQueue, "queue-policy", "EventBridge cannot deliver changes: after 24 hours they are dead letters."},
		{e.Stack.ChangeDeadLetters, "dead-letter-policy", "Changes that EventBridge cannot deliver are lost without a trace."},
	} {
		state, err := e.queue(ctx, q.Queue)
		if err != nil {
			return err
		}
		if what, do := e.forbids(q.Name, state, e.ruleName()); what != "" {
			r.find(q.code, what, q.mean, do)
		}
	}
	r.Summary = "the rule may send to the change queue and to its dead-letter queue"
	return nil
}

// forbids says how a queue's policy keeps EventBridge from sending for a rule, and which
// command mends it; "": it does not.
func (e *Examination) forbids(name string, queue queueState, rule string) (what, do string) {
	arn := e.ruleARN(queue.arn, rule)
	sources, ok := senders(queue.attributes["Policy"], queue.arn, arn)
	if ok {
		return "", ""
	}
	what = fmt.Sprintf("The policy of %s does not let EventBridge send to it for the rule %s.", name, rule)
	if len(sources) > 0 {
		what = fmt.Sprintf("The policy of %s names another rule: %s, not %s.", name, strings.Join(sources, ", "), arn)
	}
	return what, fmt.Sprintf("%s sqs set-queue-attributes --queue-url %s --attributes '%s'", e.Commands.AWS, queue.url, policyAttribute(queue.arn, arn))
}

// ruleARN is the ARN of a rule of the bus, in the account and region of a queue.
func (e *Examination) ruleARN(queueARN, rule string) string {
	parts := strings.SplitN(queueARN, ":", 6) // arn:aws:sqs:region:account:name
	if len(parts) != 6 {
		return ""
	}
	return fmt.Sprintf("%s:%s:events:%s:%s:rule/%s/%s", parts[0], parts[1], parts[3], parts[4], e.Stack.Bus, rule)
}

// A statement is what matters of a statement of a policy.
type statement struct {
	Effect    string
	Principal principal
	Action    oneOrMany
	Resource  oneOrMany
	Condition map[string]map[string]oneOrMany
}

type principal struct{ Services []string }

// UnmarshalJSON reads {"Service": ...}, and "*", which is everybody.
func (p *principal) UnmarshalJSON(text []byte) error {
	var named struct{ Service oneOrMany }
	if json.Unmarshal(text, &named) == nil {
		p.Services = named.Service
		return nil
	}
	var everybody string
	err := json.Unmarshal(text, &everybody)
	p.Services = []string{everybody}
	return err
}

// oneOrMany is a text or a list of texts, because policies allow both.
type oneOrMany []string

// UnmarshalJSON reads both.
func (m *oneOrMany) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*m = oneOrMany{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(m))
}

func (m oneOrMany) has(pattern func(string) bool) bool {
	for _, text := range m {
		if pattern(text) {
			return true
		}
	}
	return false
}

// senders tells whether a queue's policy lets EventBridge send for a rule, and for which
// other sources it does.
func senders(policy, queueARN, ruleARN string) (sources []string, ok bool) {
	var document struct{ Statement []statement }
	if json.Unmarshal([]byte(policy), &document) != nil {
		var single struct{ Statement statement }
		if json.Unmarshal([]byte(policy), &single) != nil {
			return nil, false
		}
		document.Statement = []statement{single.Statement}
	}
	for _, s := range document.Statement {
		if !s.letsSend(queueARN) {
			continue
		}
		from, restricted := s.sources()
		if !restricted || from.has(func(pattern string) bool { return like(pattern, ruleARN) }) {
			return nil, true
		}
		sources = append(sources, from...)
	}
	return sources, false
}

func (s *statement) letsSend(queueARN string) bool {
	return s.Effect == "Allow" &&
		oneOrMany(s.Principal.Services).has(func(name string) bool { return name == "events.amazonaws.com" || name == "*" }) &&
		s.Action.has(func(a string) bool {
			return strings.EqualFold(a, "sqs:SendMessage") || strings.EqualFold(a, "sqs:*") || a == "*"
		}) &&
		s.Resource.has(func(pattern string) bool { return like(pattern, queueARN) })
}

// sources are the ARNs that a condition on aws:SourceArn names.
func (s *statement) sources() (from oneOrMany, restricted bool) {
	for operator, tests := range s.Condition {
		for key, values := range tests {
			if strings.EqualFold(key, "aws:SourceArn") && (strings.HasPrefix(operator, "Arn") || strings.HasPrefix(operator, "String")) {
				from, restricted = append(from, values...), true
			}
		}
	}
	return from, restricted
}

// like matches * in a pattern with any text.
func like(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == text
	}
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(text, part)
		if i < 0 {
			return false
		}
		text = text[i+len(part):]
	}
	return strings.HasSuffix(text, parts[len(parts)-1])
}

// policyAttribute is the policy that serverless.yml gives the queue, as an attribute.
func policyAttribute(queueARN, ruleARN string) string {
	type object = map[string]any
	policy, err := json.Marshal(object{"Version": "2012-10-17", "Statement": []object{
		{"Effect": "Allow", "Principal": object{"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": queueARN, "Condition": object{"ArnEquals": object{"aws:SourceArn": ruleARN}}},
		{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": queueARN, "Condition": object{"Bool": object{"aws:SecureTransport": "false"}}},
	}}, json.Deterministic(true))
	if err != nil {
		panic("doctor: a policy of plain texts: " + err.Error())
	}
	attributes, err := json.Marshal(map[string]string{"Policy": string(policy)})
	if err != nil {
		panic("doctor: an attribute of plain text: " + err.Error())
	}
	return string(attributes)
}
