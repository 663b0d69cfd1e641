package apigateway

import "strings"

// A Match is the route of a request, with its path parameters.
type Match struct {
	Route      Route
	Parameters map[string]string // percent-decoded twice; nil without variables
}

// Match finds the route for a method and a path that is percent-encoded as it came. As
// in AWS, a route without a greedy variable comes before a route with one, and $default
// comes last. Among the others the first segment that differs decides: a text before a
// variable, and a variable before a greedy one. After that, a method comes before ANY.
// Variables do not match an empty segment.
func (a *API) Match(method, escapedPath string) (Match, bool) {
	path, ok := rewrite(escapedPath)
	if !ok {
		return Match{}, false
	}
	return a.match(method, path)
}

func (a *API) match(method string, path requestPath) (Match, bool) {
	rest, ok := strings.CutPrefix(path.routed, "/")
	if !ok {
		return Match{}, false
	}
	segments := strings.Split(rest, "/")
	var best *route
	var parameters map[string]string
	for i := range a.routes {
		r := &a.routes[i]
		p, ok := r.match(method, segments)
		if ok && (best == nil || r.before(best)) {
			best, parameters = r, p
		}
	}
	if best == nil {
		return Match{}, false
	}
	return Match{Route: best.Route, Parameters: parameters}, true
}

func (r *route) match(method string, segments []string) (map[string]string, bool) {
	if r.Path == defaultRoute {
		return nil, true
	}
	if r.Method != anyMethod && r.Method != method {
		return nil, false
	}
	var parameters map[string]string
	for i, s := range r.segments {
		if i >= len(segments) {
			return nil, false
		}
		text := segments[i]
		if s.greedy {
			text = strings.Join(segments[i:], "/")
		}
		value, ok := decode(text)
		if !ok || s.name == "" && value != s.text || s.name != "" && value == "" {
			return nil, false
		}
		if s.name != "" {
			if parameters == nil {
				parameters = map[string]string{}
			}
			parameters[s.name] = value
		}
	}
	return parameters, r.greedy() || len(segments) == len(r.segments)
}

func (r *route) greedy() bool {
	return len(r.segments) > 0 && r.segments[len(r.segments)-1].greedy
}

// before tells whether r is the more specific of two routes that both match.
func (r *route) before(other *route) bool {
	if d, o := r.Path == defaultRoute, other.Path == defaultRoute; d || o {
		return o && !d
	}
	if r.greedy() != other.greedy() {
		return !r.greedy()
	}
	for i := range min(len(r.segments), len(other.segments)) {
		if a, b := r.segments[i].rank(), other.segments[i].rank(); a != b {
			return a < b
		}
	}
	return r.Method != anyMethod && other.Method == anyMethod
}

func (s segment) rank() int {
	switch {
	case s.greedy:
		return 2
	case s.name != "":
		return 1
	}
	return 0
}
