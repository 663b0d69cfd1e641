package cli

import (
	"testing"
)

func TestNumbersAreGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := Grouped(n); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestOneThingHasNoPlural(t *testing.T) {
	for n, want := range map[int64]string{0: "0 profiles", 1: "1 profile", 2: "2 profiles", 12000: "12,000 profiles"} {
		if got := Plural(n, "profile"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestQuotedIsASCII(t *testing.T) {
	if got := Quoted("a\x1b\u00e9"); got != `a\x1b\u00e9` {
		t.Errorf("%q", got)
	}
}
