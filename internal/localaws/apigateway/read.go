package apigateway

import (
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// The limits of an HTTP API.
const (
	// Timeout is how long an integration may take; then the answer is 503.
	Timeout = 30 * time.Second

	maxBody = 10 << 20 // bytes: 413
	maxHead = 10_240   // bytes of request line and headers: 431
)

// Incoming is a request as it came over the wire.
type Incoming struct {
	Method   string
	Path     string // percent-encoded, as it came
	RawQuery string // without the ?
	Proto    string // such as HTTP/1.1
	Host     string
	RemoteIP string
	Header   http.Header
	Body     []byte
}

// Read reads a request from net/http. It refuses what exceeds API Gateway's limits
// (431, 413) and a body that ends early (400). The refusal is then the answer to write.
func Read(r *http.Request) (*Incoming, *Answer) {
	if headSize(r) > maxHead {
		return nil, refuse(http.StatusRequestHeaderFieldsTooLarge)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, refuse(http.StatusBadRequest)
	}
	if len(body) > maxBody {
		return nil, refuse(http.StatusRequestEntityTooLarge)
	}
	ip, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		ip = r.RemoteAddr
	}
	return &Incoming{
		Method: r.Method, Path: escapedPath(r), RawQuery: r.URL.RawQuery, Proto: r.Proto,
		Host: r.Host, RemoteIP: ip, Header: r.Header, Body: body,
	}, nil
}

// escapedPath prefers the request line. URL.EscapedPath would encode the path again if
// the client sent a character that it should have encoded, and %2F would become a
// slash.
func escapedPath(r *http.Request) string {
	if !strings.HasPrefix(r.RequestURI, "/") {
		return r.URL.EscapedPath()
	}
	path, _, _ := strings.Cut(r.RequestURI, "?")
	return path
}

func headSize(r *http.Request) int {
	target := r.RequestURI
	if target == "" {
		target = r.URL.RequestURI()
	}
	size := len(r.Method) + len(target) + len(r.Proto) + len("  \r\n") + len("Host: \r\n") + len(r.Host)
	for name, values := range r.Header {
		for _, value := range values {
			size += len(name) + len(value) + len(": \r\n")
		}
	}
	return size
}
