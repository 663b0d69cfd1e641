package stack_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// serviceFile is the repository's own serverless.yml.
const serviceFile = "../../../serverless.yml"

func TestTheServiceInEveryStage(t *testing.T) {
	for _, c := range []struct {
		stage                                 string
		batch, window, concurrency, parallels int
		protected                             bool
	}{
		{"dev", 10, 0, 2, 1, false},
		{"staging", 100, 1, 10, 2, false},
		{"prod", 100, 1, 50, 2, true},
	} {
		t.Run(c.stage, func(t *testing.T) {
			s := mustLoad(t, serviceFile, stack.Options{Stage: c.stage})
			change, record := s.QueueMappings[0], s.StreamMappings[0]
			got := []any{change.BatchSize, change.WindowSeconds, change.MaximumConcurrency, record.ParallelizationFactor, s.Tables[0].DeletionProtection}
			want := []any{c.batch, c.window, c.concurrency, c.parallels, c.protected}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("batch, window, concurrency, parallelization, deletion protection (want -, got +):\n%s", diff)
			}
		})
	}
	_, err := stack.Load(serviceFile, stack.Options{Stage: "another"})
	if err == nil || !strings.HasSuffix(err.Error(), `stage "another" is unknown: there are parameters for dev, prod, staging`) || strings.Contains(err.Error(), "\n") {
		t.Errorf("a stage without parameters: error %v", err)
	}
	// Parameters may come from outside, as with --param. A missing one is then named.
	_, err = stack.Load(serviceFile, stack.Options{Stage: "another", Params: map[string]string{"changeBatchSize": "10"}})
	if err == nil || !strings.Contains(err.Error(), "${param:changeBatchWindow} has no value") || strings.Contains(err.Error(), "is unknown") {
		t.Errorf("a stage with one parameter: error %v", err)
	}
}

func TestTheServicesNamesAndRoutes(t *testing.T) {
	s := mustLoad(t, serviceFile, stack.Options{})
	functions := map[string]string{}
	roles := map[string]string{}
	for _, f := range s.Functions {
		functions[f.Name] = f.Handler
		if other := roles[f.Role]; other != "" {
			t.Errorf("%s and %s share the role %s", other, f.Name, f.Role)
		}
		roles[f.Role] = f.Name
		if f.Artifact != "dist/"+f.Name+".zip" {
			t.Errorf("%s comes from %s", f.Name, f.Artifact)
		}
	}
	wantFunctions := map[string]string{
		"applyPreferenceChanges": "consumers/apply", "republishPreferences": "consumers/republish", "getUserPreferences": "consumers/get",
		"updateUserPreferences": "producers/update", "deleteUserPreferences": "producers/delete",
	}
	if diff := cmp.Diff(wantFunctions, functions); diff != "" {
		t.Errorf("functions (want -, got +):\n%s", diff)
	}
	routes := map[string]string{}
	for _, r := range s.Routes {
		routes[r.Method+" "+r.Path] = r.Function
		if r.Authorizer != "AWS_IAM" {
			t.Errorf("%s %s is open", r.Method, r.Path)
		}
	}
	wantRoutes := map[string]string{
		"GET /preferences": "getUserPreferences", "GET /preferences/{userId}": "getUserPreferences",
		"POST /preferences":  "updateUserPreferences",
		"PATCH /preferences": "updateUserPreferences", "PATCH /preferences/{userId}": "updateUserPreferences",
		"PUT /preferences": "updateUserPreferences", "PUT /preferences/{userId}": "updateUserPreferences",
		"DELETE /preferences": "deleteUserPreferences", "DELETE /preferences/{userId}": "deleteUserPreferences",
	}
	if diff := cmp.Diff(wantRoutes, routes); diff != "" {
		t.Errorf("routes (want -, got +):\n%s", diff)
	}
}

// Lambda recommends that a queue's visibility timeout be six times the timeout
// of the function that reads it.
func TestTheChangeQueueWaitsForItsFunction(t *testing.T) {
	s := mustLoad(t, serviceFile, stack.Options{})
	if s.Functions[0].Name != "applyPreferenceChanges" || s.Functions[0].TimeoutSeconds != 5 {
		t.Errorf("the first function is %+v, want applyPreferenceChanges with 5 s", s.Functions[0])
	}
	if q := s.Queues[1]; q.Name != "bot-preferences-dev-changes" || q.Attributes["VisibilityTimeout"] != "30" {
		t.Errorf("the second queue is %+v, want the change queue with 30 s", q)
	}
}
