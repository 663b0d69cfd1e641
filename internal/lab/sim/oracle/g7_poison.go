package oracle

import (
	"encoding/json"
	"slices"
	"time"
)

// A Letter is a dead letter of the change queue.
type Letter struct {
	Body, Code string
}

// An Invocation is one run of apply, as seen from outside.
type Invocation struct {
	Now     time.Time       // the function's clock when it began
	Bodies  []string        // its messages
	Failed  []bool          // the messages that it reported as failed; all of them if it ended without an answer
	Killed  bool            // it was ended from outside
	Letters []Letter        // what the dead-letter queue accepted from it
	Unsent  map[string]bool // bodies whose last send to the dead-letter queue was disturbed
	Users   map[string]bool // users whose last request to the table was disturbed

	Previous bool // a version of which the metrics are not known, nor which changes it marks as late

	Late    []bool             // the messages that were redriven
	Shaken  map[string]bool    // users of whom any request to the table was disturbed
	Ended   time.Time          // the function's clock when it ended
	Metrics map[string][]int64 // what it reported, such as "DeadLettered too_old"; nil: not known

	began     int             // how many writes the log knew at the start
	wrote     map[string]bool // by identity: the changes of which it stored something
	conflicts map[string]int  // by user: how often the condition of a write failed
	retried   map[string]bool // by user: something was stored after that
}

// Sent reports that a dead letter reached the queue. Redriven takes it out again.
func (l *Log) Sent(body string) { l.letters[body]++ }

// Redriven reports that a dead letter went back to the change queue.
func (l *Log) Redriven(body string) { l.letters[body]-- }

// Applying reports that an invocation begins.
func (l *Log) Applying(inv *Invocation) {
	inv.began, inv.wrote = l.writes, map[string]bool{}
}

// Applied reports that an invocation ended. Each message must have its right outcome.
// It may have failed only if the invocation's requests were disturbed.
func (l *Log) Applied(inv *Invocation) {
	for _, letter := range inv.Letters {
		l.reason(inv, letter)
	}
	if inv.Killed {
		return
	}
	for i, body := range inv.Bodies {
		l.settled(inv, i, body)
	}
	if inv.Metrics != nil && !inv.Previous {
		l.counted(inv)
	}
}

// reason checks that a letter has the right code for its body, and that nothing of it
// is stored.
func (l *Log) reason(inv *Invocation, letter Letter) {
	want, k := l.verdict(letter.Body, inv.Now)
	if want == "" && letter.Code == "profile_too_large" && l.overflows(inv, k) {
		want = letter.Code
	}
	switch {
	case want != letter.Code:
		l.broken(G7, "it was refused as %q, and should be %q: %.200s", letter.Code, want, letter.Body)
	case k != nil && inv.wrote[k.change.identity()] && !l.repeated(inv, k):
		l.broken(G7, "it was refused as %q, and stored: %.200s", letter.Code, letter.Body)
	}
}

// repeated tells whether an invocation had several messages with one change. One of them
// may be refused, and another stored because the profile became smaller meanwhile.
func (l *Log) repeated(inv *Invocation, k *known) bool {
	copies := 0
	for _, body := range inv.Bodies {
		if l.read[body] == k {
			copies++
		}
	}
	return copies > 1
}

func (l *Log) settled(inv *Invocation, i int, body string) {
	want, k := l.verdict(body, inv.Now)
	letter := inv.letter(body)
	switch {
	case inv.Failed[i] && !inv.excused(body, want, k) && !l.crowded(inv, want, k):
		l.broken(G7, "a message failed while nothing that it needs was disturbed: %.200s", body)
	case inv.Failed[i]:
	case want != "" && letter == "":
		l.broken(G7, "it is done and no dead letter, and should be refused as %q: %.200s", want, body)
	case want == "" && letter == "" && k != nil:
		k.accepted, k.began = true, max(k.began, inv.began)
	}
}

// excused tells whether a message may fail. A message that must be refused needs the
// dead-letter queue. Any message that is not refused at once needs the table.
func (inv *Invocation) excused(body, want string, k *known) bool {
	return inv.Unsent[body] || want == "" && k != nil && inv.Users[k.change.User]
}

// tries is how often a writer tries against others that get in between before it leaves
// its messages to a redelivery.
const tries = 10

// crowded tells whether a message may fail because others wrote the profile before each
// of its function's tries. What was there when it began may fail its first try.
func (l *Log) crowded(inv *Invocation, want string, k *known) bool {
	if want != "" || k == nil {
		return false
	}
	others := 0
	for _, w := range l.user(k.change.User).images {
		if w.number > inv.began && w.by != inv {
			others++
		}
	}
	return others >= tries-1
}

// withinLimits checks that no change was stored that makes the profile too large.
func (l *Log) withinLimits(u *user, image *Image) {
	if image.tooLarge(false) || image.tooLarge(true) {
		l.broken(G7, "the profile of %s has more than its limits allow at the revision %d", u.id, image.Revision)
	}
}

func (l *Log) verdict(body string, now time.Time) (code string, k *known) {
	if code := l.poisonOf(body); code != "" {
		return code, nil
	}
	k = l.change(body)
	if k == nil {
		return "", nil
	}
	return k.change.refusal(now), k
}

// overflows tells whether the profile would have become too large with the change, at
// any time since the invocation began.
func (l *Log) overflows(inv *Invocation, k *known) bool {
	if k == nil {
		return false
	}
	return slices.ContainsFunc(l.during(k.change.User, inv.began), func(i *Image) bool { return i.overflows(k.change, inv.Now) })
}

func (inv *Invocation) letter(body string) string {
	for _, letter := range inv.Letters {
		if letter.Body == body {
			return letter.Code
		}
	}
	return ""
}

// detailOf returns the detail of an envelope, byte for byte.
func detailOf(body string) string {
	var e struct {
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal([]byte(body), &e) != nil {
		return ""
	}
	return string(e.Detail)
}
