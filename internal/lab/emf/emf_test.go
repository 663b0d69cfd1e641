package emf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const good = `{"timestamp":"2026-03-01T12:00:00.007Z","level":"INFO","_aws":{"Timestamp":1772366400007,"CloudWatchMetrics":[` +
	`{"Namespace":"N","Dimensions":[["Stage"],["Stage","Code"]],"Metrics":[{"Name":"Lost","Unit":"Count"}]}]},"Stage":"prod","Code":"old","Lost":[1,2]}` + "\n"

func TestRead(t *testing.T) {
	got, err := Read(good + `{"timestamp":"2026-03-01T12:00:00Z","level":"INFO","message":"a log line"}` + "\n" + good)
	want := Series{"Lost prod": {1, 2, 1, 2}, "Lost prod old": {1, 2, 1, 2}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil || got.Sum("Lost prod") != 6 || got.Sum("none") != 0 {
		t.Errorf("%s, %v", diff, err)
	}
}

func TestWhatCloudWatchIgnoresIsAnError(t *testing.T) {
	for old, wrong := range map[string]string{
		"\n":                        "",
		`{"timestamp`:               `x{"timestamp`,
		"INFO":                      "WARN",
		"T12:00:00.007Z":            " 12:00",
		`"Timestamp":1772366400007`: `"Timestamp":"now"`,
		`"Namespace":"N"`:           `"Namespace":""`,
		`[["Stage"],`:               `[["Stage","Missing"],`,
		`"prod"`:                    `""`,
		`"old"`:                     `"é"`,
		`[1,2]`:                     `[1,-2]`,
		`:[1,2]`:                    `:[]`,
		`1,2]`:                      strings.Repeat("1,", 100) + `2]`,
		`"Unit":"Count"`:            `"Unit":"Seconds"`,
		`"Lost":[1,2]`:              `"Found":1`,
	} {
		broken := strings.Replace(good, old, wrong, 1)
		if _, err := Read(broken); err == nil || broken == good {
			t.Errorf("%s for %s is no error", wrong, old)
		}
	}
}
