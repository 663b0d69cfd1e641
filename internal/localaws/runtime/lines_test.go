package runtime

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLines(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	tests := []struct {
		name   string
		writes []string
		want   []string
	}{
		{"two at once", []string{"a\nb\n"}, []string{"a", "b"}},
		{"one in pieces", []string{"a", "b", "c\n"}, []string{"abc"}},
		{"an empty one", []string{"\n"}, []string{""}},
		{"without an end", []string{"a\nb"}, []string{"a", "b"}},
		{"with a carriage return", []string{"a\r\n"}, []string{"a"}},
		{"as long as can be", []string{long + "\n"}, []string{long}},
		{"too long", []string{long, "y\n"}, []string{long, "y"}},
	}
	for _, test := range tests {
		var got []string
		l := &lines{emit: func(s string) { got = append(got, s) }}
		for _, w := range test.writes {
			_, _ = l.Write([]byte(w))
		}
		l.flush()
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}
