package profilestore

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/profilestore/item"
)

func TestUnavailable(t *testing.T) {
	for name, test := range map[string]struct {
		with func(http.Handler) http.Handler
		want bool
	}{
		"throttled":           {refuses(400, "ProvisionedThroughputExceededException", "slow down"), true},
		"throttled by tables": {refuses(400, "ThrottlingException", "slow down"), true},
		"a fault of theirs":   {refuses(500, "InternalServerError", "oops"), true},
		"not in service":      {refuses(503, "ServiceUnavailable", "later"), true},
		"no answer":           {notSent, true},
		"no permission":       {refuses(400, "AccessDeniedException", "no"), false},
		"no table":            {refuses(400, "ResourceNotFoundException", "no"), false},
		"a bad request":       {refuses(400, "ValidationException", "no"), false},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCloud(t)
			c.on = func(int, request) func(http.Handler) http.Handler { return test.with }
			_, err := c.store().Read(t.Context(), "u")
			var failure *Error
			if !errors.As(err, &failure) || failure.Unavailable() != test.want || failure.Operation != "GetItem" {
				t.Errorf("Read: %v", err)
			}
			_, err = c.store().Merge(t.Context(), "u", events.Fold(set(1, prefs{"a": events.JSON("1")})))
			if !errors.As(err, &failure) || failure.Unavailable() != test.want || failure.Operation != "UpdateItem" {
				t.Errorf("Merge: %v", err)
			}
		})
	}
}

func TestCancelledMergeAsksNothing(t *testing.T) {
	c := newCloud(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.store().Merge(ctx, "u", events.Fold(set(1, prefs{"a": events.JSON("1")})))
	if !errors.Is(err, context.Canceled) || len(c.requests) != 0 {
		t.Errorf("%v after %d requests", err, len(c.requests))
	}
}

// A context that ends between two requests ends the merge.
func TestContextEndsBetweenRequests(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), set(1, prefs{"a": events.JSON("1")}))
	ctx, cancel := context.WithCancel(t.Context())
	c.interfere(1, func() func(http.Handler) http.Handler { cancel(); return nil })
	_, err := c.store().Merge(ctx, "u", events.Fold(replace(2, nil)))
	if !errors.Is(err, context.Canceled) || len(c.requests) != 1 {
		t.Errorf("%v after %d requests", err, len(c.requests))
	}
}

func TestUnreadableItemNamesTheAttribute(t *testing.T) {
	c := newCloud(t)
	c.merge(c.bystander(), set(1, prefs{"a": events.JSON("1")}))
	u := newUpdate()
	u.assign(item.Preference("broken"), u.text("s3cret"))
	u.unlessMissing(item.Revision)
	_, _, err := (&merge{store: c.bystander(), userID: "u"}).send(t.Context(), u)
	for _, err := range []error{err, second(c.store().Read(t.Context(), "u")), second(c.store().Merge(t.Context(), "u", events.Fold(set(1, prefs{"a": events.JSON("1")}))))} {
		var malformed *item.MalformedError
		if !errors.As(err, &malformed) || malformed.Attribute != "p.broken" || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v", err)
		}
	}
}

func second[V any](_ V, err error) error { return err }

// Writers that win each time make Merge give up, not loop.
func TestTriesAreBounded(t *testing.T) {
	c := newCloud(t)
	ms := 0
	rival := func() {
		ms++
		c.merge(c.bystander(), set(ms, prefs{wide(100, events.JSON("1")).Keys()[ms]: events.JSON("1")}))
	}
	c.on = func(int, request) func(http.Handler) http.Handler { rival(); return nil }
	r, err := c.store().Merge(t.Context(), "u", events.Fold(set(0, wide(100, events.JSON("2")))))
	if !errors.Is(err, ErrContended) || len(c.requests) != maxTries || r.Retries != maxTries-1 {
		t.Errorf("%v after %d requests", err, len(c.requests))
	}
}
