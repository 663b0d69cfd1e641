package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
	"github.com/bot-preferences/bot-preferences/internal/verdict"
	"github.com/bot-preferences/bot-preferences/queue"
)

// A judged letter has its verdict.
type judged struct {
	letter
	verdict verdict.Verdict
	outcome outcome // of redrive
	err     error   // why redrive failed
}

// A letterbox is one dead-letter queue with the letters that were received from it, which
// are hidden from others meanwhile.
type letterbox struct {
	kind    string // kindChanges or kindAnnouncements
	name    string
	url     string
	held    *deadletter.Hold
	letters []judged
	more    bool // there may be more letters
	hidden  hiddenLetters
	err     error // why it cannot be read; nil: it was read
}

// receive receives up to max letters, and counts those that others hide.
func (b *letterbox) receive(ctx context.Context, q *deadLetters, max int) error {
	before, uncounted := q.Depth(ctx)
	var err error
	b.held, err = q.Hold(ctx, max)
	for _, l := range b.held.Letters {
		b.letters = append(b.letters, judged{letter: l})
	}
	b.more = b.held.More
	if err != nil {
		return err
	}
	if b.hidden = countHidden(ctx, q, before, b.held); uncounted != nil {
		b.hidden.err = uncounted
	}
	return nil
}

// keep releases every letter but one, which may take long. It returns that letter.
func (b *letterbox) keep(ctx context.Context, l *judged) (*judged, error) {
	kept := *l
	var others []letter
	for _, other := range b.letters {
		if other.ID != kept.ID {
			others = append(others, other.letter)
		}
	}
	b.letters = []judged{kept}
	return &b.letters[0], b.held.Release(ctx, others...)
}

// A letterOffice has what commands on dead letters talk to.
type letterOffice struct {
	boxes   []*letterbox
	changes *queue.Queue // where changes are sent back to; nil unless the command sends
	judge   verdict.Judge
}

// close shows the letters that are left to others again.
func (f *letterOffice) close(ctx context.Context) error {
	var errs []error
	for _, b := range f.boxes {
		if b.held != nil {
			errs = append(errs, b.held.Close(ctx))
		}
	}
	return errors.Join(errs...)
}

// receive opens the queues and receives the letters. A queue that cannot be read says so
// in its letterbox; the error is that of all, if none can. After an error nothing stays
// hidden. Otherwise the caller must close the office.
func (o *letterOptions) receive(ctx context.Context, std cli.Streams) (*letterOffice, error) {
	cfg, err := o.clientOptions.open(ctx)
	if err != nil {
		return nil, err
	}
	r, err := o.find(ctx, std, cfg)
	if err != nil {
		return nil, err
	}
	client := sqs.NewFromConfig(cfg)
	office := &letterOffice{judge: verdict.Judge{Read: reading(cfg, r.Table)}}
	if o.sends {
		url, err := r.ChangeQueue.Locate(ctx, client)
		if forbidden(err) {
			return nil, denied(r.ChangeQueue.Name, "sqs:SendMessage", err)
		}
		if err != nil {
			return nil, o.unusable("--stage", r.ChangeQueue.Name, o.orRegion(), cfg, err)
		}
		office.changes = queue.New(client, url)
	}
	var all sync.WaitGroup
	for kind, q := range map[string]stackref.Queue{kindChanges: r.ChangeDeadLetters, kindAnnouncements: r.AnnouncementDeadLetters} {
		if o.kind != kind && o.kind != kindAll {
			continue
		}
		b := &letterbox{kind: kind, name: q.Name}
		office.boxes = append(office.boxes, b)
		all.Go(func() {
			if b.url, b.err = q.Locate(ctx, client); b.err == nil {
				b.err = b.receive(ctx, openDeadLetters(client, b.url), o.max)
			}
			b.err = o.unread(b, r.Derived == nil, cfg, b.err)
		})
	}
	all.Wait()
	slices.SortFunc(office.boxes, func(a, b *letterbox) int {
		return slices.Index(letterKinds, a.kind) - slices.Index(letterKinds, b.kind)
	})
	if err = cmp.Or(ctx.Err(), office.unread()); err == nil {
		err = o.known(office.boxes)
	}
	if err != nil {
		return nil, errors.Join(err, office.close(ctx))
	}
	return office, nil
}

// unread is the error of all queues, if none could be read. They often say the same.
func (f *letterOffice) unread() error {
	var errs []error
	for _, b := range f.boxes {
		if b.err == nil {
			return nil
		}
		if !slices.ContainsFunc(errs, func(err error) bool { return err.Error() == b.err.Error() }) {
			errs = append(errs, b.err)
		}
	}
	return errors.Join(errs...)
}

// unread says why a queue cannot be read, and what to do. named: the stack names it.
func (o *letterOptions) unread(b *letterbox, named bool, cfg aws.Config, err error) error {
	var api interface{ ErrorCode() string }
	switch {
	case err == nil:
		return nil
	case forbidden(err):
		return denied(b.name, permissions, err)
	case named && errors.As(err, &api) && notFound[api.ErrorCode()]:
		return &briefError{fmt.Sprintf("%s has no queue %s, although the stack has it (%s): somebody deleted it; deploy the stack again", o.service(cfg), b.name, api.ErrorCode()), err}
	}
	return o.unusable("--stage", b.name, o.orRegion(), cfg, err)
}

// denied is the error for a queue that the caller may not use: actions are what that takes.
// The stack names the queue's URL, and without the stack SQS does.
func denied(name, actions string, err error) error {
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok && operation.Operation() == "GetQueueUrl" {
		actions = "cloudformation:DescribeStacks on the stack, or sqs:GetQueueUrl on the queue, and then " + actions
	}
	return &briefError{fmt.Sprintf("queue %s cannot be used (%s): this takes %s on it", name, reason(err), actions), err}
}

// permissions are those that looking at letters takes.
const permissions = "sqs:ReceiveMessage, sqs:ChangeMessageVisibility and sqs:GetQueueAttributes"

// findsQueues is what the help says about how a command finds the queues.
const findsQueues = "It finds the queues by cloudformation:DescribeStacks, or without it by sqs:GetQueueUrl."

// reading reads profiles for verdicts. The error names the operation and its code only.
func reading(cfg aws.Config, table string) func(context.Context, string) (events.Profile, error) {
	store := profilestore.New(tables(cfg), table)
	return func(ctx context.Context, user string) (events.Profile, error) {
		p, err := store.Read(ctx, user)
		if err != nil {
			err = errors.New(reason(err))
		}
		return p, err
	}
}

// judgeAll gives each chosen letter its verdict, in the order in which they are sent.
func (f *letterOffice) judgeAll(ctx context.Context, o *letterOptions) {
	for _, b := range f.boxes {
		for i := range b.letters {
			if l := &b.letters[i]; o.chosen(&l.letter) {
				f.judgeOne(ctx, b, l)
			}
		}
	}
}

func (f *letterOffice) judgeOne(ctx context.Context, b *letterbox, l *judged) {
	if b.kind == kindAnnouncements {
		l.verdict = f.judge.Announcement(ctx, l.Body)
		return
	}
	l.verdict = f.judge.Change(ctx, l.Body, l.Truncated)
}
