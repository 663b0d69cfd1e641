package apigateway_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
)

func event(t *testing.T, r *http.Request) (*apigateway.Request, awsevents.APIGatewayV2HTTPRequest) {
	t.Helper()
	api := newAPI(t, "ANY /preferences/{userId}", "POST /preferences", "$default")
	in, refused := apigateway.Read(r)
	if refused != nil {
		t.Fatalf("Read refused with %d", refused.Status)
	}
	q, refused := api.Translate(in)
	if refused != nil {
		t.Fatalf("Translate refused with %d", refused.Status)
	}
	var e awsevents.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(q.Invocation.Payload, &e); err != nil {
		t.Fatal(err)
	}
	return q, e
}

func TestEvent(t *testing.T) {
	r := httptest.NewRequest("PATCH", "/preferences/a%252Fb?keys=a&keys=b%2Cc&x=1+2&flag", strings.NewReader(`{"a":1}`))
	r.Host = "api.local.test:8080"
	r.RemoteAddr = "127.0.0.1:5555"
	r.Header = http.Header{
		"User-Agent": {"curl/8"}, "Accept": {"a", "b"}, "Cookie": {"one=1; two=2", "three=3"},
		"Content-Type": {"application/merge-patch+json"}, "X-Amzn-Trace-Id": {"Root=1-2-3"}, "X-Forwarded-For": {"10.0.0.1"},
	}
	q, got := event(t, r)
	key := "ANY /preferences/{userId}"
	want := awsevents.APIGatewayV2HTTPRequest{
		Version: "2.0", RouteKey: key, RawPath: "/preferences/a/b", RawQueryString: "keys=a&keys=b%2Cc&x=1+2&flag",
		Cookies: []string{"one=1", "two=2", "three=3"},
		Headers: map[string]string{
			"user-agent": "curl/8", "accept": "a,b", "content-type": "application/merge-patch+json",
			"host": "api.local.test:8080", "x-amzn-trace-id": "Root=1-2-3",
			"x-forwarded-for": "10.0.0.1, 127.0.0.1", "x-forwarded-port": "8080", "x-forwarded-proto": "http",
		},
		QueryStringParameters: map[string]string{"keys": "a,b,c", "x": "1 2", "flag": ""},
		PathParameters:        map[string]string{"userId": "a/b"},
		RequestContext: awsevents.APIGatewayV2HTTPRequestContext{
			RouteKey: key, AccountID: "123456789012", Stage: "$default", RequestID: q.ID,
			APIID: got.RequestContext.APIID, DomainName: "api.local.test", DomainPrefix: "api",
			Time: "23/Nov/2026:10:00:00 +0000", TimeEpoch: 1795428000007,
			HTTP: awsevents.APIGatewayV2HTTPRequestContextHTTPDescription{
				Method: "PATCH", Path: "/preferences/a/b", Protocol: "HTTP/1.1", SourceIP: "127.0.0.1", UserAgent: "curl/8",
			},
		},
		Body: `{"a":1}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if len(got.RequestContext.APIID) != 10 || len(q.ID) != 16 {
		t.Errorf("ids %q, %q", got.RequestContext.APIID, q.ID)
	}
	if q.Invocation.Function != "f of "+key || q.Invocation.Trace != "Root=1-2-3" || len(q.Invocation.ID) != 36 {
		t.Errorf("invocation %+v", q.Invocation)
	}
}

func TestEventWithoutAnything(t *testing.T) {
	q, got := event(t, httptest.NewRequest("GET", "/", nil))
	if got.RouteKey != "$default" || got.Body != "" || got.IsBase64Encoded || got.Cookies != nil || got.PathParameters != nil || got.QueryStringParameters != nil {
		t.Errorf("event %+v", got)
	}
	if trace := got.Headers["x-amzn-trace-id"]; !strings.HasPrefix(trace, "Root=1-6b040ea0-") || len(trace) != 40 || trace != q.Invocation.Trace {
		t.Errorf("trace %q", trace)
	}
	if got.Headers["x-forwarded-port"] != "80" {
		t.Errorf("port %q", got.Headers["x-forwarded-port"])
	}
}

func TestEventBody(t *testing.T) {
	tests := []struct {
		name, contentType, body, want string
		encoded                       bool
	}{
		{"JSON is text", "application/json; charset=utf-8", `{}`, `{}`, false},
		{"text is text", "text/csv", "a,b", "a,b", false},
		{"without a type it is text", "", "hé", "hé", false},
		{"a form is not text", "application/x-www-form-urlencoded", "a=b", "YT1i", true},
		{"bytes are not text", "application/octet-stream", "\x00\xff", "AP8=", true},
		{"JSON that is not UTF-8 is not text", "application/json", "\"\xff\"", "Iv8i", true},
		{"an empty body is not encoded", "application/octet-stream", "", "", false},
	}
	for _, test := range tests {
		r := httptest.NewRequest("POST", "/preferences", strings.NewReader(test.body))
		r.Header.Set("Content-Type", test.contentType)
		if _, e := event(t, r); e.Body != test.want || e.IsBase64Encoded != test.encoded {
			t.Errorf("%s: %q, encoded %v", test.name, e.Body, e.IsBase64Encoded)
		}
	}
}

func TestRefusals(t *testing.T) {
	head := func(n int) *http.Request {
		r := httptest.NewRequest("GET", "/preferences/u", nil)
		r.Host = "h"
		// GET /preferences/u HTTP/1.1 CRLF Host: h CRLF X: ... CRLF
		r.Header.Set("X", strings.Repeat("x", n-29-9-5))
		return r
	}
	post := func(n int) *http.Request {
		return httptest.NewRequest("POST", "/preferences", strings.NewReader(strings.Repeat("x", n)))
	}
	tests := []struct {
		name    string
		request *http.Request
		status  int
		body    string
	}{
		{"no route", httptest.NewRequest("GET", "/elsewhere", nil), 404, `{"message":"Not Found"}`},
		{"path is not UTF-8", httptest.NewRequest("GET", "/preferences/%FF", nil), 400, `{"message":"Bad Request"}`},
		{"query is not UTF-8", httptest.NewRequest("GET", "/preferences/u?user_id=%FF", nil), 400, `{"message":"Bad Request"}`},
		{"query is badly encoded", httptest.NewRequest("GET", "/preferences/u?user_id=%z", nil), 400, `{"message":"Bad Request"}`},
		{"head of 10,240 bytes", head(10_240), 0, ""},
		{"head of 10,241 bytes", head(10_241), 431, `{"message":"Request Header Fields Too Large"}`},
		{"body of 10 MB", post(10 << 20), 0, ""},
		{"body over 10 MB", post(10<<20 + 1), 413, `{"message":"Request Entity Too Large"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			api := newAPI(t, "GET /preferences/{userId}", "POST /preferences")
			in, refused := apigateway.Read(test.request)
			if refused == nil {
				_, refused = api.Translate(in)
			}
			if refused == nil {
				refused = &apigateway.Answer{}
			}
			if refused.Status != test.status || string(refused.Body) != test.body {
				t.Errorf("%d %s, want %d %s", refused.Status, refused.Body, test.status, test.body)
			}
		})
	}
}
