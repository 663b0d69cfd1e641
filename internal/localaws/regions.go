package localaws

import (
	"maps"

	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudformation"
	"github.com/bot-preferences/bot-preferences/internal/localaws/cloudwatch"
	"github.com/bot-preferences/bot-preferences/internal/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/internal/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/internal/localaws/sqs"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// makers lists the operations that make something out of nothing, and so would succeed
// where nothing exists.
var makers = map[string]bool{"CreateQueue": true, "CreateTable": true, "CreateEventBus": true, "CreateArchive": true, "PutRule": true}

// ServicesIn returns the wire services of another region of the account. They are empty:
// each answers that it does not find what it is asked for. Nothing can be made in them,
// because no driver would run it.
func (c *Cloud) ServicesIn(region string) []*wire.Service {
	w := &world.World{Region: region, Account: c.World.Account, Now: c.World.Now, Rand: c.World.Rand}
	tables := dynamodb.New(w)
	buses := eventbridge.New(w, func(string) (eventbridge.Target, bool) { return nil, false })
	services := []*wire.Service{
		sqs.New(w).Wire(), buses.Wire(), tables.Wire(), tables.StreamsWire(), cloudwatch.New(w).Wire(), cloudformation.New(w).Wire(),
	}
	for _, s := range services {
		s.Operations = maps.Clone(s.Operations)
		for name := range s.Operations {
			if makers[name] {
				s.Operations[name] = func([]byte) (wire.Call, error) {
					return nil, wire.Unsupported("%s in %s: everything is in %s here", name, region, c.World.Region)
				}
			}
		}
	}
	return services
}
