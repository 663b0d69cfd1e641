package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/eventbus"
	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
	"github.com/bot-preferences/bot-preferences/producers"
	"github.com/bot-preferences/bot-preferences/queue"
)

// changeOptions are the flags of one change.
type changeOptions struct {
	unset          []string
	replace, erase bool
	inferred       bool
	id             string
	conversation   string
}

func (o *changeOptions) register(c *cobra.Command) {
	flags := c.Flags()
	flags.StringArrayVar(&o.unset, "unset", nil, "forget this `key`; repeatable")
	flags.BoolVar(&o.replace, "replace", false, "forget everything that was said before")
	flags.BoolVar(&o.erase, "erase", false, "forget everything, and set nothing")
	flags.BoolVar(&o.inferred, "inferred", false, "a bot concluded it: it is visible only while the person has stated nothing about its key")
	flags.StringVar(&o.id, "id", "", "`id` of the change, a ULID or a UUIDv7: to try again what was not accepted")
	flags.StringVar(&o.conversation, "conversation", "", "`id` of the conversation in which it was learned")
}

// read makes the change that the arguments and flags describe.
func (o *changeOptions) read(args []string, now time.Time) (events.PreferenceChange, error) {
	if len(args) == 0 {
		return events.PreferenceChange{}, errors.New("publish: name the user: publish USER key=value ..., or --file FILE")
	}
	c := events.PreferenceChange{UserID: args[0], Replace: o.replace || o.erase, ConversationID: o.conversation, Preferences: events.Preferences{}}
	if args[0] == "" {
		return c, errors.New("publish: USER is empty")
	}
	if err := userID(args[0]); err != nil {
		return c, err
	}
	for _, arg := range args[1:] {
		if err := set(c.Preferences, arg); err != nil {
			return c, err
		}
	}
	for _, key := range o.unset {
		if _, twice := c.Preferences[key]; twice {
			return c, fmt.Errorf("--unset %s: the key is given twice", key)
		}
		c.Preferences[key] = events.Unset
	}
	switch {
	case o.replace && !o.erase && len(c.Preferences) == 0: // a script whose list of keys is empty must not erase anybody
		return c, errors.New("--replace without a key would erase the user: say --erase for that")
	case o.erase && len(c.Preferences) > 0:
		return c, errors.New("--erase sets nothing: leave out the keys, or say --replace")
	case o.inferred && c.Replace:
		return c, errors.New("--inferred goes with neither --replace nor --erase: only a person resets a profile")
	case !c.Replace && len(c.Preferences) == 0:
		return c, errors.New("publish: name a change: key=value, --unset key or --erase")
	}
	if o.inferred {
		c.Origin = events.Inferred
	}
	if o.id != "" {
		id, err := events.ParseID(o.id)
		if err != nil {
			return c, fmt.Errorf("--id: %w", err)
		}
		c.ID = id
	}
	return c, c.Validate()
}

// set reads key=value.
func set(into events.Preferences, arg string) error {
	key, text, ok := strings.Cut(arg, "=")
	if !ok || key == "" {
		return fmt.Errorf("%q is not key=value", arg)
	}
	if _, twice := into[key]; twice {
		return fmt.Errorf("%q: the key is given twice", arg)
	}
	value, err := valueOf(text)
	if err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	into[key] = value
	return nil
}

// valueOf takes JSON, or else text. What begins like JSON and is not is a mistake.
func valueOf(text string) (events.Value, error) {
	trimmed := strings.TrimSpace(text)
	switch {
	case jsontext.Value(trimmed).IsValid():
		return events.JSON(trimmed), nil
	case strings.HasPrefix(trimmed, "{") || strings.HasPrefix(trimmed, "[") || strings.HasPrefix(trimmed, `"`):
		return events.Value{}, errors.New("the value begins like JSON and is not: put text that begins so into JSON quotes")
	}
	return events.Text(text), nil
}

// route is the way into a stage: the bus, or its change queue. Without the stack's
// outputs the bus is looked for, because PutEvents accepts events for one that does not
// exist.
func (o *clientOptions) route(ctx context.Context, cfg aws.Config, r *stackref.Resources, direct bool) (producers.Route, string, error) {
	if direct {
		client := sqs.NewFromConfig(cfg, func(o *sqs.Options) { o.Retryer = newPatient() })
		url, err := r.ChangeQueue.Locate(ctx, client)
		if err != nil {
			return nil, "", o.unusable("--stage", r.ChangeQueue.Name, o.orRegion(), cfg, err)
		}
		return queue.New(client, url), "queue " + url, nil
	}
	client := eventbridge.NewFromConfig(cfg, func(o *eventbridge.Options) { o.Retryer = newPatient() })
	if r.Derived != nil {
		_, err := client.DescribeEventBus(ctx, &eventbridge.DescribeEventBusInput{Name: aws.String(r.Bus)})
		if err != nil && !forbidden(err) {
			return nil, "", o.unusable("--bus", r.Bus, " of this --stage"+o.orRegion(), cfg, err)
		}
	}
	return eventbus.New(client, r.Bus), "bus " + r.Bus, nil
}
