package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/peterbourgon/ff/v4"
)

func buildCommand(std streams) *ff.Command {
	var o buildOptions
	flags := ff.NewFlagSet("build")
	flags.StringVar(&o.dir, 0, "dir", ".", "the repository, or a folder in it")
	flags.StringVar(&o.file, 0, "file", "", "another service's serverless.yml, such as examples/skill/serverless.yml")
	flags.StringVar(&o.out, 0, "out", "", "the folder under which the zips go; that of serverless.yml if not set")
	flags.BoolVar(&o.native, 0, "native", "build for this machine instead of for Lambda")
	return &ff.Command{
		Name: "build", Usage: "botprefs build [flags]", Flags: flags,
		ShortHelp: "build the Lambda zips that serverless.yml names",
		Exec:      func(ctx context.Context, _ []string) error { return buildZips(ctx, std, o) },
	}
}

type buildOptions struct {
	dir, file, out string
	native         bool
}

// complete gives o an absolute file, and the folder of its zips.
func (o *buildOptions) complete() (err error) {
	if o.file, err = serviceFile(o.dir, o.file); err == nil && o.out == "" {
		o.out = filepath.Dir(o.file)
	}
	return err
}

// target is what to build for, and where, relative to the service, the binaries lie.
func (o *buildOptions) target() (t build.Target, binaries string) {
	if o.native { // what make run runs too
		return build.Target{}, filepath.Join(".bin", "local")
	}
	return build.Lambda, filepath.Join(".bin", "lambda")
}

func buildZips(ctx context.Context, std streams, o buildOptions) error {
	if err := o.complete(); err != nil {
		return err
	}
	s, err := stack.Load(o.file, stack.Options{Elsewhere: true})
	if err != nil || len(s.Functions) == 0 {
		return err
	}
	folders := make([]string, 0, len(s.Functions))
	for _, f := range s.Functions {
		folders = append(folders, f.Handler)
	}
	root := filepath.Dir(o.file)
	target, bin := o.target()
	binaries, err := build.Binaries(ctx, root, filepath.Join(root, bin), target, folders...)
	if err != nil {
		return err
	}
	for _, f := range s.Functions {
		size, err := build.Zip(binaries[f.Handler], filepath.Join(o.out, f.Artifact))
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%-36s %5.2f MB  %s\n", f.Artifact, float64(size)/1e6, f.Name)
	}
	return nil
}

// serviceFile is the serverless.yml that is meant: the repository's, unless
// another one is named.
func serviceFile(dir, file string) (string, error) {
	if file != "" {
		return filepath.Abs(file)
	}
	root, err := build.Root(dir)
	return filepath.Join(root, "serverless.yml"), err
}
