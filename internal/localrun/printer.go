package localrun

import (
	"fmt"
	"io"
	"strings"
	"sync"
)

// A printer lets many goroutines write whole lines. After the first failed write it
// writes nothing more, because nobody reads.
type printer struct {
	mu     sync.Mutex
	w      io.Writer
	failed error
	broken func() // called once, when a write fails; may be nil
}

func (p *printer) line(text string) { p.block(text + "\n") }

func (p *printer) block(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed != nil {
		return
	}
	if _, err := io.WriteString(p.w, text); err != nil {
		p.failed = fmt.Errorf("the output cannot be written: %w", err)
		if p.broken != nil {
			p.broken()
		}
	}
}

// err returns why writing failed.
func (p *printer) err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

// writer returns a writer that prints line by line, each with a prefix.
func (p *printer) writer(prefix string) *lines { return &lines{printer: p, prefix: prefix} }

// lines is a writer of whole lines. Not safe for concurrent use.
type lines struct {
	printer *printer
	prefix  string
	rest    string
	each    func(line string) // called with each line, if set
	echoes  *echoes           // print the lines later, if set
}

var _ io.Writer = (*lines)(nil)

// Write prints the lines that are complete and keeps the rest.
func (l *lines) Write(b []byte) (int, error) {
	parts := strings.Split(l.rest+string(b), "\n")
	l.rest = parts[len(parts)-1]
	for _, line := range parts[:len(parts)-1] {
		l.print(line)
	}
	return len(b), nil
}

// flush prints what came after the last line's end.
func (l *lines) flush() {
	if l.rest != "" {
		l.print(l.rest)
		l.rest = ""
	}
}

func (l *lines) print(line string) {
	if l.echoes != nil {
		l.echoes.line(l.prefix + line)
	} else {
		l.printer.line(l.prefix + line)
	}
	if l.each != nil {
		l.each(line)
	}
}

// counted formats a number of things: 1 line, 2 lines.
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}
