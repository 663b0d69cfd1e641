package stage_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/stage"
)

func TestNamesAreThoseOfServerlessYML(t *testing.T) {
	for _, name := range stage.All {
		s, err := stack.Load("../../serverless.yml", stack.Options{Stage: name})
		if err != nil {
			t.Fatal(err)
		}
		want, got := map[string]bool{}, stage.Names(name)
		for _, q := range s.Queues {
			want[q.Name] = true
			if !got.Owns(q.Name) {
				t.Errorf("stage %s: queue %s has no name here", name, q.Name)
			}
		}
		queues := map[string]bool{got.ChangeQueue: true, got.ChangeDeadLetters: true, got.AnnouncementDeadLetters: true}
		if diff := cmp.Diff(want, queues); diff != "" {
			t.Errorf("queues of stage %s: %s", name, diff)
		}
		if len(s.Buses) != 1 || s.Buses[0].Name != got.Bus {
			t.Errorf("stage %s: buses %v, want %s", name, s.Buses, got.Bus)
		}
		if len(s.Tables) != 1 || s.Tables[0].Name != got.Table {
			t.Errorf("stage %s: tables %v, want %s", name, s.Tables, got.Table)
		}
		if len(s.QueueMappings) != 1 || s.QueueMappings[0].Queue != got.ChangeQueue {
			t.Errorf("stage %s: apply is fed by %v, want %s", name, s.QueueMappings, got.ChangeQueue)
		}
		for _, q := range s.Queues {
			policy := q.Attributes["RedrivePolicy"]
			if q.Name == got.ChangeQueue && !strings.Contains(policy, ":"+got.ChangeDeadLetters+`"`) {
				t.Errorf("stage %s: %s has the redrive policy %s", name, q.Name, policy)
			}
		}
		if s.StackName() != got.Stack {
			t.Errorf("stage %s: stack %s, want %s", name, s.StackName(), got.Stack)
		}
		if s.Stage != name {
			t.Errorf("stage %q, want %s", s.Stage, name)
		}
	}
	s, err := stack.Load("../../serverless.yml", stack.Options{Params: map[string]string{"history": "on"}})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, q := range s.Queues {
		if strings.Contains(q.Name, "history") {
			names = append(names, q.Name)
		}
	}
	n := stage.Names(stage.Default)
	if len(s.Tables) != 2 || s.Tables[1].Name != n.History || strings.Join(names, " ") != n.HistoryQueue+" "+n.HistoryDeadLetters || !n.Owns(names[0]) || !n.Owns(names[1]) {
		t.Errorf("with history: tables %v, queues %v", s.Tables, names)
	}
	if s, err := stack.Load("../../serverless.yml", stack.Options{}); err != nil || s.Stage != stage.Default {
		t.Errorf("the default stage: %v", err)
	}
	if _, err := stack.Load("../../serverless.yml", stack.Options{Stage: "other"}); err == nil {
		t.Error("serverless.yml takes a stage that is missing here")
	}
}
