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

var putCases = []conformance.Case{
	on("put/an event gets an id of its own", func(s *scene) error {
		ids, err := s.put(s.entry(`{}`), s.entry(`{}`))
		if err == nil && (len(ids) != 2 || ids[0] == ids[1] || len(ids[0]) != 36) {
			err = fmt.Errorf("got the ids %v", ids)
		}
		return err
	}),
	on("put/ten entries", func(s *scene) error { _, err := s.put(s.many(10)...); return err }),
	on("put/eleven entries", func(s *scene) error {
		_, err := s.put(s.many(11)...)
		return refused(err, "ValidationException", "Member must have length less than or equal to 10")
	}),
	on("put/no entries", func(s *scene) error {
		_, err := s.events.PutEvents(s.ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{}})
		return refused(err, "ValidationException", "Member must have length greater than or equal to 1")
	}),
	on("put/what failed keeps its place", func(s *scene) error {
		bad := s.entry(`{}`)
		bad.Source = nil
		out, err := s.events.PutEvents(s.ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{s.entry(`{}`), s.entry(`{`), s.entry(`{}`), bad}})
		if err != nil {
			return err
		}
		var codes []string
		for _, e := range out.Entries {
			codes = append(codes, aws.ToString(e.ErrorCode))
			if (e.EventId == nil) == (e.ErrorCode == nil) {
				err = errors.Join(err, fmt.Errorf("an entry has both or none of id and error: %+v", e))
			}
		}
		return errors.Join(err, equal("failed", out.FailedEntryCount, 2), equal("codes", codes, []string{"", "MalformedDetail", "", "InvalidArgument"}))
	}),
	on("put/without source", failing(func(e *types.PutEventsRequestEntry) { e.Source = nil }, "InvalidArgument", "Parameter Source is not valid. Reason: Source is a required argument.")),
	on("put/without detail-type", failing(func(e *types.PutEventsRequestEntry) { e.DetailType = nil }, "InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument.")),
	on("put/without detail", failing(func(e *types.PutEventsRequestEntry) { e.Detail = nil }, "InvalidArgument", "Parameter Detail is not valid. Reason: Detail is a required argument.")),
	on("put/a detail that is a string", failing(detail(`"x"`), "MalformedDetail", "Detail is malformed.")),
	on("put/a detail that is an array", failing(detail(`[{}]`), "MalformedDetail", "Detail is malformed.")),
	on("put/a detail that is no JSON", failing(detail(`{"a":`), "MalformedDetail", "Detail is malformed.")),
	on("put/a detail that is text", failing(detail(`x`), "MalformedDetail", "Detail is malformed.")),
	on("put/a source of AWS", failing(func(e *types.PutEventsRequestEntry) { e.Source = aws.String("aws.s3") }, "NotAuthorizedForSourceException", "Not authorized for the source.")),
	on("put/a source that looks like AWS", func(s *scene) error {
		e := s.entry(`{}`)
		e.Source = aws.String("awsome")
		_, err := s.put(e)
		return err
	}),
	on("put/200 kB", func(s *scene) error {
		_, err := s.put(s.entry(`{"a":"` + strings.Repeat("x", 200_000) + `"}`))
		return err
	}),
	on("put/2 MB", func(s *scene) error {
		_, err := s.put(s.entry(`{"a":"` + strings.Repeat("x", 2_000_000) + `"}`))
		return refused(err, "ValidationException", "Total size of the entries in the request is over the limit.")
	}),
	on("put/to a bus that does not exist", func(s *scene) error {
		e := s.entry(`{}`)
		e.EventBusName = aws.String(conformance.Name("nowhere"))
		_, err := s.put(e)
		return err
	}),
}

// failing puts one changed entry, and returns its error.
func failing(change func(*types.PutEventsRequestEntry), code, message string) func(*scene) error {
	return func(s *scene) error {
		e := s.entry(`{}`)
		change(&e)
		out, err := s.events.PutEvents(s.ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{e}})
		if err != nil {
			return err
		}
		return errors.Join(
			equal("failed", out.FailedEntryCount, 1),
			equal("code", aws.ToString(out.Entries[0].ErrorCode), code),
			equal("message", aws.ToString(out.Entries[0].ErrorMessage), message))
	}
}

func detail(text string) func(*types.PutEventsRequestEntry) {
	return func(e *types.PutEventsRequestEntry) { e.Detail = &text }
}

func (s *scene) many(n int) []types.PutEventsRequestEntry {
	var entries []types.PutEventsRequestEntry
	for range n {
		entries = append(entries, s.entry(`{}`))
	}
	return entries
}
