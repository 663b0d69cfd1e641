package mutants

// ofOrigins are mistakes with what was inferred.
var ofOrigins = []mutant{
	{
		"take what was inferred for stated", "events/parse.go",
		`c.Origin, err = fields.origin("origin")`, `_, err = fields.origin("origin")`,
	},
	{
		"show the value of a dead inference", "internal/profilestore/item/decode.go",
		`|| e.Stamp.After(s.Entries[key].Stamp) {`, `|| e.Stamp.After(s.Entries[key].Stamp) || true {`,
	},
	{
		"show the later of a statement and an inference", "events/state.go",
		`case stated.Value != Unset && !stated.Stamp.Before(s.Cleared):`, `case stated.Value != Unset && !stated.Stamp.Before(s.Cleared) && !inferred.Stamp.After(stated.Stamp):`,
	},
	{
		"leave the values of dead inferences in the item", "internal/profilestore/removal.go",
		`for key, e := range seen.Dead {`, `for key, e := range map[string]events.Entry{} {`,
	},
	{
		"take the value of a later inference, too", "internal/profilestore/removal.go",
		`u.unlessMember(inferred, item.Stamp, "<>", stamp)`, `u.unlessMissing(inferred)`,
	},
	{
		"forget what was stated together with an inference", "internal/profilestore/upsert.go",
		`entries := delta.Register(origin)`, "entries := delta.Register(origin)\n\t\tif origin == events.Stated && len(delta.Inferred) > 0 {\n\t\t\tcontinue\n\t\t}",
	},
	{
		"hold inferences to the limits of statements", "internal/profilestore/item/layout.go",
		`return MaxInferredWeight`, `return MaxWeight`,
	},
	{
		"announce no change of an origin", "events/announce.go",
		`was.Value != is.Value || from != by`, `was.Value != is.Value || from != by && false`,
	},
	{
		"announce the inferred keys of the revision before", "events/announce.go",
		`InferredKeys: next.InferredKeys()`, `InferredKeys: previous.InferredKeys()`,
	},
	{
		"answer with no inferred keys", "internal/httpapi/profile.go",
		`_, ok := shown[key]`, `ok := false`,
	},
	{
		"keep a copy without its inferred keys", "subscriber/projection.go",
		`c.InferredKeys = among(c.Preferences, u.InferredKeys)`, ``,
	},
}
