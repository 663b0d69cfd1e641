package dynamodb

import (
	"slices"
	"sort"
	"strings"
)

// A row is a stored item with its place in the order of the table.
type row struct {
	key  string // see Table.position
	item Item   // immutable
	size int    // of the item, in bytes
}

// rows keeps rows sorted by key, in chunks so that an insertion moves few of
// them.
type rows struct {
	chunks [][]*row // none empty
	count  int
}

const maxChunk = 512

// seek finds the first row whose key is not less than the given one.
func (r *rows) seek(key string) (chunk, at int) {
	chunk = sort.Search(len(r.chunks), func(i int) bool {
		c := r.chunks[i]
		return c[len(c)-1].key >= key
	})
	if chunk == len(r.chunks) {
		return chunk, 0
	}
	at, _ = slices.BinarySearchFunc(r.chunks[chunk], key, func(w *row, key string) int { return strings.Compare(w.key, key) })
	return chunk, at
}

// get finds the row with exactly the key, nil if there is none.
func (r *rows) get(key string) *row {
	chunk, at := r.seek(key)
	if chunk == len(r.chunks) || r.chunks[chunk][at].key != key {
		return nil
	}
	return r.chunks[chunk][at]
}

// put adds a row, or replaces the one with its key.
func (r *rows) put(w *row) {
	chunk, at := r.seek(w.key)
	if chunk == len(r.chunks) {
		if chunk == 0 {
			r.chunks = append(r.chunks, nil)
		} else {
			chunk--
		}
		at = len(r.chunks[chunk])
	} else if r.chunks[chunk][at].key == w.key {
		r.chunks[chunk][at] = w
		return
	}
	r.count++
	c := slices.Insert(r.chunks[chunk], at, w)
	r.chunks[chunk] = c
	if len(c) > maxChunk {
		half := len(c) / 2
		r.chunks[chunk] = c[:half:half]
		r.chunks = slices.Insert(r.chunks, chunk+1, slices.Clone(c[half:]))
	}
}

// remove takes the row with exactly the key away.
func (r *rows) remove(key string) {
	chunk, at := r.seek(key)
	if chunk == len(r.chunks) || r.chunks[chunk][at].key != key {
		return
	}
	r.count--
	r.chunks[chunk] = slices.Delete(r.chunks[chunk], at, at+1)
	if len(r.chunks[chunk]) == 0 {
		r.chunks = slices.Delete(r.chunks, chunk, chunk+1)
	}
}

// between yields the rows with from <= key < to in order, or backwards. The
// rows must not change meanwhile.
func (r *rows) between(from, to string, backwards bool, yield func(*row) bool) {
	if backwards {
		r.descend(from, to, yield)
		return
	}
	chunk, at := r.seek(from)
	for ; chunk < len(r.chunks); chunk, at = chunk+1, 0 {
		for _, w := range r.chunks[chunk][at:] {
			if w.key >= to || !yield(w) {
				return
			}
		}
	}
}

func (r *rows) descend(from, to string, yield func(*row) bool) {
	chunk, at := r.seek(to)
	for {
		for at--; at >= 0; at-- {
			w := r.chunks[chunk][at]
			if w.key < from || !yield(w) {
				return
			}
		}
		if chunk--; chunk < 0 {
			return
		}
		at = len(r.chunks[chunk])
	}
}
