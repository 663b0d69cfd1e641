package virtual

import (
	"container/heap"
	"time"
)

// An agenda holds what will happen, the earliest entry first. Entries for the same time
// keep the order in which they were added.
type agenda struct {
	entries entries
	serial  uint64
}

type entry struct {
	at     time.Time
	serial uint64
	do     func()
}

func (a *agenda) add(at time.Time, do func()) {
	a.serial++
	heap.Push(&a.entries, entry{at, a.serial, do})
}

// due removes and returns the first entry if it is due.
func (a *agenda) due(now time.Time) (do func(), ok bool) {
	if at, any := a.next(); !any || at.After(now) {
		return nil, false
	}
	return heap.Pop(&a.entries).(entry).do, true
}

func (a *agenda) next() (at time.Time, ok bool) {
	if len(a.entries) == 0 {
		return at, false
	}
	return a.entries[0].at, true
}

type entries []entry

func (e entries) Len() int { return len(e) }
func (e entries) Less(i, j int) bool {
	if e[i].at.Equal(e[j].at) {
		return e[i].serial < e[j].serial
	}
	return e[i].at.Before(e[j].at)
}
func (e entries) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *entries) Push(x any)   { *e = append(*e, x.(entry)) }
func (e *entries) Pop() any {
	last := (*e)[len(*e)-1]
	(*e)[len(*e)-1] = entry{}
	*e = (*e)[:len(*e)-1]
	return last
}
