package telegram

// remembered is how many update ids Seen keeps: far more than Telegram has unconfirmed
// at a time.
const remembered = 4096

// Seen remembers the ids of the latest updates. It does not compare ids by size:
// updates may arrive out of order, and after a quiet week Telegram starts at a new
// number. The zero Seen is ready for use. It is not safe for concurrent use.
type Seen struct {
	known map[int64]bool
	ring  []int64
	next  int
}

// Before tells whether it was called with this id before, and remembers the id.
func (s *Seen) Before(id int64) bool {
	if s.known[id] {
		return true
	}
	if s.known == nil {
		s.known = map[int64]bool{}
	}
	if len(s.ring) < remembered {
		s.ring = append(s.ring, id)
	} else {
		delete(s.known, s.ring[s.next])
		s.ring[s.next] = id
		s.next = (s.next + 1) % remembered
	}
	s.known[id] = true
	return false
}
