package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// "dev http://..." would otherwise serve, with the table in memory.
func TestDevTakesNoArguments(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), []string{"dev", "http://127.0.0.1:8000"}, strings.NewReader(""), &out, &out)
	if err == nil || !strings.Contains(err.Error(), "dev takes no arguments") {
		t.Errorf("error %v", err)
	}
}

// An unset variable in --dynamodb "$URL" would otherwise keep the profiles in
// memory without a word.
func TestDevRefusesAnEmptyURL(t *testing.T) {
	var out bytes.Buffer
	err := run(t.Context(), []string{"dev", "--dynamodb", ""}, strings.NewReader(""), &out, &out)
	if err == nil || !strings.Contains(err.Error(), "--dynamodb is empty: give it a URL") {
		t.Errorf("error %v", err)
	}
}

func TestPortThatIsTakenIsNamed(t *testing.T) {
	env := start(t)
	address := strings.TrimPrefix(env.AWSURL, "http://")
	_, err := botprefs(t, "dev", "--aws-addr", address, "--no-sample")
	if err == nil || !strings.Contains(err.Error(), "taken") || !strings.Contains(err.Error(), "--aws-addr 127.0.0.1:0") {
		t.Errorf("error %v, want one that says that the port is taken and how to choose another", err)
	}
}

func TestATraceIsAskedForAsJSON(t *testing.T) {
	if _, err := botprefs(t, "dev", "--output", "json"); err == nil || !strings.Contains(err.Error(), "--output is for --trace") {
		t.Errorf("without --trace: %v", err)
	}
	asked := ""
	dev := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.String()
		w.Header().Set("Botprefs-Dev", "trace")
		_, _ = io.WriteString(w, `{"event_id":"X"}`)
	}))
	defer dev.Close()
	out, err := stdout(t, "dev", "--trace", "X", "--output", "json", "--aws-addr", strings.TrimPrefix(dev.URL, "http://"))
	if err != nil || out != "{\n  \"event_id\": \"X\"\n}\n" || !strings.HasSuffix(asked, "/X?output=json") {
		t.Errorf("%q: %v\n%s", asked, err, out)
	}
}
