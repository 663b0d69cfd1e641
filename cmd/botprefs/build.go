package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

const buildHelp = `Builds the zip of each Lambda function at the path that serverless.yml gives, and lists
the zips.

--output json prints an array with one object per zip: "artifact" (the path in
serverless.yml), "bytes" (the size of the zip) and "function" (the name in serverless.yml).`

func buildCommand(std cli.Streams) *cobra.Command {
	var o buildOptions
	c := &cobra.Command{
		Use:   "build [flags]",
		Short: "build the Lambda zips that serverless.yml names",
		Long:  buildHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return o.build(c.Context(), std)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.dir, "dir", ".", "the repository, or a `folder` in it")
	flags.StringVar(&o.file, "file", "", "another service's serverless.yml `file`, such as examples/skill/serverless.yml")
	flags.StringVar(&o.out, "out", "", "`folder` under which the zips go; default that of serverless.yml")
	flags.BoolVar(&o.native, "native", false, "build for this machine instead of for Lambda")
	o.format.Register(c)
	cli.CompleteFolder(c, "dir")
	cli.CompleteFolder(c, "out")
	cli.CompleteFile(c, "file", "yml", "yaml")
	return c
}

type buildOptions struct {
	dir, file, out string
	native         bool
	format         cli.Format
}

// A builtZip is one line of the list.
type builtZip struct {
	Artifact string `json:"artifact"`
	Bytes    int64  `json:"bytes"`
	Function string `json:"function"`
}

// complete gives o an absolute file, and the folder of its zips.
func (o *buildOptions) complete() (err error) {
	if o.file, err = build.ServiceFile(o.dir, o.file); err == nil && o.out == "" {
		o.out = filepath.Dir(o.file)
	}
	return err
}

// target is what to build for, and the folder of the binaries, relative to the service.
func (o *buildOptions) target() (t build.Target, binaries string) {
	if o.native { // make run uses the same binaries
		return build.Target{}, filepath.Join(".bin", "local")
	}
	return build.Lambda, filepath.Join(".bin", "lambda")
}

func (o *buildOptions) build(ctx context.Context, std cli.Streams) error {
	if err := o.complete(); err != nil {
		return err
	}
	// Also the functions that are deployed under a condition only: osls packages every zip.
	s, err := stack.Load(o.file, stack.Options{Elsewhere: true, Unconditional: true})
	if err != nil {
		return err
	}
	zips, err := o.zips(ctx, s, func(z builtZip) {
		if o.format == cli.Table { // each as soon as it is there
			fmt.Fprintf(std.Out, "%-36s %5.2f MB  %s\n", z.Artifact, float64(z.Bytes)/1e6, z.Function)
		}
	})
	if err == nil && o.format == cli.JSON {
		err = cli.WriteJSON(std.Out, zips)
	}
	return err
}

// zips builds the zips of all functions, and calls built for each.
func (o *buildOptions) zips(ctx context.Context, s *stack.Stack, built func(builtZip)) ([]builtZip, error) {
	if len(s.Functions) == 0 {
		return []builtZip{}, nil
	}
	folders := make([]string, 0, len(s.Functions))
	for _, f := range s.Functions {
		folders = append(folders, f.Handler)
	}
	root := filepath.Dir(o.file)
	target, bin := o.target()
	binaries, err := build.Binaries(ctx, root, filepath.Join(root, bin), target, folders...)
	if err != nil {
		return nil, err
	}
	zips := make([]builtZip, 0, len(s.Functions))
	for _, f := range s.Functions {
		size, err := build.Zip(binaries[f.Handler], filepath.Join(o.out, f.Artifact))
		if err != nil {
			return nil, err
		}
		zip := builtZip{Artifact: f.Artifact, Bytes: size, Function: f.Name}
		built(zip)
		zips = append(zips, zip)
	}
	return zips, nil
}
