package doctor

import (
	"context"
	"errors"
	"time"
)

// noUser is asked for over the HTTP API. Nobody has this id.
const noUser = "botprefs-doctor"

// ErrForbidden is the error of ReadAPI where the caller may not use the HTTP API.
var ErrForbidden = errors.New("the HTTP API refuses this caller")

// checkAPI reads a user that does not exist over the HTTP API. Its function asks the table.
func (e *Examination) checkAPI(ctx context.Context, r *Result) error {
	if e.ReadAPI == nil {
		r.skip("not checked: the stack does not say where its HTTP API is")
		return nil
	}
	began := time.Now()
	err := e.ReadAPI(ctx, noUser)
	switch {
	case err == nil:
		r.Summary = "the HTTP API answers after " + ms(time.Since(began))
	case errors.Is(err, ErrForbidden):
		r.skip("not checked: needs execute-api:Invoke")
	default:
		r.find("api", "Reading over the HTTP API failed: "+err.Error()+".", breaks["getUserPreferences"],
			e.Commands.AWS+" logs tail /aws/lambda/"+e.functionName("getUserPreferences")+" --since 10m   # 429 and 503: too many requests, or the table throttles")
	}
	return nil
}
