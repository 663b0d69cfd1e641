package apigateway_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/apigateway"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

func newWorld() *world.World {
	return &world.World{
		Region: "us-east-1", Account: "123456789012", Rand: rand.New(rand.NewPCG(1, 2)),
		Now: func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 7e6, time.UTC) },
	}
}

func newAPI(t *testing.T, keys ...string) *apigateway.API {
	t.Helper()
	var routes []apigateway.Route
	for _, key := range keys {
		method, path, ok := strings.Cut(key, " ")
		if !ok {
			method, path = "", key
		}
		routes = append(routes, apigateway.Route{Method: method, Path: path, Function: "f of " + key})
	}
	api, err := apigateway.New(newWorld(), routes)
	if err != nil {
		t.Fatal(err)
	}
	return api
}

func TestMatch(t *testing.T) {
	preferences := []string{"GET /preferences/{userId}", "POST /preferences", "GET /preferences"}
	pets := []string{"$default", "ANY /pets/dog/1", "GET /pets/dog/1", "ANY /{proxy+}", "GET /pets/dog/{id}", "GET /pets/{proxy+}"}
	type parameters = map[string]string
	tests := []struct {
		name       string
		routes     []string
		method     string
		path       string
		want       string // the route key; empty for none
		parameters parameters
	}{
		{"a text", preferences, "POST", "/preferences", "POST /preferences", nil},
		{"a variable", preferences, "GET", "/preferences/u1", "GET /preferences/{userId}", parameters{"userId": "u1"}},
		{"another method", preferences, "PUT", "/preferences/u1", "", nil},
		{"HEAD is not GET", preferences, "HEAD", "/preferences/u1", "", nil},
		{"dots are a user", preferences, "GET", "/preferences/..", "GET /preferences/{userId}", parameters{"userId": ".."}},
		{"a dot is a user", preferences, "GET", "/preferences/.", "GET /preferences/{userId}", parameters{"userId": "."}},
		{"an encoded slash makes two segments", preferences, "GET", "/preferences/a%2Fb", "", nil},
		{"decoded twice", preferences, "GET", "/preferences/a%252Fb", "GET /preferences/{userId}", parameters{"userId": "a/b"}},
		{"broken at the second decoding", preferences, "GET", "/preferences/50%25", "", nil},
		{"plus is plus", preferences, "GET", "/preferences/a+b%20c", "GET /preferences/{userId}", parameters{"userId": "a+b c"}},
		{"UTF-8, encoded", preferences, "GET", "/preferences/%C3%BC", "GET /preferences/{userId}", parameters{"userId": "ü"}},
		{"UTF-8, not encoded", preferences, "GET", "/preferences/ü", "GET /preferences/{userId}", parameters{"userId": "ü"}},
		{"an encoded text matches", preferences, "GET", "/pr%65ferences/u1", "GET /preferences/{userId}", parameters{"userId": "u1"}},
		{"nothing matches no variable", preferences, "GET", "/preferences/", "", nil},
		{"two slashes are one", preferences, "GET", "//preferences/u1", "GET /preferences/{userId}", parameters{"userId": "u1"}},
		{"a segment more", preferences, "GET", "/preferences/u1/x", "", nil},
		{"a slash more", preferences, "POST", "/preferences/", "", nil},
		{"no path", preferences, "OPTIONS", "*", "", nil},
		{"broken encoding", preferences, "GET", "/preferences/%zz", "", nil},
		{"not UTF-8", preferences, "GET", "/preferences/%FF", "", nil},

		{"the whole path first, the method before ANY", pets, "GET", "/pets/dog/1", "GET /pets/dog/1", nil},
		{"ANY takes the other methods", pets, "POST", "/pets/dog/1", "ANY /pets/dog/1", nil},
		{"a text before a variable", pets, "GET", "/pets/dog/2", "GET /pets/dog/{id}", parameters{"id": "2"}},
		{"the longer greedy one", pets, "GET", "/pets/cat/2", "GET /pets/{proxy+}", parameters{"proxy": "cat/2"}},
		{"greedy: decoded twice", pets, "GET", "/pets/a%2Fb/c%252F", "GET /pets/{proxy+}", parameters{"proxy": "a/b/c/"}},
		{"ANY and greedy", pets, "DELETE", "/pets/cat", "ANY /{proxy+}", parameters{"proxy": "pets/cat"}},
		{"the root is left to $default", pets, "GET", "/", "$default", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m, ok := newAPI(t, test.routes...).Match(test.method, test.path)
			if ok != (test.want != "") || ok && m.Route.Key() != test.want {
				t.Errorf("matched %v, route %q, want %q", ok, m.Route.Key(), test.want)
			}
			if diff := cmp.Diff(test.parameters, m.Parameters); diff != "" {
				t.Errorf("parameters (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		name   string
		routes []apigateway.Route
		want   string
	}{
		{"no function", []apigateway.Route{{Method: "GET", Path: "/a"}}, "Function"},
		{"no method", []apigateway.Route{{Path: "/a", Function: "f"}}, "Method"},
		{"lower-case method", []apigateway.Route{{Method: "get", Path: "/a", Function: "f"}}, "Method"},
		{"no slash", []apigateway.Route{{Method: "GET", Path: "a", Function: "f"}}, "Path"},
		{"half a variable", []apigateway.Route{{Method: "GET", Path: "/a/{b", Function: "f"}}, "{b"},
		{"text and variable", []apigateway.Route{{Method: "GET", Path: "/a/x{b}", Function: "f"}}, "x{b}"},
		{"greedy in the middle", []apigateway.Route{{Method: "GET", Path: "/{a+}/b", Function: "f"}}, "last segment"},
		{"the same but for names", []apigateway.Route{{Method: "GET", Path: "/{a}", Function: "f"}, {Method: "GET", Path: "/{b}", Function: "f"}}, "already"},
		{"two defaults", []apigateway.Route{{Path: "$default", Function: "f"}, {Method: "GET", Path: "$default", Function: "g"}}, "already"},
	}
	for _, test := range tests {
		if _, err := apigateway.New(newWorld(), test.routes); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one with %q", test.name, err, test.want)
		}
	}
}
