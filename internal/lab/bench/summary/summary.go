package summary

import (
	"fmt"
	"strings"
)

// command is the command line of the benchmarks.
const command = "go run ./internal/lab/cmd/lab bench "

const heading = `## Summary

| what | figure | benchmark |
| --- | --- | --- |
`

// Table returns the summary of sections as the benchmarks print them, in Markdown.
func Table(sections string) string {
	all := parse(sections)
	var b strings.Builder
	b.WriteString(heading)
	line := func(what, benchmark, form string, figures ...any) {
		fmt.Fprintf(&b, "| %s | %s | `%s` |\n", what, fmt.Sprintf(form, figures...), benchmark)
	}

	ratios, starts := with(all["Cold start"], "measured"), with(all["Cold start"], "median ms")
	line("cold start of get, compared with Python", "coldstart", "%s of the naive get's time: %s ms and %s ms until the first answer",
		ratios.cell("measured", "first answer, get / naive Python get"), starts.cell("median ms", "get"), starts.cell("median ms", "naive get: Python, boto3"))
	line("cold start of get, compared with an empty Go handler", "coldstart", "%s times its time, which is %s ms",
		ratios.cell("measured", emptyRatio("get")), starts.cell("median ms", "empty Go handler"))
	line("cold start of the other functions, compared with an empty Go handler", "coldstart", "apply %s times, republish %s, update %s, delete %s",
		ratios.cell("measured", emptyRatio("apply")), ratios.cell("measured", emptyRatio("republish")),
		ratios.cell("measured", emptyRatio("update")), ratios.cell("measured", emptyRatio("delete")))
	line("peak memory of get", "coldstart", "%s MB; naive Python get %s MB, empty Go handler %s MB",
		starts.cell("peak resident MB", "get"), starts.cell("peak resident MB", "naive get: Python, boto3"), starts.cell("peak resident MB", "empty Go handler"))
	name, size := largestZip(ratios)
	line("largest zip of the functions", "coldstart", "%s, %s", size, name)

	shares := with(all["Throughput of apply"], ourShare)
	line("changes per second, apply's own share / `encoding/json` reading the messages", "throughput", "%s with 1 change of a user in a batch, %s with 3, %s with 10",
		shares.cell(ourShare, "1"), shares.cell(ourShare, "3"), shares.cell(ourShare, "10"))

	relative, counts := with(all["Side by side"], "processor time, fold 1"), with(all["Side by side"], "write units, fold 1")
	line("one UpdateItem per message / apply", "sidebyside", "processor time %s with 1 change of a user in a batch, %s with 10; write units per change %s / %s and %s / %s",
		relative.cell("processor time, fold 1", perMessage), relative.cell("processor time, fold 10", perMessage),
		counts.cell("write units, fold 1", perMessage), counts.cell("write units, fold 1", "apply"),
		counts.cell("write units, fold 10", perMessage), counts.cell("write units, fold 10", "apply"))
	line("apply's DynamoDB requests per change", "sidebyside", "%s with 1 change of a user in a batch, %s with 10",
		counts.cell("requests, fold 1", "apply"), counts.cell("requests, fold 10", "apply"))

	times := with(all["End to end"], "changes per second")
	line("median latency at 10 % load", "latency", "without windows: visible after %s ms, announced after %s ms; with windows of 1 s: %s ms and %s ms",
		times.cell("visible, p50", "dev, no windows", "10 %"), times.cell("announced, p50", "dev, no windows", "10 %"),
		times.cell("visible, p50", "prod, windows of 1 s", "10 %"), times.cell("announced, p50", "prod, windows of 1 s", "10 %"))

	dollars := with(all["Cost"], "with the archive")
	line("USD per million changes", "cost", "over the bus %s, over the queue %s, lingering %s",
		dollars.cell("with the archive", "over the bus, steady"), dollars.cell("with the archive", "over the queue, steady"),
		dollars.cell("with the archive", "over the queue, lingering, steady"))

	limits := with(all["Growth"], "met at changes/s")
	line("first limits of a growing load", "growth", "HTTP API requests at %s changes/s, writes of a new table at %s, PutEvents at %s",
		limits.cell("met at changes/s", "HTTP API requests"), limits.cell("met at changes/s", "writes of a new table"), limits.cell("met at changes/s", "PutEvents"))
	return b.String()
}

// Names in the sections that occur more than once here.
const (
	ourShare   = "changes per second, our share / floor, at least 0.5"
	perMessage = "Go, one UpdateItem per message"
)

// emptyRatio names the row that compares a function with the empty handler.
func emptyRatio(function string) string { return "first answer, " + function + " / empty Go handler" }

// largestZip returns the function with the largest zip, and its size. The row's name
// contains the function's.
func largestZip(ratios table) (function, size string) {
	for _, row := range ratios {
		if name, found := strings.CutPrefix(row[0], "largest zip of the functions, "); found {
			return name, ratios.cell("measured", row[0])
		}
	}
	return notMeasured, notMeasured
}
