package wire_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// restHandler has a REST service that is signed for as "echo", beside one of the JSON
// protocol.
func restHandler(strayed *string) http.Handler {
	routes := func(where string) []wire.Route {
		return []wire.Route{
			{Method: http.MethodGet, Path: "/v1/things", Operation: wire.REST(func(r *wire.RESTRequest, _ *struct{}) (string, error) {
				return where + " lists " + r.Query.Get("after"), nil
			})},
			{Method: http.MethodPut, Path: "/v1/things/{Name}/part", Status: http.StatusAccepted, Operation: wire.REST(func(r *wire.RESTRequest, in *echoIn) (string, error) {
				if in.Count < 0 {
					return "", &wire.Error{Code: "NoSuchThing", Message: "gone", Status: http.StatusNotFound}
				}
				return where + " puts " + r.Path["Name"] + " " + in.Text, nil
			})},
		}
	}
	later := wire.Route{Method: http.MethodGet, Path: "/v2/things", Operation: wire.REST(func(*wire.RESTRequest, *struct{}) (string, error) {
		return "here lists v2", nil
	})}
	service := &wire.RESTService{Signing: "echo", Prefix: "/v1/", Routes: append(routes("here"), later), Empty: &wire.RESTService{Signing: "echo", Routes: routes("elsewhere")}}
	return wire.Front{
		Run:   func(_ context.Context, c wire.Call) (any, error) { return c() },
		NewID: func() string { return "request-1" }, REST: []*wire.RESTService{service}, Region: "us-east-1",
		Elsewhere: func(string) []*wire.Service { return nil }, Strayed: func(region string) { *strayed = region },
	}.Handler()
}

func TestRESTServices(t *testing.T) {
	const unsigned = ""
	in := func(region string) string {
		return strings.ReplaceAll(signed("echo"), "us-east-1", region)
	}
	for _, c := range []struct {
		name, method, path, authorization, body string
		status                                  int
		answer                                  string
		strayed                                 string
	}{
		{"a list", "GET", "/v1/things?after=a", in("us-east-1"), "", 200, `"here lists a"`, ""},
		{"a slash at the end", "GET", "/v1/things/", in("us-east-1"), "", 200, `"here lists "`, ""},
		{"without a signature", "GET", "/v1/things", unsigned, "", 200, `"here lists "`, ""},
		{"of a later date, without a signature", "GET", "/v2/things", unsigned, "", 200, `"here lists v2"`, ""},
		{"an escaped name", "PUT", "/v1/things/arn%3Aa%2Fb/part", in("us-east-1"), `{"Text":"x"}`, 202, `"here puts arn:a/b x"`, ""},
		{"another region", "GET", "/v1/things", in("eu-west-1"), "", 200, `"elsewhere lists "`, "eu-west-1"},
		{"an error", "PUT", "/v1/things/a/part", in("us-east-1"), `{"Count":-1}`, 404, `{"__type":"NoSuchThing","message":"gone"}`, ""},
		{"an unknown member", "PUT", "/v1/things/a/part", in("us-east-1"), `{"Other":1}`, 400, `{"__type":"LocalAWSUnsupported","message":"localaws does not support the input member Other"}`, ""},
		{"an unknown path", "GET", "/v1/others", in("us-east-1"), "", 400, `{"__type":"LocalAWSUnsupported","message":"localaws does not support GET /v1/others of the service echo"}`, ""},
		{"another method", "DELETE", "/v1/things", in("us-east-1"), "", 400, `{"__type":"LocalAWSUnsupported","message":"localaws does not support DELETE /v1/things of the service echo"}`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			strayed := ""
			r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
			r.Header.Set("Authorization", c.authorization)
			w := httptest.NewRecorder()
			restHandler(&strayed).ServeHTTP(w, r)
			if w.Code != c.status || w.Body.String() != c.answer || strayed != c.strayed {
				t.Errorf("%d %s, strayed to %q", w.Code, w.Body, strayed)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type %s", got)
			}
		})
	}
}

// A request for another service passes by a REST service, whatever its path.
func TestRESTServicesTakeTheirOwnRequestsAlone(t *testing.T) {
	r := httptest.NewRequest("GET", "/v1/things", nil)
	r.Header.Set("Authorization", signed("s3"))
	w := httptest.NewRecorder()
	strayed := ""
	restHandler(&strayed).ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "the service s3") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
