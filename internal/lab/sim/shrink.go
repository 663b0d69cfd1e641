package sim

import (
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// maxShrinks bounds how many histories are played to shrink one.
const maxShrinks = 600

// Shrink leaves out steps of a failed history as long as it still violates the same
// guarantee. It returns the remaining steps.
func Shrink(s *stack.Stack, failed History) []int {
	return shrink(s, failed, nil)
}

func shrink(s *stack.Stack, failed History, broken sabotage) []int {
	keep := failed.Taken
	tries := 0
	fails := func(steps []int) bool {
		tries++
		v := play(s, failed.Seed, steps, nil, broken).Violation
		return v != nil && v.Guarantee == failed.Violation.Guarantee
	}
	for size := max(len(keep)/2, 1); ; {
		smaller := false
		for from := 0; from < len(keep) && tries < maxShrinks; {
			without := slices.Delete(slices.Clone(keep), from, min(from+size, len(keep)))
			if fails(without) {
				keep, smaller = without, true
				continue
			}
			from += size
		}
		if tries >= maxShrinks || size == 1 && !smaller {
			return keep
		}
		size = max(size/2, 1)
	}
}
