package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/bot-preferences/bot-preferences/cmd/botprefs/compile"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
	"github.com/peterbourgon/ff/v4"
)

func buildCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("build")
	dir := flags.StringLong("dir", ".", "the repository, or a folder in it")
	out := flags.StringLong("out", "", "the folder under which the zips go; the repository if not set")
	native := flags.BoolLong("native", "build for this machine instead of for Lambda")
	return &ff.Command{
		Name: "build", Usage: "botprefs build [flags]", Flags: flags,
		ShortHelp: "build the Lambda zips that serverless.yml names",
		Exec: func(ctx context.Context, _ []string) error {
			return build(ctx, std, *dir, *out, *native)
		},
	}
}

func build(ctx context.Context, std streams, dir, out string, native bool) error {
	root, err := compile.Root(dir)
	if err != nil {
		return err
	}
	if out == "" {
		out = root
	}
	s, err := stack.Load(filepath.Join(root, "serverless.yml"), stack.Options{})
	if err != nil {
		return err
	}
	folders := make([]string, 0, len(s.Functions))
	for _, f := range s.Functions {
		folders = append(folders, f.Handler)
	}
	target, bin := compile.Lambda, "lambda"
	if native { // what make run runs too
		target, bin = compile.Target{}, "local"
	}
	binaries, err := compile.Binaries(ctx, root, filepath.Join(root, ".bin", bin), target, folders...)
	if err != nil {
		return err
	}
	for _, f := range s.Functions {
		size, err := compile.Zip(binaries[f.Handler], filepath.Join(out, f.Artifact))
		if err != nil {
			return err
		}
		fmt.Fprintf(std.out, "%-36s %5.2f MB  %s\n", f.Artifact, float64(size)/1e6, f.Name)
	}
	return nil
}
