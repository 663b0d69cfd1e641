package sim

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

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
		func(ctx context.Context) { answer, _ = s.handlers.get.Handle(ctx, request(http.MethodGet, id)) },
		func(t *task) {
			if t.killed {
				return
			}
			s.happened("profile read")
			s.log.Read(reading, answer.StatusCode, answer.Body, t.table)
		})
}

// erase deletes a user over the HTTP API.
func (s *Simulation) erase() {
	id := s.userID()
	before := s.items[id]
	var answer awsevents.APIGatewayV2HTTPResponse
	s.printf("somebody erases %s", id)
	s.start(&task{name: "delete", skew: skew(s.rand, 2*time.Minute)},
		func(ctx context.Context) { answer, _ = s.handlers.api.Delete(ctx, request(http.MethodDelete, id)) },
		func(t *task) {
			if t.killed || answer.StatusCode != http.StatusAccepted {
				return
			}
			s.happened("erasure over HTTP")
			var said struct {
				ID string `json:"event_id"`
			}
			must(json.Unmarshal([]byte(answer.Body), &said))
			s.log.Erasing(id, said.ID, before)
			s.log.Confirmed(&oracle.Change{Stamp: said.ID, User: id, Set: map[string]string{}, Replace: true})
		})
}
