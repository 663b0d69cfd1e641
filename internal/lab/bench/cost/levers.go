package cost

import (
	"context"
	"fmt"

	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A Lever is one setting that can be changed, and its effect on the bill.
type Lever struct {
	Name, From, To, At string
	Before, After      float64 // USD per million changes
	Price              string  // what the change costs in other ways
}

// A Target is a cost that the pipeline should not exceed.
type Target struct {
	Name          string
	Aim, Measured float64 // USD per million changes, without the archive
	Archived      float64 // USD per million changes, with the archive
}

// Reached tells whether the measured cost is at most the aim.
func (t Target) Reached() bool { return t.Measured <= t.Aim }

// side is one of the two settings that a Lever compares.
type side struct {
	way  Way
	load Load
	vary Variation
}

// A turn is a lever that needs runs: its two sides.
type turn struct {
	Lever
	before, after side
}

func (c *comparer) turn(t turn) error {
	var err error
	if t.Before, err = c.usd(t.before); err != nil {
		return err
	}
	if t.After, err = c.usd(t.after); err != nil {
		return err
	}
	c.report.Levers = append(c.report.Levers, t.Lever)
	return nil
}

func (c *comparer) usd(s side) (float64, error) {
	r, err := Run(c.root, Pipeline(s.way), s.load, s.vary)
	return r.PerMillion(), err
}

func sized(itemBytes int) Load {
	l := Steady()
	l.ItemBytes = itemBytes
	return l
}

// turns lists the levers that need runs. A side without a variation runs as deployed.
func turns() []turn {
	steady, chatty := Steady(), Chatty()
	slow := Light()
	return []turn{ // Lambda takes more than ten messages a batch only with a window
		{Lever{Name: "route", From: "bus", To: "queue", At: "1,000/s", Price: "no archive, no other rule sees changes"}, side{OverBus, steady, nil}, side{OverQueue, steady, nil}},
		{Lever{Name: "packing", From: "one in a request", To: "ten in a request", At: "1,000/s", Price: fmt.Sprintf("%s of latency, and a long-running process", linger)}, side{OverQueue, steady, nil}, side{Lingering, steady, nil}},
		{Lever{Name: "batch size", From: "10", To: "100", At: "1,000/s", Price: "nothing, if the window stays the same"}, side{OverBus, steady, Batch(10, 1)}, side{OverBus, steady, nil}},
		{Lever{Name: "batch window", From: "0 s, 10 in a batch", To: "1 s, 100", At: "1,000/s", Price: "up to 1 s of latency"}, side{OverBus, steady, Batch(10, 0)}, side{OverBus, steady, nil}},
		{Lever{Name: "batch window", From: "0 s, 10 in a batch", To: "1 s, 100", At: "10/s", Price: "1 s of latency"}, side{OverBus, slow, Batch(10, 0)}, side{OverBus, slow, nil}},
		{Lever{Name: "batch window", From: "1 s", To: "10 s", At: "10/s", Price: "10 s of latency"}, side{OverBus, slow, nil}, side{OverBus, slow, Batch(100, 10)}},
		{Lever{Name: "republishers", From: "4 per shard", To: "2", At: "1,000/s", Price: halfTheLanes}, side{OverBus, steady, lanes(4)}, side{OverBus, steady, nil}},
		{Lever{Name: "republishers", From: "4 per shard", To: "2", At: "10/s", Price: halfTheLanes}, side{OverBus, slow, lanes(4)}, side{OverBus, slow, nil}},
		{Lever{Name: "republishers", From: "2 per shard", To: "1", At: "10/s", Price: "half as many, fewer than a full shard's records"}, side{OverBus, slow, nil}, side{OverBus, slow, lanes(1)}},
		{Lever{Name: "fold", From: "1", To: "10 changes per user", At: "1,000/s", Price: "nothing: it depends on the traffic"}, side{OverBus, steady, nil}, side{OverBus, chatty, nil}},
		{Lever{Name: "fold", From: "1", To: "10 changes per user", At: "1,000/s, lingering", Price: "nothing"}, side{Lingering, steady, nil}, side{Lingering, chatty, nil}},
		{Lever{Name: "profile", From: "4 KB", To: "1 KB", At: "1,000/s", Price: "smaller profiles"}, side{OverBus, sized(4000), nil}, side{OverBus, steady, nil}},
		{Lever{Name: "traceparent", From: "on every change", To: "on none", At: "1,000/s, 900 bytes", Price: traceless}, side{OverBus, Traced(), nil}, side{OverBus, sized(roomForTraces), nil}},
		{Lever{Name: "traceparent", From: "on every change", To: "on none", At: "1,000/s, 1,000 bytes", Price: traceless}, side{OverBus, traced(steady), nil}, side{OverBus, steady, nil}},
		{Lever{Name: "archive", From: "on", To: "off", At: "1,000/s", Price: "no recovery from the archive"}, side{OverBus, steady, nil}, side{OverBus, steady, unarchived}},
		{Lever{Name: "history", From: "on", To: "off", At: "1,000/s", Price: untold}, side{WithHistory, steady, nil}, side{OverBus, steady, nil}},
		{Lever{Name: "history", From: "on", To: "off", At: "10/s", Price: untold}, side{WithHistory, slow, nil}, side{OverBus, slow, nil}},
	}
}

func (c *comparer) levers(ctx context.Context) error {
	for _, t := range turns() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := c.turn(t); err != nil {
			return err
		}
	}
	c.reckon()
	return nil
}

const untold = "nothing tells what became of a change; off is the default"

// halfTheLanes says what half of the republishers cost in throughput. Package growth
// computes how many announcements they make.
const halfTheLanes = "half as many announcements per second and shard"

// traceless says what is lost without traceparents. They add 66 bytes to a profile, which
// cost a write unit where the profile grows over 1 KB by them.
const traceless = "traces that end at the bot"

func lanes(n int) Variation {
	return func(s *stack.Stack) { s.StreamMappings[0].ParallelizationFactor = n }
}

func unarchived(s *stack.Stack) { s.Archives = nil }

// unmetered is the lever that leaves the metrics out of the log lines. Each metric also
// costs something a month.
func (r *Result) unmetered(at string) Lever {
	without := r.Bill
	without.LoggedBytes -= r.MetricBytes
	return Lever{
		Name: "metrics", From: "on", To: "off", At: at,
		Before: r.PerMillion(), After: without.PerMillion(r.Load.Changes), Price: "no metrics, and so no alarms on delays and refusals",
	}
}

// reckon adds the levers whose effect follows from a bill by arithmetic.
func (c *comparer) reckon() {
	r := c.report.Results[0][0]
	perMillion := func(usd float64) float64 { return usd / float64(r.Load.Changes) * 1e6 }
	base := r.PerMillion()
	infrequent := perMillion((r.Bill.WriteUnits*(billing.InfrequentWriteUnitPerMillion-billing.WriteUnitPerMillion) +
		r.Bill.ReadUnits*(billing.InfrequentReadUnitPerMillion-billing.ReadUnitPerMillion)) / 1e6)
	for _, measured := range c.report.Results[0] {
		if at, wanted := map[string]string{"steady": "1,000/s, computed", "trickle": "1/s, computed"}[measured.Load.Name]; wanted {
			c.report.Levers = append(c.report.Levers, measured.unmetered(at))
		}
	}
	c.report.Levers = append(c.report.Levers,
		Lever{
			Name: "announcing", From: "every change", To: "half of them", At: "1,000/s, computed", Before: base,
			After: base - 0.5*billing.EventPerMillion, Price: "not built: G4 announces every revision",
		},
		Lever{
			Name: "table class", From: "Standard", To: "Standard-IA", At: "1,000/s, computed", Before: base, After: base + infrequent,
			Price: fmt.Sprintf("cheaper above %.1f GB stored per million changes a month", infrequent/(billing.StandardPerGBMonth-billing.InfrequentPerGBMonth)),
		})
}
