package repotest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

const (
	maxReadmeWords = 1000
	maxColumns     = 120
)

// documents returns all Markdown files of the repository, by path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && notOurs(path, d.Name()) {
			return fs.SkipDir
		}
		if filepath.Ext(path) != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		all[filepath.ToSlash(path)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 20 {
		t.Fatalf("only %d documents found", len(all))
	}
	return all
}

// The README is the way in. The rest is in docs.
func TestReadmeIsShort(t *testing.T) {
	if n := len(strings.Fields(documents(t)["README.md"])); n > maxReadmeWords {
		t.Errorf("README.md has %d words, at most %d are allowed", n, maxReadmeWords)
	}
}

func TestLinesOfDocumentsAreShort(t *testing.T) {
	for path, text := range documents(t) {
		for _, line := range longLines(text) {
			t.Errorf("%s:%s", path, line)
		}
	}
}

// onlyALink matches a line that cannot be broken: a link by itself.
var onlyALink = regexp.MustCompile(`^\W*(\[[^\]]*\]\([^)]*\)|\[[^\]]*\]: \S+|<?https?://\S+>?)\W*$`)

// longLines returns the lines of a document that are too long, in code too. Rows of
// tables and lines that are one link cannot be broken.
func longLines(text string) (found []string) {
	fence := ""
	for i, line := range strings.Split(text, "\n") {
		trimmed := strings.TrimLeft(line, " >")
		if mark := fenceOf(trimmed); mark != "" && (fence == "" || fence == mark) {
			fence = map[bool]string{true: mark, false: ""}[fence == ""]
			continue
		}
		if fence == "" && strings.HasPrefix(trimmed, "|") || onlyALink.MatchString(line) {
			continue
		}
		if n := utf8.RuneCountInString(line); n > maxColumns {
			found = append(found, fmt.Sprintf("%d: %d columns, at most %d are allowed", i+1, n, maxColumns))
		}
	}
	return found
}

func fenceOf(line string) string {
	for _, mark := range []string{"```", "~~~"} {
		if strings.HasPrefix(line, mark) {
			return mark
		}
	}
	return ""
}

func TestALongLineIsFound(t *testing.T) {
	long := strings.Repeat("word ", 25) // 125 columns
	link := "[a page](" + strings.Repeat("x", 120) + ")"
	text := strings.Join([]string{
		long, strings.Repeat("ä", 120), "| " + long + " |", "```", long, "```", "  " + long,
		"- " + link + ".", "[a page]: https://" + strings.Repeat("x", 120), "see " + link, "```json", "~~~", "| " + long, "```", long,
	}, "\n")
	var lines []string
	for _, f := range longLines(text) {
		line, _, _ := strings.Cut(f, ":")
		lines = append(lines, line)
	}
	if want := []string{"1", "5", "7", "10", "13", "15"}; !slices.Equal(lines, want) {
		t.Errorf("lines %v are too long, want %v", lines, want)
	}
}

var (
	status = regexp.MustCompile(`(?m)^- Status: (proposed|accepted|rejected|superseded by \S.*)$`)
	date   = regexp.MustCompile(`(?m)^- Date: \d{4}-\d{2}-\d{2}$`)
)

// A decision without them leaves open whether it still holds.
func TestEveryDecisionHasStatusAndDate(t *testing.T) {
	decisions := 0
	for path, text := range documents(t) {
		if ok, err := filepath.Match("docs/decisions/[0-9]*.md", path); err != nil || !ok {
			continue
		}
		decisions++
		if !status.MatchString(text) {
			t.Errorf("%s has no line such as '- Status: accepted'", path)
		}
		if !date.MatchString(text) {
			t.Errorf("%s has no line such as '- Date: 2026-11-30'", path)
		}
	}
	if decisions < 12 {
		t.Errorf("only %d decisions found", decisions)
	}
}

var (
	link     = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)
	codeSpan = regexp.MustCompile("`[^`\n]+`") // what looks like a link in it is none
)

func TestLinksInDocumentsLeadSomewhere(t *testing.T) {
	for path, text := range documents(t) {
		for _, target := range targets(text) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(path), target)); err != nil {
				t.Errorf("%s: the link %s leads nowhere", path, target)
			}
		}
	}
}

// targets are the files that a document links to.
func targets(text string) (paths []string) {
	for _, m := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(text, ""), -1) {
		paths = append(paths, m[1])
	}
	return paths
}

func TestLinksAreFound(t *testing.T) {
	text := "[`a`](a.md) and `[0-9](-x)` in [b](b.md#part)\n```sh\n[c](c.md)\n```\n[d](https://example.com)"
	if got, want := targets(text), []string{"a.md", "b.md", "c.md"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
