// Package profilefile is the file format of botprefs export and import: one profile per
// line, as JSON. A line has what GET answers, and under which stamp each key was said. It
// may also have no stamps, as a file that somebody made of other data.
//
// # What an import does
//
// It publishes changes, as any bot does, so the merge decides. A line with stamps becomes
// the changes that it was made of: each value counts from the moment at which it was said.
// What anybody said later stays, whatever the order. To import a file again changes
// nothing.
//
// The pipeline refuses changes that are over 30 days old. A value whose stamp is older
// than 29 days is therefore compared with the profile first. It is published only if
// nothing later is stored of its key, and then counts from 29 days ago, which is before
// anything that can still arrive.
//
// A line without stamps counts from one moment that the caller gives.
package profilefile

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
)

// A Line is one profile of a file.
type Line struct {
	UserID      string
	Preferences events.Preferences // what was stated
	// Stamps say when each key was stated, forgotten keys included. Nil: it is not known.
	Stamps map[string]events.Stamp
	// Inferred is what bots inferred, hidden inferences and withdrawn ones included.
	Inferred map[string]events.Entry
	// Cleared is when everything was last forgotten. Zero: never.
	Cleared events.Stamp
}

// Append appends the line of a stored profile, with its end.
func Append(b []byte, p *events.Profile) []byte {
	b = appendText(append(b, `{"user_id":`...), p.UserID)
	b = p.Visible().AppendJSON(append(b, `,"preferences":`...))
	b = append(b, `,"inferred_keys":[`...)
	for i, key := range p.InferredKeys() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, key)
	}
	b = append(b, ']')
	b = strconv.AppendInt(append(b, `,"revision":`...), p.Revision, 10)
	b = appendText(append(b, `,"as_of":`...), p.AsOf().String())
	b = appendText(append(b, `,"last_updated":`...), events.FormatTime(p.UpdatedAt))
	if !p.Cleared.IsZero() {
		b = appendText(append(b, `,"cleared":`...), p.Cleared.String())
	}
	b = append(b, `,"stamps":{`...)
	for i, key := range sortedKeys(p.Entries) {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(append(appendText(b, key), ':'), p.Entries[key].Stamp.String())
	}
	b = append(b, '}')
	if len(p.Inferred) > 0 {
		b = appendInferred(b, p)
	}
	return append(b, "}\n"...)
}

// appendInferred appends what was inferred under each key, and when.
func appendInferred(b []byte, p *events.Profile) []byte {
	b = append(b, `,"inferred":{`...)
	for i, key := range sortedKeys(p.Inferred) {
		if i > 0 {
			b = append(b, ',')
		}
		e := p.Inferred[key]
		b = append(append(append(appendText(b, key), `:{"value":`...), e.Value.JSON()...), `,"stamp":`...)
		b = append(appendText(b, e.Stamp.String()), '}')
	}
	return append(b, '}')
}

func appendText(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s) // only invalid UTF-8 is an error, and it is replaced
	return b
}

// Parse reads a line. Other members than a Line's are ignored. The error says what is
// wrong, without a value.
func Parse(text []byte) (Line, error) {
	var in struct {
		UserID      *string            `json:"user_id"`
		Preferences events.Preferences `json:"preferences"`
		Stamps      map[string]string  `json:"stamps"`
		Keys        []string           `json:"inferred_keys"`
		Inferred    map[string]struct {
			Value events.Value `json:"value"`
			Stamp string       `json:"stamp"`
		} `json:"inferred"`
		Cleared string `json:"cleared"`
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return Line{}, notALine(err)
	}
	switch {
	case in.UserID == nil:
		return Line{}, errors.New("user_id: is required")
	case in.Preferences == nil:
		return Line{}, errors.New("preferences: is required, as an object")
	case len(in.Inferred) > events.MaxInferredKeys:
		return Line{}, fmt.Errorf("inferred: has at most %d keys", events.MaxInferredKeys)
	}
	l := Line{UserID: *in.UserID, Preferences: in.Preferences}
	for key, e := range in.Inferred {
		stamp, err := events.ParseStamp(e.Stamp)
		if err != nil {
			return Line{}, fmt.Errorf("inferred.%s: %w", visible(key), err)
		}
		if l.Inferred == nil {
			l.Inferred = map[string]events.Entry{}
		}
		l.Inferred[key] = events.Entry{Value: e.Value, Stamp: stamp}
	}
	for _, key := range in.Keys {
		if _, ok := l.Inferred[key]; !ok {
			return Line{}, fmt.Errorf("inferred.%s: is missing", visible(key))
		}
		delete(l.Preferences, key)
	}
	if len(l.Preferences) > events.MaxProfileKeys {
		return Line{}, fmt.Errorf("preferences: has at most %d keys", events.MaxProfileKeys)
	}
	if in.Stamps == nil && len(l.Inferred) > 0 {
		return Line{}, errors.New("stamps: are required beside inferred")
	}
	if err := l.readStamps(in.Stamps, in.Cleared); err != nil {
		return Line{}, err
	}
	return l, events.ValidateUserID(l.UserID)
}

// notALine is the error of a text that cannot be read. That of the JSON package may quote
// what it has read.
func notALine(err error) error {
	var semantic *json.SemanticError
	if errors.As(err, &semantic) && semantic.JSONPointer != "" {
		return fmt.Errorf("%s: has the wrong type", string(semantic.JSONPointer)[1:])
	}
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return fmt.Errorf("is not JSON from byte %d on", syntax.ByteOffset)
	}
	return errors.New("is not a profile as JSON")
}

func (l *Line) readStamps(stamps map[string]string, cleared string) (err error) {
	if cleared != "" {
		if l.Cleared, err = events.ParseStamp(cleared); err != nil {
			return fmt.Errorf("cleared: %w", err)
		}
	}
	if stamps == nil {
		if cleared != "" {
			return errors.New("stamps: are required beside cleared")
		}
		return nil
	}
	l.Stamps = map[string]events.Stamp{}
	for key, text := range stamps {
		if l.Stamps[key], err = events.ParseStamp(text); err != nil {
			return fmt.Errorf("stamps.%s: %w", visible(key), err)
		}
	}
	for key := range l.Preferences {
		if _, ok := l.Stamps[key]; !ok {
			return fmt.Errorf("stamps.%s: is missing", visible(key))
		}
	}
	return nil
}

// visible keeps what a key may contain from acting on a terminal or a log.
func visible(key string) string {
	text := strconv.QuoteToASCII(key)
	return text[1 : len(text)-1]
}

// timeOf cuts a time to what a stamp can carry.
func timeOf(at time.Time) time.Time { return at.UTC().Truncate(time.Millisecond) }
