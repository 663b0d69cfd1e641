package tables

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// saysAlone tells whether localaws gives a reason that dynoxide does not give.
func (d disagreement) saysAlone(reason string) bool {
	return strings.Contains(d.ours.reasons(), reason) && !strings.Contains(d.theirs.reasons(), reason)
}

// hasExpression tells whether f holds for an expression of the request.
func (d disagreement) hasExpression(f func(e expression) bool) bool {
	return slices.ContainsFunc(expressionsIn(d.request.body), f)
}

// leadsIntoKey tells whether a path leads into the key that localaws names.
func (d disagreement) leadsIntoKey() bool {
	named := d.named(`not allowed: (?:Index)?Key: (\w+)`)
	isKey := d.isKeyOfTable(named) || shapes[d.shape].indexed && isIndexKey(named)
	return isKey && d.hasExpression(func(e expression) bool {
		return slices.ContainsFunc(e.paths(), func(p []any) bool { return len(p) > 1 && p[0] == named })
	})
}

// updatesKey tells whether an update names the key that localaws names.
func (d disagreement) updatesKey() bool {
	named := d.named(`Cannot update attribute (\w+)\.`)
	return d.hasExpression(func(e expression) bool {
		paths, _ := e.targets()
		return e.member == "UpdateExpression" && slices.ContainsFunc(paths, func(p []any) bool { return p[0] == named && d.isKeyOfTable(named) })
	})
}

// named returns the group of the pattern in localaws' message.
func (d disagreement) named(pattern string) string {
	m := regexp.MustCompile(pattern).FindStringSubmatch(d.ours.reasons())
	if m == nil {
		return ""
	}
	return m[1]
}

func (d disagreement) isKeyOfTable(name string) bool {
	return name == "pk" || name == "sk" && shapes[d.shape].sort != ""
}

var wellFormed = regexp.MustCompile(`^[#:][A-Za-z0-9_]+$`)

// hasBadPlaceholder tells whether the placeholder that localaws names is undefined,
// misspelt, or a value that cannot be stored.
func (d disagreement) hasBadPlaceholder() bool {
	undefined := d.named(`is not defined; attribute (?:name|value): (\S+)$`)
	misspelt := d.named(`contains invalid key: Syntax error; key: "(?s)(.*)"$`)
	misspells := strings.Contains(d.ours.reasons(), `contains invalid key: Syntax error; key: "`) && !wellFormed.MatchString(misspelt)
	holds := d.named(`contains invalid value: .*for key (\S+)$`)
	return d.hasScope(func(names, values object, expressions []expression) bool {
		all := maps.Clone(names)
		if all == nil {
			all = object{}
		}
		maps.Copy(all, values)
		_, there := all[undefined]
		_, isThere := all[misspelt]
		return undefined != "" && !there && slices.ContainsFunc(expressions, func(e expression) bool { return slices.Contains(tokensOf(e.text), undefined) }) ||
			misspells && isThere ||
			holds != "" && isBad(all[holds])
	})
}

// isBad tells whether a value contains one that was made to be refused.
func isBad(v any) bool {
	a, ok := v.(attribute)
	if !ok {
		return v == ""
	}
	a = withoutNulls(a)
	if levels(a) > maxLevels || len(a) != 1 || a["NULL"] == false || !slices.Contains(kinds, kindOf(a)) {
		return true
	}
	switch content := a[kindOf(a)].(type) {
	case []any:
		kind := kindOf(a)
		if kind == "L" {
			return slices.ContainsFunc(content, isBad)
		}
		seen := map[string]bool{}
		for _, e := range content {
			written := keyText(object{"pk": attribute{kind[:1]: e}})
			if seen[written] || isBad(attribute{kind[:1]: e}) {
				return true
			}
			seen[written] = true
		}
		return len(content) == 0
	case object:
		for _, e := range content {
			if isBad(e) {
				return true
			}
		}
	case string:
		return kindOf(a) == "N" && slices.Contains(badNumbers, content)
	}
	return false
}

// hasScope tells whether f holds for the placeholders and the expressions of the
// request or of a part of it.
func (d disagreement) hasScope(f func(names, values object, expressions []expression) bool) bool {
	var in func(v any) bool
	in = func(v any) bool {
		switch v := v.(type) {
		case object:
			names, _ := v["ExpressionAttributeNames"].(object)
			values, _ := v["ExpressionAttributeValues"].(object)
			own := lacking(v, func(_ string, e any) bool { _, isText := e.(string); return !isText })
			own["ExpressionAttributeNames"], own["ExpressionAttributeValues"] = names, values
			return f(names, values, expressionsIn(own)) || slices.ContainsFunc(slices.Collect(maps.Values(v)), in)
		case []any:
			return slices.ContainsFunc(v, in)
		}
		return false
	}
	return in(d.request.body)
}

// hasUnusedPlaceholder tells whether the placeholders that localaws names exist and no
// expression uses them.
func (d disagreement) hasUnusedPlaceholder() bool {
	named := d.named(`unused in expressions: keys: \{(.*)\}$`)
	return named != "" && d.hasScope(func(names, values object, expressions []expression) bool {
		return !slices.ContainsFunc(strings.Split(named, ", "), func(name string) bool {
			used := slices.ContainsFunc(expressions, func(e expression) bool { return slices.Contains(tokensOf(e.text), name) })
			return names[name] == nil && values[name] == nil || used
		})
	})
}

// hasNeedlessPlaceholders tells whether what localaws names is empty, or has no
// expression that could use it.
func (d disagreement) hasNeedlessPlaceholders() bool {
	member := d.named(`(ExpressionAttribute(?:Names|Values)) (?:can only be specified when using expressions|must not be empty)`)
	empty := strings.Contains(d.ours.reasons(), "must not be empty")
	return slices.ContainsFunc(d.request.parts(), func(part object) bool {
		for _, body := range part {
			placeholders, there := dig(body, member).(object)
			if there && (empty && len(placeholders) == 0 || !empty && len(expressionsIn(body)) == 0) {
				return true
			}
		}
		return false
	})
}

// keysOfParts returns the keys that a transaction names.
func (d disagreement) keysOfParts() []any { return d.request.written() }

// hasUnfitKey tells whether a key of a transaction does not fit the table.
func (d disagreement) hasUnfitKey() bool {
	types := map[string]string{"pk": shapes[d.shape].hash}
	if sort := shapes[d.shape].sort; sort != "" {
		types["sk"] = sort
	}
	return slices.ContainsFunc(d.keysOfParts(), func(key any) bool {
		fields, _ := key.(object)
		unfit := len(fields) != len(types)
		for name, kind := range types {
			unfit = unfit || dig(key, name, kind) == nil
		}
		return unfit
	})
}

func (d disagreement) namesAnItemTwice() bool {
	seen := map[string]bool{}
	return slices.ContainsFunc(d.keysOfParts(), func(key any) bool {
		k := keyText(key)
		twice := seen[k]
		seen[k] = true
		return twice
	})
}

// oldIsTheKey tells whether dynoxide answers the key for ALL_OLD of an item that did
// not exist, while localaws answers nothing, and everything else is the same.
func (d disagreement) oldIsTheKey() bool {
	_, old := d.ours.body["Attributes"]
	key := keyText(d.request.body["Key"])
	isAttributes := func(name string, _ any) bool { return name == "Attributes" }
	return d.request.operation == "UpdateItem" && d.request.body["ReturnValues"] == "ALL_OLD" && d.before[key] == nil && !old &&
		keyText(d.theirs.body["Attributes"]) == key && len(lacking(d.theirs.body["Attributes"], isKey)) == 0 &&
		alike(d.ours.body, lacking(d.theirs.body, isAttributes))
}

// asksForBadKey tells whether a key condition has a value of the length that localaws
// refuses.
func (d disagreement) asksForBadKey() bool {
	empty := d.named(`cannot contain an empty (string|binary) value`)
	limit := d.named(`exceeded the (?:maximum )?size limit of ?(\d+) bytes`)
	return d.hasExpression(func(e expression) bool {
		found := false
		e.each(func(run []element) {
			for _, o := range run {
				if o.value == nil || e.member != "KeyConditionExpression" {
					continue
				}
				size := measuredValue(o.value)
				isText := o.kind() == "S" || o.kind() == "B"
				found = found || isText && (empty != "" && size == 0 || limit != "" && size > number(limit))
			}
		})
		return found
	})
}

func number(digits string) (n int) {
	fmt.Sscan(digits, &n) // 0 where there are none
	return n
}

// hasConstantAtLimit tells whether a constant has the greatest number of levels, and
// nothing else in the request has.
func (d disagreement) hasConstantAtLimit() bool {
	others := mapped(d.request.body, "", func(_, text string) string { return text }).(object)
	found := false
	for _, body := range append(bodiesOf(request{operation: d.request.operation, body: others}), others) {
		values, _ := body["ExpressionAttributeValues"].(object)
		for name, v := range values {
			if levels(v) == maxLevels {
				found = true
				delete(values, name)
			}
		}
	}
	return found && levels(others) < maxLevels
}

// bodiesOf are the bodies of the parts of a transaction.
func bodiesOf(r request) []object {
	var all []object
	for _, part := range r.parts() {
		for _, what := range part {
			if body, ok := what.(object); ok {
				all = append(all, body)
			}
		}
	}
	return all
}

// maxLevels is how many lists and maps may lie in each other.
const maxLevels = 32

// levels is how many lists and maps lie in each other at the deepest place of a
// request.
func levels(v any) int {
	deepest, nests := 0, 0
	switch v := v.(type) {
	case object:
		_, list := v["L"].([]any)
		_, fields := v["M"].(object)
		if len(v) == 1 && (list || fields) {
			nests = 1
		}
		for _, e := range v {
			deepest = max(deepest, levels(e))
		}
	case []any:
		for _, e := range v {
			deepest = max(deepest, levels(e))
		}
	}
	return nests + deepest
}
