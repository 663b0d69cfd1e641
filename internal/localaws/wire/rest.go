package wire

import (
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
)

// A RESTService is one AWS service of the protocol REST JSON: method and path name the
// operation, and the path and the query carry a part of its input.
type RESTService struct {
	Signing string // the service's name in signatures, such as "lambda"
	Prefix  string // with which most of its paths begin, such as "/2015-03-31/"; see mayBeFor
	Routes  []Route

	// Empty answers requests that are signed for another region, where nothing exists.
	// Nil: this service does.
	Empty *RESTService
}

// A Route is one operation of a RESTService.
type Route struct {
	Method, Path string // {Name} in the path stands for one segment
	Status       int    // of a successful answer; 0 means 200
	Operation    RESTOperation
}

// A RESTRequest is the input of an operation.
type RESTRequest struct {
	Path  map[string]string // by the names in the route's path
	Query url.Values
	Body  []byte
}

// A RESTOperation decodes a request into a Call, or refuses it.
type RESTOperation func(r *RESTRequest) (Call, error)

// REST makes a RESTOperation from a method with a decoded body. Members of the body that
// In does not declare are refused by name.
func REST[In, Out any](f func(r *RESTRequest, in *In) (Out, error)) RESTOperation {
	return func(r *RESTRequest) (Call, error) {
		in := new(In)
		if len(r.Body) > 0 {
			if err := json.Unmarshal(r.Body, in, json.RejectUnknownMembers(true)); err != nil {
				return nil, decodeError(err)
			}
		}
		return func() (any, error) { return f(r, in) }, nil
	}
}

// rest finds the REST service that a request is for; nil: none.
func (f *front) rest(r *http.Request) *RESTService {
	region, signed := scope(r)
	for _, s := range f.REST {
		if signed != s.Signing && (signed != "" || !s.mayBeFor(r)) {
			continue
		}
		if s.Empty == nil || f.Region == "" || region == "" || region == f.Region || !regionName.MatchString(region) {
			return s
		}
		if f.Strayed != nil {
			f.Strayed(region)
		}
		return s.Empty
	}
	return nil
}

// mayBeFor tells whether a request without a signature is for this service: only its path
// can say so. Operations that a service got later have another date than Prefix in theirs.
func (s *RESTService) mayBeFor(r *http.Request) bool {
	route, _ := s.find(r)
	return route != nil || strings.HasPrefix(r.URL.Path, s.Prefix)
}

func (f *front) answerREST(w http.ResponseWriter, r *http.Request, s *RESTService) {
	status, out, err := f.serveREST(s, r)
	if err != nil {
		writeError(w, &Service{}, err)
		return
	}
	if status == http.StatusNoContent {
		w.WriteHeader(status)
		return
	}
	write(w, &Service{}, status, out)
}

func (f *front) serveREST(s *RESTService, r *http.Request) (status int, out any, err error) {
	route, path := s.find(r)
	if route == nil {
		return 0, nil, Unsupported("%s %s of the service %s", r.Method, r.URL.Path, s.Signing)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		return 0, nil, Errorf("SerializationException", "the request body ends early")
	}
	call, err := route.Operation(&RESTRequest{Path: path, Query: r.URL.Query(), Body: body})
	if err != nil {
		return 0, nil, err
	}
	status = http.StatusOK
	if route.Status != 0 {
		status = route.Status
	}
	out, err = f.Run(r.Context(), call)
	return status, out, err
}

// find ignores a slash at the end: some clients send one.
func (s *RESTService) find(r *http.Request) (*Route, map[string]string) {
	parts := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for i := range s.Routes {
		if path, ok := s.Routes[i].match(r.Method, parts); ok {
			return &s.Routes[i], path
		}
	}
	return nil, nil
}

func (o *Route) match(method string, parts []string) (map[string]string, bool) {
	names := strings.Split(strings.Trim(o.Path, "/"), "/")
	if method != o.Method || len(names) != len(parts) {
		return nil, false
	}
	path := map[string]string{}
	for i, name := range names {
		value, err := url.PathUnescape(parts[i])
		switch {
		case err != nil:
			return nil, false
		case strings.HasPrefix(name, "{"):
			path[strings.Trim(name, "{}")] = value
		case name != value:
			return nil, false
		}
	}
	return path, true
}
