package repotest

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What can be imported has to be kept working for those who do.
func TestOnlyPublicPackagesCanBeImported(t *testing.T) {
	if diff := cmp.Diff(public, importable(sources(t))); diff != "" {
		t.Errorf("make a package internal, or name it in rooms_test.go (-public +can be imported):\n%s", diff)
	}
}

func TestAPlantedPackageIsFound(t *testing.T) {
	before := importable(sources(t))
	for _, c := range []struct {
		path, text string
		found      bool
	}{
		{"consumers/planted/planted.go", "package planted", true},
		{"examples/planted/planted.go", "package planted", true},
		{"planted/planted.go", "package planted", true},
		{"examples/planted/main.go", "package main", false},
		{"examples/planted/internal/planted/planted.go", "package planted", false},
		{"consumers/planted/planted_test.go", "package planted", false},
	} {
		after := importable(append(slices.Clone(sources(t)), planted(t, c.path, c.text)))
		if found := len(after) > len(before); found != c.found {
			t.Errorf("%s can be imported: %t, want %t", c.path, found, c.found)
		}
	}
}

// importable returns the folders whose package another module can import.
func importable(files []source) []string {
	folders := map[string]bool{}
	for _, s := range files {
		if !s.isTest() && !s.isMain() && !slices.Contains(strings.Split(s.folder(), "/"), "internal") {
			folders[s.folder()] = true
		}
	}
	return slices.Sorted(maps.Keys(folders))
}

// judged returns the public packages that a program links. Each needs a line in
// linked, or a reason in notLinked.
func judged(t *testing.T) (folders []string) {
	t.Helper()
	for _, folder := range public {
		_, hasLine := linked[folder]
		_, hasReason := notLinked[folder]
		if hasLine == hasReason {
			t.Errorf("%s: give it a line in linked or a reason in notLinked", folder)
		}
		if hasLine {
			folders = append(folders, folder)
		}
	}
	return folders
}

// A program that imports a public package gets all that the package links.
func TestPublicPackagesLinkLittle(t *testing.T) {
	for folder, paths := range links(t, judged(t)...) {
		needed := map[string]bool{}
		for _, path := range paths {
			if unwanted(path) {
				t.Errorf("%s links %s", folder, path)
			}
			if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") || under(path, module) {
				continue
			}
			i := slices.IndexFunc(linked[folder], func(entry string) bool { return under(path, entry) })
			if i < 0 {
				t.Errorf("%s links %s", folder, path)
				continue
			}
			needed[linked[folder][i]] = true
		}
		for _, entry := range linked[folder] {
			if !needed[entry] {
				t.Errorf("%s links nothing of %s: take it out of its line in rooms_test.go", folder, entry)
			}
		}
	}
}
