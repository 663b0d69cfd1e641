package sidebyside

import (
	"context"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	local "github.com/bot-preferences/bot-preferences/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/localaws/wire"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

const (
	region  = "us-east-1"
	account = "000000000000"
	keyName = "user_id"
)

// A cloud is what the functions see of AWS: a table for each, and the Runtime API.
type cloud struct {
	address string // host:port
	client  *dynamodb.Client
	runner  atomic.Pointer[runtime.Runner] // nil: no process is run
	step    atomic.Pointer[step]           // nil: requests wait for nobody
	server  *http.Server
	done    sync.WaitGroup

	mu   sync.Mutex // the tables take one call at a time
	used map[string]Usage
}

// Usage is what was asked of a table.
type Usage struct{ Requests, WriteUnits, ReadUnits float64 }

func (u Usage) plus(v Usage) Usage {
	return Usage{u.Requests + v.Requests, u.WriteUnits + v.WriteUnits, u.ReadUnits + v.ReadUnits}
}

func (u Usage) minus(v Usage) Usage {
	return Usage{u.Requests - v.Requests, u.WriteUnits - v.WriteUnits, u.ReadUnits - v.ReadUnits}
}

// newCloud serves on loopback. The caller owes close.
func newCloud(tables ...string) (*cloud, error) {
	c := &cloud{used: map[string]Usage{}}
	service := local.New(&world.World{
		Region: region, Account: account, Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2)), Observe: c.observe,
	})
	for _, name := range tables {
		if _, err := service.CreateTable(local.TableConfig{Name: name, Hash: local.KeyAttribute{Name: keyName, Type: "S"}}); err != nil {
			return nil, err
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	c.address = listener.Addr().String()
	c.client = dynamodb.New(dynamodb.Options{
		Region: region, BaseEndpoint: aws.String(c.url()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
	mux := http.NewServeMux()
	mux.Handle("/", c.inStep(c.tables(service)))
	mux.HandleFunc(runtime.Prefix, func(w http.ResponseWriter, r *http.Request) { c.runner.Load().Handler().ServeHTTP(w, r) })
	c.server = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	c.done.Go(func() { _ = c.server.Serve(listener) }) // ends with ErrServerClosed
	return c, nil
}

func (c *cloud) close() {
	_ = c.server.Close() // nobody is answered any more
	c.done.Wait()
}

func (c *cloud) url() string { return "http://" + c.address }

func (c *cloud) tables(service *local.Service) http.Handler {
	run := func(_ context.Context, call wire.Call) (any, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		return call()
	}
	var requests atomic.Int64
	return wire.Handler(run, func() string { return strconv.FormatInt(requests.Add(1), 10) }, service.Wire())
}

func (c *cloud) inStep(pass http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s := c.step.Load(); s != nil {
			s.wait()
		}
		pass.ServeHTTP(w, r)
	})
}

// observe is called with c.mu held, by a call of a table.
func (c *cloud) observe(f world.Fact) {
	if r, ok := f.(local.Request); ok {
		c.used[r.Table] = c.used[r.Table].plus(Usage{1, r.WriteUnits, r.ReadUnits})
	}
}

// usedOf is what was asked of a table so far.
func (c *cloud) usedOf(table string) Usage {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used[table]
}
