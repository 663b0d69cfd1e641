package localrun

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// Of the environment, for TestOverloadedProcess alone.
const (
	overloadStage  = "BOTPREFS_OVERLOAD_STAGE"
	overloadReport = "BOTPREFS_OVERLOAD_REPORT" // the file to write writes to
)

// writes counts what a table was asked to write during a run. It includes writes whose
// condition failed, because they are billed too.
type writes struct {
	Requests int
	Hot      []hotWrite // those that hit the hot user's item, in order

	Heap uint64 // bytes that the process still needs at the end
}

type hotWrite struct {
	At    time.Duration // since the first
	Units float64
}

// TestOverloadedProcess is botprefs dev --no-sample until its standard input ends, and
// also counts writes. TestOverload runs it as a process of its own, so that its memory
// is only that of botprefs dev.
func TestOverloadedProcess(t *testing.T) {
	stage := os.Getenv(overloadStage)
	if stage == "" {
		t.Skip("is run by TestOverload")
	}
	var counted writes
	var began time.Time
	observe := func(f world.Fact) {
		r, ok := f.(dynamodb.Request)
		if !ok || r.WriteUnits == 0 {
			return
		}
		counted.Requests++
		if r.Partition != hotUser {
			return
		}
		if began.IsZero() {
			began = time.Now()
		}
		counted.Hot = append(counted.Hot, hotWrite{time.Since(began), r.WriteUnits})
	}
	ctx, cancel := context.WithCancel(t.Context())
	heap := make(chan uint64, 1)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		heap <- m.HeapAlloc
		cancel()
	}()
	err := Run(ctx, RunOptions{Out: os.Stdout, Options: Options{
		Dir: ".", Build: built, Stage: stage, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", Observe: observe,
	}})
	if err != nil {
		t.Fatal(err)
	}
	counted.Heap = <-heap
	text, err := json.Marshal(counted)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv(overloadReport), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// overloaded is that process, seen from outside.
type overloaded struct {
	command *exec.Cmd
	input   io.Closer
	report  string
	url     string // of the AWS endpoint
	output  sync.WaitGroup
}

var endpointLine = regexp.MustCompile(`AWS endpoint +(http://\S+)`)

// startOverloaded returns once the endpoint answers.
func startOverloaded(t *testing.T, stage string) *overloaded {
	t.Helper()
	o := &overloaded{report: t.TempDir() + "/writes.json"}
	o.command = exec.Command(os.Args[0], "-test.run=^TestOverloadedProcess$", "-test.timeout=0")
	o.command.Env = append(os.Environ(), overloadStage+"="+stage, overloadReport+"="+o.report)
	o.command.Stderr = os.Stderr
	input, err := o.command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	output, err := o.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := o.command.Start(); err != nil {
		t.Fatal(err)
	}
	o.input = input
	t.Cleanup(func() { _ = o.command.Process.Kill() }) // where it was not stopped
	url := make(chan string, 1)
	o.output.Go(func() { follow(output, url) })
	if o.url = <-url; o.url == "" {
		t.Fatal("botprefs dev ended before its AWS endpoint answered")
	}
	return o
}

// follow reads the output to its end and tells the endpoint's URL, or "" where
// there was none.
func follow(output io.Reader, url chan<- string) {
	defer close(url)
	found := false
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if m := endpointLine.FindStringSubmatch(lines.Text()); m != nil && !found {
			found = true
			url <- m[1]
		}
	}
}

// stop ends the process as Ctrl-C would and returns what it counted.
func (o *overloaded) stop() (w writes, err error) {
	_ = o.input.Close()
	o.output.Wait()
	if err := o.command.Wait(); err != nil {
		return w, fmt.Errorf("botprefs dev: %w", err)
	}
	text, err := os.ReadFile(o.report)
	if err != nil {
		return w, err
	}
	return w, json.Unmarshal(text, &w)
}
