package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/bot-preferences/bot-preferences/internal/doctor"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
)

// A person at three in the morning does not wait. On a busy machine one of five rounds has
// to be as fast.
func TestDoctorOnDevIsGreenWithinThreeSeconds(t *testing.T) {
	env := start(t)
	for round := range 5 {
		began := time.Now()
		out, err := botprefs(t, "doctor", "--endpoint", env.AWSURL)
		took := time.Since(began)
		if err != nil || !strings.HasSuffix(out, "no findings\n") || strings.Count(out, "ok    ") != len(doctor.Names()) {
			t.Fatalf("%v\n%s", err, out)
		}
		if took <= 3*time.Second {
			break
		}
		if round == 4 {
			t.Errorf("it took %s", took)
		}
	}
	if err := env.Quiet(t.Context()); err != nil {
		t.Fatal(err)
	}
	env.Do(func(c *localaws.Cloud) {
		if n := len(c.Queues.Queues()); n != 3 {
			t.Errorf("%d queues are left", n)
		}
	})
}

func TestDoctorSaysWhatToDo(t *testing.T) {
	env := start(t)
	var mapping string
	env.Do(func(c *localaws.Cloud) {
		for _, m := range c.Mappings() {
			if m.Function() == "applyPreferenceChanges" {
				mapping = m.ID()
			}
		}
	})
	o := clientOptions{endpoint: env.AWSURL}
	cfg, err := o.load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	off := &lambda.UpdateEventSourceMappingInput{UUID: &mapping, Enabled: aws.Bool(false)}
	if _, err := lambda.NewFromConfig(cfg).UpdateEventSourceMapping(t.Context(), off); err != nil {
		t.Fatal(err)
	}
	out, err := botprefs(t, "doctor", "--endpoint", env.AWSURL)
	want := "aws --endpoint-url " + env.AWSURL + " --region us-east-1 lambda update-event-source-mapping --uuid " + mapping + " --enabled"
	if err == nil || err.Error() != "there are findings" || !strings.Contains(out, want) || !strings.Contains(out, "1 finding; 1 check not run") {
		t.Errorf("%v\n%s", err, out)
	}
	out, err = stdout(t, "doctor", "--endpoint", env.AWSURL, "--output", "json", "--only", "mappings,canary", "--no-canary")
	var got examined
	if json.Unmarshal([]byte(out), &got) != nil || err == nil || got.Healthy || got.Stack != "bot-preferences-dev" || len(got.Checks) != 1 ||
		got.Checks[0].Status != doctor.Found || got.Checks[0].Findings[0].Code != "mapping-off" || got.Checks[0].Findings[0].Do != want {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestDoctorRefusesUnknownChecks(t *testing.T) {
	if _, err := botprefs(t, "doctor", "--endpoint", "http://127.0.0.1:1", "--only", "bus,heart"); err == nil || !strings.Contains(err.Error(), `there is no check "heart"`) {
		t.Error(err)
	}
}

// A caller that names a check relies on it. One that could not look is a failure then.
func TestANamedCheckThatCouldNotLookIsAFailure(t *testing.T) {
	results := []doctor.Result{{Check: "bus", Status: doctor.OK}, {Check: "canary", Status: doctor.NotChecked}}
	for _, tt := range []struct {
		only []string
		want string
	}{{nil, ""}, {[]string{"bus"}, ""}, {[]string{"bus", "canary"}, "canary, which --only names"}} {
		o := doctorOptions{only: tt.only}
		if err := o.verdict(results); (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %v", tt.only, err)
		}
	}
}

// A pipeline that leaves a variable empty must not pass without a check.
func TestDoctorWithoutAnyCheckIsAnError(t *testing.T) {
	for want, args := range map[string][]string{
		"--only is empty":       {"--only", ""},
		"--no-canary leaves no": {"--only", "canary", "--no-canary"},
	} {
		if out, err := botprefs(t, append([]string{"doctor", "--endpoint", "http://127.0.0.1:1"}, args...)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
}
