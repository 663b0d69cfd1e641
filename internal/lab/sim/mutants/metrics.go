package mutants

// ofMetrics are mistakes in what the functions count and measure.
var ofMetrics = []mutant{
	{
		"count a duplicate twice", "consumers/apply_report.go",
		`b.Settled(telemetry.Duplicates)`, "b.Settled(telemetry.Duplicates)\n\t\tb.Settled(telemetry.Duplicates)",
	},
	{
		"count what is superseded as merged", "consumers/apply_report.go",
		`b.Settled(telemetry.Superseded)`, `b.Settled(telemetry.Merged)`,
	},
	{
		"count a failed message as accepted", "consumers/apply_report.go",
		`b.Add(telemetry.ChangesFailed, 1)`, "b.Add(telemetry.ChangesFailed, 1)\n\t\tb.Settled(telemetry.Duplicates)",
	},
	{
		"count the first change of a write as folded", "consumers/apply_report.go",
		`i > 0, result.Revision`, `i >= 0, result.Revision`,
	},
	{
		"count each retry twice", "internal/profilestore/merge.go",
		`m.result.Retries++`, `m.result.Retries += 2`,
	},
	{
		"count no retry", "internal/profilestore/merge.go",
		`again = err == nil && !landed`, `again = false`,
	},
	{
		"keep negative delays", "internal/telemetry/batch.go",
		`max(took.Milliseconds(), 0)`, `took.Milliseconds()`,
	},
	{
		"measure what was redriven", "consumers/apply_message.go",
		`return marked || refused`, `return marked && false || refused`,
	},
	{
		"measure what SQS moved back", "consumers/apply_message.go",
		`return marked || refused`, `return marked || refused && false`,
	},
	{
		"measure what is replayed", "consumers/apply_message.go",
		`m.late || envelope.ReplayName != ""`, `m.late`,
	},
	{
		"measure what is late beside what is not", "consumers/apply_user.go",
		`if !slices.ContainsFunc(messages, isLate) {`, `if !slices.ContainsFunc(messages, isLate) || true {`,
	},
	{
		"leave no mark of late changes", "internal/profilestore/upsert.go",
		`if m.store.late {`, `if m.store.late && false {`,
	},
	{
		"measure announcements of late changes", "consumers/republish_report.go",
		`if !slices.Contains(late, s) {`, `if !slices.Contains(late, s) || true {`,
	},
	{
		"measure from the profile's newest stamp", "consumers/republish_report.go",
		`f.taken.Sub(s.Time())`, `f.taken.Sub(f.causes[len(f.causes)-1].Time())`,
	},
	{
		"count what is not announced", "consumers/republish_report.go",
		`b.Add(telemetry.AnnouncementsFailed, 1)`, "b.Add(telemetry.AnnouncementsFailed, 1)\n\t\tb.Add(telemetry.Announced, 1)",
	},
	{
		"count a dead letter without its code", "internal/telemetry/batch.go",
		`if b.letters[i].code == code {`, `if b.letters[i].code == code || true {`,
	},
	{
		"count no change that failed", "consumers/apply_report.go",
		`b.Add(telemetry.ChangesFailed, 1)`, `b.Add(telemetry.ChangesFailed, 0)`,
	},
	{
		"count the records of a failed fold", "consumers/republish_report.go",
		`b.Add(telemetry.AnnouncementsFailed, 1)`, `b.Add(telemetry.AnnouncementsFailed, len(f.records))`,
	},
	{
		"count letters of republish as refused changes", "consumers/republish_report.go",
		`b.Letter(`, "b.Add(telemetry.Refused, 1)\n\t\tb.Letter(",
	},
}
