package runtime

import (
	"maps"
	"slices"
)

// Processes returns the process ids of a function, ascending. A caller can inspect
// them, or kill one and watch what happens.
func (r *Runner) Processes(function string) []int {
	p := r.pools[function]
	if p == nil {
		return nil
	}
	p.mu.Lock()
	live := slices.Collect(maps.Values(p.live))
	p.mu.Unlock()
	var ids []int
	for _, i := range live {
		i.mu.Lock()
		if i.cmd != nil {
			ids = append(ids, i.cmd.Process.Pid)
		}
		i.mu.Unlock()
	}
	slices.Sort(ids)
	return ids
}
