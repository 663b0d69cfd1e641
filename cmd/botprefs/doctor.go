package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/internal/profileapi"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

const doctorHelp = `Examines a deployed pipeline: credentials and clock, bus, rule and its target, the policies
of the queues, functions, event source mappings, table, HTTP API, dead letters, history, backlog,
stream lag and alarms. At the end it sends a change of a user of its own all the way through: over the bus,
into the table, and out again as an announcement. It measures the times and erases the user.

Each finding says what is wrong, what it means, and which command mends it; docs/doctor.md has
a line for each. A check whose permission you lack is left out, and says which one it needs.
The exit status is 1 if there are findings, or if a check that --only names could not look.

The round trip makes a rule and a queue named botprefs-watch-..., and removes them. Without
the permission for those it ends at the table, and says so. --no-canary leaves the round trip out: then
nothing is written.

--output json prints an object with "stack", "healthy" and "checks": for each its name
("check"), "status" (ok, finding or not_checked), "summary", "took_ms" and "findings", each
with "code", "what", "mean" and "do".`

const doctorExamples = `  botprefs doctor --stage prod
  botprefs doctor --stage prod --no-canary --output json
  botprefs doctor --endpoint http://127.0.0.1:4566 --only mappings,canary`

// doctorOptions are the command's flags.
type doctorOptions struct {
	clientOptions
	only     []string
	noCanary bool
	format   cli.Format
}

func doctorCommand(std cli.Streams) *cobra.Command {
	var o doctorOptions
	c := &cobra.Command{
		Use: "doctor [flags]", Short: "examine a deployed pipeline, and say what to do",
		Long: doctorHelp, Example: doctorExamples, Args: cli.NoArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("only") && len(o.only) == 0 {
				return errors.New("--only is empty: name checks, or leave it out")
			}
			return examine(c.Context(), std, o)
		},
	}
	o.clientOptions.register(c)
	flags := c.Flags()
	flags.StringSliceVar(&o.only, "only", nil, "run these `checks` alone: "+strings.Join(doctor.Names(), ", "))
	flags.BoolVar(&o.noCanary, "no-canary", false, "do not send a change through")
	o.format.Register(c)
	cli.Complete(c, "only", doctor.Names()...)
	return c
}

// errUnhealthy is the error of a stack with findings, which are printed already.
var errUnhealthy = errors.New("there are findings")

func examine(ctx context.Context, std cli.Streams, o doctorOptions) error {
	names, err := o.checks()
	if err != nil {
		return err
	}
	cfg, err := o.open(ctx)
	if err != nil {
		return err
	}
	r, err := o.findOnAWS(ctx, std, cfg)
	if err != nil {
		return err
	}
	e := o.examination(cfg, r)
	if o.format == cli.Table {
		e.Show = func(r doctor.Result) {
			if ctx.Err() == nil { // else it was not looked at to the end
				printResult(std.Out, r)
			}
		}
	}
	results := e.Run(ctx, names)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if o.format == cli.JSON {
		err = cli.WriteJSON(std.Out, examined{r.Stack, doctor.Healthy(results), results})
	} else {
		printTotal(std.Out, results)
	}
	if err != nil {
		return err
	}
	return o.verdict(results)
}

// verdict is the error that makes the exit status 1: there are findings, or a check that
// --only names could not look.
func (o *doctorOptions) verdict(results []doctor.Result) error {
	if !doctor.Healthy(results) {
		return errUnhealthy
	}
	for _, r := range results {
		if r.Status == doctor.NotChecked && slices.Contains(o.only, r.Check) {
			return fmt.Errorf("the check %s, which --only names, could not look", r.Check)
		}
	}
	return nil
}

// examined is what --output json prints.
type examined struct {
	Stack   string          `json:"stack"`
	Healthy bool            `json:"healthy"`
	Checks  []doctor.Result `json:"checks"`
}

// checks are the names of the checks to run.
func (o *doctorOptions) checks() ([]string, error) {
	names := doctor.Names()
	for _, name := range o.only {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("--only: there is no check %q; there are %s", name, strings.Join(names, ", "))
		}
	}
	if len(o.only) > 0 {
		names = o.only
	}
	if o.noCanary {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return name == doctor.Canary })
	}
	if len(names) == 0 {
		return nil, errors.New("--no-canary leaves nothing of --only: there is nothing to check")
	}
	return names, nil
}

func (o *clientOptions) examination(cfg aws.Config, r stackref.Resources) *doctor.Examination {
	clients := doctor.ClientsOf(cfg)
	hostname, _ := os.Hostname()
	info, _ := debug.ReadBuildInfo()
	e := &doctor.Examination{
		Clients: clients, Stack: r, Stage: o.stage, Region: cfg.Region, Version: describeBuild(version, info).Version,
		Commands: doctor.Commands{
			Botprefs: o.commandLine,
			AWS:      o.awsCommand(cfg.Region),
		},
		Bus:    eventbus.New(clients.EventBridge, r.Bus),
		Listen: doctor.Temporary(clients.EventBridge, clients.SQS, r.Bus, hostname, os.Getpid()),
	}
	if r.API != "" {
		e.ReadAPI = readingAPI(cfg, r.API)
	}
	return e
}

// readingAPI reads over the HTTP API once.
func readingAPI(cfg aws.Config, api string) func(context.Context, string) error {
	cfg.Region = signedRegion(api, cfg.Region)
	next := awshttp.NewBuildableClient().WithDialerOptions(shortDial).GetTransport()
	read := subscriber.FromAPI(profileapi.Client(cfg, next), api)
	return func(ctx context.Context, user string) error {
		_, err := read(ctx, user)
		if status, answered := errors.AsType[*subscriber.StatusError](err); answered && status.Status == http.StatusForbidden {
			return doctor.ErrForbidden
		}
		return err
	}
}

// awsCommand is how a command of the AWS CLI for the same account begins. It names the
// region, because the CLI looks for it elsewhere than this program.
func (o *clientOptions) awsCommand(region string) string {
	text := "aws"
	for _, flag := range []struct{ name, value string }{{"endpoint-url", o.endpoint}, {"region", region}, {"profile", o.profile}} {
		if flag.value != "" {
			text += " --" + flag.name + " " + flag.value
		}
	}
	return text
}

var marks = map[doctor.Status]string{doctor.OK: "ok  ", doctor.Found: "FAIL", doctor.NotChecked: "-   "}

// printResult prints what one check found, while others are still at work.
func printResult(out io.Writer, r doctor.Result) {
	for _, f := range r.Findings {
		fmt.Fprintf(out, "%s  %-12s %s\n      means        %s\n      do           %s\n", marks[r.Status], r.Check,
			terminal.Visible(f.What), terminal.Visible(f.Mean), terminal.Visible(f.Do))
	}
	if len(r.Findings) == 0 {
		fmt.Fprintf(out, "%s  %-12s %s\n", marks[r.Status], r.Check, terminal.Visible(r.Summary))
	}
}

func printTotal(out io.Writer, results []doctor.Result) {
	found, skipped := 0, 0
	for _, r := range results {
		found += len(r.Findings)
		if r.Status == doctor.NotChecked {
			skipped++
		}
	}
	text := "no findings"
	if found > 0 {
		text = cli.Plural(int64(found), "finding")
	}
	if skipped > 0 {
		text += fmt.Sprintf("; %s not run", cli.Plural(int64(skipped), "check"))
	}
	fmt.Fprintln(out, text)
}
