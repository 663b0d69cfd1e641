package subscriber_test

import (
	"testing"

	"github.com/bot-preferences/bot-preferences/subscriber"
)

// No option makes a handler or a projection panic later, whatever it leaves out.
func TestOptionsThatSayNothing(t *testing.T) {
	for name, option := range map[string]subscriber.Option{
		"no logger": subscriber.WithLogger(nil), "no reader": subscriber.WithReader(nil),
		"nobody at a time": subscriber.WithConcurrency(0), "fewer": subscriber.WithConcurrency(-3),
	} {
		var r recorder
		payload := batchOf(enveloped(cut(speaks("u1", 1, "de"))), enveloped(speaks("u2", 1, "de")))
		if failed := failures(t, r.handler(option), payload); len(failed) > 0 || len(r.given) != 2 {
			t.Errorf("%s: failed %v, given %v", name, failed, r.revisions())
		}
	}
	for name, option := range map[string]subscriber.ProjectionOption{
		"nothing to call": subscriber.BeforeSave(nil), "no keys": subscriber.Keys(), "no prefixes": subscriber.Prefixes(),
	} {
		p := subscriber.NewProjection(subscriber.NewMemory(), option)
		if err := p.Apply(t.Context(), speaks("u1", 1, "de")); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if c, _ := p.Get(t.Context(), "u1"); c.Revision != 1 || len(c.Preferences) != 1 {
			t.Errorf("%s: keeps %+v", name, c)
		}
	}
}
