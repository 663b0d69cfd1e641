package localrun

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Service is another service that runs beside the pipeline.
type Service struct {
	File string // its serverless.yml
	*stack.Stack
}

// loadStacks reads the pipeline and the services of Options.With, all with the same
// parameters, and joins them.
func (e *Environment) loadStacks(o Options, w *world.World) error {
	params, err := parseParams(o.Params)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	options := e.stackOptions(o.Stage, w)
	options.Params = params
	options.Parameter = func(name string) { known[name] = true }
	if e.Stack, err = stack.Load(filepath.Join(e.place.Root, "serverless.yml"), options); err != nil {
		return err
	}
	stacks := []*stack.Stack{e.Stack}
	options.Elsewhere = true
	for _, file := range o.With {
		s, err := stack.Load(file, options)
		if err != nil {
			return fmt.Errorf("--with %s: %w", file, err)
		}
		e.Services = append(e.Services, Service{File: file, Stack: s})
		stacks = append(stacks, s)
	}
	if err := checkParams(params, known); err != nil {
		return err
	}
	if e.joined, err = stack.Join(stacks...); err != nil {
		return fmt.Errorf("--with: %w", err)
	}
	return nil
}

// parseParams reads name=value.
func parseParams(list []string) (map[string]string, error) {
	params := map[string]string{}
	for _, text := range list {
		name, value, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return nil, fmt.Errorf("--param %q: it must be name=value", text)
		}
		params[name] = value
	}
	return params, nil
}

// checkParams refuses a parameter that neither the pipeline nor a service knows. A
// misspelt name would otherwise leave the default of the file in force.
func checkParams(params map[string]string, known map[string]bool) error {
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !known[name] {
			return fmt.Errorf("--param %s: neither the pipeline nor a service of --with has it; they have %s", name, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	return nil
}

// runs tells whether a service runs beside the pipeline, by its file.
func (e *Environment) runs(file string) bool {
	for _, s := range e.Services {
		a, errA := os.Stat(file)
		b, errB := os.Stat(s.File)
		if errA == nil && errB == nil && os.SameFile(a, b) {
			return true
		}
	}
	return false
}

// compileServices builds the functions of every service, each in the module of its
// folder.
func (e *Environment) compileServices(ctx context.Context) error {
	for _, s := range e.Services {
		if len(s.Functions) == 0 {
			continue
		}
		var folders []string
		for _, f := range s.Functions {
			folders = append(folders, f.Handler)
		}
		out := filepath.Join(e.place.Out, s.Stack.Service)
		binaries, err := e.build(ctx, filepath.Dir(s.File), out, build.Target{}, folders...)
		if err != nil {
			return fmt.Errorf("--with %s: %w", s.File, err)
		}
		for _, f := range s.Functions {
			function := runnable(f, binaries[f.Handler])
			// --dynamodb is for the profiles. The tables of other services are here.
			function.Environment = maps.Clone(f.Environment)
			function.Environment["AWS_ENDPOINT_URL_DYNAMODB"] = e.AWSURL
			e.functions = append(e.functions, function)
		}
	}
	return nil
}

func runnable(f stack.Function, binary string) runtime.Function {
	return runtime.Function{
		Name: f.Name, ARN: f.ARN, Path: binary, Handler: f.Handler, Environment: f.Environment, MemoryMB: f.MemoryMB,
		Timeout: time.Duration(f.TimeoutSeconds) * time.Second, LogFormat: f.LogFormat, LogLevel: f.LogLevel,
	}
}
