package coldstart

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/loopback"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/machine"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/python"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
)

// The main packages of the functions, and the folder for their binaries.
const (
	emptyFolder   = "internal/lab/bench/peers/emptyhandler"
	defaultFolder = "internal/lab/bench/peers/defaultconfig"
	oursFolder    = "consumers/get"
	binaries      = ".bin/coldstart"
)

// Options say what to measure.
type Options struct {
	Root string // the repository's folder
	Runs int    // runs of each function; 0: DefaultRuns
}

// DefaultRuns is how often each function is started.
const DefaultRuns = 30

// MaxRuns is the upper limit of Options.Runs.
const MaxRuns = 10_000

// Run builds all variants and measures them. The first run needs the network for
// Python's packages. Without Python or its packages, Run leaves that row out and
// Result.Missing says why.
func Run(ctx context.Context, o Options) (Result, error) {
	if o.Runs == 0 {
		o.Runs = DefaultRuns
	}
	if o.Runs < 1 || o.Runs > MaxRuns {
		return Result{}, fmt.Errorf("the runs must be from 1 to %d", MaxRuns)
	}
	root, err := build.Root(o.Root)
	if err != nil {
		return Result{}, err
	}
	r := Result{
		Runs: o.Runs, Machine: machine.Name(),
		Python:  Variant{Name: "naive get: Python, boto3"},
		Default: Variant{Name: "get with `config.LoadDefaultConfig`"},
		Ours:    Variant{Name: "get"},
		Empty:   Variant{Name: "empty Go handler"},
	}
	for _, f := range others {
		r.Others = append(r.Others, Variant{Name: f.name})
	}
	if err := r.measureSizes(ctx, root); err != nil {
		return Result{}, err
	}
	c, err := newCloud(ctx)
	if err != nil {
		return Result{}, err
	}
	defer c.Close()
	contestants, err := r.contestants(ctx, root, c)
	if err != nil {
		return Result{}, err
	}
	return r, race(ctx, c, contestants, o.Runs)
}

// A contestant is a Variant that can be started.
type contestant struct {
	*Variant
	path  string // of the executable
	table string // the table that it reads
	event func(run int) ([]byte, error)
	check func(answer []byte) error
}

func (r *Result) contestants(ctx context.Context, root string, c *loopback.Server) ([]contestant, error) {
	folders := []string{oursFolder, defaultFolder, emptyFolder}
	for _, f := range others {
		folders = append(folders, f.folder)
	}
	built, err := build.Binaries(ctx, root, filepath.Join(root, binaries), build.Target{}, folders...)
	if err != nil {
		return nil, err
	}
	all := []contestant{
		{&r.Default, built[defaultFolder], ours, getEvent, checkProfile},
		{&r.Ours, built[oursFolder], ours, getEvent, checkProfile},
		{&r.Empty, built[emptyFolder], ours, getEvent, checkEmpty},
	}
	for i, f := range others {
		event, err := f.event(ctx, c)
		if err != nil {
			return nil, fmt.Errorf("the event of %s: %w", f.name, err)
		}
		all = append(all, contestant{&r.Others[i], built[f.folder], ours, event, f.check})
	}
	naive, missing, err := python.InstallOrSay(ctx, root)
	if err != nil {
		return nil, err
	}
	if missing != "" {
		r.Missing = missing
		return all, nil
	}
	return append(all, contestant{&r.Python, naive.Get, pythonTable, getEvent, checkProfile}), nil
}

// race starts each contestant once without measuring, so that all of them are in the
// page cache, and then starts all of them in every round. Each round begins with
// another contestant, because the order must not influence the result.
func race(ctx context.Context, c *loopback.Server, all []contestant, runs int) error {
	for round := -1; round < runs; round++ {
		for i := range all {
			one := all[(i+round+1)%len(all)]
			took, peak, err := start(ctx, c, one, round)
			if err != nil {
				return fmt.Errorf("%s: %w", one.Name, err)
			}
			if round < 0 {
				continue
			}
			one.Times = append(one.Times, took)
			if peak > 0 {
				one.Peaks = append(one.Peaks, peak)
			}
		}
	}
	return nil
}

// start starts a function's process for one event, and stops it after its answer.
func start(ctx context.Context, c *loopback.Server, one contestant, run int) (took time.Duration, peak int64, err error) {
	const name = "measured"
	payload, err := one.event(run)
	if err != nil {
		return 0, 0, err
	}
	var output []string
	runner, err := runtime.New(runtime.Options{
		Functions: []runtime.Function{{
			Name: name, Path: one.path, Handler: "bootstrap", MemoryMB: 256, Timeout: 30 * time.Second, LogFormat: "JSON",
			Environment: map[string]string{
				"TABLE_NAME": one.table, "EVENT_BUS_NAME": bus, "DEAD_LETTER_QUEUE_URL": c.URL() + "/" + loopback.Account + "/letters",
				"STAGE": "bench", "STACK_ID": "bench",
			},
		}},
		Region: loopback.Region, Address: func() string { return c.Address },
		Environment: map[string]string{"AWS_ENDPOINT_URL": c.URL()},
		Output:      func(l runtime.Line) { output = append(output, l.Text) },
	})
	if err != nil {
		return 0, 0, err
	}
	defer func() {
		runner.Close()
		if err != nil && len(output) > 0 {
			err = fmt.Errorf("%w; it said %q", err, output)
		}
	}()
	c.Runner.Store(runner)
	began := time.Now()
	result := runner.Invoke(ctx, name, payload)
	took = time.Since(began)
	if result.Err != nil {
		return 0, 0, result.Err
	}
	if err := one.check(result.Payload); err != nil {
		return 0, 0, err
	}
	return took, peakOf(runner.Processes(name)), nil
}

// checkProfile returns an error if an answer does not hold the whole profile. Without
// this check, a function that fails early would look fast.
func checkProfile(answer []byte) error {
	var a struct {
		StatusCode int
		Body       string
	}
	var body struct{ Preferences map[string]string }
	if err := json.Unmarshal(answer, &a); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(a.Body), &body); err != nil {
		return fmt.Errorf("the answer's body: %w", err)
	}
	if a.StatusCode != 200 || len(body.Preferences) != keys {
		return fmt.Errorf("the answer is %d with %d preferences, not 200 with %d", a.StatusCode, len(body.Preferences), keys)
	}
	return nil
}

func checkEmpty(answer []byte) error {
	if string(answer) != "{}" {
		return fmt.Errorf("the answer is %q, not {}", answer)
	}
	return nil
}

// peakOf returns the peak resident memory of the only process, in bytes; 0 if the
// system does not report it.
func peakOf(processes []int) int64 {
	if len(processes) != 1 {
		return 0
	}
	return machine.PeakMemory(processes[0])
}
