package tracing

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
)

// XRay is a traceparent as an X-Ray trace header. It is empty where the text is
// no traceparent.
func XRay(traceparent string) string {
	w3c, ok := events.ParseTraceparent(traceparent)
	if !ok {
		return ""
	}
	sampled := "0"
	if isSampled(w3c) {
		sampled = "1"
	}
	return "Root=1-" + w3c[3:11] + "-" + w3c[11:35] + ";Parent=" + w3c[36:52] + ";Sampled=" + sampled
}

// FromXRay is an X-Ray trace header as a traceparent. It is empty where the
// header does not name both a trace and a parent, or is malformed. Without a
// decision (no Sampled, or Sampled=?) the trace counts as not sampled. Fields
// that it does not know, such as Lineage, are ignored.
func FromXRay(header string) string {
	var root, parent string
	flags := "00"
	for field := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		switch {
		case name == "Root":
			root = value
		case name == "Parent":
			parent = value
		case name == "Sampled" && value == "1":
			flags = "01"
		}
	}
	version, rest, _ := strings.Cut(root, "-")
	epoch, unique, _ := strings.Cut(rest, "-")
	if version != "1" || len(epoch) != 8 {
		return ""
	}
	w3c, _ := events.ParseTraceparent("00-" + strings.ToLower(epoch+unique+"-"+parent) + "-" + flags)
	return w3c
}

// TraceID is the trace's id of a traceparent: 32 hexadecimal digits. It is empty
// where the text is no traceparent.
func TraceID(traceparent string) string {
	w3c, ok := events.ParseTraceparent(traceparent)
	if !ok {
		return ""
	}
	return w3c[3:35]
}

// isSampled tells whether somebody records the trace.
func isSampled(w3c string) bool { return strings.IndexByte("13579bdf", w3c[54]) >= 0 }
