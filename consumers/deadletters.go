package consumers

import (
	"context"

	"github.com/bot-preferences/bot-preferences/internal/deadletter"
)

// DeadLetters takes letters: deadletter.Queue. Put returns nil only once the
// letter is certainly in the queue. Several goroutines call it at once.
type DeadLetters interface {
	Put(ctx context.Context, l deadletter.Letter) error
}

// DeadLettersFunc makes DeadLetters of a function.
type DeadLettersFunc func(ctx context.Context, l deadletter.Letter) error

// Put calls f.
func (f DeadLettersFunc) Put(ctx context.Context, l deadletter.Letter) error { return f(ctx, l) }
