package guidetest

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// userInPath is a URL with a user after /preferences/, in any language: as text, or
// joined from parts.
var userInPath = regexp.MustCompile("(?i)(https?://|api|url)[^ ]*[\"'} +]*/preferences/")

// API Gateway cuts a path at %3F and decodes %25 twice, so a user id in a path may name
// another user. What people copy names users in the query.
func TestUsersAreInTheQuery(t *testing.T) {
	pages := documents(t)
	pages = append(pages, sources(t, "examples")...)
	if len(pages) < 60 {
		t.Fatalf("only %d files: the search misses some", len(pages))
	}
	for _, page := range append(pages, "internal/localrun/words.go", "ci/clients.py") {
		text, err := os.ReadFile(filepath.Join(root, page))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if userInPath.MatchString(line) {
				t.Errorf("%s:%d: a user in a path: %s", page, i+1, strings.TrimSpace(line))
			}
		}
	}
}

func TestAUserInAPathIsFound(t *testing.T) {
	for _, line := range []string{
		`curl "$HttpApiUrl/preferences/u1"`, `curl http://127.0.0.1:8080/preferences/u1`, `"curl " + e.APIURL + "/preferences/u1",`,
		"fetch(`${api}/preferences/${user}`)", `urlopen(f"{api}/preferences/{user}")`, `api.rstrip("/") + "/preferences/" + user`,
	} {
		if !userInPath.MatchString(line) {
			t.Errorf("%s passes", line)
		}
	}
	for _, line := range []string{`path: /preferences/{userId}`, `GET /preferences/*`, `<HttpApiId>/$default/GET/preferences"`, `"$HttpApiUrl/preferences?user_id=u1"`} {
		if userInPath.MatchString(line) {
			t.Errorf("%s is found", line)
		}
	}
}

// sources are the files in a folder that people read, by their paths from the root.
func sources(t *testing.T, folder string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains([]string{"node_modules", "dist", "venv", "__pycache__"}, d.Name()) {
			return fs.SkipDir
		}
		if slices.Contains([]string{".go", ".py", ".ts", ".yml"}, filepath.Ext(path)) {
			file, err := filepath.Rel(root, path)
			files = append(files, file)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
