package oracle

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"time"
)

// A Write is one write over HTTP, as its caller means it.
type Write struct {
	Change      Change    // its stamp is the caller's own id; "": the API gives one
	From, Until time.Time // what the API's clock shows when it begins and when it ends
	Read        bool      // the table has answered a read of the API
	Disturbed   bool      // a request of the API was disturbed

	began int       // how many writes to the table the log knew at the start
	sent  []*Change // what the bus matched
}

// Writing reports that a write over HTTP begins.
func (l *Log) Writing(w *Write) { w.began = l.writes }

// Put reports that the bus matched the change of a write over HTTP.
func (l *Log) Put(w *Write, body string) {
	k := l.change(body)
	switch {
	case k == nil:
		l.broken(G8, "a write of %s was put on the bus as %.200s", w.Change.User, body)
	case !w.Read:
		l.broken(G8, "a write was sent before the profile was read: %s", k.change)
	case k.change.Trace != w.Change.Trace:
		l.broken(G4, "a write had the trace %q and was sent with %q: %s", w.Change.Trace, k.change.Trace, k.change)
	default:
		w.sent = append(w.sent, k.change)
	}
}

// Answered reports the answer to a write over HTTP.
func (l *Log) Answered(w *Write, status int, answer string) {
	var got struct {
		Code  string `json:"code"`
		Event string `json:"event_id"`
	}
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		l.broken(G8, "a write of %s was answered: %.200s", w.Change.User, answer)
		return
	}
	switch accepted := status == http.StatusOK || status == http.StatusAccepted; {
	case accepted && len(w.sent) == 0:
		l.broken(G8, "a write was answered %d, and nothing was sent: %s", status, &w.Change)
	case accepted:
		l.wrote(w, status, answer, got.Event)
	case status == http.StatusServiceUnavailable && w.Disturbed:
		if got.Event == "" && len(w.sent) > 0 {
			l.broken(G8, "a write was answered that nothing was changed, and it was sent: %s", w.sent[0])
		}
	case len(w.sent) > 0:
		l.broken(G8, "a write was answered %d, and it was sent: %s", status, w.sent[0])
	case !w.Read:
		l.broken(G8, "a write whose profile could not be read was answered %d: %.200s", status, answer)
	case status == http.StatusConflict && got.Code == "from_the_future":
		if !l.atSomeTime(w, func(i *Image) bool { return w.behind(i, w.From) }) {
			l.broken(G8, "a write was answered %d, and nothing that it concerns is of the future: %s", status, &w.Change)
		}
	case status == http.StatusRequestEntityTooLarge && got.Code == "profile_too_large":
		if !l.atSomeTime(w, func(i *Image) bool { return w.overflows(i, w.From) }) {
			l.broken(G8, "a write was answered %d, and it fits: %s", status, &w.Change)
		}
	default:
		l.broken(G8, "a write was answered %d: %.200s", status, answer)
	}
}

// wrote checks a write that was accepted.
func (l *Log) wrote(w *Write, status int, answer, event string) {
	c := w.sent[0]
	l.Confirmed(&Change{Stamp: c.Stamp, User: w.Change.User, Set: w.Change.Set, Replace: w.Change.Replace, Inferred: w.Change.Inferred, Trace: w.Change.Trace})
	if w.Change.Stamp == "" {
		l.stamped(w, c)
		if !l.atSomeTime(w, func(i *Image) bool { return !w.behind(i, w.Until) }) {
			l.broken(G8, "a write was accepted behind stamps of the future: %s", c)
		}
	} else if w.Change.Stamp != c.Stamp {
		l.broken(G8, "a caller's id is %s, and what was sent has %s", w.Change.Stamp, c.Stamp)
	}
	if !l.atSomeTime(w, func(i *Image) bool { return !w.overflows(i, w.Until) }) {
		l.broken(G8, "a write was accepted that could not fit: %s", c)
	}
	if status == http.StatusOK {
		l.reflected(w, answer)
	} else if event != c.Stamp {
		l.broken(G8, "a write was answered with the event_id %s: %s", event, c)
	}
}

// stamped checks the stamp that the API gave. It comes after the profile, and its time
// is that of the API's clock unless this profile is ahead of that.
func (l *Log) stamped(w *Write, c *Change) {
	guarantee, at := G8, timeOf(c.Stamp)
	if c.Replace {
		guarantee = G3 // it would not cover what was there to see
	}
	if !l.atSomeTime(w, func(i *Image) bool { return c.Stamp > i.latest() || w.tooFar(i) && c.Stamp > w.concerned(i) }) {
		l.broken(guarantee, "a write has the stamp %s, and the profile of %s was ahead of it", c.Stamp, c.User)
	}
	if at.Before(w.From.Truncate(time.Millisecond)) {
		l.broken(G8, "a write of %v has the stamp %s, which is of %v", w.From.UTC(), c.Stamp, at.UTC())
	}
	if !at.After(w.Until) {
		return
	}
	next := func(i *Image) bool { return follows(at, i.latest()) || w.tooFar(i) && follows(at, w.concerned(i)) }
	if !l.atSomeTime(w, next) {
		l.broken(G8, "a write at %v has the stamp %s of %v, and the profile of %s is not ahead", w.Until.UTC(), c.Stamp, at.UTC(), c.User)
	} else if ms := clockIn(c.Stamp); ms < w.From.UnixMilli() || w.Until.UnixMilli() < ms {
		l.broken(G8, "a write between %d and %d has the stamp %s, which does not say so but %d", w.From.UnixMilli(), w.Until.UnixMilli(), c.Stamp, ms)
	}
}

// follows tells whether a time is in the millisecond after a stamp.
func follows(at time.Time, stamp string) bool {
	return stamp != "" && at.Equal(timeOf(stamp).Add(time.Millisecond))
}

// clockIn returns the milliseconds in the random part of a stamp that comes after a
// profile ahead of the clock: the 42 bits after its first, which is 0.
func clockIn(stamp string) (ms int64) {
	for _, c := range stamp[10:19] { // 45 bits: a zero, 42, and 2 random ones
		ms = ms<<5 | int64(strings.IndexRune(crockford, c))
	}
	return ms >> 2
}

// reflected checks a profile that answers a write: it shows what the write said, or
// superseded names the key.
func (l *Log) reflected(w *Write, answer string) {
	var got struct {
		Revision    int64                      `json:"revision"`
		Preferences map[string]json.RawMessage `json:"preferences"`
		Superseded  []string                   `json:"superseded"`
		Inferred    []string                   `json:"inferred_keys"`
	}
	if err := json.Unmarshal([]byte(answer), &got); err != nil {
		l.broken(G8, "a write of %s was answered: %.200s", w.Change.User, answer)
		return
	}
	c, r := w.sent[0], l.user(w.Change.User).revisions[got.Revision]
	if r == nil {
		l.broken(G8, "a write of %s was answered with the revision %d, which the table never had", c.User, got.Revision)
		return
	}
	shown, superseded := texts(got.Preferences), []string{}
	for _, key := range sorted(c.Set) {
		value, visible := shown[key]
		if said := c.Set[key]; said == "null" && visible || said != "null" && (value != said || r.last.shown(key) != c.register(key) || r.last.Entries[c.register(key)].Stamp != c.Stamp) {
			superseded = append(superseded, key)
		}
	}
	switch {
	case !r.first.reflects(c) && !r.last.reflects(c):
		l.broken(G8, "a write was answered with the revision %d, which does not reflect it: %s", got.Revision, c)
	case show(shown) != show(r.first.visible()):
		l.broken(G1, "a write of %s was answered with %s at the revision %d, which is %s", c.User, show(shown), got.Revision, show(r.first.visible()))
	case !slices.Equal(got.Inferred, r.first.inferredKeys()):
		l.broken(G1, "a write of %s was answered with %v as inferred at the revision %d, and it is %v", c.User, got.Inferred, got.Revision, r.first.inferredKeys())
	case !slices.Equal(superseded, got.Superseded):
		l.broken(G8, "a write was answered with %v as superseded, and it is %v: %s", got.Superseded, superseded, c)
	}
}

// reflects tells whether an image holds a change or what came after it.
func (i *Image) reflects(c *Change) bool {
	if i.Cleared > c.Stamp {
		return true
	}
	for key := range c.Set {
		if i.Entries[c.register(key)].Stamp < c.Stamp {
			return false
		}
	}
	return !c.Replace || i.Cleared == c.Stamp
}

// concerned returns the greatest stamp that a write has to exceed to take effect.
func (w *Write) concerned(i *Image) string {
	if i == nil {
		return ""
	}
	if w.Change.Replace {
		return i.latest()
	}
	greatest := i.Cleared
	for key := range w.Change.Set {
		greatest = max(greatest, i.Entries[key].Stamp, i.Entries[Inferred(key)].Stamp)
	}
	return greatest
}

// tooFar tells whether a consumer might refuse every stamp that comes after the whole
// profile. A write then has to come after what it concerns.
func (w *Write) tooFar(i *Image) bool {
	return i.latest() != "" && timeOf(i.latest()).Sub(w.From) > maxAhead
}

// behind tells whether what a write concerns is too far ahead of the clock.
func (w *Write) behind(i *Image, now time.Time) bool {
	stamp := w.concerned(i)
	return stamp != "" && timeOf(stamp).Sub(now) > maxAhead
}

// overflows tells whether a write would make the profile too large.
func (w *Write) overflows(i *Image, now time.Time) bool {
	c := w.Change
	if c.Stamp == "" {
		c.Stamp = strings.Repeat("Z", 26) // it comes after everything
	}
	return i.overflows(&c, now)
}

// atSomeTime tells whether something was true of the profile while a write lasted.
func (l *Log) atSomeTime(w *Write, is func(*Image) bool) bool {
	return slices.ContainsFunc(l.during(w.Change.User, w.began), is)
}

// during returns the images of a user since the log knew so many writes, with the one
// that was there then.
func (l *Log) during(userID string, began int) []*Image {
	images := l.user(userID).images
	first := len(images)
	for first > 0 && images[first-1].number > began {
		first--
	}
	all := []*Image{nil}
	if first > 0 {
		all[0] = images[first-1].image
	}
	for _, w := range images[first:] {
		all = append(all, w.image)
	}
	return all
}
