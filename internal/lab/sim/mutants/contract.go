package mutants

// ofTheContract are mistakes in the rules of a change, and in what a deletion by hand
// announces.
var ofTheContract = []mutant{
	{
		"count an erasure without an id from the start of its second", "events/envelope.go",
		`if forgets {`, `if false {`,
	},
	{
		"count every change without an id from the end of its second", "events/envelope.go",
		`if forgets {`, `if true {`,
	},
	{
		"take a change that only unsets for one that sets", "events/change.go",
		`if v != Unset {`, `if v == Unset {`,
	},
	{
		"accept a UUID of any version", "events/stamp.go",
		`s[6]>>4 != 7 || `, ``,
	},
	{
		"read a UUID in lower case alone", "events/stamp.go",
		`if isHyphen != (text[i] == '-') {`, `if isHyphen != (text[i] == '-') || 'A' <= text[i] && text[i] <= 'F' {`,
	},
	{
		"refuse null where it means absent", "events/parse.go",
		`fields.dropNulls("id", "replace", "origin", "conversation_id", "version")`, `fields.dropNulls("id", "replace", "origin", "version")`,
	},
	{
		"accept numbers of any size", "events/syntax.go",
		`return !errors.Is(err, strconv.ErrRange)`, `return err == nil || errors.Is(err, strconv.ErrRange)`,
	},
	{
		"accept numbers of any length", "events/syntax.go",
		`if len(number) > MaxNumberBytes {`, `if len(number) > MaxValueBytes {`,
	},
	{
		"refuse the longest number", "events/syntax.go",
		`if len(number) > MaxNumberBytes {`, `if len(number) >= MaxNumberBytes {`,
	},
	{
		"refuse the longest user id", "events/validate.go",
		`case len(id) > MaxUserIDBytes:`, `case len(id) >= MaxUserIDBytes:`,
	},
	{
		"accept a conversation id of any length", "events/validate.go",
		`if len(c.ConversationID) > MaxConversationBytes {`, `if len(c.ConversationID) > MaxValueBytes {`,
	},
	{
		"keep the trace of an earlier change", "internal/profilestore/upsert.go",
		`u.drop(item.Traceparent)`, ``,
	},
	{
		"announce a change without its trace", "events/announce.go",
		`Traceparent: next.Traceparent,`, ``,
	},
	{
		"keep the trace of the smallest stamp of a write", "internal/profilestore/upsert.go",
		`return m.traces[delta.AsOf()]`, "least := delta.AsOf()\n\tfor stamp := range m.traces {\n\t\tif stamp.Before(least) {\n\t\t\tleast = stamp\n\t\t}\n\t}\n\treturn m.traces[least]",
	},
	{
		"lose the trace of a write over HTTP", "internal/httpapi/write.go",
		`c.Traceparent = trace(ctx, r, &c)`, ``,
	},
	{
		"announce no deletion by hand", "consumers/republish_fold.go",
		`return shows`, `return shows && false`,
	},
	{
		"fold a deletion by hand with what follows", "consumers/republish_fold.go",
		`delete(users, user)`, `_ = user`,
	},
	{
		"fold an item that is made with the erased one before", "consumers/republish_fold.go",
		`user == "" || made {`, `user == "" || made && len(f.records) == 0 {`,
	},
	{
		"announce a deletion by hand as the revision that was deleted", "consumers/republish_fold.go",
		`f.revision++`, `f.revision += 0`,
	},
	{
		"announce a deletion by hand without erased", "events/announce.go",
		`Erased: true, UpdatedAt: at`, `UpdatedAt: at`,
	},
	{
		"announce what a deletion by hand left over", "events/announce.go",
		`changes := diff(&previous.State, &State{})`, `changes := diff(&removed.State, &State{})`,
	},
	{
		"give a deletion by hand up without its as_of", "consumers/republish_letter.go",
		`asOf = f.asOf`, `_ = f.asOf`,
	},
}
