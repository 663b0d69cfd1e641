// Command botprefs is the pipeline's command line. It runs the whole pipeline on this
// machine and builds what is deployed. It publishes, reads and follows preferences, and
// moves profiles between stages. It checks a pipeline, sends dead letters back, and
// announces profiles to subscribers that came late. docs/cli.md has an example of each.
// What developers of this project run besides is the command internal/lab/cmd/lab.
package main

import (
	"context"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
)

func main() { cli.Main("botprefs", run) }

// run is the whole program as a function, so that a test can call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	std := cli.Streams{In: stdin, Out: stdout, Err: stderr}
	return cli.Execute(ctx, newRoot(std), args, std)
}

func newRoot(std cli.Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "botprefs <subcommand> [flags]",
		Short: "run, build and look after the preference pipeline",
	}
	info, _ := debug.ReadBuildInfo()
	root.Version = describeBuild(version, info).String() // for --version
	root.SetVersionTemplate("{{.Version}}")
	return cli.Group(root, devCommand(std), buildCommand(std),
		publishCommand(std), getCommand(std), watchCommand(std), guardCommand(std), exportCommand(std), importCommand(std),
		hashCommand(std), redriveCommand(std), dlqCommand(std), doctorCommand(std), explainCommand(std), snapshotCommand(std), resyncCommand(std), advanceCommand(std),
		catalogueCommand(std),
		versionCommand(std))
}
