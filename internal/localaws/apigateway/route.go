package apigateway

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

const (
	anyMethod    = "ANY"
	defaultRoute = "$default"
)

// A Route sends requests to a function.
type Route struct {
	Method   string // such as GET; ANY for all
	Path     string // such as /preferences/{userId}, /files/{proxy+}; $default catches the rest
	Function string // its name
}

// Key is the route key as the function sees it: "GET /preferences/{userId}",
// or "$default".
func (r Route) Key() string {
	if r.Path == defaultRoute {
		return defaultRoute
	}
	return r.Method + " " + r.Path
}

// API is one HTTP API.
type API struct {
	w      *world.World
	id     string
	routes []route
}

type route struct {
	Route
	segments []segment
}

// A segment of a route's path is a text or, with a name, a variable.
type segment struct {
	text   string
	name   string
	greedy bool // {name+}: takes the rest of the path
}

// New makes an API. It refuses a route that AWS would refuse, and a repeated route, and
// names it.
func New(w *world.World, routes []Route) (*API, error) {
	a := &API{w: w, id: randomID(w)}
	seen := map[string]bool{}
	for _, r := range routes {
		parsed, err := parse(r)
		if err != nil {
			return nil, fmt.Errorf("route %s: %w", r.Key(), err)
		}
		key := parsed.shape()
		if seen[key] {
			return nil, fmt.Errorf("route %s: there is already one that matches the same requests", r.Key())
		}
		seen[key] = true
		a.routes = append(a.routes, parsed)
	}
	return a, nil
}

func parse(r Route) (route, error) {
	switch {
	case r.Function == "":
		return route{}, errors.New("Function is required")
	case r.Path == defaultRoute:
		return route{Route: r}, nil
	case r.Method == "" || r.Method != strings.ToUpper(r.Method):
		return route{}, fmt.Errorf("Method is %q, not an upper-case method or ANY", r.Method)
	case !strings.HasPrefix(r.Path, "/"):
		return route{}, errors.New("Path must be $default or start with /")
	}
	parsed := route{Route: r}
	texts := strings.Split(r.Path[1:], "/")
	for i, text := range texts {
		s, err := parseSegment(text)
		if err != nil {
			return route{}, err
		}
		if s.greedy && i < len(texts)-1 {
			return route{}, fmt.Errorf("%s must be the path's last segment", text)
		}
		parsed.segments = append(parsed.segments, s)
	}
	return parsed, nil
}

func parseSegment(text string) (segment, error) {
	if !strings.ContainsAny(text, "{}") {
		return segment{text: text}, nil
	}
	name, opened := strings.CutPrefix(text, "{")
	name, closed := strings.CutSuffix(name, "}")
	name, greedy := strings.CutSuffix(name, "+")
	if !opened || !closed || name == "" || strings.ContainsAny(name, "{}+") {
		return segment{}, fmt.Errorf("the segment %q is neither a text nor a {variable}", text)
	}
	return segment{name: name, greedy: greedy}, nil
}

// shape returns the route's key without the names of its variables. Routes of one shape
// match the same requests.
func (r route) shape() string {
	if r.Path == defaultRoute {
		return defaultRoute
	}
	var b strings.Builder
	b.WriteString(r.Method + " ")
	for _, s := range r.segments {
		switch {
		case s.greedy:
			b.WriteString("/{+}")
		case s.name != "":
			b.WriteString("/{}")
		default:
			b.WriteString("/" + s.text)
		}
	}
	return b.String()
}
