package alarms_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// widget is a part of a dashboard.
type widget struct {
	Type                string
	X, Y, Width, Height int
	Properties          struct {
		Title   string
		Region  string
		Alarms  []string
		Metrics [][]any
	}
}

func widgets(t *testing.T) []widget {
	t.Helper()
	s, err := production()
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Dashboards) != 1 {
		t.Fatalf("%d dashboards", len(s.Dashboards))
	}
	var body struct{ Widgets []widget }
	if err := json.Unmarshal([]byte(s.Dashboards[0].Body), &body); err != nil {
		t.Fatal(err)
	}
	if len(body.Widgets) < 10 {
		t.Fatalf("only %d widgets", len(body.Widgets))
	}
	return body.Widgets
}

// seen lists the metrics that a stage has after changes, refusals and requests, as
// "namespace name dimension=value ...".
func seen(t *testing.T) map[string]bool {
	s := newStage(t, nil)
	s.every(time.Second, time.Minute, s.say)
	s.every(10*time.Second, time.Minute, s.nonsense)
	for _, function := range []string{virtual.Get, virtual.Update, "deleteUserPreferences"} {
		s.every(time.Second, time.Minute, func(int) { s.ask(function, time.Millisecond, 200, nil) })
	}
	s.damage(0) // for the other dead-letter queue
	s.At(s.Now(), func() { _, _ = s.Store().Read(t.Context(), "u1") })
	s.RunFor(3 * time.Minute)
	call, err := s.Metrics.Wire().Operations["ListMetrics"](nil)
	if err != nil {
		t.Fatal(err)
	}
	out, err := call()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	var list struct {
		Metrics []struct {
			Namespace, MetricName string
			Dimensions            []struct{ Name, Value string }
		}
	}
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	for _, m := range list.Metrics {
		parts := []string{m.Namespace, m.MetricName}
		for _, d := range m.Dimensions {
			parts = append(parts, d.Name+"="+d.Value)
		}
		all[strings.Join(parts, " ")] = true
	}
	for c := telemetry.Accepted; c <= telemetry.DeadLettered; c++ { // some of them do not happen in three minutes
		all[telemetry.Namespace+" "+c.String()+" "+telemetry.Stage+"=prod"] = true
	}
	return all
}

// A widget with a misspelt metric is empty, and nobody notices.
func TestTheDashboardShowsMetricsThatExist(t *testing.T) {
	all := seen(t)
	shown := 0
	for _, w := range widgets(t) {
		for _, m := range w.Properties.Metrics {
			if _, math := m[0].(map[string]any); math {
				continue
			}
			if _, options := m[len(m)-1].(map[string]any); options {
				m = m[:len(m)-1]
			}
			name := fmt.Sprint(m[0], " ", m[1])
			for i := 2; i < len(m); i += 2 {
				name += fmt.Sprintf(" %v=%v", m[i], m[i+1])
			}
			if shown++; !all[name] {
				t.Errorf("%s: there is no metric %s", w.Properties.Title, name)
			}
		}
	}
	if shown < 40 {
		t.Errorf("only %d metrics", shown)
	}
}

func TestTheDashboardIsLaidOut(t *testing.T) {
	taken := map[[2]int]string{}
	for _, w := range widgets(t) {
		if w.Properties.Title == "" || w.Type == "metric" && w.Properties.Region == "" || w.X+w.Width > 24 {
			t.Errorf("%+v", w)
		}
		for x := w.X; x < w.X+w.Width; x++ {
			for y := w.Y; y < w.Y+w.Height; y++ {
				if other := taken[[2]int{x, y}]; other != "" {
					t.Fatalf("%s covers %s", w.Properties.Title, other)
				}
				taken[[2]int{x, y}] = w.Properties.Title
			}
		}
	}
}

// Every alarm that notifies somebody, except for those of one function, is on the
// dashboard.
func TestTheDashboardShowsTheAlarms(t *testing.T) {
	s, err := production()
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, w := range widgets(t) {
		shown = append(shown, w.Properties.Alarms...)
	}
	for _, a := range s.Alarms {
		wanted := len(a.AlarmActions) > 0 && a.Dimensions["FunctionName"] == "" || strings.HasSuffix(a.Name, "announcements-late") || strings.HasSuffix(a.Name, "announcements-lost")
		if slices.Contains(shown, a.ARN) != wanted {
			t.Errorf("%s: shown: %t, want %t", a.Name, !wanted, wanted)
		}
	}
}
