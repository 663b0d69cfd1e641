package expression

import "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb/value"

// Bind checks the update in the environment of a request and records the placeholders
// that it uses. It returns the resolved paths that the update changes, in the order of
// the text.
func (u *Update) Bind(e *Environment) (Paths, error) {
	for _, path := range u.order {
		if err := e.bindPath(path); err != nil {
			return nil, err
		}
	}
	for _, actions := range [][]setAction{u.sets, u.adds, u.deletes} {
		for _, a := range actions {
			if err := bindAll(a.args, e); err != nil {
				return nil, err
			}
		}
	}
	paths, err := bindPaths(u.order, e)
	if err != nil {
		return nil, err
	}
	return paths, first(
		elementKinds("ADD", u.adds, e, value.N, value.SS, value.NS, value.BS),
		elementKinds("DELETE", u.deletes, e, value.SS, value.NS, value.BS),
		u.checkSets(e),
	)
}

func elementKinds(section string, actions []setAction, e *Environment, kinds ...value.Kind) error {
	for _, a := range actions {
		if kind := a.args[0].kind(e); allow(section, a.args, e, kinds...) != nil {
			return failf("Incorrect operand type for operator or function; operator: %s, operand type: %s, typeSet: ALLOWED_FOR_%s_OPERAND", section, kind.Word(), section)
		}
	}
	return nil
}

func (u *Update) checkSets(e *Environment) error {
	for _, a := range u.sets {
		for _, o := range a.args {
			if err := o.checkUpdate(e); err != nil {
				return err
			}
		}
		if a.operator != "" {
			if err := allow(a.operator, a.args, e, value.N); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkUpdate checks the functions of an operand of SET, inner first.
func (o operand) checkUpdate(e *Environment) error {
	if o.call == nil {
		return nil
	}
	for _, arg := range o.call.args {
		if err := arg.checkUpdate(e); err != nil {
			return err
		}
	}
	if err := o.call.checkCounts(updates); err != nil {
		return err
	}
	if o.call.name == "list_append" {
		return allow(o.call.name, o.call.args, e, value.L)
	}
	if o.call.args[0].path == nil {
		return requiresPath(o.call.name)
	}
	return distinct(o.call.name, o.call.args, e)
}

// Reads calls f with every document path that the update reads, resolved.
func (u *Update) Reads(e *Environment, f func(Path)) {
	for _, a := range u.sets {
		eachPath(a.args, e, f)
	}
}
