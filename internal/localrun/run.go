package localrun

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/iam"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/remotetable"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// RunOptions say what to show.
type RunOptions struct {
	Options
	Sample bool   // play the sample conversation
	Once   bool   // end after the sample
	Logs   bool   // show all log lines of the functions, not only warnings
	OTLP   string // URL of a collector that receives the way of each change as spans; empty: nobody does
	Out    io.Writer

	// Program is how this command line was called, for the lines that users copy;
	// default botprefs.
	Program string
}

// quietAfter bounds how long the sample may take to settle. A function that is
// killed in the middle costs the visibility timeout of the queue, 30 s.
const quietAfter = 90 * time.Second

// Run starts the pipeline, shows it at work and serves until ctx ends or, with Once,
// until the sample has been played. It returns nil after a clean end. The end of ctx is
// a clean end, except with Once before the end of the sample: that is context.Canceled.
// It returns an error if it cannot write to Out.
func Run(ctx context.Context, o RunOptions) error {
	ctx, cancel := withGoRun(ctx)
	defer cancel()
	r := newRun(o, cancel)
	var err error
	if r.trails, err = newTrails(o.OTLP, stageOf(&o.Options), func(line string) { r.echoes.line("    warn   " + line) }); err != nil {
		return err
	}
	err = r.all(ctx)
	switch broken := r.printer.err(); {
	case broken != nil:
		return broken
	case ctx.Err() == nil || err == nil:
		return err
	case o.Once:
		return context.Canceled // half a sample must not look like a whole one
	}
	return nil // the user stopped it
}

// all does everything from the start to the end.
func (r *run) all(ctx context.Context) error {
	began, o := time.Now(), r.options
	r.printer.line("building the functions ...")
	o.Observe = func(f world.Fact) {
		r.observe(f)
		if r.options.Observe != nil {
			r.options.Observe(f)
		}
	}
	o.Output = r.log
	o.StreamFailed = r.streamFailed
	o.Lacking, o.Strayed, o.Trace = r.lacking, r.strayed, r.trails
	if o.Sample {
		o.Extra = []string{botFolder, skillFolder}
	}
	env, err := Start(ctx, o.Options)
	if err != nil {
		return err
	}
	defer func() { r.stop(env) }()
	r.env = env
	r.begin(time.Since(began))
	if o.Sample {
		if err := r.play(ctx); err != nil {
			return err
		}
	}
	if o.Once {
		return nil
	}
	r.printer.block(hints(env, cmp.Or(o.Program, "botprefs")))
	r.costs.follow(ctx, func(line string) { r.echoes.line("    cost   " + line) })
	return nil
}

// run is one Run.
type run struct {
	options RunOptions
	printer *printer
	echoes  *echoes // the output of the pipeline and of the skill
	env     *Environment
	tracer  *tracer
	others  *follower // of the services beside the pipeline
	costs   *spending
	trails  *trails
	skill   *skill // nil if none was started

	unmatched unmatched
}

func newRun(o RunOptions, broken func()) *run {
	p := &printer{w: o.Out, broken: broken}
	return &run{options: o, printer: p, echoes: newEchoes(p), costs: &spending{}, trails: &trails{}}
}

func (r *run) observe(f world.Fact) {
	if r.tracer != nil {
		r.tracer.observe(f)
		r.others.observe(f)
	}
	r.trails.observe(f)
	r.costs.observe(f)
	if text := trouble(f); text != "" {
		r.echoes.line("    failed " + text)
	}
	if text := alarmed(f); text != "" {
		r.echoes.line("    alarm  " + text)
	}
	if u, ok := f.(eventbridge.Unmatched); ok {
		if text := r.unmatched.warning(&u); text != "" {
			r.echoes.line("    warn   " + text)
		}
	}
}

// streamFailed prints why the stream of a table in another DynamoDB cannot be read,
// when it can be read again, and that the table is gone.
func (r *run) streamFailed(err error) {
	var lost *remotetable.Lost
	if errors.As(err, &lost) {
		r.echoes.line("    failed: " + terminal.Visible(lost.Error()) + " at " + r.options.DynamoDB + "; its profiles are gone, start dev again")
		return
	}
	if err == nil {
		r.echoes.line("    the table's stream is read again")
		return
	}
	r.echoes.line("    failed to read the table's stream; it is tried until it works: " + terminal.Visible(err.Error()))
}

// lacking prints what a function did here and may not do in AWS.
func (r *run) lacking(l iam.Lacking) {
	r.echoes.line(fmt.Sprintf("    warn   %s calls %s, which %s does not allow; AWS would deny it. The role lacks %s", l.Function, l.Action, l.Role, l.Statement()))
}

// strayed prints why requests find nothing.
func (r *run) strayed(region string) {
	r.echoes.line("    warn   a request was signed for " + region + ": everything here is in " + localRegion + ", so it finds nothing (AWS_REGION, AWS_DEFAULT_REGION)")
}

// trouble describes a fact that the user must know; "" for others. A function that
// crashes may have logged nothing at all.
func trouble(f world.Fact) string {
	switch f := f.(type) {
	case lambda.Finished:
		if err := f.Result.Err; err != nil && !errors.Is(err, runtime.ErrClosed) && !errors.Is(err, context.Canceled) {
			return f.Invocation.Function + ": " + terminal.Visible(err.Error())
		}
	case lambda.Discarded:
		return "to have " + counted(len(f.Items), "record") + " of the stream taken, given up: " + f.Condition
	case lambda.GivenUp:
		where := "the event is lost"
		if f.Message != "" && f.Err == nil {
			where = "it went to the failure destination"
		}
		return f.Function + " to take an event of the bus, given up: " + f.Condition + "; " + where
	case eventbridge.Failed:
		d := &f.Delivery
		return fmt.Sprintf("delivery of %s by the rule %s, attempt %d of %d, tried again later: %s",
			eventSubject(&d.Event), d.Rule, d.Attempts, 1+d.Target.Retries(), terminal.Visible(f.Err.Error()))
	case eventbridge.Dropped:
		return fmt.Sprintf("delivery of %s by the rule %s, the event is lost: %s", eventSubject(&f.Delivery.Event), f.Delivery.Rule, terminal.Visible(f.Reason))
	}
	return ""
}

func (r *run) begin(took time.Duration) {
	r.printer.block(header(r.env, took))
	tracer := newTracer(namesOf(r.env.Stack), time.Now, func(j *journey) { r.echoes.line("    hops   " + j.String()) })
	tracer.remote = r.env.TablesURL != r.env.AWSURL
	others := newFollower(r.env.Services, time.Now, func(line string) { r.echoes.line("    hops   " + line) })
	r.env.Do(func(*cloud) {
		r.unmatched.own = rulesOn(r.env.Stack, r.options.Sample)
		r.tracer, r.others = tracer, others
		r.trails.begin(r.env)
		r.costs.begin(tracer.names, billing.NewMeter(r.env.stacks()...))
	})
}

// log prints a function's log lines: warnings and lines that are not log records (such
// as a panic), or all lines if the user asked for them.
func (r *run) log(l runtime.Line) {
	r.costs.logged(l.Text)
	routine := strings.Contains(l.Text, `"level":"INFO"`) || strings.Contains(l.Text, `"level":"DEBUG"`)
	if !routine || r.options.Logs {
		r.echoes.line(fmt.Sprintf("    log    %s %s", l.Function, l.Text))
	}
}

func (r *run) stop(env *Environment) {
	r.skill.stop()
	err := env.Close()
	r.trails.end()
	r.echoes.flush()
	if err != nil {
		r.printer.line("stopping: " + err.Error())
		return
	}
	r.printer.line("stopped; nothing is left running")
}
