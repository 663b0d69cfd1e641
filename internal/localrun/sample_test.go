package localrun

import (
	"bytes"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// The sample conversation runs with the real bot, functions and skill. It ends in the
// profiles that the merge of all its changes gives, and every hop is shown.
func TestSampleEndsInTheExpectedProfiles(t *testing.T) { endsAsExpected(t, playSample(t, "", nil)) }

func endsAsExpected(t *testing.T, out string) {
	t.Helper()
	for _, shown := range []string{
		"announced", "subscriber", // hops
		"Bonjour", "nothing is kept", // the skill's
		"dead letter: malformed", "favourite_colour!", // the bad message and its reason
		"announced, inferred\n", "overrules what a bot inferred", "inferred, and overruled by what the person stated",
		"bus to announced",             // latencies
		"the conversation must end in", // the verdict on the profiles
	} {
		if !strings.Contains(out, shown) {
			t.Errorf("the output does not show %q", shown)
		}
	}
	if t.Failed() {
		t.Log(out)
	}
}

// playSample runs the sample as a person would see it, checks the profiles and
// returns what was printed. The table is at dynamoDB, unless that is empty. Facts
// go to watch as well, if it is set.
func playSample(t *testing.T, dynamoDB string, watch func(*Environment, world.Fact)) string {
	t.Helper()
	var out bytes.Buffer
	r := newRun(RunOptions{Out: &out}, nil)
	env, err := Start(t.Context(), Options{
		Dir: ".", Build: built, AWSAddr: "127.0.0.1:0", HTTPAddr: "127.0.0.1:0", DynamoDB: dynamoDB,
		Extra: []string{botFolder, skillFolder}, Output: r.log, StreamFailed: r.streamFailed,
		Observe: func(f world.Fact) {
			r.observe(f)
			if watch != nil && r.env != nil {
				watch(r.env, f)
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer r.stop(env)
	env.Do(func(*cloud) { r.env = env })
	r.begin(0)
	if err := r.play(t.Context()); err != nil {
		t.Fatalf("%v\n%s", err, r.printer.shown(&out))
	}
	checkLogsAreBilled(t, r.costs)
	return r.printer.shown(&out)
}

// checkLogsAreBilled: Lambda's own lines are 600 bytes of each invocation, and every
// function has a line of its own.
func checkLogsAreBilled(t *testing.T, costs *spending) {
	t.Helper()
	costs.mu.Lock()
	defer costs.mu.Unlock()
	if b := costs.spent.bill; float64(b.LoggedBytes) < 700*float64(b.Invocations) || float64(b.LoggedBytes) > 1200*float64(b.Invocations) {
		t.Errorf("%v bytes are logged in %v invocations", b.LoggedBytes, b.Invocations)
	}
}

// shown is what was printed so far; the skill may still be printing.
func (p *printer) shown(out *bytes.Buffer) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return out.String()
}

func TestAnotherOutcomeIsAnError(t *testing.T) {
	env := start(t, "dev")
	err := checkProfiles(t.Context(), env)
	if err == nil || !strings.Contains(err.Error(), "tg:1001 ended as (nothing), expected") {
		t.Errorf("error %v, want one that names the users: nobody has said anything", err)
	}
}
