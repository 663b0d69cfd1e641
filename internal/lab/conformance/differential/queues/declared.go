package queues

import (
	"slices"
	"strings"
)

// difference is one that is known, and why it is right or does not matter. What
// the conformance cases declare of ElasticMQ has its reasons there in full.
type difference struct {
	name, reason string

	// covers tells whether two lines of a step differ by this.
	covers func(s step, local, peer string) bool
}

const (
	staleHandle = "ReceiptHandleIsInvalid"
	otherCode   = "InvalidAttributeValue"
)

var declared = []difference{
	{
		"deleting by a stale handle",
		"The reference of DeleteMessage: \"If you use an old ReceiptHandle, the request will succeed, but the message might not be deleted.\"",
		func(s step, local, peer string) bool {
			_, ok := s.(remove)
			return ok && strings.HasSuffix(local, " taken") && strings.HasSuffix(peer, "refused: "+staleHandle)
		},
	},
	{
		"hiding by a stale handle",
		"AWS answers InvalidParameterValue (https://github.com/aws/aws-sdk-net/issues/1927).",
		func(s step, local, peer string) bool {
			_, ok := s.(hide)
			return ok && strings.HasSuffix(local, "refused: InvalidParameterValue") && strings.HasSuffix(peer, "refused: "+staleHandle)
		},
	},
	mistaken("an empty body", "MissingParameter", "InvalidAttributeValue is for attributes of queues."),
	mistaken("a forbidden character", "InvalidMessageContents", "The reference of SendMessage names InvalidMessageContents."),
	mistaken("eleven messages at a time", "InvalidParameterValue", "InvalidAttributeValue is for attributes of queues."),
	mistaken("waiting for 21 s", "InvalidParameterValue", "InvalidAttributeValue is for attributes of queues."),
}

// starvation is the one declared difference that ends a comparison. ElasticMQ
// keeps its messages in a heap by the time at which they are visible, and where
// one is hidden for longer it changes that time in place
// (UpdateVisibilityTimeoutOps.scala, v1.7.1). A receive looks no further than the
// first hidden message and puts that right. But hidden messages of the same
// millisecond can take turns at the top for good, and a visible message below
// them is counted and not given until they are visible. SQS gives it.
const starvation = "visible messages that are not given while others are hidden"

// starved tells whether that happened to the peer in a step.
func starved(s step, local, peer []string) bool {
	r, ok := s.(receive)
	return ok && !slices.Equal(local, starving(r.queue)) && slices.Equal(peer, starving(r.queue))
}

// mistaken declares that ElasticMQ refuses a mistake as InvalidAttributeValue.
func mistaken(name, code, reason string) difference {
	return difference{"the code for " + name, reason, func(s step, local, peer string) bool {
		m, ok := s.(mistake)
		return ok && m.name == name && local == "refused: "+code && peer == "refused: "+otherCode
	}}
}

// declare returns the name of the difference between two lines.
func declare(s step, local, peer string) (string, bool) {
	// In both, the same receipt handle or mistake is spoken of.
	subject := func(line string) string { return line[:strings.IndexByte(line+" ", ' ')] }
	for _, d := range declared {
		if d.covers(s, local, peer) && (subject(local) == subject(peer)) {
			return d.name, true
		}
	}
	return "", false
}
