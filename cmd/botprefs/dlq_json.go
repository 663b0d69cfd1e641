package main

import (
	"time"

	"github.com/bot-preferences/bot-preferences/internal/verdict"
)

// letterList is what --output json prints of dead letters.
type letterList struct {
	Letters []listedLetter `json:"letters"`
	Queues  []listedQueue  `json:"queues"`
}

// A listedLetter is a dead letter in that list. The body is not in it: it may hold what a
// person said.
type listedLetter struct {
	ID        string          `json:"id"`
	Of        string          `json:"of"`
	Code      string          `json:"code"`
	Message   string          `json:"message,omitempty"`
	UserID    string          `json:"user_id,omitempty"`
	Source    string          `json:"source,omitempty"`
	Sent      time.Time       `json:"sent"`
	Truncated bool            `json:"truncated"`
	Verdict   verdict.Outcome `json:"verdict"`
	Why       string          `json:"why"`
	Final     bool            `json:"final"`
	Done      outcome         `json:"done,omitempty"`  // by redrive
	Error     string          `json:"error,omitempty"` // of redrive
}

// A listedQueue is a dead-letter queue in that list.
type listedQueue struct {
	Of     string     `json:"of"`
	Name   string     `json:"name"`
	Seen   int        `json:"seen"`
	More   bool       `json:"more"`
	Hidden *int       `json:"hidden,omitempty"`
	Until  *time.Time `json:"hidden_until,omitempty"`
	Error  string     `json:"error,omitempty"`
}

func (o *letterOptions) listed(boxes []*letterbox) letterList {
	var list letterList
	for _, b := range boxes {
		list.Queues = append(list.Queues, b.listed())
		for _, l := range o.these(b) {
			list.Letters = append(list.Letters, l.listed(b))
		}
	}
	return list
}

func (l *judged) listed(b *letterbox) listedLetter {
	text := ""
	if l.err != nil {
		text = l.err.Error()
	}
	found := l.verdict
	if found.Outcome == "" {
		found = verdict.Verdict{Outcome: verdict.Unknown, Why: "the command was interrupted before it judged this letter"}
	}
	return listedLetter{
		ID: l.ID, Of: b.kind, Code: string(l.Code), Message: l.Message, UserID: l.UserID, Source: l.Source, Sent: l.Sent.UTC(),
		Truncated: l.Truncated, Verdict: found.Outcome, Why: found.Why, Final: found.Final, Done: l.outcome, Error: text,
	}
}

func (b *letterbox) listed() listedQueue {
	q := listedQueue{Of: b.kind, Name: b.name, Seen: len(b.letters), More: b.more}
	switch {
	case b.err != nil:
		q.Error = b.err.Error()
	case b.hidden.err != nil:
		q.Error = b.hidden.overlooked(b.kind, b.name).Error()
	default:
		q.Hidden = &b.hidden.n
	}
	if b.hidden.n > 0 {
		q.Until = &b.hidden.until
	}
	return q
}
