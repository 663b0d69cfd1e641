package sim

import (
	"context"
	"fmt"
	"net/http"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/httpapi"
	"github.com/bot-preferences/bot-preferences/internal/lab/sim/oracle"
)

// request returns a request to the HTTP API about a user.
func request(method, userID string) (r awsevents.APIGatewayV2HTTPRequest) {
	r.RequestContext.HTTP.Method = method
	r.QueryStringParameters, r.RawQueryString = map[string]string{"user_id": userID}, "user_id="+userID
	return r
}

// look reads a profile slowly, while others write it.
func (s *Simulation) look() {
	id := s.userID()
	reading := s.log.Reading(id)
	var answer awsevents.APIGatewayV2HTTPResponse
	s.start(&task{name: "get", skew: skew(s.rand, consumerSkew)},
		func(ctx context.Context) { answer, _ = s.handlers.get.Get(ctx, request(http.MethodGet, id)) },
		func(t *task) {
			if t.killed {
				return
			}
			s.happened("profile read")
			s.log.Read(reading, answer.StatusCode, answer.Body, t.table)
		})
}

// write lets one caller of the HTTP API write a profile, or two callers at once.
func (s *Simulation) write() {
	id := s.userID()
	for range 1 + s.rand.IntN(2) {
		c := s.change()
		origin := c.Origin
		c.UserID, c.Replace, c.Origin = id, false, events.Stated
		if len(c.Preferences) == 0 {
			c.Preferences["k0"] = events.JSON(s.value())
		}
		switch s.rand.IntN(8) {
		case 0, 1:
			c.Replace, c.Preferences = true, nil
			s.writeOver(http.MethodDelete, &c)
		case 2:
			c.Replace = true
			s.writeOver(http.MethodPut, &c)
		case 3:
			c.ID = s.stampAt(s.now.Add(-time.Duration(s.rand.Int64N(int64(time.Minute)))))
			c.Origin = origin
			s.writeOver(http.MethodPost, &c)
		default:
			s.writeOver(http.MethodPatch, &c)
		}
	}
}

// writeOver starts a write over the HTTP API, in one of its processes.
func (s *Simulation) writeOver(method string, c *events.PreferenceChange) {
	r := request(method, c.UserID)
	r.Body = string(c.Preferences.AppendJSON(nil))
	if method == http.MethodPost {
		r = request(method, c.UserID)
		r.Body = string(c.AppendJSON(nil))
	}
	r.Headers = map[string]string{}
	if s.chance(0.4) {
		r.Headers["prefer"] = fmt.Sprintf("wait=%d", []int{5, 10}[s.rand.IntN(2)])
	}
	if method != http.MethodPost {
		r.Headers["traceparent"] = c.Traceparent
	}
	i := s.rand.IntN(len(s.handlers.writers))
	handle := s.handlers.writers[i].Update
	if method == http.MethodDelete {
		handle = s.handlers.writers[i].Delete
	}
	t := &task{name: method, skew: s.plan.writers[i]}
	t.write = &oracle.Write{Change: *meant(c, c.ID), From: s.clockOf(t)}
	s.log.Writing(t.write)
	s.printf("%s %s %s", method, c.UserID, r.Body)
	var answer httpapi.Response
	s.start(t, func(ctx context.Context) { answer, _ = handle(ctx, r) }, func(t *task) {
		if t.killed {
			return
		}
		s.happened(fmt.Sprintf("write over HTTP answered %d", answer.StatusCode))
		s.printf("%s is answered %d %.200s", t.name, answer.StatusCode, answer.Body)
		t.write.Until = s.clockOf(t)
		s.log.Answered(t.write, answer.StatusCode, answer.Body)
	})
}
