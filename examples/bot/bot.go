package main

import (
	"context"
	"fmt"
	"io"
	"iter"
	"strconv"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/examples/bot/internal/telegram"
	"github.com/bot-preferences/bot-preferences/examples/bot/internal/understand"
	"github.com/bot-preferences/bot-preferences/producers"
)

// A bot handles updates one after the other.
type bot struct {
	options
	publisher *producers.Publisher
	route     producers.Route // the publisher's route, for changes that are sent unchecked
	out       io.Writer
	seen      telegram.Seen
	languages languages
	lost      int // number of changes that could not be published
}

func newBot(o options, route producers.Route, out io.Writer) (*bot, error) {
	// All changes of this bot get their ids from one clock, so a later change counts as
	// later even within a millisecond.
	p, err := producers.NewPublisher(o.source, route, producers.WithStampClock(events.NewClock()))
	if err != nil {
		return nil, err
	}
	return &bot{options: o, publisher: p, route: route, out: out, languages: languages{}}, nil
}

// play handles the updates in r until r or ctx ends.
func (b *bot) play(ctx context.Context, r io.Reader) error {
	for next := range untilDone(ctx, follow(ctx, r)) {
		if next.err != nil {
			return next.err
		}
		if err := b.handle(ctx, &next.Update); err != nil {
			return err
		}
		if pause(ctx, b.interval) != nil {
			break
		}
	}
	if b.lost > 0 {
		return fmt.Errorf("%d changes could not be published", b.lost)
	}
	return nil
}

type incoming struct {
	telegram.Update
	err error
}

// follow reads in a goroutine of its own, because reading from a terminal does not end
// with ctx.
func follow(ctx context.Context, r io.Reader) <-chan incoming {
	updates := make(chan incoming)
	go func() {
		defer close(updates)
		for u, err := range telegram.Read(r) {
			select {
			case updates <- incoming{u, err}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return updates
}

func untilDone(ctx context.Context, updates <-chan incoming) iter.Seq[incoming] {
	return func(yield func(incoming) bool) {
		for {
			select {
			case next, ok := <-updates:
				if !ok || !yield(next) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// handle handles one update: it finds the changes in it, and what follows from it,
// publishes them and prints one line. It passes over messages that are not their sender's
// own words. An error means that the line could not be printed.
func (b *bot) handle(ctx context.Context, u *telegram.Update) error {
	m := u.Said()
	if m == nil {
		return nil
	}
	if b.seen.Before(u.ID) {
		return b.print(m, "delivered again, skipped")
	}
	meaning := understand.Message(m.Text)
	changes := append(meaning.Changes, b.languages.infer(m.From.ID, m.Text, meaning.Changes)...)
	for i := range changes {
		changes[i].UserID = "tg:" + strconv.FormatInt(m.From.ID, 10)
		changes[i].ConversationID = "tg:" + strconv.FormatInt(m.Chat.ID, 10)
	}
	outcomes := b.publish(ctx, changes)
	if meaning.Reply != "" {
		outcomes = append(outcomes, meaning.Reply)
	}
	return b.print(m, outcomes...)
}

// pause waits. If ctx ends first, it returns ctx's error.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
	return ctx.Err()
}
