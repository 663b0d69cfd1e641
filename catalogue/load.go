package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
)

// format is the form of what JSON writes.
const format = 1

// JSON is the form of the catalogue that Load reads. Equal catalogues give equal texts.
func (c *Catalogue) JSON() ([]byte, error) {
	type compiled struct {
		Entry  `json:",inline"`
		Schema jsontext.Value `json:"schema"`
	}
	entries := []compiled{}
	for _, e := range c.entries {
		entries = append(entries, compiled{e.Entry, jsontext.Value(e.Entry.Schema)})
	}
	return json.Marshal(struct {
		Format  int        `json:"format"`
		Version int64      `json:"version"`
		Unknown Action     `json:"unknown"`
		Entries []compiled `json:"entries"`
	}{format, c.version, c.unknown, entries}, json.Deterministic(true))
}

// Load reads the JSON form of a catalogue, as `botprefs build` puts it into a
// function's zip and Catalogue.JSON writes it. That is not catalogue.yaml.
func Load(text []byte) (*Catalogue, error) {
	// Token by token: reading by reflection would make a function's zip 150 KB larger.
	l := loader{d: jsontext.NewDecoder(bytes.NewReader(text))}
	form, version, unknown := int64(0), int64(0), Action("")
	var entries []Entry
	l.object(func(name string) {
		switch name {
		case "format":
			form = l.integer()
		case "version":
			version = l.integer()
		case "unknown":
			unknown = Action(l.text())
		case "entries":
			l.list(func() { entries = append(entries, l.entry()) })
		default:
			l.fail()
		}
	})
	if _, err := l.d.ReadToken(); err == nil {
		l.fail()
	}
	switch {
	case l.failed:
		return nil, errors.New("catalogue: not the JSON that botprefs compiles a catalogue to")
	case form != format:
		return nil, fmt.Errorf("catalogue: was compiled to format %d, this program reads format %d: compile it again", form, format)
	}
	return New(version, unknown, entries)
}

// loader reads token by token, and remembers that something was wrong.
type loader struct {
	d      *jsontext.Decoder
	failed bool
}

func (l *loader) fail() { l.failed = true }

// token reads the next token. It must have one of these kinds.
func (l *loader) token(kinds string) jsontext.Token {
	token, err := l.d.ReadToken()
	if err != nil || bytes.IndexByte([]byte(kinds), byte(token.Kind())) < 0 {
		l.fail()
		return jsontext.Null
	}
	return token
}

func (l *loader) object(member func(name string)) {
	l.token("{")
	for !l.failed && l.d.PeekKind() != '}' {
		if name := l.text(); !l.failed {
			member(name)
		}
	}
	l.token("}")
}

func (l *loader) list(item func()) {
	l.token("[")
	for !l.failed && l.d.PeekKind() != ']' {
		item()
	}
	l.token("]")
}

func (l *loader) text() string { return l.token(`"`).String() }

func (l *loader) yes() bool { return l.token("tf").Kind() == 't' }

func (l *loader) integer() int64 {
	n, err := strconv.ParseInt(l.token("0").String(), 10, 64)
	if err != nil {
		l.fail()
	}
	return n
}

// raw is the text of the next value, as it is.
func (l *loader) raw() string {
	text, err := l.d.ReadValue()
	if err != nil {
		l.fail()
	}
	return string(text)
}

func (l *loader) entry() (e Entry) {
	l.object(func(name string) {
		switch name {
		case "name":
			e.Name = l.text()
		case "schema":
			e.Schema = l.raw()
		case "default":
			e.Default = events.JSON(l.raw())
		case "title":
			e.Title = l.text()
		case "description":
			e.Description = l.text()
		case "owner":
			e.Owner = l.text()
		case "enforce":
			e.Enforce = Action(l.text())
		case "sensitive":
			e.Sensitive = l.yes()
		case "end_user":
			e.EndUser = Access(l.text())
		case "layers":
			l.list(func() { e.Layers = append(e.Layers, Layer(l.text())) })
		case "locked":
			e.Locked = l.yes()
		case "set":
			e.Set = l.yes()
		default:
			l.fail()
		}
	})
	return e
}
