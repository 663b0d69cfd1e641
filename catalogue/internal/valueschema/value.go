package valueschema

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Decode reads the JSON text of one value. Objects are map[string]any, lists are
// []any, numbers are Number; the others are string, bool and nil.
func Decode(text []byte) (any, error) {
	d := jsontext.NewDecoder(strings.NewReader(string(text)))
	v, err := decode(d)
	if err != nil {
		return nil, err
	}
	if _, err := d.ReadToken(); err == nil {
		return nil, &jsontext.SyntacticError{}
	}
	return v, nil
}

func decode(d *jsontext.Decoder) (any, error) {
	token, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '"':
		return token.String(), nil
	case '0':
		return ParseNumber(token.String()), nil
	case 't', 'f':
		return token.Bool(), nil
	case '[':
		return decodeList(d)
	case '{':
		return decodeObject(d)
	}
	return nil, nil
}

func decodeList(d *jsontext.Decoder) (any, error) {
	list := []any{}
	for d.PeekKind() != ']' {
		v, err := decode(d)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.ReadToken()
	return list, err
}

func decodeObject(d *jsontext.Decoder) (any, error) {
	object := map[string]any{}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return nil, err
		}
		key := name.String() // the token is void after the next one is read
		if object[key], err = decode(d); err != nil {
			return nil, err
		}
	}
	_, err := d.ReadToken()
	return object, err
}

// Canonical is a text that two values share if JSON Schema holds them equal: 1 and 1.0
// do, and objects whose names stand in another order.
func Canonical(v any) string {
	var b strings.Builder
	canonical(&b, v)
	return b.String()
}

func canonical(b *strings.Builder, v any) {
	switch v := v.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case string:
		b.WriteString(strconv.Quote(v))
	case Number:
		b.WriteString(v.String())
	case []any:
		b.WriteByte('[')
		for _, item := range v {
			canonical(b, item)
			b.WriteByte(',')
		}
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		for _, name := range slices.Sorted(maps.Keys(v)) {
			b.WriteString(strconv.Quote(name))
			b.WriteByte(':')
			canonical(b, v[name])
			b.WriteByte(',')
		}
		b.WriteByte('}')
	}
}
