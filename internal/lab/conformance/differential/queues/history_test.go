package queues

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/race"
)

// drawn is the number of histories that the tests of the generator check.
const drawn = 400

func TestHistoriesHaveAllSteps(t *testing.T) {
	seen := map[string]bool{}
	for seed := range uint64(drawn) {
		for _, steps := range generate(seed).rounds {
			for _, s := range steps {
				seen[kindOf(s)] = true
			}
		}
	}
	want := []string{"send alone", "send batch", "receive", "remove alone", "remove batch", "hide alone", "hide batch", "purge", "look", "set VisibilityTimeout", "set DelaySeconds", "set RedrivePolicy"}
	for _, m := range mistakes {
		want = append(want, "mistake "+m.name)
	}
	for _, kind := range want {
		if !seen[kind] {
			t.Errorf("%d histories have no step %q", drawn, kind)
		}
		delete(seen, kind)
	}
	for kind := range seen {
		t.Errorf("the test does not know the step %q", kind)
	}
}

func kindOf(s step) string {
	batch := map[bool]string{false: " alone", true: " batch"}
	switch s := s.(type) {
	case send:
		return "send" + batch[s.batch]
	case remove:
		return "remove" + batch[s.batch]
	case hide:
		return "hide" + batch[s.batch]
	case set:
		return "set " + s.name
	case mistake:
		return "mistake " + s.name
	}
	return strings.TrimPrefix(fmt.Sprintf("%T", s), "queues.")
}

// TestNothingEndsInARound checks that delays and timeouts end between two rounds.
func TestNothingEndsInARound(t *testing.T) {
	odd := func(what string, n int) {
		t.Helper()
		if n != 0 && n%period == 0 {
			t.Errorf("%s after %d s", what, n)
		}
	}
	for seed := range uint64(drawn) {
		h := generate(seed)
		for _, s := range h.setup {
			odd("a timeout of a queue", s.visibility)
			odd("a delay of a queue", s.delay)
		}
		steps := 0
		for _, round := range h.rounds {
			for _, s := range round {
				steps++
				switch s := s.(type) {
				case send:
					for _, m := range s.messages {
						odd("a delay", m.delay)
					}
				case receive:
					odd("a timeout", s.visibility)
				case hide:
					odd("a change", s.seconds)
				case set:
					if s.name != "RedrivePolicy" {
						odd(s.name, s.value)
					}
				}
			}
		}
		if steps < 20 || steps > 60 {
			t.Errorf("seed %d has %d steps, want 20 to 60", seed, steps)
		}
	}
}

func TestASeedIsOneHistory(t *testing.T) {
	for seed := range uint64(20) {
		if a, b := generate(seed).String(), generate(seed).String(); a != b {
			t.Errorf("seed %d gives two histories:\n%s\n%s", seed, a, b)
		}
	}
	if reflect.DeepEqual(generate(1).rounds, generate(2).rounds) {
		t.Error("two seeds give one history")
	}
}

// TestHistoriesReachWhatTheyAreFor counts what localaws answers: histories that
// never redrive or redeliver a message would compare little.
func TestHistoriesReachWhatTheyAreFor(t *testing.T) {
	race.Skip(t)
	reached := map[string]int{"DeadLetterQueueSourceArn=source": 0, "ApproximateReceiveCount=3": 0, "MessagesDelayed=1": 0, "NotVisible=2": 0, "taken": 0, "refused": 0, "purged": 0}
	for seed := range uint64(40) {
		seen, err := local(t.Context(), seed, nil).play(generate(seed), "x")
		if err != nil {
			t.Fatal(err)
		}
		for _, lines := range seen {
			for _, line := range lines {
				for text := range reached {
					if strings.Contains(line, text) {
						reached[text]++
					}
				}
			}
		}
	}
	for text, n := range reached {
		if n < 5 {
			t.Errorf("%q was seen %d times in 40 histories", text, n)
		}
	}
	t.Log(reached)
}
