package main

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
)

// event is one schema of the registry.
type event struct {
	file       string
	detailType string
	source     string // empty: any
	schema     []byte // of the detail, draft 2020-12
}

// The file names do not end in .json, because osls would then not include the files as
// text.
var registered = []event{
	{"preference_change.draft4", events.DetailTypeChange, "", events.ChangeSchema},
	{"preferences_updated.draft4", events.DetailTypeUpdated, events.SourcePipeline, events.UpdatedSchema},
}

// content returns the schema of the whole event in draft 4.
func (e *event) content() ([]byte, error) {
	var detail object
	if err := json.Unmarshal(e.schema, &detail); err != nil {
		return nil, err
	}
	definitions, err := definitionsOf(detail)
	if err != nil {
		return nil, err
	}
	converted, err := (&converter{definitions: definitions}).schema(detail)
	if err != nil {
		return nil, err
	}
	for name, definition := range definitions {
		if definitions[name], err = (&converter{definitions: definitions}).schema(definition.(object)); err != nil {
			return nil, fmt.Errorf("$defs.%s: %w", name, err)
		}
	}
	definitions[e.detailType] = converted
	text, err := json.Marshal(e.envelope(definitions), json.Deterministic(true), jsontext.WithIndent("  "))
	return append(text, '\n'), err
}

func (e *event) envelope(definitions object) object {
	text := object{"type": "string"}
	envelope := object{
		"$schema":                     draft4,
		"title":                       e.detailType,
		"type":                        "object",
		"required":                    []any{"version", "id", "detail-type", "source", "account", "time", "region", "resources", "detail"},
		"x-amazon-events-detail-type": e.detailType,
		"properties": object{
			"version": text, "id": text, "account": text, "region": text,
			"time":        object{"type": "string", "format": "date-time"},
			"resources":   object{"type": "array", "items": text},
			"source":      text,
			"detail-type": object{"type": "string", "enum": []any{e.detailType}},
			"detail":      object{"$ref": "#/definitions/" + e.detailType},
		},
		"definitions": definitions,
	}
	if e.source != "" {
		envelope["x-amazon-events-source"] = e.source
		envelope["properties"].(object)["source"] = object{"type": "string", "enum": []any{e.source}}
	}
	return envelope
}
