package queues

import (
	"slices"
	"strings"
)

// difference is a known difference, and why it is right or does not matter. The
// conformance cases state the reasons for ElasticMQ's differences in full.
type difference struct {
	name, reason string

	// covers tells whether this difference explains two lines of a step.
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
		"hiding by the handle of a deleted message",
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

// starvation is the only declared difference that ends a comparison. ElasticMQ keeps
// its messages in a heap by the time at which they become visible. If a message is
// hidden for longer, ElasticMQ changes that time in place
// (UpdateVisibilityTimeoutOps.scala, v1.7.1). A receive looks no further than the first
// hidden message, and corrects its position. But hidden messages of the same
// millisecond can alternate at the top for ever. A visible message below them is
// counted but not returned until they are visible. SQS returns it.
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
	// Both lines must be about the same receipt handle or mistake.
	subject := func(line string) string { return line[:strings.IndexByte(line+" ", ' ')] }
	for _, d := range declared {
		if d.covers(s, local, peer) && (subject(local) == subject(peer)) {
			return d.name, true
		}
	}
	return "", false
}
