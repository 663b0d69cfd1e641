package stack

import "strings"

// maxRetention is far more than anybody keeps events for; EventBridge's own
// bound is that of an integer.
const maxRetention = 1 << 20

func readArchive(t *template, r *resource, s *Stack) {
	f := t.properties(r)
	a := Archive{Name: t.nameOf(r, "ArchiveName"), RetentionDays: f.integer("RetentionDays", 0, 0, maxRetention)}
	a.ARN = t.arn("events", "archive/"+a.Name)
	bus, ok := strings.CutPrefix(f.needText("SourceArn", "an archive is of a bus"), t.arn("events", "event-bus/"))
	if n := f.raw("SourceArn"); n != nil {
		if !ok {
			t.refuse(n, "is not the ARN of an event bus of this region and account")
		}
		t.checkBus(n, bus)
	}
	a.Bus = bus
	switch n := f.get("EventPattern"); {
	case n == nil:
	case n.kind != object:
		t.refuse(n, "EventPattern must be a map")
	default:
		a.Pattern = t.canonical(n)
	}
	f.ignore("ArchiveName", "Description")
	f.done("localaws does not know this property of an archive")
	s.Archives = append(s.Archives, a)
}
