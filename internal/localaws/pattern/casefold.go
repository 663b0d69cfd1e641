package pattern

import (
	"strings"
	"unicode"
)

// foldable is a string in which every character stands for its lower and its upper
// case.
type foldable []alternatives

type alternatives struct{ lower, upper string }

// folding splits a string the way event-ruler does: one UTF-16 unit at a time, each
// mapped by itself. A character outside the Basic Multilingual Plane is two units that
// have no case and no encoding; event-ruler turns each into a question mark. Such a
// character therefore never matches itself. "ß" matches "SS", not "ss".
func folding(s string) foldable {
	var f foldable
	for _, r := range s {
		if r > 0xffff {
			f = append(f, alternatives{"??", "??"})
			continue
		}
		a := alternatives{lower: string(unicode.ToLower(r)), upper: string(unicode.ToUpper(r))}
		if special, ok := specialUpper[r]; ok {
			a.upper = special
		}
		if r == 'İ' {
			a.lower = "i̇"
		}
		f = append(f, a)
	}
	return f
}

func (f foldable) equals(v value) bool {
	rest, ok := f.cut(v.text)
	return ok && rest == ""
}

func (f foldable) prefixes(v value) bool {
	_, ok := f.cut(v.text)
	return ok
}

func (f foldable) cut(text string) (rest string, ok bool) {
	for _, a := range f {
		switch {
		case strings.HasPrefix(text, a.lower):
			text = text[len(a.lower):]
		case strings.HasPrefix(text, a.upper):
			text = text[len(a.upper):]
		default:
			return "", false
		}
	}
	return text, true
}

func (f foldable) suffixes(v value) bool {
	text := v.text
	for i := len(f) - 1; i >= 0; i-- {
		switch a := f[i]; {
		case strings.HasSuffix(text, a.lower):
			text = text[:len(text)-len(a.lower)]
		case strings.HasSuffix(text, a.upper):
			text = text[:len(text)-len(a.upper)]
		default:
			return false
		}
	}
	return true
}

// specialUpper are upper cases of more than one character (Unicode's
// SpecialCasing; the Greek extended block is left out).
var specialUpper = map[rune]string{
	'ß': "SS", 'ŉ': "ʼN", 'ǰ': "J̌", 'ΐ': "Ϊ́", 'ΰ': "Ϋ́", 'և': "ԵՒ",
	'ẖ': "H̱", 'ẗ': "T̈", 'ẘ': "W̊", 'ẙ': "Y̊", 'ẚ': "Aʾ",
	'ﬀ': "FF", 'ﬁ': "FI", 'ﬂ': "FL", 'ﬃ': "FFI", 'ﬄ': "FFL", 'ﬅ': "ST", 'ﬆ': "ST",
	'ﬓ': "ՄՆ", 'ﬔ': "ՄԵ", 'ﬕ': "ՄԻ", 'ﬖ': "ՎՆ", 'ﬗ': "ՄԽ",
}
