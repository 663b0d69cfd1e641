package realtime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
)

// newCaller makes the client that calls API destinations. It waits no longer than
// EventBridge does, follows no redirection and keeps no connection.
func newCaller() *http.Client {
	return &http.Client{
		Timeout:       eventbridge.CallTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
	}
}

// request makes a call and reports the answer. A call that ended because the driver
// ended is recalled, as if it had not been made.
func (d *Driver) request(ctx context.Context, c *eventbridge.Call) {
	answer := d.answer(ctx, c)
	d.Do(func(cloud *localaws.Cloud) {
		if answer.Err != nil && ctx.Err() != nil {
			cloud.Buses.Recall(c)
			return
		}
		cloud.Buses.Finish(c, answer)
	})
}

// maxRead is the most that is read of an answer: EventBridge asks for that range.
const maxRead = 1 << 20

func (d *Driver) answer(ctx context.Context, c *eventbridge.Call) eventbridge.Answer {
	r, err := http.NewRequestWithContext(ctx, c.Method, c.URL, strings.NewReader(c.Body))
	if err != nil {
		return eventbridge.Answer{Err: err}
	}
	r.Header = c.Header
	response, err := d.caller.Do(r)
	if err != nil {
		return eventbridge.Answer{Err: unanswered(err)}
	}
	defer response.Body.Close()
	// Reading counts as part of the answer's time, and a receiver that still writes is
	// not cut off.
	if _, err := io.Copy(io.Discard, io.LimitReader(response.Body, maxRead)); err != nil {
		return eventbridge.Answer{Err: unanswered(err)}
	}
	return eventbridge.Answer{Status: response.StatusCode, RetryAfter: response.Header.Get("Retry-After")}
}

// unanswered removes the URL from an error, because it may contain a key.
func unanswered(err error) error {
	var failed interface{ Timeout() bool }
	if errors.As(err, &failed) && failed.Timeout() {
		return fmt.Errorf("no answer within %v", eventbridge.CallTimeout)
	}
	var at *url.Error
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
