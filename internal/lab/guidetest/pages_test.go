package guidetest

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
)

const root = "../../.."

// withGo are the pages whose Go blocks are compiled.
var withGo = []string{"README.md", "docs/start.md", "docs/bots.md", "docs/skills.md"}

func blocks(t *testing.T, page, language string) (chosen []Block) {
	t.Helper()
	all, err := Blocks(root, page)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range all {
		if b.Language == language {
			chosen = append(chosen, b)
		}
	}
	return chosen
}

// Each block becomes a package that the compiler sees through an overlay: nothing is
// written into the repository.
func TestEveryGoBlockCompiles(t *testing.T) {
	folder := t.TempDir()
	where := map[string]string{}                                                           // the made-up path -> the real one
	args := []string{"list", "-export", "-overlay", filepath.Join(folder, "overlay.json")} // compiles, and links nothing
	for _, page := range withGo {
		found := blocks(t, page, "go")
		if len(found) == 0 {
			t.Errorf("%s has no Go block", page)
		}
		for _, b := range found {
			text, err := Program(b.Text)
			if err != nil {
				t.Errorf("%s:%d: %v", page, b.Line, err)
				continue
			}
			if regexp.MustCompile(`"` + module + `/(\w+/)*internal/`).Match(text) {
				t.Errorf("%s:%d imports what no reader can", page, b.Line)
			}
			name := strings.NewReplacer("/", "_", ".", "_").Replace(page) + "_" + strconv.Itoa(b.Line)
			real := filepath.Join(folder, name+".go")
			if err := os.WriteFile(real, text, 0o600); err != nil {
				t.Fatal(err)
			}
			made, err := filepath.Abs(filepath.Join("pages", name, "page.go"))
			if err != nil {
				t.Fatal(err)
			}
			where[made] = real
			args = append(args, "./pages/"+name)
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": where})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "overlay.json"), overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Errorf("%v: a name such as docs_start_md_42 is a page and a line\n%s", err, out)
	}
}

// documents are all pages, by their paths from the root.
func documents(t *testing.T) (pages []string) {
	t.Helper()
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "examples/*.md", "examples/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			page, err := filepath.Rel(root, path)
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, page)
		}
	}
	return pages
}

// An event in a page is one that the pipeline would take.
func TestEveryJSONBlockIsValid(t *testing.T) {
	found := 0
	for _, page := range documents(t) {
		for _, b := range blocks(t, page, "json") {
			found++
			if err := valid([]byte(b.Text)); err != nil {
				t.Errorf("%s:%d: %v", page, b.Line, err)
			}
		}
	}
	if found < 3 {
		t.Errorf("only %d JSON blocks found: the search misses some", found)
	}
}

// valid reads what a block is, told by its members, with the contract's own parser.
func valid(text []byte) error {
	if !json.Valid(text) {
		return errors.New("it is not valid JSON")
	}
	var members map[string]json.RawMessage
	_ = json.Unmarshal(text, &members) // a list has none
	has := func(name string) bool { _, ok := members[name]; return ok }
	switch {
	case has("detail-type") && has("detail"):
		_, err := events.DecodeEnvelope(text)
		return err
	case has("changed_keys"):
		var u events.PreferencesUpdated
		return u.UnmarshalJSON(text)
	case has("user_id") && !has("last_updated"): // a profile has it, a change has not
		_, err := events.ParseChange(text)
		return err
	}
	return nil
}

func TestAnEventThatBreaksARuleIsFound(t *testing.T) {
	for _, text := range []string{
		`{"user_id":"sam","preferences":{"bad key":1}}`,
		`{"user_id":"sam","revision":0,"changed_keys":[]}`,
		`{"user_id":"sam",}`,
	} {
		if valid([]byte(text)) == nil {
			t.Errorf("%s passes", text)
		}
	}
}
