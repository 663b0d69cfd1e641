package telemetry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// read judges lines by the specification of the embedded metric format, and returns the
// values of each metric by its name and dimensions, such as "DeadLettered prod too_old".
func read(t failer, text string) map[string][]int64 {
	found := map[string][]int64{}
	if !strings.HasSuffix(text, "}\n") {
		t.Errorf("the text does not end with a whole line: %q", text)
	}
	for line := range strings.Lines(text) {
		readLine(t, strings.TrimSuffix(line, "\n"), found)
	}
	return found
}

// A failer is a test, or a check of rapid's.
type failer interface {
	Errorf(format string, args ...any)
}

// A document is a line as the specification has it.
type document struct {
	AWS *struct {
		Timestamp         json.Number
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name, Unit string }
		}
	} `json:"_aws"`
	Level, Timestamp string
}

func readLine(t failer, line string, found map[string][]int64) {
	var d document
	var members map[string]json.RawMessage
	if json.Unmarshal([]byte(line), &d) != nil || json.Unmarshal([]byte(line), &members) != nil {
		t.Errorf("not a JSON object: %s", line)
		return
	}
	if _, err := time.Parse(time.RFC3339, d.Timestamp); err != nil || d.Level != "INFO" {
		t.Errorf("Lambda does not know level %q or timestamp %q", d.Level, d.Timestamp)
	}
	if d.AWS == nil {
		return
	}
	if ms, err := d.AWS.Timestamp.Int64(); err != nil || ms < 0 || len(d.AWS.CloudWatchMetrics) == 0 {
		t.Errorf("timestamp %s, %d directives", d.AWS.Timestamp, len(d.AWS.CloudWatchMetrics))
	}
	for _, directive := range d.AWS.CloudWatchMetrics {
		if directive.Namespace != "BotPreferences" || len(directive.Dimensions) == 0 || len(directive.Metrics) == 0 || len(directive.Metrics) > 100 {
			t.Errorf("directive %+v", directive)
		}
		for _, set := range directive.Dimensions {
			for _, m := range directive.Metrics {
				series := m.Name + dimensionsOf(t, set, members)
				found[series] = append(found[series], valuesOf(t, m.Name, m.Unit, members[m.Name])...)
			}
		}
	}
}

func dimensionsOf(t failer, set []string, members map[string]json.RawMessage) (text string) {
	for _, name := range set {
		var value string
		if err := json.Unmarshal(members[name], &value); err != nil || value == "" || len(value) > 1024 {
			t.Errorf("dimension %s has the value %s", name, members[name])
		}
		text += " " + value
	}
	return text
}

func valuesOf(t failer, name, unit string, raw json.RawMessage) (values []int64) {
	if !bytes.HasPrefix(raw, []byte("[")) {
		raw = fmt.Appendf(nil, "[%s]", raw)
	}
	if err := json.Unmarshal(raw, &values); err != nil || len(values) == 0 || len(values) > 100 {
		t.Errorf("%s has the values %s", name, raw)
	}
	for _, v := range values {
		if v < 0 || v == 0 && unit == "Count" {
			t.Errorf("%s has the value %d", name, v)
		}
	}
	if want := map[bool]string{true: "Milliseconds", false: "Count"}[strings.HasPrefix(name, "ChangeTo")]; unit != want {
		t.Errorf("%s has the unit %s", name, unit)
	}
	return values
}
