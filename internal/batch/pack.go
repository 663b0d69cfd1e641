package batch

// Limits are those of one request.
type Limits struct {
	Entries int // at most this many
	Bytes   int // at most this many in total, as the service counts them
}

// Pack splits entries of these sizes (bytes) into requests within the limits.
// It keeps their order and fills each request before it begins the next. The
// requests hold indexes into sizes. Entries that fit no request are returned as
// oversize and are in none.
func Pack(sizes []int, l Limits) (requests [][]int, oversize []int) {
	var current []int
	used := 0
	for i, size := range sizes {
		if size > l.Bytes {
			oversize = append(oversize, i)
			continue
		}
		if len(current) == l.Entries || (len(current) > 0 && used+size > l.Bytes) {
			requests = append(requests, current)
			current, used = nil, 0
		}
		current = append(current, i)
		used += size
	}
	if len(current) > 0 {
		requests = append(requests, current)
	}
	return requests, oversize
}
