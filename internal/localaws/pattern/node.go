package pattern

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// node is a JSON value of a pattern. Objects keep the order of their members
// and repeated names: event-ruler allows one name twice as long as no path
// gets tests twice.
type node struct {
	kind     jsontext.Kind
	text     string // of a string, number or literal
	members  []member
	elements []node
}

type member struct {
	name  string
	value node
}

func parse(json []byte) (node, error) {
	d := jsontext.NewDecoder(bytes.NewReader(json), jsontext.AllowDuplicateNames(true))
	n, err := readNode(d)
	if err == nil {
		if _, after := d.ReadToken(); after != io.EOF {
			return node{}, refuse("", "there is text after the pattern")
		}
		return n, nil
	}
	return node{}, refuse("", "not valid JSON: %v", err)
}

func readNode(d *jsontext.Decoder) (node, error) {
	t, err := d.ReadToken()
	if err != nil {
		return node{}, err
	}
	n := node{kind: t.Kind()}
	switch n.kind {
	case '{':
		err = n.readMembers(d)
	case '[':
		err = n.readElements(d)
	default:
		n.text = t.String()
	}
	return n, err
}

func (n *node) readMembers(d *jsontext.Decoder) error {
	for d.PeekKind() != '}' {
		name, err := d.ReadToken()
		if err != nil {
			return err
		}
		m := member{name: name.String()}
		if m.value, err = readNode(d); err != nil {
			return err
		}
		n.members = append(n.members, m)
	}
	_, err := d.ReadToken()
	return err
}

func (n *node) readElements(d *jsontext.Decoder) error {
	for d.PeekKind() != ']' {
		e, err := readNode(d)
		if err != nil {
			return err
		}
		n.elements = append(n.elements, e)
	}
	_, err := d.ReadToken()
	return err
}
