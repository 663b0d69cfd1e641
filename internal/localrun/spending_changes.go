package localrun

import (
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// applied counts the changes that apply has finished, each once, however often it was
// delivered. A change is finished when its message is acknowledged in the change queue,
// unless the change was refused. Apply writes a dead letter before it acknowledges a
// refused change, so each letter stands for one acknowledgement that does not count. A
// letter that the queue made, for a message that was received too often, stands for
// none.
type applied struct {
	n     int
	names names

	// Changes by their id. Beyond maxUnderWay they are forgotten. A forgotten change
	// that is delivered again then counts twice, and a refused one that is not
	// acknowledged yet counts once.
	counted map[events.Stamp]bool
	letters map[events.Stamp]int // written, and their messages not acknowledged yet
}

func newApplied(n names) *applied {
	return &applied{names: n, counted: map[events.Stamp]bool{}, letters: map[events.Stamp]int{}}
}

// observe receives a fact; see world.World.
func (a *applied) observe(fact world.Fact) {
	switch f := fact.(type) {
	case sqs.Sent:
		if f.Queue == a.names.deadLetter {
			a.refused(f.Message.Body)
		}
	case sqs.Deleted:
		if f.Queue == a.names.changes {
			a.acknowledged(f.Message.Body)
		}
	}
}

func (a *applied) refused(body string) {
	if id, ok := changeOf(body); ok {
		makeRoom(a.letters)
		a.letters[id]++
	}
}

func (a *applied) acknowledged(body string) {
	id, ok := changeOf(body)
	switch {
	case !ok || a.counted[id]:
	case a.letters[id] > 1:
		a.letters[id]--
	case a.letters[id] == 1:
		delete(a.letters, id)
	default:
		makeRoom(a.counted)
		a.counted[id] = true
		a.n++
	}
}

// changeOf returns the id of the change in a message. A malformed message has none.
func changeOf(body string) (id events.Stamp, ok bool) {
	c, err := events.DecodeChange([]byte(body))
	return c.ID, err == nil
}

// makeRoom limits the memory for changes.
func makeRoom[V any](changes map[events.Stamp]V) {
	if len(changes) >= maxUnderWay {
		clear(changes)
	}
}
