package localrun

import (
	"sync"
	"time"
)

// hold is how long an echo waits for the line that caused it. The bot prints a message
// only after the bus has accepted its changes, and the pipeline may be faster than the
// bot.
const hold = 10 * time.Millisecond

// maxEchoes bounds the memory of lines that wait for a slow terminal.
const maxEchoes = 10_000

// echoes print lines a little later, in order, in a goroutine of their own. Most lines
// come while the cloud is locked, and a terminal that blocks must not block the
// pipeline.
type echoes struct {
	printer *printer

	mu      sync.Mutex
	waiting []echo
	dropped int
	empty   *sync.Cond
	running bool
}

type echo struct {
	due  time.Time
	text string
}

func newEchoes(p *printer) *echoes {
	e := &echoes{printer: p}
	e.empty = sync.NewCond(&e.mu)
	return e
}

// line queues a line for printing.
func (e *echoes) line(text string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.waiting) >= maxEchoes {
		e.dropped++
		return
	}
	e.waiting = append(e.waiting, echo{time.Now().Add(hold), text})
	if !e.running {
		e.running = true
		go e.print()
	}
}

// print prints until no line is queued.
func (e *echoes) print() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for len(e.waiting) > 0 {
		batch, dropped := e.waiting, e.dropped
		e.waiting, e.dropped = nil, 0
		e.mu.Unlock()
		for _, echo := range batch {
			time.Sleep(time.Until(echo.due))
			e.printer.line(echo.text)
		}
		if dropped > 0 {
			e.printer.line("    (" + counted(dropped, "line") + " left out: the output is too slow)")
		}
		e.mu.Lock()
	}
	e.running = false
	e.empty.Broadcast()
}

// flush returns when every line is printed.
func (e *echoes) flush() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for e.running {
		e.empty.Wait()
	}
}
