package dev

import (
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/localaws/world"
)

// applied counts the changes that apply is done with, each once however often it
// came: when its message is acknowledged in the change queue, unless a dead letter
// of it was written before. A letter that is redriven gets another chance.
type applied struct {
	n     int
	names names

	// Changes by their id. Beyond maxUnderWay they are forgotten: one of them that
	// comes once more then counts once more.
	counted, refused map[events.Stamp]bool
}

func newApplied(n names) *applied {
	return &applied{names: n, counted: map[events.Stamp]bool{}, refused: map[events.Stamp]bool{}}
}

// observe takes a fact; see world.World.
func (a *applied) observe(fact world.Fact) {
	switch f := fact.(type) {
	case sqs.Sent:
		a.arrived(f.Queue, f.Message.Body)
	case sqs.Moved:
		a.arrived(f.To, f.Message.Body)
	case sqs.Deleted:
		if f.Queue == a.names.changes {
			a.acknowledged(f.Message.Body)
		}
	}
}

func (a *applied) arrived(queue, body string) {
	switch {
	case queue == a.names.changes && len(a.refused) > 0:
		if id, ok := changeOf(body); ok {
			delete(a.refused, id)
		}
	case queue == a.names.deadLetter:
		if id, ok := changeOf(body); ok {
			keep(a.refused, id)
		}
	}
}

func (a *applied) acknowledged(body string) {
	if id, ok := changeOf(body); ok && !a.refused[id] && !a.counted[id] {
		keep(a.counted, id)
		a.n++
	}
}

// changeOf is the id of the change in a message; there is none in a malformed one.
func changeOf(body string) (id events.Stamp, ok bool) {
	c, err := events.DecodeChange([]byte(body))
	return c.ID, err == nil
}

// keep bounds what it adds to.
func keep(set map[events.Stamp]bool, id events.Stamp) {
	if len(set) >= maxUnderWay {
		clear(set)
	}
	set[id] = true
}
