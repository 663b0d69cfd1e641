package queues

import (
	"context"
	"io"
)

// Compare plays the cases and writes what it found to out.
func Compare(ctx context.Context, seed uint64, cases int, out io.Writer) error { return nil }
