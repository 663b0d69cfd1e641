package wire

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
)

// A Front is one address for all services of an account.
type Front struct {
	Run      Run
	NewID    func() string // names requests
	Services []*Service
	REST     []*RESTService

	// Region is the services' own region. A request that is signed for another region
	// goes to the services that Elsewhere returns for it, and is told to Strayed. Empty:
	// every request is for Services. Requests without a signature always are.
	Region    string
	Elsewhere func(region string) []*Service
	Strayed   func(region string) // may be nil

	// Account is the account of STS's GetCallerIdentity, twelve digits. Empty: there is
	// no STS. Role returns the name of the role and of the session behind a session
	// token. False: the caller is the account's root user. Nil: every caller is.
	Account string
	Role    func(token string) (role, session string, ok bool)

	// AddressedByHost writes the addresses in answers, such as a queue's URL, with the
	// host that the request was sent to. See Located.
	AddressedByHost bool

	// Called is called with each request for an operation, before it runs, from many
	// goroutines. It must not keep the Body. May be nil.
	Called func(Called)
}

// Called is a request for an operation that exists and whose input is well-formed.
type Called struct {
	Token     string // the caller's session token; empty: none
	Service   string // the part of X-Amz-Target before the dot
	Operation string
	Body      []byte
}

// Located is implemented by answers with addresses of the endpoint, which a client
// reaches by another name than the server knows, for example from a container.
type Located interface {
	// At returns the answer with its addresses at base, such as http://aws.test:4566.
	At(base string) any
}

type front struct {
	Front
	home directory

	mu        sync.Mutex
	elsewhere map[string]directory // by region
}

// Handler serves the front.
func (f Front) Handler() http.Handler {
	return &front{Front: f, home: listed(f.Services), elsewhere: map[string]directory{}}
}

// A directory finds the services of a region.
type directory struct {
	targets map[string]*Service // of the JSON protocols, by Target
	signed  map[string]*Service // of the query protocol, by SignedAs
}

func listed(services []*Service) directory {
	d := directory{map[string]*Service{}, map[string]*Service{}}
	for _, s := range services {
		if s.Target != "" {
			d.targets[s.Target] = s
		}
		if s.SignedAs != "" {
			d.signed[s.SignedAs] = s
		}
	}
	return d
}

// ServeHTTP answers one request.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := f.NewID()
	w.Header().Set("X-Amzn-Requestid", id)
	if f.Account != "" && f.identify(w, r, id) || f.query(w, r, id) {
		return
	}
	if s := f.rest(r); s != nil {
		f.answerREST(w, r, s)
		return
	}
	if isBinary(r) {
		f.serveBinary(w, r, id)
		return
	}
	target, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	s := f.servicesFor(r).targets[target]
	if s == nil {
		refuse(w, r, id)
		return
	}
	out, err := f.serve(s, operation, r)
	if err != nil {
		writeError(w, s, err)
		return
	}
	if located, ok := out.(Located); ok && f.AddressedByHost && r.Host != "" {
		out = located.At("http://" + r.Host)
	}
	write(w, s, http.StatusOK, out)
}

var regionName = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]{1,2}$`)

// maxRegions is more than AWS has. It bounds what clients can make the process keep.
const maxRegions = 100

// servicesFor returns the services of the region that the request is signed for.
func (f *front) servicesFor(r *http.Request) directory {
	region, _ := scope(r)
	if f.Region == "" || region == f.Region || !regionName.MatchString(region) {
		return f.home
	}
	if f.Strayed != nil {
		f.Strayed(region)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	services, ok := f.elsewhere[region]
	if !ok {
		if len(f.elsewhere) >= maxRegions {
			clear(f.elsewhere)
		}
		services = listed(f.Elsewhere(region))
		f.elsewhere[region] = services
	}
	return services
}

// scope returns region and service of the request's signature:
// Credential=<key>/<date>/<region>/<service>/aws4_request. Both are empty without one.
func scope(r *http.Request) (region, service string) {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	parts := strings.Split(credential, "/")
	if n := len(parts); n >= 5 && parts[n-1] == "aws4_request" {
		return parts[n-3], parts[n-2]
	}
	return "", ""
}
