package consumers

import (
	"cmp"
	"slices"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
)

// A recordFold is the records of one user in a batch, in sequence order.
type recordFold struct {
	user    string
	records []awsevents.DynamoDBStreamRecord

	old, new                   Image // first and last; see images
	revision, previousRevision int64
	detail                     []byte          // to announce, if any
	refusal                    *events.Refusal // why it can never be announced, if so
	outcome                    outcome
}

// lowest is the sequence number from which the fold would be redelivered.
func (f *recordFold) lowest() string { return f.records[0].SequenceNumber }

// fold groups a batch by user. Records whose key cannot be read stay alone.
func (r *Republish) fold(records []awsevents.DynamoDBEventRecord) []*recordFold {
	changes := make([]awsevents.DynamoDBStreamRecord, len(records))
	for i := range records {
		changes[i] = records[i].Change
	}
	slices.SortStableFunc(changes, func(a, b awsevents.DynamoDBStreamRecord) int {
		return compareSequence(a.SequenceNumber, b.SequenceNumber)
	})
	var folds []*recordFold
	users := map[string]*recordFold{}
	for _, change := range changes {
		user := r.user(change.Keys)
		f := users[user]
		if f == nil || user == "" {
			f = &recordFold{user: user}
			users[user] = f
			folds = append(folds, f)
		}
		f.records = append(f.records, change)
	}
	for _, f := range folds {
		f.images()
	}
	return folds
}

func (r *Republish) user(keys Image) (user string) {
	handler.Contain(r.logger(), "reading a record's keys", func() {
		if id, err := r.Images.User(keys); err == nil {
			user = id
		}
	})
	return user
}

// compareSequence compares sequence numbers: decimal digits, too many for an
// integer, without leading zeros.
func compareSequence(a, b string) int {
	return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
}

// images finds where the fold starts and ends. A record without a new image is
// the removal of a profile in which nothing was visible: it neither starts nor
// ends anything.
func (f *recordFold) images() {
	first := true
	for i := range f.records {
		if len(f.records[i].NewImage) == 0 {
			continue
		}
		if first {
			f.old, first = f.records[i].OldImage, false
		}
		f.new = f.records[i].NewImage
	}
}

// prepare makes what is to be announced, or finds that nothing is or can be.
func (r *Republish) prepare(f *recordFold) {
	if len(f.new) == 0 {
		f.outcome = unchanged
		return
	}
	if !handler.Contain(r.logger(), "preparing an announcement", func() { r.announcement(f) }) {
		f.refusal = unreadable("preparing its announcement fails")
	}
}

func (r *Republish) announcement(f *recordFold) {
	f.previousRevision, _ = r.Images.Revision(f.old) // an error comes up again below
	f.revision, _ = r.Images.Revision(f.new)
	if f.revision == f.previousRevision && f.revision != 0 {
		f.outcome = unchanged
		return
	}
	previous, err := r.Images.Profile(f.old)
	if err != nil {
		f.refusal = unreadable("the item before: " + err.Error())
		return
	}
	next, err := r.Images.Profile(f.new)
	if err != nil {
		f.refusal = unreadable(err.Error())
		return
	}
	update := events.Announce(&previous, &next)
	if err := update.Validate(); err != nil { // no subscriber could read it
		f.refusal = unreadable("its announcement: " + err.Error())
		return
	}
	f.detail = update.Fit()
}

func unreadable(rule string) *events.Refusal {
	return &events.Refusal{Code: events.Unreadable, Rule: rule}
}
