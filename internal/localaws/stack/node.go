package stack

import (
	"maps"
	"slices"
	"strconv"
)

type kind int

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "text", "a list", "a map"}[k]
}

// node is a value of a file, with its place in the file. Nodes never change once they
// are built.
type node struct {
	line int
	path string
	kind kind

	value  string           // of text; of a number or boolean as written
	items  []*node          // of a list
	fields map[string]*node // of an object
}

func (n *node) field(name string) *node {
	if n == nil {
		return nil
	}
	return n.fields[name]
}

func (n *node) keys() []string { return slices.Sorted(maps.Keys(n.fields)) }

func (n *node) scalar() bool { return n.kind == boolean || n.kind == number || n.kind == text }

func (n *node) below(name string) string {
	if n.path == "" {
		return name
	}
	return n.path + "." + name
}

// at returns the same value with another place, for values that a variable brought.
func (n *node) at(place *node) *node {
	moved := *n
	moved.line, moved.path = place.line, place.path
	moved.items = make([]*node, len(n.items))
	for i, item := range n.items {
		moved.items[i] = item.at(&node{line: place.line, path: moved.below(strconv.Itoa(i))})
	}
	moved.fields = make(map[string]*node, len(n.fields))
	for name, field := range n.fields {
		moved.fields[name] = field.at(&node{line: place.line, path: moved.below(name)})
	}
	return &moved
}

// The makers of nodes that are not in a file take their place from the node that caused
// them.

func textNode(from *node, value string) *node {
	return &node{line: from.line, path: from.path, kind: text, value: value}
}

func listNode(from *node, items ...*node) *node {
	return &node{line: from.line, path: from.path, kind: list, items: items}
}

// objectNode leaves out fields that are nil.
func objectNode(from *node, fields map[string]*node) *node {
	maps.DeleteFunc(fields, func(_ string, field *node) bool { return field == nil })
	return &node{line: from.line, path: from.path, kind: object, fields: fields}
}

func refNode(from *node, id string) *node {
	return objectNode(from, map[string]*node{"Ref": textNode(from, id)})
}

func getAttNode(from *node, id, attribute string) *node {
	pair := listNode(from, textNode(from, id), textNode(from, attribute))
	return objectNode(from, map[string]*node{"Fn::GetAtt": pair})
}
