// Command lab is for developers of this project: it runs what proves the pipeline and
// never ships. It simulates the pipeline under faults, measures it, compares localaws
// with other software, and checks compiled templates. Users run cmd/botprefs.
//
//	go run ./internal/lab/cmd/lab <subcommand> [flags]
package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
)

func main() { cli.Main("lab", run) }

// run is the whole program as a function, so that a test can call it.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	std := cli.Streams{In: stdin, Out: stdout, Err: stderr}
	return cli.Execute(ctx, newRoot(std), args, std)
}

func newRoot(std cli.Streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "lab <subcommand> [flags]",
		Short: "simulate, measure and check the pipeline (for developers of this project)",
	}
	// The program is run by go run, so no shell would know the name to complete.
	root.CompletionOptions.DisableDefaultCmd = true
	return cli.Group(root, simCommand(std), mutantsCommand(std), benchCommand(std), differentialCommand(std),
		resourcesCommand(std), safeguardsCommand(std), templateDiffCommand(std))
}
