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
	"time"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

const (
	secretHeader = "X-Preferences-Secret"
	maxBody      = 1 << 20         // an announcement has at most 256 KiB; its envelope adds little
	answerWithin = 4 * time.Second // EventBridge waits 5
)

// A receiver takes announcements by POST /preferences. Its answers decide what
// EventBridge does next: 2xx ends the delivery; 401, 5xx and silence have it
// come again for up to a day; any other ends in the dead-letter queue at once. So
// 400 and 413 are for what can never be taken, and for nothing else.
type receiver struct {
	secret  [sha256.Size]byte
	handler *subscriber.Handler
	out     io.Writer
}

// newReceiver keeps its copies in a store: subscriber.Store is two methods, to be
// written for the database at hand. With subscriber.WithReader it reads the
// profiles that do not fit into an announcement; without, their copies are stale.
func newReceiver(secret string, store subscriber.Store, out io.Writer, options ...subscriber.Option) http.Handler {
	r := &receiver{secret: sha256.Sum256([]byte(secret)), out: out}
	copies := subscriber.NewProjection(store, subscriber.BeforeSave(r.show))
	r.handler = subscriber.NewHandler(copies.Apply, options...)
	mux := http.NewServeMux()
	mux.Handle("POST /preferences", r)
	return mux
}

// ServeHTTP answers once the copy is stored, and never before: what was
// acknowledged does not come again.
func (r *receiver) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	// Sums of equal length are compared, in a time that tells nothing.
	given := sha256.Sum256([]byte(request.Header.Get(secretHeader)))
	if subtle.ConstantTimeCompare(given[:], r.secret[:]) != 1 {
		http.Error(w, "the secret is wrong", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, request.Body, maxBody))
	if err != nil {
		status := http.StatusServiceUnavailable // it was cut off on the way, and may come whole
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

// readable tells what is wrong with an event for good. One that is none of the
// pipeline's announcements is fine: the handler passes it over.
func readable(body []byte) error {
	e, err := events.DecodeEnvelope(body)
	if err != nil || e.Source != events.SourcePipeline || e.DetailType != events.DetailTypeUpdated {
		return err
	}
	return new(events.PreferencesUpdated).UnmarshalJSON(e.Detail)
}

// show prints what is about to be kept.
func (r *receiver) show(_ context.Context, _, after subscriber.Copy) error {
	if after.Stale {
		_, err := fmt.Fprintf(r.out, "%q revision %d: stale, the profile did not fit into its announcement\n", after.UserID, after.Revision)
		return err
	}
	kept, err := json.Marshal(after.Preferences)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(r.out, "%q revision %d: %s\n", after.UserID, after.Revision, kept)
	return err
}
