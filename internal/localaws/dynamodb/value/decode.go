package value

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// The messages with which DynamoDB refuses a value.
const (
	emptyValue     = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
	severalTypes   = "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
	invalidPrefix  = "One or more parameter values were invalid: "
	falseNull      = invalidPrefix + "Null attribute value types must have the value of true"
	emptyStringSet = invalidPrefix + "An string set  may not be empty"
	emptyNumberSet = invalidPrefix + "An number set  may not be empty"
	emptyBinarySet = invalidPrefix + "Binary sets should not be empty"
	sameNumbers    = "Input collection contains duplicates"
	emptyName      = "Empty attribute name"
)

var errType = errors.New("wrong type")

func invalid(format string, args ...any) Value {
	return Value{kind: Invalid, text: fmt.Sprintf(format, args...)}
}

// Problem is DynamoDB's message for a value that it refuses (a ValidationException),
// such as an empty set or a malformed number; empty for a good value. A list or
// map that contains a bad value is itself bad.
func (v Value) Problem() string {
	if v.kind == Invalid {
		return v.text
	}
	return ""
}

// UnmarshalJSONFrom reads the form on the wire. Content that DynamoDB refuses
// gives a value with a Problem; only JSON of the wrong shape is an error.
func (v *Value) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	if d.PeekKind() != '{' {
		return errType
	}
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	*v = Value{}
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		kind := KindOf(name.String()) // before the token's memory is reused
		if err := v.merge(kind, d); err != nil {
			return err
		}
	}
	if v.kind == Absent {
		*v = invalid(emptyValue)
	}
	_, err := d.ReadToken()
	return err
}

// merge reads the content of one member into v, which already holds what the
// members before it gave.
func (v *Value) merge(kind Kind, d *jsontext.Decoder) error {
	if kind == Absent || d.PeekKind() == 'n' {
		return d.SkipValue()
	}
	next, err := decode(kind, d)
	if err != nil {
		return err
	}
	if v.kind == Absent || v.kind != Invalid && next.kind == Invalid {
		*v = next
	} else if v.kind != Invalid {
		*v = invalid(severalTypes)
	}
	return nil
}

func decode(kind Kind, d *jsontext.Decoder) (Value, error) {
	switch kind {
	case S, N, B:
		return decodeScalar(kind, d)
	case BOOL, NULL:
		return decodeBool(kind, d)
	case M:
		var fields Item
		if err := json.UnmarshalDecode(d, &fields); err != nil {
			return Value{}, err
		}
		if problem := fields.Problem(); problem != "" {
			return invalid("%s", problem), nil
		}
		return Map(fields), nil
	}
	return decodeArray(kind, d)
}

func decodeScalar(kind Kind, d *jsontext.Decoder) (Value, error) {
	if d.PeekKind() != '"' {
		return Value{}, errType
	}
	t, err := d.ReadToken()
	if err != nil {
		return Value{}, err
	}
	text := t.String()
	switch kind {
	case N:
		v, err := Number(text)
		if err != nil {
			return invalid("%s", err.Error()), nil
		}
		return v, nil
	case B:
		b, err := base64.StdEncoding.DecodeString(text)
		return Value{kind: B, text: string(b)}, err
	}
	return String(text), nil
}

func decodeBool(kind Kind, d *jsontext.Decoder) (Value, error) {
	t, err := d.ReadToken()
	if err != nil {
		return Value{}, err
	}
	if t.Kind() != 't' && t.Kind() != 'f' {
		return Value{}, errType
	}
	if kind == BOOL {
		return Bool(t.Bool()), nil
	}
	if !t.Bool() {
		return invalid(falseNull), nil
	}
	return Null(), nil
}

// decodeArray reads an L, SS, NS or BS.
func decodeArray(kind Kind, d *jsontext.Decoder) (Value, error) {
	if d.PeekKind() != '[' {
		return Value{}, errType
	}
	if _, err := d.ReadToken(); err != nil {
		return Value{}, err
	}
	list, problem := []Value{}, ""
	for d.PeekKind() != ']' {
		var v Value
		var err error
		if kind == L {
			err = v.UnmarshalJSONFrom(d)
		} else {
			v, err = decodeScalar(kind.element(), d)
		}
		if err != nil {
			return Value{}, err
		}
		if problem == "" {
			problem = v.Problem()
		}
		list = append(list, v)
	}
	if _, err := d.ReadToken(); err != nil {
		return Value{}, err
	}
	if problem == "" && kind != L {
		problem = setProblem(kind, list)
	}
	if problem != "" {
		return invalid("%s", problem), nil
	}
	return Value{kind: kind, list: list}, nil
}

func setProblem(kind Kind, list []Value) string {
	if len(list) == 0 {
		return map[Kind]string{SS: emptyStringSet, NS: emptyNumberSet, BS: emptyBinarySet}[kind]
	}
	seen := make(map[string]struct{}, len(list))
	for _, e := range list {
		seen[e.text] = struct{}{}
	}
	if len(seen) == len(list) {
		return ""
	}
	switch kind {
	case NS:
		return sameNumbers
	case BS:
		return invalidPrefix + "Input collection " + joined(list) + "of type BS contains duplicates."
	}
	return invalidPrefix + "Input collection " + joined(list) + " contains duplicates."
}

func joined(list []Value) string {
	texts := make([]string, len(list))
	for i, e := range list {
		texts[i] = e.text
		if e.kind == B {
			texts[i] = base64.StdEncoding.EncodeToString([]byte(e.text))
		}
	}
	return "[" + strings.Join(texts, ", ") + "]"
}

// Problem is DynamoDB's message for the first attribute, by name, that it
// refuses; empty if there is none.
func (i Item) Problem() string {
	first, problem := "", ""
	for name, v := range i {
		p := v.Problem()
		if name == "" {
			p = emptyName
		}
		if p != "" && (problem == "" || name < first) {
			first, problem = name, p
		}
	}
	return problem
}
