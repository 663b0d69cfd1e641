package httpapi

import (
	"context"
	"log/slog"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
)

// Looks at a profile while waiting for a change: soon at first, for the
// pipeline is quick when it is idle, then more and more rarely. Each look is
// one read of the table; ten seconds cost at most 20.
const (
	firstLook  = 10 * time.Millisecond
	rarestLook = time.Second
)

// lastLook is how much longer than asked the last look may take.
const lastLook = 250 * time.Millisecond

// await looks at the profile until it reflects the change, for this long at
// most and within ctx's deadline. A failed read is not the caller's concern:
// the change is accepted, and the next look may work.
func (w *Writer) await(ctx context.Context, c *events.PreferenceChange, wait time.Duration) (events.Profile, bool) {
	ctx, cancel := context.WithTimeout(ctx, wait+lastLook) // looking takes its time too
	defer cancel()
	for pause := firstLook; wait > 0; pause = min(pause*3/2, rarestLook) {
		pause = min(pause, wait)
		wait -= pause
		if w.sleep(ctx, pause) != nil {
			break
		}
		p, err := w.Read(ctx, c.UserID)
		if err != nil {
			w.log(ctx, slog.LevelWarn, "the profile cannot be read while waiting", c, slog.Any("error", err))
			continue
		}
		if p.Reflects(c) {
			return p, true
		}
	}
	return events.Profile{}, false
}
