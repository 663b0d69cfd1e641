package sim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/subscriber"
)

// A skill follows preferences with the subscriber package: the handler, and copies in a
// store that fails now and then.
type skill struct {
	handler *subscriber.Handler
	copies  *subscriber.Projection
}

func (s *Simulation) skills() []skill {
	var all []skill
	for _, options := range [][]subscriber.Option{nil, {subscriber.WithNewest()}} {
		copies := subscriber.NewProjection(&flakyStore{subscriber.NewMemory(), s})
		all = append(all, skill{subscriber.NewHandler(copies.Apply, append(options, subscriber.WithLogger(quietLog))...), copies})
	}
	return all
}

// A flakyStore fails before or after saving.
type flakyStore struct {
	*subscriber.Memory
	s *Simulation
}

var errStore = errors.New("by decision of the simulation")

func (f *flakyStore) Save(ctx context.Context, c subscriber.Copy, snapshot bool) (bool, error) {
	if f.s.chance(f.s.plan.hostility / 2) {
		return false, errStore
	}
	saved, err := f.Memory.Save(ctx, c, snapshot)
	if err == nil && f.s.chance(f.s.plan.hostility/2) {
		return false, errStore
	}
	return saved, err
}

// maxLarge is how many announcements of large profiles are kept for skills. Each has up
// to 256 KiB, and all of them would take most of a history's time.
const maxLarge = 8

func (s *Simulation) announce(envelope string) {
	if s.plan.heavy && len(s.announced) == maxLarge {
		s.announced = s.announced[1:]
	}
	s.announced = append(s.announced, envelope)
}

// maxFollowed is the largest batch of a skill.
const maxFollowed = 10

// subscribe delivers announcements to subscribers: any of them, and any number of
// times.
func (s *Simulation) subscribe() {
	users := s.log.Users()
	if len(users) == 0 || len(s.announced) == 0 {
		return
	}
	s.happened("announcement handed out once more, in any order")
	s.log.Deliver(users[s.rand.IntN(len(users))], s.rand.IntN(2), s.rand.IntN)
	batch := make([]string, 1+s.rand.IntN(maxFollowed))
	for i := range batch {
		batch[i] = s.announced[s.rand.IntN(len(s.announced))]
	}
	s.follow(s.rand.IntN(len(s.following)), batch)
}

// follow delivers a batch to a skill, and returns what must be redelivered.
func (s *Simulation) follow(number int, batch []string) (again []string) {
	var event awsevents.SQSEvent
	for i, body := range batch {
		event.Records = append(event.Records, awsevents.SQSMessage{MessageId: fmt.Sprint(i), EventSource: "aws:sqs", Body: body})
	}
	payload, err := json.Marshal(event)
	must(err)
	answer, err := s.following[number].handler.Invoke(context.Background(), payload)
	must(err)
	var response awsevents.SQSEventResponse
	must(json.Unmarshal(answer, &response))
	for _, failure := range response.BatchItemFailures {
		i, err := strconv.Atoi(failure.ItemIdentifier)
		must(err)
		again = append(again, batch[i])
	}
	s.copied(number)
	return again
}

// copied shows a skill's copies to the oracle.
func (s *Simulation) copied(number int) {
	for _, id := range s.log.Users() {
		c, err := s.following[number].copies.Get(context.Background(), id)
		must(err)
		values := map[string]string{}
		for key, value := range c.Preferences {
			values[key] = value.JSON()
		}
		s.log.Copied(id, number, c.Revision, values, c.InferredKeys, c.Stale)
	}
}

// followAll delivers every announcement once more, in random order, and redelivers what
// a skill fails.
func (s *Simulation) followAll() {
	for number := range s.following {
		all := slices.Clone(s.announced)
		s.rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for len(all) > 0 {
			batch := all[:min(maxFollowed, len(all))]
			all = append(all[len(batch):], s.follow(number, batch)...)
		}
	}
}
