package templatediff

import (
	"fmt"
	"strings"
)

// valueLimit is the longest value, in bytes, that is shown whole.
const valueLimit = 200

// Markdown describes the difference for people: warnings first, then a table of resources,
// then what changes in each. Titled by the stack.
func (d Diff) Markdown(stack string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### %s\n\n", stack)
	if len(d.Changes)+len(d.Outputs) == 0 {
		b.WriteString("No resource changes.\n")
		return b.String()
	}
	d.warn(&b)
	b.WriteString("| resource | type | |\n| --- | --- | --- |\n")
	for _, c := range d.Changes {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", c.ID, c.Type, c.Kind)
	}
	for _, c := range d.Changes {
		if c.Kind == Changed {
			section(&b, c.ID, c.Leaves)
		}
	}
	if len(d.Outputs) > 0 {
		section(&b, "Outputs", d.Outputs)
	}
	return b.String()
}

// warn lists what is lost, if anything.
func (d Diff) warn(b *strings.Builder) {
	lost := false
	for _, c := range d.Changes {
		if c.Warning != "" {
			fmt.Fprintf(b, "- **Warning: %s (%s) %s.**\n", c.ID, c.Type, c.Warning)
			lost = true
		}
	}
	if lost {
		b.WriteString("\n")
	}
}

// section is a block of the lines that go and come.
func section(b *strings.Builder, title string, leaves []Leaf) {
	fmt.Fprintf(b, "\n%s\n```diff\n", title)
	for _, leaf := range leaves {
		if leaf.Old != "" {
			fmt.Fprintf(b, "- %s: %s\n", leaf.Path, short(leaf.Old))
		}
		if leaf.New != "" {
			fmt.Fprintf(b, "+ %s: %s\n", leaf.Path, short(leaf.New))
		}
	}
	b.WriteString("```\n")
}

// short cuts a long value, and keeps it from ending the block.
func short(value string) string {
	value = strings.ReplaceAll(value, "```", "` ` `")
	if len(value) <= valueLimit {
		return value
	}
	return strings.ToValidUTF8(value[:valueLimit], "") + fmt.Sprintf(" ... (%d bytes)", len(value))
}
