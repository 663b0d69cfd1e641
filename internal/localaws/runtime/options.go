package runtime

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"
)

// Options configure a Runner.
type Options struct {
	Functions []Function

	// Address is the host and port at which Handler is served, asked for each
	// time a process starts.
	Address func() string

	Region string // for AWS_REGION; empty: us-east-1

	// Environment is added to every function's own, which wins: AWS_ENDPOINT_URL
	// for example.
	Environment map[string]string

	// Output gets every line that a process writes, without its line end and
	// one at a time; it must not block for long. Nil drops them.
	Output func(Line)

	// Limit bounds the processes per function where it has no reserved
	// concurrency; 0 means 10.
	Limit int

	// Patience bounds how long an invocation waits for a process before it is
	// throttled. 0 means 10 s, negative means no wait.
	Patience time.Duration

	// InitLimit bounds how long a process may take to ask for an invocation. 0 means 10 s,
	// which is Lambda's limit for the start of a process.
	InitLimit time.Duration

	// Clock is for the deadline that functions get; nil: time.Now. The functions
	// compare it with the machine's clock.
	Clock func() time.Time
}

// A Function is one function to run.
type Function struct {
	Name        string
	Path        string            // of the executable
	Handler     string            // _HANDLER
	Environment map[string]string // the function's own; the variables that Lambda sets win
	Timeout     time.Duration     // 0 means 3 s, Lambda's default
	MemoryMB    int               // told to the function, not enforced; 0 means 128
	ARN         string

	// ReservedConcurrency bounds the processes; 0 reserves none.
	ReservedConcurrency int

	// LogFormat is Text (also if empty) or JSON.
	LogFormat string
	// LogLevel is what AWS_LAMBDA_LOG_LEVEL says, such as DEBUG; empty: nothing.
	LogLevel string
}

// A Line is one line of a function's log.
type Line struct {
	Function string
	Instance string // names the process
	Stderr   bool
	Text     string
}

const (
	defaultRegion    = "us-east-1"
	defaultLimit     = 10
	defaultPatience  = 10 * time.Second
	defaultInitLimit = 10 * time.Second
	defaultTimeout   = 3 * time.Second
	defaultMemoryMB  = 128
	maxTimeout       = 15 * time.Minute
)

var functionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (o Options) validate() error {
	if o.Address == nil {
		return errors.New("runtime: Address is required")
	}
	seen := map[string]bool{}
	for _, f := range o.Functions {
		switch {
		case !functionName.MatchString(f.Name):
			return fmt.Errorf("runtime: function %q: Name must be 1 to 64 letters, digits, - or _", f.Name)
		case seen[f.Name]:
			return fmt.Errorf("runtime: function %s: Name is there twice", f.Name)
		case f.Path == "":
			return fmt.Errorf("runtime: function %s: Path is required", f.Name)
		case f.Timeout < 0 || f.Timeout > maxTimeout:
			return fmt.Errorf("runtime: function %s: Timeout is %v, not between 0 and 900 s", f.Name, f.Timeout)
		case f.ReservedConcurrency < 0:
			return fmt.Errorf("runtime: function %s: ReservedConcurrency is negative", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

func (o Options) withDefaults() Options {
	if o.Region == "" {
		o.Region = defaultRegion
	}
	if o.Limit <= 0 {
		o.Limit = defaultLimit
	}
	if o.Patience == 0 {
		o.Patience = defaultPatience
	}
	if o.InitLimit <= 0 {
		o.InitLimit = defaultInitLimit
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Output == nil {
		o.Output = func(Line) {}
	}
	return o
}

func (f Function) withDefaults(limit int) (Function, error) {
	// The process starts in the executable's folder, where a relative path
	// would mean another file.
	path, err := filepath.Abs(f.Path)
	if err != nil {
		return f, fmt.Errorf("runtime: function %s: Path: %w", f.Name, err)
	}
	f.Path = path
	if f.Timeout == 0 {
		f.Timeout = defaultTimeout
	}
	if f.MemoryMB == 0 {
		f.MemoryMB = defaultMemoryMB
	}
	if f.ReservedConcurrency == 0 {
		f.ReservedConcurrency = limit
	}
	if f.LogFormat == "" {
		f.LogFormat = "Text"
	}
	return f, nil
}
