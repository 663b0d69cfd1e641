package apigateway_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
)

// asked is what the function of a route gets for a path, or the status of the refusal.
func asked(t *testing.T, method, target string, routes ...string) (awsevents.APIGatewayV2HTTPRequest, int) {
	t.Helper()
	in, refused := apigateway.Read(httptest.NewRequest(method, target, nil))
	if refused != nil {
		return awsevents.APIGatewayV2HTTPRequest{}, refused.Status
	}
	q, refused := newAPI(t, routes...).Translate(in)
	if refused != nil {
		return awsevents.APIGatewayV2HTTPRequest{}, refused.Status
	}
	var e awsevents.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(q.Invocation.Payload, &e); err != nil {
		t.Fatal(err)
	}
	return e, 0
}

// What a real HTTP API made of paths, on the route $default: the captures in the
// repository hotsock/voker, vokerhttp/testdata/ingress-paths.json, at commit a1c00bf.
// The query that was sent with each of them arrived unchanged.
func TestPathsAsCapturedOnAWS(t *testing.T) {
	const query = "marker=path-probe&value=a%3Fb%25c%23d&repeat=one&repeat=two"
	for sent, want := range map[string]string{
		"/capture/plain":                             "/capture/plain",
		"/capture/space%20value":                     "/capture/space value",
		"/capture/question%3Fvalue":                  "/capture/question",
		"/capture/percent%25done":                    "", // 400
		"/capture/hash%23value":                      "/capture/hash#value",
		"/capture/slash%2Fvalue":                     "/capture/slash/value",
		"/capture/unicode-%CE%BB-%E4%B8%96%E7%95%8C": "/capture/unicode-λ-世界",
		"/capture/literal%252Fvalue":                 "/capture/literal/value",
		"/capture/literal%253Fvalue":                 "/capture/literal?value",
		"/capture/literal%2525value":                 "/capture/literal%value",
		"/proxy/https://example.com":                 "/proxy/https:/example.com", // brefphp/symfony-bridge, issue 53
		"/proxy/https%3A%2F%2Fexample.com":           "/proxy/https:/example.com", // the same
	} {
		e, refused := asked(t, "GET", sent+"?"+query, "$default")
		if want == "" {
			if refused != 400 {
				t.Errorf("%s: %q, refused with %d, want 400", sent, e.RawPath, refused)
			}
			continue
		}
		if refused != 0 || e.RawPath != want || e.RequestContext.HTTP.Path != want {
			t.Errorf("%s: rawPath %q, context's %q, refused with %d, want %q", sent, e.RawPath, e.RequestContext.HTTP.Path, refused, want)
		}
		if refused == 0 && (e.RawQueryString != query || e.QueryStringParameters["value"] != "a?b%c#d") {
			t.Errorf("%s: query %q, %v", sent, e.RawQueryString, e.QueryStringParameters)
		}
	}
}

// Named routes follow the same decoding: an inference from the captures above, and from
// the public question "How to encode parameters for AWS API Gateway (HTTP API)?", where
// a%2Fb in a segment is answered with 404, and a%252Fb is the parameter a/b.
func TestPathParametersAreRewrittenToo(t *testing.T) {
	for _, c := range []struct {
		sent, user string
		refused    int
	}{
		{"/preferences/victim%3Fx", "victim", 0},
		{"/preferences/victim%3Fx?user_id=other", "victim", 0},
		{"/preferences/a%252Fb", "a/b", 0},
		{"/preferences/a%253Fb", "a?b", 0},
		{"/preferences/a%2525b", "a%b", 0},
		{"/preferences/a%2540b", "a@b", 0},
		{"/preferences/a%23b", "a#b", 0},
		{"/preferences//u1", "u1", 0},
		{"/preferences/a%2Fb", "", 404},
		{"/preferences/%3Fx", "", 404},
		{"/preferences/50%25", "", 400},
		{"/preferences/%25FF", "", 400},
	} {
		e, refused := asked(t, "DELETE", c.sent, "DELETE /preferences/{userId}", "DELETE /preferences")
		if refused != c.refused || e.PathParameters["userId"] != c.user {
			t.Errorf("%s: %q, refused with %d, want %q, %d", c.sent, e.PathParameters["userId"], refused, c.user, c.refused)
		}
	}
}
