package deliveries

import (
	"fmt"
	"testing"

	"github.com/bot-preferences/bot-preferences/localaws/stack"
)

// Every case is a service that runs beside the pipeline.
func TestCasesAreServices(t *testing.T) {
	for _, c := range Cases() {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			file, err := c.write(t.TempDir())
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
		})
	}
}
