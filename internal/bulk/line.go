package bulk

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// MaxLineBytes bounds a line. A profile, as it is exported, has less.
const MaxLineBytes = 4 << 20

// errTooLong is the error of a line over MaxLineBytes.
var errTooLong = fmt.Errorf("a line has at most %d bytes", MaxLineBytes)

// lines reads lines and knows where they end.
type lines struct {
	in     *bufio.Reader
	number int64 // of the last line, from 1
	offset int64 // of its end
}

func newLines(in io.Reader) *lines { return &lines{in: bufio.NewReaderSize(in, 64<<10)} }

// next returns the next line without its end and white space around it. The error is
// io.EOF after the last line, errTooLong, or the reader's. The text is valid until the
// next call.
func (l *lines) next() ([]byte, error) {
	var text []byte
	long := false
	for {
		part, err := l.in.ReadSlice('\n')
		l.offset += int64(len(part))
		if long = long || len(text)+len(part) > MaxLineBytes; !long {
			text = append(text, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(part) == 0 && len(text) == 0 && !long:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		}
		l.number++
		if long {
			return nil, errTooLong
		}
		return bytes.TrimSpace(text), nil
	}
}

// A Digest identifies a file by its contents: the first 32 hexadecimal digits of its
// SHA-256.
type Digest string

func digestOf(sum []byte) Digest { return Digest(hex.EncodeToString(sum[:16])) }

// ID is the id of a change that a line has no id for. It depends on nothing but its
// arguments, so a repeated line has the same id. Of two lines with the same time, the
// later one counts as later. part tells apart the changes of one line: 0 to 255.
func ID(at time.Time, d Digest, line int64, part int, userID string) events.Stamp {
	var id events.Stamp
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16)
	var number [8]byte
	binary.BigEndian.PutUint64(number[:], uint64(line))
	copy(id[6:11], number[3:]) // 40 bits
	id[11] = byte(part)
	sum := sha256.Sum256([]byte(string(d) + "\n" + userID))
	copy(id[12:], sum[:4])
	return id
}
