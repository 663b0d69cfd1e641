package wire

import (
	"context"
	"errors"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// maxBody is larger than every request that the services accept (SQS and EventBridge 1
// MiB, DynamoDB 16 MiB).
const maxBody = 17 << 20

// Run runs a Call, serialized with the machine, and returns its answer. The driver
// implements it. See Pending for calls that have to wait.
type Run func(ctx context.Context, c Call) (any, error)

// Handler serves the services at one address. newID names requests.
func Handler(run Run, newID func() string, services ...*Service) http.Handler {
	byTarget := map[string]*Service{}
	for _, s := range services {
		byTarget[s.Target] = s
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := newID()
		w.Header().Set("X-Amzn-Requestid", id)
		target, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		s := byTarget[target]
		if s == nil {
			refuse(w, r, id)
			return
		}
		out, err := serve(run, s, operation, r)
		if err != nil {
			writeError(w, s, err)
			return
		}
		write(w, s, http.StatusOK, out)
	})
}

func serve(run Run, s *Service, operation string, r *http.Request) (any, error) {
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
	return run(r.Context(), call)
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

func write(w http.ResponseWriter, s *Service, status int, out any) {
	body, err := json.Marshal(out, json.Deterministic(true))
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(`{"__type":"InternalServerError","message":"the answer could not be encoded"}`)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-"+s.Version)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if s.Checksum {
		w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(body)), 10))
	}
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client has gone
}
