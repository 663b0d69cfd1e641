package dev

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// A printer lets many goroutines write whole lines.
type printer struct {
	mu sync.Mutex
	w  io.Writer
}

func (p *printer) line(text string) { p.block(text + "\n") }

func (p *printer) block(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprint(p.w, text)
}

// writer passes on what is written to it line by line, each with a prefix.
func (p *printer) writer(prefix string) *lines { return &lines{printer: p, prefix: prefix} }

// lines is a writer of whole lines. Not safe for concurrent use.
type lines struct {
	printer *printer
	prefix  string
	rest    string
	each    func(line string) // told of each line, if set
}

var _ io.Writer = (*lines)(nil)

// Write prints the lines that are complete and keeps the rest.
func (l *lines) Write(b []byte) (int, error) {
	parts := strings.Split(l.rest+string(b), "\n")
	l.rest = parts[len(parts)-1]
	for _, line := range parts[:len(parts)-1] {
		l.printer.line(l.prefix + line)
		if l.each != nil {
			l.each(line)
		}
	}
	return len(b), nil
}
