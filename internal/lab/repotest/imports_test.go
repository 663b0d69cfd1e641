package repotest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestEveryFolderImportsWhatItsRowSays(t *testing.T) {
	for _, v := range violations(rooms, sources(t)) {
		t.Error(v)
	}
}

// violations returns where files and rows disagree.
func violations(rows []room, files []source) (found []string) {
	here := map[string]bool{} // rooms that have a file
	used := map[string]bool{} // "room entry", for each entry of a row that a file needs
	for _, s := range files {
		from := roomOf(rows, s.folder())
		if from == nil {
			found = append(found, fmt.Sprintf("%s: %s has no row in rooms_test.go", s.path, s.folder()))
			continue
		}
		here[from.folder] = true
		if s.isTest() {
			continue
		}
		for _, path := range s.imports() {
			switch entry, ok := from.allows(rows, path); {
			case !ok:
				found = append(found, fmt.Sprintf("%s imports %s: the row of %s in rooms_test.go has no %s", s.path, path, from.folder, entry))
			default:
				used[from.folder+" "+entry] = true
			}
		}
	}
	for _, r := range rows {
		if !here[r.folder] {
			found = append(found, fmt.Sprintf("%s has a row in rooms_test.go, and no file", r.folder))
			continue
		}
		for _, entry := range slices.Concat(r.imports, r.modules) {
			if !used[r.folder+" "+entry] {
				found = append(found, fmt.Sprintf("the row of %s in rooms_test.go names %s, which nothing there imports", r.folder, entry))
			}
		}
	}
	return found
}

// roomOf returns the room that a folder lies in.
func roomOf(rows []room, folder string) (in *room) {
	for i, r := range rows {
		if under(folder, r.folder) && (in == nil || len(r.folder) > len(in.folder)) {
			in = &rows[i]
		}
	}
	return in
}

// allows returns the entry of r that an import needs, and whether r has it. It
// is empty where none is needed: for the standard library and for r's own.
func (r *room) allows(rows []room, path string) (entry string, ok bool) {
	if folder, ours := own(path); ours {
		to := roomOf(rows, folder)
		if to == nil {
			return folder, false
		}
		if to.folder == r.folder {
			return "", true
		}
		return to.folder, slices.Contains(r.imports, to.folder)
	}
	if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
		return "", true
	}
	for _, m := range r.modules {
		if under(path, m) {
			return m, true
		}
	}
	return path, false
}

// A rule that never fails proves nothing.
func TestAPlantedImportIsFound(t *testing.T) {
	for _, c := range []struct{ path, imported, want string }{
		{"consumers/planted.go", module + "/internal/lab/bench/stats", "the row of consumers in rooms_test.go has no internal/lab/bench"},
		{"events/planted.go", module, "the row of events in rooms_test.go has no ."},
		{"internal/localaws/sqs/planted.go", module + "/queue", "the row of internal/localaws in rooms_test.go has no queue"},
		{"internal/lab/sim/oracle/planted.go", module + "/events", "the row of internal/lab/sim/oracle in rooms_test.go has no events"},
		{"consumers/planted.go", sdkSQS, "the row of consumers in rooms_test.go has no " + sdkSQS},
		{"producers/planted.go", "github.com/spf13/cobra", "the row of producers in rooms_test.go has no github.com/spf13/cobra"},
		{"internal/httpapi/planted.go", yamlv3, "the row of internal/httpapi in rooms_test.go has no " + yamlv3},
	} {
		found := violations(rooms, append(slices.Clone(sources(t)), planted(t, c.path, "package planted\n\nimport _ \""+c.imported+"\"\n")))
		if want := c.path + " imports " + c.imported + ": " + c.want; !slices.Contains(found, want) {
			t.Errorf("found %q, want %q", found, want)
		}
	}
	test := planted(t, "consumers/planted_test.go", "package planted\n\nimport _ \""+module+"/internal/lab/bench/stats\"\n")
	for _, v := range violations(rooms, append(slices.Clone(sources(t)), test)) {
		if strings.HasPrefix(v, test.path) {
			t.Errorf("a test's import counts as one of production: %s", v)
		}
	}
}

func TestAPlantedFolderIsFound(t *testing.T) {
	for _, folder := range []string{"planted", "internal/planted", "internal/lab/planted", "examples/planted"} {
		for _, name := range []string{"planted.go", "planted_test.go"} {
			path := folder + "/" + name
			found := violations(rooms, append(slices.Clone(sources(t)), planted(t, path, "package planted\n")))
			if want := path + ": " + folder + " has no row in rooms_test.go"; !slices.Contains(found, want) {
				t.Errorf("found %q, want %q", found, want)
			}
		}
	}
}

func TestARowThatNamesTooMuchIsFound(t *testing.T) {
	for _, c := range []struct {
		planted room
		want    string
	}{
		{room{folder: "gone"}, "gone has a row in rooms_test.go, and no file"},
		{room{folder: "events/registry", imports: []string{"queue"}}, "the row of events/registry in rooms_test.go names queue, which nothing there imports"},
		{room{folder: "events/registry", modules: []string{yamlv3}}, "the row of events/registry in rooms_test.go names " + yamlv3 + ", which nothing there imports"},
	} {
		files := append(slices.Clone(sources(t)), planted(t, "events/registry/planted.go", "package planted\n"))
		if found := violations(append(slices.Clone(rooms), c.planted), files); !slices.Contains(found, c.want) {
			t.Errorf("found %q, want %q", found, c.want)
		}
	}
}

// Not even a row may let production import what proves it or plays AWS.
func TestReservedFoldersAreImportedByFew(t *testing.T) {
	for _, v := range trespasses(rooms) {
		t.Error(v)
	}
	planted := room{folder: "consumers", imports: []string{"events", "internal/lab/bench", "internal/localaws/stack", "internal/localrun"}}
	if found := trespasses([]room{planted}); len(found) != 3 {
		t.Errorf("of three planted imports these are found: %q", found)
	}
}

func trespasses(rows []room) (found []string) {
	for _, r := range rows {
		for _, imported := range r.imports {
			for folder, few := range reserved {
				allowed := slices.ContainsFunc(few, func(f string) bool { return under(r.folder, f) })
				if under(imported, folder) && !allowed {
					found = append(found, fmt.Sprintf("%s imports %s: only %s may", r.folder, imported, strings.Join(few, ", ")))
				}
			}
		}
	}
	return found
}

// An oracle that shared code with what it judges would share its mistakes.
func TestOracleIsIndependent(t *testing.T) {
	for _, s := range sources(t) {
		if s.folder() != "internal/lab/sim/oracle" || s.isTest() {
			continue
		}
		for _, path := range s.imports() {
			if _, ours := own(path); ours {
				t.Errorf("%s imports %s", s.path, path)
			}
		}
	}
}
