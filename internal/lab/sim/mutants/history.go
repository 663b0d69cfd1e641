package mutants

// ofTheHistory are mistakes in what is kept of changes, and in what is said of them.
var ofTheHistory = []mutant{
	{
		"acknowledge what the history did not keep", "consumers/history.go",
		`if owner != nil && !owner.done {`, `if owner != nil && owner == unread {`,
	},
	{
		"keep what comes late for an erasure", "internal/historystore/forget.go",
		`if b.Changes[i].ID.Before(m.Cleared) {`, `if b.Changes[i].ID.Before(m.Cleared) && false {`,
	},
	{
		"forget only changes below an erasure of the queue's route", "consumers/history.go",
		`u.Forget.Raise(history.Mark{Cleared: fence})`, `_ = fence`,
	},
	{
		"call what is superseded won", "internal/history/judge.go",
		`k.Verdict, k.By = Superseded, next`, `k.Verdict, k.By = Won, next`,
	},
	{
		"call what is too old refused", "internal/history/judge.go",
		`if r.Code == events.TooOld {`, `if r.Code == events.TooOld && false {`,
	},
	{
		"forget how often a change was sent", "internal/historystore/keep.go",
		`"ADD envelopes :e"`, `"SET envelopes = :e"`,
	},
}
