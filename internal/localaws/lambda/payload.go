package lambda

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

const (
	payloadOpen  = `{"Records":[`
	payloadClose = `]}`
)

// encode panics if a source passed an image that is not JSON, because that is a bug and
// not bad input.
func encode(what string, v any) []byte {
	b, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true))
	if err != nil {
		panic(fmt.Sprintf("lambda: %s: %v", what, err))
	}
	return b
}

// payload is the event with the records, each already encoded.
func payload(records [][]byte) []byte {
	var b bytes.Buffer
	b.WriteString(payloadOpen)
	b.Write(bytes.Join(records, []byte(",")))
	b.WriteString(payloadClose)
	return b.Bytes()
}

// fitting returns how many of the next n records make a payload within 6 MB, at least
// one. over says that the limit, and not n, ended it.
func fitting(n int, size func(i int) int) (count int, over bool) {
	bytes := len(payloadOpen) + len(payloadClose)
	for i := range n {
		bytes += size(i) + 1 // and its comma
		if bytes > maxPayload && i > 0 {
			return i, true
		}
	}
	return n, false
}
