package deliveries

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"github.com/bot-preferences/bot-preferences/awsconfig"
	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localrun"
	"github.com/bot-preferences/bot-preferences/producers"
)

// Keys is the number of keys that the changes go through in turn. Each change has one
// key.
const Keys = 10

// Load says what is published: Changes, each of another user, at Rate per second.
type Load struct {
	Changes int // 1 to MaxChanges
	Rate    int // 1 to MaxRate
}

// The limits of a Load. More than a machine can follow would say nothing about
// deliveries.
const (
	MaxChanges = 100_000
	MaxRate    = 1_000
)

// Check returns an error if the Load is outside its limits.
func (l Load) Check() error {
	switch {
	case l.Changes < 1 || l.Changes > MaxChanges:
		return fmt.Errorf("the changes must be from 1 to %d", MaxChanges)
	case l.Rate < 1 || l.Rate > MaxRate:
		return fmt.Errorf("the rate must be from 1 to %d", MaxRate)
	}
	return nil
}

// Run measures one case. root is the repository's folder.
func Run(ctx context.Context, root string, c Case, load Load) (Result, error) {
	if err := load.Check(); err != nil {
		return Result{}, err
	}
	file, err := c.write(root)
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(filepath.Dir(file))
	to := &tap{}
	env, err := localrun.Start(ctx, options(root, file, to))
	if err != nil {
		return Result{}, err
	}
	publisher, err := publisher(ctx, env)
	if err != nil {
		return Result{}, errors.Join(err, env.Close())
	}
	r := run{env: env, tap: to, meter: meterOf(env), publish: func(ctx context.Context, users string, load Load) error {
		return publish(ctx, publisher, users, load)
	}}
	return r.measure(ctx, c, load)
}

// options describes a cloud with the subscribers' service. It reports all facts to a
// tap.
func options(root, file string, to *tap) localrun.Options {
	return localrun.Options{
		Dir: root, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", With: []string{file},
		Observe: to.observe, Output: to.output,
	}
}

// complete returns an error unless each subscriber received each change exactly once.
func (m *meter) complete(c Case, changes int) error {
	for i, l := range m.latencies {
		if want := c.deliveries(i, changes); len(l) != want {
			return fmt.Errorf("subscriber %d was told of %d changes, and there were %d for it", i, len(l), want)
		}
	}
	return nil
}

// deliveries returns how many of the changes a subscriber receives.
func (c Case) deliveries(subscriber, changes int) (n int) {
	if !c.Filtered {
		return changes
	}
	for i := range changes {
		if key(i) == key(subscriber) {
			n++
		}
	}
	return n
}

// meterOf finds the subscribers in the stack. The stack sorts its mappings by name, so
// s10 comes before s2.
func meterOf(env *localrun.Environment) *meter {
	fan := env.Services[0]
	m := newMeter(len(fan.Functions), fan.Stack)
	for i := range fan.QueueMappings {
		m.queues[queue(i)] = i
	}
	for _, mapping := range fan.QueueMappings {
		m.names[mapping.Function] = m.queues[mapping.Queue]
	}
	return m
}

func publisher(ctx context.Context, env *localrun.Environment) (*producers.Publisher, error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithRegion(env.Stack.Region), config.WithBaseEndpoint(env.AWSURL),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("local", "local", "")))
	if err != nil {
		return nil, err
	}
	bus := eventbus.New(eventbridge.NewFromConfig(awsconfig.KeepAnswers(cfg)), env.Stack.Buses[0].Name)
	return producers.NewPublisher("bench", bus)
}

// publish publishes changes at a steady rate, one in each call.
func publish(ctx context.Context, p *producers.Publisher, users string, load Load) error {
	tick := time.NewTicker(time.Second / time.Duration(load.Rate))
	defer tick.Stop()
	var sending sync.WaitGroup
	errs := make([]error, load.Changes)
	for i := range load.Changes {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
		sending.Go(func() {
			_, errs[i] = p.Publish(ctx, events.PreferenceChange{
				UserID:      fmt.Sprintf("%s-%d", users, i),
				Preferences: events.Preferences{key(i): events.Text(fmt.Sprintf("value %d", i))},
			})
		})
	}
	sending.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
