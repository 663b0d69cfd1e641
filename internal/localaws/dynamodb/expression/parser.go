package expression

import (
	"fmt"
	"strings"
)

// parser walks over the tokens of one expression. Syntax errors end the walk. Other
// mistakes are noted, so that the grammar's functions need no results for them.
type parser struct {
	text   string
	tokens []token
	at     int

	mistake   string // the first one that was noted
	operators int
}

func newParser(text string) *parser { return &parser{text: text} }

// run parses a text with the given grammar and reports what is wrong with it.
func (p *parser) run(grammar func() error) error {
	if p.text == "" {
		return failf("%s", "The expression can not be empty;")
	}
	if len(p.text) > MaxBytes {
		return failf("Expression size has exceeded the maximum allowed size; expression size: %d", len(p.text))
	}
	p.tokens = scan(p.text)
	if err := grammar(); err != nil {
		return err
	}
	if p.peek().kind != tokenEnd {
		return p.syntaxError()
	}
	if p.mistake != "" {
		return failf("%s", p.mistake)
	}
	if p.operators > MaxOperators {
		return failf("The expression contains too many operators; operator count: %d", MaxOperators+1)
	}
	return nil
}

// note keeps a mistake that a well-formed text can have.
func (p *parser) note(format string, args ...any) {
	if p.mistake == "" {
		p.mistake = fmt.Sprintf(format, args...)
	}
}

func (p *parser) noteDoubled() { p.note("The expression has redundant parentheses;") }

func (p *parser) peek() token           { return p.tokens[p.at] }
func (p *parser) string(t token) string { return p.text[t.start:t.end] }

// take steps over the current token and returns its text.
func (p *parser) take() string {
	t := p.peek()
	if t.kind != tokenEnd {
		p.at++
	}
	return p.string(t)
}

func (p *parser) isPunctuation(s string) bool {
	t := p.peek()
	return t.kind == tokenPunctuation && p.string(t) == s
}

func (p *parser) isKeyword(s string) bool {
	t := p.peek()
	return t.kind == tokenKeyword && strings.EqualFold(p.string(t), s)
}

// accept steps over a punctuation if it is next.
func (p *parser) accept(s string) bool {
	ok := p.isPunctuation(s)
	if ok {
		p.at++
	}
	return ok
}

func (p *parser) expect(s string) error {
	if !p.accept(s) {
		return p.syntaxError()
	}
	return nil
}

// syntaxError names the current token and shows it with its neighbours; at
// the ends of the text, that is with the space there.
func (p *parser) syntaxError() error {
	t := p.peek()
	from, to := 0, len(p.text)
	if p.at > 0 {
		from = p.tokens[p.at-1].start
	}
	if p.at+1 < len(p.tokens) {
		to = p.tokens[p.at+1].end
	}
	name := p.string(t)
	if t.kind == tokenEnd {
		name = "<EOF>"
	}
	return failf("Syntax error; token: \"%s\", near: \"%s\"", name, p.text[from:to])
}
