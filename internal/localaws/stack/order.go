package stack

import (
	"cmp"
	"slices"
)

// sort puts everything into an order that does not depend on logical ids, because these
// differ between the two kinds of file.
func (s *Stack) sort() {
	order(s.Functions, func(f Function) string { return f.Name })
	order(s.Buses, func(b Bus) string { return b.Name })
	order(s.Archives, func(a Archive) string { return a.Name })
	order(s.Rules, func(r Rule) string { return r.Bus + "\n" + r.Name })
	order(s.Queues, func(q Queue) string { return q.Name })
	order(s.Tables, func(t Table) string { return t.Name })
	order(s.QueueMappings, func(m QueueMapping) string { return m.Function + "\n" + m.Queue })
	order(s.StreamMappings, func(m StreamMapping) string { return m.Function + "\n" + m.Table })
	order(s.AsyncInvokes, func(a AsyncInvoke) string { return a.Function })
	order(s.Destinations, func(d APIDestination) string { return d.Name })
	order(s.Alarms, func(a Alarm) string { return a.Name })
	order(s.Dashboards, func(d Dashboard) string { return d.Name })
	order(s.Routes, func(r Route) string { return r.Path + "\n" + r.Method })
}

func order[T any](items []T, key func(T) string) {
	slices.SortFunc(items, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}
