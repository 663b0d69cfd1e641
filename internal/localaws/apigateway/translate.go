package apigateway

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A Request is a request with its route.
type Request struct {
	ID         string // API Gateway's request id, which the answer carries
	Route      Route
	Invocation *lambda.Invocation
}

// Translate finds the request's route and makes the invocation of its function. It
// refuses a request without a route with 404, and one whose path or query cannot be
// decoded with 400. The refusal is then the answer to write.
func (a *API) Translate(in *Incoming) (*Request, *Answer) {
	id := base64.StdEncoding.EncodeToString(randomBytes(a.w, 11))
	path, ok := rewrite(in.Path)
	if !ok {
		return nil, refuse(http.StatusBadRequest).with(id)
	}
	query, ok := queryParameters(in.RawQuery)
	if !ok {
		return nil, refuse(http.StatusBadRequest).with(id)
	}
	m, ok := a.match(in.Method, path)
	if !ok {
		return nil, refuse(http.StatusNotFound).with(id)
	}
	trace := a.trace(in)
	e := event{
		Version: "2.0", RouteKey: m.Route.Key(), RawPath: path.raw, RawQueryString: valid(in.RawQuery),
		Cookies: cookies(in.Header), Headers: a.headers(in, trace),
		QueryParameters: query, PathParameters: m.Parameters, Context: a.context(in, path.raw, id, m.Route),
	}
	e.Body, e.IsBase64Encoded = body(in)
	payload, err := json.Marshal(e, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err != nil {
		panic(fmt.Sprintf("apigateway: %v", err)) // strings and numbers only
	}
	return &Request{ID: id, Route: m.Route, Invocation: &lambda.Invocation{
		ID: a.w.UUID(), Function: m.Route.Function, Payload: payload, Attempt: 1, Trace: trace,
	}}, nil
}

func (a *API) context(in *Incoming, path, id string, r Route) eventContext {
	now := a.w.Now().UTC()
	domain := hostname(in.Host)
	prefix, _, _ := strings.Cut(domain, ".")
	return eventContext{
		AccountID: a.w.Account, APIID: a.id, DomainName: domain, DomainPrefix: prefix,
		RequestID: id, RouteKey: r.Key(), Stage: "$default",
		Time: now.Format("02/Jan/2006:15:04:05 -0700"), TimeEpoch: now.UnixMilli(),
		HTTP: eventHTTP{
			Method: in.Method, Path: path, Protocol: in.Proto,
			SourceIP: in.RemoteIP, UserAgent: valid(in.Header.Get("User-Agent")),
		},
	}
}

// trace keeps the caller's X-Ray trace, or begins one.
func (a *API) trace(in *Incoming) string {
	if t := in.Header.Get("X-Amzn-Trace-Id"); t != "" {
		return valid(t)
	}
	return fmt.Sprintf("Root=1-%08x-%s", a.w.Now().Unix(), hex.EncodeToString(randomBytes(a.w, 12)))
}

func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		return name
	}
	return host
}

func randomBytes(w *world.World, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(w.Rand.Uint32())
	}
	return b
}

// randomID has the form of an API id: ten lower-case letters and digits.
func randomID(w *world.World) string {
	const alphabet = "abcdefghijklmnopqrstuvwxyz0123456789"
	id := make([]byte, 10)
	for i := range id {
		id[i] = alphabet[w.Rand.IntN(len(alphabet))]
	}
	return string(id)
}
