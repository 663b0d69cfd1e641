package profilefile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
)

// A Writer writes the pages of a backfill.Walk as lines. Deliver is the walk's.
type Writer struct {
	out  io.Writer
	file *os.File // nil: what is written cannot be taken back
	at   int64    // bytes in the file
}

// Stream writes to what cannot be resumed, such as a pipe.
func Stream(out io.Writer) *Writer { return &Writer{out: out} }

// Resume writes to a file after its first bytes, which a checkpoint says are whole, and
// removes the rest of it. The file has a size of 0 or more than that, or it is another
// one.
func Resume(file *os.File, bytes int64) (*Writer, error) {
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < bytes {
		return nil, fmt.Errorf("it has %d bytes, and the checkpoint says %d: it is another file, or was cut", info.Size(), bytes)
	}
	_, err = file.Seek(bytes, io.SeekStart)
	if err := errors.Join(file.Truncate(bytes), err); err != nil {
		return nil, err
	}
	return &Writer{out: file, file: file, at: bytes}, nil
}

// Deliver encodes a page. The walk writes it when it commits the page, so that the file
// has what the checkpoint says.
func (w *Writer) Deliver(_ context.Context, page *backfill.Page) (backfill.Delivered, error) {
	var text []byte
	for i := range page.Profiles {
		text = Append(text, &page.Profiles[i])
	}
	return backfill.Delivered{
		Counts: backfill.Counts{
			Items: int64(len(page.Profiles) + len(page.Troubles)), Announced: int64(len(page.Profiles)),
			Unreadable: int64(len(page.Troubles)), Units: page.Units,
		},
		Troubles: page.Troubles,
		Finish:   func(c *backfill.Checkpoint) error { return w.write(text, c) },
	}, nil
}

func (w *Writer) write(text []byte, c *backfill.Checkpoint) error {
	n, err := w.out.Write(text)
	w.at += int64(n)
	if w.file != nil && err == nil {
		// Before the checkpoint is saved, or a power failure could leave it without the file.
		err = w.file.Sync()
		c.Output = w.at
	}
	if err != nil {
		return fmt.Errorf("writing the profiles: %w", err)
	}
	return nil
}
