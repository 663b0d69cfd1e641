package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/deadletter"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
	"github.com/bot-preferences/bot-preferences/internal/stackref"
	"github.com/bot-preferences/bot-preferences/internal/verdict"
	"github.com/bot-preferences/bot-preferences/queue"
)

// hideLetters is how long letters are hidden from others while a command works on
// them. They are released when it is done.
const hideLetters = 5 * time.Minute

// hideWhileEdited is how long a letter is hidden while somebody edits it.
const hideWhileEdited = time.Hour

// A judged letter has its verdict.
type judged struct {
	letter
	verdict verdict.Verdict
}

// A letterbox is one dead-letter queue with the letters that were received from it, which
// are hidden from others meanwhile.
type letterbox struct {
	of      string // ofChanges or ofAnnouncements
	name    string
	url     string
	queue   *deadletter.Queue
	letters []judged
	more    bool // there may be more letters
}

// release shows the letters to others again.
func (b *letterbox) release(ctx context.Context) error {
	list := make([]letter, len(b.letters))
	for i := range b.letters {
		list[i] = b.letters[i].letter
	}
	return release(ctx, b.queue, list)
}

// keep releases every letter but one, which may take long. It returns that letter.
func (b *letterbox) keep(ctx context.Context, l *judged) (*judged, error) {
	kept := *l
	b.letters = slices.DeleteFunc(b.letters, func(other judged) bool { return other.ID == kept.ID })
	err := b.release(ctx)
	b.letters = []judged{kept}
	return &b.letters[0], err
}

func releaseAll(ctx context.Context, boxes []*letterbox) error {
	var errs []error
	for _, b := range boxes {
		errs = append(errs, b.release(ctx))
	}
	return errors.Join(errs...)
}

// A letterOffice has what commands on dead letters talk to.
type letterOffice struct {
	boxes   []*letterbox
	changes *queue.Queue // where changes are sent back to
	judge   verdict.Judge
}

// open finds the queues and the table. Nothing is received yet.
func (o *letterOptions) open(ctx context.Context, std cli.Streams) (*letterOffice, error) {
	cfg, err := o.clientOptions.open(ctx)
	if err != nil {
		return nil, err
	}
	r, err := o.find(ctx, std, cfg)
	if err != nil {
		return nil, err
	}
	client := sqs.NewFromConfig(cfg)
	locate := func(q stackref.Queue) (string, error) {
		url, err := q.Locate(ctx, client)
		return url, o.unusable("--stage", q.Name, o.orRegion(), cfg, err)
	}
	office := &letterOffice{judge: verdict.Judge{Read: reading(cfg, r.Table)}}
	url, err := locate(r.ChangeQueue)
	if err != nil {
		return nil, err
	}
	office.changes = queue.New(client, url)
	for _, q := range []struct {
		of string
		stackref.Queue
	}{{ofChanges, r.ChangeDeadLetters}, {ofAnnouncements, r.AnnouncementDeadLetters}} {
		if o.of != q.of && o.of != ofAll {
			continue
		}
		if url, err = locate(q.Queue); err != nil {
			return nil, err
		}
		office.boxes = append(office.boxes, &letterbox{of: q.of, name: q.Name, url: url, queue: openDeadLetters(client, url)})
	}
	return office, nil
}

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

// browse receives the letters. Those of the chosen queues are hidden from others until
// they are released, also after an error.
func (f *letterOffice) browse(ctx context.Context, max int, hide time.Duration) error {
	errs := make([]error, len(f.boxes))
	var all sync.WaitGroup
	for i, b := range f.boxes {
		all.Go(func() {
			var browsed []letter
			browsed, errs[i] = b.queue.Browse(ctx, max, hide)
			for _, l := range browsed {
				b.letters = append(b.letters, judged{letter: l})
			}
			b.more = len(browsed) == max
		})
	}
	all.Wait()
	return errors.Join(errs...)
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
	if b.of == ofAnnouncements {
		l.verdict = f.judge.Announcement(ctx, l.Body)
		return
	}
	l.verdict = f.judge.Change(ctx, l.Body, l.Truncated)
}

// receive opens the queues and receives the letters. After an error nothing stays hidden.
func (o *letterOptions) receive(ctx context.Context, std cli.Streams) (*letterOffice, error) {
	office, err := o.open(ctx, std)
	if err != nil {
		return nil, err
	}
	if err = office.browse(ctx, o.max, cmp.Or(o.hide, hideLetters)); err == nil {
		err = o.known(office.boxes)
	}
	if err != nil {
		return nil, errors.Join(err, releaseAll(ctx, office.boxes))
	}
	return office, nil
}
