package alarms_test

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

var errCrash = errors.New("crashed")

// change is the function that answers what became of a change, where the history is on.
const change = "getChange"

// overHTTP are the functions behind the HTTP API.
var overHTTP = []string{virtual.Get, virtual.Update, "deleteUserPreferences", change}

// addFunctionFaults adds what can be wrong with each function. Those that only a history
// has are tried with it.
func addFunctionFaults(all map[string]fault) {
	for function, near := range map[string]time.Duration{ // its timeout
		virtual.Apply: 4500 * time.Millisecond, virtual.Republish: 4500 * time.Millisecond, virtual.History: 9 * time.Second,
	} {
		all["errors-"+function], all["throttles-"+function] = fails(function, 0, errCrash), fails(function, 0, lambda.ErrThrottled)
		all["duration-"+function] = fails(function, near, nil)
	}
	all["concurrency-"+virtual.Apply], all["concurrency-"+virtual.History] = slow(virtual.Apply), slow(virtual.History)
	all["concurrency-"+virtual.Republish] = crowd(
		lambda.Started{Invocation: &lambda.Invocation{Function: virtual.Republish}}, lambda.Finished{Invocation: &lambda.Invocation{Function: virtual.Republish}})
	for _, function := range overHTTP {
		all["errors-"+function], all["throttles-"+function] = answers(function, 0, errCrash), answers(function, 0, lambda.ErrThrottled)
		all["duration-"+function] = answers(function, 14*time.Second, nil)
		all["concurrency-"+function] = crowd(apigateway.Asked{Function: function}, apigateway.Answered{Function: function, Status: 200})
	}
	for name, f := range all {
		if strings.HasSuffix(name, "-"+virtual.History) || strings.HasSuffix(name, "-"+change) {
			all[name] = f.withHistory()
		}
	}
}

// fails makes each invocation for a batch take some time, and end with an error unless it
// is nil.
func fails(function string, took time.Duration, err error) fault {
	return fault{
		begin: func(s *stage) {
			s.Replace(function, func(ctx context.Context, _ []byte) ([]byte, error) {
				return []byte(`{}`), errors.Join(s.Sleep(ctx, took), err)
			})
			s.every(time.Second, 5*time.Minute, s.say)
		}, lasts: 5 * time.Minute,
		mend: func(s *stage) { s.Restore(function) }, ends: 10 * time.Minute,
	}
}

// slow makes the consumer of a queue so slow that its mapping's bound is reached.
func slow(function string) fault {
	return fault{
		change: func(o *virtual.Options) {
			o.Change = func(s *stack.Stack) {
				for i := range s.QueueMappings {
					if m := &s.QueueMappings[i]; m.Function == function {
						m.BatchSize, m.WindowSeconds = 1, 0
					}
				}
			}
		},
		begin: func(s *stage) {
			s.Replace(function, func(ctx context.Context, _ []byte) ([]byte, error) {
				return []byte(`{}`), s.Sleep(ctx, 100*time.Second)
			})
			s.every(time.Second, 14*time.Minute, s.say)
		}, lasts: 15 * time.Minute,
		mend: func(s *stage) { s.Restore(function) }, ends: 5 * time.Minute,
	}
}

// answers asks a function behind the HTTP API, which takes some time and then fails unless
// the error is nil.
func answers(function string, took time.Duration, err error) fault {
	return fault{
		begin: func(s *stage) {
			s.every(time.Second, 5*time.Minute, func(int) { s.ask(function, took, 200, err) })
		}, lasts: 5 * time.Minute, ends: 6 * time.Minute,
	}
}

// crowd runs 200 invocations of a function at once, for twelve minutes.
func crowd(begins, ends any) fault {
	tell := func(fact any) func(*stage) {
		return func(s *stage) {
			for range 200 {
				s.World.Tell(fact)
			}
		}
	}
	return fault{begin: tell(begins), lasts: 12 * time.Minute, mend: tell(ends), ends: 2 * time.Minute}
}
