//go:build e2e

package guidetest

import (
	"context"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestPages follows docs/start.md in a bare folder beside a fresh copy of this tree,
// in which nothing is built yet, and then docs/http.md and docs/cli.md at the root of
// that clone.
func TestPages(t *testing.T) {
	r := newReader(t)
	r.replace("git clone https://github.com/bot-preferences/bot-preferences", "true") // the copy is the clone
	r.follow("docs/start.md", ".")
	for _, s := range r.instead {
		if s.used == 0 {
			t.Errorf("the page has no %q any more: mend this test", s.written)
		}
	}
	r.follow("docs/http.md", "bot-preferences")
	r.follow("docs/cli.md", "bot-preferences")
}

// A reader follows a page with a folder, a clone and ports of their own.
type reader struct {
	t         *testing.T
	folder    string
	instead   []*substitution
	terminals map[string]*terminal
}

// A substitution is what a test has to do otherwise than its page says.
type substitution struct {
	written, run string
	used         int
}

func (r *reader) replace(written, run string) {
	r.instead = append(r.instead, &substitution{written: written, run: run})
}

func newReader(t *testing.T) *reader {
	r := &reader{t: t, folder: t.TempDir(), terminals: map[string]*terminal{}}
	copyTree(t, root, filepath.Join(r.folder, "bot-preferences"))
	// The ports of the page may be taken here: others, that are free now.
	aws, api := freeAddress(t), freeAddress(t)
	flags := " --aws-addr " + aws + " --http-addr " + api
	r.replace("FLAGS=--no-sample", `FLAGS="--no-sample`+flags+`"`)
	r.replace(".bin/botprefs dev", ".bin/botprefs dev"+flags)
	r.replace("127.0.0.1:4566", aws)
	r.replace("127.0.0.1:8080", api)
	return r
}

// follow writes the page's files, runs its commands and compares what it shows.
// Terminals open in the folder at.
func (r *reader) follow(page, at string) {
	ctx, cancel := context.WithTimeout(r.t.Context(), 10*time.Minute)
	defer cancel()
	defer r.leave()
	blocks, err := Blocks(root, page)
	if err != nil {
		r.t.Fatal(err)
	}
	began := time.Now()
	done := 0
	for _, b := range blocks {
		name, file := b.Terminal(), b.File()
		switch {
		case file != "":
			r.write(file, r.adapted(b.Text))
		case name != "" && b.Language == "sh":
			if r.terminals[name] == nil {
				r.terminals[name] = &terminal{folder: filepath.Join(r.folder, at), state: filepath.Join(r.t.TempDir(), "terminal")}
			}
			err = r.terminals[name].run(ctx, r.adapted(b.Text))
		case name != "" && b.Language == "text":
			err = r.see(ctx, r.terminals[name].screen, r.shown(b.Text))
		default:
			continue
		}
		if err != nil {
			r.t.Fatalf("%s:%d: after %s: %v", page, b.Line, time.Since(began).Round(time.Second), err)
		}
		done++
		r.t.Logf("%s:%d after %.1f s", page, b.Line, time.Since(began).Seconds())
	}
	if done < 8 {
		r.t.Errorf("%s has only %d blocks to follow", page, done)
	}
}

// see waits for what a page shows. A reader would give up much sooner.
func (r *reader) see(ctx context.Context, s *screen, lines []string) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return s.wait(ctx, lines)
}

func (r *reader) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for _, terminal := range r.terminals {
		_ = terminal.interrupt(ctx)
	}
	r.terminals = map[string]*terminal{} // with folders and variables of their own
}

func (r *reader) adapted(text string) string {
	for _, s := range r.instead {
		s.used += strings.Count(text, s.written)
		text = strings.ReplaceAll(text, s.written, s.run)
	}
	return text
}

// shown are the lines that a page shows, without those that are left out.
func (r *reader) shown(text string) []string {
	return slices.DeleteFunc(strings.Split(r.adapted(text), "\n"), func(line string) bool {
		line = strings.TrimSpace(line)
		return line == "" || line == "..."
	})
}

func (r *reader) write(file, text string) {
	path := filepath.Join(r.folder, file)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatalf("%s: %v: does the page make the folder first?", file, err)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// notCloned are folders that a clone does not have.
var notCloned = []string{".git", ".bin", ".serverless", "dist", "node_modules", "venv", "__pycache__"}

func copyTree(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case slices.Contains(notCloned, d.Name()):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, name), text, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}
