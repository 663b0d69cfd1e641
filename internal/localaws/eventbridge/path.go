package eventbridge

import (
	"bytes"
	"regexp"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// pathStep is one step of a JSON path: .name, ['name'] or [0].
var pathStep = regexp.MustCompile(`^(?:\.([^.\[\]*?@()'"\s]+)|\['([^']+)'\]|\[([0-9]+)\])`)

// checkPath refuses what walk does not know: wildcards, filters, slices.
func checkPath(field, target, path string) error {
	if len(path) > maxPath || path == "" || path[0] != '$' {
		return invalid("%s of target %s: must be a JSON path of at most %d characters that starts with $.", field, target, maxPath)
	}
	for rest := path[1:]; rest != ""; {
		step := pathStep.FindString(rest)
		if step == "" {
			return wire.Unsupported("the JSON path %s (%s of target %s): it knows .name, ['name'] and [0]", path, field, target)
		}
		rest = rest[len(step):]
	}
	return nil
}

// walk returns the text of the value at a checked JSON path.
func walk(text []byte, path string) (jsontext.Value, bool) {
	value := jsontext.Value(text)
	for rest := path[1:]; rest != ""; {
		m := pathStep.FindStringSubmatch(rest)
		rest = rest[len(m[0]):]
		var ok bool
		if m[3] != "" {
			value, ok = element(value, m[3])
		} else {
			value, ok = member(value, m[1]+m[2])
		}
		if !ok {
			return nil, false
		}
	}
	return value, true
}

func element(array jsontext.Value, index string) (jsontext.Value, bool) {
	n, err := strconv.Atoi(index)
	d, ok := open(array, '[')
	if err != nil || !ok {
		return nil, false
	}
	for ; d.PeekKind() != ']'; n-- {
		v, err := d.ReadValue()
		if err != nil || n == 0 {
			return v.Clone(), err == nil
		}
	}
	return nil, false
}

func member(object jsontext.Value, name string) (jsontext.Value, bool) {
	d, ok := open(object, '{')
	if !ok {
		return nil, false
	}
	for d.PeekKind() != '}' {
		t, err := d.ReadToken()
		if err != nil {
			return nil, false
		}
		found := t.String() == name
		v, err := d.ReadValue()
		if err != nil || found {
			return v.Clone(), err == nil
		}
	}
	return nil, false
}

func open(v jsontext.Value, kind jsontext.Kind) (*jsontext.Decoder, bool) {
	d := jsontext.NewDecoder(bytes.NewReader(v), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	t, err := d.ReadToken()
	return d, err == nil && t.Kind() == kind
}
