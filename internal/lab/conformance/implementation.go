package conformance

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance/peers"
)

// A Service is a service that an implementation may offer.
type Service string

// The services, as the peers in BOTPREFS_CONFORMANCE offer them.
const (
	Tables   Service = "tables"   // DynamoDB and DynamoDB Streams
	Queues   Service = "queues"   // SQS
	Buses    Service = "buses"    // EventBridge
	Patterns Service = "patterns" // EventBridge's event patterns alone
)

// An Implementation is something that the cases run against.
type Implementation struct {
	Name   string
	remote bool // its time is real

	// run calls f with a configuration that reaches the implementation, and returns
	// after f.
	run func(t *testing.T, f func(t *testing.T, cfg aws.Config))
}

// chosen is the variable that lists the implementations to run beside localaws,
// separated by commas.
const chosen = "BOTPREFS_CONFORMANCE"

// Chosen returns the names in BOTPREFS_CONFORMANCE.
func Chosen() []string {
	return strings.FieldsFunc(os.Getenv(chosen), func(r rune) bool { return r == ',' || r == ' ' })
}

// offered lists the services of each name in BOTPREFS_CONFORMANCE. SDKs cannot call the
// ruler: package patterns asks it directly.
var offered = map[string][]Service{
	"dynoxide":  {Tables},
	"elasticmq": {Queues},
	"ruler":     {},
	"endpoint":  {Tables, Queues, Buses, Patterns},
	"aws":       {Tables, Queues, Buses, Patterns},
}

func implementations(t *testing.T, s Service) []*Implementation {
	t.Helper()
	all := []*Implementation{{Name: "localaws", run: runLocal}}
	for _, name := range Chosen() {
		services, known := offered[name]
		if !known {
			t.Fatalf("%s names %q; it takes dynoxide, elasticmq, ruler, endpoint and aws", chosen, name)
		}
		if !slices.Contains(services, s) || name == "endpoint" && !endpointFor(s) {
			continue
		}
		all = append(all, &Implementation{Name: name, remote: true, run: func(t *testing.T, f func(*testing.T, aws.Config)) {
			t.Helper()
			f(t, remote(t, name))
		}})
	}
	return all
}

// endpointFor tells whether the environment names an endpoint for the service.
func endpointFor(s Service) bool {
	variable := map[Service]string{Tables: "_DYNAMODB", Queues: "_SQS", Buses: "_EVENTBRIDGE", Patterns: "_EVENTBRIDGE"}[s]
	return os.Getenv("AWS_ENDPOINT_URL") != "" || os.Getenv("AWS_ENDPOINT_URL"+variable) != ""
}

// remote returns the configuration for a peer, for an endpoint or for AWS.
func remote(t *testing.T, name string) aws.Config {
	t.Helper()
	if name == "endpoint" || name == "aws" {
		cfg, err := config.LoadDefaultConfig(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return cfg
	}
	url, err := peers.URL(name)
	if err != nil {
		t.Fatal(err)
	}
	return peers.Config(url)
}

// names counts the names that this process has made.
var names atomic.Int64

// Name returns a unique name for a table, a queue or a bus: the given word, a random
// part of this process, and a number.
func Name(word string) string {
	return fmt.Sprintf("botprefs-conformance-%s-%s-%d", word, process, names.Add(1))
}

var process = func() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}()

// together is how many waiting cases run at once, unless -parallel says otherwise.
// Waiting needs no processor.
const together = "32"

// Main runs a package's tests and then stops the peers that they started. Call it as
// the whole of TestMain.
func Main(m *testing.M) {
	if err := flag.Set("test.parallel", together); err != nil {
		panic(err) // the flag does not exist: the testing package has changed
	}
	code := m.Run()
	if err := peers.Stop(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}
