package eventbus

import (
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/batch"
)

// answers reads the result of a PutEvents of n entries, which has one result
// per entry in the same order. FailedEntryCount is not relied on: a result by
// itself tells whether its entry was taken.
func answers(n int, out *eventbridge.PutEventsOutput) []batch.Answer {
	if len(out.Entries) != n {
		err := fmt.Errorf("the bus answered %d of %d entries (%d failed)", len(out.Entries), n, out.FailedEntryCount)
		return batch.All(n, uncertain(err))
	}
	list := make([]batch.Answer, n)
	for i := range out.Entries {
		list[i] = answer(&out.Entries[i])
	}
	return list
}

func answer(r *types.PutEventsResultEntry) batch.Answer {
	code, id := aws.ToString(r.ErrorCode), aws.ToString(r.EventId)
	switch {
	case code == "" && id != "":
		return batch.Answer{}
	case code == "":
		return uncertain(errors.New("the bus answered with neither an id nor an error"))
	}
	outcome, final := finalOutcomes[code]
	if !final {
		outcome = events.NotSent // InternalFailure, throttling, and codes that are new
	}
	err := errors.New(aws.ToString(r.ErrorMessage))
	persistent := final && outcome == events.NotSent
	return batch.Answer{Err: &events.SendError{Outcome: outcome, Code: code, Persistent: persistent, Err: err}, Again: !final}
}

// finalOutcomes are the codes of entries after which another try in a moment is
// of no use (API reference, PutEventsResultEntry). Those of the first group are
// about the event. Those of the second are about the caller or the bus: the
// same event may be taken once that is put right.
var finalOutcomes = map[string]events.Outcome{
	"InvalidArgument":                     events.Rejected,
	"MalformedDetail":                     events.Rejected,
	"RedactionFailure":                    events.Rejected,
	"NotAuthorizedForSource":              events.Rejected,
	"NotAuthorizedForSourceException":     events.Rejected,
	"NotAuthorizedForDetailType":          events.Rejected,
	"NotAuthorizedForDetailTypeException": events.Rejected,
	"ValidationException":                 events.Rejected,

	"AccessDeniedException":     events.NotSent,
	"InvalidAccountIdException": events.NotSent,
	"ResourceNotFoundException": events.NotSent,
}

func uncertain(err error) batch.Answer {
	return batch.Answer{Err: &events.SendError{Outcome: events.Uncertain, Err: err}, Again: true}
}
