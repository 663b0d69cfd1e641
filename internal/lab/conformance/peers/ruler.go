package peers

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
)

// Ruler is a running event-ruler. It is safe for concurrent use.
type Ruler struct {
	name string // among the started processes
	*process

	mu  sync.Mutex // held while questions and their answers are on their way
	in  io.WriteCloser
	out *bufio.Reader
}

// A Question is whether the event matches the pattern, both as JSON texts.
type Question struct {
	Pattern string `json:"pattern"`
	Event   string `json:"event"`

	// Apart asks the same with each test in a machine of its own, and asks for Stepwise
	// and Inexact. If event-ruler then answers differently, it contradicts itself.
	Apart bool `json:"apart,omitempty"`
}

// An Answer is event-ruler's answer to a question.
type Answer struct {
	Verdict    Verdict  `json:"answer"`
	Message    string   `json:"message"`    // why something is refused, in event-ruler's words
	Complexity int      `json:"complexity"` // of the pattern's wildcards, as its MachineComplexityEvaluator counts
	Stepwise   Verdict  `json:"stepwise"`   // of its older search
	Inexact    []string `json:"inexact"`    // numbers of both texts that Java's doubles do not print as given
}

// Verdict is one of the four possible answers to a question.
type Verdict string

// The verdicts.
const (
	Matched        Verdict = "match"
	NotMatched     Verdict = "none"
	PatternRefused Verdict = "pattern"
	EventRefused   Verdict = "event"
)

// StartRuler starts event-ruler. It runs until Close, Stop or the end of ctx.
func StartRuler(ctx context.Context) (*Ruler, error) {
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	r, err := startRuler(ctx, filepath.Join(dir, "ruler"))
	if err != nil {
		return nil, fmt.Errorf("peer ruler: %w (internal/lab/conformance/peers/install installs it)", err)
	}
	mu.Lock()
	defer mu.Unlock()
	r.name = fmt.Sprintf("ruler %p", r)
	started[r.name] = r.process
	return r, nil
}

func startRuler(ctx context.Context, dir string) (*Ruler, error) {
	if _, err := os.Stat(filepath.Join(dir, "Peer.class")); err != nil {
		return nil, err
	}
	// Use the system's pipe instead of one of os/exec's. Answers then stay readable
	// after the process has ended.
	out, answers, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	p := &process{output: &output{}, done: make(chan struct{})}
	// The serial collector leaves the other core to localaws.
	p.cmd = exec.CommandContext(ctx, "java", "-XX:+UseSerialGC", "-cp", dir+string(os.PathListSeparator)+filepath.Join(dir, "lib", "*"), "Peer")
	p.cmd.Stdout, p.cmd.Stderr = answers, p.output
	in, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	_ = answers.Close() // the process has its own
	go func() {
		_ = p.cmd.Wait() // its output shows how it ended
		close(p.done)
	}()
	return &Ruler{process: p, in: in, out: bufio.NewReader(out)}, nil
}

// Close ends event-ruler.
func (r *Ruler) Close() error {
	mu.Lock()
	delete(started, r.name)
	mu.Unlock()
	return r.stop(context.Background())
}

// Match tells whether the event matches the pattern. The error is a *Refusal if one of
// the two is refused.
func (r *Ruler) Match(pattern, event string) (bool, error) {
	answers, err := r.Ask([]Question{{Pattern: pattern, Event: event}})
	if err != nil {
		return false, err
	}
	switch a := answers[0]; a.Verdict {
	case Matched, NotMatched:
		return a.Verdict == Matched, nil
	default:
		return false, &Refusal{a}
	}
}

// Refusal is the error of a pattern or an event that event-ruler refuses.
type Refusal struct{ Answer Answer }

// Error says which of the two is refused, with event-ruler's reason.
func (r *Refusal) Error() string {
	return fmt.Sprintf("event-ruler refuses the %s: %s", r.Answer.Verdict, r.Answer.Message)
}

// Ask asks many questions at once, without waiting for one answer before the
// next question. The answers have the same order.
func (r *Ruler) Ask(questions []Question) ([]Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	sent := make(chan error, 1)
	go func() { sent <- r.send(questions) }()
	answers := make([]Answer, len(questions))
	for i := range answers {
		line, err := r.out.ReadBytes('\n')
		if err == nil {
			err = json.Unmarshal(line, &answers[i])
		}
		if err != nil {
			return nil, fmt.Errorf("event-ruler does not answer %+v: %w\n%s", questions[i], err, r.output)
		}
	}
	return answers, <-sent
}

func (r *Ruler) send(questions []Question) error {
	w := bufio.NewWriter(r.in)
	for _, q := range questions {
		line, err := json.Marshal(q)
		if err != nil {
			return err
		}
		_, _ = w.Write(append(line, '\n')) // Flush has the error too
	}
	return w.Flush()
}
