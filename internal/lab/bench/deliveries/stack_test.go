package deliveries

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// repository is a folder with the parts of the repository that the test writes to.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "internal", "lab", "bench", "deliveries"), 0o755); err != nil {
		t.Fatal(err)
	}
	return root
}

func TestElsewhereNothingIsWritten(t *testing.T) {
	root := t.TempDir()
	if _, err := (Case{Subscribers: 1}).write(root); err == nil {
		t.Error("a service was written outside of the repository")
	}
	if all, err := os.ReadDir(root); err != nil || len(all) > 0 {
		t.Errorf("there is %v, %v", all, err)
	}
}

// Every case is a service that runs beside the pipeline.
func TestCasesAreServices(t *testing.T) {
	for _, c := range Cases() {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			file, err := c.write(repository(t))
			if err != nil {
				t.Fatal(err)
			}
			s, err := stack.Load(file, stack.Options{Elsewhere: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(s.Functions) != c.Subscribers || len(s.QueueMappings) != c.Subscribers || len(s.Rules) != c.Subscribers {
				t.Fatalf("%d functions, %d mappings, %d rules", len(s.Functions), len(s.QueueMappings), len(s.Rules))
			}
			batch := map[int]int{0: 10, 1: 100}[c.WindowSeconds] // Lambda's usual, and the skill's in the stage prod
			if m := s.QueueMappings[0]; m.WindowSeconds != c.WindowSeconds || m.BatchSize != batch {
				t.Errorf("batches of %d, a window of %d s", m.BatchSize, m.WindowSeconds)
			}
		})
	}
}

// The costs are those of a subscriber with the settings of examples/skill.
func TestASubscriberIsAsTheSkill(t *testing.T) {
	file, err := (Case{Subscribers: 1}).write(repository(t))
	if err != nil {
		t.Fatal(err)
	}
	ours, err := stack.Load(file, stack.Options{Elsewhere: true})
	if err != nil {
		t.Fatal(err)
	}
	skill, err := stack.Load("../../../../examples/skill/serverless.yml", stack.Options{Elsewhere: true})
	if err != nil {
		t.Fatal(err)
	}
	f, want := ours.Functions[0], skill.Functions[0]
	if f.MemoryMB != want.MemoryMB || f.TimeoutSeconds != want.TimeoutSeconds || f.LogFormat != want.LogFormat {
		t.Errorf("a subscriber is %+v, the skill %+v", f, want)
	}
	if ours.QueueMappings[0].ReportBatchItemFailures != skill.QueueMappings[0].ReportBatchItemFailures {
		t.Error("a subscriber answers otherwise for a batch that failed in part")
	}
	if got, want := ours.Rules[0].Pattern, `{"detail-type":["PreferencesUpdated"],"source":["bot-preferences"]}`; got != want {
		t.Errorf("who follows everything has the pattern %s, want %s", got, want)
	}
}
