package producers

import (
	"context"
	"net/http"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
)

// Delete erases a user, whom the path or ?user_id= names. A body is ignored.
// Erasing a user of whom nothing is known is accepted too: a change that is
// still on its way is covered by it.
func (a *API) Delete(ctx context.Context, r awsevents.APIGatewayV2HTTPRequest) (awsevents.APIGatewayV2HTTPResponse, error) {
	if r.RequestContext.HTTP.Method != http.MethodDelete {
		return httpapi.MethodNotAllowed(http.MethodDelete), nil
	}
	userID, err := erased(&r)
	if err != nil {
		return httpapi.Refused(err), nil
	}
	return a.publish(ctx, &r, events.PreferenceChange{UserID: userID, Replace: true}), nil
}

func erased(r *awsevents.APIGatewayV2HTTPRequest) (string, error) {
	if err := httpapi.RefuseIfMatch(r); err != nil {
		return "", err
	}
	q, err := httpapi.ParseQuery(r.RawQueryString)
	if err != nil {
		return "", err
	}
	return httpapi.UserID(r, q)
}
