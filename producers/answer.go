package producers

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

// retryAfter is what a caller is told to wait: the route has tried for longer
// than most throttling lasts.
const retryAfter = time.Second

// answer waits for an accepted change if the caller wants that, and answers
// with the profile, or else that the change is accepted.
func (a *API) answer(ctx context.Context, c *events.PreferenceChange, wait time.Duration) awsevents.APIGatewayV2HTTPResponse {
	r := httpapi.Message(http.StatusAccepted, "accepted", eventID(c.ID))
	if wait == 0 {
		return r
	}
	if p, visible := a.await(ctx, c, wait); visible {
		r = httpapi.Profile(&p, p.Visible())
	}
	r.Headers["Preference-Applied"] = "wait=" + strconv.Itoa(int(wait/time.Second))
	return r
}

// notAccepted answers for a change that the route did not confirm.
func (a *API) notAccepted(ctx context.Context, id events.Stamp, err error) awsevents.APIGatewayV2HTTPResponse {
	var failure *events.SendError
	if !errors.As(err, &failure) {
		return httpapi.Refused(err)
	}
	a.log.ErrorContext(ctx, "not accepted", "event_id", id.String(), "outcome", failure.Outcome.String(), "code", failure.Code, "error", failure.Err)
	switch {
	case failure.Outcome == events.NotSent:
		return httpapi.Unavailable("the event bus is not available; nothing was changed", retryAfter)
	case failure.Outcome == events.Uncertain:
		return httpapi.Unavailable("it is not known whether the change was accepted; sending it again with this event_id as its id is harmless", retryAfter, eventID(id))
	case aboutContent[failure.Code]:
		return httpapi.Message(http.StatusBadRequest, "preferences: hold something that the event bus does not carry")
	}
	return httpapi.Internal()
}

// aboutContent are the codes by which a route rejects what a valid change holds.
var aboutContent = map[string]bool{
	"MalformedDetail":        true, // EventBridge
	"InvalidMessageContents": true, // SQS
	string(events.TooLarge):  true,
}

func eventID(id events.Stamp) httpapi.Member {
	return httpapi.Member{Name: "event_id", Value: id.String()}
}
