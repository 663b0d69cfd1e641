package filter_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber/filter"
)

// goldens are the patterns to copy, by their file.
var goldens = map[string]filter.Filter{
	"all":              filter.All(),
	"keys":             filter.Keys("language", "name"),
	"prefixes":         filter.Prefixes("ui.", "voice."),
	"keys_or_prefixes": filter.Any(filter.Keys("language"), filter.Prefixes("ui.")),
	"became":           filter.Became("language", events.Text("de"), events.Text("fr")),
	"unset":            filter.Became("language", events.Unset),
	"erasures":         filter.Erasures(),
}

// With UPDATE_PATTERNS=1 the test writes the files.
func TestPatternsToCopyAreThoseOfTheFunctions(t *testing.T) {
	files, err := filepath.Glob("patterns/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != len(goldens) {
		t.Errorf("the folder patterns has %d files, this test knows %d", len(files), len(goldens))
	}
	for name, f := range goldens {
		text, err := f.Pattern()
		if err != nil {
			t.Fatal(err)
		}
		var want bytes.Buffer
		if err := json.Indent(&want, []byte(text), "", "  "); err != nil {
			t.Fatal(err)
		}
		want.WriteByte('\n')
		file := filepath.Join("patterns", name+".json")
		if os.Getenv("UPDATE_PATTERNS") != "" {
			if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(file)
		if err != nil || !bytes.Equal(got, want.Bytes()) {
			t.Errorf("%s is not what the function writes: %v\n%s", file, err, want.Bytes())
		}
	}
}
