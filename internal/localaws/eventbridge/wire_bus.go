package eventbridge

import (
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type createEventBusInput struct {
	Name        string
	Description string
	Tags        []tag
}

type createEventBusOutput struct {
	EventBusArn string
	Description string `json:",omitzero"`
}

func (s *Service) createEventBus(in *createEventBusInput) (createEventBusOutput, error) {
	b, err := s.createBus(in.Name)
	if err != nil {
		return createEventBusOutput{}, err
	}
	b.description, b.tags = in.Description, withTags(nil, in.Tags)
	return createEventBusOutput{b.arn, b.description}, nil
}

type nameInput struct{ Name string }

func (s *Service) deleteEventBus(in *nameInput) (empty, error) {
	return empty{}, s.deleteBus(in.Name)
}

type busJSON struct {
	Name             string
	Arn              string
	Description      string `json:",omitzero"`
	CreationTime     wire.Time
	LastModifiedTime wire.Time
}

func (b *bus) answer() busJSON {
	return busJSON{b.name, b.arn, b.description, wire.Time(b.created), wire.Time(b.modified)}
}

func (s *Service) describeEventBus(in *nameInput) (busJSON, error) {
	b, err := s.bus(in.Name)
	if err != nil {
		return busJSON{}, err
	}
	return b.answer(), nil
}

type listEventBusesInput struct {
	NamePrefix string
	NextToken  string
	Limit      int
}

type listEventBusesOutput struct {
	EventBuses []busJSON
	NextToken  string `json:",omitzero"`
}

func (s *Service) listEventBuses(in *listEventBusesInput) (listEventBusesOutput, error) {
	var list []busJSON
	for _, b := range s.sortedBuses() {
		if strings.HasPrefix(b.name, in.NamePrefix) {
			list = append(list, b.answer())
		}
	}
	part, next, err := page(list, func(b busJSON) string { return b.Name }, in.NextToken, in.Limit)
	return listEventBusesOutput{part, next}, err
}
