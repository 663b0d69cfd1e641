package pattern

// compileAnythingBut compiles the tests that pass for every value but the
// named ones. The field must exist. Values of another type always pass.
func compileAnythingBut(path string, n node) (test, error) {
	if n.kind == '{' {
		return compileAnythingButText(path, n)
	}
	items := n.elements
	switch n.kind {
	case '"', '0':
		items = []node{n}
	case '[':
	default:
		return test{}, refuse(path, "Value of anything-but must be an array or single string/number value.")
	}
	var denied []test
	var texts, numbers int
	for _, item := range items {
		switch item.kind {
		case '"':
			texts++
			denied = append(denied, equalTo(quote(item.text)))
		case '0':
			numbers++
			number, ok := comparableNumber(item.text)
			if !ok {
				return test{}, refuse(path, "Cannot compare number : %s", item.text)
			}
			denied = append(denied, test{passes: func(v value) bool { return v.comparable && v.number == number }})
		default:
			return test{}, refuse(path, "Inside anything but list, start|null|boolean is not supported.")
		}
	}
	if (texts > 0) == (numbers > 0) {
		return test{}, refuse(path, "Inside anything but list, either all values are number or string, mixed type is not supported")
	}
	return test{numeric: numbers > 0, passes: none(denied)}, nil
}

func compileAnythingButText(path string, n node) (test, error) {
	operator, operand, err := single(path, n, "Anything-But expression name not found")
	if err != nil {
		return test{}, err
	}
	switch operator {
	case "equals-ignore-case", "prefix", "suffix", "wildcard":
	default:
		return test{}, refuse(path, "Unsupported anything-but pattern: %s", operator)
	}
	items := operand.elements
	switch operand.kind {
	case '"', '0':
		items = []node{operand}
	case '[':
	default:
		return test{}, refuse(path, "Value of anything-but must be an array or single string/number value.")
	}
	var denied []test
	for _, item := range items {
		t, err := compileDenied(path, operator, item)
		if err != nil {
			return test{}, err
		}
		denied = append(denied, t)
	}
	if len(denied) == 0 {
		return test{}, refuse(path, "Empty arrays are not allowed in anything-but")
	}
	return test{passes: none(denied)}, nil
}

func compileDenied(path, operator string, n node) (test, error) {
	prefixOrSuffix := operator == "prefix" || operator == "suffix"
	switch {
	case n.kind == '"' && n.text == "" && prefixOrSuffix:
		return test{}, refuse(path, "Null prefix/suffix not allowed")
	case n.kind == '"':
		passes, err := textTest(path, operator, operator == "equals-ignore-case", n.text)
		return test{passes: passes}, err
	case operator == "equals-ignore-case":
		return test{}, refuse(path, "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.")
	case operator == "wildcard":
		return test{}, refuse(path, "wildcard match pattern must be a string")
	}
	return test{}, refuse(path, "prefix/suffix match pattern must be a string")
}

func none(denied []test) func(value) bool {
	return func(v value) bool {
		for _, t := range denied {
			if t.passes(v) {
				return false
			}
		}
		return true
	}
}
