package localrun

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestEchoesComeAfterTheLineThatCausedThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		p := &printer{w: &out}
		e := newEchoes(p)
		e.line("first effect")
		e.line("second effect")
		time.Sleep(hold / 2)
		p.line("cause")
		e.flush()
		if want := "cause\nfirst effect\nsecond effect\n"; out.String() != want {
			t.Errorf("printed %q, want %q", out.String(), want)
		}
		e.line("later")
		e.flush()
		if !strings.HasSuffix(out.String(), "later\n") {
			t.Errorf("printed %q: an echo after a pause is missing", out.String())
		}
	})
}

func TestEchoesAreBoundedAndSayWhatIsMissing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		e := newEchoes(&printer{w: &out})
		e.mu.Lock() // the goroutine that prints gets no turn
		e.running = true
		e.mu.Unlock()
		for i := range maxEchoes + 3 {
			e.line(fmt.Sprint(i))
		}
		e.print()
		if n := strings.Count(out.String(), "\n"); n != maxEchoes+1 || !strings.Contains(out.String(), "(3 lines left out") {
			t.Errorf("%d lines, ending %q", n, out.String()[out.Len()-60:])
		}
	})
}
