package realtime

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bot-preferences/bot-preferences/localaws/eventbridge"
)

// silent is an endpoint that takes a request and never answers.
type silent struct{}

func (silent) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestNoAnswerWithinFiveSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Driver{caller: newCaller()}
		d.caller.Transport = silent{}
		began := time.Now()
		a := d.answer(t.Context(), &eventbridge.Call{Method: "POST", URL: "http://127.0.0.1:9/"})
		if took := time.Since(began); took != 5*time.Second || a.Err == nil || a.Err.Error() != "no answer within 5s" {
			t.Errorf("after %v: %+v", took, a)
		}
	})
}
