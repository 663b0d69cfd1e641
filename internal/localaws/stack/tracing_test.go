package stack_test

import (
	"slices"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// The functions of the pipeline may record traces only where the parameter says so.
func TestThePipelineRecordsTracesWhereItIsAskedTo(t *testing.T) {
	for params, traced := range map[string]bool{"": false, "PassThrough": false, "Active": true} {
		o := stack.Options{}
		if params != "" {
			o.Params = map[string]string{"tracing": params}
		}
		s := mustLoad(t, "../../../serverless.yml", o)
		for _, f := range s.Functions {
			may := slices.ContainsFunc(f.Permissions.Statements, func(s stack.Statement) bool {
				return slices.Contains(s.Actions, "xray:PutTraceSegments")
			})
			if may != traced || (f.Tracing == "Active") != traced {
				t.Errorf("tracing %q: %s may record: %t, records: %s", params, f.Name, may, f.Tracing)
			}
		}
		if len(s.Functions) < 5 {
			t.Errorf("%d functions", len(s.Functions))
		}
	}
}

func TestRefusesOtherTracing(t *testing.T) {
	refuseAll(t, []refusal{
		{"mode of tracing", "    timeout: 10\n", "    timeout: 10\n    tracing: Sometimes\n", `must be PassThrough or Active, not "Sometimes"`},
		{"setting of tracing", "  memorySize: 512\n", "  memorySize: 512\n  tracing: {lambda: true, queues: true}\n", "provider.tracing.queues: localaws does not know this setting of tracing"},
	})
}
