package main

import (
	"flag"
	"fmt"
	"io"
	"net/url"
	"strings"
)

type options struct {
	bus, stage, api string
}

// parse reads the command line; usage and errors go to stderr.
func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("worker", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.bus, "bus", "", "`name` of the event bus (default bot-preferences-<stage>)")
	f.StringVar(&o.stage, "stage", "dev", "`stage`: the queue and the rule are named greeter-<stage>")
	f.StringVar(&o.api, "api", "", "`URL` of the HTTP API, to read profiles that do not fit into an event")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	}
	if o.bus == "" {
		o.bus = "bot-preferences-" + o.stage
	}
	if u, err := url.Parse(o.api); o.api != "" && (err != nil || u.Host == "") {
		return o, fmt.Errorf("--api must be a URL such as http://127.0.0.1:8080")
	}
	o.api = strings.TrimSuffix(o.api, "/")
	return o, nil
}
