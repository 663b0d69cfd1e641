package deliveries

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/bot-preferences/bot-preferences/localaws/stack"
)

// repository is a folder with as much of it as is written to.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "bench", "deliveries"), 0o755); err != nil {
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
			if got := s.QueueMappings[0].WindowSeconds; got != c.WindowSeconds {
				t.Errorf("a window of %d s", got)
			}
			if got := s.Functions[0].LogFormat; got != "JSON" {
				t.Errorf("logs of the format %s, not that of examples/skill", got)
			}
		})
	}
}
