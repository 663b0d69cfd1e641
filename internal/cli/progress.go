package cli

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A Progress prints the progress of a long command, on standard error. On a terminal it
// rewrites one line with a bar, elsewhere it adds a line every ten seconds. Safe for
// concurrent use.
type Progress struct {
	Out      io.Writer
	Terminal bool
	Columns  int // of the terminal; 0 or less if unknown

	mu    sync.Mutex
	width int // of the line on the terminal; 0 if there is none
}

// ProgressOn returns a Progress that prints to w, which may be a terminal.
func ProgressOn(w io.Writer) *Progress {
	return &Progress{Out: w, Terminal: IsTerminal(w), Columns: TerminalColumns()}
}

const (
	terminalInterval = 500 * time.Millisecond
	logInterval      = 10 * time.Second
)

// IsTerminal tells whether w is a terminal.
func IsTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// TerminalColumns is the width of the terminal from COLUMNS, or 0 without that. Shells
// pass it on only after "export COLUMNS". To ask the terminal itself would need one
// more module.
func TerminalColumns() int {
	n, _ := strconv.Atoi(os.Getenv("COLUMNS"))
	return n
}

// Follow prints what text returns, again and again, until stop is called. share is the
// done part, 0 to 1; less than 0: not known.
func (p *Progress) Follow(text func() (share float64, text string)) (stop func()) {
	every := logInterval
	if p.Terminal {
		every = terminalInterval
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		for {
			select {
			case <-end:
				return
			case <-ticks.C:
				p.Show(text())
			}
		}
	}()
	return func() { close(end); <-ended; p.Show(-1, "") }
}

// Line prints a line that stays.
func (p *Progress) Line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	fmt.Fprintf(p.Out, format+"\n", args...)
}

// Show prints progress. On a terminal the next text replaces it.
func (p *Progress) Show(share float64, text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
	switch {
	case text == "":
	case p.Terminal:
		text = bar(share) + text
		// A line that wraps cannot be replaced. The last column is the cursor's.
		if p.Columns > 0 && len(text) >= p.Columns {
			text = text[:p.Columns-1]
		}
		p.width = len(text)
		fmt.Fprint(p.Out, text)
	default:
		fmt.Fprintln(p.Out, text)
	}
}

func (p *Progress) wipe() {
	if p.width > 0 {
		fmt.Fprintf(p.Out, "\r%*s\r", p.width, "")
		p.width = 0
	}
}

// barWidth is the number of characters within the bar.
const barWidth = 20

// bar is empty if the share is not known. It is ASCII, as all progress is: a line's bytes
// are its columns.
func bar(share float64) string {
	if share < 0 {
		return ""
	}
	full := int(min(share, 1) * barWidth)
	return "[" + strings.Repeat("#", full) + strings.Repeat("-", barWidth-full) + "] "
}
