package recovery

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

// MaxRevision is the greatest revision that Pass can pass. Subscribers that read
// numbers as doubles, such as those in JavaScript, refuse revisions from 1<<53 on. Half
// of that leaves room for later revisions. Microseconds since 1970 are below it,
// nanoseconds are not.
const MaxRevision = 1 << 52

// Announced maps a user to the greatest announced revision.
type Announced map[string]int64

// ReadAnnounced reads announced revisions, one JSON object per line. An object may be a
// whole or truncated announcement, with or without its envelope, the dead letter of
// one, or just user_id and revision. Empty lines are ignored. The error names the line
// and does not show its content.
func ReadAnnounced(r io.Reader) (Announced, error) {
	all := Announced{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4*events.MaxAnnouncementBytes) // an envelope may escape its content
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" {
			continue
		}
		missed, err := backfill.ReadMissed(line)
		switch {
		case err != nil || missed.Batch != nil:
			return nil, fmt.Errorf("line %d: must be a JSON object with user_id and revision", n)
		case missed.Revision < 1 || missed.Revision > MaxRevision:
			return nil, fmt.Errorf("line %d: revision must be 1 to %d", n, int64(MaxRevision))
		}
		all[missed.UserID] = max(all[missed.UserID], missed.Revision)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("announced revisions: %w", err)
	}
	return all, nil
}

// ErrAbsent is OnTrouble's error for a user without an item. An item that is created later
// starts at the time of its creation, and so below the announced revision.
var ErrAbsent = errors.New("the table has no item of this user")

// Pass raises single profiles past announced revisions that lie in the future: a clock
// was far ahead, or something wrote another unit than milliseconds. Advance cannot do
// that, because no time in the past exceeds those revisions. Pass may be interrupted
// and repeated, and others may write meanwhile.
type Pass struct {
	// Read reads one profile; see profilestore.Store.Read.
	Read func(ctx context.Context, userID string) (events.Profile, error)
	Move func(ctx context.Context, userID string, to int64) (moved bool, units float64, err error)

	DryRun bool

	// OnTrouble is called for each user whose revision could not be raised. It may be nil.
	OnTrouble func(userID string, err error)
}

// PassCounts are the results of a Pass.
type PassCounts struct {
	Users  int64
	Behind int64 // users whose revision is not past the announced one
	Moved  int64
	Failed int64 // users that were passed to OnTrouble
}

// Run raises the revision of every user to one more than the announced one. Even a late
// snapshot of the announced revision is then ignored. The error is that of a request
// that may succeed later.
func (p *Pass) Run(ctx context.Context, announced Announced) (PassCounts, error) {
	var c PassCounts
	for _, user := range slices.Sorted(maps.Keys(announced)) {
		c.Users++
		if err := p.user(ctx, user, announced[user]+1, &c); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (p *Pass) user(ctx context.Context, user string, to int64, c *PassCounts) error {
	profile, err := p.Read(ctx, user)
	var malformed *item.MalformedError
	switch {
	case errors.As(err, &malformed): // its revision may be right, but nothing proves it
		p.failed(user, err, c)
		return nil
	case err != nil:
		return fmt.Errorf("reading a profile: %w", err)
	case profile.Revision == 0:
		p.failed(user, ErrAbsent, c)
		return nil
	case profile.Revision >= to:
		return nil
	}
	c.Behind++
	if p.DryRun {
		return nil
	}
	moved, _, err := p.Move(ctx, user, to)
	switch {
	case errors.Is(err, profilestore.ErrNoRevision):
		p.failed(user, err, c)
	case err != nil:
		return fmt.Errorf("moving the revision of an item: %w", err)
	case moved:
		c.Moved++
	}
	return nil
}

func (p *Pass) failed(user string, err error, c *PassCounts) {
	c.Failed++
	if p.OnTrouble != nil {
		p.OnTrouble(user, err)
	}
}
