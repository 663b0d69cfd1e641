package dev

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// RunOptions say what a person wants to see.
type RunOptions struct {
	Options
	Sample bool // play the sample conversation
	Once   bool // end after the sample
	Logs   bool // show all of the functions' log lines, not just warnings
	Out    io.Writer
}

// quietAfter bounds how long the sample may take to settle. A function that is
// killed in the middle costs the visibility timeout of the queue, 30 s.
const quietAfter = 90 * time.Second

// Run starts the pipeline, shows it at work and serves until ctx ends (or, with
// Once, until the sample has been played). It returns nil after a clean end.
func Run(ctx context.Context, o RunOptions) error {
	ctx, cancel := withGoRun(ctx)
	defer cancel()
	p := &printer{w: o.Out}
	began := time.Now()
	p.line("building the functions ...")

	r := &run{options: o, printer: p}
	o.Observe = func(f world.Fact) { r.observe(f) }
	o.Output = r.log
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
			return interrupted(ctx, err)
		}
	}
	if o.Once {
		return nil
	}
	r.printer.block(hints(env))
	<-ctx.Done()
	return nil
}

// interrupted turns the error of work that the person stopped into a clean end.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// run is one Run.
type run struct {
	options RunOptions
	printer *printer
	env     *Environment
	tracer  *tracer
	skill   *skill // nil where none was started
}

func (r *run) observe(f world.Fact) {
	if r.tracer != nil {
		r.tracer.observe(f)
	}
}

func (r *run) begin(took time.Duration) {
	r.printer.block(header(r.env, took))
	tracer := newTracer(namesOf(r.env.Stack), time.Now, func(j *journey) { r.printer.line("    hops   " + j.String()) })
	r.env.Do(func(*cloud) { r.tracer = tracer })
}

// log shows what a function wrote: warnings and what is not a log record at
// all (a panic), unless everything was asked for.
func (r *run) log(l runtime.Line) {
	routine := strings.Contains(l.Text, `"level":"INFO"`) || strings.Contains(l.Text, `"level":"DEBUG"`)
	if !routine || r.options.Logs {
		r.printer.line(fmt.Sprintf("    log    %s %s", l.Function, l.Text))
	}
}

func (r *run) stop(env *Environment) {
	r.skill.stop()
	if err := env.Close(); err != nil {
		r.printer.line("stopping: " + err.Error())
		return
	}
	r.printer.line("stopped; nothing is left running")
}
