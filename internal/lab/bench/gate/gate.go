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

// Figures are counted values, by name. The names must stay, since limits.json uses
// them.
type Figures map[string]float64

//go:embed limits.json
var limits []byte

// Limits returns the highest value that each figure may have.
func Limits() (Figures, error) {
	var f Figures
	if err := json.Unmarshal(limits, &f); err != nil {
		return nil, fmt.Errorf("limits.json: %w", err)
	}
	return f, nil
}

// counted is the number of changes that are billed: enough for full batches.
const counted = 500

// Measure counts all figures. root is the repository's folder.
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
	for _, one := range []struct {
		way  cost.Way
		load cost.Load
	}{{cost.OverBus, cost.Traced()}, {cost.WithHistory, cost.Steady()}} {
		one.load.Changes = counted
		r, err := cost.Run(root, cost.Pipeline(one.way), one.load, nil)
		if err != nil {
			return nil, err
		}
		f.bill(&r)
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

// round rounds to four decimal places.
func round(x float64) float64 {
	scale := math.Pow(10, 3-math.Floor(math.Log10(x)))
	return math.Round(x*scale) / scale
}

// slack is the share by which a figure in bytes or allocations may exceed its limit. A
// patch release of Go or of the SDK changes those figures a little. Requests and units
// get no slack, except where they depend on assumed times and on log lines.
const slack = 0.02

// maxZip is the size in bytes that no function's zip may exceed, whatever its limit.
const maxZip = 3e6

// bound returns the highest acceptable value of a figure.
func bound(name string, limit float64) float64 {
	switch {
	case strings.HasPrefix(name, "zip of "):
		return min(limit*(1+slack), maxZip)
	case strings.Contains(name, "bytes"), strings.Contains(name, "allocations"), strings.Contains(name, "GB-seconds"):
		return limit * (1 + slack)
	}
	return limit
}

// Exceeded lists the figures that exceed their limit, the figures without a limit, and
// the limits whose figure is no longer measured: one line each, sorted.
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

// Below lists the figures that have improved by more than the slack. Their limits can
// be lowered.
func (f Figures) Below(limits Figures) []string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(f)) {
		if limit, known := limits[name]; known && f[name] < limit*(1-slack) {
			lines = append(lines, fmt.Sprintf("%s: %v, and the limit is %v", name, f[name], limit))
		}
	}
	return lines
}

// JSON returns a limits.json in which these figures are the limits.
func (f Figures) JSON() string {
	var b strings.Builder
	b.WriteString("{\n")
	names := slices.Sorted(maps.Keys(f))
	for i, name := range names {
		key, _ := json.Marshal(name)      // cannot fail: a string
		value, _ := json.Marshal(f[name]) // cannot fail: finite
		fmt.Fprintf(&b, "  %s: %s", key, value)
		if i < len(names)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("}\n")
	return b.String()
}
