package subscriber

import (
	"context"
	"maps"
	"slices"
	"sync"
)

// A Memory is a Store that lasts as long as its process: for tests, and for a
// subscriber that starts with a snapshot of everything.
type Memory struct {
	mu     sync.Mutex
	copies map[string]Copy
}

var _ Store = (*Memory)(nil)

// NewMemory is an empty Memory.
func NewMemory() *Memory { return &Memory{copies: map[string]Copy{}} }

// Load returns a copy that shares nothing with the stored one. It never fails.
func (m *Memory) Load(_ context.Context, userID string) (Copy, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.copies[userID]
	c.Preferences, c.InferredKeys = maps.Clone(c.Preferences), slices.Clone(c.InferredKeys)
	return c, nil
}

// Save never fails.
func (m *Memory) Save(_ context.Context, c Copy, snapshot bool) (saved bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	stored := m.copies[c.UserID]
	if !c.Replaces(&stored, snapshot) {
		return false, nil
	}
	c.Preferences, c.InferredKeys = maps.Clone(c.Preferences), slices.Clone(c.InferredKeys)
	m.copies[c.UserID] = c
	return true, nil
}
