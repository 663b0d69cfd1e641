package consumers

import (
	"context"

	"github.com/bot-preferences/bot-preferences/internal/deadletter/letter"
)

// DeadLetters takes letters: internal/deadletter has a Queue that does. Put returns nil only once the
// letter is certainly in the queue. Several goroutines call it at once.
type DeadLetters interface {
	Put(ctx context.Context, l letter.Letter) error
}

// DeadLettersFunc makes DeadLetters of a function.
type DeadLettersFunc func(ctx context.Context, l letter.Letter) error

// Put calls f.
func (f DeadLettersFunc) Put(ctx context.Context, l letter.Letter) error { return f(ctx, l) }
