package localrun

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/iam"
	"github.com/bot-preferences/bot-preferences/internal/localaws/realtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/remotetable"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// Options say what to start.
type Options struct {
	Dir      string // in the pipeline's repository, or in a module that requires it: see build.Pipeline
	Stage    string // of serverless.yml; empty: dev
	AWSAddr  string // of the AWS endpoint, on loopback unless Expose is set; port 0: any
	HTTPAddr string // of the HTTP API, likewise
	Expose   bool   // allows addresses that other machines reach; nothing checks who is calling

	// DynamoDB is the URL of another endpoint with DynamoDB and its streams, which then
	// holds the tables; empty: this process holds them.
	DynamoDB string

	// With lists the serverless.yml of other services that run beside the pipeline in
	// the same AWS. Params are parameters of the pipeline and of these services,
	// name=value: they replace what the files say.
	With, Params []string

	// Extra are further main packages to build, such as "examples/bot"; see
	// Environment.Binary.
	Extra []string
	// Build makes the binaries; nil: build.Binaries.
	Build build.Build

	// Output receives the functions' log lines; nil discards them.
	Output func(runtime.Line)
	// Lacking is called with what a function did and its role does not allow, each
	// action of a function once. Strayed is called with a region for which requests were
	// signed and in which nothing exists, once. Both may be nil.
	Lacking func(iam.Lacking)
	Strayed func(region string)
	// Observe receives the cloud's facts, one at a time; see world.World.
	Observe func(world.Fact)
	// Trace answers requests below tracePath at the AWS endpoint, of this machine alone;
	// nil: there is no such path.
	Trace http.Handler
	// StreamFailed is called with the error if the stream of a table in another
	// DynamoDB cannot be read, and with nil when it can be read again. May be nil.
	StreamFailed func(error)
}

// Environment is the running pipeline. All methods are safe for concurrent use.
type Environment struct {
	Stack    *stack.Stack // the pipeline's
	Services []Service    // those of Options.With
	AWSURL   string       // http://127.0.0.1:4566: AWS_ENDPOINT_URL
	APIURL   string       // http://127.0.0.1:8080

	// TablesURL is the endpoint of the tables: AWSURL, or Options.DynamoDB.
	TablesURL string

	place     build.Place // the pipeline's
	exposed   bool
	build     build.Build
	joined    *stack.Stack // the pipeline's with those of the services
	binaries  map[string]string
	functions []runtime.Function
	driver    *realtime.Driver
	runner    *runtime.Runner
	remote    []*remotetable.Table
	failed    func(error) // Options.StreamFailed, never nil
	watch     func(*wire.Front)
	servers   []*http.Server
	requests  requests
	cancel    context.CancelFunc
	done      sync.WaitGroup
}

// Start builds the binaries and starts everything. It returns when both addresses
// answer. The caller must call Close.
func Start(ctx context.Context, o Options) (*Environment, error) {
	if err := CheckDynamoDB(o.DynamoDB); err != nil {
		return nil, err
	}
	place, err := build.Pipeline(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	aws, err := listen(o.AWSAddr, "--aws-addr", "the AWS endpoint", o.Expose)
	if err != nil {
		return nil, err
	}
	api, err := listen(o.HTTPAddr, "--http-addr", "the HTTP API", o.Expose)
	if err != nil {
		return nil, errors.Join(err, aws.Close())
	}
	e := &Environment{place: place, exposed: o.Expose, build: o.Build, AWSURL: addressOf(aws), APIURL: addressOf(api)}
	if e.build == nil {
		e.build = build.Binaries
	}
	if err := e.prepare(ctx, o); err != nil {
		return nil, errors.Join(err, aws.Close(), api.Close())
	}
	e.serve(aws, api, o.Trace)
	return e, nil
}

func (e *Environment) prepare(ctx context.Context, o Options) (err error) {
	w := newWorld()
	w.Observe = o.Observe
	if err := e.loadStacks(o, w); err != nil {
		return err
	}
	elsewhere, err := e.openTables(ctx, o) // first, because the URL may be wrong and the rest takes long
	if err != nil {
		return err
	}
	cloud, err := localaws.New(w, e.joined, elsewhere...)
	if err != nil {
		return err
	}
	if err := e.compile(ctx, o.Extra); err != nil {
		return err
	}
	cloud.Queues.BaseURL(e.AWSURL)
	cloud.KeepMetrics()
	cloud.Stacks.APIURL(e.APIURL)
	if e.runner, err = e.newRunner(e.metered(o.Output)); err != nil {
		return err
	}
	e.driver = realtime.New(cloud, e.runner, w.Now)
	e.watch = watching(e.joined, o)
	return nil
}

// localRegion is the region of everything.
const localRegion = "us-east-1"

// newWorld returns a World with the real time. Its clock never goes backwards, because
// localaws depends on that.
func newWorld() *world.World {
	start := time.Now()
	return &world.World{
		Region: localRegion, Account: "000000000000",
		Now:  func() time.Time { return start.Add(time.Since(start)) },
		Rand: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())),
	}
}

func (e *Environment) stackOptions(stage string, w *world.World) stack.Options {
	return stack.Options{
		Stage: stage, Region: w.Region, Account: w.Account,
		QueueURL: func(name string) string { return e.AWSURL + "/" + w.Account + "/" + name },
	}
}

func (e *Environment) compile(ctx context.Context, extra []string) (err error) {
	folders := append([]string{}, extra...)
	for _, f := range e.Stack.Functions {
		folders = append(folders, f.Handler)
	}
	e.binaries, err = e.build(ctx, e.place.Root, e.place.Out, build.Target{}, folders...)
	if err != nil {
		return err
	}
	for _, f := range e.Stack.Functions {
		e.functions = append(e.functions, runnable(f, e.binaries[f.Handler]))
	}
	return e.compileServices(ctx)
}

func (e *Environment) newRunner(output func(runtime.Line)) (*runtime.Runner, error) {
	return runtime.New(runtime.Options{
		Functions: e.functions, Region: e.Stack.Region, Output: output,
		Address:     func() string { return e.AWSURL[len("http://"):] },
		Environment: map[string]string{"AWS_ENDPOINT_URL": e.AWSURL, "AWS_ENDPOINT_URL_DYNAMODB": e.TablesURL},
	})
}

func (e *Environment) serve(aws, api net.Listener, trace http.Handler) {
	ctx, cancel := context.WithCancel(context.Background())
	e.cancel = cancel
	e.done.Go(func() { e.driver.Run(ctx) })
	for _, t := range e.remote {
		e.done.Go(func() { t.Follow(ctx, e.driver, e.failed) })
	}
	mux := http.NewServeMux()
	mux.Handle("/_runtime/", local(e.runner.Handler()))
	if trace != nil {
		mux.Handle(tracePath, local(trace))
	}
	mux.Handle("/", e.driver.AWS(e.watch))
	e.listenAndServe(ctx, aws, mux)
	e.listenAndServe(ctx, api, e.driver.API())
}

// listenAndServe answers requests until ctx ends, which ends long polls too.
func (e *Environment) listenAndServe(ctx context.Context, l net.Listener, h http.Handler) {
	server := &http.Server{
		Handler: e.requests.counted(h), ReadHeaderTimeout: 10 * time.Second,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	e.servers = append(e.servers, server)
	e.done.Go(func() { _ = server.Serve(l) }) // ends with ErrServerClosed
}

// stacks are the pipeline's and those of the services.
func (e *Environment) stacks() []*stack.Stack {
	all := []*stack.Stack{e.Stack}
	for _, s := range e.Services {
		all = append(all, s.Stack)
	}
	return all
}

// Binary is the path of a main package's binary, by its folder.
func (e *Environment) Binary(folder string) string { return e.binaries[folder] }

// Do runs f while nothing else uses the cloud.
func (e *Environment) Do(f func(*localaws.Cloud)) { e.driver.Do(f) }

// Await returns as soon as the condition holds, or with ctx's error.
func (e *Environment) Await(ctx context.Context, condition func(*localaws.Cloud) bool) error {
	return e.driver.Await(ctx, condition)
}

// Quiet returns when the pipeline has nothing left to do, or with ctx's error.
func (e *Environment) Quiet(ctx context.Context) error { return e.driver.Quiet(ctx) }

// answerWithin bounds how long Close waits for requests under way.
const answerWithin = 2 * time.Second

// Close stops everything. It returns when no process and no request is left. A client
// that does not read its answer loses it.
func (e *Environment) Close() error {
	e.runner.Close()
	e.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), answerWithin)
	defer cancel()
	var err error
	for _, s := range e.servers {
		if s.Shutdown(ctx) != nil {
			err = errors.Join(err, s.Close())
		}
	}
	e.requests.wait()
	e.done.Wait()
	return err
}

// Processes returns the ids of the processes that currently run a function.
func (e *Environment) Processes(function string) []int { return e.runner.Processes(function) }
