package gate

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/coldstart"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/cost"
	"github.com/bot-preferences/bot-preferences/internal/lab/bench/throughput"
)

// Figures are what is counted, by names that stay.
type Figures map[string]float64

//go:embed limits.json
var limits []byte

// Limits are what each figure may be at most.
func Limits() (Figures, error) {
	var f Figures
	if err := json.Unmarshal(limits, &f); err != nil {
		return nil, fmt.Errorf("limits.json: %w", err)
	}
	return f, nil
}

// counted is how many changes are billed: enough for whole batches.
const counted = 500

// Measure counts everything. root is the repository's folder.
func Measure(ctx context.Context, root string) (Figures, error) {
	f := Figures{}
	allocations, err := throughput.Counted(ctx)
	if err != nil {
		return nil, err
	}
	maps.Copy(f, allocations)
	for _, way := range []cost.Way{cost.OverBus, cost.OverQueue, cost.Lingering, cost.OverHTTP} {
		for _, load := range []cost.Load{cost.Steady(), cost.Chatty(), cost.Light()} {
			load.Changes = counted
			r, err := cost.Run(root, cost.Pipeline(way), load, nil)
			if err != nil {
				return nil, err
			}
			f.bill(&r)
		}
	}
	zips, err := coldstart.Sizes(ctx, root)
	if err != nil {
		return nil, err
	}
	for _, z := range zips {
		f["zip of "+z.Function+": bytes"] = float64(z.Zip)
	}
	return f, nil
}

func (f Figures) bill(r *cost.Result) {
	for _, l := range r.Bill.Lines() {
		if l.Units > 0 {
			f[fmt.Sprintf("%s, %s: %s per change", r.Design.Name, r.Load.Name, l.What)] = round(l.Units / float64(r.Load.Changes))
		}
	}
}

// round leaves four digits.
func round(x float64) float64 {
	scale := math.Pow(10, 3-math.Floor(math.Log10(x)))
	return math.Round(x*scale) / scale
}

// slack is how much a figure in bytes or allocations may exceed its limit: a patch of
// Go or of the SDK moves them by a little. Requests and units have none, but what the
// assumed times and the lines of logs move.
const slack = 0.02

// maxZip is what no function's zip may exceed, in bytes, whatever its limit.
const maxZip = 3e6

// bound is the most that a figure may be.
func bound(name string, limit float64) float64 {
	switch {
	case strings.HasPrefix(name, "zip of "):
		return min(limit*(1+slack), maxZip)
	case strings.Contains(name, "bytes"), strings.Contains(name, "allocations"), strings.Contains(name, "GB-seconds"):
		return limit * (1 + slack)
	}
	return limit
}

// Exceeded lists every figure that is over its limit, and those that have none or are
// not measured any more: one line each, in order.
func (f Figures) Exceeded(limits Figures) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		limit, known := limits[name]
		switch {
		case !known:
			lines = append(lines, fmt.Sprintf("%s: %v, and there is no limit", name, f[name]))
		case f[name] > bound(name, limit):
			lines = append(lines, fmt.Sprintf("%s: %v, and the limit is %v", name, f[name], limit))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(limits)) {
		if _, measured := f[name]; !measured {
			lines = append(lines, name+": there is a limit, and it is not measured")
		}
	}
	return lines
}

// Below lists the figures that have become better by more than the slack: their
// limits can come down.
func (f Figures) Below(limits Figures) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if limit, known := limits[name]; known && f[name] < limit*(1-slack) {
			lines = append(lines, fmt.Sprintf("%s: %v, and the limit is %v", name, f[name], limit))
		}
	}
	return lines
}

// JSON is the text of limits.json that these figures would be the limits in.
func (f Figures) JSON() string {
	var b strings.Builder
	b.WriteString("{\n")
	names := slices.Sorted(maps.Keys(f))
	for i, name := range names {
		key, _ := json.Marshal(name)      // a string
		value, _ := json.Marshal(f[name]) // finite
		fmt.Fprintf(&b, "  %s: %s", key, value)
		if i < len(names)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("}\n")
	return b.String()
}
