package stack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// The order in which osls looks for a parameter: the command line, the stage's own, those
// of params.default; null is none. Its source is
// lib/configuration/variables/sources/instance-dependent/param.js of the package osls.
func TestParametersForEveryStage(t *testing.T) {
	path := write(t, `
service: small
params:
  default: {everywhere: d, both: d, nothing: d, of-stage: '${sls:stage}-${param:both}', given: d}
  dev: {both: s, nothing: null, empty: ''}
provider:
  name: aws
  runtime: provided.al2023
  environment:
    EVERYWHERE: ${param:everywhere}
    BOTH: ${param:both}
    NOTHING: ${param:nothing}
    OF_STAGE: ${param:of-stage}
    GIVEN: ${param:given}
    EMPTY: ${param:empty, 'fallback'}
functions: {f: {handler: f}}
`)
	given := map[string]string{"given": "g"}
	for stageName, want := range map[string]map[string]string{
		"dev":  {"EVERYWHERE": "d", "BOTH": "s", "NOTHING": "d", "OF_STAGE": "dev-s", "GIVEN": "g", "EMPTY": ""},
		"prod": {"EVERYWHERE": "d", "BOTH": "d", "NOTHING": "d", "OF_STAGE": "prod-d", "GIVEN": "g", "EMPTY": "fallback"},
	} {
		s := mustLoad(t, path, stack.Options{Stage: stageName, Params: given})
		if diff := cmp.Diff(want, s.Functions[0].Environment); diff != "" {
			t.Errorf("%s: want (-), got (+):\n%s", stageName, diff)
		}
	}
}
