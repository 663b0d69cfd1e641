// Package loopback serves what a function's process sees of AWS, on 127.0.0.1: tables
// of localaws, and the Runtime API of whoever runs it at the moment.
package loopback

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

	local "github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// What ARNs and URLs of queues name.
const (
	Region  = "us-east-1"
	Account = "000000000000"
)

// Options say what is served.
type Options struct {
	Tables  []string         // by their names; the key of each is item.UserID
	Observe func(world.Fact) // gets what happens in the tables, one fact at a time; may be nil
	Before  func()           // is called before each request to a table, by many at once; may be nil
}

// A Server is what functions reach.
type Server struct {
	Address string                         // host:port
	Runner  atomic.Pointer[runtime.Runner] // of which the Runtime API is; nil: no process may run

	http http.Server
	done sync.WaitGroup
}

// Serve begins to serve. The caller owes Close.
func Serve(o Options) (*Server, error) {
	tables, err := o.tables()
	if err != nil {
		return nil, err
	}
	s := &Server{}
	mux := http.NewServeMux()
	mux.Handle("/", tables)
	mux.HandleFunc(runtime.Prefix, func(w http.ResponseWriter, r *http.Request) { s.Runner.Load().Handler().ServeHTTP(w, r) })
	return s, s.listen(mux)
}

// ServeHandler begins to serve a handler alone. The caller owes Close.
func ServeHandler(h http.Handler) (*Server, error) {
	s := &Server{}
	return s, s.listen(h)
}

func (s *Server) listen(h http.Handler) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.Address = listener.Addr().String()
	s.http = http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	s.done.Go(func() { _ = s.http.Serve(listener) }) // ends with ErrServerClosed
	return nil
}

// Close ends it: nobody is answered any more.
func (s *Server) Close() {
	_ = s.http.Close()
	s.done.Wait()
}

// URL is that of all services.
func (s *Server) URL() string { return "http://" + s.Address }

// Client is one of the tables.
func (s *Server) Client() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: Region, BaseEndpoint: aws.String(s.URL()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

func (o Options) tables() (http.Handler, error) {
	service := local.New(&world.World{
		Region: Region, Account: Account, Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2)), Observe: o.Observe,
	})
	for _, name := range o.Tables {
		if _, err := service.CreateTable(local.TableConfig{Name: name, Hash: local.KeyAttribute{Name: item.UserID, Type: "S"}}); err != nil {
			return nil, err
		}
	}
	var mu sync.Mutex // the tables take one call at a time
	run := func(_ context.Context, call wire.Call) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		return call()
	}
	var requests atomic.Int64
	h := wire.Handler(run, func() string { return strconv.FormatInt(requests.Add(1), 10) }, service.Wire())
	if o.Before == nil {
		return h, nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.Before()
		h.ServeHTTP(w, r)
	}), nil
}
