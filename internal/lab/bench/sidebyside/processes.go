package sidebyside

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/loopback"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/python"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
)

// binaries is the folder for the Go functions' binaries. Each has a subfolder, because
// two have the same name.
const binaries = ".bin/sidebyside"

// executables builds the functions and returns their paths by function. apply is built
// as it is deployed, and the peers with the flags that most people use. If the machine
// lacks Python, its function is left out and missing says why.
func executables(ctx context.Context, root string) (paths map[string]string, missing string, err error) {
	paths = map[string]string{}
	for function, folder := range map[string]string{
		updateConsumer.function: "internal/lab/bench/peers/updateitem/lambda", optimisticConsumer.function: "internal/lab/bench/peers/optimistic/lambda",
		apply.function: "consumers/apply",
	} {
		make := build.Usual
		if function == apply.function {
			make = build.Binaries
		}
		built, err := make(ctx, root, filepath.Join(root, binaries, function), build.Target{}, folder)
		if err != nil {
			return nil, "", err
		}
		paths[function] = built[folder]
	}
	naive, missing, err := python.InstallOrSay(ctx, root)
	paths[pythonService.function] = naive.Update
	return paths, missing, err
}

// processes runs the functions.
type processes struct {
	runner *runtime.Runner
	output *output
}

// serve starts what the functions need. The caller must close the processes first, and
// then the cloud.
func serve(all []*design, paths map[string]string) (*cloud, processes, error) {
	var tables []string
	for _, d := range all {
		tables = append(tables, d.function)
	}
	c, err := newCloud(tables...)
	if err != nil {
		return nil, processes{}, err
	}
	p := processes{output: &output{}}
	o := runtime.Options{
		Region: loopback.Region, Address: func() string { return c.Address },
		Environment: map[string]string{"AWS_ENDPOINT_URL": c.URL()}, Output: p.output.add,
	}
	for _, name := range tables {
		o.Functions = append(o.Functions, runtime.Function{
			Name: name, Path: paths[name], Handler: "bootstrap", MemoryMB: 256, Timeout: 30 * time.Second, LogFormat: "JSON",
			// No change is refused. If one were, the function would not find this
			// queue, and the change would fail.
			Environment: map[string]string{"TABLE_NAME": name, "STAGE": "bench", "STACK_ID": "bench", "DEAD_LETTER_QUEUE_URL": c.URL() + "/" + loopback.Account + "/dead-letters"},
		})
	}
	if p.runner, err = runtime.New(o); err != nil {
		c.Close()
		return nil, processes{}, err
	}
	c.Runner.Store(p.runner)
	return c, p, nil
}

func (p processes) close() { p.runner.Close() }

// call invokes a function.
func (p processes) call(ctx context.Context, function string, payload []byte) ([]byte, error) {
	result := p.runner.Invoke(ctx, function, payload)
	if result.Err != nil {
		return nil, fmt.Errorf("%w; it said %q", result.Err, p.output.last())
	}
	return result.Payload, nil
}

// only returns the process of a function; 0 if there is none or there are several.
func (p processes) only(function string) int {
	if all := p.runner.Processes(function); len(all) == 1 {
		return all[0]
	}
	return 0
}

// processorTime returns the processor time of a function's process so far; 0 if it is
// not known or the process has not been started. The first round starts it.
func (p processes) processorTime(function string) time.Duration {
	took, _ := processorTime(p.only(function))
	return took
}

// output keeps the last output of the functions.
type output struct {
	mu    sync.Mutex
	lines []string
}

func (s *output) add(l runtime.Line) {
	const kept = 5
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, l.Function+": "+l.Text)
	if len(s.lines) > kept {
		s.lines = s.lines[1:]
	}
}

func (s *output) last() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string{}, s.lines...)
}
