package throughput

import (
	"errors"
	"io/fs"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
)

const peer = "dynoxide"

// WithPeer starts dynoxide, an independent implementation of DynamoDB, to measure it
// beside localaws. It starts nothing if Options.DynamoDB names another database. If
// dynoxide is not installed, Options.Missing says so. The caller must call stop.
func (o Options) WithPeer() (_ Options, stop func() error, err error) {
	none := func() error { return nil }
	if o.DynamoDB != "" {
		return o, none, nil
	}
	url, stop, err := peers.Start(peer)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		o.Missing = peer
		return o, none, nil
	case err != nil:
		return o, nil, err
	}
	o.DynamoDB, o.Name = url, peer+", over HTTP on 127.0.0.1"
	return o, stop, nil
}

// about describes the DynamoDB that is measured beside localaws, or says how to install
// one; empty if there is nothing to say.
func (o Options) about() string {
	switch {
	case o.Missing != "":
		return "\nThis section can measure another DynamoDB beside localaws. `internal/lab/conformance/peers/install " + o.Missing + "` installs it.\n"
	case o.DynamoDB != "":
		return "\nBeside localaws, this section measures " + o.name() + ".\n" +
			"It is a process of its own, so its rows count only the handler with the SDK and HTTP, in time and in allocations.\n" +
			"The rows of localaws include the time of its tables, which are in the handler's process.\n"
	}
	return ""
}

func (o Options) name() string {
	if o.Name != "" {
		return o.Name
	}
	return "the DynamoDB at " + o.DynamoDB
}
