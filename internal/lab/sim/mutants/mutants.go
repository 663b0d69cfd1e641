package mutants

import "slices"

// A mutant is one mistake in the production code: a text that occurs exactly once in a
// file, and the text that replaces it.
type mutant struct {
	name       string
	file       string
	old, wrong string
}

// mutants are plausible mistakes. The simulator must find every one of them.
var mutants = slices.Concat(ofThePipeline, ofWrites, ofTheContract, ofOrigins, ofMetrics, ofTheHistory)

// ofThePipeline are mistakes in the merge, the consumers, the routes and subscribers.
var ofThePipeline = []mutant{
	{
		"write without the condition on a key's stamp", "internal/profilestore/upsert.go",
		`u.unlessMember(attribute, item.Stamp, ">=", u.text(e.Stamp.String()))`, ``,
	},
	{
		"let an equal stamp write again", "internal/profilestore/upsert.go",
		`item.Stamp, ">=", u.text(e`, `item.Stamp, ">", u.text(e`,
	},
	{
		"write entries from below the fence", "internal/profilestore/upsert.go",
		`u.unless(item.Cleared, ">", u.text(lowest.String()))`, ``,
	},
	{
		"lower the fence", "internal/profilestore/upsert.go",
		`u.unless(item.Cleared, ">=", c)`, ``,
	},
	{
		"start revisions at zero when an item comes back", "internal/profilestore/upsert.go",
		`u.add(item.Revision, now.UnixMilli(), 1)`, `u.add(item.Revision, 0, 1)`,
	},
	{
		"forget to take expires_at off", "internal/profilestore/upsert.go",
		`u.drop(item.ExpiresAt)`, ``,
	},
	{
		"forget the tombstone of an unset key", "internal/profilestore/upsert.go",
		`u.assign(attribute, u.value(entry(e)))`,
		`if e.Value == events.Unset { u.drop(attribute) } else { u.assign(attribute, u.value(entry(e))) }`,
	},
	{
		"set expires_at on whatever is there by now", "internal/profilestore/tidy.go",
		`u.unless(item.Revision, "<>", u.number(seen.Revision))`, ``,
	},
	{
		"remove hidden entries without looking at their stamps", "internal/profilestore/removal.go",
		`u.unlessMember(attribute, item.Stamp, ">", u.text(e.Stamp.String()))`, ``,
	},
	{
		"leave in the item what a replace hides", "internal/profilestore/removal.go",
		`for key, e := range seen.Hidden.Of(origin) {`, `for key, e := range map[string]events.Entry{} {`,
	},
	{
		"collect tombstones within the horizon", "events/size.go",
		`const Retention = Horizon + 24*time.Hour`, `const Retention = Horizon - 29*24*time.Hour`,
	},
	{
		"never add to the profile's weight", "internal/profilestore/upsert.go",
		`u.add(attribute, 0, added)`, `u.add(attribute, 0, 0)`,
	},
	{
		"weigh small entries by their bytes alone", "internal/profilestore/item/layout.go",
		`int64(max(e.Bytes(key), minWeight))`, `int64(max(e.Bytes(key), min(minWeight, 1)))`,
	},
	{
		"take a contended merge for stored", "internal/profilestore/merge.go",
		`return seen, false, ErrContended`, `return seen, false, nil`,
	},
	{
		"take the smaller stamp in a fold", "events/state.go",
		`!e.Stamp.After(s.Entries[key].Stamp)`, `(s.Entries[key].Stamp != Stamp{}) && !s.Entries[key].Stamp.After(e.Stamp)`,
	},
	{
		"see what lies below the fence", "internal/profilestore/item/decode.go",
		"s.Hidden.Put(o, key, e)\n\t\treturn", `s.Hidden = Registers{}`,
	},
	{
		"acknowledge before the write", "consumers/apply_user.go",
		`result, err := a.merge(`, "settled(messages, &Merged{Stored: fold(messages)})\n\tresult, err := a.merge(",
	},
	{
		"take a dead letter for sent", "consumers/apply_user.go",
		`err := a.DeadLetters.Put(`, "m.outcome = deadLettered\n\terr := a.DeadLetters.Put(",
	},
	{
		"apply what is too old", "consumers/apply_message.go",
		`err = events.CheckTime(change.ID, now)`, `err = nil`,
	},
	{
		"report the first message for every failed one", "consumers/apply.go",
		`ItemIdentifier: m.id`, `ItemIdentifier: messages[0].id`,
	},
	{
		"fail the whole batch for a refused change", "consumers/apply.go",
		`if m.outcome == unsettled {`, `if m.outcome == unsettled || len(refused) > 0 {`,
	},
	{
		"report the last record of a failed fold", "consumers/republish_fold.go",
		`return f.records[0].SequenceNumber }`, `return f.records[len(f.records)-1].SequenceNumber }`,
	},
	{
		"fold records in the wrong order", "consumers/republish_fold.go",
		`return compareSequence(a.SequenceNumber, b.SequenceNumber)`, `return compareSequence(b.SequenceNumber, a.SequenceNumber)`,
	},
	{
		"announce only the last step of a fold", "consumers/republish_fold.go",
		`if first {`, `if first || true {`,
	},
	{
		"announce a write that made no revision", "consumers/republish_fold.go",
		`if f.revision == f.previousRevision && f.revision != 0 {`, `if false {`,
	},
	{
		"pass over what could not be announced", "consumers/republish.go",
		`if f.outcome == unsettled {`, `if f.outcome == unsettled && f.refusal != nil {`,
	},
	{
		"ignore FailedEntryCount", "eventbus/response.go",
		`list[i] = answer(&out.Entries[i])`, `_ = answer(&out.Entries[i])`,
	},
	{
		"ignore the failed messages of a batch", "queue/response.go",
		`answers[at] = failure(&out.Failed[i])`, `answers[at] = batch.Answer{}`,
	},
	{
		"lose track of which entries of a half-failed call are sent again", "internal/batch/sender.go",
		`again = append(again, index)`, `again = append(again, request[i])`,
	},
	{
		"answer 202 where the change was not sent", "internal/httpapi/write.go",
		"err != nil {\n\t\treturn w.notAccepted(", "err != nil && false {\n\t\treturn w.notAccepted(",
	},
	{
		"refuse a profile that is not too large", "events/size.go",
		`n > MaxProfileBytes {`, `n > MaxProfileBytes/2 {`,
	},
	{
		"give an announcement up at once", "consumers/republish.go",
		`case age > r.giveUpAfter():`, `case age >= 0:`,
	},
	{
		"let an item expire too early", "internal/profilestore/tidy.go",
		`Add(events.Retention + time.Second - time.Millisecond)`, `Add(time.Second - time.Millisecond)`,
	},
	{
		"let an earlier announcement replace a copy", "subscriber/copy.go",
		`return c.Revision > stored.Revision`, `return true`,
	},
	{
		"take a user's oldest announcement for the newest", "subscriber/batch.go",
		`cmp.Compare(u.Revision, v.Revision), `, `cmp.Compare(v.Revision, u.Revision), `,
	},
	{
		"acknowledge what a subscriber failed at", "subscriber/batch.go",
		`response.BatchItemFailures = append(response.BatchItemFailures, awsevents.SQSBatchItemFailure{ItemIdentifier: m.id})`, `_ = m.id`,
	},
	{
		"call an uncertain event not sent", "internal/batch/results.go",
		`case a.Err == nil || before == nil || before.Outcome != events.Uncertain:`, `case before == nil || true:`,
	},
}
