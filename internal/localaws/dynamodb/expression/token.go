package expression

import (
	"strings"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd         tokenKind = iota
	tokenWord                  // an identifier that is no keyword
	tokenKeyword               // SET, AND and so on, in any case
	tokenName                  // #placeholder
	tokenValue                 // :placeholder
	tokenInteger               // without leading zeros
	tokenPunctuation           // ( ) [ ] , . = <> < <= > >= + -
	tokenUnknown               // one character that begins nothing
)

type token struct {
	kind       tokenKind
	start, end int // in the text
}

// keywords cannot be attribute names in any expression.
var keywords = map[string]struct{}{
	"SET": {}, "REMOVE": {}, "ADD": {}, "DELETE": {},
	"AND": {}, "OR": {}, "NOT": {}, "BETWEEN": {}, "IN": {},
}

// longestKeyword spares longer words the look into keywords.
const longestKeyword = len("BETWEEN")

// scan cuts the text into tokens; the last one is tokenEnd.
func scan(text string) []token {
	tokens := make([]token, 0, len(text)/4+2)
	for at := 0; ; {
		for at < len(text) && isSpace(text[at]) {
			at++
		}
		if at == len(text) {
			return append(tokens, token{tokenEnd, at, at})
		}
		t := next(text, at)
		tokens = append(tokens, t)
		at = t.end
	}
}

func next(text string, at int) token {
	c := text[at]
	switch {
	case isLetter(c):
		return word(text, at)
	case c == '#' || c == ':':
		end := skip(text, at+1, isPart)
		switch {
		case end == at+1:
			return token{tokenUnknown, at, end}
		case c == '#':
			return token{tokenName, at, end}
		}
		return token{tokenValue, at, end}
	case c == '0':
		return token{tokenInteger, at, at + 1}
	case isDigit(c):
		return token{tokenInteger, at, skip(text, at, isDigit)}
	case strings.IndexByte("()[],.=+-", c) >= 0:
		return token{tokenPunctuation, at, at + 1}
	case c == '<' || c == '>':
		return comparison(text, at)
	}
	_, size := utf8.DecodeRuneInString(text[at:])
	return token{tokenUnknown, at, at + size}
}

func word(text string, at int) token {
	end := skip(text, at, isPart)
	if end-at <= longestKeyword {
		if _, ok := keywords[strings.ToUpper(text[at:end])]; ok {
			return token{tokenKeyword, at, end}
		}
	}
	return token{tokenWord, at, end}
}

// comparison cuts one of < <= <> > >=.
func comparison(text string, at int) token {
	end := at + 1
	if end < len(text) && (text[end] == '=' || text[at] == '<' && text[end] == '>') {
		end++
	}
	return token{tokenPunctuation, at, end}
}

func skip(text string, at int, while func(byte) bool) int {
	for at < len(text) && while(text[at]) {
		at++
	}
	return at
}

func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isPart(c byte) bool   { return isLetter(c) || isDigit(c) || c == '_' }
