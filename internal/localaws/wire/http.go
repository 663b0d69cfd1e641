package wire

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
)

// maxBody is larger than every request that the services accept (SQS and EventBridge 1
// MiB, DynamoDB 16 MiB).
const maxBody = 17 << 20

// Run runs a Call, serialized with the machine, and returns its answer. The driver
// implements it. See Pending for calls that have to wait.
type Run func(ctx context.Context, c Call) (any, error)

// Handler serves the services at one address, whatever region a request is signed for.
// newID names requests.
func Handler(run Run, newID func() string, services ...*Service) http.Handler {
	return Front{Run: run, NewID: newID, Services: services}.Handler()
}

func (f *front) serve(s *Service, operation string, r *http.Request) (any, error) {
	if s.Operations[operation] == nil && s.Traced[operation] == nil {
		return nil, Unsupported("the operation %s.%s", s.Target, operation)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return nil, Errorf("SerializationException", "the request body ends early")
	}
	if len(body) > maxBody {
		return nil, &Error{Code: "RequestEntityTooLarge", Message: "the request body is over 17 MiB", Status: http.StatusRequestEntityTooLarge}
	}
	call, err := s.decode(operation, body, r.Header.Get("X-Amzn-Trace-Id"))
	if err != nil {
		return nil, err
	}
	if f.Called != nil {
		f.Called(Called{Token: r.Header.Get("X-Amz-Security-Token"), Service: s.Target, Operation: operation, Body: body})
	}
	return f.Run(r.Context(), call)
}

func writeError(w http.ResponseWriter, s *Service, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Code: "InternalServerError", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	body := map[string]any{"__type": e.Code, "message": e.Message}
	for name, value := range e.Members {
		body[name] = value
	}
	w.Header().Set("X-Amzn-Errortype", e.Code)
	if e.Query != "" {
		w.Header().Set("X-Amzn-Query-Error", e.Query+";Sender")
	}
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	write(w, s, status, body)
}

// contentType is that of the answers. REST services have no version of the protocol.
func (s *Service) contentType() string {
	if s.Version == "" {
		return "application/json"
	}
	return "application/x-amz-json-" + s.Version
}

func write(w http.ResponseWriter, s *Service, status int, out any) {
	body, err := json.Marshal(out, json.Deterministic(true))
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"__type":"InternalServerError","message":"the answer could not be encoded"}`)
	}
	w.Header().Set("Content-Type", s.contentType())
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if s.Checksum {
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client has gone
}
