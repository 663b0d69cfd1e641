package stack

import "github.com/go-json-experiment/json/jsontext"

// canonical returns a value as JSON in canonical form (RFC 8785), so that different
// spellings of the same value give the same text.
func (r *report) canonical(n *node) string {
	value := jsontext.Value(appendJSON(nil, n))
	if err := value.Canonicalize(); err != nil {
		r.refuse(n, "cannot be JSON: %v", err)
	}
	return string(value)
}

func appendJSON(b []byte, n *node) []byte {
	switch n.kind {
	case null:
		return append(b, "null"...)
	case boolean, number:
		return append(b, n.value...)
	case text:
		b, _ = jsontext.AppendQuote(b, n.value) // YAML is valid UTF-8
		return b
	case list:
		b = append(b, '[')
		for i, item := range n.items {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, item)
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i, name := range n.keys() {
		if i > 0 {
			b = append(b, ',')
		}
		b, _ = jsontext.AppendQuote(b, name)
		b = appendJSON(append(b, ':'), n.fields[name])
	}
	return append(b, '}')
}
