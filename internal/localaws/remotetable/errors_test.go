package remotetable

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// answers stands for a server. It gets the operation of a request and returns the
// answer.
type answers func(operation string) (status int, body string, err error)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	status, body, err := a(operation)
	if errors.Is(err, errSilent) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

var errSilent = errors.New("no answer ever")

func refusal(code string) string { return fmt.Sprintf(`{"__type":"x#%s","message":"why"}`, code) }

const described = `{"Table":{"LatestStreamArn":"` + fakeARN + `","KeySchema":[{"AttributeName":"user_id","KeyType":"HASH"}],` +
	`"AttributeDefinitions":[{"AttributeName":"user_id","AttributeType":"S"}],"StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}}`

func TestOpenSaysInOneLineWhatIsWrong(t *testing.T) {
	always := func(status int, body string) answers {
		return func(string) (int, string, error) { return status, body, nil }
	}
	for _, c := range []struct {
		name, want string
		there      answers
	}{
		{"nothing", "it cannot be reached: dial tcp: connection refused", func(string) (int, string, error) {
			return 0, "", &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
		}},
		{"silence", "it cannot be reached: no answer within 10s", func(string) (int, string, error) { return 0, "", errSilent }},
		{"a web server without the page", errNoDynamoDB.Error() + ": status 404 to DescribeTable", always(404, "<html>not found</html>")},
		{"a web server that fails", errNoDynamoDB.Error() + ": status 502 to DescribeTable", always(502, "")},
		{"a web page", errNoDynamoDB.Error() + ": its answer to DescribeTable cannot be read", always(200, "<html>welcome</html>")},
		{"JSON of something else", "table t: " + errNoDynamoDB.Error(), always(200, "{}")},
		{"DynamoDB that refuses", "it refuses DescribeTable: AccessDeniedException: why", always(400, refusal("AccessDeniedException"))},
		{"DynamoDB without streams", "it does not know DescribeStream, which DynamoDB with its streams does", func(operation string) (int, string, error) {
			if operation == "DescribeTable" {
				return 200, described, nil
			}
			return 400, refusal("UnknownOperationException"), nil
		}},
		{"streams of something else", "stream " + fakeARN + ": " + errNoDynamoDB.Error(), func(operation string) (int, string, error) {
			if operation == "DescribeTable" {
				return 200, described, nil
			}
			return 200, "{}", nil
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // the client waits between its tries
				began := time.Now()
				_, err := Open(t.Context(), configOf(c.there), stack.Table{Name: "t", HashKey: "user_id", HashKeyType: "S", StreamViewType: "NEW_AND_OLD_IMAGES"})
				if err == nil || err.Error() != c.want {
					t.Errorf("got  %v\nwant %s", err, c.want)
				}
				if took := time.Since(began); took > answersWithin {
					t.Errorf("it took %v", took)
				}
			})
		})
	}
}

// If the caller cancels, the error does not say that nothing answers.
func TestOpenEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, configOf(answers(func(string) (int, string, error) { return 0, "", errSilent })), stack.Table{Name: "t"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestTheAddressIsNotNamedTwice(t *testing.T) {
	err := &url.Error{Op: "Post", URL: "http://fake.test/", Err: errors.New("no route to host")}
	if got := cause(fmt.Errorf("sending: %w", err)).Error(); got != "no route to host" {
		t.Errorf("got %q", got)
	}
}
