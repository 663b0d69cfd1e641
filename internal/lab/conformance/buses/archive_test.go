package buses_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/bot-preferences/bot-preferences/internal/lab/conformance"
)

// States are enumerations of the API's model (SDK, types.ArchiveState and ReplayState).
// What is none of them breaks a constraint of the request, as in the other services'
// ValidationException.
var archiveCases = []conformance.Case{
	on("archive/described, listed, changed and deleted", archiveLife),
	on("archive/refused", archiveRefusals),
	on("archive/listed by a state that does not exist", func(s *scene) error {
		_, err := s.events.ListArchives(s.ctx, &eventbridge.ListArchivesInput{State: "SLEEPING"})
		return refused(err, "ValidationException", "")
	}),
	on("archive/listed by every state", func(s *scene) error {
		var failed error
		for _, state := range types.ArchiveState("").Values() {
			_, err := s.events.ListArchives(s.ctx, &eventbridge.ListArchivesInput{State: state})
			failed = errors.Join(failed, err)
		}
		return failed
	}),
	on("replay/refused", replayRefusals),
	on("replay/listed by a state that does not exist", func(s *scene) error {
		_, err := s.events.ListReplays(s.ctx, &eventbridge.ListReplaysInput{State: "running"})
		return refused(err, "ValidationException", "")
	}),
	on("replay/listed by every state", func(s *scene) error {
		var failed error
		for _, state := range types.ReplayState("").Values() {
			_, err := s.events.ListReplays(s.ctx, &eventbridge.ListReplaysInput{State: state})
			failed = errors.Join(failed, err)
		}
		return failed
	}),
	patient(on("replay/delivers events as they were, to one rule alone", replayDelivers)),
}

// patient gives a case ten minutes, because AWS says that an archive may need them.
func patient(c conformance.Case) conformance.Case {
	c.Waits, c.Within = true, archiving+5*time.Minute
	return c
}

const archiving = 15 * time.Minute

// archive makes an archive on the scene's bus, and waits for it.
func (s *scene) archive(change func(*eventbridge.CreateArchiveInput)) (name, arn string, err error) {
	name = conformance.Name("archive")
	arn, err = s.busARN()
	if err != nil {
		return "", "", err
	}
	in := &eventbridge.CreateArchiveInput{ArchiveName: &name, EventSourceArn: &arn, RetentionDays: aws.Int32(1)}
	if change != nil {
		change(in)
	}
	out, err := s.events.CreateArchive(s.ctx, in)
	if err != nil {
		return "", "", err
	}
	return name, *out.ArchiveArn, conformance.Eventually(s.ctx, 30*time.Second, func() error {
		a, err := s.events.DescribeArchive(s.ctx, &eventbridge.DescribeArchiveInput{ArchiveName: &name})
		if err != nil {
			return err
		}
		return equal("state", a.State, types.ArchiveStateEnabled)
	})
}

func (s *scene) busARN() (string, error) {
	out, err := s.events.DescribeEventBus(s.ctx, &eventbridge.DescribeEventBusInput{Name: &s.bus})
	if err != nil {
		return "", err
	}
	return *out.Arn, nil
}

func (s *scene) clearArchives() error {
	arn, err := s.busARN()
	if err != nil {
		return err
	}
	list, err := s.events.ListArchives(s.ctx, &eventbridge.ListArchivesInput{EventSourceArn: &arn})
	if err != nil {
		return err
	}
	for _, a := range list.Archives {
		_, e := s.events.DeleteArchive(s.ctx, &eventbridge.DeleteArchiveInput{ArchiveName: a.ArchiveName})
		err = errors.Join(err, e)
	}
	return err
}

func archiveLife(s *scene) error {
	name, arn, err := s.archive(func(in *eventbridge.CreateArchiveInput) { in.EventPattern = aws.String(somePattern) })
	if err != nil {
		return err
	}
	a, err := s.events.DescribeArchive(s.ctx, &eventbridge.DescribeArchiveInput{ArchiveName: &name})
	if err != nil {
		return err
	}
	err = errors.Join(equal("pattern", *a.EventPattern, somePattern), equal("retention", *a.RetentionDays, 1), equal("events", a.EventCount, 0),
		equal("ARN", *a.ArchiveArn, arn), equal("bus", strings.HasSuffix(*a.EventSourceArn, ":event-bus/"+s.bus), true),
		equal("the ARN's end", strings.HasSuffix(arn, ":archive/"+name), true))
	list, e := s.events.ListArchives(s.ctx, &eventbridge.ListArchivesInput{EventSourceArn: a.EventSourceArn})
	if e != nil || len(list.Archives) != 1 || *list.Archives[0].ArchiveName != name {
		err = errors.Join(err, fmt.Errorf("the bus's archives: %+v, %w", list, e))
	}
	if _, e := s.events.UpdateArchive(s.ctx, &eventbridge.UpdateArchiveInput{ArchiveName: &name, RetentionDays: aws.Int32(2)}); e != nil {
		return errors.Join(err, e)
	}
	err = errors.Join(err, conformance.Eventually(s.ctx, 30*time.Second, func() error {
		a, err := s.events.DescribeArchive(s.ctx, &eventbridge.DescribeArchiveInput{ArchiveName: &name})
		if err != nil {
			return err
		}
		return equal("retention", *a.RetentionDays, 2)
	}))
	if _, e := s.events.DeleteArchive(s.ctx, &eventbridge.DeleteArchiveInput{ArchiveName: &name}); e != nil {
		return errors.Join(err, e)
	}
	_, e = s.events.DescribeArchive(s.ctx, &eventbridge.DescribeArchiveInput{ArchiveName: &name})
	return errors.Join(err, refused(e, "ResourceNotFoundException", "Archive "+name+" does not exist."))
}

func archiveRefusals(s *scene) error {
	name, _, err := s.archive(nil)
	if err != nil {
		return err
	}
	arn, err := s.busARN()
	if err != nil {
		return err
	}
	create := func(name, bus, pattern string) error {
		_, err := s.events.CreateArchive(s.ctx, &eventbridge.CreateArchiveInput{ArchiveName: &name, EventSourceArn: &bus, EventPattern: &pattern})
		return err
	}
	other := conformance.Name("archive")
	return errors.Join(
		refused(create(name, arn, somePattern), "ResourceAlreadyExistsException", "Archive "+name+" already exists."),
		refused(create(other, arn, `{"source":"x"}`), "InvalidEventPatternException", ""),
		refused(create(other, arn+"-none", somePattern), "ResourceNotFoundException", "does not exist"),
		refused(create("with a blank", arn, somePattern), "ValidationException", ""),
	)
}

func (s *scene) startReplay(change func(*eventbridge.StartReplayInput)) error {
	in := &eventbridge.StartReplayInput{ReplayName: aws.String(conformance.Name("replay")), EventStartTime: aws.Time(time.Now().Add(-time.Hour)), EventEndTime: aws.Time(time.Now()), Destination: &types.ReplayDestination{}}
	change(in)
	_, err := s.events.StartReplay(s.ctx, in)
	return err
}

func replayRefusals(s *scene) error {
	_, archive, err := s.archive(nil)
	if err != nil {
		return err
	}
	bus, err := s.busARN()
	if err != nil {
		return err
	}
	with := func(change func(*eventbridge.StartReplayInput)) error {
		return s.startReplay(func(in *eventbridge.StartReplayInput) {
			in.EventSourceArn, in.Destination.Arn = &archive, &bus
			change(in)
		})
	}
	_, missing := s.events.DescribeReplay(s.ctx, &eventbridge.DescribeReplayInput{ReplayName: aws.String(conformance.Name("replay"))})
	return errors.Join(
		refused(with(func(in *eventbridge.StartReplayInput) { in.EventSourceArn = aws.String(archive + "x") }), "ValidationException", "does not exist"),
		refused(with(func(in *eventbridge.StartReplayInput) {
			in.Destination.Arn = aws.String(strings.Replace(bus, s.bus, "default", 1))
		}),
			"ValidationException", "Cross event bus replay is not permitted"),
		refused(with(func(in *eventbridge.StartReplayInput) {
			in.EventStartTime, in.EventEndTime = in.EventEndTime, in.EventStartTime
		}),
			"ValidationException", "EventStartTime must be before EventEndTime"),
		refused(missing, "ResourceNotFoundException", "does not exist"),
	)
}

// replayDelivers replays until the archive has the event.
func replayDelivers(s *scene) error {
	_, archive, err := s.archive(nil)
	if err != nil {
		return err
	}
	bus, err := s.busARN()
	if err != nil {
		return err
	}
	q, err := s.delivering("replayed", nil)
	if err != nil {
		return err
	}
	other, err := s.delivering("other", nil)
	if err != nil {
		return err
	}
	rule, err := s.events.DescribeRule(s.ctx, &eventbridge.DescribeRuleInput{EventBusName: &s.bus, Name: aws.String("replayed")})
	if err != nil {
		return err
	}
	// A rule of AWS sees events only after a while. Compare events from then on.
	if _, _, err := s.deliver(s.entry(`{"n":1}`), q); err != nil {
		return err
	}
	if _, err := s.put(s.entry(`{"n":2}`)); err != nil {
		return err
	}
	var was replayed
	if err := conformance.Eventually(s.ctx, 30*time.Second, func() (err error) { was, err = s.second(q); return err }); err != nil {
		return err
	}
	if err := s.drain(other, nil); err != nil {
		return err
	}
	var again replayed
	err = conformance.Eventually(s.ctx, archiving, func() error {
		err := s.startReplay(func(in *eventbridge.StartReplayInput) {
			in.EventSourceArn, in.Destination.Arn, in.Destination.FilterArns = &archive, &bus, []string{*rule.Arn}
			in.EventStartTime, in.EventEndTime = aws.Time(was.Time), aws.Time(was.Time.Add(time.Second))
		})
		if err == nil {
			again, err = s.second(q)
		}
		if err != nil {
			return errors.Join(err, conformance.Pause(s.ctx, 10*time.Second))
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(equal("replay-name given", again.ReplayName != "", true), equal("id", again.ID, was.ID), equal("time", again.Time, was.Time),
		s.drain(other, errors.New("the other rule has the replayed event too")))
}

// second is the second event of this case, as the queue has it.
func (s *scene) second(q queue) (replayed, error) {
	for {
		m, err := s.receive(q)
		if err != nil {
			return replayed{}, err
		}
		if e := readBack(*m.Body); sameJSON(string(e.Detail), `{"n":2}`) == nil {
			return e, nil
		}
	}
}

// drain empties a queue. found is the error if it contains a replayed event.
func (s *scene) drain(q queue, found error) error {
	for {
		m, err := s.receive(q)
		switch {
		case errors.Is(err, conformance.ErrNever):
			return err
		case err != nil:
			return nil
		case readBack(*m.Body).ReplayName != "" && found != nil:
			return found
		}
	}
}

type replayed struct {
	ID         string
	Time       time.Time
	Detail     json.RawMessage
	ReplayName string `json:"replay-name"`
}

func readBack(body string) (e replayed) {
	_ = json.Unmarshal([]byte(body), &e) // what is missing is found by comparing
	return e
}
