package buses_test

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

var busCases = []conformance.Case{
	on("bus/described", func(s *scene) error {
		out, err := s.events.DescribeEventBus(s.ctx, &eventbridge.DescribeEventBusInput{Name: &s.bus})
		if err != nil {
			return err
		}
		if !strings.HasPrefix(*out.Arn, "arn:aws:events:") || !strings.HasSuffix(*out.Arn, ":event-bus/"+s.bus) {
			err = fmt.Errorf("got the ARN %s", *out.Arn)
		}
		return errors.Join(err, equal("name", *out.Name, s.bus))
	}),
	on("bus/described by its ARN", func(s *scene) error {
		out, err := s.events.DescribeEventBus(s.ctx, &eventbridge.DescribeEventBusInput{Name: &s.bus})
		if err != nil {
			return err
		}
		out, err = s.events.DescribeEventBus(s.ctx, &eventbridge.DescribeEventBusInput{Name: out.Arn})
		if err != nil {
			return err
		}
		return equal("name", *out.Name, s.bus)
	}),
	on("bus/the default one", func(s *scene) error {
		out, err := s.events.DescribeEventBus(s.ctx, &eventbridge.DescribeEventBusInput{})
		if err != nil {
			return err
		}
		return equal("name", *out.Name, "default")
	}),
	on("bus/made twice", func(s *scene) error {
		_, err := s.events.CreateEventBus(s.ctx, &eventbridge.CreateEventBusInput{Name: &s.bus})
		return refused(err, "ResourceAlreadyExistsException", "Event bus "+s.bus+" already exists.")
	}),
	on("bus/a name that is none", func(s *scene) error {
		_, err := s.events.CreateEventBus(s.ctx, &eventbridge.CreateEventBusInput{Name: aws.String("a bus")})
		return refused(err, "ValidationException", "")
	}),
	on("bus/described that does not exist", func(s *scene) error {
		name := conformance.Name("nowhere")
		_, err := s.events.DescribeEventBus(s.ctx, &eventbridge.DescribeEventBusInput{Name: &name})
		return refused(err, "ResourceNotFoundException", "Event bus "+name+" does not exist.")
	}),
	on("bus/deleted that does not exist", func(s *scene) error {
		_, err := s.events.DeleteEventBus(s.ctx, &eventbridge.DeleteEventBusInput{Name: aws.String(conformance.Name("nowhere"))})
		return err
	}),
	on("bus/the default one deleted", func(s *scene) error {
		_, err := s.events.DeleteEventBus(s.ctx, &eventbridge.DeleteEventBusInput{Name: aws.String("default")})
		return refused(err, "ValidationException", "Cannot delete event bus default.")
	}),
	on("bus/deleted with rules", func(s *scene) error {
		if _, err := s.rule("r", `{"source":["x"]}`); err != nil {
			return err
		}
		_, err := s.events.DeleteEventBus(s.ctx, &eventbridge.DeleteEventBusInput{Name: &s.bus})
		return refused(err, "ValidationException", "can't be deleted since it has rules.")
	}),
	on("bus/listed by prefix and in pages", func(s *scene) error {
		second := s.bus + "-2"
		if _, err := s.events.CreateEventBus(s.ctx, &eventbridge.CreateEventBusInput{Name: &second}); err != nil {
			return err
		}
		var names []string
		in := eventbridge.ListEventBusesInput{NamePrefix: &s.bus, Limit: aws.Int32(1)}
		for range 3 {
			out, err := s.events.ListEventBuses(s.ctx, &in)
			if err != nil {
				return err
			}
			for _, b := range out.EventBuses {
				names = append(names, *b.Name)
			}
			if in.NextToken = out.NextToken; in.NextToken == nil {
				break
			}
		}
		return errors.Join(equal("names", names, []string{s.bus, second}), s.clearBus(second))
	}),
	on("tag/of a bus", func(s *scene) error {
		out, err := s.events.DescribeEventBus(s.ctx, &eventbridge.DescribeEventBusInput{Name: &s.bus})
		if err != nil {
			return err
		}
		return s.tagging(*out.Arn)
	}),
	on("tag/of a rule", func(s *scene) error {
		arn, err := s.rule("r", `{"source":["x"]}`)
		if err != nil {
			return err
		}
		return s.tagging(arn)
	}),
	on("tag/given with a rule", func(s *scene) error {
		out, err := s.events.PutRule(s.ctx, &eventbridge.PutRuleInput{
			EventBusName: &s.bus, Name: aws.String("r"), EventPattern: aws.String(`{"source":["x"]}`), Tags: []types.Tag{tag("a", "1")},
		})
		if err != nil {
			return err
		}
		return s.tags(*out.RuleArn, "a=1")
	}),
	on("tag/of what does not exist", func(s *scene) error {
		arn, err := s.rule("r", `{"source":["x"]}`)
		if err != nil {
			return err
		}
		_, err = s.events.ListTagsForResource(s.ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: aws.String(arn + "x")})
		return refused(err, "ResourceNotFoundException", "")
	}),
}

// tagging adds, replaces and removes tags.
func (s *scene) tagging(arn string) error {
	for _, tags := range [][]types.Tag{{tag("a", "1"), tag("b", "2")}, {tag("b", "3"), tag("c", "4")}} {
		if _, err := s.events.TagResource(s.ctx, &eventbridge.TagResourceInput{ResourceARN: &arn, Tags: tags}); err != nil {
			return err
		}
	}
	if _, err := s.events.UntagResource(s.ctx, &eventbridge.UntagResourceInput{ResourceARN: &arn, TagKeys: []string{"a", "nothing"}}); err != nil {
		return err
	}
	return s.tags(arn, "b=3 c=4")
}

func (s *scene) tags(arn, want string) error {
	out, err := s.events.ListTagsForResource(s.ctx, &eventbridge.ListTagsForResourceInput{ResourceARN: &arn})
	if err != nil {
		return err
	}
	got := map[string]bool{}
	for _, t := range out.Tags {
		got[*t.Key+"="+*t.Value] = true
	}
	wanted := map[string]bool{}
	for _, t := range strings.Fields(want) {
		wanted[t] = true
	}
	return equal("tags", got, wanted)
}

func tag(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }
