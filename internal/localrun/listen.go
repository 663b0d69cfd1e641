package localrun

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
)

// listen opens an address: one of this machine alone, unless exposed allows others. Port
// 0 takes any free one.
func listen(addr, flag, purpose string, exposed bool) (net.Listener, error) {
	port, err := checkAddress(addr, flag, exposed)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("port %s, for %s, is taken by another program: stop it, or choose another port with %s 127.0.0.1:0", port, purpose, flag)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", flag, err)
	}
	return l, nil
}

// checkAddress returns the port, or says why the address will not do.
func checkAddress(addr, flag string, exposed bool) (port string, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return "", fmt.Errorf("%s %q: must be host:port, such as 127.0.0.1:%s", flag, addr, defaultPort(flag))
	}
	if ip := net.ParseIP(host); host != "localhost" && !exposed && (ip == nil || !ip.IsLoopback()) {
		return "", fmt.Errorf("%s %q: only this machine itself may be the host, such as 127.0.0.1: nothing here checks who is calling (--expose allows it anyway)", flag, addr)
	}
	return port, nil
}

// addressOf is the URL at which this machine reaches a listener.
func addressOf(l net.Listener) string { return urlOf(l.Addr().(*net.TCPAddr)) }

func urlOf(at *net.TCPAddr) string {
	if at.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", at.Port)
	}
	return "http://" + at.String()
}

// local lets through requests of this machine alone. Whoever reached the Runtime API
// from elsewhere could answer in a function's place.
func local(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, _ := net.SplitHostPort(r.RemoteAddr)
		own, _ := r.Context().Value(http.LocalAddrContextKey).(*net.TCPAddr)
		if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() && (own == nil || !own.IP.Equal(ip)) {
			http.Error(w, "this path is for this machine alone", http.StatusForbidden)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func defaultPort(flag string) string {
	if flag == "--aws-addr" {
		return "4566"
	}
	return "8080"
}
