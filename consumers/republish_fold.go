package consumers

import (
	"cmp"
	"slices"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
)

// A recordFold is the records of one user in a batch, in sequence order.
type recordFold struct {
	user    string
	records []awsevents.DynamoDBStreamRecord

	old, new                   Image // first and last; see images
	removed                    bool  // it ends with the removal of a profile, of the image new
	revision, previousRevision int64
	asOf                       events.Stamp    // of the last image, where it can be read
	detail                     []byte          // to announce, if any
	traceparent                string          // of that; empty: none
	refusal                    *events.Refusal // why it can never be announced, if so
	outcome                    outcome

	causes []events.Stamp // of what is announced
	taken  time.Time      // when the bus had taken it
}

// lowest is the sequence number from which the fold would be redelivered.
func (f *recordFold) lowest() string { return f.records[0].SequenceNumber }

// fold groups a batch by user. Records whose key cannot be read stay alone. The
// removal of a profile that shows something ends a fold. An item that is made
// starts one. The fence went with the item before, so an announcement that led
// across would not say what was erased.
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
		made := len(change.OldImage) == 0 && len(change.NewImage) > 0
		if f == nil || user == "" || made {
			f = &recordFold{user: user}
			users[user] = f
			folds = append(folds, f)
		}
		f.records = append(f.records, change)
		if r.removes(&change) {
			f.removed = true
			delete(users, user)
		}
	}
	for _, f := range folds {
		f.images()
	}
	return folds
}

// removes tells whether a record is the removal of a profile in which something
// is visible, or may be. DynamoDB itself removes only profiles that show
// nothing, so somebody deleted such a profile.
func (r *Republish) removes(change *awsevents.DynamoDBStreamRecord) bool {
	if len(change.NewImage) > 0 || len(change.OldImage) == 0 {
		return false
	}
	shows := true
	handler.Contain(r.logger(), "reading a removed item", func() {
		p, err := r.Images.Profile(change.OldImage)
		shows = err != nil || len(p.Visible()) > 0
	})
	return shows
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

// images finds where the fold starts and ends. The removal of a profile in which
// nothing was visible neither starts nor ends anything.
func (f *recordFold) images() {
	first := true
	for i := range f.records {
		record := &f.records[i]
		end := record.NewImage
		if f.removed && i == len(f.records)-1 {
			end = record.OldImage
		}
		if len(end) == 0 {
			continue
		}
		if first {
			f.old, first = record.OldImage, false
		}
		f.new = end
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
	if f.removed && f.revision > 0 {
		f.revision++
	}
	if f.revision == f.previousRevision && f.revision != 0 {
		f.outcome = unchanged
		return
	}
	next, err := r.Images.Profile(f.new)
	if err != nil {
		f.refusal = unreadable(err.Error())
		return
	}
	f.asOf = next.AsOf()
	previous, err := r.Images.Profile(f.old)
	if err != nil {
		f.refusal = unreadable("the item before: " + err.Error())
		return
	}
	update := events.Announce(&previous, &next)
	if f.removed {
		update = events.AnnounceRemoval(&previous, &next, f.time(r.now()))
	}
	if err := update.Validate(); err != nil { // no subscriber could read it
		f.refusal = unreadable("its announcement: " + err.Error())
		return
	}
	f.detail, f.causes, f.traceparent = update.Fit(), update.CausedBy, update.Traceparent
}

// time is that of the fold's last record; now where it does not say.
func (f *recordFold) time(now time.Time) time.Time {
	if at := f.records[len(f.records)-1].ApproximateCreationDateTime.Time; !at.IsZero() {
		return at.UTC()
	}
	return now
}

func unreadable(rule string) *events.Refusal {
	return &events.Refusal{Code: events.Unreadable, Rule: rule}
}
