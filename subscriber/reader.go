package subscriber

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
)

// A Reader reads a user's profile as it is now. For a user without visible
// preferences it returns the revision and no error; 0 means an unknown user.
type Reader func(ctx context.Context, userID string) (Copy, error)

// errBehind: a read that is not yet, or no longer, what was announced. Later it is,
// unless the profile has been erased for so long that nothing is kept of it.
var errBehind = errors.New("the profile as read is older than announced")

// fill fills in a truncated announcement.
func (h *Handler) fill(ctx context.Context, u *events.PreferencesUpdated) error {
	if h.read == nil || !u.Truncated {
		return nil
	}
	now, err := h.read(ctx, u.UserID)
	switch {
	case err != nil:
		return fmt.Errorf("the profile of a truncated announcement: %w", err)
	case now.Revision == 0:
		return fmt.Errorf("%w: the HTTP API knows no such user: is its URL right?", errBehind)
	case now.Revision < u.Revision:
		return errBehind
	case now.Revision > u.Revision:
		u.Changes = nil // they lead to another revision
	}
	u.Truncated, u.Preferences = false, now.Preferences
	if u.Preferences == nil {
		u.Preferences = events.Preferences{}
	}
	u.Revision, u.UpdatedAt, u.AsOf, u.InferredKeys = now.Revision, now.UpdatedAt, now.AsOf, now.InferredKeys
	return nil
}

// ReadTimeout is how long a Reader of FromAPI waits where its context has no deadline.
const ReadTimeout = 10 * time.Second

// maxAnswer is well above the largest profile.
const maxAnswer = 4 << 20

// FromAPI is a Reader that asks the HTTP API at a URL such as
// "https://abc.execute-api.eu-central-1.amazonaws.com". The client's transport
// has to sign the requests, or to add the token that the API asks for. A nil client is
// http.DefaultClient. A read ends with its context, with the client's own Timeout, and,
// where the context has no deadline, after ReadTimeout. A 404 without the pipeline's own
// message is an error, not an unknown user: the URL may be wrong. The error of an answer is
// a [*StatusError] or wraps [ErrNotTheAPI]. Errors show no values.
func FromAPI(client *http.Client, api string) Reader {
	api = strings.TrimSuffix(api, "/")
	if client == nil {
		client = http.DefaultClient
	}
	return func(ctx context.Context, userID string) (Copy, error) {
		ctx, cancel := handler.WithDefault(ctx, ReadTimeout)
		defer cancel()
		// Not in the path: a user id may be anything, "." and "/" included.
		address := api + "/preferences?" + url.Values{"user_id": {userID}}.Encode()
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return Copy{}, errors.New("the HTTP API has no valid URL")
		}
		answer, err := client.Do(r)
		if err != nil {
			return Copy{}, unsent(err)
		}
		defer answer.Body.Close()
		return decodeAnswer(answer, userID)
	}
}

// A StatusError is a Reader's error for an answer whose status says that the HTTP API did
// not read. 403: the caller has no permission. 429 and 503: try again later.
type StatusError struct {
	Status int // of HTTP; neither 200 nor 404
}

// Error names the status.
func (e *StatusError) Error() string { return fmt.Sprintf("the HTTP API answers %d", e.Status) }

// ErrNotTheAPI is a Reader's error for an answer that the pipeline's HTTP API does not give.
// Another program answers at this URL, or the URL has another path.
var ErrNotTheAPI = errors.New("the HTTP API's answer is no profile")

// unsent leaves out the URL, for the user's id is in it.
func unsent(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		err = failed.Err
	}
	return fmt.Errorf("the HTTP API does not answer: %w", err)
}

// noneKnown is the pipeline's message where nothing is known of a user. The 404 of a
// route that does not exist has another one, "Not Found". A reader with a wrong URL
// must not take every user for forgotten.
const noneKnown = "no preferences of this user are known"

// decodeAnswer reads a profile, or the revision of a user without visible
// preferences.
func decodeAnswer(answer *http.Response, userID string) (Copy, error) {
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusNotFound {
		return Copy{}, &StatusError{answer.StatusCode}
	}
	text, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err != nil {
		return Copy{}, fmt.Errorf("the HTTP API's answer: %w", err)
	}
	var p struct {
		UserID      string             `json:"user_id"`
		Revision    int64              `json:"revision"`
		Preferences events.Preferences `json:"preferences"`
		Inferred    []string           `json:"inferred_keys"`
		UpdatedAt   time.Time          `json:"last_updated"`
		AsOf        events.Stamp       `json:"as_of"`
		Message     string             `json:"message"` // of a 404
	}
	switch err := json.Unmarshal(text, &p); {
	case err != nil || p.Revision < 0 || slices.Contains(slices.Collect(maps.Values(p.Preferences)), events.Unset):
		return Copy{}, ErrNotTheAPI
	case answer.StatusCode == http.StatusNotFound && p.Revision == 0 && p.Message != noneKnown:
		return Copy{}, fmt.Errorf("%w, but the 404 of another page: is its URL right?", ErrNotTheAPI)
	case answer.StatusCode == http.StatusOK && (p.UserID != userID || p.Revision == 0 || p.Preferences == nil):
		return Copy{}, fmt.Errorf("%w of this user", ErrNotTheAPI)
	}
	return Copy{
		UserID: userID, Revision: p.Revision, Preferences: p.Preferences, InferredKeys: among(p.Preferences, p.Inferred),
		UpdatedAt: p.UpdatedAt, AsOf: p.AsOf,
	}, nil
}
