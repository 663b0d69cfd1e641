package oracle

import (
	"encoding/json"
	"time"
)

// largeProfile is how much has to be written of a user, in bytes of keys and
// values, before a refusal for the profile's size is credible.
const largeProfile = 100 << 10

// A Letter is a dead letter of the change queue.
type Letter struct {
	Body, Code string
}

// An Invocation is one run of apply, as seen from outside.
type Invocation struct {
	Now     time.Time       // the function's clock when it began
	Bodies  []string        // its messages
	Failed  []bool          // which of them it reported, or all where it ended without an answer
	Killed  bool            // it was ended from outside
	Letters []Letter        // what the dead-letter queue took from it
	Queue   bool            // a request to the dead-letter queue was disturbed
	Users   map[string]bool // users of whom a request to the table was disturbed
}

// Sent says that a dead letter reached the queue; taken out again by Redriven.
func (l *Log) Sent(body string) { l.letters[body]++ }

// Redriven says that a dead letter went back to the change queue.
func (l *Log) Redriven(body string) { l.letters[body]-- }

// Applied says that an invocation ended: each message has to be where its
// verdict wants it, and may only have failed where the world was at fault.
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
}

// reason: a letter has the code that its body deserves.
func (l *Log) reason(inv *Invocation, letter Letter) {
	want, k := l.verdict(letter.Body, inv.Now)
	if want == letter.Code {
		return
	}
	if k != nil && letter.Code == "profile_too_large" && l.written(k.change.User) > largeProfile {
		return
	}
	l.broken(G7, "it was refused as %q, and should be %q: %.200s", letter.Code, want, letter.Body)
}

func (l *Log) settled(inv *Invocation, i int, body string) {
	want, k := l.verdict(body, inv.Now)
	letter := inv.letter(body)
	switch {
	case inv.Failed[i] && !l.excused(inv, want, k):
		l.broken(G7, "a message failed while nothing that it needs was disturbed: %.200s", body)
	case inv.Failed[i]:
	case want != "" && letter == "":
		l.broken(G7, "it is done and no dead letter, and should be refused as %q: %.200s", want, body)
	case want == "" && letter == "" && k != nil:
		k.accepted = true
	}
}

// excused: a refused message needs the dead-letter queue, any other the table,
// and a large one may need both.
func (l *Log) excused(inv *Invocation, want string, k *known) bool {
	if want != "" {
		return inv.Queue
	}
	return k != nil && (inv.Users[k.change.User] || inv.Queue && l.heavy)
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

// written is how much was ever written of a user.
func (l *Log) written(userID string) (n int) {
	for _, k := range l.changes {
		if k.change.User == userID {
			n += k.change.bytes()
		}
	}
	return n
}

func (inv *Invocation) letter(body string) string {
	for _, letter := range inv.Letters {
		if letter.Body == body {
			return letter.Code
		}
	}
	return ""
}

// Republished says that a run of republish ended: it may hold its shard up only
// where the bus or the dead-letter queue was disturbed.
func (l *Log) Republished(failed, killed, disturbed bool) {
	if failed && !killed && !disturbed {
		l.broken(G4, "a batch of the stream failed while nothing was disturbed")
	}
}

// detailOf is the detail of an envelope, exactly as it stands there.
func detailOf(body string) string {
	var e struct {
		Detail json.RawMessage `json:"detail"`
	}
	if json.Unmarshal([]byte(body), &e) != nil {
		return ""
	}
	return string(e.Detail)
}
