package oracle

import (
	"encoding/json"
	"slices"
	"time"
)

// A Recording is one run of recordHistory, as seen from outside.
type Recording struct {
	Bodies []string    // its messages
	Sent   []time.Time // when the history's queue took each
	Failed []bool      // the messages that it reported as failed; all of them if it ended without an answer
}

// Told is what the history says of one user.
type Told struct {
	Changes  map[string]ToldChange  // by stamp
	Refusals map[string]ToldRefusal // by stamp
	Keys     map[int64][]string     // that announcements changed, by revision
}

// A ToldChange is what the history says of a change. Says: it still has something of what
// the change said, or of who said it.
type ToldChange struct {
	Verdict string
	Says    bool
	Carried int // how many events carried it
}

// A ToldRefusal is what the history says of a refused change.
type ToldRefusal struct {
	Code, Verdict string
	Says          bool
}

// recorded is what the history acknowledged of a user.
type recorded struct {
	changes  map[string]*recording
	refusals map[string]*recording
	told     map[int64]bool // announcements, by revision
	erased   string         // stamps below it are erased
	erasedAt time.Time      // when the event of that erasure was sent
	revision int64          // announcements below it are erased
}

// recording is what the history acknowledged of one change.
type recording struct {
	known *known
	code  string
	first time.Time       // when its queue took the first message of it
	done  map[string]bool // ids of the events in acknowledged messages
	all   map[string]bool // and in all messages
}

// Recorded reports that a run of recordHistory ended.
func (l *Log) Recorded(r *Recording) {
	for i, body := range r.Bodies {
		var e struct {
			ID     string `json:"id"`
			Type   string `json:"detail-type"`
			Detail struct {
				User     string   `json:"user_id"`
				Revision int64    `json:"revision"`
				Erased   bool     `json:"erased"`
				CausedBy []string `json:"caused_by"`
				AsOf     string   `json:"as_of"`
			} `json:"detail"`
		}
		announcement := json.Unmarshal([]byte(body), &e) == nil && e.Type == "PreferencesUpdated"
		switch d := &e.Detail; {
		case announcement && r.Failed[i]:
		case announcement:
			l.user(d.User).recorded().told[d.Revision] = true
			if d.Erased {
				l.recordedErasure(d.User, d.Revision, d.CausedBy, d.AsOf, r.Sent[i])
			}
		default:
			l.recordedChange(body, e.ID, r.Sent[i], r.Failed[i])
		}
	}
}

func (l *Log) recordedChange(body, event string, sent time.Time, failed bool) {
	code, k := l.verdict(body, sent)
	if k == nil {
		return
	}
	kept := l.user(k.change.User).recorded()
	in := kept.changes
	if code != "" {
		in = kept.refusals
	}
	r := in[k.change.Stamp]
	if r == nil {
		r = &recording{known: k, code: code, first: sent, done: map[string]bool{}, all: map[string]bool{}}
		in[k.change.Stamp] = r
	}
	r.all[event] = true
	if sent.Before(r.first) {
		r.first = sent
	}
	if failed {
		return
	}
	r.done[event] = true
	if code == "" && k.change.Replace {
		kept.erase(k.change.Stamp, sent)
	}
}

// recordedErasure takes from an acknowledged announcement what it erases: what the fence
// of its revision covers, or everything where somebody deleted the item by hand. The
// history reads the fence from the item. A fence that is gone by then is not known to it.
func (l *Log) recordedErasure(userID string, number int64, causes []string, asOf string, sent time.Time) {
	u := l.user(userID)
	kept := u.recorded()
	kept.revision = max(kept.revision, number)
	switch r := u.revisions[number]; {
	case len(causes) == 0:
		kept.erase(asOf, sent)
	case r != nil && u.fenced(r.first.Cleared):
		kept.erase(r.first.Cleared, sent)
	}
}

// erase notes that the history acknowledged an erasure, whose event was sent at a time.
func (r *recorded) erase(stamp string, sent time.Time) {
	if stamp > r.erased {
		r.erased, r.erasedAt = stamp, sent
	}
}

// markKept is how long the history surely remembers an erasure, less the time that a
// message may wait. What comes later of a change from before that is refused as too old,
// and its code and bot are kept.
const markKept = 26 * 24 * time.Hour

// covers tells whether the history still remembers an erasure that covers a stamp, when
// something of it comes at a time.
func (r *recorded) covers(stamp string, at time.Time) bool {
	return stamp < r.erased && at.Sub(r.erasedAt) < markKept
}

// fenced tells whether the item still has a fence, or a higher one.
func (u *user) fenced(fence string) bool {
	last := u.images[len(u.images)-1].image
	return last != nil && last.Cleared >= fence
}

func (u *user) recorded() *recorded {
	if u.history == nil {
		u.history = &recorded{changes: map[string]*recording{}, refusals: map[string]*recording{}, told: map[int64]bool{}}
	}
	return u.history
}

// Explained checks what the history says once everything is quiet and it has no gap.
func (l *Log) Explained(told map[string]*Told, items map[string]*Image, now time.Time) {
	for _, id := range sorted(told) {
		u := l.users[id]
		if u.history == nil {
			continue
		}
		l.toldChanges(u, told[id], items[id], now)
		l.toldRefusals(u, told[id], now)
		for _, number := range sorted(told[id].Keys) {
			if keys := told[id].Keys[number]; u.history.told[number] && number < u.history.revision && len(keys) > 0 {
				l.broken(H1, "the history of %s still names the keys %q of the revision %d, which an erasure covers", id, keys, number)
			}
		}
	}
}

func (l *Log) toldChanges(u *user, told *Told, image *Image, now time.Time) {
	for _, stamp := range sorted(u.history.changes) {
		r := u.history.changes[stamp]
		c := r.known.change
		if len(r.done) == 0 || now.Sub(r.first) >= horizon {
			continue // never acknowledged, or expired
		}
		t, kept := told.Changes[stamp]
		switch allowed := l.fates(u, r.known, image, now); {
		case !kept:
			l.broken(H1, "the history acknowledged it and does not have it: %s", c)
		case u.history.covers(stamp, r.first) && t.Says:
			l.broken(H1, "the history still says something of what %s erased: %s", u.history.erased, c)
		case t.Carried < len(r.done) || t.Carried > len(r.all):
			l.broken(H1, "the history says that %d events carried it, and there were %d: %s", t.Carried, len(r.done), c)
		case allowed != nil && !slices.Contains(allowed, t.Verdict):
			l.broken(H1, "the history calls it %s, and it is one of %q: %s", t.Verdict, allowed, c)
		}
	}
}

func (l *Log) toldRefusals(u *user, told *Told, now time.Time) {
	for _, stamp := range sorted(u.history.refusals) {
		r := u.history.refusals[stamp]
		if len(r.done) == 0 || now.Sub(r.first) >= horizon {
			continue
		}
		want := "refused"
		if r.code == "too_old" {
			want = r.code
		}
		switch t, kept := told.Refusals[stamp]; {
		case !kept:
			l.broken(H1, "the history acknowledged a refused change and does not have it: %s", r.known.change)
		case t.Code != r.code || t.Verdict != want:
			l.broken(H1, "the history says that it was %s as %q, and it was %s as %q: %s", t.Verdict, t.Code, want, r.code, r.known.change)
		case u.history.covers(stamp, r.first) && t.Says:
			l.broken(H1, "the history still says something of a refused change that %s erased: %s", u.history.erased, r.known.change)
		}
	}
}

// fates are the verdicts that a change may have, by what happened in the pipeline. nil:
// all of them. That is where the item was removed, or where entries that won may have been
// collected since.
func (l *Log) fates(u *user, k *known, image *Image, now time.Time) []string {
	c := k.change
	if u.removals > 0 || now.Sub(timeOf(c.Stamp)) > horizon {
		return nil
	}
	applied := k.accepted || u.stamps[c.Stamp]
	var fates []string
	switch {
	case image != nil && c.Stamp < image.Cleared:
		return []string{"erased"}
	case image != nil && image.counting()[c.Stamp] && image.shows(c):
		fates = []string{"won"}
	case applied && !c.Replace:
		fates = []string{"superseded"}
	case applied:
		return []string{"won"}
	default: // it is a dead letter
		fates = []string{"missing", "superseded"}
		if c.Replace || c.forgets(image) {
			fates = append(fates, "won") // there is nothing that it would erase, or forget
		}
	}
	return append(fates, u.claims(c)...)
}

// shows tells whether a reader sees something of a change that an image holds. What was
// inferred may be hidden by what the person stated.
func (i *Image) shows(c *Change) bool {
	if !c.Inferred {
		return true
	}
	for key, value := range c.Set {
		register := c.register(key)
		if i.Entries[register].Stamp == c.Stamp && (value == "null" || i.shown(key) == register) {
			return true
		}
	}
	return false
}

// forgets tells whether a change unsets a key that the item does not know anyway.
func (c *Change) forgets(image *Image) bool {
	for key, value := range c.Set {
		if _, known := image.entry(c.register(key)); value == "null" && !known {
			return true
		}
	}
	return false
}

func (i *Image) entry(key string) (e Entry, known bool) {
	if i != nil {
		e, known = i.Entries[key]
	}
	return e, known
}

// claims are the verdicts that a change may have because of later ones that the history
// has, and that never reached the table.
func (u *user) claims(c *Change) (fates []string) {
	for stamp, r := range u.history.changes {
		other := r.known.change
		overrules := c.Inferred && !other.Inferred // also if it is earlier
		if stamp <= c.Stamp && !overrules || r.known.accepted || u.stamps[stamp] {
			continue
		}
		if other.Replace && stamp > c.Stamp {
			fates = append(fates, "erased")
		}
		for key := range other.Set {
			if _, both := c.Set[key]; both && (overrules || other.Inferred == c.Inferred) {
				fates = append(fates, "superseded")
			}
		}
	}
	return fates
}
