package build

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Zip writes a Lambda package with the binary as its only file, "bootstrap", which is
// the name that the provided.al2023 runtime starts. Equal binaries give equal zips,
// byte for byte, because the time in the zip is fixed. Zip replaces the artifact
// atomically. It returns the zip's size in bytes.
func Zip(binary, artifact string) (size int64, err error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return 0, err
	}
	dir := filepath.Dir(artifact)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return 0, err
	}
	file, err := os.CreateTemp(dir, "."+filepath.Base(artifact)+"-")
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	if err := errors.Join(writeZip(file, content), file.Chmod(0o644)); err != nil {
		return 0, errors.Join(err, file.Close())
	}
	info, err := file.Stat()
	if err := errors.Join(err, file.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(file.Name(), artifact); err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func writeZip(w io.Writer, bootstrap []byte) error {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestCompression)
	})
	header := &zip.FileHeader{
		Name: "bootstrap", Method: zip.Deflate,
		Modified: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
	}
	header.SetMode(0o755)
	entry, err := z.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := entry.Write(bootstrap); err != nil {
		return err
	}
	return z.Close()
}
