// Package loopback serves on 127.0.0.1 what a function's process sees of AWS: tables and a
// bus of localaws, and the Runtime API of the runner that is active.
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
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// The account and region in ARNs and in the URLs of queues.
const (
	Region  = "us-east-1"
	Account = "000000000000"
)

// Options say what to serve.
type Options struct {
	Tables  []string         // table names; the key of each is item.UserID
	Bus     string           // the name of an event bus without rules; empty: there is none
	Observe func(world.Fact) // receives the facts of the tables, one at a time; may be nil
	Before  func()           // is called before each request to AWS, concurrently; may be nil
}

// A Server is the local AWS that functions call.
type Server struct {
	Address string                         // host:port
	Runner  atomic.Pointer[runtime.Runner] // whose Runtime API is served; nil: no process may run

	http http.Server
	done sync.WaitGroup
}

// Serve starts a server. The caller must call Close.
func Serve(o Options) (*Server, error) {
	aws, err := o.services()
	if err != nil {
		return nil, err
	}
	s := &Server{}
	mux := http.NewServeMux()
	mux.Handle("/", aws)
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

// Close stops the server. It answers no further requests.
func (s *Server) Close() {
	_ = s.http.Close()
	s.done.Wait()
}

// URL is the endpoint of all services.
func (s *Server) URL() string { return "http://" + s.Address }

// Client returns a client of the tables.
func (s *Server) Client() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: Region, BaseEndpoint: aws.String(s.URL()), Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

// services returns the handler of the tables and of the bus.
func (o Options) services() (http.Handler, error) {
	w := &world.World{
		Region: Region, Account: Account, Now: time.Now, Rand: rand.New(rand.NewPCG(1, 2)), Observe: o.Observe,
	}
	service := local.New(w)
	for _, name := range o.Tables {
		if _, err := service.CreateTable(local.TableConfig{Name: name, Hash: local.KeyAttribute{Name: item.UserID, Type: "S"}}); err != nil {
			return nil, err
		}
	}
	served := []*wire.Service{service.Wire()}
	if o.Bus != "" {
		buses := eventbridge.New(w, func(string) (eventbridge.Target, bool) { return nil, false })
		if err := buses.CreateBus(o.Bus); err != nil {
			return nil, err
		}
		served = append(served, buses.Wire())
	}
	var mu sync.Mutex // the services accept one call at a time
	run := func(_ context.Context, call wire.Call) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		return call()
	}
	var requests atomic.Int64
	h := wire.Handler(run, func() string { return strconv.FormatInt(requests.Add(1), 10) }, served...)
	if o.Before == nil {
		return h, nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.Before()
		h.ServeHTTP(w, r)
	}), nil
}
