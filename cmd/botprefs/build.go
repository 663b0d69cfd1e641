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
	file := flags.StringLong("file", "", "another service's serverless.yml, such as examples/skill/serverless.yml")
	out := flags.StringLong("out", "", "the folder under which the zips go; that of serverless.yml if not set")
	native := flags.BoolLong("native", "build for this machine instead of for Lambda")
	return &ff.Command{
		Name: "build", Usage: "botprefs build [flags]", Flags: flags,
		ShortHelp: "build the Lambda zips that serverless.yml names",
		Exec: func(ctx context.Context, _ []string) error {
			return build(ctx, std, *dir, *file, *out, *native)
		},
	}
}

func build(ctx context.Context, std streams, dir, file, out string, native bool) error {
	file, err := serviceFile(dir, file)
	if err != nil {
		return err
	}
	root := filepath.Dir(file)
	if out == "" {
		out = root
	}
	s, err := stack.Load(file, stack.Options{Elsewhere: true})
	if err != nil || len(s.Functions) == 0 {
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

// serviceFile is the serverless.yml that is meant: the repository's, unless
// another one is named.
func serviceFile(dir, file string) (string, error) {
	if file != "" {
		return filepath.Abs(file)
	}
	root, err := compile.Root(dir)
	return filepath.Join(root, "serverless.yml"), err
}
