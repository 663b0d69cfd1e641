package catalogue

import (
	"maps"
	"slices"

	"github.com/bot-preferences/bot-preferences/events"
)

// A View is what one profile shows.
type View struct {
	Preferences  events.Preferences
	InferredKeys []string // those keys whose value is inferred; all others are stated
}

// Profiles are what Resolve puts together. A zero View is a profile that shows nothing.
type Profiles struct {
	Conversation, User, Tenant View
}

// Resolved is what holds for a user, and where each value comes from: Conversation,
// User, Tenant or Default. Both maps have the same keys, and are never nil.
type Resolved struct {
	Preferences events.Preferences
	From        map[string]Layer
}

// Resolve says what holds for a user. Of each key it takes the first of these:
//
//  1. what the tenant states, if the entry is locked
//  2. what the conversation states
//  3. what the user states
//  4. what is inferred of the conversation
//  5. what is inferred of the user
//  6. what the tenant has, stated or inferred
//  7. the entry's default
//
// A value in a layer that the key's entry does not name counts as absent. An unknown
// key has every layer. The default of a prefix is given to no key: ask Default for it.
// Resolve does not validate what it reads.
func (c *Catalogue) Resolve(p Profiles) Resolved {
	r := Resolved{events.Preferences{}, map[string]Layer{}}
	if c != nil {
		for _, e := range c.exact {
			if e.Default != events.Unset {
				r.Preferences[e.Name], r.From[e.Name] = e.Default, Default
			}
		}
	}
	sources := c.sources(p)
	for _, s := range slices.Backward(sources) { // the strongest last: it replaces the others
		for key, v := range s.view.Preferences {
			if v != events.Unset && s.counts(key) {
				r.Preferences[key], r.From[key] = v, s.layer
			}
		}
	}
	return r
}

// Default is the default of a key's entry. ok is false where it has none.
func (c *Catalogue) Default(key string) (v events.Value, ok bool) {
	if e := c.match(key); e != nil && e.Default != events.Unset {
		return e.Default, true
	}
	return events.Unset, false
}

// source is a part of a profile, and which of its keys count.
type source struct {
	layer  Layer
	view   View
	counts func(key string) bool
}

// sources are in the order of Resolve's comment.
func (c *Catalogue) sources(p Profiles) []source {
	inferred := func(v View) func(string) bool {
		set := make(map[string]bool, len(v.InferredKeys))
		for _, key := range v.InferredKeys {
			set[key] = true
		}
		return func(key string) bool { return set[key] }
	}
	ofConversation, ofUser, ofTenant := inferred(p.Conversation), inferred(p.User), inferred(p.Tenant)
	in := func(layer Layer, key string) bool {
		e := c.match(key)
		return e == nil || e.In(layer)
	}
	locked := func(key string) bool {
		e := c.match(key)
		return e != nil && e.Locked
	}
	return []source{
		{Tenant, p.Tenant, func(k string) bool { return locked(k) && in(Tenant, k) && !ofTenant(k) }},
		{Conversation, p.Conversation, func(k string) bool { return in(Conversation, k) && !ofConversation(k) }},
		{User, p.User, func(k string) bool { return in(User, k) && !ofUser(k) }},
		{Conversation, p.Conversation, func(k string) bool { return in(Conversation, k) && ofConversation(k) }},
		{User, p.User, func(k string) bool { return in(User, k) && ofUser(k) }},
		{Tenant, p.Tenant, func(k string) bool { return in(Tenant, k) }},
	}
}

// Keys are the keys that have a value, in ascending order.
func (r Resolved) Keys() []string { return slices.Sorted(maps.Keys(r.From)) }
