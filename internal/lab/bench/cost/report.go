package cost

import (
	"fmt"
	"io"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/table"
	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
)

// A Report is all that is compared.
type Report struct {
	Results [][]Result // by design, then by load
	Levers  []Lever
	Targets []Target
}

// Write prints the report in Markdown.
func (r *Report) Write(out io.Writer) error {
	var b strings.Builder
	b.WriteString("## Cost\n\nUSD per million changes in us-east-1, without a free tier: of one key each, in profiles of 1 KB, at the rates that the columns\n" +
		"name. A write is billed by the whole item, so the profile's size counts as much as the change's. Requests, events and units\n" +
		"are counted ([`internal/localaws/billing`](../localaws/billing) has the prices and their sources); archive and logs are included. Assumed: a new table, whose\n" +
		"stream has four shards; a request of a function needs 5 to 10 ms ([`internal/lab/bench/virtual`](../bench/virtual)), an invocation's own log lines have 600\n" +
		"bytes, and each of Lambda's receives brings ten messages. Were each to bring but one, which a trickle comes near to, queue requests would cost 0.36 more.\n\n" +
		"Steady and chatty are 2,000 changes, of as many users or of ten changes each within a window; a burst is 2,000 in a fifth of a second, a trickle 300.\n\n")
	r.compared(&b)
	r.parts(&b)
	r.levers(&b)
	r.targets(&b)
	b.WriteString("The row (a) is a stand-in that makes the Python service's requests; the lingering rows pack as `producers.Linger` does, in virtual time.\n\n")
	fmt.Fprintf(&b, "Beside that, whatever the traffic: Lambda asks an idle queue %d times a month, for $%.2f; storage is $%.2f a GB and month. Point-in-time\n"+
		"recovery, alarms, detailed metrics and what an archive keeps are billed by amount and time, and are not in these figures.\n",
		billing.IdleReceivesPerMonth, billing.IdleReceivesPerMonth*billing.QueueRequestPerMillion/1e6, billing.StandardPerGBMonth)
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

// parts shows what the first load's figures consist of.
func (r *Report) parts(b *strings.Builder) {
	fmt.Fprintf(b, "What that consists of, for the load %s:\n\n", r.Results[0][0].Load.Name)
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
	b.WriteString("Each lever by itself, on the pipeline:\n\n")
	t := table.New("lever", "from", "to", "at", "USD before", "USD after", "what it costs")
	for _, l := range r.Levers {
		t.Row(l.Name, l.From, l.To, l.At, dollars(l.Before), dollars(l.After), l.Price)
	}
	t.Write(b)
}

func (r *Report) targets(b *strings.Builder) {
	b.WriteString("What it is to cost at most, the archive apart; the last column has it, as the stack is deployed:\n\n")
	t := table.New("target, USD per million", "aim", "without the archive", "reached", "with it")
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
