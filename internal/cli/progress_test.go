package cli

import (
	"bytes"
	"strings"
	"testing"
)

func TestProgressIsNoWiderThanTheTerminal(t *testing.T) {
	const text = "12,000 profiles"
	for columns, want := range map[string]string{
		"": text, "0": text, "-5": text, "x": text, "16": text, "15": "12,000 profile", "3": "12", "1": "",
	} {
		t.Setenv("COLUMNS", columns)
		var out bytes.Buffer
		n := Progress{Out: &out, Terminal: true, Columns: TerminalColumns()}
		if n.Show(-1, text); out.String() != want {
			t.Errorf("%q columns show %q, want %q", columns, out.String(), want)
		}
		out.Reset()
		n.Terminal = false
		if n.Show(-1, text); !strings.HasSuffix(out.String(), text+"\n") {
			t.Errorf("a log of %q columns has %q", columns, out.String())
		}
	}
}

func TestTheBarGrowsWithTheShare(t *testing.T) {
	for share, want := range map[float64]string{-1: "text", 0: "[--------------------] text", 0.5: "[##########----------] text", 0.999: "[###################-] text", 1.5: "[####################] text"} {
		var out bytes.Buffer
		n := Progress{Out: &out, Terminal: true}
		if n.Show(share, "text"); out.String() != want {
			t.Errorf("%g shows %q, want %q", share, &out, want)
		}
		out.Reset()
		n = Progress{Out: &out}
		if n.Show(share, "text"); out.String() != "text\n" {
			t.Errorf("a log has %q", &out)
		}
	}
}
