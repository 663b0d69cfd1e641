package events_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"maps"
	"path"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/events/testdata"
)

// updatedGoldens are the texts in a folder of testdata/updated, by file name.
func updatedGoldens(t testing.TB, folder string) map[string][]byte {
	t.Helper()
	files, err := fs.Glob(testdata.Files, "updated/"+folder+"/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens in %s: %v", folder, err)
	}
	texts := map[string][]byte{}
	for _, file := range files {
		if texts[path.Base(file)], err = testdata.Files.ReadFile(file); err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

func TestValidAnnouncementsComeBackToTheLetter(t *testing.T) {
	schema := compile(t, events.UpdatedSchema)
	for name, text := range updatedGoldens(t, "valid") {
		t.Run(name, func(t *testing.T) {
			var u events.PreferencesUpdated
			if err := u.UnmarshalJSON(text); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(text), string(u.AppendJSON(nil))); diff != "" {
				t.Errorf("written again (-golden +got):\n%s", diff)
			}
			if err := judge(schema, text); err != nil {
				t.Errorf("the schema: %v", err)
			}
		})
	}
}

func TestMalformedAnnouncementsAreRefused(t *testing.T) {
	schema := compile(t, events.UpdatedSchema)
	for name, text := range updatedGoldens(t, "malformed") {
		t.Run(name, func(t *testing.T) {
			u := events.PreferencesUpdated{UserID: "untouched"}
			err := u.UnmarshalJSON(text)
			if _, ok := errors.AsType[*events.Refusal](err); !ok {
				t.Fatalf("%v, want a refusal", err)
			}
			checkPrintable(t, err)
			if diff := cmp.Diff(events.PreferencesUpdated{UserID: "untouched"}, u); diff != "" {
				t.Errorf("a refused announcement was written (-want +got):\n%s", diff)
			}
			if judge(schema, text) == nil {
				t.Error("the schema accepts it")
			}
		})
	}
}

// The schema says what the pipeline emits: every field, every time.
func TestUpdatedSchemaRequiresEveryField(t *testing.T) {
	schema := compile(t, events.UpdatedSchema)
	var plain map[string]json.RawMessage
	if err := json.Unmarshal(updatedGoldens(t, "valid")["plain.json"], &plain); err != nil {
		t.Fatal(err)
	}
	for name := range plain {
		without := maps.Clone(plain)
		delete(without, name)
		text, err := json.Marshal(without)
		if err != nil {
			t.Fatal(err)
		}
		if judge(schema, text) == nil {
			t.Errorf("the schema accepts an announcement without %s", name)
		}
	}
}

func TestPreviousRevisionIsNotAboveRevision(t *testing.T) {
	text := `{"version":1,"user_id":"u1","revision":5,"previous_revision":6,"changes":{},"preferences":{}}`
	checkRefusal(t, "UnmarshalJSON", new(events.PreferencesUpdated).UnmarshalJSON([]byte(text)), events.Malformed, "previous_revision")
}

func TestAnnouncementRefusalsNameTheField(t *testing.T) {
	goldens := updatedGoldens(t, "malformed")
	for file, field := range map[string]string{
		"revision_absent.json":                  "revision",
		"preferences_absent.json":               "preferences",
		"changes_absent.json":                   "changes",
		"snapshot_null.json":                    "snapshot",
		"erased_wrong_type.json":                "erased",
		"as_of_not_a_stamp.json":                "as_of",
		"caused_by_not_stamps.json":             "caused_by",
		"preferences_with_null.json":            "preferences.language",
		"previous_revision_negative.json":       "previous_revision",
		"user_id_513_bytes.json":                "user_id",
		"version_2.json":                        "version",
		"inferred_keys_of_nulls.json":           "inferred_keys",
		"inferred_keys_wrong_type.json":         "inferred_keys",
		"truncated_absent_without_changes.json": "changes",
	} {
		err := new(events.PreferencesUpdated).UnmarshalJSON(goldens[file])
		if r, ok := errors.AsType[*events.Refusal](err); !ok || r.Field != field {
			t.Errorf("%s: %v, want a refusal of %s", file, err, field)
		}
	}
}
