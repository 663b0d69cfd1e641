package cost

import "context"

// Compare bills each design under each load, and then measures the levers. It stops
// when ctx ends. If progress is not nil, Compare calls it with the name of each run
// before the run starts. root is the repository's folder.
func Compare(ctx context.Context, root string, progress func(string)) (*Report, error) {
	c := &comparer{root: root, report: &Report{}}
	for _, d := range Designs() {
		if progress != nil {
			progress(d.Name)
		}
		var row []Result
		for _, l := range Loads() {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			r, err := Run(root, d, l, nil)
			if err != nil {
				return nil, err
			}
			row = append(row, r)
		}
		c.report.Results = append(c.report.Results, row)
	}
	if progress != nil {
		progress("levers")
	}
	if err := c.levers(ctx); err != nil {
		return nil, err
	}
	c.report.Targets = c.targets()
	return c.report, nil
}

type comparer struct {
	root   string
	report *Report
}

// targets lists the highest acceptable cost of the pipeline in each case. They include
// announcements. They exclude the archive, which is not part of the pipeline's work.
func (c *comparer) targets() []Target {
	target := func(name string, aim float64, way Way, load string) Target {
		for _, row := range c.report.Results {
			for _, r := range row {
				if r.Design.Way == way && r.Design.kind == ours && r.Load.Name == load {
					t := Target{Name: name, Aim: aim, Archived: r.PerMillion()}
					r.Bill.ArchivedBytes = 0
					t.Measured = r.PerMillion()
					return t
				}
			}
		}
		panic("cost: nothing was measured of this load")
	}
	return []Target{
		target("over the bus, steady", 3.15, OverBus, "steady"),
		target("over the queue, steady", 2.15, OverQueue, "steady"),
		target("over the queue, lingering, steady", 1.85, Lingering, "steady"),
		target("over the bus, chatty", 1.75, OverBus, "chatty"),
		target("over the queue, lingering, chatty", 0.40, Lingering, "chatty"),
	}
}
