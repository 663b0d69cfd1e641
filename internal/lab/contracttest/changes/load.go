package changes

import (
	"io/fs"
	"path"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/events/testdata"
)

// row is an entry of testdata/change/outcomes.json.
type row struct {
	Name       string      `json:"name"`
	File       string      `json:"file"`      // in testdata/change/malformed
	Generator  string      `json:"generator"` // or a name in the table of generators, in place of a file
	Envelope   bool        `json:"envelope"`
	DetailType string      `json:"detail_type"`
	Code       events.Code `json:"code"`
	Field      string      `json:"field"`
	Schema     string      `json:"schema"` // "accepts" or "refuses"; empty for an envelope
	HTTP       HTTP        `json:"http"`
	Bus        string      `json:"bus"`
	Queue      string      `json:"queue"`
}

// Malformed returns the changes that are refused, in the order of
// testdata/change/outcomes.json. It panics if that file is broken.
func Malformed() []Case {
	var rows []row
	decode("change/outcomes.json", &rows)
	cases := make([]Case, len(rows))
	for i, r := range rows {
		cases[i] = r.load()
	}
	return cases
}

func (r *row) load() Case {
	c := Case{
		Name: r.Name, Envelope: r.Envelope, DetailType: r.DetailType,
		Code: r.Code, Field: r.Field, SchemaAccepts: r.Schema == "accepts",
		HTTP: r.HTTP, Bus: r.Bus, Queue: r.Queue,
	}
	if c.DetailType == "" {
		c.DetailType = events.DetailTypeChange
	}
	if r.Generator == "" {
		c.Text = read("change/malformed/" + r.File)
		return c
	}
	generate, ok := malformed[r.Generator]
	if !ok {
		panic("changes: no generator is called " + r.Generator)
	}
	c.Text = generate()
	return c
}

// want is the content of a *.want.json. Values are strings of JSON text, so that no
// decoder on the way changes them.
type want struct {
	Name           string             `json:"name"`
	ID             events.Stamp       `json:"id"`
	UserID         string             `json:"user_id"`
	Preferences    map[string]*string `json:"preferences"`
	Replace        bool               `json:"replace"`
	Origin         string             `json:"origin"`
	ConversationID string             `json:"conversation_id"`
	Traceparent    string             `json:"traceparent"`
}

// Valid returns the changes that are accepted at Now: first those of
// testdata/change/valid by file name, then generated ones at the limits.
func Valid() []Case {
	files, err := fs.Glob(testdata.Files, "change/valid/*.want.json")
	check(err)
	var cases []Case
	for _, file := range files {
		var w want
		decode(file, &w)
		text := read("change/valid/" + strings.TrimSuffix(path.Base(file), ".want.json") + ".json")
		cases = append(cases, accepted(w.Name, text, w.change()))
	}
	return append(cases, atLimits()...)
}

func accepted(name string, text []byte, c events.PreferenceChange) Case {
	return Case{
		Name: name, Text: text, DetailType: events.DetailTypeChange, Change: c, SchemaAccepts: true,
		HTTP: HTTP{Status: 202}, Bus: Accepted, Queue: Accepted,
	}
}

func (w *want) change() events.PreferenceChange {
	c := events.PreferenceChange{ID: w.ID, UserID: w.UserID, Replace: w.Replace, ConversationID: w.ConversationID, Traceparent: w.Traceparent}
	if w.Origin == events.Inferred.String() {
		c.Origin = events.Inferred
	}
	if w.Preferences != nil {
		c.Preferences = events.Preferences{}
	}
	for key, text := range w.Preferences {
		c.Preferences[key] = events.Unset
		if text != nil {
			c.Preferences[key] = events.JSON(*text)
		}
	}
	return c
}

func read(file string) []byte {
	text, err := testdata.Files.ReadFile(file)
	check(err)
	return text
}

func decode(file string, into any) {
	check(json.Unmarshal(read(file), into, json.RejectUnknownMembers(true)))
}

func check(err error) {
	if err != nil {
		panic("changes: " + err.Error())
	}
}
