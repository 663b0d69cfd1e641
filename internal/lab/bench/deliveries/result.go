package deliveries

import (
	"slices"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/stats"
)

// A Result is the result of one run.
type Result struct {
	Case
	Changes, Announcements int
	Deliveries             int           // of a change to a subscriber
	Invocations            int           // of subscribers' functions
	Median, P99            time.Duration // over all deliveries
	First, Last            time.Duration // medians of the fastest and of the slowest subscriber
	Each                   []Seen        // by subscriber

	BusPerMillion float64 // USD per million changes, for announcing them
	PerSubscriber float64 // USD per million deliveries
}

// Seen is what one subscriber measured.
type Seen struct {
	Deliveries  int
	Median, P99 time.Duration
}

func (m *meter) result(c Case) Result {
	bus, own := m.bus.Bill(), m.own.Bill()
	r := Result{
		Case: c, Changes: m.changes, Announcements: m.announced, Deliveries: m.delivered(), Invocations: m.ended,
		BusPerMillion: bus.PerMillion(m.changes), PerSubscriber: own.PerMillion(m.delivered()),
	}
	all := slices.Concat(m.latencies...)
	r.Median, r.P99 = stats.Median(all), stats.Quantile(all, 0.99)
	for i, l := range m.latencies {
		own := stats.Median(l)
		r.Each = append(r.Each, Seen{len(l), own, stats.Quantile(l, 0.99)})
		if i == 0 || own < r.First {
			r.First = own
		}
		r.Last = max(r.Last, own)
	}
	return r
}
