package localrun

import (
	"context"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/billing"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// spending computes what AWS would bill for this run. The functions log here what they
// log when they are deployed, so their log bytes count unchanged.
type spending struct {
	mu       sync.Mutex
	changes  *applied
	meter    *billing.Meter // nil: nothing is billed yet
	spent    spent          // so far
	reported spent          // at the last report
}

// spent is a bill, and the number of changes that it is for.
type spent struct {
	bill    billing.Bill
	changes int
}

// begin starts billing.
func (s *spending) begin(n names, meter *billing.Meter) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes, s.meter = newApplied(n), meter
}

// observe receives a fact; see world.World.
func (s *spending) observe(fact world.Fact) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.meter == nil {
		return
	}
	s.changes.observe(fact)
	s.meter.Observe(fact)
	s.spent = spent{s.meter.Bill(), s.changes.n}
}

// logged receives a line of a function.
func (s *spending) logged(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.meter == nil {
		return
	}
	s.meter.Logged(line)
	s.spent.bill = s.meter.Bill()
}

// print prints the whole bill.
func (s *spending) print(w io.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reported = s.spent
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tunits\tUSD per million changes\t")
	for _, l := range s.spent.bill.Lines() {
		if l.Units > 0 {
			fmt.Fprintf(t, "  %s\t%s\t%.2f\t\n", l.What, units(l.Units), s.spent.perMillion(l.USD))
		}
	}
	fmt.Fprintf(t, "  %s, together\t\t%.2f\t\n", counted(s.spent.changes, "change"), s.spent.perMillion(s.spent.bill.USD()))
	t.Flush()
}

// since returns a line about the costs since the last one; "" if there was no change.
func (s *spending) since() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := spent{s.spent.bill.Less(s.reported.bill), s.spent.changes - s.reported.changes}
	if n.changes == 0 {
		return ""
	}
	s.reported = s.spent
	var parts []string
	for _, l := range n.bill.Lines() {
		if usd := n.perMillion(l.USD); usd >= 0.005 {
			parts = append(parts, fmt.Sprintf("%s %.2f", l.What, usd))
		}
	}
	return fmt.Sprintf("%s at $%.2f a million on AWS: %s", counted(n.changes, "change"), n.perMillion(n.bill.USD()), strings.Join(parts, ", "))
}

// restart begins the next report now.
func (s *spending) restart() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reported = s.spent
}

// units formats whole numbers, and fractions of gigabyte-seconds and reads.
func units(n float64) string { return strconv.FormatFloat(math.Round(n*1000)/1000, 'f', -1, 64) }

func (s spent) perMillion(usd float64) float64 { return usd / float64(max(s.changes, 1)) * 1e6 }

// spendingEvery is the interval between lines about costs, while there are changes.
const spendingEvery = 10 * time.Second

// follow reports the cost of changes until ctx ends. What was spent before is not theirs:
// the summary's own reads of the profiles come after its bill.
func (s *spending) follow(ctx context.Context, printLine func(string)) {
	s.restart()
	tick := time.NewTicker(spendingEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if line := s.since(); line != "" {
				printLine(line)
			}
		}
	}
}
