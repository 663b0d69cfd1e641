package remotetable

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// done is a function that succeeds.
type done struct{}

func (done) Do(context.Context, *lambda.Invocation) lambda.Result { return lambda.Result{} }

// follow runs Follow of a stream and a mapping that takes its records, while f is
// called. It returns the records that arrived, and the errors that were reported.
func follow(t *testing.T, f *fake, while func(context.Context, *realtime.Driver)) (arrived, told []string) {
	r := newReader(f)
	w := &world.World{
		Region: "us-east-1", Account: "000000000000", Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2)),
		Observe: func(f world.Fact) {
			if f, ok := f.(dynamodb.Changed); ok {
				arrived = append(arrived, f.Record.SequenceNumber)
			}
		},
	}
	cloud, err := localaws.New(w, &stack.Stack{
		Tables:         []stack.Table{{Name: "t", HashKey: "user_id", HashKeyType: "S"}},
		StreamMappings: []stack.StreamMapping{{Function: "f", Table: "t", BatchSize: 10, StartingPosition: "TRIM_HORIZON", MaximumRetryAttempts: -1}},
	}, r.Elsewhere())
	if err != nil {
		t.Fatal(err)
	}
	driver := realtime.New(cloud, done{}, time.Now)
	ctx, cancel := context.WithCancel(t.Context())
	f.end = cancel
	var running sync.WaitGroup
	running.Go(func() { driver.Run(ctx) })
	running.Go(func() {
		r.Follow(ctx, driver, func(err error) {
			var lost *Lost
			switch {
			case errors.As(err, &lost):
				told = append(told, lost.Error())
			case err != nil:
				told = append(told, "failed")
			default:
				told = append(told, "again")
			}
		})
	})
	while(ctx, driver)
	cancel()
	running.Wait()
	return arrived, told
}

// The records reach the mapping in their order. An outage and its end are reported
// once. The pipeline is quiet only when the stream has been read to its end.
func TestFollowBringsEveryRecordThroughAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{
			shards: []*fakeShard{{id: "s", records: []string{"1", "2", "3", "4", "5"}}},
			fail:   []string{"", "InternalServerError", "InternalServerError", "InternalServerError"},
		}
		arrived, told := follow(t, f, func(ctx context.Context, driver *realtime.Driver) {
			began := time.Now()
			if err := driver.Quiet(ctx); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(began); took < 3*afterFailure {
				t.Errorf("quiet after %v, in the middle of the outage", took)
			}
		})
		if !slices.Equal(arrived, strings.Fields("1 2 3 4 5")) || !slices.Equal(told, []string{"failed", "again"}) {
			t.Errorf("arrived %v, told %v", arrived, told)
		}
	})
}

// A lost table is reported once, however long it stays lost. That also holds if its
// endpoint could not be reached before, or if its stream can still be read.
func TestALostTableIsToldOnce(t *testing.T) {
	failing := slices.Repeat([]string{"ResourceNotFoundException"}, 1000)
	for _, c := range []struct {
		name string
		fake fake
		want []string
	}{
		{"deleted", fake{table: deleted, fail: failing}, []string{"table t is not there any more"}},
		{"made anew", fake{table: replaced, fail: failing}, []string{"table t was deleted and made anew"}},
		{"deleted, with its stream read to the end", fake{table: deleted, shards: []*fakeShard{{id: "s", records: []string{"1"}, closed: true}}},
			[]string{"table t is not there any more"}},
		{"there, with a stream that fails", fake{fail: failing}, []string{"failed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if c.fake.shards == nil {
					c.fake.shards = []*fakeShard{{id: "s", records: []string{"1"}}}
				}
				_, told := follow(t, &c.fake, func(context.Context, *realtime.Driver) { time.Sleep(time.Minute) })
				if !slices.Equal(told, c.want) {
					t.Errorf("told %q, want %q", told, c.want)
				}
			})
		})
	}
}

// An error because the run ends says nothing about the table.
func TestTheEndOfTheRunIsNoNews(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{table: deleted, shards: []*fakeShard{{id: "s", records: []string{"1"}, closed: true}}, endAt: 3}
		_, told := follow(t, f, func(ctx context.Context, _ *realtime.Driver) { <-ctx.Done() })
		if want := []string{"table t is not there any more"}; !slices.Equal(told, want) || f.asked["DescribeTable"] != f.endAt {
			t.Errorf("told %q, want %q, asking %v", told, want, f.asked)
		}
	})
}

// An endpoint that is restarted fails first, and then has no table.
func TestATableLostInAnOutageIsTold(t *testing.T) {
	var told []string
	n := news{report: func(err error) { told = append(told, fmt.Sprint(err)) }}
	lost := &Lost{Table: "t"}
	for _, err := range []error{nil, errNoDynamoDB, errNoDynamoDB, lost, lost, errNoDynamoDB, lost, nil, nil} {
		n.update(err)
	}
	if want := []string{errNoDynamoDB.Error(), lost.Error(), "<nil>"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}
