package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

const (
	secretHeader = "X-Preferences-Secret"
	maxBody      = 1 << 20         // an announcement has at most 256 KiB; its envelope adds little
	answerWithin = 4 * time.Second // EventBridge waits 5
)

// A receiver accepts announcements by POST /preferences. Its answer decides what
// EventBridge does next:
//
//   - 2xx ends the delivery.
//   - 401, 5xx or no answer make EventBridge retry for up to a day.
//   - Any other status sends the event to the dead-letter queue at once. 400 and 413
//     are therefore only for events that can never be accepted.
type receiver struct {
	secret  [sha256.Size]byte
	handler *subscriber.Handler
	out     io.Writer
}

// newReceiver keeps its copies in a store. subscriber.Store has two methods, which you
// implement for your database. With subscriber.WithReader the receiver reads the
// profiles that do not fit into an announcement. Without it, their copies are stale.
func newReceiver(secret string, store subscriber.Store, out io.Writer, options ...subscriber.Option) http.Handler {
	r := &receiver{secret: sha256.Sum256([]byte(secret)), out: out}
	copies := subscriber.NewProjection(store, subscriber.BeforeSave(r.show))
	r.handler = subscriber.NewHandler(copies.Apply, options...)
	mux := http.NewServeMux()
	mux.Handle("POST /preferences", r)
	return mux
}

// ServeHTTP answers only after the copy is stored, because EventBridge does not
// redeliver what was acknowledged.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	// Comparing sums of equal length takes a constant time, which reveals nothing about
	// the secret.
	given := sha256.Sum256([]byte(request.Header.Get(secretHeader)))
	if subtle.ConstantTimeCompare(given[:], r.secret[:]) != 1 {
		http.Error(w, "the secret is wrong", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, maxBody))
	if err != nil {
		status := http.StatusServiceUnavailable // the request was cut off on the way, and may be complete next time
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, "the body cannot be read", status)
		return
	}
	if err := readable(body); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(request.Context(), answerWithin)
	defer cancel()
	if _, err := r.handler.Invoke(ctx, body); err != nil {
		http.Error(w, "not stored; post it again later", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// readable returns why an event can never be read, or nil. An event that is not an
// announcement of the pipeline is fine: the handler ignores it.
func readable(body []byte) error {
	e, err := events.DecodeEnvelope(body)
	if err != nil || e.Source != events.SourcePipeline || e.DetailType != events.DetailTypeUpdated {
		return err
	}
	return new(events.PreferencesUpdated).UnmarshalJSON(e.Detail)
}

// show prints the copy that is about to be saved, and which of it was inferred. A subscriber that acts on changes
// would return for a snapshot, which announces again what did not change.
func (r *receiver) show(_ context.Context, u events.PreferencesUpdated, _, after subscriber.Copy) error {
	revision := fmt.Sprintf("%q revision %d", after.UserID, after.Revision)
	if u.Snapshot {
		revision += " (snapshot)"
	}
	if after.Stale {
		_, err := fmt.Fprintf(r.out, "%s: stale, the profile did not fit into its announcement\n", revision)
		return err
	}
	kept, err := json.Marshal(after.Preferences)
	if err != nil {
		return err
	}
	inferred := ""
	if len(after.InferredKeys) > 0 {
		inferred = " (inferred: " + strings.Join(after.InferredKeys, ", ") + ")"
	}
	_, err = fmt.Fprintf(r.out, "%s: %s%s\n", revision, kept, inferred)
	return err
}
