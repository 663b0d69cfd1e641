package value

import "strings"

// AppendOrdered appends bytes that order as the values do: for two values of
// the same kind S, N or B, comparing the bytes is comparing the values.
func (v Value) AppendOrdered(b []byte) []byte {
	if v.kind != N {
		return append(b, v.text...)
	}
	d, _ := parseDecimal(v.text)
	switch d.sign() {
	case 0:
		return append(b, 1)
	case 1:
		b = append(b, 2, byte(d.exponent-minExponent))
		return append(b, d.digits...)
	}
	b = append(b, 0, 255-byte(d.exponent-minExponent))
	for i := range len(d.digits) {
		b = append(b, '0'+'9'-d.digits[i])
	}
	return append(b, 255) // a shorter negative number is the greater one
}

// AppendEscaped appends bytes that end themselves: no such encoding is the
// beginning of another one.
func (v Value) AppendEscaped(b []byte) []byte {
	b = append(b, strings.ReplaceAll(v.text, "\x00", "\x00\xff")...)
	return append(b, 0, 0)
}
