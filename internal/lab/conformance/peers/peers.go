// Package peers runs software that others wrote and that answers as AWS does,
// so that localaws can be held against it:
//
//   - dynoxide, an implementation of DynamoDB and its streams that its authors
//     hold against AWS with a public suite (crate dynoxide-rs, MIT or Apache-2.0);
//   - elasticmq, an implementation of SQS (org.elasticmq, Apache-2.0);
//   - ruler, the matcher that EventBridge itself uses
//     (software.amazon.event.ruler, Apache-2.0), asked over standard input.
//
// The script install beside this file puts pinned versions of all three into
// Dir. A peer is started when it is first asked for, listens on loopback alone,
// keeps everything in memory and is ended by Stop.
//
// Duties of the caller: call Stop before the process ends.
package peers

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// What peers and localaws agree on.
const (
	Region  = "us-east-1"
	Account = "000000000000"
)

// Dir is where the peers are installed: BOTPREFS_PEERS, or bot-preferences/peers
// in the user's cache folder. The script install says the same.
func Dir() (string, error) {
	if dir := os.Getenv("BOTPREFS_PEERS"); dir != "" {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "bot-preferences", "peers"), err
}

// commands are the programs to start, given the folder of the peers and a free
// port. Each serves on 127.0.0.1.
var commands = map[string]func(dir string, port int) []string{
	"dynoxide":  dynoxide,
	"elasticmq": elasticMQ,
}

var (
	mu      sync.Mutex
	started = map[string]*process{} // by name, or by address where one has it alone
)

// URL is the address of the named peer, dynoxide or elasticmq, which it starts
// unless it runs. Its error says what is missing, or quotes what the peer wrote
// before it ended.
func URL(name string) (string, error) {
	mu.Lock()
	defer mu.Unlock()
	if p, ok := started[name]; ok {
		return p.url, nil
	}
	p, err := start(name)
	if err != nil {
		return "", err
	}
	started[name] = p
	return p.url, nil
}

// Start starts one more process of the named peer, for the caller alone, and
// returns its address. stop ends it, and so does Stop. Errors are as for URL.
func Start(name string) (url string, stop func() error, err error) {
	p, err := start(name)
	if err != nil {
		return "", nil, err
	}
	mu.Lock()
	defer mu.Unlock()
	started[p.url] = p
	return p.url, func() error {
		mu.Lock()
		defer mu.Unlock()
		delete(started, p.url)
		return p.stop(context.Background())
	}, nil
}

func start(name string) (*process, error) {
	command, ok := commands[name]
	if !ok {
		return nil, fmt.Errorf("there is no peer %q that serves", name)
	}
	dir, err := Dir()
	if err != nil {
		return nil, err
	}
	p, err := serve(name, func(port int) []string { return command(dir, port) })
	if err != nil {
		return nil, fmt.Errorf("peer %s: %w (internal/lab/conformance/peers/install installs it)", name, err)
	}
	return p, nil
}

// Stop ends every peer that this process started, and returns when they have.
func Stop(ctx context.Context) error {
	mu.Lock()
	defer mu.Unlock()
	var failed error
	for name, p := range started {
		failed = errors.Join(failed, p.stop(ctx))
		delete(started, name)
	}
	return failed
}

// Config reaches an implementation at the URL with credentials that no one
// checks. It makes one attempt: an error is an answer, not something to hide.
func Config(url string) aws.Config {
	return aws.Config{
		Region: Region, BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}
}

func dynoxide(dir string, port int) []string {
	return []string{filepath.Join(dir, "bin", "dynoxide"), "--host", "127.0.0.1", "--port", fmt.Sprint(port), "--log", "quiet"}
}
