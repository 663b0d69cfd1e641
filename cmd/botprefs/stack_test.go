package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// withoutCloudFormation is an endpoint whose callers may not read stacks.
func withoutCloudFormation(t *testing.T, awsURL string) string {
	t.Helper()
	to, err := url.Parse(awsURL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Authorization"), "/cloudformation/") {
			w.WriteHeader(http.StatusForbidden)
			_, _ = io.WriteString(w, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>")
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return front.URL
}

// Whoever may not read the stack still reaches it by the names of the stage, and is told
// so once.
func TestWithoutThePermissionToReadTheStackItsNamesAreDerived(t *testing.T) {
	s := newSkill(t)
	bury(t, s.env, changeOf("u1", `"formal"`), nil)
	endpoint := withoutCloudFormation(t, s.env.AWSURL)
	const note = "CloudFormation does not say what stack bot-preferences-dev has (AccessDenied): using the names of stage dev\n"
	for _, args := range [][]string{{"redrive"}, {"snapshot", "--bus", devBus, "--checkpoint", "none"}} {
		out, err := botprefs(t, append(args, "--endpoint", endpoint)...)
		if err != nil || strings.Count(out, note) != 1 {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
}

func TestAMissingProfileIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	const want = "there is no AWS profile nobody: correct --profile, or AWS_PROFILE"
	for _, args := range [][]string{{"redrive"}, {"snapshot", "--bus", "b"}, {"resync", "--user", "u"}} {
		if out, err := botprefs(t, append(args, "--profile", "nobody", "--region", "eu-west-1", "--endpoint", "https://aws.test")...); err == nil || err.Error() != want {
			t.Errorf("%q: %v\n%s", args, err, out)
		}
	}
}

// newStoppingBus is an endpoint whose bus denies events after some requests.
func newStoppingBus(t *testing.T, awsURL string, requests int) string {
	t.Helper()
	to, err := url.Parse(awsURL)
	if err != nil {
		t.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(to)
	var puts atomic.Int64
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".PutEvents") && puts.Add(1) > int64(requests) {
			w.Header().Set("X-Amzn-Errortype", "AccessDeniedException")
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"__type":"AccessDeniedException","message":"no"}`)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return front.URL
}
