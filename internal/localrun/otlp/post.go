package otlp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 10

// once sends a batch. again tells that another try may help, and after how long at the
// earliest.
func (e *Exporter) once(ctx context.Context, batch []Span) (again bool, after time.Duration) {
	body, err := encode(batch, e.options.Resource)
	if err != nil {
		e.failed("a span cannot be written as JSON: " + err.Error())
		e.lost.Add(int64(len(batch)))
		return false, 0
	}
	status, after, answer, err := e.post(ctx, body)
	switch {
	case err != nil:
		e.failed("does not answer (" + cause(err) + ")")
		return true, 0
	case status == http.StatusTooManyRequests || status == http.StatusBadGateway || status == http.StatusServiceUnavailable || status == http.StatusGatewayTimeout:
		e.failed(fmt.Sprintf("answers %d", status))
		return true, after
	case status/100 != 2:
		e.lost.Add(int64(len(batch)))
		e.failed(fmt.Sprintf("answers %d: is it a collector of OTLP over HTTP?", status))
		return false, 0
	}
	e.taken(answer)
	return false, 0
}

func (e *Exporter) post(ctx context.Context, body []byte) (status int, after time.Duration, answer []byte, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, bytes.NewReader(body))
	if err != nil {
		return 0, 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	response, err := e.client.Do(r)
	if err != nil {
		return 0, 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err = io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if seconds, unreadable := strconv.Atoi(response.Header.Get("Retry-After")); unreadable == nil && seconds > 0 {
		after = time.Duration(seconds) * time.Second
	}
	return response.StatusCode, after, answer, err
}

// cause is an error without the method and the URL, which the warning has already.
func cause(err error) string {
	if failure, ok := errors.AsType[*url.Error](err); ok {
		err = failure.Err
	}
	return err.Error()
}

// failed says that spans are not taken, the first time.
func (e *Exporter) failed(why string) {
	if !e.failing {
		e.failing = true
		e.options.Warn(fmt.Sprintf("traces: %s %s; at most %d spans wait for it, more are lost", e.url, why, maxWaiting))
	}
}

// taken says that spans are taken again, and how many were lost.
func (e *Exporter) taken(answer []byte) {
	rejected, message := rejections(answer)
	lost := e.lost.Swap(0)
	switch {
	case rejected > 0:
		e.options.Warn(fmt.Sprintf("traces: %s refuses %d spans: %q", e.url, rejected, message))
	case e.failing || lost > 0:
		e.options.Warn(fmt.Sprintf("traces: %s takes spans; %d were lost", e.url, lost))
	}
	e.failing = false
}

// rejections reads the partial success of an answer: how many spans were refused, and
// why. A count is a string in JSON, and some collectors write a number.
func rejections(answer []byte) (n int64, message string) {
	var got struct {
		PartialSuccess struct {
			Rejected jsontext.Value `json:"rejectedSpans"`
			Message  string         `json:"errorMessage"`
		} `json:"partialSuccess"`
	}
	if json.Unmarshal(answer, &got) != nil {
		return 0, ""
	}
	n, _ = strconv.ParseInt(strings.Trim(string(got.PartialSuccess.Rejected), `"`), 10, 64)
	return n, got.PartialSuccess.Message
}
