package tables

// onlyNeedless tells whether their records are ours, plus modifications that are known
// to have changed nothing.
func onlyNeedless(d disagreement) bool {
	if len(d.ours.body) != len(d.theirs.body) {
		return false
	}
	for key, list := range d.theirs.body {
		ours, ok := d.ours.body[key].([]any)
		if !ok || !aligned(d.touched[key], ours, list.([]any)) {
			return false
		}
	}
	return true
}

// aligned tells whether the touches of an item explain the records of both sides. A
// change has one record on each side. A write that changed nothing has none in ours and
// at most one in theirs.
func aligned(touched []touch, ours, theirs []any) bool {
	if len(touched) == 0 {
		return len(ours) == 0 && len(theirs) == 0
	}
	t, rest := touched[0], touched[1:]
	switch {
	case t.before == nil && t.after == nil:
		return aligned(rest, ours, theirs)
	case !t.needless():
		return len(ours) > 0 && len(theirs) > 0 && alike(ours[0], theirs[0]) && aligned(rest, ours[1:], theirs[1:])
	case len(theirs) > 0 && t.recordedIn(theirs[0]) && aligned(rest, ours, theirs[1:]):
		return true
	}
	return aligned(rest, ours, theirs)
}

// recordedIn tells whether a write that changed nothing could have made a record.
func (t touch) recordedIn(record any) bool {
	if dig(record, "eventName") != "MODIFY" {
		return false
	}
	for _, image := range []string{"OldImage", "NewImage"} {
		if have := dig(record, "dynamodb", image); have != nil && !alike(have, t.after) {
			return false
		}
	}
	return true
}
