package localrun

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLines(t *testing.T) {
	for _, c := range []struct {
		name    string
		written []string
		shown   string
		told    []string
	}{
		{"a line", []string{"one\n"}, "> one\n", []string{"one"}},
		{"a line in pieces", []string{"o", "n", "e\ntw", "o\n"}, "> one\n> two\n", []string{"one", "two"}},
		{"an empty line", []string{"\n"}, "> \n", []string{""}},
		{"a last line without an end", []string{"one\ntwo"}, "> one\n> two\n", []string{"one", "two"}},
		{"nothing", nil, "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out bytes.Buffer
			var told []string
			l := (&printer{w: &out}).writer("> ")
			l.each = func(line string) { told = append(told, line) }
			for _, text := range c.written {
				if n, err := l.Write([]byte(text)); n != len(text) || err != nil {
					t.Errorf("Write returns %d, %v", n, err)
				}
			}
			l.flush()
			l.flush() // has nothing more
			if diff := cmp.Diff(c.shown, out.String()); diff != "" {
				t.Errorf("shown (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.told, told); diff != "" {
				t.Errorf("told (-want +got):\n%s", diff)
			}
		})
	}
}

// closed is a pipe whose reader has gone after n writes.
type closed struct{ n int }

var errGone = errors.New("broken pipe")

func (c *closed) Write(b []byte) (int, error) {
	if c.n--; c.n < 0 {
		return 0, errGone
	}
	return len(b), nil
}

func TestPrinterEndsWithItsReader(t *testing.T) {
	w, told := &closed{n: 1}, 0
	p := &printer{w: w, broken: func() { told++ }}
	p.line("read")
	if p.err() != nil || told != 0 {
		t.Fatalf("it gives up with the reader still there: %v", p.err())
	}
	p.line("not read")
	p.line("not even tried")
	if !errors.Is(p.err(), errGone) || told != 1 || w.n != -1 {
		t.Errorf("error %v, told %d times, %d writes tried after the end", p.err(), told, -w.n)
	}
}
