package pattern

import "strings"

// compileWildcard compiles a string, in quotation marks, in which * stands for
// any number of characters, \* for an asterisk and \\ for a backslash.
func compileWildcard(path, quoted string) (func(value) bool, error) {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(quoted); i++ {
		c := quoted[i]
		switch {
		case c == '*' && strings.HasPrefix(quoted[i+1:], "*"):
			return nil, refuse(path, "Consecutive wildcard characters at pos %d", i)
		case c == '*':
			parts = append(parts, part.String())
			part.Reset()
		case c == '\\' && (quoted[i+1] == '*' || quoted[i+1] == '\\'): // the closing quotation mark is always behind
			i++
			part.WriteByte(quoted[i])
		case c == '\\':
			return nil, refuse(path, "Invalid escape character at pos %d", i)
		default:
			part.WriteByte(c)
		}
	}
	parts = append(parts, part.String())
	return func(v value) bool { return glob(parts, v.text) }, nil
}

// glob tells whether text is the parts with anything between them.
func glob(parts []string, text string) bool {
	last := len(parts) - 1
	if last == 0 {
		return text == parts[0]
	}
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return false
	}
	for _, p := range parts[1:last] {
		at := strings.Index(rest, p)
		if at < 0 {
			return false
		}
		rest = rest[at+len(p):]
	}
	return strings.HasSuffix(rest, parts[last])
}
