package httpapi

import (
	"context"
	"net/http"

	"github.com/bot-preferences/bot-preferences/events"
)

// Delete erases the user that the path or ?user_id= names. A body is ignored.
// Erasing an unknown user is accepted too: it covers a change that is still on
// its way.
func (w *Writer) Delete(ctx context.Context, r Request) (Response, error) {
	if r.RequestContext.HTTP.Method != http.MethodDelete {
		return MethodNotAllowed(http.MethodDelete), nil
	}
	query, err := conditionFree(&r)
	if err != nil {
		return w.refused(ctx, &events.PreferenceChange{}, err), nil
	}
	userID, err := UserID(&r, query)
	if err != nil {
		return w.refused(ctx, &events.PreferenceChange{}, err), nil
	}
	return w.publish(ctx, &r, events.PreferenceChange{UserID: userID, Replace: true}), nil
}
