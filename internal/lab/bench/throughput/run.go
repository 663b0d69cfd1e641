package throughput

import (
	"context"
	"errors"
	"fmt"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// Options say how much to measure.
type Options struct {
	Folds    []int  // changes of each user in a batch; default 1, 3 and 10
	Rounds   int    // default 15
	Batches  int    // batches of 100 changes in a round; default 5
	DynamoDB string // URL of a DynamoDB to measure beside localaws, or empty
	Name     string // its name; default "the DynamoDB at" its URL
	Missing  string // the peer that would be measured but is not installed, or empty

	few  bool                 // only as many users as a batch has, for tests
	busy func() time.Duration // the clock of the rounds; default processor time
}

func (o Options) withDefaults() Options {
	if len(o.Folds) == 0 {
		o.Folds = []int{1, 3, 10}
	}
	if o.Rounds == 0 {
		o.Rounds = 15
	}
	if o.Batches == 0 {
		o.Batches = 5
	}
	if o.busy == nil {
		o.busy = busy
	}
	return o
}

// MaxRounds and MaxBatches bound time and memory: the messages of a round are made
// before the round begins.
const MaxRounds, MaxBatches = 1000, 1000

// Check returns an error if the Options are outside their limits.
func (o Options) Check() error {
	o = o.withDefaults()
	if o.Rounds < 1 || o.Rounds > MaxRounds || o.Batches < 1 || o.Batches > MaxBatches {
		return fmt.Errorf("there can be 1 to %d rounds of 1 to %d batches", MaxRounds, MaxBatches)
	}
	for _, fold := range o.Folds {
		if w := workload.New(1); fold < 1 || fold > w.Changes {
			return fmt.Errorf("a fold is from 1 to %d", w.Changes)
		}
	}
	return nil
}

// The names of the rows.
const (
	floorName  = "encoding/json reads the messages (floor)"
	decodeName = "decode and validate"
	ourName    = "our share: decode, validate, fold, merge, build the request"
	answerName = "our share and reading the answer's profile"
	sdkName    = "the SDK's share: UpdateItem through a client that answers at once"
	memoryName = "the handler on localaws, in process"
	httpName   = "the handler on localaws, over HTTP on 127.0.0.1"
)

// Run measures all folds. While it runs, the whole process uses one core.
func Run(ctx context.Context, o Options) (Result, error) {
	if err := o.Check(); err != nil {
		return Result{}, err
	}
	o = o.withDefaults()
	defer oneCore()()
	r := Result{Options: o}
	for _, fold := range o.Folds {
		w := workload.New(fold)
		if o.few {
			w = few(w)
		}
		f, err := runFold(ctx, w, o)
		if err != nil {
			return Result{}, fmt.Errorf("fold %d: %w", fold, err)
		}
		r.Folds = append(r.Folds, f)
	}
	return r, nil
}

func runFold(ctx context.Context, w workload.Workload, o Options) (Fold, error) {
	shares, err := runShares(ctx, w, o)
	if err != nil {
		return Fold{}, err
	}
	// These run last, so that their tables do not burden the garbage collection of the
	// shares. A Lambda function has no such tables in its memory.
	wholes, err := runWholes(ctx, w, o)
	if err != nil {
		return Fold{}, err
	}
	return Fold{Fold: w.Fold, Users: w.BatchUsers(), Changes: w.Changes, Rows: append(shares, wholes...)}, nil
}

func runShares(ctx context.Context, w workload.Workload, o Options) ([]Row, error) {
	all, err := shares(ctx, w)
	if err != nil {
		return nil, err
	}
	rows, err := raced(ctx, w, o, all)
	if err != nil {
		return nil, err
	}
	d := deal(w, 0, countedBatches)
	for i := range rows {
		if rows[i].Allocations, rows[i].Bytes, err = all[i].allocated(ctx, d, d); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// runWholes measures the handlers that store. The floor runs among them, without a row:
// the time that it took in the shares' race belongs to another period.
func runWholes(ctx context.Context, w workload.Workload, o Options) (rows []Row, err error) {
	all, targets, err := wholes(ctx, w, o)
	defer func() {
		for _, t := range targets {
			err = errors.Join(err, t.end())
		}
	}()
	if err != nil {
		return nil, err
	}
	if rows, err = raced(ctx, w, o, append([]*contestant{newFloor()}, all...)); err != nil {
		return nil, err
	}
	rows = rows[1:]
	played := (o.Rounds + 1) * o.Batches
	for i, t := range targets {
		rows[i].count(t.requests.taken(), w, played)
		if !t.separate {
			continue
		}
		warm, fresh := deal(w, played, countedBatches), deal(w, played+countedBatches, countedBatches)
		if rows[i].Allocations, rows[i].Bytes, err = all[i].allocated(ctx, warm, fresh); err != nil {
			return nil, err
		}
	}
	return rows, nil
}

// raced returns the rows of one race. Ratios compare with the first contestant.
func raced(ctx context.Context, w workload.Workload, o Options, all []*contestant) ([]Row, error) {
	if err := race(ctx, w, o, all); err != nil {
		return nil, err
	}
	var rows []Row
	for _, c := range all {
		rows = append(rows, Row{Name: c.name, PerChange: stats.Median(c.perChange), Ratio: c.ratio(all[0])})
	}
	return rows, nil
}

func newFloor() *contestant {
	return &contestant{name: floorName, batch: func(_ context.Context, _ int, m awsevents.SQSEvent) error { return floor(m) }}
}

// shares returns the contestants that store nothing, the floor first.
func shares(ctx context.Context, w workload.Workload) ([]*contestant, error) {
	out, text, err := example(ctx, w)
	if err != nil {
		return nil, err
	}
	k := &keeper{canned: canned{out}}
	if err := newApplier(w, k).batch(ctx, 0, w.Messages(0)); err != nil {
		return nil, err
	}
	ours, answered := newApplier(w, canned{&dynamodb.UpdateItemOutput{}}), newApplier(w, canned{out})
	sdk := newClient("http://dynamodb.test", newAtOnce(text))
	return []*contestant{
		newFloor(),
		{name: decodeName, batch: func(_ context.Context, _ int, m awsevents.SQSEvent) error { return decode(m) }},
		{name: ourName, batch: ours.batch},
		{name: answerName, batch: answered.batch},
		{name: sdkName, batch: func(ctx context.Context, _ int, _ awsevents.SQSEvent) error { return send(ctx, sdk, k.kept) }},
	}, nil
}

// wholes returns the contestants that store, each with its target.
func wholes(ctx context.Context, w workload.Workload, o Options) (all []*contestant, targets []*target, err error) {
	kinds := []struct {
		name string
		make func() (*target, error)
	}{
		{memoryName, func() (*target, error) { return inMemory(ctx, w) }},
		{httpName, func() (*target, error) { return overLoopback(ctx, w) }},
		{"the handler on " + o.name(), func() (*target, error) { return elsewhere(ctx, w, o.DynamoDB) }},
	}
	if o.DynamoDB == "" {
		kinds = kinds[:2]
	}
	for _, k := range kinds {
		t, err := k.make()
		if err != nil {
			return nil, targets, err
		}
		t.requests.taken() // forget the requests that filled the table
		targets = append(targets, t)
		all = append(all, &contestant{name: k.name, batch: newApplier(w, t.client).batch})
	}
	return all, targets, nil
}
