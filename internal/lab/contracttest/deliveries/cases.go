// Package deliveries holds the contract for subscribers in every language and form:
// subscriber.json. Several tests play its cases: those of package subscriber (here), of
// the worker and the webhook in Go, and of examples/python and examples/typescript.
package deliveries

import (
	"context"
	_ "embed"
	"errors"
	"sync"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

//go:embed subscriber.json
var text []byte

// A Case is a series of deliveries to a subscriber without any copies, and the copies
// that the subscriber must have afterwards.
type Case struct {
	Name       string          `json:"name"`
	Deliveries []Delivery      `json:"deliveries"`
	Copies     map[string]Kept `json:"copies"` // by user
}

// A Delivery is one SQS batch.
type Delivery struct {
	Messages []Message `json:"messages"`
	Failed   []int     `json:"failed"` // the messages that must be redelivered
}

// A Message is the body of a message: an event, or text that is not an event.
type Message string

// UnmarshalJSON takes an object as the text that it is.
func (m *Message) UnmarshalJSON(b []byte) error {
	if jsontext.Value(b).Kind() != '"' {
		*m = Message(b)
		return nil
	}
	return json.Unmarshal(b, (*string)(m))
}

// Kept is a copy. Its Preferences are null if they are unknown, because the
// announcement of Revision was truncated.
type Kept struct {
	Revision    int64              `json:"revision"`
	Preferences events.Preferences `json:"preferences"`
	// InferredKeys are those of Preferences that were inferred; absent where there are none.
	InferredKeys []string `json:"inferred_keys"`
}

// A Store is a subscriber.Memory that can list all its copies.
type Store struct {
	*subscriber.Memory
	mu    sync.Mutex
	users map[string]bool
}

var _ subscriber.Store = (*Store)(nil)

// NewStore returns an empty Store.
func NewStore() *Store { return &Store{Memory: subscriber.NewMemory(), users: map[string]bool{}} }

// Save is Save of subscriber.Memory, and also records the user.
func (s *Store) Save(ctx context.Context, c subscriber.Copy, snapshot bool) (bool, error) {
	s.mu.Lock()
	s.users[c.UserID] = true
	s.mu.Unlock()
	return s.Memory.Save(ctx, c, snapshot)
}

// Kept returns the copies by user, in the form of the cases.
func (s *Store) Kept(ctx context.Context) (map[string]Kept, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]Kept{}
	for user := range s.users {
		c, err := s.Load(ctx, user)
		if err != nil {
			return nil, err
		}
		switch {
		case c.Stale:
			all[user] = Kept{Revision: c.Revision}
		case c.Preferences == nil:
			all[user] = Kept{Revision: c.Revision, Preferences: events.Preferences{}}
		default:
			all[user] = Kept{c.Revision, c.Preferences, c.InferredKeys}
		}
	}
	return all, nil
}

// All reads the cases.
func All() (all []Case, err error) {
	if err := json.Unmarshal(text, &all, json.RejectUnknownMembers(true)); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, errors.New("there are no cases")
	}
	return all, nil
}
