package apigateway_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

func TestAnswer(t *testing.T) {
	const (
		plain    = "text/plain;charset=UTF-8"
		jsonType = "application/json"
		internal = `{"message":"Internal Server Error"}`
	)
	long := map[string]string{"Content-Type": jsonType}
	payload := func(p string) lambda.Result { return lambda.Result{Payload: []byte(p)} }
	tests := []struct {
		name   string
		result lambda.Result
		status int
		body   string
		header map[string]string // of which Content-Type and Set-Cookie are compared too
	}{
		{"status alone", payload(`{"statusCode":202}`), 202, "", map[string]string{"Content-Type": plain}},
		{"status, headers and body", payload(`{"statusCode":404,"headers":{"content-type":"application/json","ETag":"\"7\"","X-N":7,"X-B":true,"X-0":null},"body":"{}"}`), 404, "{}",
			map[string]string{"Content-Type": jsonType, "Etag": `"7"`, "X-N": "7", "X-B": "true"}},
		{"members of the Go type", payload(`{"statusCode":200,"headers":null,"multiValueHeaders":null,"body":"a","cookies":null}`), 200, "a", map[string]string{"Content-Type": plain}},
		{"cookies", payload(`{"statusCode":200,"cookies":["a=1; Path=/","b=2"]}`), 200, "", map[string]string{"Content-Type": plain, "Set-Cookie": "a=1; Path=/|b=2"}},
		{"base64", payload(`{"statusCode":200,"body":"AP8=","isBase64Encoded":true,"headers":{"Content-Type":"image/png"}}`), 200, "\x00\xff", map[string]string{"Content-Type": "image/png"}},
		{"framing headers are dropped", payload(`{"statusCode":200,"body":"abc","headers":{"Content-Length":"1","Transfer-Encoding":"chunked"}}`), 200, "abc", map[string]string{"Content-Type": plain}},
		{"an object without a status", payload(`{"message": "hi"}`), 200, `{"message": "hi"}`, long},
		{"a string", payload(`"Hello \u00e9"`), 200, "Hello é", long},
		{"a list", payload(`[1, 2]`), 200, "[1, 2]", long},
		{"null", payload(`null`), 200, "null", long},
		{"no JSON", payload(`hello`), 500, internal, long},
		{"nothing", payload(``), 500, internal, long},
		{"status is text", payload(`{"statusCode":"abc"}`), 500, internal, long},
		{"status is null", payload(`{"statusCode":null}`), 500, internal, long},
		{"status out of range", payload(`{"statusCode":99}`), 500, internal, long},
		{"body is no string", payload(`{"statusCode":200,"body":{}}`), 500, internal, long},
		{"body is no base64", payload(`{"statusCode":200,"body":"!","isBase64Encoded":true}`), 500, internal, long},
		{"a header is a list", payload(`{"statusCode":200,"headers":{"a":[]}}`), 500, internal, long},
		{"a header with a line break", payload(`{"statusCode":200,"headers":{"a":"b\r\nc: d"}}`), 500, internal, long},
		{"a header's name with a space", payload(`{"statusCode":200,"headers":{"a b":"c"}}`), 500, internal, long},
		{"a cookie with a line break", payload(`{"statusCode":200,"cookies":["a\nb"]}`), 500, internal, long},
		{"function error", lambda.Result{Err: &lambda.FunctionError{Type: "Sandbox.Timedout"}}, 500, internal, long},
		{"any other error", lambda.Result{Err: errors.New("gone")}, 500, internal, long},
		{"throttled", lambda.Result{Err: fmt.Errorf("f: %w", lambda.ErrThrottled)}, 503, `{"message":"Service Unavailable"}`, long},
		{"the integration timed out", lambda.Result{Err: fmt.Errorf("f: %w", context.DeadlineExceeded)}, 503, `{"message":"Service Unavailable"}`, long},
		{"too large for Lambda", lambda.Result{Err: lambda.ErrRequestTooLarge}, 413, `{"message":"Request Entity Too Large"}`, long},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q := &apigateway.Request{ID: "request"}
			a := q.Answer(test.result)
			if a.Status != test.status || string(a.Body) != test.body {
				t.Errorf("%d %s, want %d %s", a.Status, a.Body, test.status, test.body)
			}
			got := map[string]string{}
			for name, values := range a.Header {
				got[name] = strings.Join(values, "|")
			}
			want := map[string]string{"Apigw-Requestid": "request"}
			for name, value := range test.header {
				want[name] = value
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("headers (-want +got):\n%s", diff)
			}
		})
	}
}

func TestHEADWritesNoBody(t *testing.T) {
	q := &apigateway.Request{ID: "request"}
	w := httptest.NewRecorder()
	q.Answer(lambda.Result{Payload: []byte(`"12345"`)}).Write(w, httptest.NewRequest("HEAD", "/", nil))
	if w.Body.Len() != 0 || w.Header().Get("Content-Length") != "5" {
		t.Errorf("%d bytes, Content-Length %s", w.Body.Len(), w.Header().Get("Content-Length"))
	}
}

// The whole path over a real server. The function answers with its request, or with the
// status in its path.
func TestOverTheWire(t *testing.T) {
	api := newAPI(t, "ANY /status/{code}", "GET /echo/{text}")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in, answer := apigateway.Read(r)
		if answer == nil {
			var q *apigateway.Request
			if q, answer = api.Translate(in); answer == nil {
				m, _ := api.Match(in.Method, in.Path)
				reply := fmt.Sprintf(`{"got":%q}`, m.Parameters["text"])
				if code := m.Parameters["code"]; code != "" {
					reply = fmt.Sprintf(`{"statusCode":%s,"body":"12345","headers":{"ETag":"x"}}`, code)
				}
				answer = q.Answer(lambda.Result{Payload: []byte(reply)})
			}
		}
		answer.Write(w, r)
	}))
	defer server.Close()
	tests := []struct {
		name, method, path string
		status             int
		length             int64
		body, etag         string
	}{
		{"a body", "GET", "/status/200", 200, 5, "12345", "x"},
		{"304 has no body", "GET", "/status/304", 304, 0, "", "x"},
		{"204 has no body", "DELETE", "/status/204", 204, 0, "", "x"},
		{"HEAD has the length alone", "HEAD", "/status/200", 200, 5, "", "x"},
		{"HEAD without a route", "HEAD", "/echo/a", 404, 23, "", ""},
		{"dots are not cleaned", "GET", "/echo/..", 200, 12, `{"got":".."}`, ""},
		{"a slash inside, beside a character to encode", "GET", "/echo/a%252F\"b", 200, 15, `{"got":"a/\"b"}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r, err := http.NewRequest(test.method, server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.Opaque = test.path // sent as it stands
			res, err := http.DefaultTransport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			if res.StatusCode != test.status || string(body) != test.body || res.Header.Get("Etag") != test.etag || max(res.ContentLength, 0) != test.length {
				t.Errorf("%d, length %d, body %s, ETag %q", res.StatusCode, res.ContentLength, body, res.Header.Get("Etag"))
			}
		})
	}
}

// If two names differ only in case, the answer must not depend on the order of a map.
func TestHeadersThatDifferInCaseAlone(t *testing.T) {
	for range 50 {
		a := (&apigateway.Request{}).Answer(lambda.Result{Payload: []byte(`{"statusCode":200,"headers":{"x-a":"1","X-A":"2","X-a":"3"}}`)})
		if got := a.Header.Get("X-A"); got != "1" {
			t.Fatalf("X-A is %q, want that of x-a, the last name in order", got)
		}
	}
}
