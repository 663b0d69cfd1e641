package wire

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/go-json-experiment/json"
)

// rpcv2 is the name of the protocol in the header Smithy-Protocol.
const rpcv2 = "rpc-v2-cbor"

// isBinary recognizes the Smithy RPC v2 CBOR protocol: POST
// /service/<target>/operation/<operation>. The AWS CLI, boto3 and the Go SDK speak it with
// CloudWatch.
func isBinary(r *http.Request) bool { return r.Header.Get("Smithy-Protocol") == rpcv2 }

// serveBinary answers one request of that protocol. The operations see its input as JSON.
func (f *front) serveBinary(w http.ResponseWriter, r *http.Request, requestID string) {
	target, operation, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/service/"), "/operation/")
	s := f.servicesFor(r).targets[target]
	if s == nil || !s.Binary {
		writeBinaryError(w, refusal(r, target))
		return
	}
	body, err := fromBinary(r.Body)
	if err != nil {
		writeBinaryError(w, err)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	out, err := f.serve(s, operation, r)
	if err != nil {
		writeBinaryError(w, err)
		return
	}
	writeBinary(w, http.StatusOK, out)
}

var (
	objects   = cbor.DecOptions{DefaultMapType: reflect.TypeFor[map[string]any](), DupMapKey: cbor.DupMapKeyEnforcedAPF}
	decoder   = must(objects.DecMode())
	encoder   = must(cbor.EncOptions{Sort: cbor.SortBytewiseLexical}.EncMode())
	errBinary = Errorf("SerializationException", "the request body is not valid CBOR")
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// fromBinary reads an input, and returns it as JSON. No body is no input.
func fromBinary(from io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(from, maxBody+1))
	if err != nil || len(body) == 0 {
		return nil, nil
	}
	var in any
	if err := decoder.Unmarshal(body, &in); err != nil {
		return nil, errBinary
	}
	text, err := json.Marshal(withoutTimes(in))
	if err != nil {
		return nil, errBinary
	}
	return text, nil
}

// withoutTimes replaces the times in an input, whose form in CBOR is a tag, with seconds
// since 1970.
func withoutTimes(value any) any {
	switch value := value.(type) {
	case time.Time:
		return Time(value)
	case []any:
		for i, item := range value {
			value[i] = withoutTimes(item)
		}
	case map[string]any:
		for name, field := range value {
			value[name] = withoutTimes(field)
		}
	}
	return value
}

// MarshalCBOR writes seconds since 1970 with the tag of an epoch time.
func (t Time) MarshalCBOR() ([]byte, error) {
	const epoch = 1
	return encoder.Marshal(cbor.Tag{Number: epoch, Content: float64(time.Time(t).UnixMilli()) / 1000})
}

func writeBinaryError(w http.ResponseWriter, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Code: "InternalServerError", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	w.Header().Set("X-Amzn-Errortype", e.Code)
	if e.Query != "" {
		w.Header().Set("X-Amzn-Query-Error", e.Query+";Sender")
	}
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	writeBinary(w, status, map[string]any{"__type": e.Code, "message": e.Message})
}

func writeBinary(w http.ResponseWriter, status int, out any) {
	body, err := encoder.Marshal(out)
	if err != nil {
		status, body = http.StatusInternalServerError, nil
	}
	w.Header().Set("Smithy-Protocol", rpcv2)
	w.Header().Set("Content-Type", "application/cbor")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // an error means that the client has gone
}
