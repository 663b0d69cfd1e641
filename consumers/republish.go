package consumers

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/handler"
	"github.com/bot-preferences/bot-preferences/internal/telemetry"
)

// defaultGiveUpAfter leaves half of the 24 hours that a stream keeps its records
// for dead-lettering what the bus does not take.
const defaultGiveUpAfter = 12 * time.Hour

// An Image is an item, or its key, as a stream record shows it.
type Image = map[string]awsevents.DynamoDBAttributeValue

// Images reads images; the layout of items is its owner's alone. No image gives
// the zero Profile and the revision 0.
type Images struct {
	Profile  func(Image) (events.Profile, error)
	User     func(Image) (string, error) // also of a record's keys
	Revision func(Image) (int64, error)  // also of an image otherwise unreadable
	Late     func(Image) []events.Stamp  // changes of the last write whose delay is not measured; nil: none
}

// An Announcer puts events on the bus. It returns one error per event, in order:
// nil where the bus took it, else an *events.SendError.
type Announcer interface {
	Send(ctx context.Context, envelopes []events.Envelope) []error
}

// Republish takes batches of the table's stream and announces each new revision
// of a profile as PreferencesUpdated.
//
// Records of one user in a batch are folded: one announcement leads from the
// first old image to the last new one. Nothing is announced where the revision
// is the same, nor for the removal of a profile in which nothing was visible. A
// profile that somebody deleted in the table is announced as erased.
//
// A record that can never be announced is dead-lettered with its user and
// revision. That is one with an image that cannot be read, or with an event that
// the bus rejects. A record that the bus has not taken for GiveUpAfter is
// dead-lettered too. Neither holds up its shard. Everything else that fails is
// reported by the lowest SequenceNumber of its fold. Lambda redelivers from there.
type Republish struct {
	Images      Images
	Announcer   Announcer
	DeadLetters DeadLetters
	Telemetry   *telemetry.Reporter // where metrics go; nil: there are none

	Now         func() time.Time // default time.Now
	Logger      *slog.Logger     // default slog.Default
	GiveUpAfter time.Duration    // the age of a record; default 12 hours
}

// Handle is the Lambda handler. Failures are reported fold by fold. Where every
// fold failed, the error says so, too: see errNothingDone.
func (r *Republish) Handle(ctx context.Context, event awsevents.DynamoDBEvent) (awsevents.DynamoDBEventResponse, error) {
	ctx, cancel := handler.WithHeadroom(ctx)
	defer cancel()
	folds := r.fold(event.Records)
	for _, f := range folds {
		r.prepare(f)
	}
	r.send(ctx, folds)
	response := awsevents.DynamoDBEventResponse{BatchItemFailures: []awsevents.DynamoDBBatchItemFailure{}}
	for _, f := range folds {
		r.deadLetter(ctx, f)
		if f.outcome == unsettled {
			response.BatchItemFailures = append(response.BatchItemFailures, awsevents.DynamoDBBatchItemFailure{ItemIdentifier: f.lowest()})
		}
	}
	failed := len(response.BatchItemFailures)
	r.report(ctx, len(event.Records), failed, folds)
	return response, errNothingDone(failed, len(folds))
}

// lettersTime is kept for dead-lettering: a bus that does not answer takes all
// the time there is, and its announcements would never be given up.
const lettersTime = time.Second

// send offers all announcements at once: the bus packs them into few requests.
func (r *Republish) send(ctx context.Context, folds []*recordFold) {
	var ready []*recordFold
	var envelopes []events.Envelope
	for _, f := range folds {
		if f.detail != nil {
			ready = append(ready, f)
			envelopes = append(envelopes, events.Envelope{
				Source: events.SourcePipeline, DetailType: events.DetailTypeUpdated, Detail: f.detail, Traceparent: f.traceparent,
			})
		}
	}
	if len(ready) == 0 {
		return
	}
	if deadline, ok := ctx.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-lettersTime))
		defer cancel()
	}
	handler.Contain(r.logger(), "announcing", func() {
		errs := r.Announcer.Send(ctx, envelopes)
		for i := range min(len(errs), len(ready)) { // one without an answer stays unsettled
			r.sent(ctx, ready[i], errs[i])
		}
	})
}

// sent records the bus's answer to an announcement: taken, rejected, or to be
// offered again.
func (r *Republish) sent(ctx context.Context, f *recordFold, err error) {
	if err == nil {
		f.outcome, f.taken = announced, r.now()
		return
	}
	var failure *events.SendError
	code := ""
	if errors.As(err, &failure) {
		code = failure.Code
	}
	switch age := r.age(f); {
	case failure != nil && failure.Outcome == events.Rejected:
		f.refusal = undeliverable(strings.TrimSpace("the bus rejects the announcement " + code))
	case age > r.giveUpAfter():
		f.refusal = undeliverable(strings.TrimSpace("the bus has not taken the announcement for " + r.giveUpAfter().String() + " " + code))
	}
	r.log(ctx, slog.LevelWarn, "announcement not taken", f, slog.Bool("given_up", f.refusal != nil), slog.Any("error", err))
}

// age is that of the fold's oldest record; 0 where it does not say.
func (r *Republish) age(f *recordFold) time.Duration {
	created := f.records[0].ApproximateCreationDateTime.Time
	if created.IsZero() {
		return 0
	}
	return r.now().Sub(created)
}

func undeliverable(rule string) *events.Refusal {
	return &events.Refusal{Code: events.Undeliverable, Rule: rule}
}

func (r *Republish) now() time.Time {
	if r.Now != nil {
		return r.Now()
	}
	return time.Now()
}

func (r *Republish) logger() *slog.Logger {
	if r.Logger != nil {
		return r.Logger
	}
	return slog.Default()
}

func (r *Republish) giveUpAfter() time.Duration {
	if r.GiveUpAfter > 0 {
		return r.GiveUpAfter
	}
	return defaultGiveUpAfter
}
