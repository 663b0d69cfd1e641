package compile

import (
	"archive/zip"
	"compress/flate"
	"io"
	"os"
	"path/filepath"
	"time"
)

// Zip writes a Lambda package with the binary as its one file "bootstrap", the
// name that the provided.al2023 runtime starts. Equal binaries give equal
// zips, byte for byte: the time in it is fixed. It returns the zip's size in
// bytes.
func Zip(binary, artifact string) (int64, error) {
	content, err := os.ReadFile(binary)
	if err != nil {
		return 0, err
	}
	if err := os.MkdirAll(filepath.Dir(artifact), 0o755); err != nil {
		return 0, err
	}
	file, err := os.Create(artifact)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	if err := writeZip(file, content); err != nil {
		return 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), file.Close()
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
