package cloudwatch_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
)

const emf = `{"level":"INFO","_aws":{"Timestamp":%d,"CloudWatchMetrics":[` +
	`{"Namespace":"N","Dimensions":[["Stage"],["Stage","Code"]],"Metrics":[{"Name":"Lost","Unit":"Count"},{"Name":"Took","Unit":"Milliseconds"},{"Name":"Absent"}]}]},` +
	`"Stage":"prod","Code":"malformed","Lost":2,"Took":[10,20,30]}`

func TestALineHasMetrics(t *testing.T) {
	stage := cloudwatch.Dimension{Name: "Stage", Value: "prod"}
	watch := func(name, metric, statistic string, dimensions ...cloudwatch.Dimension) cloudwatch.Alarm {
		return onDepth(func(a *cloudwatch.Alarm) {
			a.Name, a.Statistic = name, statistic
			a.Metric = cloudwatch.Metric{Namespace: "N", Name: metric, Dimensions: dimensions}
		})
	}
	r := newRoom(t,
		watch("lost", "Lost", "Sum", stage), watch("lost by code", "Lost", "Sum", cloudwatch.Dimension{Name: "Code", Value: "malformed"}, stage),
		watch("took", "Took", "Average", stage), watch("absent", "Absent", "SampleCount", stage))
	if err := r.Line(fmt.Sprintf(emf, r.now.UnixMilli())); err != nil {
		t.Fatal(err)
	}
	r.pass(nil)
	for alarm, want := range map[string]cloudwatch.State{"lost": "ALARM", "lost by code": "ALARM", "took": "ALARM", "absent": "OK"} {
		r.is(alarm, want)
	}
}

func TestOtherLinesHaveNone(t *testing.T) {
	r := newRoom(t)
	for _, line := range []string{``, `plain`, `{"msg":"_aws"}`, `{"_aws":`, `"_aws" is a word`, `{"level":"INFO"}`} {
		if err := r.Line(line); err != nil {
			t.Errorf("%s: %v", line, err)
		}
	}
	r.pass(nil)
	if found := r.list(); len(found) > 0 {
		t.Error(found)
	}
}

func TestAMalformedLineIsToldApart(t *testing.T) {
	good := fmt.Sprintf(emf, start.UnixMilli())
	for _, change := range [][2]string{
		{`"Timestamp"`, `"Time"`}, {`"Namespace":"N",`, ``}, {`"Lost":2`, `"Lost":"two"`}, {`"Stage":"prod"`, `"Stage":7`},
		{`"Took":[10,20,30]`, `"Took":[` + strings.Repeat("1,", 100) + `1]`}, {`"CloudWatchMetrics":[`, `"CloudWatchMetrics":[7,`},
	} {
		line := strings.Replace(good, change[0], change[1], 1)
		if line == good || newRoom(t).Line(line) == nil {
			t.Errorf("%s passes", line)
		}
	}
}
