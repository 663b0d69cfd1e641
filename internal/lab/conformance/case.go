package conformance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// A Case is one behaviour that all implementations must share.
type Case struct {
	Name string // of the subtest, unique within its service: "update/list_append on a missing attribute"

	// Check returns what is wrong, or nil. It creates what it needs under names from
	// Name, and removes it. It waits with Eventually and Pause only.
	Check func(ctx context.Context, cfg aws.Config) error

	// Waits says that the case spends most of its time waiting. If time is real, it
	// then runs beside other cases.
	Waits bool

	// Within bounds the case, in the time of its implementation; 0: 90 s. SQS forbids
	// some things for a minute, and nothing takes longer than that.
	Within time.Duration
}

// A Difference declares that an implementation fails a case, and why that is right or
// does not matter.
type Difference struct {
	Implementation string // as in Implementation.Name
	Case           string
	Reason         string
}

const within = 90 * time.Second

// Run runs the cases against every chosen implementation of the service. A declared
// difference must exist: a case that is declared to fail but passes is an error. A
// declaration without a case is an error too.
func Run(t *testing.T, s Service, cases []Case, differences []Difference) {
	t.Helper()
	known := map[string]bool{}
	for _, c := range cases {
		if known[c.Name] {
			t.Errorf("two cases are named %q", c.Name)
		}
		known[c.Name] = true
	}
	for _, d := range differences {
		if !known[d.Case] || d.Reason == "" {
			t.Errorf("the declared difference of %s in %q names no case or gives no reason", d.Implementation, d.Case)
		}
	}
	for _, i := range implementations(t, s) {
		t.Run(i.Name, func(t *testing.T) {
			for _, c := range cases {
				t.Run(c.Name, func(t *testing.T) {
					if i.remote && c.Waits {
						t.Parallel()
					}
					i.check(t, c, reason(differences, i.Name, c.Name))
				})
			}
		})
	}
}

func reason(differences []Difference, implementation, name string) string {
	for _, d := range differences {
		if d.Implementation == implementation && d.Case == name {
			return d.Reason
		}
	}
	return ""
}

// check runs one case. declared is the reason for a difference, or empty.
func (i *Implementation) check(t *testing.T, c Case, declared string) {
	t.Helper()
	i.run(t, func(t *testing.T, cfg aws.Config) {
		ctx, cancel := context.WithTimeout(t.Context(), cmp.Or(c.Within, within))
		defer cancel()
		Hold(t, c.Check(ctx, cfg), declared)
	})
}

// Hold judges what a check returned. declared is the reason why an implementation fails
// the check, or empty. If it is not empty, the check must fail.
func Hold(t *testing.T, err error, declared string) {
	t.Helper()
	switch {
	case declared == "" && err != nil:
		t.Error(err)
	case declared != "" && err == nil:
		t.Errorf("passes, but is declared to differ: %s", declared)
	case declared != "":
		t.Logf("declared difference: %s (%v)", declared, err)
	}
}

// Eventually calls f until it returns nil. It returns f's last error if that does not
// happen within the limit. Between calls it sleeps in the time of the implementation,
// which is virtual for localaws. An error that wraps ErrNever ends it at once.
func Eventually(ctx context.Context, limit time.Duration, f func() error) error {
	end := time.Now().Add(limit)
	for {
		err := f()
		if err == nil || errors.Is(err, ErrNever) {
			return err
		}
		if time.Now().After(end) {
			return fmt.Errorf("after %v: %w", limit, err)
		}
		if err := Pause(ctx, pollEvery); err != nil {
			return err
		}
	}
}

// ErrNever says that waiting longer is pointless.
var ErrNever = errors.New("this can no longer come true")

const pollEvery = 50 * time.Millisecond

// Pause waits for d, in the time of the implementation.
func Pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
