package doctor

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

// historyOutput is the stack's output that says where the history is. A stack without a
// history does not have it.
const historyOutput = "HistoryTableName"

// historyPattern is the pattern of the rule that feeds the history's queue, in canonical
// form.
const historyPattern = `{"$or":[{"detail-type":["PreferenceChange"]},{"detail":{"snapshot":[false]},"detail-type":["PreferencesUpdated"],"source":["bot-preferences"]}]}`

const gaps = "The history has gaps. Profiles and announcements are not concerned."

// checkHistory looks at everything that a history needs, where the stack has one. Nothing
// of the pipeline depends on it, so its findings have codes of their own.
func (e *Examination) checkHistory(ctx context.Context, r *Result) error {
	if e.Stack.Outputs == nil {
		r.skip("not checked: needs cloudformation:DescribeStacks, which says whether there is a history")
		return nil
	}
	table := e.Stack.Outputs[historyOutput]
	if table == "" {
		r.Summary = "off: this stage keeps no history"
		return nil
	}
	functions := func(ctx context.Context, r *Result) error {
		return e.checkHistoryFunctions(ctx, r, historyFunction, changeFunction)
	}
	for _, look := range []func(context.Context, *Result) error{e.checkHistoryTable, functions, e.checkHistoryQueues, e.checkHistoryRule} {
		if err := look(ctx, r); err != nil {
			return err
		}
	}
	if len(r.Findings) == 0 {
		if err := e.checkHistoryBacklog(ctx, r); err != nil {
			return err
		}
	}
	r.Summary = "on: table " + table + ", and no dead letters"
	return nil
}

// gather adds the findings of a part under one code.
func (r *Result) gather(code string, part Result) {
	for _, f := range part.Findings {
		r.find(code, f.What, f.Mean, f.Do)
	}
}

func (e *Examination) checkHistoryTable(ctx context.Context, r *Result) error {
	if err := e.checkHistoryTableExists(ctx, r); err != nil || len(r.Findings) > 0 {
		return err
	}
	name := e.Stack.Outputs[historyOutput]
	do, err := e.keepsForever(ctx, name)
	if do != "" {
		r.find("history-expiry", fmt.Sprintf("The table %s does not remove items by %s.", name, expiry), "What people said is kept for longer than 30 days.", do)
	}
	return err
}

func (e *Examination) checkHistoryTableExists(ctx context.Context, r *Result) error {
	name := e.Stack.Outputs[historyOutput]
	_, err := e.DynamoDB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if missing(err) {
		r.find("history-table", "There is no table "+name+".", "What was kept is gone, and nothing is added. Profiles are not concerned.", e.deploy())
		return nil
	}
	return err
}

func (e *Examination) checkHistoryFunctions(ctx context.Context, r *Result, keys ...string) error {
	for _, key := range keys {
		f, err := e.function(ctx, key)
		if missing(err) {
			r.find("history-function", "There is no function "+e.functionName(key)+".", breaks[key], e.deploy())
			continue
		}
		if err != nil {
			return err
		}
		var part Result
		e.checkFunction(&part, key, f)
		r.gather("history-function", part)
	}
	return nil
}

// historyQueues are the history's queue and its dead-letter queue. Their names are those of
// serverless.yml, because no output has them.
func (e *Examination) historyQueues() (queue, letters stackref.Queue) {
	return stackref.Queue{Name: e.historyRule()}, stackref.Queue{Name: e.historyRule() + "-dlq"}
}

func (e *Examination) checkHistoryQueues(ctx context.Context, r *Result) error {
	kept, dead := e.historyQueues()
	states := map[string]queueState{}
	for _, q := range []stackref.Queue{kept, dead} {
		state, err := e.queue(ctx, q)
		if missing(err) {
			r.find("history-queue", "There is no queue "+q.Name+".", gaps, e.deploy())
			return nil
		}
		if err != nil {
			return err
		}
		states[q.Name] = state
		if what, do := e.forbids(q.Name, state, e.historyRule()); what != "" {
			r.find("history-policy", what, gaps, do)
		}
	}
	queue, letters := states[kept.Name], states[dead.Name]
	if do := e.setAside(queue, letters); do != "" {
		r.find("history-redrive", "The history's queue does not move what keeps failing to "+dead.Name+".", "It is tried for 14 days, and is then lost to the history.", do)
	}
	if n := letters.waiting(); n > 0 {
		r.find("dead-letters-history", fmt.Sprintf("%s of the history%s.", count(n, "dead letter"), e.oldest(ctx, dead.Name)), gaps,
			fmt.Sprintf("%s sqs start-message-move-task --source-arn %s --destination-arn %s   # once the cause is gone: docs/runbooks/history-dead-lettered.md", e.Commands.AWS, letters.arn, queue.arn))
	}
	return e.checkHistoryMapping(ctx, r, queue)
}

func (e *Examination) checkHistoryMapping(ctx context.Context, r *Result, queue queueState) error {
	m, err := e.mapping(ctx, queue.arn, historyFunction)
	if err != nil {
		return err
	}
	if m == nil {
		r.find("history-mapping", "Nothing reads the history's queue for "+historyFunction+".", breaks[historyFunction], e.deploy())
		return nil
	}
	var part Result
	e.checkState(&part, m, "the history's queue", historyFunction)
	r.gather("history-mapping", part)
	if !reportsFailures(m) {
		r.find("history-mapping", "The mapping of the history's queue ignores which messages of a batch failed (no ReportBatchItemFailures).",
			"Messages that could not be kept are deleted with their batch. "+gaps, e.update(m, "--function-response-types ReportBatchItemFailures"))
	}
	return nil
}

// historyRule is the name of the rule that feeds the history's queue.
func (e *Examination) historyRule() string { return e.Stack.Stack + "-history" }

func (e *Examination) checkHistoryRule(ctx context.Context, r *Result) error {
	bus, rule := e.Stack.Bus, e.historyRule()
	out, err := e.EventBridge.DescribeRule(ctx, &eventbridge.DescribeRuleInput{EventBusName: &bus, Name: &rule})
	if missing(err) {
		r.find("history-rule", "The bus "+bus+" has no rule "+rule+".", gaps, e.deploy())
		return nil
	}
	if err != nil {
		return err
	}
	if out.State == types.RuleStateDisabled {
		r.find("history-rule", "The rule "+rule+" is disabled.", gaps, fmt.Sprintf("%s events enable-rule --event-bus-name %s --name %s", e.Commands.AWS, bus, rule))
	}
	if got := canonical(aws.ToString(out.EventPattern)); got != historyPattern {
		r.find("history-rule", "The rule "+rule+" matches "+got+", not "+historyPattern+".", gaps,
			fmt.Sprintf("%s events put-rule --event-bus-name %s --name %s --event-pattern '%s'", e.Commands.AWS, bus, rule, historyPattern))
	}
	return e.checkHistoryTarget(ctx, r)
}

func (e *Examination) checkHistoryTarget(ctx context.Context, r *Result) error {
	bus, rule := e.Stack.Bus, e.historyRule()
	kept, dead := e.historyQueues()
	queue, err := e.queue(ctx, kept)
	if err != nil {
		return nil // said already
	}
	letters, err := e.queue(ctx, dead)
	if err != nil {
		return nil // the same
	}
	out, err := e.EventBridge.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{EventBusName: &bus, Rule: &rule})
	if err != nil {
		return err
	}
	whole := slices.ContainsFunc(out.Targets, func(t types.Target) bool {
		return aws.ToString(t.Arn) == queue.arn && t.Input == nil && t.InputPath == nil && t.InputTransformer == nil &&
			t.DeadLetterConfig != nil && aws.ToString(t.DeadLetterConfig.Arn) == letters.arn
	})
	if !whole {
		r.find("history-rule", "The rule "+rule+" does not deliver whole events to "+kept.Name+", with "+dead.Name+" for what cannot be delivered.", gaps,
			fmt.Sprintf(`%s events put-targets --event-bus-name %s --rule %s --targets '[{"Id":"history-queue","Arn":"%s","DeadLetterConfig":{"Arn":"%s"}}]'`,
				e.Commands.AWS, bus, rule, queue.arn, letters.arn))
	}
	return nil
}
