package stack

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// parsed are the files that osls would not include as text: it reads them as
// data, or runs them.
var parsed = []string{".json", ".tfstate", ".js", ".cjs", ".mjs", ".ts"}

// include is the text of a file beside the one that is read, or what a YAML file says. One
// that does not exist has no value, as for osls.
func (v *variables) include(at *node, e expression, path string) (*node, bool) {
	if slices.Contains(parsed, filepath.Ext(path)) {
		v.refuse(at, "%s: osls would not include a %s file as text", e.written, filepath.Ext(path))
		return nil, false
	}
	data, err := os.ReadFile(filepath.Join(filepath.Dir(v.file), filepath.FromSlash(path)))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, true
	case err != nil:
		v.refuse(at, "%s: cannot be read: %v", e.written, err)
		return nil, false
	}
	if slices.Contains([]string{".yml", ".yaml"}, filepath.Ext(path)) {
		return v.includeYAML(at, e, path, data)
	}
	return v.once(at, e.written, textNode(at, string(data)))
}

// includeYAML reads a file as data. Its problems name it and its lines. What is wrong with
// the value is reported where the file is included.
func (v *variables) includeYAML(at *node, e expression, path string, data []byte) (*node, bool) {
	r := &report{file: filepath.Join(filepath.Dir(v.file), filepath.FromSlash(path))}
	value := parse(r, data)
	if len(r.problems) > 0 {
		v.problems = append(v.problems, r.problems...)
		return nil, false
	}
	return v.once(at, e.written, value)
}
