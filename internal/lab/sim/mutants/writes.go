package mutants

// ofWrites are mistakes in writes over HTTP.
var ofWrites = []mutant{
	{
		"stamp a write without regard to the profile", "internal/httpapi/stamp.go",
		`return w.clock().NextAbove(after), nil`, `return w.clock().Next(), nil`,
	},
	{
		"let one profile move the stamps of every user", "internal/httpapi/stamp.go",
		`return w.clock().NextAbove(after), nil`, "w.clock().Observe(after)\n\treturn w.clock().Next(), nil",
	},
	{
		"leave the clock out of a stamp above the profile", "events/clock.go",
		`ms := uint64(c.now().UnixMilli()) & (1<<clockBits - 1)`, `ms := uint64(1<<clockBits - 1)`,
	},
	{
		"stamp a write above what it concerns alone", "internal/httpapi/stamp.go",
		`if after.Time().After(latest) {`, `if after.Time().After(latest) || true {`,
	},
	{
		"accept a write behind stamps of the future", "internal/httpapi/stamp.go",
		`ahead > events.MaxAhead {`, `ahead > 2*events.MaxAhead {`,
	},
	{
		"refuse a write for stamps that it does not concern", "internal/httpapi/stamp.go",
		`if after.Time().After(latest) {`, `if after.Time().After(latest) && false {`,
	},
	{
		"send a write whose profile could not be read", "internal/httpapi/write.go",
		"seen, err := w.Read(ctx, c.UserID)\n\tif err != nil {", "seen, err := w.Read(ctx, c.UserID)\n\tif err != nil && false {",
	},
	{
		"send a write that cannot fit", "internal/httpapi/write.go",
		`if err := seen.CheckFit(events.Fold(c), w.now()); err != nil {`, `if err := seen.CheckFit(events.Fold(c), w.now()); err != nil && false {`,
	},
	{
		"count tombstones that may be collected", "events/size.go",
		`return e.Collectable(now) }`, `return false }`,
	},
	{
		"answer with the profile before it reflects the write", "internal/httpapi/wait.go",
		`if p.Reflects(c) {`, `if p.Reflects(c) || p.Revision > 0 {`,
	},
	{
		"answer without the superseded keys", "internal/httpapi/accepted.go",
		`p.Superseded(c)`, `nil`,
	},
	{
		"call a key superseded only if nothing is visible", "events/reflect.go",
		`(!said || e.Value != value)`, `e.Value == Unset`,
	},
}
