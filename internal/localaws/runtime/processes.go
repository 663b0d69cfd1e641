package runtime

import (
	"maps"
	"slices"
)

// Processes are the process ids of a function's processes, ascending, for who
// wants to look at one, or to kill it and see what happens.
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
