package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// A patient retryer waits longer than usual where it is throttled: a person waits
// for the end, and nobody else does. But where nothing has ever answered, waiting
// helps nobody: the address is wrong, or nothing runs there.
type patient struct {
	aws.RetryerV2
	answered atomic.Bool
}

// How often something is asked for, how often a connection is tried to what has
// never answered, and how long it waits in between.
const (
	manyAttempts = 10
	fewAttempts  = 3
	shortly      = 500 * time.Millisecond
)

func newPatient() *patient {
	return &patient{RetryerV2: retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = manyAttempts })}
}

// GetAttemptToken has an attempt noted that was answered, by an error too.
func (p *patient) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	release, err := p.RetryerV2.GetAttemptToken(ctx)
	if err != nil {
		return nil, err
	}
	return func(err error) error {
		if !unreachable(err) && ctx.Err() == nil {
			p.answered.Store(true)
		}
		return release(err)
	}, nil
}

// RetryDelay returns an error where another attempt is of no use.
func (p *patient) RetryDelay(attempt int, err error) (time.Duration, error) {
	switch {
	case p.answered.Load() || !unreachable(err):
		return p.RetryerV2.RetryDelay(attempt, err)
	case attempt < fewAttempts:
		return shortly, nil
	}
	return 0, fmt.Errorf("nothing answers there (is --endpoint, or --region, right?): %w", dialing(err))
}

// dialing is the connection's own error, without what wraps it.
func dialing(err error) error {
	var dial *net.OpError
	if errors.As(err, &dial) {
		return dial
	}
	return err
}

// unreachable tells whether there was no connection at all.
func unreachable(err error) bool {
	var dial *net.OpError
	return errors.As(err, &dial) && dial.Op == "dial"
}
