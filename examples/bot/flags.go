package main

import (
	"flag"
	"fmt"
	"io"
	"time"
)

type options struct {
	file, bus, source string
	unchecked         bool
	interval          time.Duration
}

// parse reads the command line; usage and errors go to stderr.
func parse(args []string, stderr io.Writer) (o options, err error) {
	f := flag.NewFlagSet("bot", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.file, "file", "", "read updates from this `file` instead of the standard input")
	f.StringVar(&o.bus, "bus", "bot-preferences-dev", "`name` of the event bus")
	f.StringVar(&o.source, "source", "telegram-bot", "the bot's `name`: the source of its events")
	f.BoolVar(&o.unchecked, "unchecked", false, "put refused changes on the bus anyway, as a bot without package producers would")
	f.DurationVar(&o.interval, "interval", 0, "wait this `long` between messages")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q", f.Arg(0))
	case o.interval < 0:
		return o, fmt.Errorf("--interval must not be negative")
	}
	return o, nil
}
