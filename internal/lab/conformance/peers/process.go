package peers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"sync"
	"time"
)

// startWithin bounds how long a peer may take until its port answers.
const startWithin = 60 * time.Second

// process is a running peer.
type process struct {
	url    string
	cmd    *exec.Cmd
	output *output
	done   chan struct{} // closed when it has ended
}

// serve starts a program on a free port and returns when the port answers.
func serve(name string, command func(port int) []string) (*process, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	args := command(port)
	p := &process{url: fmt.Sprintf("http://127.0.0.1:%d", port), output: &output{}, done: make(chan struct{})}
	p.cmd = exec.Command(args[0], args[1:]...)
	p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // its output shows how it ended
		close(p.done)
	}()
	if err := p.ready(port); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w\n%s", name, err, p.output), p.stop(context.Background()))
	}
	return p, nil
}

// freePort returns a port of loopback that was free a moment ago.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return l.Addr().(*net.TCPAddr).Port, l.Close()
}

func (p *process) ready(port int) error {
	address := fmt.Sprintf("127.0.0.1:%d", port)
	for end := time.Now().Add(startWithin); time.Now().Before(end); {
		c, err := net.Dial("tcp", address)
		if err == nil {
			return c.Close()
		}
		select {
		case <-p.done:
			return errors.New("it ended at once")
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fmt.Errorf("it does not answer within %v", startWithin)
}

// stop ends the process. All its state is in memory, so there is nothing to save.
func (p *process) stop(ctx context.Context) error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return err
	}
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// output keeps the last output of a process.
type output struct {
	mu   sync.Mutex
	text []byte
}

const keepOutput = 8 << 10

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.text = append(o.text, b...)
	if over := len(o.text) - keepOutput; over > 0 {
		o.text = bytes.Clone(o.text[over:])
	}
	return len(b), nil
}

// String returns the output that was kept.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.text)
}
