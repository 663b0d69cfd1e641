package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/peterbourgon/ff/v4"
)

func devCommand(std streams) *ff.Command {
	flags := ff.NewFlagSet("dev")
	o := localrun.RunOptions{Out: std.out}
	flags.StringVar(&o.Dir, 0, "dir", ".", "the repository, or a folder in it")
	flags.StringVar(&o.Stage, 0, "stage", "dev", "stage of serverless.yml")
	flags.StringVar(&o.AWSAddr, 0, "aws-addr", "127.0.0.1:4566", "address of the AWS endpoint; port 0 takes any free one")
	flags.StringVar(&o.HTTPAddr, 0, "http-addr", "127.0.0.1:8080", "address of the HTTP API; port 0 takes any free one")
	flags.StringVar(&o.DynamoDB, 0, "dynamodb", "", "URL of another endpoint that speaks DynamoDB and its streams, to keep the profiles in")
	flags.StringListVar(&o.With, 0, "with", "serverless.yml of another service to run beside the pipeline; repeatable")
	flags.StringListVar(&o.Params, 0, "param", "name=value of a parameter of those services, as osls's --param; repeatable")
	flags.BoolVar(&o.Once, 0, "once", "end after the sample conversation")
	flags.BoolVar(&o.Logs, 0, "logs", "show all of the functions' log lines, not just warnings")
	noSample := flags.BoolLong("no-sample", "do not play the sample conversation")
	return &ff.Command{
		Name: "dev", Usage: "botprefs dev [flags]", Flags: flags,
		ShortHelp: "run the whole pipeline on this machine and play the sample conversation",
		LongHelp: "The Lambda functions run as processes of their real binaries, everything else of\n" +
			"AWS in this process, in memory, made from serverless.yml. Ctrl-C ends it.\n\n" +
			"With --dynamodb the profiles are kept at that endpoint instead: its table is made\n" +
			"if it is not there, and what is in it stays. It gets the credentials \"local\".\n\n" +
			"Each --with adds a service to the same AWS: its functions are built and run, its\n" +
			"resources made. In what order does not matter. Secrets have the value \"local\".",
		Exec: func(ctx context.Context, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("dev takes no arguments, only flags: %q", args[0])
			}
			if f, _ := flags.GetFlag("dynamodb"); f.IsSet() && o.DynamoDB == "" {
				return errors.New("--dynamodb is empty: give it a URL such as http://127.0.0.1:8000, or leave it out to keep the profiles in memory")
			}
			o.Sample = !*noSample
			return localrun.Run(ctx, o)
		},
	}
}
