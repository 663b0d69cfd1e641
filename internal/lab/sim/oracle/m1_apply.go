package oracle

import (
	"slices"
	"strings"
	"time"
)

// counted compares the metrics of an invocation of apply with what happened in it.
func (l *Log) counted(inv *Invocation) {
	want := newTallies()
	if !l.settlements(inv, want) {
		return
	}
	want.exactly("Accepted", want.accepted)
	l.folds(inv, want)
	l.contentions(inv, want)
	want.compare(l, "apply", inv.Metrics)
}

// A group is what an invocation acknowledged of one change, without refusing it.
type group struct {
	change *known
	copies int
	late   int // of the copies
}

// settlements tallies what became of each message that is done. It returns false where
// that cannot be told from outside: one of several copies was refused for the profile's
// size, and another was stored.
func (l *Log) settlements(inv *Invocation, want *tallies) bool {
	groups := map[*known]*group{}
	var order []*group
	for i, body := range inv.Bodies {
		_, k := l.verdict(body, inv.Now)
		letter := inv.letter(body)
		switch {
		case inv.Failed[i]:
			want.exactly("ChangesFailed", 1)
		case letter == "profile_too_large" && l.repeated(inv, k):
			return false
		case letter != "":
			want.exactly("Refused", 1)
			want.add("DeadLettered", 1, 1)
			want.add("DeadLettered "+letter, 1, 1)
		case k != nil:
			g := groups[k]
			if g == nil {
				g = &group{change: k}
				groups[k], order = g, append(order, g)
			}
			g.copies++
			if inv.late(i) {
				g.late++
			}
		}
	}
	for _, g := range order {
		want.accepted += g.copies
		l.settlement(inv, g, want)
	}
	return true
}

// settlement tallies one change. If a request of its user was disturbed, what the
// function saw is not what happened: the answer to its write may have been lost.
func (l *Log) settlement(inv *Invocation, g *group, want *tallies) {
	c := g.change.change
	wrote, shaken := inv.wrote[c.identity()], inv.Shaken[c.User]
	images := l.during(c.User, inv.began)
	if wrote {
		first := slices.IndexFunc(images, func(i *Image) bool { return i.stamps()[c.Stamp] })
		images = images[max(first, 0):]
	}
	has := slices.ContainsFunc(images, func(i *Image) bool { return i.counting()[c.Stamp] })
	lacks := slices.ContainsFunc(images, func(i *Image) bool { return !i.counting()[c.Stamp] })
	rest := g.copies
	switch {
	case wrote && shaken:
		want.add("Merged", 0, 1)
		want.delay("ChangeToVisible", 0, inv, c)
		want.add("Duplicates", 0, rest)
		want.add("Superseded", 0, rest)
		return
	case wrote:
		rest--
		want.add("Merged", 1, 1)
		if g.late == 0 {
			want.delay("ChangeToVisible", 1, inv, c)
		} else if g.late < g.copies {
			want.delay("ChangeToVisible", 0, inv, c)
		}
	}
	has = has || g.copies > 1 // a copy of a superseded change is a duplicate, too
	switch {
	case !lacks:
		want.add("Duplicates", rest, rest)
	case !has:
		want.add("Superseded", rest, rest)
	default:
		want.add("Duplicates", 0, rest)
		want.add("Superseded", 0, rest)
	}
}

// late tells whether a message's delay says nothing about the pipeline.
func (inv *Invocation) late(i int) bool {
	return i < len(inv.Late) && inv.Late[i] || strings.Contains(inv.Bodies[i], `"replay-name":`)
}

// maxFold is how many keys one write takes.
const maxFold = 100

// A share is what an invocation had of one user, late changes apart from the others.
type share struct {
	user         string
	done, failed int
	keys         int
	refused      bool // one of them, for the profile's size
}

func (l *Log) shares(inv *Invocation) []*share {
	type name struct {
		user string
		late bool
	}
	shares := map[name]*share{}
	var order []*share
	for i, body := range inv.Bodies {
		refused, k := l.verdict(body, inv.Now)
		if refused != "" || k == nil {
			continue
		}
		n := name{k.change.User, inv.late(i)}
		s := shares[n]
		if s == nil {
			s = &share{user: n.user}
			shares[n], order = s, append(order, s)
		}
		s.keys += len(k.change.Set)
		switch {
		case inv.letter(body) != "":
			s.refused = true
		case inv.Failed[i]:
			s.failed++
		default:
			s.done++
		}
	}
	return order
}

// folds tallies the changes that were stored by the write of another one.
func (l *Log) folds(inv *Invocation, want *tallies) {
	for _, s := range l.shares(inv) {
		switch most := max(s.done-1, 0); {
		case s.keys > maxFold || s.refused || s.failed > 0 || l.heavy || l.full:
			want.add("Folded", 0, most)
		default:
			want.add("Folded", most, most)
		}
	}
}

// contentions tallies the writes that were tried again. After a failed condition a
// writer tries again if something is left to write, and then something is stored.
func (l *Log) contentions(inv *Invocation, want *tallies) {
	shares := map[string]int{}
	wide := false
	for _, s := range l.shares(inv) {
		shares[s.user]++
		wide = wide || s.keys > maxFold
	}
	for user, n := range inv.conflicts {
		least := 0
		if inv.retried[user] && shares[user] == 1 && !wide && !l.heavy && !l.full {
			least = 1
		}
		want.add("Contended", least, n)
	}
}

// Conflict reports that a write's condition failed, and that the function was told so.
func (inv *Invocation) Conflict(user string) {
	if inv.conflicts == nil {
		inv.conflicts, inv.retried = map[string]int{}, map[string]bool{}
	}
	inv.conflicts[user]++
}

// landed reports that an invocation stored new stamps, and keeps which of them are late.
func (l *Log) landed(inv *Invocation, u *user, old, image *Image) {
	if u.late == nil {
		u.late = map[string]lateness{}
	}
	for s := range image.stamps() {
		if old.stamps()[s] {
			continue
		}
		if inv.conflicts[u.id] > 0 {
			inv.retried[u.id] = true
		}
		u.late[s] |= l.lateness(inv, identity(u.id, s))
	}
}

// lateness says how the copies of a change arrived whose delay is or is not measured.
type lateness int

const (
	prompt lateness = 1 << iota
	late
)

func (l *Log) lateness(inv *Invocation, identity string) (how lateness) {
	if inv.Previous {
		return prompt | late
	}
	for i, body := range inv.Bodies {
		k := l.read[body]
		switch {
		case k == nil || k.change.identity() != identity:
		case inv.late(i):
			how |= late
		default:
			how |= prompt
		}
	}
	return how
}

// interval is the least and the most that a delay can be, in milliseconds.
func interval(began, ended time.Time, stamp string) (least, most int64) {
	return max(began.Sub(timeOf(stamp)).Milliseconds(), 0), max(ended.Sub(timeOf(stamp)).Milliseconds(), 0)
}
