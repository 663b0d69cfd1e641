package pattern

import "slices"

// membership lists the array elements that hold a value: pairs of an array's number and
// an index, one per array. It is never changed in place.
type membership []place

type place struct{ array, index int }

func (m membership) with(array, index int) membership {
	return append(slices.Clip(m), place{array, index})
}

// join adds n's arrays to m. It fails where both know an array but not at the
// same index: the values lie in different elements.
func (m membership) join(n membership) (membership, bool) {
	joined := m
	for _, p := range n {
		at := slices.IndexFunc(m, func(q place) bool { return q.array == p.array })
		if at < 0 {
			joined = joined.with(p.array, p.index)
		} else if m[at].index != p.index {
			return nil, false
		}
	}
	return joined, true
}
