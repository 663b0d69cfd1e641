package value

// MaxItemSize is the largest item in bytes (400 KB), attribute names included.
const MaxItemSize = 400 << 10

// Size is what DynamoDB counts for the item, in bytes: the UTF-8 lengths of
// the attribute names and the sizes of the values.
func (i Item) Size() int {
	n := 0
	for name, v := range i {
		n += len(name) + v.Size()
	}
	return n
}

// Size is what DynamoDB counts for the value, in bytes. Strings count as UTF-8, and
// numbers about one byte per two significant digits plus one. NULL and BOOL count as
// one byte, lists and maps as 3 bytes plus one per element.
func (v Value) Size() int {
	switch v.kind {
	case S, B:
		return len(v.text)
	case N:
		return numberSize(v.text)
	case BOOL, NULL:
		return 1
	case SS, NS, BS:
		return elementsSize(v.list)
	case L:
		return 3 + len(v.list) + elementsSize(v.list)
	case M:
		return 3 + len(v.fields) + v.fields.Size()
	}
	return 0
}

func elementsSize(list []Value) int {
	n := 0
	for _, e := range list {
		n += e.Size()
	}
	return n
}

// numberSize counts the significant digits before and after the decimal point in pairs.
// It adds one byte for exponent and sign, and one more for a negative number
// (dynoxide's types.rs, which measured AWS byte by byte).
func numberSize(text string) int {
	d, _ := parseDecimal(text)
	if d.digits == "" {
		return 1
	}
	whole := min(max(d.exponent+1, 0), len(d.digits))
	n := 1 + (whole+1)/2 + (len(d.digits)-whole+1)/2
	if d.negative {
		n++
	}
	return n
}

// Depth is how many lists and maps lie around the innermost content: 0 for a
// scalar or set, 1 for a list of scalars.
func (v Value) Depth() int {
	if v.kind != L && v.kind != M {
		return 0
	}
	deepest := 0
	for _, e := range v.list {
		deepest = max(deepest, e.Depth())
	}
	for _, e := range v.fields {
		deepest = max(deepest, e.Depth())
	}
	return deepest + 1
}
