package telegram

// remembered is how many update ids Seen keeps: far more than Telegram has
// unconfirmed at a time.
const remembered = 4096

// Seen remembers the ids of the latest updates. Ids are not compared by size:
// updates may arrive out of order, and after a quiet week Telegram starts at a
// new number. The zero Seen is ready for use, by one goroutine at a time.
type Seen struct {
	known map[int64]bool
	ring  []int64
	next  int
}

// Before tells whether this id was asked for before, and remembers it.
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
