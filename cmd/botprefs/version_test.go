package main

import (
	"encoding/json"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestVersion(t *testing.T) {
	out, err := botprefs(t, "version")
	if err != nil || !strings.HasPrefix(out, "botprefs ") || !strings.Contains(out, runtime.Version()) || !strings.Contains(out, runtime.GOOS+"/"+runtime.GOARCH) {
		t.Errorf("%v\n%s", err, out)
	}
	if short, err := botprefs(t, "--version"); err != nil || short != out {
		t.Errorf("--version: %v\n%s", err, short)
	}
	out, err = stdout(t, "version", "--output", "json")
	var v map[string]any
	if err != nil || json.Unmarshal([]byte(out), &v) != nil || v["version"] == "" || v["go"] != runtime.Version() || v["os"] != runtime.GOOS || v["arch"] != runtime.GOARCH {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestVersionSaysWhatIsKnown(t *testing.T) {
	built := &debug.BuildInfo{Main: debug.Module{Version: "v0.0.0-1"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.time", Value: "2026-11-30T10:00:00Z"}, {Key: "vcs.modified", Value: "true"},
	}}
	for want, v := range map[string]buildVersion{
		"botprefs v1.0.0\n":    describeBuild("v1.0.0", built),
		"botprefs v0.0.0-1\n":  describeBuild("", built),
		"botprefs (unknown)\n": describeBuild("", nil),
	} {
		if got := v.String(); !strings.HasPrefix(got, want) {
			t.Errorf("it says %q, want %q", got, want)
		}
	}
	if got := describeBuild("", built).String(); !strings.Contains(got, "commit abc of 2026-11-30T10:00:00Z, with changes that are not committed\n") {
		t.Errorf("it says %q", got)
	}
	if got := describeBuild("", nil).String(); strings.Contains(got, "commit") {
		t.Errorf("it says %q", got)
	}
}
