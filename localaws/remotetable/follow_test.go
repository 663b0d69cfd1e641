package remotetable

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/localaws"
	"github.com/bot-preferences/bot-preferences/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/localaws/lambda"
	"github.com/bot-preferences/bot-preferences/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// done is a function that succeeds.
type done struct{}

func (done) Do(context.Context, *lambda.Invocation) lambda.Result { return lambda.Result{} }

// The records reach the mapping in their order, an outage is told once with its
// end, and the pipeline is quiet only when the stream was read to its end.
func TestFollowBringsEveryRecordThroughAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var arrived, told []string
		f := &fake{
			shards: []*fakeShard{{id: "s", records: []string{"1", "2", "3", "4", "5"}}},
			fail:   []string{"", "InternalServerError", "InternalServerError", "InternalServerError"},
		}
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
		var running sync.WaitGroup
		running.Go(func() { driver.Run(ctx) })
		running.Go(func() {
			r.Follow(ctx, driver, func(err error) {
				if err != nil {
					told = append(told, "failed")
				} else {
					told = append(told, "again")
				}
			})
		})
		began := time.Now()
		if err := driver.Quiet(ctx); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < 3*afterFailure {
			t.Errorf("quiet after %v, in the middle of the outage", took)
		}
		cancel()
		running.Wait()
		if !slices.Equal(arrived, strings.Fields("1 2 3 4 5")) || !slices.Equal(told, []string{"failed", "again"}) {
			t.Errorf("arrived %v, told %v", arrived, told)
		}
	})
}
