package cost

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/optimistic"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/peers/updateitem"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/virtual"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// A Result is the bill of one design for one load.
type Result struct {
	Design Design
	Load   Load
	Bill   billing.Bill

	MetricBytes int64 // of Bill.LoggedBytes
}

// PerMillion is the cost of a million changes, in USD.
func (r *Result) PerMillion() float64 { return r.Bill.PerMillion(r.Load.Changes) }

// run is one run of a design.
type run struct {
	design Design
	load   Load
	cloud  *virtual.Cloud
	store  *profilestore.Store // created on first use
	client *dynamodb.Client    // created on first use
}

// shards is the number of stream shards of a new table, which has four partitions: see
// growth.Stated.
const shards = 4

// slack is how much longer than its load a run may take.
const slack = 10 * time.Minute

// Run bills a design for a load. root is the repository's folder; vary may be nil. It
// returns an error if the design did not store a change.
func Run(root string, d Design, l Load, vary Variation) (Result, error) {
	r := &run{design: d, load: l}
	var meter *billing.Meter
	var err error
	r.cloud, err = virtual.New(virtual.Options{
		Root: root, Params: d.Params, Shards: shards, Start: workload.Start, Change: func(s *stack.Stack) { r.change(s, vary) },
		Observe: func(f world.Fact) {
			if meter != nil {
				meter.Observe(f)
			}
		},
	})
	if err != nil {
		return Result{}, err
	}
	r.replaceConsumer()
	if err := r.seed(); err != nil {
		return Result{}, fmt.Errorf("%s, %s: seeding: %w", d.Name, l.Name, err)
	}
	meter = billing.NewMeter(r.cloud.Stack)
	if err := r.play(); err != nil {
		return Result{}, fmt.Errorf("%s, %s: %w", d.Name, l.Name, err)
	}
	bill := meter.Bill()
	bill.LoggedBytes = r.cloud.Logged // includes the lines that Lambda itself logs, which the meter has counted too
	return Result{Design: d, Load: l, Bill: bill, MetricBytes: r.cloud.Measured}, nil
}

// change removes from the stack what a peer does not have: announcements and the
// archive of changes.
func (r *run) change(s *stack.Stack, vary Variation) {
	if r.design.kind != ours {
		s.StreamMappings, s.Archives = nil, nil
	}
	if vary != nil {
		vary(s)
	}
}

// replaceConsumer puts a peer's handler in the place of apply.
func (r *run) replaceConsumer() {
	switch r.design.kind {
	case perMessage:
		r.cloud.Replace(virtual.Apply, virtual.JSON((&updateitem.Consumer{Client: r.cloud.DynamoDB(), Table: r.cloud.Table()}).Handle))
	case versioned:
		r.cloud.Replace(virtual.Apply, virtual.JSON((&optimistic.Consumer{Client: r.cloud.DynamoDB(), Table: r.cloud.Table()}).Handle))
	}
}

// play publishes the load and runs until all its effects are done.
func (r *run) play() error {
	p, err := r.publisher()
	if err != nil {
		return err
	}
	w := r.load.workload()
	start, interval := r.cloud.Now(), time.Second/time.Duration(r.load.PerSecond)
	var batch []events.PreferenceChange
	for i := range r.load.Changes {
		r.cloud.At(start.Add(time.Duration(i)*interval), func() {
			if i%w.Changes == 0 {
				batch = w.Batch(i / w.Changes)
			}
			c := batch[i%w.Changes]
			c.ID = events.Stamp{} // set when the change is published
			c.Traceparent = r.load.Traceparent
			p.offer(c)
		})
	}
	if err := r.cloud.Run(time.Duration(r.load.Changes)*interval + slack); err != nil {
		return err
	}
	return p.err
}
