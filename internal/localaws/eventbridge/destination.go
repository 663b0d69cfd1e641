package eventbridge

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// CallTimeout is how long an API destination may take to answer.
	CallTimeout = 5 * time.Second

	// DefaultRate is the invocation rate limit of an API destination that has
	// none of its own: the quota of an account.
	DefaultRate = 300

	// maxCalls bounds the calls to one destination that are under way or have a start
	// time. AWS limits only the rate, so rate times answer time can be under way. With
	// the default rate and a receiver that never answers, those are 1,500 connections,
	// most of the files that a process may open on one machine. A receiver that answers
	// within a third of a second still gets the default rate. A slower one gets fewer
	// calls than from AWS, and nothing is lost.
	maxCalls = 100

	// maxHeld bounds the memory of events that one destination has not accepted yet, by
	// their bodies and details. AWS has no such bound. Beyond it new events become dead
	// letters at once.
	maxHeld = 64 << 20
)

// APIDestination is an HTTP endpoint that can be the target of rules, with the headers
// of its connection's authorization.
type APIDestination struct {
	Name          string
	ARN           string // arn:aws:events:<region>:<account>:api-destination/<name>/<id>
	Method, URL   string
	Header        map[string]string
	RatePerSecond int // 0 stands for DefaultRate
}

// destination is an API destination with its rate limit: calls start one after the
// other.
type destination struct {
	APIDestination
	next    time.Time   // the earliest start time that no call has yet
	taken   int         // calls that are under way or have a start time
	waiting []*Delivery // deliveries that are due while maxCalls are taken; they are in no other list
	held    int         // bytes of the deliveries that have not ended
}

// PutAPIDestination adds an API destination, or replaces the one with its ARN.
func (s *Service) PutAPIDestination(d APIDestination) error {
	u, err := url.Parse(d.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return invalid("InvocationEndpoint of API destination %s: must be a URL", d.Name)
	case !isDestination(d.ARN):
		return invalid("%s is not the ARN of an API destination", d.ARN)
	case d.Method == http.MethodConnect || d.Method == http.MethodTrace || d.Method == "":
		return invalid("HttpMethod of API destination %s: any but CONNECT and TRACE", d.Name)
	case d.RatePerSecond < 0:
		return invalid("InvocationRateLimitPerSecond of API destination %s: must be at least 1", d.Name)
	}
	if s.destinations == nil {
		s.destinations = map[string]*destination{}
	}
	if old := s.destinations[d.ARN]; old != nil {
		old.APIDestination = d // pending deliveries continue
		return nil
	}
	s.destinations[d.ARN] = &destination{APIDestination: d}
	return nil
}

func isDestination(arn string) bool {
	service, resource, _ := strings.Cut(strings.TrimPrefix(arn, "arn:aws:"), ":")
	return service == "events" && strings.Contains(resource, ":api-destination/")
}

// slot returns the time at which the next call may start, at now or later.
func (d *destination) slot(now time.Time) time.Time {
	at := now
	if d.next.After(at) {
		at = d.next
	}
	d.next = at.Add(time.Second / time.Duration(cmp.Or(d.RatePerSecond, DefaultRate)))
	return at
}

// header returns what EventBridge sends with a call, as its user guide lists it
// ("Headers included in requests to API destinations"). The client sets Host and
// Content-Length.
func (d *destination) header() http.Header {
	h := http.Header{
		"User-Agent": {"Amazon/EventBridge/ApiDestinations"}, "Content-Type": {"application/json; charset=utf-8"},
		"Range": {"bytes=0-1048575"}, "Accept-Encoding": {"gzip,deflate"}, "Connection": {"close"},
	}
	for name, value := range d.Header {
		h.Set(name, value)
	}
	return h
}
