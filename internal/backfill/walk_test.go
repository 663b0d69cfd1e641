package backfill

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
)

// A stage is a fake table. It is read in its own order, in pages of two users.
type stage struct {
	users  []string // of one segment after the other
	killAt int      // the call that fails; 0: none does
	calls  int

	told     map[string]int // announcements by user
	troubles []Trouble
	answer   func(user string) error
}

var errKilled = errors.New("killed")

// alive counts a moment at which the process may die.
func (s *stage) alive() error {
	s.calls++
	if s.calls == s.killAt {
		return errKilled
	}
	return nil
}

func newStage(users int) *stage {
	s := &stage{told: map[string]int{}}
	for i := range users {
		s.users = append(s.users, fmt.Sprintf("u%02d", i))
	}
	return s
}

func profileOf(user string) events.Profile {
	stamp, err := events.ParseStamp("01M83XJ880T9QF8Y2V6JX4ZB7C")
	if err != nil {
		panic(err)
	}
	return events.Profile{UserID: user, Revision: 7, State: events.State{Entries: map[string]events.Entry{"a": {Value: events.JSON("1"), Stamp: stamp}}}}
}

// read is a page of two users of a segment: every user whose place in the list
// is the segment's.
func (s *stage) read(_ context.Context, at Position) (Page, error) {
	if err := s.alive(); err != nil {
		return Page{}, err
	}
	page := Page{Units: 1}
	for i, user := range s.users {
		if i%at.Segments != at.Segment || user <= at.After {
			continue
		}
		if len(page.Profiles) == 2 {
			page.After = page.Profiles[1].UserID
			break
		}
		page.Profiles = append(page.Profiles, profileOf(user))
	}
	return page, s.alive()
}

func (s *stage) Send(_ context.Context, envelopes []events.Envelope) []error {
	errs := make([]error, len(envelopes))
	for i, e := range envelopes {
		var u events.PreferencesUpdated
		if err := u.UnmarshalJSON(e.Detail); err != nil {
			panic(err)
		}
		if errs[i] = s.alive(); errs[i] != nil {
			errs[i] = &events.SendError{Outcome: events.NotSent, Err: errs[i]}
			continue
		}
		if s.answer != nil {
			errs[i] = s.answer(u.UserID)
		}
		if errs[i] == nil {
			s.told[u.UserID]++
		}
	}
	return errs
}

func (s *stage) walk(save func(Checkpoint) error) *Walk {
	return &Walk{Read: s.read, Target: s, Save: save, OnTrouble: func(t Trouble) { s.troubles = append(s.troubles, t) }}
}

// one walks one segment after the other, so that calls have a fixed order.
func one(t *testing.T, w *Walk, from Checkpoint) error {
	t.Helper()
	w.start(from)
	for segment := range from.Segments {
		if err := w.segment(t.Context(), segment); err != nil {
			return err
		}
	}
	return nil
}

// A walk is killed at any moment and resumed from the file. It announces every user,
// counts each once, and repeats at most one page.
func TestAWalkThatIsKilledAnywhereGoesOn(t *testing.T) {
	const users, segments = 11, 2
	moments := 0
	for killAt := 1; ; killAt++ {
		s := newStage(users)
		s.killAt = killAt
		file := File(t.TempDir() + "/checkpoint")
		save := func(c Checkpoint) error { // dead before it is written, or after
			if err := s.alive(); err != nil {
				return err
			}
			return errors.Join(file.Save(c), s.alive())
		}
		plan := Plan{Table: "t", Target: "bus"}
		err := one(t, s.walk(save), Begin(plan, segments, profileOf("u").UpdatedAt))
		if err == nil {
			break
		}
		moments++
		from, found, err := file.Load(plan, segments)
		if err != nil {
			t.Fatal(err)
		}
		if !found {
			from = Begin(plan, segments, profileOf("u").UpdatedAt)
		}
		s.killAt = 0
		again := s.walk(file.Save)
		if err := one(t, again, from); err != nil {
			t.Fatal(err)
		}
		end, _ := again.Progress()
		if !end.Done() || end.Items != users || end.Announced != users {
			t.Errorf("killed at %d: %+v", killAt, end)
		}
		total := 0
		for _, user := range s.users {
			if s.told[user] == 0 {
				t.Errorf("killed at %d: %s was never announced", killAt, user)
			}
			total += s.told[user]
		}
		if total > users+2 {
			t.Errorf("killed at %d: %d announcements of %d users: more than a page was repeated", killAt, total, users)
		}
	}
	if moments < 30 {
		t.Errorf("only %d moments", moments)
	}
}

// With a goroutine per segment, every user is announced once.
func TestRunAnnouncesEverySegment(t *testing.T) {
	for _, segments := range []int{1, 3, 20} {
		p := newPipeline(t, 1)
		for i := range 30 {
			p.merge(fmt.Sprint("u", i), events.Preferences{"a": events.JSON("1")})
		}
		want := p.profiles()
		lock := make(chan struct{}, 1) // localaws is passive: one at a time
		locked := func(f func()) { lock <- struct{}{}; f(); <-lock }
		w := Walk{
			Read: func(ctx context.Context, at Position) (page Page, err error) {
				at.Limit = 2
				locked(func() { page, err = p.pages(ctx, at) })
				return page, err
			},
			Target: sending(func(ctx context.Context, e []events.Envelope) (errs []error) {
				locked(func() { errs = p.Send(ctx, e) })
				return errs
			}),
		}
		end, err := w.Run(t.Context(), Begin(Plan{}, segments, p.now))
		if err != nil || !end.Done() || end.Announced != 30 || end.Units < 15 || len(p.bus) != 30 {
			t.Errorf("%d segments: %v, %+v, %d announcements", segments, err, end.Counts, len(p.bus))
		}
		s := newSubscriber()
		for _, detail := range p.bus {
			if err := s.take(detail); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.differs(want); err != nil {
			t.Error(err)
		}
	}
}

func rejected(string) error {
	return &events.SendError{Outcome: events.Rejected, Code: "SomeCode", Err: errors.New("why")}
}

func TestWhatCanNeverBeAnnouncedIsToldAndPassed(t *testing.T) {
	s := newStage(9)
	s.answer = func(user string) error {
		if user == "u04" {
			return rejected(user)
		}
		return nil
	}
	w := s.walk(nil)
	unreadable, forbidden := errors.New("stored attribute p.a must be a map"), "a\x00b"
	w.Read = func(ctx context.Context, at Position) (Page, error) {
		page, err := s.read(ctx, at)
		if at.After == "" {
			page.Troubles = []Trouble{{"broken", unreadable}}
			page.Profiles = append(page.Profiles, profileOf(forbidden))
		}
		return page, err
	}
	end, err := w.Run(t.Context(), Begin(Plan{}, 1, profileOf("u").UpdatedAt))
	if err != nil {
		t.Fatal(err)
	}
	if want := (Counts{Items: 11, Announced: 8, Unreadable: 2, Refused: 1, Units: 5}); end.Counts != want {
		t.Errorf("counts %+v, want %+v", end.Counts, want)
	}
	var users []string
	for _, trouble := range s.troubles {
		users = append(users, trouble.UserID)
	}
	if !cmp.Equal(users, []string{"broken", forbidden, "u04"}) || !errors.Is(s.troubles[0].Err, unreadable) {
		t.Errorf("told of %q", s.troubles)
	}
}

func TestPagesAreOfBoundedSize(t *testing.T) {
	for want, w := range map[int]*Walk{1000: {}, 40: {MaxItems: 40}, 5: {MaxUnits: 0.5}, 1: {MaxUnits: 0.01}} {
		from := Begin(Plan{}, 1, profileOf("u").UpdatedAt)
		from.Items, from.Units = 100, 10 // so far
		w.start(from)
		at, expected, _ := w.next(0)
		if at.Limit != want || expected != max(1, float64(want)/10) {
			t.Errorf("%d items for %.1f units, want %d", at.Limit, expected, want)
		}
	}
}

// A missing permission is not the fault of the profiles, so they must be announced
// later.
func TestAWalkWhoseAnnouncementsAreAllRefusedStops(t *testing.T) {
	s := newStage(100)
	s.answer = rejected
	end, err := s.walk(nil).Run(t.Context(), Begin(Plan{}, 1, profileOf("u").UpdatedAt))
	var failure *events.SendError
	if !errors.As(err, &failure) || end.Items >= tries || end.Done() {
		t.Errorf("error %v after %+v", err, end.Counts)
	}
}

// If some announcements were accepted, the caller has permission. Refusals are then the
// fault of the profiles.
func TestAWalkOfWhichSomeWasTakenGoesOn(t *testing.T) {
	for about, row := range map[string]struct{ page, taken int }{
		"on an earlier page": {2, 1}, "on the same page": {50, 45},
	} {
		s := newStage(50)
		s.answer = func(user string) error {
			if user == s.users[row.taken] {
				return nil
			}
			return rejected(user)
		}
		w := s.walk(nil)
		w.Read = func(_ context.Context, at Position) (Page, error) {
			from := 0
			if at.After != "" {
				from = slices.Index(s.users, at.After) + 1
			}
			page, to := Page{Units: 1}, min(from+row.page, len(s.users))
			for _, user := range s.users[from:to] {
				page.Profiles = append(page.Profiles, profileOf(user))
			}
			if to < len(s.users) {
				page.After = s.users[to-1]
			}
			return page, nil
		}
		end, err := w.Run(t.Context(), Begin(Plan{}, 1, profileOf("u").UpdatedAt))
		if err != nil || !end.Done() || end.Refused != 49 || end.Announced != 1 || len(s.troubles) != 49 {
			t.Errorf("taken %s: %v, %+v", about, err, end.Counts)
		}
	}
}

// Announcements of an earlier run say nothing about the permissions of this one.
func TestAWalkThatGoesOnStopsWhereAllIsRefused(t *testing.T) {
	s := newStage(100)
	s.answer = rejected
	from := Begin(Plan{}, 1, profileOf("u").UpdatedAt)
	from.Items, from.Announced = 500, 500
	end, err := s.walk(nil).Run(t.Context(), from)
	if err == nil || !strings.Contains(err.Error(), "the first 20 announcements were all refused") || end.Items >= 500+tries {
		t.Errorf("error %v after %+v", err, end.Counts)
	}
}

func TestAWalkStopsWhereTheTargetIsDown(t *testing.T) {
	s := newStage(10)
	s.answer = func(user string) error {
		if user == "u05" {
			return &events.SendError{Outcome: events.NotSent, Code: "ThrottlingException"}
		}
		return nil
	}
	end, err := s.walk(nil).Run(t.Context(), Begin(Plan{}, 1, profileOf("u").UpdatedAt))
	if err == nil || end.Segments[0].After != "u03" || end.Announced != 4 {
		t.Errorf("error %v, at %+v", err, end)
	}
}

func TestProfilesThatConcernKeys(t *testing.T) {
	shows := profileOf("u")
	unset := profileOf("u")
	unset.Entries = map[string]events.Entry{"a": {Stamp: shows.AsOf()}}
	erased := events.Profile{UserID: "u", Revision: 7, State: events.State{Cleared: shows.AsOf()}}
	empty := events.Profile{UserID: "u", Revision: 7}
	for name, c := range map[string]struct {
		profile events.Profile
		keys    []string
		want    bool
	}{
		"all": {empty, nil, true}, "shown": {shows, []string{"b", "a"}, true}, "another": {shows, []string{"b"}, false},
		"unset": {unset, []string{"a"}, true}, "erased": {erased, []string{"b"}, true}, "empty": {empty, []string{"a"}, false},
	} {
		if got := concerns(&c.profile, c.keys); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// The announcement of an erased user says so, and has an empty profile.
func TestEnvelopesAreThoseOfTheBus(t *testing.T) {
	p := profileOf("u")
	p.Cleared = p.AsOf()
	id := events.NewClock().Next()
	e, err := Envelope(&p, id)
	if err != nil {
		t.Fatal(err)
	}
	again, err := events.DecodeEnvelope(e.AppendJSON(nil))
	if err != nil || again.ID != id.UUID() || again.DetailType != events.DetailTypeUpdated || again.Source != events.SourcePipeline {
		t.Errorf("%v, %+v", err, again)
	}
	var u events.PreferencesUpdated
	if err := u.UnmarshalJSON(again.Detail); err != nil {
		t.Fatal(err)
	}
	if !u.Snapshot || !u.Erased || u.PreviousRevision != 0 || u.Revision != 7 || !slices.Equal(u.ChangedKeys, []string{"a"}) || !cmp.Equal(u.Changes, u.Preferences) {
		t.Errorf("%+v", u)
	}
}

// A profile whose announcement would be too large for a queue is announced
// without its preferences, and then without its changes, which are the same.
func TestLargeProfilesAreTruncated(t *testing.T) {
	for kilobytes, want := range map[int]struct{ truncated, changes bool }{100: {false, true}, 200: {true, true}, 250: {true, true}} {
		p := profileOf("u")
		for i := range kilobytes {
			p.Entries[fmt.Sprint("k", i)] = events.Entry{Value: events.JSON(`"` + strings.Repeat("x", 1000-24-10) + `"`), Stamp: p.AsOf()}
		}
		if err := p.CheckSize(); err != nil {
			t.Fatal(err)
		}
		e, err := Envelope(&p, events.NewClock().Next())
		var u events.PreferencesUpdated
		if err = errors.Join(err, u.UnmarshalJSON(e.Detail)); err != nil {
			t.Fatal(err)
		}
		if len(e.Detail) > events.MaxAnnouncementBytes || u.Truncated != want.truncated || (u.Changes != nil) != want.changes || len(u.ChangedKeys) != kilobytes+1 {
			t.Errorf("%d KB: %d bytes, truncated %t, changes %t", kilobytes, len(e.Detail), u.Truncated, u.Changes != nil)
		}
	}
}
