package cost

import (
	"context"
	"fmt"

	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// A Lever is one thing to turn, and what it does to the bill.
type Lever struct {
	Name, From, To, At string
	Before, After      float64 // USD per million changes
	Price              string  // what is lost by it
}

// A Target is a figure to reach.
type Target struct {
	Name          string
	Aim, Measured float64 // USD per million changes, without the archive
	Archived      float64 // with it
}

// Reached tells whether the figure is at most what it should be.
func (t Target) Reached() bool { return t.Measured <= t.Aim }

// side is one side of a Lever.
type side struct {
	way  Way
	load Load
	vary Variation
}

// A turn is a lever that has to be run, and its sides.
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

// turns are the levers that are run. Each side that is not varied is as deployed.
func turns() []turn {
	steady, chatty := Steady(), Chatty()
	slow := Light()
	return []turn{ // Lambda takes more than ten messages a batch only with a window
		{Lever{Name: "route", From: "bus", To: "queue", At: "1,000/s", Price: "no archive, no other rule sees changes"}, side{OverBus, steady, nil}, side{OverQueue, steady, nil}},
		{Lever{Name: "packing", From: "one", To: "ten a send", At: "1,000/s", Price: fmt.Sprintf("%s of latency, and a process that stays", linger)}, side{OverQueue, steady, nil}, side{Lingering, steady, nil}},
		{Lever{Name: "batch size", From: "10", To: "100", At: "1,000/s", Price: "nothing, where the window is the same"}, side{OverBus, steady, Batch(10, 1)}, side{OverBus, steady, nil}},
		{Lever{Name: "batch window", From: "0 s, 10 a batch", To: "1 s, 100", At: "1,000/s", Price: "up to 1 s of latency"}, side{OverBus, steady, Batch(10, 0)}, side{OverBus, steady, nil}},
		{Lever{Name: "batch window", From: "0 s, 10 a batch", To: "1 s, 100", At: "10/s", Price: "1 s of latency"}, side{OverBus, slow, Batch(10, 0)}, side{OverBus, slow, nil}},
		{Lever{Name: "batch window", From: "1 s", To: "10 s", At: "10/s", Price: "10 s of latency"}, side{OverBus, slow, nil}, side{OverBus, slow, Batch(100, 10)}},
		{Lever{Name: "republishers", From: "4 a shard", To: "2", At: "1,000/s", Price: halfTheLanes}, side{OverBus, steady, lanes(4)}, side{OverBus, steady, nil}},
		{Lever{Name: "republishers", From: "4 a shard", To: "2", At: "10/s", Price: halfTheLanes}, side{OverBus, slow, lanes(4)}, side{OverBus, slow, nil}},
		{Lever{Name: "republishers", From: "2 a shard", To: "1", At: "10/s", Price: "likewise, and they are fewer than it may write"}, side{OverBus, slow, nil}, side{OverBus, slow, lanes(1)}},
		{Lever{Name: "fold", From: "1", To: "10 changes a user", At: "1,000/s", Price: "nothing: the traffic has it or not"}, side{OverBus, steady, nil}, side{OverBus, chatty, nil}},
		{Lever{Name: "fold", From: "1", To: "10 changes a user", At: "1,000/s, lingering", Price: "nothing"}, side{Lingering, steady, nil}, side{Lingering, chatty, nil}},
		{Lever{Name: "profile", From: "4 KB", To: "1 KB", At: "1,000/s", Price: "what is not kept"}, side{OverBus, sized(4000), nil}, side{OverBus, steady, nil}},
		{Lever{Name: "archive", From: "on", To: "off", At: "1,000/s", Price: "docs/recovery.md needs it"}, side{OverBus, steady, nil}, side{OverBus, steady, unarchived}},
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

// halfTheLanes is what is lost with half of the republishers: see growth for how many
// announcements they make.
const halfTheLanes = "half as many announcements a second of a shard"

func lanes(n int) Variation {
	return func(s *stack.Stack) { s.StreamMappings[0].ParallelizationFactor = n }
}

func unarchived(s *stack.Stack) { s.Archives = nil }

// reckon adds the levers that follow from a bill by arithmetic.
func (c *comparer) reckon() {
	r := c.report.Results[0][0]
	perMillion := func(usd float64) float64 { return usd / float64(r.Load.Changes) * 1e6 }
	base := r.PerMillion()
	infrequent := perMillion((r.Bill.WriteUnits*(billing.InfrequentWriteUnitPerMillion-billing.WriteUnitPerMillion) +
		r.Bill.ReadUnits*(billing.InfrequentReadUnitPerMillion-billing.ReadUnitPerMillion)) / 1e6)
	c.report.Levers = append(c.report.Levers,
		Lever{
			Name: "announcing", From: "every change", To: "half of them", At: "1,000/s, reckoned", Before: base,
			After: base - 0.5*billing.EventPerMillion, Price: "not built: G4 announces every revision",
		},
		Lever{
			Name: "table class", From: "Standard", To: "Standard-IA", At: "1,000/s, reckoned", Before: base, After: base + infrequent,
			Price: fmt.Sprintf("pays above %.1f GB kept for each million changes a month", infrequent/(billing.StandardPerGBMonth-billing.InfrequentPerGBMonth)),
		})
}
