package localrun

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"
)

// memory follows the peak resident memory of a process and of those that it
// started, from Linux's /proc.
type memory struct {
	parent int
	stop   chan struct{}
	done   sync.WaitGroup

	dev       int64         // bytes
	functions map[int]int64 // by process id
	most      int           // functions at a time
	together  int64         // their memory at a time, at most
}

func watchMemory(parent int) *memory {
	m := &memory{parent: parent, stop: make(chan struct{}), functions: map[int]int64{}}
	m.done.Go(func() {
		for tick := time.Tick(100 * time.Millisecond); ; {
			m.look()
			select {
			case <-tick:
			case <-m.stop:
				return
			}
		}
	})
	return m
}

// end stops watching; then the fields may be read.
func (m *memory) end() {
	m.look()
	close(m.stop)
	m.done.Wait()
}

func (m *memory) look() {
	files, _ := filepath.Glob("/proc/[0-9]*/status")
	n, together := 0, int64(0)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		id, parent := field(text, "Pid"), field(text, "PPid")
		peak := field(text, "VmHWM") << 10
		switch m.parent {
		case int(id):
			m.dev = max(m.dev, peak)
		case int(parent):
			n++
			together += field(text, "VmRSS") << 10
			m.functions[int(id)] = max(m.functions[int(id)], peak)
		}
	}
	m.most, m.together = max(m.most, n), max(m.together, together)
}

// largest is the peak of the function process with the greatest one.
func (m *memory) largest() (bytes int64) {
	for _, peak := range m.functions {
		bytes = max(bytes, peak)
	}
	return bytes
}

// field is a number in a status file; 0 where it is not there.
func field(status []byte, name string) int64 {
	for line := range bytes.Lines(status) {
		if rest, ok := bytes.CutPrefix(line, []byte(name+":")); ok {
			n, _ := strconv.ParseInt(string(bytes.Fields(rest)[0]), 10, 64)
			return n
		}
	}
	return 0
}

func mebibytes(n int64) string { return fmt.Sprintf("%.0f MiB", float64(n)/(1<<20)) }
