// Package catalogue says what preferences mean: their schemas, their defaults, and in
// which layers they may be set.
//
// A catalogue is written as catalogue.yaml. The command botprefs checks that file and
// compiles it to JSON; Load reads what it wrote. A nil *Catalogue is none: it accepts
// everything, and has no defaults.
//
//	c, err := catalogue.Load(compiled)
//	...
//	err = c.Validate("language", events.Text("fr"))   // nil, or a *Violation
//	r := c.Resolve(catalogue.Profiles{User: user, Tenant: tenant})
//	r.Preferences["language"], r.From["language"]     // "fr", catalogue.User
//
// # Entries
//
// An entry governs one key, or with a name that ends in "*" every key that begins with
// the rest of its name and is longer. An entry for exactly this key wins, else the
// longest prefix. A key that no entry matches is unknown: Unknown says whether it is
// accepted, warned about or refused.
//
// # Layers
//
// A value is set in the profile of a user, of a tenant or of a conversation. An entry
// names its layers; it is user alone if it names none. A value that is set elsewhere
// breaks the rule "layers", and Resolve ignores it. Unknown keys may be set in every
// layer, and Resolve lets each of them count: so without a catalogue a conversation
// overrides a user, and a user a tenant.
//
// # Costs
//
// Load reads the names. The schema of an entry is compiled when a value is first
// validated by it. A Catalogue may be used by several goroutines at once. Errors and
// violations name key and rule, and never a value.
package catalogue
