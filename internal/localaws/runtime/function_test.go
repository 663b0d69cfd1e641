package runtime_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"testing/iotest"

	awslambda "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// The test binary is also the function, if its environment names a Runtime API.
func TestMain(m *testing.M) {
	switch {
	case os.Getenv("TEST_CHILD") != "":
		block(os.Getenv("TEST_CHILD"))
	case os.Getenv("TEST_PARENT") != "":
		parent(os.Getenv("TEST_PARENT"))
	case os.Getenv("AWS_LAMBDA_RUNTIME_API") != "":
		function()
	default:
		os.Exit(m.Run())
	}
}

func function() {
	switch os.Getenv("TEST_INIT") {
	case "exit":
		os.Exit(7)
	case "hang":
		block(os.Getenv("TEST_DIAL"))
	case "report":
		_, _ = api("POST", "2018-06-01/runtime/init/error", `{"errorType":"Init.Bad","errorMessage":"no configuration"}`)
		os.Exit(1)
	case "sigterm":
		awslambda.StartWithOptions(handle, awslambda.WithEnableSIGTERM(func() {
			fmt.Println("terminated")
			os.Exit(0)
		}))
	}
	awslambda.Start(handle)
}

// order says what the function must do. Dial is an address of the test. The function
// connects to it, so that the test sees when it runs and when it has ended.
type order struct {
	Do     string
	Dial   string `json:",omitempty"`
	Size   int    `json:",omitempty"`
	Text   string `json:",omitempty"`
	Method string `json:",omitempty"`
}

type report struct {
	PID     int
	Text    string
	Trace   string
	ARN     string
	Request string
	Left    int64 // milliseconds until the deadline
	Env     []string
}

func handle(ctx context.Context, o order) (any, error) {
	switch o.Do {
	case "error":
		return nil, errors.New("no luck")
	case "panic":
		panic("lost")
	case "exit":
		os.Exit(3)
	case "block":
		block(o.Dial)
	case "child":
		child := exec.Command(os.Args[0])
		child.Env = []string{"TEST_CHILD=" + o.Dial}
		child.Stdout = os.Stdout
		if err := child.Start(); err != nil {
			return nil, err
		}
		select {}
	case "big":
		return strings.Repeat("x", o.Size), nil
	case "stream":
		return io.MultiReader(strings.NewReader(`{"half":`), iotest.ErrReader(errors.New("stream broke"))), nil
	case "log":
		fmt.Print("one\ntwo\r\nthree ends late")
		fmt.Fprintln(os.Stderr, "to stderr")
	case "count":
		return report{Text: fmt.Sprint(len(o.Text))}, nil
	case "api":
		return api(o.Method, o.Text, "{}")
	}
	return describe(ctx, o), nil
}

func describe(ctx context.Context, o order) report {
	lc, _ := lambdacontext.FromContext(ctx)
	deadline, _ := ctx.Deadline()
	return report{
		PID: os.Getpid(), Text: o.Text, Env: os.Environ(),
		Trace: os.Getenv("_X_AMZN_TRACE_ID"), ARN: lc.InvokedFunctionArn, Request: lc.AwsRequestID,
		Left: deadline.UnixMilli(),
	}
}

// block sends its process id and continues when the test sends a byte.
func block(address string) {
	c, err := net.Dial("tcp", address)
	if err != nil {
		panic(err)
	}
	_, _ = fmt.Fprintf(c, "%d\n", os.Getpid())
	_, _ = io.ReadFull(c, make([]byte, 1))
}

// api calls the process's own Runtime API, or with a path that begins with a
// slash, anything at its address.
func api(method, path, body string) (string, error) {
	address := os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/"
	if strings.HasPrefix(path, "/") {
		address, _, _ = strings.Cut(address, "/")
	}
	r, err := http.NewRequest(method, "http://"+address+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(res.Body)
	return fmt.Sprintf("%d %s", res.StatusCode, text), nil
}
