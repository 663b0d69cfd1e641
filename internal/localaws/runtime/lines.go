package runtime

import (
	"bytes"
	"strings"
)

// maxLine is where a line is cut, in bytes: CloudWatch's limit of an event.
const maxLine = 256 << 10

// lines hands what is written on line by line. It is used by one goroutine at a
// time.
type lines struct {
	emit func(string)
	rest []byte
}

// Write never fails.
func (l *lines) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		n := bytes.IndexByte(l.rest, '\n')
		if n < 0 && len(l.rest) < maxLine {
			return len(b), nil
		}
		if n < 0 || n > maxLine {
			l.emit(string(l.rest[:maxLine]))
			l.rest = l.rest[maxLine:]
			continue
		}
		l.emit(strings.TrimSuffix(string(l.rest[:n]), "\r"))
		l.rest = l.rest[n+1:]
	}
}

// flush hands on what has no line end.
func (l *lines) flush() {
	if len(l.rest) > 0 {
		l.emit(string(l.rest))
		l.rest = nil
	}
}
