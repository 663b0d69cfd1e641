package otlp

import (
	"encoding/hex"
	"time"

	"github.com/go-json-experiment/json"
)

// The messages of OTLP that are written, as JSON names their fields.
type (
	request struct {
		ResourceSpans []*resourceSpans `json:"resourceSpans"`
	}
	resourceSpans struct {
		Resource   resource     `json:"resource"`
		ScopeSpans []scopeSpans `json:"scopeSpans"`
	}
	resource struct {
		Attributes []attribute `json:"attributes"`
	}
	scopeSpans struct {
		Scope     scope  `json:"scope"`
		Spans     []span `json:"spans"`
		SchemaURL string `json:"schemaUrl"`
	}
	scope struct {
		Name string `json:"name"`
	}
	span struct {
		TraceID      string      `json:"traceId"`
		SpanID       string      `json:"spanId"`
		ParentSpanID string      `json:"parentSpanId,omitzero"`
		Flags        uint32      `json:"flags"`
		Name         string      `json:"name"`
		Kind         Kind        `json:"kind"`
		Start        int64       `json:"startTimeUnixNano,string"`
		End          int64       `json:"endTimeUnixNano,string"`
		Attributes   []attribute `json:"attributes"`
		Links        []link      `json:"links,omitempty"`
		Status       *status     `json:"status,omitempty"`
	}
	link struct {
		TraceID string `json:"traceId"`
		SpanID  string `json:"spanId"`
	}
	status struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	attribute struct {
		Key   string `json:"key"`
		Value value  `json:"value"`
	}
	value struct {
		String *string `json:"stringValue,omitzero"`
		Int    *int64  `json:"intValue,string,omitzero"`
	}
)

// Flags of a span: sampled, and whether it is known that the parent is remote.
const (
	sampled     = 1
	remoteKnown = 1 << 8
	remote      = 1 << 9
)

// statusError is STATUS_CODE_ERROR.
const statusError = 2

// schemaURL names the version of the semantic conventions that the attributes follow.
const schemaURL = "https://opentelemetry.io/schemas/1.37.0"

// encode writes an ExportTraceServiceRequest: a resource for each service, with the
// attributes that all have.
func encode(spans []Span, common []Attribute) ([]byte, error) {
	var r request
	byService := map[string]*resourceSpans{}
	for i := range spans {
		s := &spans[i]
		rs := byService[s.Service]
		if rs == nil {
			own := append([]Attribute{Text("service.name", s.Service)}, common...)
			rs = &resourceSpans{
				Resource:   resource{attributes(own)},
				ScopeSpans: []scopeSpans{{Scope: scope{"botprefs dev"}, SchemaURL: schemaURL}},
			}
			byService[s.Service] = rs
			r.ResourceSpans = append(r.ResourceSpans, rs)
		}
		rs.ScopeSpans[0].Spans = append(rs.ScopeSpans[0].Spans, s.encode())
	}
	return json.Marshal(r)
}

func (s *Span) encode() span {
	e := span{
		TraceID: hex.EncodeToString(s.Trace[:]), SpanID: hex.EncodeToString(s.ID[:]), Flags: sampled | remoteKnown,
		Name: s.Name, Kind: s.Kind, Start: nanoseconds(s.Start), End: max(nanoseconds(s.Start), nanoseconds(s.End)),
		Attributes: attributes(s.Attributes),
	}
	if s.Parent != (SpanID{}) {
		e.ParentSpanID = hex.EncodeToString(s.Parent[:])
	}
	if s.Remote {
		e.Flags |= remote
	}
	for _, l := range s.Links {
		e.Links = append(e.Links, link{hex.EncodeToString(l.Trace[:]), hex.EncodeToString(l.ID[:])})
	}
	if s.Failed != "" {
		e.Status = &status{statusError, s.Failed}
	}
	return e
}

func nanoseconds(t time.Time) int64 { return max(t.UnixNano(), 0) }

func attributes(list []Attribute) []attribute {
	encoded := make([]attribute, len(list))
	for i, a := range list {
		encoded[i].Key = a.Key
		if a.IsCount {
			encoded[i].Value.Int = &a.Count
		} else {
			encoded[i].Value.String = &a.Text
		}
	}
	return encoded
}
