package lambda

import (
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// A flight is one invocation handed out, with what it carries.
type flight[T any] struct {
	invocation *Invocation
	started    time.Time
	load       T
}

// flights are the invocations in flight, oldest first: a slice, because their
// order must not depend on a map's.
type flights[T any] []flight[T]

func (f *flights[T]) start(w *world.World, inv *Invocation, load T) *Invocation {
	*f = append(*f, flight[T]{inv, w.Now(), load})
	w.Tell(Started{Mapping: inv.Mapping, Invocation: inv, Size: len(inv.Items)})
	return inv
}

func (f *flights[T]) land(inv *Invocation) (flight[T], bool) {
	i := slices.IndexFunc(*f, func(x flight[T]) bool { return x.invocation.ID == inv.ID })
	if i < 0 {
		return flight[T]{}, false
	}
	landed := (*f)[i]
	*f = slices.Delete(*f, i, i+1)
	return landed, true
}

func (f flights[T]) invocations() []*Invocation {
	var all []*Invocation
	for _, x := range f {
		all = append(all, x.invocation)
	}
	return all
}
