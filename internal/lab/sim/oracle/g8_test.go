package oracle

import (
	"fmt"
	"time"
)

// wrote plays a write over HTTP: the change is sent with the stamp and answered.
func (s story) wrote(status int, rest, id, answer string) {
	w := s.writing(rest)
	w.Read = true
	s.put(w, rest, id)
	s.Answered(w, status, answer)
}

func (s story) writing(rest string) *Write {
	c, err := readChange(fmt.Sprintf(`{"detail":{"id":"x","user_id":"u"%s}}`, rest))
	if err != nil {
		panic(err)
	}
	c.Stamp = ""
	w := &Write{Change: *c, From: timeOf(stamp(2)), Until: timeOf(stamp(2)).Add(time.Second / 2)}
	s.Writing(w)
	return w
}

func (s story) put(w *Write, rest, id string) {
	b := fmt.Sprintf(`{"id":"w","time":"2026-03-01T12:00:02Z","detail":{"id":%q,"user_id":"u"%s}}`, id, rest)
	s.taken(b)
	s.Put(w, b)
}
