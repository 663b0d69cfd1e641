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

// MaxRevision is the greatest revision that is moved past. Subscribers that read
// numbers as doubles, in JavaScript above all, refuse revisions from 1<<53 on:
// half of that leaves room for what follows. Microseconds since 1970 are below
// it, nanoseconds are not.
const MaxRevision = 1 << 52

// An Announced says, by user, which revision was announced: the greatest.
type Announced map[string]int64

// ReadAnnounced reads announced revisions, one JSON object a line: a whole
// announcement or a truncated one, in its envelope or without, the dead letter
// of one, or user_id and revision alone. Empty lines are passed over. The error
// names the line and shows nothing of it.
func ReadAnnounced(r io.Reader) (Announced, error) {
	all := Announced{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 4*events.MaxAnnouncementBytes) // an envelope may escape what is in it
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

// ErrAbsent is what Told is told of a user who has no item to move. One that is
// made later starts at the time of its making, and so below what was announced.
var ErrAbsent = errors.New("the table has no item of this user")

// Pass moves single profiles past revisions that were announced and are still
// to come: a clock was far ahead, or somebody wrote another unit than
// milliseconds. Advance cannot do it: no time that has been is past those. It
// may be interrupted and repeated, and others may write meanwhile.
type Pass struct {
	// Read reads one profile; see dynamo.Store.Read.
	Read func(ctx context.Context, userID string) (events.Profile, error)
	Move func(ctx context.Context, userID string, to int64) (moved bool, units float64, err error)

	DryRun bool

	// Told is told of each user who could not be moved. nil: nobody is.
	Told func(userID string, err error)
}

// PassCounts are what a Pass did.
type PassCounts struct {
	Users  int64
	Behind int64 // had a revision that is not past the announced one
	Moved  int64
	Failed int64 // Told was told of them
}

// Run moves the revision of every user past the announced one: to one more, so
// that not even a snapshot of that revision, arriving late, applies again. The
// error is that of a request that may succeed later.
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
	case errors.As(err, &malformed): // its revision may be sound, but nothing says so
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
	if p.Told != nil {
		p.Told(user, err)
	}
}
