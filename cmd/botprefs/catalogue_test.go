package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// catalogueAt writes a catalogue and returns its path.
func catalogueAt(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

const smallCatalogue = "version: 1\npreferences:\n  language: {schema: {type: string}, default: en}\n"

func TestCatalogueCheck(t *testing.T) {
	right := catalogueAt(t, "c.yaml", smallCatalogue)
	if out, err := stdout(t, "catalogue", "check", right); err != nil || out != right+": version 1, 1 entry, no fault\n" {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := stdout(t, "catalogue", "check"); err != nil || !strings.Contains(out, "catalogue.yaml: version ") {
		t.Errorf("that of this pipeline: %v\n%s", err, out)
	}
	wrong := catalogueAt(t, "c.yaml", "version: 1\npreferences:\n  a b: {}\n  c: {locked: true}\n")
	want := "2 faults:\n" +
		"c.yaml:3: preferences.a b: a key must match [A-Za-z0-9][A-Za-z0-9_.:-]{0,63}, or be a prefix with * after it\n" +
		"c.yaml:4: preferences.c.locked: needs tenant among the layers"
	for _, command := range []string{"check", "docs"} {
		if out, err := stdout(t, "catalogue", command, wrong); err == nil || err.Error() != want || out != "" {
			t.Errorf("%s: %v\n%s", command, err, out)
		}
	}
	if _, err := stdout(t, "catalogue", "check", filepath.Join(t.TempDir(), "none.yaml")); err == nil || !strings.Contains(err.Error(), "none.yaml: no such file") {
		t.Errorf("%v", err)
	}
}

func TestCatalogueDocs(t *testing.T) {
	if out, err := stdout(t, "catalogue", "docs", catalogueAt(t, "mine.yaml", smallCatalogue)); err != nil || !strings.Contains(out, "from mine.yaml, version 1") || !strings.Contains(out, "| `language` | a text | `\"en\"` |") {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestCatalogueDiff(t *testing.T) {
	old := catalogueAt(t, "old.yaml", smallCatalogue)
	if out, err := stdout(t, "catalogue", "diff", old, old); err != nil || out != "no change breaks a stored value\n" {
		t.Errorf("%v\n%s", err, out)
	}
	narrow := catalogueAt(t, "new.yaml", "version: 2\npreferences:\n  language: {schema: {type: string, maxLength: 2}}\n")
	out, err := stdout(t, "catalogue", "diff", old, narrow)
	if want := "language: schema/maxLength: is narrower\nlanguage: default: is removed\n"; out != want || err == nil || err.Error() != "version 2 may break what is stored under version 1: 2 changes" {
		t.Errorf("%v\n%s", err, out)
	}
	if _, err := stdout(t, "catalogue", "diff", old, catalogueAt(t, "c.yaml", "version: 0\npreferences: {}\n")); err == nil || !strings.HasPrefix(err.Error(), "1 fault:\nc.yaml:1: version:") {
		t.Errorf("%v", err)
	}
	if _, err := stdout(t, "catalogue", "diff", old); err == nil {
		t.Error("one file is enough")
	}
}

func TestCatalogueWritesCode(t *testing.T) {
	file := catalogueAt(t, "c.yaml", smallCatalogue)
	for command, want := range map[string]string{"go": "func Language(p events.Preferences) string", "ts": "export const language = (p: lib.Preferences): string", "python": "def language(p: dict[str, Any]) -> str:"} {
		printed, err := stdout(t, "catalogue", command, file)
		if err != nil || !strings.Contains(printed, want) {
			t.Errorf("%s: %v\n%s", command, err, printed)
		}
		path := filepath.Join(t.TempDir(), "out")
		out, err := stdout(t, "catalogue", command, file, "--out", path)
		if text, readErr := os.ReadFile(path); err != nil || out != "" || readErr != nil || string(text) != printed {
			t.Errorf("%s --out: %v, %v, %q", command, err, readErr, out)
		}
	}
	if out, err := stdout(t, "catalogue", "go", file, "--package", "settings"); err != nil || !strings.Contains(out, "\npackage settings\n") {
		t.Errorf("%v\n%s", err, out)
	}
	clash := catalogueAt(t, "c.yaml", "version: 1\npreferences:\n  a.b: {}\n  a_b: {}\n")
	if out, err := stdout(t, "catalogue", "go", clash); err == nil || err.Error() != "a_b: gives the identifier AB, as a.b does" || out != "" {
		t.Errorf("%v\n%s", err, out)
	}
}
