package sim

import (
	"encoding/binary"
	"math/rand/v2"
)

// A source is randomness for one purpose. It is seeded again at every step, so leaving
// out a step does not change the others.
type source struct {
	*rand.PCG
	historySeed uint64 // the history's seed
	purpose     uint64
}

// source makes a source. Purposes count from 1, because 0 is that of the steps
// themselves.
func (s *Simulation) source(purpose uint64) *source {
	made := &source{rand.NewPCG(s.seed, purpose<<32), s.seed, purpose}
	s.sources = append(s.sources, made)
	return made
}

func (s *source) seed(step int) { s.Seed(s.historySeed, s.purpose<<32+uint64(step)+1) }

// entropy is a reader of seeded randomness.
type entropy struct{ r *rand.Rand }

func (e *entropy) Read(p []byte) (int, error) {
	var word [8]byte
	for i := range p {
		if i%8 == 0 {
			binary.LittleEndian.PutUint64(word[:], e.r.Uint64())
		}
		p[i] = word[i%8]
	}
	return len(p), nil
}
