package localrun

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// listen opens a loopback address. Port 0 takes any free one.
func listen(addr, flag, purpose string) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("%s %q: must be host:port, such as 127.0.0.1:%s", flag, addr, defaultPort(flag))
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, fmt.Errorf("%s %q: only this machine itself may be the host, such as 127.0.0.1: nothing here checks who is calling", flag, addr)
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

func defaultPort(flag string) string {
	if flag == "--aws-addr" {
		return "4566"
	}
	return "8080"
}
