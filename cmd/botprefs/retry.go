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

// A patient retryer retries for longer than usual if it is throttled, because only
// one person waits for the result. It gives up soon if nothing has ever answered:
// then the address is wrong, or nothing runs there.
type patient struct {
	aws.RetryerV2
	answered atomic.Bool
}

const (
	manyAttempts = 10                     // of a request
	fewAttempts  = 3                      // to connect to a host that has never answered
	connectDelay = 500 * time.Millisecond // between those
)

func newPatient() *patient {
	return &patient{RetryerV2: retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts = manyAttempts })}
}

// GetAttemptToken returns a function that notes whether the attempt got an answer. An
// error of the service is one.
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

// RetryDelay returns an error if another attempt is useless.
func (p *patient) RetryDelay(attempt int, err error) (time.Duration, error) {
	switch {
	case p.answered.Load() || !unreachable(err):
		return p.RetryerV2.RetryDelay(attempt, err)
	case attempt < fewAttempts:
		return connectDelay, nil
	}
	return 0, fmt.Errorf("nothing answers there (is --endpoint, or --region, right?): %w", dialing(err))
}

// dialing is the connection's own error, unwrapped.
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
