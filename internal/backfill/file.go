package backfill

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ReadJSON reads a checkpoint of any kind from a file. found is false if there is no
// file. The error is an *fs.PathError, or ErrForeign if the file holds something else.
func ReadJSON(path string, into any) (found bool, err error) {
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case json.Unmarshal(text, into) != nil:
		return false, ErrForeign
	}
	return true, nil
}

// WriteJSON stores a checkpoint of any kind. It replaces the file atomically: after a
// crash the file is whole, either the old or the new one. Only its owner may read it.
func WriteJSON(path string, c any) error {
	text, err := json.Marshal(c, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	next, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // with mode 0600
	if err != nil {
		return err
	}
	_, err = next.Write(text)
	// Sync first, or a power failure could leave the new name without its content.
	if err = errors.Join(err, next.Sync(), next.Close()); err == nil {
		err = os.Rename(next.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(next.Name()))
	}
	return nil
}
