package oracle

import (
	"fmt"
	"maps"
	"strings"
)

// tallies are what the metrics of an invocation must be, by their names: exactly, or
// within bounds where it cannot be told from outside.
type tallies struct {
	accepted int
	counts   map[string]bounds
	delays   map[string]*delayed
}

// bounds of a number, both included.
type bounds struct{ least, most int64 }

// delayed are the bounds of a delay: how many values it has, and the sum of them all.
type delayed struct{ values, sum bounds }

func newTallies() *tallies {
	return &tallies{counts: map[string]bounds{}, delays: map[string]*delayed{}}
}

func (t *tallies) add(name string, least, most int) {
	b := t.counts[name]
	t.counts[name] = bounds{b.least + int64(least), b.most + int64(most)}
}

func (t *tallies) exactly(name string, n int) { t.add(name, n, n) }

// delay adds the delay of a change that an invocation stored. least is 0 if it need not
// have been measured.
func (t *tallies) delay(name string, least int64, inv *Invocation, c *Change) {
	shortest, longest := interval(inv.Now, inv.Ended, c.Stamp)
	t.measure(name, least, shortest, longest)
}

func (t *tallies) measure(name string, least, shortest, longest int64) {
	d := t.delays[name]
	if d == nil {
		d = &delayed{}
		t.delays[name] = d
	}
	d.values = bounds{d.values.least + least, d.values.most + 1}
	d.sum = bounds{d.sum.least + least*shortest, d.sum.most + longest}
}

// Misreported reports that a function reported something that is no metric.
func (l *Log) Misreported(err error) { l.broken(M1, "%v", err) }

// compare looks for metrics that are not what they must be.
func (t *tallies) compare(l *Log, function string, got map[string][]int64) {
	names := maps.Clone(t.counts)
	for name := range got {
		if !strings.HasPrefix(name, "ChangeTo") {
			names[name] = t.counts[name]
		}
	}
	for _, name := range sorted(names) {
		if n := sum(got[name]); !names[name].allow(n) {
			l.broken(M1, "%s counted %d as %s, and there were %s", function, n, name, names[name])
		}
	}
	for _, name := range []string{"ChangeToVisible", "ChangeToAnnounced"} {
		d := t.delays[name]
		if d == nil {
			d = &delayed{}
		}
		switch values := got[name]; {
		case !d.values.allow(int64(len(values))):
			l.broken(M1, "%s measured %d times %s, and should have measured %s", function, len(values), name, d.values)
		case !d.sum.allow(sum(values)):
			l.broken(M1, "%s measured %d ms of %s altogether, and it took %s", function, sum(values), name, d.sum)
		}
	}
}

func (b bounds) allow(n int64) bool { return b.least <= n && n <= b.most }

// String is the number, or the bounds.
func (b bounds) String() string {
	if b.least == b.most {
		return fmt.Sprint(b.least)
	}
	return fmt.Sprintf("%d to %d", b.least, b.most)
}

func sum(values []int64) (n int64) {
	for _, v := range values {
		n += v
	}
	return n
}
