// Package value has DynamoDB's attribute values: their ten types, their JSON form on
// the wire, exact decimal numbers, order, equality and billed sizes.
//
// A Value is immutable. This package never changes a map or slice that it has returned,
// and callers must not either. Items share structure with the tables and streams that
// they come from.
package value

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"
)

// Kind is the type of a Value.
type Kind uint8

// The kinds. Absent is the zero Value: no attribute at all. Invalid is what
// decoding makes of a value that DynamoDB would refuse (see Value.Problem).
const (
	Absent Kind = iota
	S
	N
	B
	BOOL
	NULL
	SS
	NS
	BS
	L
	M
	Invalid
)

var kindNames = [...]string{"", "S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M", "invalid"}

// String is the name of the kind on the wire, such as "SS".
func (k Kind) String() string { return kindNames[k] }

var kindWords = [...]string{"", "STRING", "NUMBER", "BINARY", "BOOLEAN", "NULL", "STRING_SET", "NUMBER_SET", "BINARY_SET", "LIST", "MAP", "invalid"}

// Word is the name of the kind in some of DynamoDB's error messages, such as
// "STRING".
func (k Kind) Word() string { return kindWords[k] }

// KindOf finds a kind by its name on the wire; Absent if there is none.
func KindOf(name string) Kind {
	i := slices.Index(kindNames[S:Invalid], name)
	return Kind(i + 1)
}

// IsSet tells whether the kind is SS, NS or BS.
func (k Kind) IsSet() bool { return k == SS || k == NS || k == BS }

// Ordered tells whether values of the kind can be compared by < and BETWEEN.
func (k Kind) Ordered() bool { return k == S || k == N || k == B }

// element is the kind of a set's elements.
func (k Kind) element() Kind { return k - SS + S }

// Value is one attribute value. The zero Value is Absent.
type Value struct {
	kind   Kind
	flag   bool    // BOOL
	text   string  // S, N (normalized), B (raw bytes), Invalid (the problem)
	list   []Value // L, SS, NS, BS
	fields Item    // M
}

// Item is an item, or the content of a map: attribute names and values.
type Item map[string]Value

// String makes an S.
func String(s string) Value { return Value{kind: S, text: s} }

// Binary makes a B of a copy of the bytes.
func Binary(b []byte) Value { return Value{kind: B, text: string(b)} }

// Bool makes a BOOL.
func Bool(b bool) Value { return Value{kind: BOOL, flag: b} }

// Null makes a NULL.
func Null() Value { return Value{kind: NULL} }

// List makes an L. The slice belongs to the Value from now on.
func List(elements []Value) Value { return Value{kind: L, list: elements} }

// Map makes an M. The map belongs to the Value from now on.
func Map(fields Item) Value { return Value{kind: M, fields: fields} }

// Set makes a set of the given kind (SS, NS or BS). The elements must be
// distinct and of the set's element kind (S, N or B); the slice belongs to the
// Value from now on.
func Set(kind Kind, elements []Value) Value { return Value{kind: kind, list: elements} }

// Kind is the type of the value.
func (v Value) Kind() Kind { return v.kind }

// Exists tells whether there is a value at all.
func (v Value) Exists() bool { return v.kind != Absent }

// Text is the string of an S, the normalized decimal text of an N, and empty
// for every other kind.
func (v Value) Text() string {
	if v.kind == S || v.kind == N {
		return v.text
	}
	return ""
}

// Bytes is a copy of the content of a B, nil for every other kind.
func (v Value) Bytes() []byte {
	if v.kind == B {
		return []byte(v.text)
	}
	return nil
}

// Bool is the content of a BOOL, false for every other kind.
func (v Value) Bool() bool { return v.flag }

// Elements are those of an L or of a set. They must not be changed.
func (v Value) Elements() []Value { return v.list }

// Fields are the content of an M. They must not be changed.
func (v Value) Fields() Item { return v.fields }

// Equal tells whether two values are the same to DynamoDB: sets without regard
// to order, numbers by value. Two absent values are equal.
func (v Value) Equal(o Value) bool {
	if v.kind != o.kind || v.flag != o.flag || v.text != o.text || len(v.list) != len(o.list) || len(v.fields) != len(o.fields) {
		return false
	}
	if v.kind.IsSet() {
		return sameSet(v.list, o.list)
	}
	return slices.EqualFunc(v.list, o.list, Value.Equal) && v.fields.Equal(o.fields)
}

func sameSet(a, b []Value) bool {
	if slices.EqualFunc(a, b, Value.Equal) {
		return true
	}
	have := make(map[string]struct{}, len(a))
	for _, e := range a {
		have[e.text] = struct{}{}
	}
	for _, e := range b {
		if _, ok := have[e.text]; !ok {
			return false
		}
	}
	return true
}

// Equal tells whether both items have the same attributes with equal values.
func (i Item) Equal(o Item) bool {
	if len(i) != len(o) {
		return false
	}
	for name, v := range i {
		w, ok := o[name]
		if !ok || !v.Equal(w) {
			return false
		}
	}
	return true
}

// Compare orders two values of the same Ordered kind: strings and binaries by
// their bytes, numbers by value.
func (v Value) Compare(o Value) int {
	if v.kind == N && o.kind == N {
		return compareNumbers(v.text, o.text)
	}
	return cmp.Or(cmp.Compare(v.kind, o.kind), strings.Compare(v.text, o.text))
}

// HasPrefix tells whether an S or B begins with the other of the same kind.
func (v Value) HasPrefix(o Value) bool {
	return v.kind == o.kind && (v.kind == S || v.kind == B) && strings.HasPrefix(v.text, o.text)
}

// Contains is the function contains of DynamoDB: a substring of an S or B, an
// element of a set or of a list.
func (v Value) Contains(o Value) bool {
	switch {
	case v.kind == S || v.kind == B:
		return v.kind == o.kind && strings.Contains(v.text, o.text)
	case v.kind == L || v.kind.IsSet():
		return slices.ContainsFunc(v.list, o.Equal)
	}
	return false
}

// Length is the function size of DynamoDB: UTF-16 code units of an S, bytes of
// a B, elements of a set, list or map. It is undefined (false) for other kinds.
func (v Value) Length() (int, bool) {
	switch v.kind {
	case S:
		units := 0
		for _, r := range v.text {
			units += max(1, utf16.RuneLen(r))
		}
		return units, true
	case B:
		return len(v.text), true
	case SS, NS, BS, L:
		return len(v.list), true
	case M:
		return len(v.fields), true
	}
	return 0, false
}
