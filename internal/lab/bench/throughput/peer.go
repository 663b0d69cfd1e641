package throughput

import (
	"errors"
	"io/fs"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
)

const peer = "dynoxide"

// WithPeer starts dynoxide, a DynamoDB that others made, to measure it beside
// localaws, unless Options.DynamoDB names another. Where it is not installed
// Options.Missing says so. The caller owes stop.
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

// about says what a DynamoDB beside localaws is and what of it counts, or how to have
// one; empty where neither is asked for.
func (o Options) about() string {
	switch {
	case o.Missing != "":
		return "\nA DynamoDB in a process of its own would stand beside localaws: `internal/lab/conformance/peers/install " + o.Missing + "` installs it.\n"
	case o.DynamoDB != "":
		return "\nBeside localaws: " + o.name() + ". That is a process of its own, so there the handler's side alone counts, with the SDK and HTTP, in time and in allocations; the times of localaws are with its tables, which are in the handler's process.\n"
	}
	return ""
}

func (o Options) name() string {
	if o.Name != "" {
		return o.Name
	}
	return "the DynamoDB at " + o.DynamoDB
}
