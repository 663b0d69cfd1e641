package cost

import (
	"fmt"
	"io"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/table"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// A Report holds all results of a comparison.
type Report struct {
	Results [][]Result // by design, then by load
	Levers  []Lever
	Targets []Target
}

// Write prints the report in Markdown.
func (r *Report) Write(out io.Writer) error {
	var b strings.Builder
	b.WriteString("## Cost\n\n" +
		"USD per million changes in us-east-1, without the free tier. Each change has one key, and profiles have 1 KB.\n" +
		"The columns name the rates. A write is billed by the whole item, so the profile's size counts as much as the change's.\n" +
		"Requests, events and units are counted, and the archive and logs are included.\n" +
		"[`internal/localaws/billing`](../internal/localaws/billing) has the prices and their sources.\n\n" +
		"Assumptions: the table is new, so its stream has four shards. A function's request takes 5 to 10 ms\n" +
		"([`internal/lab/bench/virtual`](../internal/lab/bench/virtual)). An invocation's own log lines have 600 bytes.\n" +
		"Each of Lambda's receives brings ten messages. If each brought only one, queue requests would cost 0.36 more;\n" +
		"a trickle comes near to that.\n\n" +
		"Steady and chatty have 2,000 changes each. Steady has one for each user, chatty ten for each user within a window.\n" +
		"A burst is 2,000 changes in a fifth of a second, and a trickle is 300 changes.\n\n")
	r.compared(&b)
	r.parts(&b)
	r.levers(&b)
	r.targets(&b)
	b.WriteString("Row (a) is a stand-in that makes the Python service's requests.\n" +
		"The lingering rows pack messages as `producers.Linger` does, in virtual time.\n\n")
	fmt.Fprintf(&b, "Some costs do not depend on the traffic. Lambda polls an idle queue %d times a month, for $%.2f.\n"+
		"The functions' %d metrics cost $%.2f a month and stage, and each code of a dead letter that occurs $%.2f more.\n"+
		"Storage costs $%.2f per GB and month. Point-in-time recovery, alarms, detailed metrics and the archive's storage\n"+
		"are billed by amount and time, and are not in these figures. Neither are traces, which are off: X-Ray bills $%.2f per\n"+
		"million that it records ([tracing](tracing.md)).\n",
		billing.IdleReceivesPerMonth, billing.IdleReceivesPerMonth*billing.QueueRequestPerMillion/1e6,
		telemetry.Metrics, float64(telemetry.Metrics)*billing.MetricPerMonth, billing.MetricPerMonth, billing.StandardPerGBMonth, billing.TracePerMillion)
	_, err := io.WriteString(out, b.String())
	return err
}

func (r *Report) compared(b *strings.Builder) {
	t := table.New("design")
	for _, result := range r.Results[0] {
		t.Column(result.Load.String())
	}
	t.Column("announces")
	for _, row := range r.Results {
		cells := []string{row[0].Design.Name}
		for _, result := range row {
			cells = append(cells, dollars(result.PerMillion()))
		}
		t.Row(append(cells, yes(row[0].Design.kind == ours))...)
	}
	t.Write(b)
}

// parts prints what the figures of the first load consist of.
func (r *Report) parts(b *strings.Builder) {
	fmt.Fprintf(b, "The parts of these costs, for the load %s:\n\n", r.Results[0][0].Load.Name)
	t := table.New("design")
	lines := (&billing.Bill{}).Lines()
	used := make([]bool, len(lines))
	for _, row := range r.Results {
		for i, l := range row[0].Bill.Lines() {
			used[i] = used[i] || l.USD > 0
		}
	}
	for i, l := range lines {
		if used[i] {
			t.Column(l.What)
		}
	}
	for _, row := range r.Results {
		cells := []string{row[0].Design.Name}
		for i, l := range row[0].Bill.Lines() {
			if used[i] {
				cells = append(cells, dollars(l.USD/float64(row[0].Load.Changes)*1e6))
			}
		}
		t.Row(cells...)
	}
	t.Write(b)
}

func (r *Report) levers(b *strings.Builder) {
	b.WriteString("Each lever alone, on the pipeline:\n\n")
	t := table.New("lever", "from", "to", "at", "USD before", "USD after", "what it costs")
	for _, l := range r.Levers {
		t.Row(l.Name, l.From, l.To, l.At, dollars(l.Before), dollars(l.After), l.Price)
	}
	t.Write(b)
}

func (r *Report) targets(b *strings.Builder) {
	b.WriteString("The targets are for the cost without the archive. The last column includes the archive, as the stack is deployed:\n\n")
	t := table.New("target, USD per million", "aim", "without the archive", "reached", "with the archive")
	for _, target := range r.Targets {
		t.Row(target.Name, dollars(target.Aim), dollars(target.Measured), yes(target.Reached()), dollars(target.Archived))
	}
	t.Write(b)
}

func dollars(usd float64) string { return fmt.Sprintf("%.2f", usd) }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}
