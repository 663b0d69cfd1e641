package main

import (
	"errors"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/internal/stage"
)

const devHelp = `Runs the whole pipeline on this machine. The Lambda functions run as processes of their
real binaries. The rest of AWS runs in this process, in memory, made from serverless.yml.
Ctrl-C ends it.

--dynamodb keeps the profiles at another endpoint instead. The table is created there
unless it exists; an existing table keeps its items. The endpoint gets the credentials
"local". A history (--param history=on) cannot be kept with it.

The pipeline is taken from the checkout in which --dir lies. In the folder of another Go
module, such as that of a skill, it is the version that this module requires.

Each --with adds a service to the same AWS: its functions are built and run, and its
resources are created. The order of the services does not matter. Each secret has the
value "local".

--otlp exports a span for each hop of each change, over OTLP/HTTP with JSON. A collector
that does not answer holds nothing up.

--trace, in a second terminal, prints the way of one change: each hop with its time, which
changes were folded together, and who received the announcement. A change that was sent
several times has a table for each. It takes the event_id of an answer of the HTTP API, or
the id that a bot gave its change. --output json prints an object with "event_id", "outcome"
and "sendings", each with its "hops".`

func devCommand(std cli.Streams) *cobra.Command {
	o := localrun.RunOptions{Out: std.Out, Program: cli.Program()}
	var noSample bool
	var trace string
	var format cli.Format
	c := &cobra.Command{
		Use:   "dev [flags]",
		Short: "run the whole pipeline on this machine and play the sample conversation",
		Long:  devHelp,
		Args:  cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("dynamodb") && o.DynamoDB == "" {
				return errors.New("--dynamodb is empty: give it a URL such as http://127.0.0.1:8000, or leave it out to keep the profiles in memory")
			}
			switch {
			case trace != "" && format == cli.JSON:
				text, err := localrun.TraceJSON(c.Context(), o.AWSAddr, trace)
				if err != nil {
					return err
				}
				return cli.WriteJSON(std.Out, jsontext.Value(text))
			case trace != "":
				return localrun.PrintTrace(c.Context(), std.Out, o.AWSAddr, trace)
			case c.Flags().Changed("output"):
				return errors.New("--output is for --trace: dev itself has no other form")
			}
			o.Sample = !noSample
			return localrun.Run(c.Context(), o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.Dir, "dir", ".", "a `folder` in a checkout of the pipeline, or in a Go module that requires it")
	flags.StringVar(&o.Stage, "stage", stage.Default, "`stage` of serverless.yml")
	flags.StringVar(&o.AWSAddr, "aws-addr", "127.0.0.1:4566", "`address` of the AWS endpoint; port 0 takes any free one")
	flags.StringVar(&o.HTTPAddr, "http-addr", "127.0.0.1:8080", "`address` of the HTTP API; port 0 takes any free one")
	flags.BoolVar(&o.Expose, "expose", false, "let both addresses name hosts that other machines reach, such as 0.0.0.0 for bots in containers; then whoever reaches them can read and change everything, for nothing checks who is calling")
	flags.StringVar(&o.DynamoDB, "dynamodb", "", "`URL` of another endpoint for DynamoDB and its streams, to keep the profiles in")
	flags.StringArrayVar(&o.With, "with", nil, "serverless.yml `file` of another service to run beside the pipeline; repeatable")
	flags.StringArrayVar(&o.Params, "param", nil, "a parameter of the pipeline or of those services as `name=value`, like --param of osls; repeatable")
	flags.BoolVar(&o.Once, "once", false, "end after the sample conversation")
	flags.BoolVar(&o.Logs, "logs", false, "show all log lines of the functions, and not just warnings")
	flags.StringVar(&o.OTLP, "otlp", "", "`URL` of an OpenTelemetry collector, such as http://127.0.0.1:4318, that receives the way of each change as spans")
	flags.StringVar(&trace, "trace", "", "print the way of the change with this `id`, asked of the dev that runs at --aws-addr, and end")
	format.Register(c)
	flags.Lookup("output").Usage = "`format` of --trace: table or json"
	flags.BoolVar(&noSample, "no-sample", false, "do not play the sample conversation")
	cli.CompleteFolder(c, "dir")
	cli.CompleteFile(c, "with", "yml", "yaml")
	cli.Complete(c, "stage", stage.All...)
	return c
}
