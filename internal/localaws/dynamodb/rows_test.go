package dynamodb

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRowsAgainstASortedMap(t *testing.T) {
	r, model := rand.New(rand.NewPCG(7, 7)), map[string]*row{}
	var rs rows
	for range 8000 {
		key := fmt.Sprintf("%04d", r.IntN(3000))
		switch r.IntN(5) {
		case 0, 1, 2:
			model[key] = &row{key: key}
			rs.put(model[key])
		case 3:
			delete(model, key)
			rs.remove(key)
		case 4:
			if rs.get(key) != model[key] {
				t.Fatalf("wrong row for %s", key)
			}
		}
	}
	if rs.count != len(model) || len(rs.chunks) < 3 {
		t.Fatalf("%d rows in %d chunks, want %d", rs.count, len(rs.chunks), len(model))
	}
	keys := slices.Sorted(maps.Keys(model))
	for range 200 {
		from, to := fmt.Sprintf("%04d", r.IntN(3000)), fmt.Sprintf("%04d", r.IntN(3000))
		var want []string
		for _, k := range keys {
			if from <= k && k < to {
				want = append(want, k)
			}
		}
		for _, backwards := range []bool{false, true} {
			var got []string
			rs.between(from, to, backwards, func(w *row) bool {
				got = append(got, w.key)
				return true
			})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("from %s to %s, backwards %v: %s", from, to, backwards, diff)
			}
			slices.Reverse(want)
		}
	}
}
