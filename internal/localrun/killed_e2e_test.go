//go:build e2e

// These checks wait for a queue's visibility timeout of 30 s in real time, so
// they are a stage of .ci/run and no part of make test.

package localrun

import (
	"syscall"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// killAt is the invocation of the function during which it is killed: one in
// the middle of the sample.
const killAt = 15

func TestKilledFunctionChangesNothing(t *testing.T) {
	for _, function := range []string{applyFunction, republishFunction} {
		t.Run(function, func(t *testing.T) {
			killed, invocations := 0, 0
			playSample(t, "", func(env *Environment, f world.Fact) {
				switch f := f.(type) {
				case lambda.Started:
					if f.Invocation.Function == function {
						invocations++
					}
				case lambda.Finished:
					if f.Invocation.Function == function && f.Result.Err != nil {
						killed++
						t.Logf("invocation failed: %v", f.Result.Err)
					}
				}
				if invocations == killAt {
					invocations++
					go kill(t, env, function)
				}
			})
			if killed == 0 {
				t.Error("no invocation failed: the function was not killed in the middle of one")
			}
		})
	}
}

// kill kills every process of the function, until one was there to be killed.
func kill(t *testing.T, env *Environment, function string) {
	for {
		ids := env.Processes(function)
		for _, id := range ids {
			t.Logf("killing %s, process %d", function, id)
			if err := syscall.Kill(id, syscall.SIGKILL); err != nil {
				t.Log(err)
			}
		}
		if len(ids) > 0 {
			return
		}
	}
}
