package dev

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/cmd/botprefs/compile"
	"github.com/bot-preferences/bot-preferences/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// A Service is another service that runs beside the pipeline.
type Service struct {
	File string // its serverless.yml
	*stack.Stack
}

// loadServices reads the services of Options.With and joins them with the
// pipeline's stack.
func (e *Environment) loadServices(o Options, w *world.World) error {
	params, err := parseParams(o.Params)
	if err != nil {
		return err
	}
	stacks := []*stack.Stack{e.Stack}
	for _, file := range o.With {
		options := e.stackOptions(o.Stage, w)
		options.Params, options.Elsewhere = params, true
		s, err := stack.Load(file, options)
		if err != nil {
			return fmt.Errorf("--with %s: %w", file, err)
		}
		e.Services = append(e.Services, Service{File: file, Stack: s})
		stacks = append(stacks, s)
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

// has tells whether a service runs beside the pipeline, by its file.
func (e *Environment) has(file string) bool {
	for _, s := range e.Services {
		a, errA := os.Stat(file)
		b, errB := os.Stat(s.File)
		if errA == nil && errB == nil && os.SameFile(a, b) {
			return true
		}
	}
	return false
}

// compileServices builds the functions of every service, each in the module that
// its folder belongs to.
func (e *Environment) compileServices(ctx context.Context) error {
	for _, s := range e.Services {
		if len(s.Functions) == 0 {
			continue
		}
		var folders []string
		for _, f := range s.Functions {
			folders = append(folders, f.Handler)
		}
		out := filepath.Join(e.root, ".bin", "local", s.Stack.Service)
		binaries, err := compile.Binaries(ctx, filepath.Dir(s.File), out, compile.Target{}, folders...)
		if err != nil {
			return fmt.Errorf("--with %s: %w", s.File, err)
		}
		for _, f := range s.Functions {
			function := runnable(f, binaries[f.Handler])
			// --dynamodb is for the profiles; the tables of others are here.
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
		Timeout: time.Duration(f.TimeoutSeconds) * time.Second, LogFormat: f.LogFormat,
	}
}
