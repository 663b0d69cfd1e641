package sidebyside

import (
	"sync"
	"sync/atomic"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/loopback"
	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// keyName is the key of every table.
const keyName = item.UserID

// A cloud is what the functions see of AWS: one table for each of them, and the Runtime
// API.
type cloud struct {
	*loopback.Server
	client *dynamodb.Client
	step   atomic.Pointer[step] // nil: requests do not wait

	mu   sync.Mutex
	used map[string]Usage
}

// Usage counts the requests to a table and their units.
type Usage struct{ Requests, WriteUnits, ReadUnits float64 }

func (u Usage) plus(v Usage) Usage {
	return Usage{u.Requests + v.Requests, u.WriteUnits + v.WriteUnits, u.ReadUnits + v.ReadUnits}
}

func (u Usage) minus(v Usage) Usage {
	return Usage{u.Requests - v.Requests, u.WriteUnits - v.WriteUnits, u.ReadUnits - v.ReadUnits}
}

// newCloud serves the tables on 127.0.0.1. The caller must call Close.
func newCloud(tables ...string) (*cloud, error) {
	c := &cloud{used: map[string]Usage{}}
	s, err := loopback.Serve(loopback.Options{Tables: tables, Observe: c.observe, Before: c.inStep})
	if err != nil {
		return nil, err
	}
	c.Server, c.client = s, s.Client()
	return c, nil
}

// inStep returns when a request may proceed.
func (c *cloud) inStep() {
	if s := c.step.Load(); s != nil {
		s.wait()
	}
}

// observe receives a fact of the tables.
func (c *cloud) observe(f world.Fact) {
	if r, ok := f.(local.Request); ok {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.used[r.Table] = c.used[r.Table].plus(Usage{1, r.WriteUnits, r.ReadUnits})
	}
}

// usedOf returns the usage of a table so far.
func (c *cloud) usedOf(table string) Usage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used[table]
}
