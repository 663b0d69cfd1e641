package main

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/terminal"
)

// A reporter words the progress of a snapshot.
type reporter struct {
	*cli.Progress
	table profilestore.Description
	began time.Time
	verb  string // what is done with profiles; empty: announced
}

// doing is what becomes of profiles.
func (r *reporter) doing() string { return cmp.Or(r.verb, "announced") }

// unitBytes is how much one read capacity unit reads.
const unitBytes = 4 << 10

// begun starts the clock, and returns how many units reading the table takes.
func (r *reporter) begun() (units float64) {
	r.began = time.Now()
	return float64(r.table.Bytes) / unitBytes
}

func (r *reporter) begin(target string, rate, eventsRate float64) {
	units := r.begun()
	least := max(units/rate, float64(r.table.Items)/eventsRate)
	r.Line("table %s, about %s and %s (DynamoDB counts every six hours or so), to %s: about %s at %s and %s a second",
		r.table.Name, cli.Plural(r.table.Items, "profile"), cli.Plural(int64(units+0.5), "read unit"), target,
		duration(seconds(max(least, 1))), perSecond(rate, "unit"), perSecond(eventsRate, "announcement"))
}

// follow prints the walk's progress until stop is called.
func (r *reporter) follow(walk *backfill.Walk) (stop func()) {
	return r.Follow(func() (float64, string) {
		at, run := walk.Progress()
		return r.share(at), r.progress(at, run)
	})
}

// progress says how much is done, how fast, and how long the rest takes. Counts are
// those of this run, and the checkpoint those of all runs.
func (r *reporter) progress(at backfill.Checkpoint, run backfill.Counts) string {
	return r.done(at, run) + r.left(at, run)
}

func (r *reporter) done(at backfill.Checkpoint, run backfill.Counts) string {
	spent := max(time.Since(r.began).Seconds(), 0.001)
	text := cli.Plural(at.Items, "profile")
	if share := r.share(at); share > 0 {
		text += fmt.Sprintf(" (about %.0f %%)", 100*share)
	}
	text += fmt.Sprintf(", %s %s, %.1f profiles/s, %.1f read units/s", cli.Grouped(at.Announced), r.doing(), float64(run.Items)/spent, run.Units/spent)
	if bad := at.Unreadable + at.Refused; bad > 0 {
		text += fmt.Sprintf(", %s NOT %s", cli.Grouped(bad), r.doing())
	}
	return text
}

// share estimates the part of the table that is done. DynamoDB's count of items is
// hours old, so the share stays below 1 before the end.
func (r *reporter) share(at backfill.Checkpoint) float64 {
	switch {
	case at.Done():
		return 1
	case r.table.Items == 0 || at.Items > r.table.Items:
		return 0
	}
	return min(0.99, float64(at.Items)/float64(r.table.Items))
}

func (r *reporter) left(at backfill.Checkpoint, run backfill.Counts) string {
	if run.Items == 0 || at.Items >= r.table.Items {
		return ", time left not known"
	}
	each := time.Since(r.began).Seconds() / float64(run.Items)
	return fmt.Sprintf(", about %s left", duration(seconds(each*float64(r.table.Items-at.Items))))
}

func (r *reporter) summary(at backfill.Checkpoint, run backfill.Counts) string {
	spent := time.Since(r.began)
	text := fmt.Sprintf("%s of %s %s in %s: %.1f profiles/s, %.1f read units/s, %s",
		cli.Grouped(at.Announced), cli.Plural(at.Items, "profile"), r.doing(), duration(spent), float64(run.Items)/max(spent.Seconds(), 0.001),
		run.Units/max(spent.Seconds(), 0.001), cli.Plural(int64(at.Units+0.5), "read unit"))
	if at.Skipped > 0 {
		text += fmt.Sprintf("; not concerned by the keys: %s", cli.Grouped(at.Skipped))
	}
	if run.Items < at.Items {
		text += fmt.Sprintf("; the time is of this run, which did %s", cli.Plural(run.Items, "profile"))
	}
	return text
}

// A walkSummary is what --output json prints at the end. The seconds are those of this
// run, and everything else counts earlier ones too.
type walkSummary struct {
	Profiles   int64   `json:"profiles"`
	Announced  *int64  `json:"announced,omitempty"` // by snapshot
	Written    *int64  `json:"written,omitempty"`   // by export
	Skipped    int64   `json:"skipped"`
	Unreadable int64   `json:"unreadable"`
	Refused    int64   `json:"refused"`
	ReadUnits  float64 `json:"read_units"`
	Seconds    float64 `json:"seconds"`
}

// print prints the summary.
func (r *reporter) print(w io.Writer, format cli.Format, at backfill.Checkpoint, run backfill.Counts) error {
	if format != cli.JSON {
		_, err := fmt.Fprintln(w, r.summary(at, run))
		return err
	}
	s := walkSummary{
		Profiles: at.Items, Skipped: at.Skipped, Unreadable: at.Unreadable, Refused: at.Refused,
		ReadUnits: at.Units, Seconds: time.Since(r.began).Seconds(),
	}
	if r.verb == "" {
		s.Announced = &at.Announced
	} else {
		s.Written = &at.Announced
	}
	return cli.WriteJSON(w, s)
}

// trouble names a user who cannot be announced.
func (r *reporter) trouble(t backfill.Trouble) {
	r.Line("NOT %s: %s: %s", r.doing(), cli.Quoted(t.UserID), terminal.Visible(brief(t.Err).Error()))
}

// duration rounds to a second, and a short time to a tenth.
func duration(d time.Duration) string {
	if d < 10*time.Second {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

func seconds(s float64) time.Duration { return time.Duration(min(s, 1e8) * float64(time.Second)) }

// perSecond counts things per second, which need not be a whole number.
func perSecond(rate float64, thing string) string {
	if whole := int64(rate); float64(whole) == rate {
		return cli.Plural(whole, thing)
	}
	return strconv.FormatFloat(rate, 'g', -1, 64) + " " + thing + "s"
}
