package main

import (
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/doctor"
)

// explainedJSON is what --output json prints.
type explainedJSON struct {
	UserID   string           `json:"user_id"`
	Key      string           `json:"key,omitempty"`
	History  bool             `json:"history"`
	Complete bool             `json:"complete"`
	Gaps     []doctor.Finding `json:"gaps,omitempty"`
	Story    []jsontext.Value `json:"story"`
	Profile  profileJSON      `json:"profile"`
}

type profileJSON struct {
	Revision int64                `json:"revision"`
	Fence    string               `json:"fence,omitempty"`
	Value    jsontext.Value       `json:"value,omitempty"`
	Stamp    string               `json:"stamp,omitempty"`
	Origin   string               `json:"origin,omitempty"`
	Entries  map[string]entryJSON `json:"entries,omitempty"`
	Inferred map[string]entryJSON `json:"inferred,omitempty"`
}

type entryJSON struct {
	Value jsontext.Value `json:"value"`
	Stamp string         `json:"stamp"`
}

func (e *explanation) json() explainedJSON {
	out := explainedJSON{
		UserID: e.userID, Key: e.key, History: e.kept, Complete: e.complete(), Gaps: e.gaps, Story: []jsontext.Value{},
		Profile: profileJSON{Revision: e.profile.Revision, Fence: e.profile.Cleared.String()},
	}
	for _, why := range e.unseen {
		out.Gaps = append(out.Gaps, doctor.Finding{
			Code: "not-checked", What: "One part was " + why + ".", Mean: "The history may lack changes without this being said.",
			Do: "Ask somebody who has the permission.",
		})
	}
	if e.kept {
		for i := range e.story {
			out.Story = append(out.Story, jsontext.Value(e.story[i].AppendJSON(nil, e.userID)))
		}
	}
	if e.key == "" {
		out.Profile.Entries = map[string]entryJSON{}
		for key, entry := range e.profile.Entries {
			out.Profile.Entries[key] = entryOf(entry)
		}
		if len(e.profile.Inferred) > 0 {
			out.Profile.Inferred = map[string]entryJSON{}
		}
		for key, entry := range e.profile.Inferred {
			out.Profile.Inferred[key] = entryOf(entry)
		}
		return out
	}
	if entry, origin, known := registerOf(&e.profile, e.key); known {
		out.Profile.Value, out.Profile.Stamp, out.Profile.Origin = entryOf(entry).Value, entryOf(entry).Stamp, origin.String()
	}
	return out
}

func entryOf(entry events.Entry) entryJSON {
	return entryJSON{jsontext.Value(entry.Value.JSON()), entry.Stamp.String()}
}
