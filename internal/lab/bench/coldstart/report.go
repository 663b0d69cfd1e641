package coldstart

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// Write prints the result as a Markdown section: first the ratios and whether they
// reach the targets, then times, memory and sizes.
func (r Result) Write(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## Cold start\n\nTime from the start of a function's process to its first answer: a GET of one profile,\n"+
		"a batch of one change or record, or a write over HTTP.\nEach figure is the median of %d starts. The functions took turns.\n\n", r.Runs)
	r.writeRatios(&b)
	r.writeTimes(&b)
	r.writeZips(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Result) writeRatios(b *strings.Builder) {
	b.WriteString("| | measured | target | reached |\n| --- | ---: | ---: | --- |\n")
	for _, t := range r.Targets() {
		measured, reached := "not measured", "unknown"
		if t.Known {
			measured, reached = t.format(t.Measured), "no"
		}
		if t.Reached() {
			reached = "yes"
		}
		fmt.Fprintf(b, "| %s | %s | at most %s | %s |\n", t.Name, measured, t.format(t.Limit), reached)
	}
	if r.Default.measured() {
		fmt.Fprintf(b, "| first answer, get / get with `config.LoadDefaultConfig` | %s | | |\n", times(ratio(r.Ours, r.Default)))
	}
	if r.Missing != "" {
		fmt.Fprintf(b, "\nThe naive Python service is left out: %s.\n", r.Missing)
	}
}

func (r Result) writeTimes(b *strings.Builder) {
	fmt.Fprintf(b, "\nOn %s:\n\n| | median ms | fastest | slowest | peak resident MB | binary MB | zip MB |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n", r.Machine)
	for _, v := range append([]Variant{r.Python, r.Default, r.Ours, r.Empty}, r.Others...) {
		if !v.measured() {
			continue
		}
		first, last := v.Times[0], v.Times[0]
		for _, t := range v.Times {
			first, last = min(first, t), max(last, t)
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s |\n", v.Name, millis(v.Median()), millis(first), millis(last),
			orDash(v.Peak(), "%.1f"), orDash(v.Binary, "%.2f"), orDash(v.Zip, "%.2f"))
	}
	b.WriteString("\nMemory was measured with a build for this machine. Sizes are those of the builds for Lambda, arm64.\n" +
		"The Python functions have no size, because boto3 comes with Lambda's runtime.\n")
}

func (r Result) writeZips(b *strings.Builder) {
	b.WriteString("\n| function | binary, bytes | zip, bytes |\n| --- | ---: | ---: |\n")
	for _, z := range r.Zips {
		fmt.Fprintf(b, "| %s | %d | %d |\n", z.Function, z.Binary, z.Zip)
	}
}

func orDash(bytes int64, format string) string {
	if bytes == 0 {
		return "-"
	}
	return fmt.Sprintf(format, float64(bytes)/1e6)
}

func millis(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d)/float64(time.Millisecond)) }

// fraction writes a ratio below 1 as 1/n.
func fraction(x float64) string { return fmt.Sprintf("1/%.1f", 1/x) }

func times(x float64) string { return fmt.Sprintf("%.2f", x) }

func megabytes(bytes float64) string { return fmt.Sprintf("%.2f MB", bytes/1e6) }
