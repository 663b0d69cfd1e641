package throughput

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// newClient returns a DynamoDB client with the SDK's own settings, for an address and
// an HTTP client.
func newClient(url string, via aws.HTTPClient) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(url), HTTPClient: via,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
}

// A counter counts the requests of a client by operation, including the SDK's retries.
type counter struct {
	via aws.HTTPClient

	mu    sync.Mutex
	count map[string]int
}

// Do counts a request and forwards it.
func (c *counter) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	c.mu.Lock()
	if c.count == nil {
		c.count = map[string]int{}
	}
	c.count[operation]++
	c.mu.Unlock()
	return c.via.Do(r)
}

// taken returns the requests since its last call.
func (c *counter) taken() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.count
	c.count = nil
	return taken
}

// An inProcess client calls a handler directly, without a server.
type inProcess struct{ handler http.Handler }

// Do calls the handler.
func (p inProcess) Do(r *http.Request) (*http.Response, error) {
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	p.handler.ServeHTTP(w, r)
	return answer(r, w.status, w.header, w.body.Bytes()), nil
}

// A recorder is the http.ResponseWriter of an inProcess client.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header            { return r.header }
func (r *recorder) WriteHeader(status int)         { r.status = status }
func (r *recorder) Write(text []byte) (int, error) { return r.body.Write(text) }

// An atOnce client answers every request at once, with the same text.
type atOnce struct {
	header http.Header
	body   []byte
}

func newAtOnce(body []byte) *atOnce {
	return &atOnce{body: body, header: http.Header{
		"Content-Type":     {"application/x-amz-json-1.0"},
		"X-Amzn-Requestid": {"4f0c0d0e-1a2b-4c3d-8e4f-5a6b7c8d9e0f"},
		"X-Amz-Crc32":      {strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10)},
	}}
}

// Do reads the request, as a connection would, and answers.
func (a *atOnce) Do(r *http.Request) (*http.Response, error) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return nil, err
	}
	return answer(r, http.StatusOK, a.header.Clone(), a.body), nil
}

func answer(r *http.Request, status int, header http.Header, body []byte) *http.Response {
	return &http.Response{
		Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Request: r, Header: header, ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
	}
}
