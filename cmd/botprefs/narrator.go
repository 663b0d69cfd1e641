package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// A narrator tells how far a snapshot is: on a terminal by one line that it
// writes anew, elsewhere by a line every now and then.
type narrator struct {
	out      io.Writer
	table    profilestore.Description
	terminal bool
	columns  int // of the terminal; 0 or less: not known

	began time.Time

	mu    sync.Mutex
	width int // of the line that the terminal shows; 0: none
}

// How often it tells.
const (
	onTerminal = 500 * time.Millisecond
	inLog      = 10 * time.Second
)

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// terminalColumns is how wide the terminal says that it is, by COLUMNS. Shells set
// that for themselves and hand it on only after "export COLUMNS": 0 where they have
// not. To ask the terminal itself would take a module of its own.
func terminalColumns() int {
	n, _ := strconv.Atoi(os.Getenv("COLUMNS"))
	return n
}

// unit is what one read capacity unit reads.
const unit = 4 << 10

func (n *narrator) begin(target string, rate, eventsRate float64) {
	n.began = time.Now()
	units := float64(n.table.Bytes) / unit
	least := max(units/rate, float64(n.table.Items)/eventsRate)
	n.line("table %s, about %s and %s (DynamoDB counts every six hours or so), to %s: about %s at %s and %s a second",
		n.table.Name, plural(n.table.Items, "profile"), plural(int64(units+0.5), "read unit"), target,
		duration(seconds(max(least, 1))), perSecond(rate, "unit"), perSecond(eventsRate, "announcement"))
}

// follow tells how far the walk is until stop is called.
func (n *narrator) follow(walk *backfill.Walk) (stop func()) {
	every := inLog
	if n.terminal {
		every = onTerminal
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticks := time.NewTicker(every)
		defer ticks.Stop()
		for {
			select {
			case <-end:
				return
			case <-ticks.C:
				n.show(n.progress(walk.Progress()))
			}
		}
	}()
	return func() { close(end); <-ended; n.show("") }
}

// progress is what is done, how fast, and how long the rest takes.
func (n *narrator) progress(at backfill.Checkpoint, here backfill.Counts) string {
	return n.done(at, here) + n.left(at, here)
}

func (n *narrator) done(at backfill.Checkpoint, here backfill.Counts) string {
	spent := max(time.Since(n.began).Seconds(), 0.001)
	text := plural(at.Items, "profile")
	if share := n.share(at); share > 0 {
		text += fmt.Sprintf(" (about %.0f %%)", 100*share)
	}
	text += fmt.Sprintf(", %s announced, %.1f profiles/s, %.1f read units/s", grouped(at.Announced), float64(here.Items)/spent, here.Units/spent)
	if bad := at.Unreadable + at.Refused; bad > 0 {
		text += fmt.Sprintf(", %s NOT announced", grouped(bad))
	}
	return text
}

// share is how much of the table is done, as far as one can know: DynamoDB's
// count is old, so the rest is never nothing before the end.
func (n *narrator) share(at backfill.Checkpoint) float64 {
	switch {
	case at.Done():
		return 1
	case n.table.Items == 0 || at.Items > n.table.Items:
		return 0
	}
	return min(0.99, float64(at.Items)/float64(n.table.Items))
}

func (n *narrator) left(at backfill.Checkpoint, here backfill.Counts) string {
	if here.Items == 0 || at.Items >= n.table.Items {
		return ", time left not known"
	}
	each := time.Since(n.began).Seconds() / float64(here.Items)
	return fmt.Sprintf(", about %s left", duration(seconds(each*float64(n.table.Items-at.Items))))
}

func (n *narrator) summary(at backfill.Checkpoint, here backfill.Counts) string {
	spent := time.Since(n.began)
	text := fmt.Sprintf("%s of %s announced in %s: %.1f profiles/s, %.1f read units/s, %s",
		grouped(at.Announced), plural(at.Items, "profile"), duration(spent), float64(here.Items)/max(spent.Seconds(), 0.001),
		here.Units/max(spent.Seconds(), 0.001), plural(int64(at.Units+0.5), "read unit"))
	if at.Skipped > 0 {
		text += fmt.Sprintf("; not concerned by the keys: %s", grouped(at.Skipped))
	}
	if here.Items < at.Items {
		text += fmt.Sprintf("; the time is of this run, which did %s", plural(here.Items, "profile"))
	}
	return text
}

// trouble names a user who cannot be announced, as soon as that is known.
func (n *narrator) trouble(t backfill.Trouble) {
	n.line("NOT announced: %s: %s", quoted(t.UserID), visible(brief(t.Err).Error()))
}

// line writes a line that stays.
func (n *narrator) line(format string, args ...any) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.wipe()
	fmt.Fprintf(n.out, format+"\n", args...)
}

// show writes progress; the next text of a terminal takes its place.
func (n *narrator) show(text string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.wipe()
	switch {
	case text == "":
	case n.terminal:
		// A line that wraps cannot be written anew; the last column is the cursor's.
		if n.columns > 0 && len(text) >= n.columns {
			text = text[:n.columns-1]
		}
		n.width = len(text)
		fmt.Fprint(n.out, text)
	default:
		fmt.Fprintln(n.out, text)
	}
}

func (n *narrator) wipe() {
	if n.width > 0 {
		fmt.Fprintf(n.out, "\r%*s\r", n.width, "")
		n.width = 0
	}
}

// duration is to the second, and to the tenth where it is short.
func duration(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

func seconds(s float64) time.Duration { return time.Duration(min(s, 1e8) * float64(time.Second)) }

// plural is so many things, as one says it.
func plural(n int64, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return grouped(n) + " " + thing + "s"
}

// perSecond is a rate, which need not be a whole number.
func perSecond(rate float64, thing string) string {
	if whole := int64(rate); float64(whole) == rate {
		return plural(whole, thing)
	}
	return strconv.FormatFloat(rate, 'g', -1, 64) + " " + thing + "s"
}

// grouped is a number with a comma after each thousand.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
