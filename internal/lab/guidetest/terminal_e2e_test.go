//go:build e2e

package guidetest

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
)

// A terminal is a reader's shell: commands run one after the other, and the folder
// and the variables that they set stay. What serves goes on in the background
// until the next command, for which it is interrupted as by Ctrl-C.
type terminal struct {
	folder  string // where it opens
	state   string // a script that restores folder and variables
	screen  *screen
	serving *exec.Cmd
}

// serves are the commands that run until they are interrupted, and ready is what
// they print when others can begin.
var serves = regexp.MustCompile(`(?m)^(make run|\.bin/botprefs (dev|watch))\b`)

const ready = "Ctrl-C ends this one"

func (t *terminal) run(ctx context.Context, commands string) error {
	if err := t.interrupt(ctx); err != nil {
		return err
	}
	script := fmt.Sprintf("[ ! -e %[1]q ] || . %[1]q\n%[2]s\n{ printf 'cd %%q\\n' \"$PWD\"; export -p; } >%[1]q\n", t.state, commands)
	shell := exec.Command("bash", "-e", "-c", script)
	shell.Dir, shell.Env = t.folder, environment()
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // so that an interrupt reaches all of it, as from a keyboard
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	shell.Stdout, shell.Stderr = write, write
	t.screen = newScreen()
	go t.screen.fill(read)
	err = shell.Start()
	_ = write.Close()
	if err != nil {
		return err
	}
	t.serving = shell
	if serves.MatchString(commands) {
		return t.screen.wait(ctx, []string{ready})
	}
	return t.finish(ctx)
}

// finish waits for the commands to end by themselves.
func (t *terminal) finish(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { t.signal(syscall.SIGKILL) })
	defer stop()
	err := t.serving.Wait()
	t.serving = nil
	<-t.screen.closed
	if err != nil {
		return fmt.Errorf("%w: it printed\n%s", err, t.screen.text())
	}
	return nil
}

// interrupt is Ctrl-C, where something serves. How it ends is its own affair: make
// reports an interrupt as an error.
func (t *terminal) interrupt(ctx context.Context) error {
	if t.serving == nil {
		return nil
	}
	t.signal(syscall.SIGINT)
	_ = t.finish(ctx)
	return ctx.Err()
}

// signal reaches the process group that run has made, and no other.
func (t *terminal) signal(s syscall.Signal) { _ = syscall.Kill(-t.serving.Process.Pid, s) }

// environment is this process's without what somebody has set for their AWS.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "AWS_") })
}

// A screen is what a terminal has printed since its last command.
type screen struct {
	closed chan struct{} // when there will be no more

	mu      sync.Mutex
	lines   []string
	changed chan struct{} // closed and made anew for each line
}

func newScreen() *screen { return &screen{closed: make(chan struct{}), changed: make(chan struct{})} }

func (s *screen) fill(from io.ReadCloser) {
	defer from.Close()
	defer close(s.closed)
	for lines := bufio.NewReader(from); ; {
		line, err := lines.ReadString('\n')
		if line != "" {
			s.mu.Lock()
			s.lines = append(s.lines, strings.TrimRight(line, "\r\n"))
			close(s.changed)
			s.changed = make(chan struct{})
			s.mu.Unlock()
		}
		if err != nil {
			return
		}
	}
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

// wait waits until each of the wanted lines has been printed, in whatever order.
// What is found is taken away: the next wait is for what comes then.
func (s *screen) wait(ctx context.Context, wanted []string) error {
	wanted = slices.Clone(wanted)
	for {
		s.mu.Lock()
		wanted = slices.DeleteFunc(wanted, s.take)
		changed := s.changed
		s.mu.Unlock()
		if len(wanted) == 0 {
			return nil
		}
		ended := false
		select {
		case <-changed:
			continue
		case <-s.closed:
			ended = true
		case <-ctx.Done():
		}
		if ended {
			s.mu.Lock()
			wanted = slices.DeleteFunc(wanted, s.take) // it may have ended in between
			s.mu.Unlock()
			if len(wanted) == 0 {
				return nil
			}
		}
		return fmt.Errorf("never printed:\n%s\nbut, besides what was found:\n%s", strings.Join(wanted, "\n"), s.text())
	}
}

// take removes the first line that contains a wanted one. The caller holds the lock.
func (s *screen) take(wanted string) bool {
	i := slices.IndexFunc(s.lines, func(line string) bool { return contains(line, wanted) })
	if i < 0 {
		return false
	}
	s.lines = slices.Delete(s.lines, i, i+1)
	return true
}

// contains reports whether a line has what is shown of it, in which "..." stands for
// anything.
func contains(line, shown string) bool {
	rest, found := general(line), true
	for part := range strings.SplitSeq(general(shown), "...") {
		if _, rest, found = strings.Cut(rest, part); !found {
			return false
		}
	}
	return true
}

// varying is what differs from run to run: ids, times, revisions, milliseconds.
var varying = regexp.MustCompile(`[0-7][0-9A-HJKMNP-TV-Z]{25}|\d{4}-\d\d-\d\dT[0-9:.]+Z|\b\d+\.\d+\b|\b\d{5,}\b`)

func general(line string) string {
	return strings.Join(strings.Fields(varying.ReplaceAllString(line, "#")), " ")
}
