package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// Streams are a command's standard streams.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Main is the main function of a program. It calls run with the process's
// arguments and streams, prints run's error and ends the process with status 1
// if there was one. SIGINT and SIGTERM cancel the context.
func Main(name string, run func(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C kills a command that takes too long to end
	// The reader of our output may go away, as in "| head". Then writes fail and the
	// command can clean up. Without this line the signal would kill the process.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	err := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintf(os.Stderr, "%s: interrupted\n", name)
		os.Exit(1)
	case err != nil:
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

// Program is how the user called this program: a line that begins with it can be
// copied into the same shell. The binary of go run is somewhere in Go's build cache,
// so for that the line is the go run command itself.
func Program() string { return program(os.Args[0]) }

func program(called string) string {
	if strings.Contains(called, "go-build") {
		return "go run ./cmd/" + strings.TrimSuffix(filepath.Base(called), ".exe")
	}
	return called
}

// Execute runs the command that args name. Help goes to standard output and is
// no error. Errors are returned and not printed.
func Execute(ctx context.Context, root *cobra.Command, args []string, std Streams) error {
	root.SetArgs(append([]string{}, args...)) // cobra would take nil for os.Args
	root.SetIn(std.In)
	root.SetOut(std.Out)
	root.SetErr(std.Err)
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(flagError)
	root.SetUsageFunc(printUsage)
	if root.HasSubCommands() {
		root.SetHelpCommand(helpCommand())
		addCompletion(root, args)
	}
	return root.ExecuteContext(ctx)
}

// addCompletion adds cobra's completion command, if root has one, and makes it
// refuse shells that it does not know. A flag or an argument whose values are
// unknown is completed with nothing, because few of them are files.
func addCompletion(root *cobra.Command, args []string) {
	root.CompletionOptions.SetDefaultShellCompDirective(cobra.ShellCompDirectiveNoFileComp)
	root.InitDefaultCompletionCmd(args...)
	completion := child(root, "completion")
	if completion == nil {
		return
	}
	completion.Use = "completion <shell>"
	completion.Short = "print the script that completes commands and flags in your shell"
	completion.Long = completionHelp
	for _, shell := range completion.Commands() {
		shell.Short = "print the script for " + shell.Name()
	}
	Group(completion)
}

const completionHelp = `Prints a script for your shell. With it, the Tab key completes subcommands, flags and the
values of flags. --help of each shell says how to load the script.`
