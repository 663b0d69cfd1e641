package cataloguegen

import (
	"encoding/json"
	"slices"
	"strings"
)

// schema is what a generator sees of a JSON Schema: its keywords at the top.
type schema struct {
	text map[string]json.RawMessage
}

func parseSchema(text string) (s schema) {
	_ = json.Unmarshal([]byte(text), &s.text) // a boolean has no keywords
	for _, name := range []string{"title", "description", "$comment", "examples", "default", "deprecated", "readOnly", "writeOnly", "$schema"} {
		delete(s.text, name)
	}
	return s
}

// only tells whether the schema has one keyword, this one.
func (s schema) only(keyword string) bool { return len(s.text) == 1 && s.text[keyword] != nil }

// within tells whether the schema has no keywords but these.
func (s schema) within(keywords ...string) bool {
	for name := range s.text {
		if !slices.Contains(keywords, name) {
			return false
		}
	}
	return true
}

// kind is the one type that the schema accepts; "" where there are others, or any.
func (s schema) kind() (name string) {
	_ = json.Unmarshal(s.text["type"], &name)
	return name
}

// enum is the JSON text of each value of the enum.
func (s schema) enum() (texts []string) {
	var values []json.RawMessage
	_ = json.Unmarshal(s.text["enum"], &values)
	for _, v := range values {
		texts = append(texts, string(v))
	}
	return texts
}

// words are the texts of an enum of texts; nil for any other schema.
func (s schema) words() (words []string) {
	if k := s.kind(); k != "" && k != "string" {
		return nil
	}
	for _, text := range s.enum() {
		var word string
		if !strings.HasPrefix(text, `"`) || json.Unmarshal([]byte(text), &word) != nil {
			return nil
		}
		words = append(words, word)
	}
	return words
}
