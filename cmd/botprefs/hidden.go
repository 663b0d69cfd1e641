package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/deadletter"
)

// hiddenLetters are letters of a queue that a command could not see, because somebody
// else has received them.
type hiddenLetters struct {
	n     int
	until time.Time // when they are back, unless somebody renews or asked for longer
	err   error     // why they cannot be counted; nil: they are
}

// countHidden counts them after the command has received what it could.
func countHidden(ctx context.Context, q *deadLetters, before deadletter.Depth, held *deadletter.Hold) hiddenLetters {
	after, err := q.Depth(ctx)
	if err != nil {
		return hiddenLetters{err: err}
	}
	wait := max(deadletter.HideFor, after.Timeout)
	return hiddenLetters{
		n:     deadletter.HiddenByOthers(before, after, len(held.Letters), !held.More),
		until: time.Now().Add(wait).UTC().Truncate(time.Second).Add(time.Second),
	}
}

// overlooked is the error for letters that a command may have overlooked in a queue; nil:
// it saw all of them. kind is kindChanges or kindAnnouncements.
func (h *hiddenLetters) overlooked(kind, queue string) error {
	switch {
	case h.err != nil:
		return fmt.Errorf("whether dead letters of %s are hidden is not known (%s): this takes sqs:GetQueueAttributes on queue %s", kind, reason(h.err), queue)
	case h.n == 0:
		return nil
	}
	is, it := "are", "they are"
	if h.n == 1 {
		is, it = "is", "it is"
	}
	return fmt.Errorf("%s of %s %s hidden: another command has received %s, and is still at work or was killed. "+
		"Run this again: %s back by %s if nothing else works on %s. "+
		"If %s hidden for longer, a program keeps receiving from queue %s: stop it (SQS hides a letter for 12 h at most)",
		countLetters(h.n), kind, is, them(h.n), it, h.until.Format(time.RFC3339), them(h.n), it, queue)
}

func them(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// incomplete is the error for queues and letters that a command did not see; nil: it saw
// all that it was asked for. Letters that are chosen by their ids were all found.
func (o *letterOptions) incomplete(boxes []*letterbox) error {
	var errs []error
	for _, b := range boxes {
		if b.err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", b.kind, b.err))
		} else if len(o.ids) == 0 {
			errs = append(errs, b.hidden.overlooked(b.kind, b.name))
		}
	}
	return errors.Join(errs...)
}

// someHidden tells how many letters are hidden in all queues, in words for an error about
// letters that were not found; "": none.
func someHidden(boxes []*letterbox) string {
	text := ""
	for _, b := range boxes {
		if err := b.err; err != nil {
			text += fmt.Sprintf("; %s: %v", b.kind, err)
		} else if err := b.hidden.overlooked(b.kind, b.name); err != nil {
			text += "; " + err.Error()
		}
	}
	return text
}
