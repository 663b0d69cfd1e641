package runtime_test

import (
	"context"
	"encoding/json"
	"regexp"
	goruntime "runtime"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
)

var inPackage = regexp.MustCompile(`internal/localaws/runtime\.\S+`)

// goroutines are the functions of this package in which a goroutine is.
func goroutines() []string {
	stacks := make([]byte, 4<<20)
	return inPackage.FindAllString(string(stacks[:goruntime.Stack(stacks, true)]), -1)
}

// When Close returns, not even a goroutine is left that is about to end. It does not run
// beside other tests, which have goroutines of their own.
func TestCloseLeavesNoGoroutine(t *testing.T) {
	for range 10 { // a goroutine that is about to end is not seen each time
		for name, use := range map[string]func(*testing.T, *runtime.Runner){
			"unused": func(*testing.T, *runtime.Runner) {}, "idle": func(t *testing.T, r *runtime.Runner) { ask(t, r, order{}) }, "abandoned": abandon,
		} {
			r, _ := launch(t, runtime.Function{}, nil)
			use(t, r)
			r.Close()
			if left := goroutines(); left != nil {
				t.Fatalf("%s: left are %q", name, left)
			}
		}
	}
}

// abandon leaves a function to go on without its caller.
func abandon(t *testing.T, r *runtime.Runner) {
	t.Helper()
	l := listen(t)
	ctx, cancel := context.WithCancel(context.Background())
	payload, _ := json.Marshal(order{Do: "block", Dial: l.address()})
	gone := make(chan lambda.Result, 1)
	go func() { gone <- r.Invoke(ctx, "f", payload) }()
	l.accept(t)
	cancel()
	<-gone
}
