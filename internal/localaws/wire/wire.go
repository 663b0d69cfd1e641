// Package wire speaks the AWS JSON protocols 1.0 and 1.1 on the server's side: requests
// are POST / with the operation in X-Amz-Target, errors are JSON with a __type. A
// service declares its operations. Undeclared operations and unknown input members are
// refused by name with the error code LocalAWSUnsupported, so that a gap is not
// mistaken for behaviour. A request for another service is refused in the form that its
// client reads, which is XML for older services. A service may have operations of the
// older query protocol too, and may speak Smithy RPC v2 CBOR with the operations that it
// has. A Front adds what an endpoint of a whole
// account has: regions, the caller's identity, and addresses as the caller knows them.
//
// Decoding and encoding happen outside the machines: an Operation turns a body into a
// Call, and the driver runs the Call when it is that machine's turn. A Call that has
// nothing to answer yet returns a *Pending error and is run again later (SQS long
// polling).
//
// Signatures are not checked.
package wire

import (
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// A Call is one decoded request, ready to run against its machine. The driver
// serializes calls. The result must not alias state that a later call changes, because
// it is encoded after the call has ended.
type Call func() (any, error)

// An Operation decodes a request body into a Call, or refuses it.
type Operation func(body []byte) (Call, error)

// A TracedOperation is an Operation that carries on the X-Ray trace of its request: the
// header X-Amzn-Trace-Id, or "".
type TracedOperation func(body []byte, trace string) (Call, error)

// Op makes an Operation from a method with a decoded input. Members of the body that In
// does not declare are refused by name.
func Op[In, Out any](f func(*In) (Out, error)) Operation {
	traced := Traced(func(in *In, _ string) (Out, error) { return f(in) })
	return func(body []byte) (Call, error) { return traced(body, "") }
}

// Traced makes a TracedOperation as Op makes an Operation.
func Traced[In, Out any](f func(in *In, trace string) (Out, error)) TracedOperation {
	return func(body []byte, trace string) (Call, error) {
		in := new(In)
		if len(body) > 0 {
			if err := json.Unmarshal(body, in, json.RejectUnknownMembers(true)); err != nil {
				return nil, decodeError(err)
			}
		}
		return func() (any, error) { return f(in, trace) }, nil
	}
}

// A Service is one AWS service as clients see it. It has a Target, SignedAs, or both.
type Service struct {
	Target     string // the part of X-Amz-Target before the dot, such as "DynamoDB_20120810"
	Version    string // of the JSON protocol: "1.0" or "1.1"
	Operations map[string]Operation
	Traced     map[string]TracedOperation // operations that are not among the others

	// Binary tells that clients also speak Smithy RPC v2 CBOR with it.
	Binary bool

	// Checksum adds X-Amz-Crc32 (CRC-32/IEEE of the body, decimal), as
	// DynamoDB does.
	Checksum bool

	// SignedAs is the service's name in signatures, such as "cloudformation", if it has
	// operations of the older query protocol: a form, and XML in the Namespace back.
	SignedAs  string
	Namespace string
	Queries   map[string]QueryOperation
}

// decode decodes the request of an operation, or refuses it.
func (s *Service) decode(operation string, body []byte, trace string) (Call, error) {
	if traced := s.Traced[operation]; traced != nil {
		return traced(body, trace)
	}
	return s.Operations[operation](body)
}

// Time travels as seconds since 1970 with milliseconds as its fraction.
type Time time.Time

// MarshalJSONTo writes the number; the zero time is null.
func (t Time) MarshalJSONTo(e *jsontext.Encoder) error {
	if time.Time(t).IsZero() {
		return e.WriteToken(jsontext.Null)
	}
	seconds := float64(time.Time(t).UnixMilli()) / 1000
	return e.WriteValue(jsontext.Value(strconv.FormatFloat(seconds, 'f', -1, 64)))
}

// UnmarshalJSONFrom reads the number.
func (t *Time) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	var seconds float64
	if err := json.UnmarshalDecode(d, &seconds); err != nil {
		return err
	}
	*t = Time(time.UnixMilli(int64(seconds * 1000)).UTC())
	return nil
}
