package growth

// Scenarios lists the scenarios of docs/performance.md. The first ones are 1 to 2,000
// times ten changes a second. The others show the effect of each setting where a limit
// is met. No user has a profile before the run, and no user that is drawn evenly
// changes twice.
func Scenarios() []Scenario {
	const users = 100_000
	return []Scenario{
		{Name: "1x", PerSecond: 10, Changes: 200, Users: users, Limits: Stated},
		{Name: "10x", PerSecond: 100, Changes: 1000, Users: users, Limits: Stated},
		{Name: "100x", PerSecond: 1000, Changes: 2000, Users: users, Limits: Stated},
		{Name: "1,000x", PerSecond: 10_000, Changes: 15_000, Users: users, Limits: Stated},
		{Name: "1,000x, warmed to 20,000/s", PerSecond: 10_000, Changes: 10_000, Users: users, Limits: Stated.Warmed(20_000)},
		{Name: "1,000x, warmed to 20,000/s, by ten, one follower", PerSecond: 10_000, Changes: 10_000, Users: users, Together: 10, Followers: 1, Limits: Stated.Warmed(20_000)},
		{Name: "2,000x, warmed to 40,000/s, by ten", PerSecond: 20_000, Changes: 10_000, Users: users, Together: 10, Limits: Stated.Warmed(40_000)},
		{Name: "100x, half of one user", PerSecond: 1000, Changes: 2000, Users: users, Hot: 5, Limits: Stated},
		{Name: "1,000x, all of one user", PerSecond: 10_000, Changes: 10_000, Users: users, Hot: 10, Limits: Stated},
	}
}
