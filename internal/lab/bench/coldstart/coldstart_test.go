package coldstart

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

func ms(times ...int) []time.Duration {
	all := make([]time.Duration, len(times))
	for i, n := range times {
		all[i] = time.Duration(n) * time.Millisecond
	}
	return all
}

func measured() Result {
	return Result{
		Runs: 3, Machine: "a machine",
		Python:  Variant{Name: "python", Times: ms(400, 500, 900), Peaks: []int64{51e6}},
		Default: Variant{Name: "default", Times: ms(20, 21, 22), Peaks: []int64{16e6}, Binary: 10e6, Zip: 4e6},
		Ours:    Variant{Name: "ours", Times: ms(9, 10, 30), Peaks: []int64{10e6, 9e6, 11e6}, Binary: 7e6, Zip: 29e5},
		Others:  []Variant{{Name: "apply", Times: ms(11, 8, 12)}, {Name: "update", Times: ms(12)}},
		Empty:   Variant{Name: "empty", Times: ms(4, 5, 6), Peaks: []int64{6e6}, Binary: 5e6, Zip: 2e6},
		Zips:    []Zip{{"apply", 8e6, 2999999}, {"get", 7e6, 29e5}},
	}
}

func TestTargetsAreOfTheRunsMedians(t *testing.T) {
	want := []struct {
		measured float64
		reached  bool
	}{{10.0 / 500, true}, {2, true}, {2.2, true}, {2.4, false}, {10e6, true}, {2999999, true}}
	if n := len(measured().Targets()); n != len(want) {
		t.Fatalf("%d targets, want %d", n, len(want))
	}
	for i, target := range measured().Targets() {
		if target.Measured != want[i].measured || target.Reached() != want[i].reached {
			t.Errorf("%s: %v, reached %v; want %v", target.Name, target.Measured, target.Reached(), want[i])
		}
	}
	r := measured()
	r.Ours.Times, r.Ours.Peaks, r.Zips[0].Zip = ms(13), []int64{14e6 + 1}, 3e6+1
	r.Others[0].Times = ms(12)
	for _, target := range r.Targets() {
		if target.Reached() {
			t.Errorf("%s is said to be reached with %v", target.Name, target.Measured)
		}
	}
}

// A target that was not measured is not reached.
func TestTargetsThatWereNotMeasured(t *testing.T) {
	for _, target := range (Result{}).Targets() {
		if target.Reached() {
			t.Errorf("%s is said to be reached", target.Name)
		}
	}
}

func TestReport(t *testing.T) {
	var out strings.Builder
	if err := measured().Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"## Cold start\n", "median of 3 starts",
		"| first answer, get / naive Python get | 1/50.0 | at most 1/40.0 | yes |",
		"| first answer, get / empty Go handler | 2.00 | at most 2.00 | yes |",
		"| first answer, apply / empty Go handler | 2.20 | at most 2.30 | yes |",
		"| first answer, update / empty Go handler | 2.40 | at most 2.30 | no |",
		"| peak resident memory of get | 10.00 MB | at most 14.00 MB | yes |",
		"| largest zip of the functions, apply | 3.00 MB | at most 3.00 MB | yes |",
		"| first answer, get / get with `config.LoadDefaultConfig` | 0.48 | | |",
		"On a machine:", "| python | 500.0 | 400.0 | 900.0 | 51.0 | - | - |", "| apply | 11.0 | 8.0 | 12.0 | - | - | - |", "| ours | 10.0 | 9.0 | 30.0 | 10.0 | 7.00 | 2.90 |",
		"| apply | 8000000 | 2999999 |",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("without %q:\n%s", want, out.String())
		}
	}
}

func TestReportWithoutPython(t *testing.T) {
	r := measured()
	r.Python, r.Missing = Variant{Name: "python"}, "there is no python3 on this machine"
	var out strings.Builder
	if err := r.Write(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"/ naive Python get | not measured | at most 1/40.0 | unknown |", "is left out: there is no python3 on this machine."} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("without %q:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "| python |") {
		t.Errorf("a row of what was not measured:\n%s", out.String())
	}
}

// The expected answer is that of the real handler, from the seeded table.
func TestTheSeededProfileIsTheAnswer(t *testing.T) {
	c, err := newCloud(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	get := httpapi.Reader{Read: profilestore.New(c.Client(), ours).Read}
	payload, err := getEvent(0)
	if err != nil {
		t.Fatal(err)
	}
	var request awsevents.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(payload, &request); err != nil {
		t.Fatal(err)
	}
	response, err := get.Get(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := json.Marshal(response)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkProfile(answer); err != nil {
		t.Error(err)
	}
}

func TestAnswersThatAreNone(t *testing.T) {
	for _, answer := range []string{
		`{"statusCode":500,"body":"{\"message\":\"Internal Server Error\"}"}`,
		`{"statusCode":200,"body":"{\"preferences\":{\"a\":\"b\"}}"}`,
		`{"statusCode":200}`, `{}`, `x`,
	} {
		if checkProfile([]byte(answer)) == nil {
			t.Errorf("%s is taken for the profile", answer)
		}
	}
	if checkEmpty([]byte(`{}`)) != nil || checkEmpty([]byte(`null`)) == nil {
		t.Error("the empty handler answers {}")
	}
}

// The events of the other functions are what their handlers take, and the checks tell
// their answers apart from failures.
func TestEventsOfTheOtherFunctions(t *testing.T) {
	c, err := newCloud(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	payloads := map[string][]byte{}
	for _, f := range others {
		event, err := f.event(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if payloads[f.name], err = event(1); err != nil {
			t.Fatal(err)
		}
	}
	var batch awsevents.SQSEvent
	if err := json.Unmarshal(payloads["apply"], &batch); err != nil || len(batch.Records) != 1 {
		t.Fatalf("apply: %v, %d messages", err, len(batch.Records))
	}
	if !strings.Contains(batch.Records[0].Body, `"preferences":{"skill.0":"1"}`) {
		t.Errorf("apply: %s", batch.Records[0].Body)
	}
	var records awsevents.DynamoDBEvent
	if err := json.Unmarshal(payloads["republish"], &records); err != nil || len(records.Records) != 1 {
		t.Fatalf("republish: %v, %d records", err, len(records.Records))
	}
	if image := records.Records[0].Change.NewImage; image["user_id"].String() != user || len(image) <= keys {
		t.Errorf("republish: an image of %d attributes", len(image))
	}
	for _, name := range []string{"update", "delete"} {
		var request awsevents.APIGatewayV2HTTPRequest
		if err := json.Unmarshal(payloads[name], &request); err != nil || request.PathParameters["userId"] != user {
			t.Errorf("%s: %v, %v", name, err, request.PathParameters)
		}
	}
	if checkBatch([]byte(`{"batchItemFailures":[]}`)) != nil || checkBatch([]byte(`{"batchItemFailures":[{}]}`)) == nil || checkBatch([]byte(`{}`)) == nil {
		t.Error("a batch's answer is an empty list of failures")
	}
	if checkAccepted([]byte(`{"statusCode":202}`)) != nil || checkAccepted([]byte(`{"statusCode":503}`)) == nil {
		t.Error("an accepted write is answered 202")
	}
}

func TestRunsAreBounded(t *testing.T) {
	for _, runs := range []int{-1, MaxRuns + 1} {
		if _, err := Run(t.Context(), Options{Root: "../../../..", Runs: runs}); err == nil {
			t.Errorf("%d runs", runs)
		}
	}
}
