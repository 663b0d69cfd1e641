package localrun

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// The sample: a bot that plays a conversation, and a skill that follows it.
const (
	botFolder    = "examples/bot"
	skillFolder  = "examples/skill/worker"
	skillService = "examples/skill/serverless.yml" // where it runs, the worker does not
	conversation = "examples/conversation.jsonl"
)

// readyWithin bounds how long the skill may take to subscribe.
const readyWithin = 10 * time.Second

// play runs the skill and the bot as processes until everything has arrived, and prints
// the outcome. The skill keeps running.
func (r *run) play(ctx context.Context) error {
	bus := r.env.Stack.Buses[0].Name
	if !r.env.runs(filepath.Join(r.env.place.Root, skillService)) {
		if err := r.startSkill(ctx, bus); err != nil {
			return err
		}
	}
	r.echoes.flush() // what the skill said before
	r.printer.block("\nThe conversation (" + conversation + ")\n\n")
	bot := r.process(ctx, botFolder,
		"--file", filepath.Join(r.env.place.Root, conversation), "--bus", bus, "--unchecked", "--interval", "20ms")
	out := r.printer.writer("")
	bot.Stdout = out
	err := bot.Run()
	flush(out, bot)
	if err != nil {
		return fmt.Errorf("the sample bot: %w", err)
	}
	settled, cancel := context.WithTimeout(ctx, quietAfter)
	defer cancel()
	if err := r.env.Quiet(settled); err != nil {
		return fmt.Errorf("the pipeline did not come to rest within %v: %w", quietAfter, err)
	}
	r.echoes.flush()
	return r.report(ctx)
}

// process prepares a command for a binary of the sample, with the environment that any
// client of the local AWS needs.
func (r *run) process(ctx context.Context, folder string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, r.env.Binary(folder), args...)
	cmd.Env = append(os.Environ(),
		"AWS_ENDPOINT_URL="+r.env.AWSURL, "AWS_REGION="+r.env.Stack.Region,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local", "AWS_EC2_METADATA_DISABLED=true")
	cmd.Stderr = r.printer.writer("    " + filepath.Base(folder) + "    ")
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 2 * time.Second
	return cmd
}

// flush prints the last output of a process that has ended, if it has no line end.
func flush(out *lines, cmd *exec.Cmd) {
	out.flush()
	cmd.Stderr.(*lines).flush()
}

// skill is the running skill.
type skill struct {
	cancel context.CancelFunc
	ended  chan struct{}
}

func (s *skill) stop() {
	if s != nil {
		s.cancel()
		<-s.ended
	}
}

// startSkill returns when the skill has subscribed. The skill runs until the end of the
// run.
func (r *run) startSkill(ctx context.Context, bus string) error {
	ctx, cancel := context.WithCancel(ctx)
	cmd := r.process(ctx, skillFolder, "--bus", bus, "--stage", r.env.Stack.Stage)
	ready, once := make(chan struct{}), sync.Once{}
	out := r.printer.writer("    skill  ")
	out.each = func(line string) {
		if strings.Contains(line, "ready") {
			once.Do(func() { close(ready) })
		}
	}
	out.echoes = r.echoes
	cmd.Stdout = out
	s := &skill{cancel: cancel, ended: make(chan struct{})}
	if err := cmd.Start(); err != nil {
		cancel()
		return fmt.Errorf("the sample skill: %w", err)
	}
	r.skill = s
	go func() {
		defer close(s.ended)
		err := cmd.Wait()
		flush(out, cmd)
		if err != nil && ctx.Err() == nil {
			r.printer.line("the sample skill ended: " + err.Error())
		}
	}()
	timeout := time.NewTimer(readyWithin)
	defer timeout.Stop()
	select {
	case <-ready:
		return nil
	case <-s.ended:
		return errors.New("the sample skill ended before it was ready")
	case <-timeout.C:
		return errors.New("the sample skill was not ready within " + readyWithin.String())
	}
}
