package eventbridge

import (
	"encoding/base64"
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// Wire is the service as SDKs speak to it.
func (s *Service) Wire() *wire.Service {
	return &wire.Service{Target: "AWSEvents", Version: "1.1", Operations: map[string]wire.Operation{
		"CreateEventBus":        wire.Op(s.createEventBus),
		"DeleteEventBus":        wire.Op(s.deleteEventBus),
		"DescribeEventBus":      wire.Op(s.describeEventBus),
		"ListEventBuses":        wire.Op(s.listEventBuses),
		"PutRule":               wire.Op(s.putRuleWire),
		"DeleteRule":            wire.Op(s.deleteRuleWire),
		"DescribeRule":          wire.Op(s.describeRule),
		"ListRules":             wire.Op(s.listRules),
		"EnableRule":            wire.Op(s.enableRule),
		"DisableRule":           wire.Op(s.disableRule),
		"PutTargets":            wire.Op(s.putTargets),
		"RemoveTargets":         wire.Op(s.removeTargets),
		"ListTargetsByRule":     wire.Op(s.listTargetsByRule),
		"ListRuleNamesByTarget": wire.Op(s.listRuleNamesByTarget),
		"TestEventPattern":      wire.Op(s.testEventPattern),
		"ListTagsForResource":   wire.Op(s.listTagsForResource),
		"TagResource":           wire.Op(s.tagResource),
		"UntagResource":         wire.Op(s.untagResource),
		"CreateArchive":         wire.Op(s.createArchiveWire),
		"UpdateArchive":         wire.Op(s.updateArchive),
		"DeleteArchive":         wire.Op(s.deleteArchive),
		"DescribeArchive":       wire.Op(s.describeArchive),
		"ListArchives":          wire.Op(s.listArchives),
		"StartReplay":           wire.Op(s.startReplayWire),
		"CancelReplay":          wire.Op(s.cancelReplay),
		"DescribeReplay":        wire.Op(s.describeReplay),
		"ListReplays":           wire.Op(s.listReplays),
	}, Traced: map[string]wire.TracedOperation{"PutEvents": wire.Traced(s.putEvents)}}
}

// empty is the answer of operations that answer nothing.
type empty struct{}

const maxPage = 100

// page cuts a page out of a list sorted by key: limit elements (0: 100) whose
// keys are beyond the token's.
func page[T any](list []T, key func(T) string, token string, limit int) (part []T, next string, err error) {
	if limit < 0 || limit > maxPage {
		return nil, "", invalid("Limit: must be between 1 and %d", maxPage)
	}
	if limit == 0 {
		limit = maxPage
	}
	after, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return nil, "", invalid("NextToken: not a token of an earlier answer")
	}
	part = []T{}
	for _, element := range list {
		if token == "" || key(element) > string(after) {
			part = append(part, element)
		}
	}
	if len(part) > limit {
		part = slices.Clip(part[:limit])
		next = base64.StdEncoding.EncodeToString([]byte(key(part[limit-1])))
	}
	return part, next, nil
}
