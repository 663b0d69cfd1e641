package oracle

import (
	"fmt"
	"strings"
	"time"
)

// A Batch is one run of republish, as seen from outside.
type Batch struct {
	Folds map[string][]*Fold // its input, by user
	Bus   bool               // a request to the bus was disturbed

	Began, Ended time.Time          // the function's clock
	Metrics      map[string][]int64 // what it reported
	Reported     int                // how many items its answer names; it names all where it is an error

	causes  map[*Fold][]string // of the announcements that the bus accepted
	letters map[*Fold]string   // codes
}

// A Fold is the part of a batch that becomes one announcement about a user: from the
// first record's old image to the last record's new image. It ends with a deletion by
// hand, and an item that is made starts another one.
type Fold struct {
	From, To int64     // revisions; From is 0 if the item was created
	First    int64     // the revision that the first record made
	Oldest   time.Time // when the first record was written
	Newest   time.Time // when the last one was written
	Deleted  bool      // it ends with a deletion by hand
}

// Add records the next record of a user, with the revisions before and after it; 0: there
// was or is no item. deleted says that it is a deletion by hand that is announced.
func (b *Batch) Add(user string, before, after int64, deleted bool, at time.Time) {
	if after == 0 && !deleted {
		return // nothing was to see in the removed item
	}
	if deleted {
		after = before + 1
	}
	folds := b.Folds[user]
	if len(folds) == 0 || folds[len(folds)-1].Deleted || before == 0 { // an item that is made starts from nothing
		folds = append(folds, &Fold{From: before, First: after, Oldest: at})
		b.Folds[user] = folds
	}
	f := folds[len(folds)-1]
	f.To, f.Newest, f.Deleted = after, at, deleted
}

// fold returns the fold of a user between two revisions; nil if there is none.
func (b *Batch) fold(user string, from, to int64) *Fold {
	for _, f := range b.Folds[user] {
		if f.From == from && f.To == to {
			return f
		}
	}
	return nil
}

// held describes the folds of a user in one line.
func (b *Batch) held(user string) string {
	folds := []string{}
	for _, f := range b.Folds[user] {
		folds = append(folds, fmt.Sprintf("revisions from %d to %d", f.From, f.To))
	}
	if len(folds) == 0 {
		return "nothing of this user"
	}
	return strings.Join(folds, ", ")
}

// All is how many announcements the batch becomes, if none has been made before.
func (b *Batch) All() (n int) {
	for _, folds := range b.Folds {
		n += len(folds)
	}
	return n
}
