package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/subscriber"
)

const (
	secretHeader = "X-Preferences-Secret"
	maxBody      = 1 << 20 // an announcement has at most 256 KiB; its envelope adds little
)

// A receiver takes announcements by POST /preferences. Its answers decide what
// EventBridge does next: 2xx ends the delivery; 401, 5xx and silence have it
// come again for up to a day; any other ends in the dead-letter queue at once.
type receiver struct {
	secret [sha256.Size]byte
	copies *subscriber.Projection
	out    io.Writer
}

// newReceiver keeps its copies in a store: subscriber.Store is two methods, to be
// written for the database at hand.
func newReceiver(secret string, store subscriber.Store, out io.Writer) http.Handler {
	r := &receiver{secret: sha256.Sum256([]byte(secret)), out: out}
	r.copies = subscriber.NewProjection(store, subscriber.BeforeSave(r.show))
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
		http.Error(w, "the body cannot be read", http.StatusBadRequest)
		return
	}
	u, ok, err := announcement(body)
	switch {
	case err != nil: // and never will be
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	case ok:
		err = r.copies.Apply(request.Context(), u)
	}
	if err != nil {
		http.Error(w, "the copy cannot be stored", http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// announcement reads the event as EventBridge delivers it; false for an event
// that is none of the pipeline's announcements.
func announcement(body []byte) (u events.PreferencesUpdated, ok bool, err error) {
	e, err := events.DecodeEnvelope(body)
	if err != nil || e.Source != events.SourcePipeline || e.DetailType != events.DetailTypeUpdated {
		return u, false, err
	}
	err = u.UnmarshalJSON(e.Detail)
	return u, err == nil, err
}

// show prints what is about to be kept.
func (r *receiver) show(_ context.Context, _, after subscriber.Copy) error {
	kept, err := json.Marshal(after.Preferences)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(r.out, "%q revision %d: %s\n", after.UserID, after.Revision, kept)
	return err
}
