package events

import (
	"crypto/rand"
	"encoding/binary"
	"io"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// A Clock issues stamps: each greater than every one that it issued or observed
// before (a hybrid logical clock). It stays near the wall clock and runs ahead
// of it only where it must to keep that promise. Safe for concurrent use.
//
// Two clocks never issue the same stamp, but for the odds of a collision of 79
// random bits within one millisecond.
type Clock struct {
	now     func() time.Time
	entropy io.Reader

	mu   sync.Mutex
	last Stamp
}

// NewClock makes a Clock of the system's time and randomness.
func NewClock() *Clock { return NewClockOf(time.Now, rand.Reader) }

// NewClockOf makes a Clock of a given time and randomness, for tests and
// simulations. A Clock panics if entropy fails, as crypto/rand does, and where
// it is driven past the year 10889, after which there are no ULIDs.
func NewClockOf(now func() time.Time, entropy io.Reader) *Clock {
	return &Clock{now: now, entropy: entropy}
}

// Next issues a stamp.
func (c *Clock) Next() Stamp {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.UnixMilli() > c.last.Time().UnixMilli() {
		c.last = c.fresh(uint64(now.UnixMilli()))
	} else {
		c.last = c.increment()
	}
	return c.last
}

// Observe makes every later stamp greater than s, which the caller read from a
// profile (its as_of). The zero Stamp changes nothing.
func (c *Clock) Observe(s Stamp) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !s.After(c.last) {
		return
	}
	if ms := ulid.ULID(s).Time(); ms < ulid.MaxTime() {
		// A millisecond later with randomness of its own: several clocks that
		// observed the same stamp must not go on to issue the same next one.
		c.last = c.fresh(ms + 1)
	} else {
		c.last = s // hostile, but no reason to panic while there is room
	}
}

// NextAbove issues a stamp greater than seen, which the caller read from a
// profile. It does not observe seen. So a profile whose stamps are ahead does
// not move the stamps of every other user.
//
// If Next is not greater, the stamp has the millisecond after seen. Its random
// part is one zero bit, 42 bits of this clock's milliseconds and 37 random
// bits. So two writers who saw the same profile keep their order while their
// clocks are behind it.
// Nothing is greater than a stamp of the last millisecond that a ULID has.
func (c *Clock) NextAbove(seen Stamp) Stamp {
	if next := c.Next(); next.After(seen) {
		return next
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var id ulid.ULID
	_ = id.SetTime(min(ulid.ULID(seen).Time()+1, ulid.MaxTime())) // cannot fail: it is no greater
	var random [8]byte
	if _, err := io.ReadFull(c.entropy, random[3:]); err != nil {
		panic("events: no randomness: " + err.Error())
	}
	const randomBits, clockBits = 37, 42
	ms := uint64(c.now().UnixMilli()) & (1<<clockBits - 1)
	binary.BigEndian.PutUint16(id[6:8], uint16(ms>>(64-randomBits)))
	binary.BigEndian.PutUint64(id[8:], ms<<randomBits|binary.BigEndian.Uint64(random[:])&(1<<randomBits-1))
	return Stamp(id)
}

// fresh draws a stamp within a millisecond. The top random bit stays clear to
// leave room for increments.
func (c *Clock) fresh(ms uint64) Stamp {
	var id ulid.ULID
	if err := id.SetTime(ms); err != nil {
		panic("events: the clock is past the year 10889")
	}
	if _, err := io.ReadFull(c.entropy, id[6:]); err != nil {
		panic("events: no randomness: " + err.Error())
	}
	id[6] &= 0x7f
	return Stamp(id)
}

// increment adds a random amount to the random part of the last stamp; when
// that is used up it goes on in the next millisecond.
func (c *Clock) increment() Stamp {
	var step [4]byte
	if _, err := io.ReadFull(c.entropy, step[:]); err != nil {
		panic("events: no randomness: " + err.Error())
	}
	next := c.last
	low := binary.BigEndian.Uint64(next[8:])
	sum := low + uint64(binary.BigEndian.Uint32(step[:])) + 1
	binary.BigEndian.PutUint64(next[8:], sum)
	if sum > low {
		return next
	}
	high := binary.BigEndian.Uint16(next[6:8]) + 1
	binary.BigEndian.PutUint16(next[6:8], high)
	if high == 0 {
		return c.fresh(ulid.ULID(c.last).Time() + 1)
	}
	return next
}
