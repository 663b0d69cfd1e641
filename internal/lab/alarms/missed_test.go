package alarms_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	included  = regexp.MustCompile(`\$\{file\(([^)]*)\)`)
	alarmType = regexp.MustCompile(`Type: AWS::CloudWatch::(Composite)?Alarm\b`)
	alarmName = regexp.MustCompile(`AlarmName: bot-preferences-\$\{sls:stage\}-(\S+)`)
)

// written reads serverless.yml and every file that it includes, whether a stage's
// parameters include it or not.
func written(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for left := []string{"serverless.yml"}; len(left) > 0; left = left[1:] {
		if _, read := texts[left[0]]; read {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, left[0]))
		if err != nil {
			t.Fatal(err)
		}
		texts[left[0]] = string(text)
		for _, m := range included.FindAllStringSubmatch(string(text), -1) {
			left = append(left, m[1])
		}
	}
	return texts
}

// The tests of this folder look at the alarms of the whole stack. An alarm that only
// another parameter adds, or only another stage, would escape them all.
func TestNoAlarmEscapes(t *testing.T) {
	tried, known := alarms(t), 0
	for file, text := range written(t) {
		names := alarmName.FindAllStringSubmatch(text, -1)
		if n := len(alarmType.FindAllString(text, -1)); n != len(names) {
			t.Errorf("%s: %d alarms, and %d names that begin with the stage's", file, n, len(names))
		}
		for _, m := range names {
			if known++; !slices.Contains(tried, m[1]) {
				t.Errorf("%s: %s is in no stack that the tests load: add its parameter to everything", file, m[1])
			}
		}
	}
	if known != len(tried) {
		t.Errorf("%d alarms are written, and %d are loaded", known, len(tried))
	}
}

// What is in operations is included somewhere, else its alarms are nowhere.
func TestEveryFileOfOperationsIsIncluded(t *testing.T) {
	files, err := filepath.Glob(root + "/operations/*.yml")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	texts := written(t)
	for _, file := range files {
		if _, ok := texts["operations/"+filepath.Base(file)]; !ok {
			t.Errorf("%s is not included", strings.TrimPrefix(file, root+"/"))
		}
	}
}
