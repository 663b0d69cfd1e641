package cloudwatch_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

var start = time.Date(2026, 12, 1, 3, 0, 0, 0, time.UTC)

// room is a service whose clock the test sets.
type room struct {
	*testing.T
	*cloudwatch.Service
	now     time.Time
	changes []cloudwatch.Changed
}

func newRoom(t *testing.T, alarms ...cloudwatch.Alarm) *room {
	t.Helper()
	r := &room{T: t, now: start}
	r.Service = cloudwatch.New(&world.World{
		Region: "us-east-1", Account: "123456789012", Rand: rand.New(rand.NewPCG(1, 2)),
		Now: func() time.Time { return r.now },
		Observe: func(f world.Fact) {
			if c, ok := f.(cloudwatch.Changed); ok {
				r.changes = append(r.changes, c)
			}
		},
	})
	for _, a := range alarms {
		if err := r.PutAlarm(a); err != nil {
			t.Fatal(err)
		}
	}
	r.Wake() // the first minute begins
	return r
}

var depth = cloudwatch.Metric{Namespace: "Test", Name: "Depth"}

// onDepth is an alarm with the settings that most tests need.
func onDepth(change func(*cloudwatch.Alarm)) cloudwatch.Alarm {
	a := cloudwatch.Alarm{
		Name: "deep", Metric: depth, Statistic: "Maximum", Period: time.Minute, EvaluationPeriods: 1,
		Comparison: "GreaterThanThreshold", MissingData: "notBreaching",
		AlarmActions: []string{"topic"}, OKActions: []string{"topic"},
	}
	if change != nil {
		change(&a)
	}
	return a
}

// pass lets minutes end. In each minute the metric has these values, at second 30.
func (r *room) pass(minutes ...[]float64) {
	r.Helper()
	for _, values := range minutes {
		for _, value := range values {
			if err := r.Add(depth, "", r.now.Add(30*time.Second), value); err != nil {
				r.Fatal(err)
			}
		}
		r.now = r.now.Add(time.Minute)
	}
	r.now = r.now.Add(5 * time.Second)
	r.Evaluate(nil)
	r.now = r.now.Add(-5 * time.Second)
}

func (r *room) is(alarm string, want cloudwatch.State) {
	r.Helper()
	if got, ok := r.State(alarm); !ok || got != want {
		r.Errorf("%s is %s after %s, want %s", alarm, got, r.now.Sub(start), want)
	}
}

func TestAStateFollowsTheDatapoints(t *testing.T) {
	const (
		ok, alarm, unknown = cloudwatch.OK, cloudwatch.InAlarm, cloudwatch.InsufficientData
	)
	none := []float64(nil)
	for _, c := range []struct {
		name    string
		change  func(*cloudwatch.Alarm)
		minutes [][]float64
		want    []cloudwatch.State // after each minute
	}{
		{"no data does not breach", nil, [][]float64{none, {1}, none}, []cloudwatch.State{ok, alarm, ok}},
		{"no data breaches", func(a *cloudwatch.Alarm) { a.MissingData = "breaching" }, [][]float64{none, {0}}, []cloudwatch.State{alarm, ok}},
		{"no data is too little", func(a *cloudwatch.Alarm) { a.MissingData = "" }, [][]float64{{1}, none, {0}}, []cloudwatch.State{alarm, unknown, ok}},
		{"no data is ignored", func(a *cloudwatch.Alarm) { a.MissingData = "ignore" }, [][]float64{none, {1}, none, {0}}, []cloudwatch.State{unknown, alarm, alarm, ok}},
		{"at the threshold", nil, [][]float64{{0}}, []cloudwatch.State{ok}},
		{"at the threshold, or equal", func(a *cloudwatch.Alarm) { a.Comparison = "GreaterThanOrEqualToThreshold" }, [][]float64{{0}}, []cloudwatch.State{alarm}},
		{"too little", func(a *cloudwatch.Alarm) { a.Comparison, a.Threshold = "LessThanThreshold", 2 }, [][]float64{{2}, {1}}, []cloudwatch.State{ok, alarm}},
		{"too little or equal", func(a *cloudwatch.Alarm) { a.Comparison, a.Threshold = "LessThanOrEqualToThreshold", 2 }, [][]float64{{2}, {3}}, []cloudwatch.State{alarm, ok}},
		{"two minutes in a row", func(a *cloudwatch.Alarm) { a.EvaluationPeriods = 2 }, [][]float64{{1}, {1}, {0}, {1}}, []cloudwatch.State{ok, alarm, ok, ok}},
		{"two of three", func(a *cloudwatch.Alarm) { a.EvaluationPeriods, a.DatapointsToAlarm = 3, 2 }, [][]float64{{1}, {0}, {1}, {0}, {0}}, []cloudwatch.State{ok, ok, alarm, ok, ok}},
		{"periods of two minutes slide by one", func(a *cloudwatch.Alarm) { a.Period = 2 * time.Minute }, [][]float64{{0}, {1}, {0}, {0}}, []cloudwatch.State{ok, alarm, alarm, ok}},
		{"sum", func(a *cloudwatch.Alarm) { a.Statistic, a.Threshold = "Sum", 5 }, [][]float64{{3, 3}, {5}}, []cloudwatch.State{alarm, ok}},
		{"average", func(a *cloudwatch.Alarm) { a.Statistic, a.Threshold = "Average", 2 }, [][]float64{{1, 4}, {1, 3}}, []cloudwatch.State{alarm, ok}},
		{"minimum", func(a *cloudwatch.Alarm) { a.Statistic, a.Threshold = "Minimum", 2 }, [][]float64{{3, 4}, {1, 9}}, []cloudwatch.State{alarm, ok}},
		{"count", func(a *cloudwatch.Alarm) { a.Statistic, a.Threshold = "SampleCount", 1 }, [][]float64{{0, 0}, {9}}, []cloudwatch.State{alarm, ok}},
		{"a percentile", func(a *cloudwatch.Alarm) { a.Statistic, a.Threshold = "p50", 5 }, [][]float64{{1, 9, 9}, {1, 1, 9}}, []cloudwatch.State{alarm, ok}},
		{"few values of a percentile", func(a *cloudwatch.Alarm) { a.Statistic, a.LowSamples = "p90", "ignore" }, [][]float64{{9}, ten(99), {0}}, []cloudwatch.State{unknown, unknown, unknown}},
		{"enough values of a percentile", func(a *cloudwatch.Alarm) { a.Statistic, a.LowSamples = "p90", "ignore" }, [][]float64{ten(100), {0}}, []cloudwatch.State{alarm, alarm}},
		{"too few in time", func(a *cloudwatch.Alarm) {
			a.Statistic, a.Threshold, a.Comparison = "PR(:3000)", 90, "LessThanThreshold"
		},
			[][]float64{{1, 3000}, {1, 3001}}, []cloudwatch.State{ok, alarm}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRoom(t, onDepth(c.change))
			r.is("deep", unknown)
			for i, values := range c.minutes {
				r.pass(values)
				r.is("deep", c.want[i])
			}
		})
	}
}

// ten returns n values of 10.
func ten(n int) []float64 {
	all := make([]float64, n)
	for i := range all {
		all[i] = 10
	}
	return all
}

func TestARankHasAnUpperBoundThatCounts(t *testing.T) {
	for statistic, want := range map[string]float64{"PR(:10)": 50, "PR(10:)": 50, "PR(5:10)": 25, "PR(:9.9)": 25} {
		r := newRoom(t, onDepth(func(a *cloudwatch.Alarm) {
			a.Statistic, a.Threshold, a.Comparison = statistic, want, "LessThanOrEqualToThreshold"
		}), onDepth(func(a *cloudwatch.Alarm) {
			a.Name, a.Statistic, a.Threshold, a.Comparison = "below", statistic, want, "LessThanThreshold"
		}))
		r.pass([]float64{5, 10, 11, 12})
		r.is("deep", cloudwatch.InAlarm)
		r.is("below", cloudwatch.OK)
	}
}

func TestAMinuteWithManyValuesStaysSmall(t *testing.T) {
	r := newRoom(t,
		onDepth(func(a *cloudwatch.Alarm) { a.Statistic, a.Threshold = "p99", 9800 }),
		onDepth(func(a *cloudwatch.Alarm) { a.Name, a.Statistic, a.Threshold = "sum", "Sum", 9999*10000/2-1 }))
	var many []float64
	for i := range 10000 {
		many = append(many, float64(i))
	}
	r.pass(many)
	r.is("deep", cloudwatch.InAlarm) // to two digits: 9900
	r.is("sum", cloudwatch.InAlarm)  // exactly
}

func TestACompositeJoinsOthers(t *testing.T) {
	named := func(name string, threshold float64) cloudwatch.Alarm {
		return onDepth(func(a *cloudwatch.Alarm) { a.Name, a.Threshold = name, threshold })
	}
	for rule, want := range map[string][]cloudwatch.State{ // at depth 0, 2 and 4
		`ALARM("over1")`:                                 {"OK", "ALARM", "ALARM"},
		`ALARM(over1) AND ALARM(over3)`:                  {"OK", "OK", "ALARM"},
		`ALARM("over3") OR ALARM("over1")`:               {"OK", "ALARM", "ALARM"},
		`NOT ALARM("over1")`:                             {"ALARM", "OK", "OK"},
		`OK(over3) AND NOT OK(over1)`:                    {"OK", "ALARM", "OK"},
		`INSUFFICIENT_DATA(over1)`:                       {"OK", "OK", "OK"},
		`ALARM(over1) AND NOT ALARM(over3)`:              {"OK", "ALARM", "OK"},
		`ALARM(over3) OR ALARM(over1) AND ALARM(over3)`:  {"OK", "OK", "ALARM"},
		`(ALARM(over3) OR ALARM(over1)) AND (OK(over3))`: {"OK", "ALARM", "OK"},
		`ALARM("arn:aws:cloudwatch:us-east-1:123456789012:alarm:over1") AND NOT (ALARM("over3"))`: {"OK", "ALARM", "OK"},
	} {
		r := newRoom(t, named("over1", 1), named("over3", 3), cloudwatch.Alarm{Name: "joined", Rule: rule})
		for i, value := range []float64{0, 2, 4} {
			r.pass([]float64{value})
			t.Run(rule, func(t *testing.T) {
				if got, _ := r.State("joined"); got != want[i] {
					t.Errorf("at depth %v: %s, want %s", value, got, want[i])
				}
			})
		}
	}
}

func TestAChangeNamesItsActions(t *testing.T) {
	r := newRoom(t, onDepth(func(a *cloudwatch.Alarm) { a.OKActions = []string{"calm"} }))
	r.pass([]float64{0}, []float64{1}, []float64{2}, []float64{0})
	var got []string
	for _, c := range r.changes {
		if c.Alarm != "deep" || c.Reason == "" || len(c.Actions) != 1 {
			t.Errorf("%+v", c)
			continue
		}
		got = append(got, string(c.From)+">"+string(c.To)+" "+c.Actions[0])
	}
	want := []string{"INSUFFICIENT_DATA>OK calm", "OK>ALARM topic", "ALARM>OK calm"}
	if len(got) != len(want) || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestAWrongAlarmIsRefused(t *testing.T) {
	for _, change := range []func(*cloudwatch.Alarm){
		func(a *cloudwatch.Alarm) { a.Name = "" },
		func(a *cloudwatch.Alarm) { a.Metric.Namespace = "" },
		func(a *cloudwatch.Alarm) { a.Metric.Name = "" },
		func(a *cloudwatch.Alarm) { a.Statistic = "Median" },
		func(a *cloudwatch.Alarm) { a.Statistic = "p101" },
		func(a *cloudwatch.Alarm) { a.Statistic = "PR(:)" },
		func(a *cloudwatch.Alarm) { a.Period = 90 * time.Second },
		func(a *cloudwatch.Alarm) { a.Period = 0 },
		func(a *cloudwatch.Alarm) { a.EvaluationPeriods = 0 },
		func(a *cloudwatch.Alarm) { a.DatapointsToAlarm = 2 },
		func(a *cloudwatch.Alarm) { a.EvaluationPeriods = 1441 },
		func(a *cloudwatch.Alarm) { a.Comparison = "GreaterThan" },
		func(a *cloudwatch.Alarm) { a.MissingData = "fine" },
		func(a *cloudwatch.Alarm) { a.LowSamples = "maybe" },
		func(a *cloudwatch.Alarm) { a.Rule = "ALARM" },
		func(a *cloudwatch.Alarm) { a.Rule = "ALARM(nobody)" },
		func(a *cloudwatch.Alarm) { a.Rule = "ALARM(known) AND" },
		func(a *cloudwatch.Alarm) { a.Rule = "ALARM(known) ALARM(known)" },
		func(a *cloudwatch.Alarm) { a.Rule = "(ALARM(known)" },
		func(a *cloudwatch.Alarm) { a.Rule = "WORRIED(known)" },
		func(a *cloudwatch.Alarm) { a.Name = "known" },
	} {
		r := newRoom(t, onDepth(func(a *cloudwatch.Alarm) { a.Name = "known" }))
		if err := r.PutAlarm(onDepth(change)); err == nil {
			t.Errorf("%+v passes", onDepth(change))
		}
	}
}

// Time may jump, as on a laptop that slept. What is older than metrics are kept is not
// evaluated, and is forgotten.
func TestOldMinutesAreForgotten(t *testing.T) {
	r := newRoom(t, onDepth(nil))
	r.pass([]float64{1})
	r.is("deep", cloudwatch.InAlarm)
	samples := 0
	r.now = r.now.Add(240 * time.Hour)
	r.Evaluate(func(time.Time) { samples++ })
	if r.is("deep", cloudwatch.OK); samples > 3*60+1 {
		t.Errorf("%d minutes evaluated", samples)
	}
	if err := r.Add(depth, "", r.now.Add(-4*time.Hour), 1); err != nil {
		t.Fatal(err)
	}
	r.pass(nil)
	if metrics := r.list(); len(metrics) != 0 {
		t.Errorf("still there: %v", metrics)
	}
}

// An alarm that looks back further keeps its metric longer.
func TestAnAlarmKeepsWhatItNeeds(t *testing.T) {
	r := newRoom(t, onDepth(func(a *cloudwatch.Alarm) { a.Period = 6 * time.Hour }))
	r.pass([]float64{1})
	for range 5 * 60 {
		r.pass(nil)
	}
	r.is("deep", cloudwatch.InAlarm)
	for range 60 {
		r.pass(nil)
	}
	r.is("deep", cloudwatch.OK)
}
