// Package peers runs independent software that answers like AWS, to compare localaws
// with it:
//
//   - dynoxide, an implementation of DynamoDB and its streams. Its authors compare it
//     with AWS by a public suite (crate dynoxide-rs, MIT or Apache-2.0).
//   - elasticmq, an implementation of SQS (org.elasticmq, Apache-2.0).
//   - ruler, the matcher that EventBridge itself uses (software.amazon.event.ruler,
//     Apache-2.0). It is asked over standard input.
//
// The script install beside this file puts pinned versions of all three into Dir. A
// peer starts when it is first asked for, listens on loopback only, keeps everything in
// memory and ends with Stop.
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

	"github.com/bot-preferences/bot-preferences/awsconfig"
)

// What peers and localaws agree on.
const (
	Region  = "us-east-1"
	Account = "000000000000"
)

// Dir is the folder of the peers: BOTPREFS_PEERS, or bot-preferences/peers in the
// user's cache folder. The script install uses the same one.
func Dir() (string, error) {
	if dir := os.Getenv("BOTPREFS_PEERS"); dir != "" {
		return dir, nil
	}
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "bot-preferences", "peers"), err
}

// commands returns the program to start, for the folder of the peers and a free port.
// Each serves on 127.0.0.1.
var commands = map[string]func(dir string, port int) []string{
	"dynoxide":  dynoxide,
	"elasticmq": elasticMQ,
}

var (
	mu      sync.Mutex
	started = map[string]*process{} // by name, or by address if only one caller uses it
)

// URL returns the address of the named peer, dynoxide or elasticmq. It starts the peer
// unless it is running. Its error says what is missing, or quotes the peer's output.
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

// Start starts another process of the named peer, for this caller only, and returns its
// address. stop ends it, and so does Stop. The errors are those of URL.
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

// Stop ends every peer that this process started, and waits for their end.
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

// Config returns a configuration for the implementation at the URL, with credentials
// that nothing checks. It makes one attempt, because an error is an answer and must not
// be hidden by a retry.
func Config(url string) aws.Config {
	return awsconfig.KeepAnswers(aws.Config{
		Region: Region, BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	})
}

func dynoxide(dir string, port int) []string {
	return []string{filepath.Join(dir, "bin", "dynoxide"), "--host", "127.0.0.1", "--port", fmt.Sprint(port), "--log", "quiet"}
}
