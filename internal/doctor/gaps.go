package doctor

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/bot-preferences/bot-preferences/internal/stackref"
)

// What the history's queue holds is not kept yet.
const notKept = "The history does not have them yet, so it may call a change unknown that came over the bus."

// checkHistoryBacklog looks for events that wait too long. Only where nothing else is wrong:
// another finding explains why they wait.
func (e *Examination) checkHistoryBacklog(ctx context.Context, r *Result) error {
	kept, _ := e.historyQueues()
	state, err := e.queue(ctx, kept)
	if err != nil {
		return err
	}
	age, known, err := e.latest(ctx, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", kept.Name)
	if err != nil {
		return nil // without the permission for metrics, how long they wait is not known
	}
	if n := state.waiting(); known && n > 0 && age > late.Seconds() {
		r.find("history-waiting", fmt.Sprintf("%s in the history's queue, the oldest for %s.", count(n, "waiting event"), seconds(age)), notKept, e.historyLog())
	}
	return nil
}

func (e *Examination) historyLog() string {
	return e.Commands.AWS + " logs tail /aws/lambda/" + e.functionName(historyFunction) + " --since 10m   # is it failing, throttled, or too slow?"
}

// Gaps says why a history may not have every change that the bus carried. Something of it is
// missing or disabled, it has dead letters, or events wait in its queue, however short. Without
// findings it has all that EventBridge has delivered. The second result says what the caller
// may not look at, such as "not checked: needs sqs:GetQueueAttributes". The parameter is the
// name of the history's table.
//
// It asks less than the check "history", and side by side. Call it instead of Run.
func (e *Examination) Gaps(ctx context.Context, table string) (gaps []Finding, unseen []string) {
	if e.Stack.Outputs[historyOutput] == "" { // the stack's names are derived
		e.Stack.Outputs = map[string]string{historyOutput: table}
	}
	looks := []check{
		{name: "table", run: (*Examination).checkHistoryTableExists},
		{name: "function", run: func(e *Examination, ctx context.Context, r *Result) error {
			return e.checkHistoryFunctions(ctx, r, historyFunction)
		}},
		{name: "queues", run: (*Examination).checkHistoryQueues},
		{name: "rule", run: (*Examination).checkHistoryRule},
		{name: "waiting", run: (*Examination).checkHistoryWaiting},
	}
	results := make([]Result, len(looks))
	var all sync.WaitGroup
	for i, look := range looks {
		all.Go(func() { results[i] = e.examine(ctx, look) })
	}
	all.Wait()
	for _, r := range results {
		gaps = append(gaps, r.Findings...)
		if r.Status == NotChecked && !slices.Contains(unseen, r.Summary) {
			unseen = append(unseen, r.Summary)
		}
	}
	return gaps, unseen
}

// checkHistoryWaiting finds every event that is not kept yet.
func (e *Examination) checkHistoryWaiting(ctx context.Context, r *Result) error {
	kept, _ := e.historyQueues()
	state, err := e.queue(ctx, stackref.Queue{Name: kept.Name})
	if missing(err) {
		return nil // said already
	}
	if err != nil {
		return err
	}
	if n := state.waiting(); n > 0 {
		r.find("history-waiting", fmt.Sprintf("%s in the history's queue%s.", count(n, "waiting event"), e.oldest(ctx, kept.Name)), notKept,
			"Ask again in a few seconds. If they still wait: "+e.Commands.Botprefs("doctor")+" --only history")
	}
	return nil
}
