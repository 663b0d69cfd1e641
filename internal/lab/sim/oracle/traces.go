package oracle

import "regexp"

// The forms of a traceparent: version 00, and a later one, which begins alike.
var (
	traceparent = regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)
	laterTrace  = regexp.MustCompile(`^(?:[1-9a-f][0-9a-f]|0[1-9a-f])-([0-9a-f]{32}-[0-9a-f]{16})-[0-9a-f]([0-9a-f])(?:-.*)?$`)
	noTrace     = regexp.MustCompile(`^(?:ff-|..-0{32}-|..-.{32}-0{16}-)`)
)

// traceOf returns the trace that a traceparent names, as the item keeps it; "" if the
// text is none.
func traceOf(text string) string {
	if noTrace.MatchString(text) {
		return ""
	}
	if traceparent.MatchString(text) {
		return text
	}
	parts := laterTrace.FindStringSubmatch(text)
	if parts == nil {
		return ""
	}
	sampled := "00"
	if parts[2][0]%2 == 1 != ('a' <= parts[2][0]) { // 'a' is odd as a byte and even as a digit
		sampled = "01"
	}
	return "00-" + parts[1] + "-" + sampled
}

// traced checks the trace of an item that was written: that of the change with the
// greatest new stamp. A write without a new stamp leaves it alone.
func (l *Log) traced(u *user, old, image *Image) {
	want, greatest := "", ""
	if old != nil {
		want = old.Trace
		if image.Cleared != old.Cleared {
			greatest = image.Cleared
		}
	} else {
		greatest = image.Cleared
	}
	for key, e := range image.Entries {
		if old == nil || old.Entries[key].Stamp != e.Stamp {
			greatest = max(greatest, e.Stamp)
		}
	}
	if greatest != "" {
		k := l.changes[identity(u.id, greatest)]
		if k == nil {
			return // onlyAccepted says so
		}
		want = k.change.Trace
	}
	if image.Trace != want {
		l.broken(G4, "the item of %s has the trace %q at the revision %d, and its last change has %q", u.id, image.Trace, image.Revision, want)
	}
}

// trace returns the trace with which a revision is announced. A deletion by hand has none.
func (r *revision) trace() string {
	if r.removed != nil {
		return ""
	}
	return r.first.Trace
}
