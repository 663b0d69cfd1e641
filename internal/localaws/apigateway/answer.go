package apigateway

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/localaws/lambda"
)

// An Answer is the response for the HTTP client.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Answer translates the function's result:
//
//   - A JSON value that is not an object with a statusCode is the body of a 200 (an
//     inferred response).
//   - A function error and a malformed answer are 500.
//   - An integration that was throttled or timed out (context.DeadlineExceeded) is 503.
//   - A payload over Lambda's 6 MB is 413.
func (q *Request) Answer(r lambda.Result) *Answer {
	return translate(r).with(q.ID)
}

func translate(r lambda.Result) *Answer {
	switch {
	case errors.Is(r.Err, lambda.ErrThrottled), errors.Is(r.Err, context.DeadlineExceeded):
		return refuse(http.StatusServiceUnavailable)
	case errors.Is(r.Err, lambda.ErrRequestTooLarge):
		return refuse(http.StatusRequestEntityTooLarge)
	case r.Err != nil:
		return refuse(http.StatusInternalServerError)
	}
	payload := jsontext.Value(r.Payload)
	if !payload.IsValid() {
		return refuse(http.StatusInternalServerError)
	}
	var members map[string]jsontext.Value
	if payload.Kind() == '{' && json.Unmarshal(payload, &members) == nil && members["statusCode"] != nil {
		return structured(payload)
	}
	return inferred(payload)
}

func inferred(payload jsontext.Value) *Answer {
	a := &Answer{Status: http.StatusOK, Header: http.Header{}, Body: payload}
	a.Header.Set("Content-Type", "application/json")
	var text string
	if payload.Kind() == '"' && json.Unmarshal(payload, &text) == nil {
		a.Body = []byte(text)
	}
	return a
}

func structured(payload jsontext.Value) *Answer {
	var in struct {
		Status  int                       `json:"statusCode"`
		Headers map[string]jsontext.Value `json:"headers"`
		Cookies []string                  `json:"cookies"`
		Body    string                    `json:"body"`
		Base64  bool                      `json:"isBase64Encoded"`
	}
	if json.Unmarshal(payload, &in) != nil || in.Status < 200 || in.Status > 599 {
		return refuse(http.StatusInternalServerError)
	}
	a := &Answer{Status: in.Status, Header: http.Header{}, Body: []byte(in.Body)}
	if !a.headers(in.Headers) || !a.cookies(in.Cookies) {
		return refuse(http.StatusInternalServerError)
	}
	if in.Base64 {
		decoded, err := base64.StdEncoding.DecodeString(in.Body)
		if err != nil {
			return refuse(http.StatusInternalServerError)
		}
		a.Body = decoded
	}
	if a.Header.Get("Content-Type") == "" {
		a.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	return a
}

// refuse makes an answer of API Gateway's own.
func refuse(status int) *Answer {
	message := http.StatusText(status)
	if status == http.StatusRequestEntityTooLarge {
		message = "Request Entity Too Large" // the old name of 413
	}
	a := &Answer{Status: status, Header: http.Header{}, Body: []byte(`{"message":` + strconv.Quote(message) + `}`)}
	a.Header.Set("Content-Type", "application/json")
	return a
}

func (a *Answer) with(requestID string) *Answer {
	a.Header.Set("Apigw-Requestid", requestID)
	return a
}
