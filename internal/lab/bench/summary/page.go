package summary

import "strings"

const introduction = `# Performance

This page shows what the pipeline costs in time, memory and money, and what people use today costs beside it.

`

const explanation = `
## How to read this page

` + "`make bench`" + ` measures everything in one run and writes this page.
` + "`" + command + "NAME`" + ` prints one section.
The last column of the summary names the section that has the figures of its line.

Ratios come first, because they hold on other machines. Times belong to the machine that a section names.
Counted figures (requests, allocations, sizes) are the same everywhere, and CI holds them to limits
([` + "`internal/lab/bench/gate`" + `](../internal/lab/bench/gate)).
[deliveries.md](deliveries.md) shows how announcements reach many subscribers.

The tables are those of ` + "`localaws`" + `, a process on this machine that answers within a fraction of a millisecond.
If dynoxide is installed, apply as a whole is measured on it too. It is an independent implementation of DynamoDB
([peers](../internal/lab/conformance/peers)). Nothing here was measured in AWS.
`

// Page returns the text of docs/performance.md for sections as the benchmarks print
// them.
func Page(sections string) string {
	sections = strings.Trim(sections, "\n")
	return introduction + Table(sections) + explanation + "\n" + sections + "\n"
}
