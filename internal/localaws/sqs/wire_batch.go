package sqs

import (
	"errors"
	"regexp"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

const maxBatch = 10

// batchOutput answers a batch entry by entry.
type batchOutput[T any] struct {
	Successful []T           `json:",omitempty"`
	Failed     []failedEntry `json:",omitempty"`
}

type failedEntry struct {
	ID          string `json:"Id"`
	SenderFault bool
	Code        string // in the words of the query protocol
	Message     string
}

func (b *batchOutput[T]) add(id string, success T, err error) {
	if err == nil {
		b.Successful = append(b.Successful, success)
		return
	}
	failed := failedEntry{ID: id, SenderFault: true, Code: "InternalError", Message: err.Error()}
	var e *wire.Error
	if errors.As(err, &e) {
		failed.Code, failed.Message = e.Query, e.Message
		if e.Query == "" {
			failed.Code = e.Code
		}
	}
	b.Failed = append(b.Failed, failed)
}

var entryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// checkBatch holds the IDs of a batch's entries to the rules: any that breaks
// one fails the whole request.
func checkBatch(entry string, ids []string) error {
	fail := func(code, format string, args ...any) error {
		return queryError(code, "AWS.SimpleQueueService."+code, format, args...)
	}
	if len(ids) == 0 {
		return fail("EmptyBatchRequest", "There should be at least one %s in the request.", entry)
	}
	if len(ids) > maxBatch {
		return fail("TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.", maxBatch, len(ids))
	}
	seen := map[string]bool{}
	for _, id := range ids {
		if !entryID.MatchString(id) {
			return fail("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return fail("BatchEntryIdsNotDistinct", "Id %s repeated.", id)
		}
		seen[id] = true
	}
	return nil
}
