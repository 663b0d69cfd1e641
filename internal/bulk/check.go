package bulk

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
)

// A Summary says what a file has.
type Summary struct {
	Lines   int64 // without empty ones
	Refused int64 // lines that break a rule
	Bytes   int64
	Digest  Digest
}

// Check reads a file to its end. It calls check with each line that is not empty, and
// refused with each line that cannot be read or for which check returns an error. The
// error is ctx's or the reader's.
func Check(ctx context.Context, in io.Reader, check func(number int64, text []byte) error, refused func(number int64, err error)) (Summary, error) {
	hash := sha256.New()
	l := newLines(io.TeeReader(in, hash))
	var s Summary
	for ctx.Err() == nil {
		text, err := l.next()
		switch {
		case errors.Is(err, io.EOF):
			s.Bytes, s.Digest = l.offset, digestOf(hash.Sum(nil))
			return s, nil
		case err == nil && len(text) == 0:
			continue
		case err == nil:
			err = check(l.number, text)
		case !errors.Is(err, errTooLong):
			return s, err
		}
		s.Lines++
		if err != nil {
			s.Refused++
			refused(l.number, err)
		}
	}
	return s, ctx.Err()
}
