package growth

import "github.com/bot-preferences/bot-preferences/localaws/stack"

// Scenarios are those of docs/performance.md: 1 to 1,000 times ten changes a second,
// and then what each setting does where a limit is met.
func Scenarios() []Scenario {
	ready := Stated
	ready.TableWrites = Stated.TableQuota
	const users = 100_000
	return []Scenario{
		{Name: "1x", PerSecond: 10, Seconds: 20, Users: users, Limits: Stated},
		{Name: "10x", PerSecond: 100, Seconds: 20, Users: users, Limits: Stated},
		{Name: "100x", PerSecond: 1000, Seconds: 5, Users: users, Limits: Stated},
		{Name: "1,000x", PerSecond: 10_000, Seconds: 2, Users: users, Limits: Stated},
		{Name: "1,000x, the table warmed", PerSecond: 10_000, Seconds: 2, Users: users, Limits: ready},
		{Name: "1,000x, warmed, ten lanes a shard", PerSecond: 10_000, Seconds: 2, Users: users, Limits: ready, Change: lanes(10)},
		{Name: "2,000x, warmed, ten lanes", PerSecond: 20_000, Seconds: 1, Users: users, Limits: ready, Change: lanes(10)},
		{Name: "2,000x, likewise, published by ten", PerSecond: 20_000, Seconds: 1, Users: users, Limits: ready, Together: 10, Change: lanes(10)},
		{Name: "100x, half of one user", PerSecond: 1000, Seconds: 5, Users: users, Hot: 5, Limits: Stated},
		{Name: "1,000x, all of one user", PerSecond: 10_000, Seconds: 2, Users: users, Hot: 10, Limits: Stated},
	}
}

// lanes sets how many batches of a shard are announced at a time.
func lanes(n int) func(*stack.Stack) {
	return func(s *stack.Stack) { s.StreamMappings[0].ParallelizationFactor = n }
}
