package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/internal/backfill"
	"github.com/bot-preferences/bot-preferences/internal/cli"
	"github.com/bot-preferences/bot-preferences/internal/profilestore"
)

// A shelf is a made-up table. Its profiles are dealt to the segments in turn, and each
// costs the same number of units to read.
type shelf struct {
	profilestore.ScanClient
	profiles int
	each     float64

	mu     sync.Mutex
	limits []int // that were asked for
}

func (s *shelf) Scan(_ context.Context, in *dynamodb.ScanInput, _ ...func(*dynamodb.Options)) (*dynamodb.ScanOutput, error) {
	s.mu.Lock()
	s.limits = append(s.limits, int(*in.Limit))
	s.mu.Unlock()
	from, after := int(*in.Segment), in.ExclusiveStartKey["user_id"]
	if after != nil {
		fmt.Sscanf(after.(*types.AttributeValueMemberS).Value, "u%d", &from)
		from += int(*in.TotalSegments)
	}
	out := &dynamodb.ScanOutput{}
	for ; from < s.profiles && len(out.Items) < int(*in.Limit); from += int(*in.TotalSegments) {
		key := map[string]types.AttributeValue{"user_id": &types.AttributeValueMemberS{Value: fmt.Sprintf("u%d", from)}}
		out.Items = append(out.Items, map[string]types.AttributeValue{
			"user_id": key["user_id"], "revision": &types.AttributeValueMemberN{Value: "1"},
			"updated_at": &types.AttributeValueMemberS{Value: "2026-03-01T12:00:00.000Z"},
		})
		out.LastEvaluatedKey = key
	}
	if from >= s.profiles {
		out.LastEvaluatedKey = nil
	}
	out.ConsumedCapacity = &types.ConsumedCapacity{CapacityUnits: aws.Float64(s.each * float64(len(out.Items)))}
	return out, nil
}

// taking is a target that decides by user whether it accepts an announcement.
type taking func(user string) error

func (f taking) Send(_ context.Context, envelopes []events.Envelope) []error {
	errs := make([]error, len(envelopes))
	for i, e := range envelopes {
		var u events.PreferencesUpdated
		if errs[i] = u.UnmarshalJSON(e.Detail); errs[i] == nil {
			errs[i] = f(u.UserID)
		}
	}
	return errs
}

func taken(string) error { return nil }

// take runs the command from its checkpoint, and returns what it printed.
func (s *shelf) take(ctx context.Context, o *snapshotOptions, target backfill.Target) (string, error) {
	var out strings.Builder
	std := cli.Streams{Out: &out, Err: &out}
	from, err := o.from(std, backfill.Plan{Table: "arn", Target: "somewhere"}, "snapshot", "; skills that subscribed since then miss those")
	if err != nil {
		return out.String(), err
	}
	report := &reporter{Progress: &cli.Progress{Out: &out}, table: profilestore.Description{Name: "t", Items: int64(s.profiles)}}
	report.begin("somewhere", o.rate, o.eventsRate)
	err = o.finish(ctx, std, o.walk(profilestore.NewScanner(s, "t"), target, report), from, report)
	return out.String(), err
}

func options(checkpoint string) *snapshotOptions {
	return &snapshotOptions{walkOptions: walkOptions{rate: 100, segments: 4, checkpoint: checkpoint}, eventsRate: 200}
}

func TestSnapshotKeepsItsRates(t *testing.T) {
	for _, row := range []struct {
		rate, eventsRate, each float64
		want                   time.Duration
	}{
		{1000, 10, 0.5, 10 * time.Second}, // a hundred announcements
		{10, 1000, 1, 10 * time.Second},   // a hundred units
		{10, 10, 0.5, 10 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			s, o := &shelf{profiles: 100, each: row.each}, options(noCheckpoint)
			o.rate, o.eventsRate = row.rate, row.eventsRate
			began := time.Now()
			out, err := s.take(t.Context(), o, taking(taken))
			took := time.Since(began)
			if err != nil || !strings.Contains(out, "100 of 100 profiles announced") {
				t.Fatalf("%v\n%s", err, out)
			}
			if took < row.want || took > row.want+2*time.Second {
				t.Errorf("%+v: it took %s", row, took)
			}
		})
	}
}

// All segments together keep the rates: one page is a segment's share of a second.
func TestASecondsWorthIsSharedBySegments(t *testing.T) {
	for _, row := range []struct {
		rate, eventsRate float64
		segments         int
		units            float64
		items            int
	}{
		{100, 200, 4, 25, 50}, {100, 200, 1, 100, 200}, {100, 200, 100, 1, 10}, {0.5, 1, 4, 1, 10}, {1e6, 1e6, 1, 1e6, 1e6},
	} {
		o := &snapshotOptions{walkOptions: walkOptions{rate: row.rate, segments: row.segments, checkpoint: noCheckpoint}, eventsRate: row.eventsRate}
		w := o.walk(nil, nil, &reporter{Progress: &cli.Progress{}})
		if w.MaxUnits != row.units || w.MaxItems != row.items {
			t.Errorf("%+v: pages of %g units and %d items", row, w.MaxUnits, w.MaxItems)
		}
	}
	s := &shelf{profiles: 400, each: 0.5}
	synctest.Test(t, func(t *testing.T) {
		if out, err := s.take(t.Context(), options(noCheckpoint), taking(taken)); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	})
	for _, limit := range s.limits {
		if limit > 50 {
			t.Errorf("a page of %d items, of 50 units or 25: %v", limit, s.limits)
			break
		}
	}
}

// A profile that the bus rejects is named, the rest is announced, and the command fails.
func TestSnapshotWithRefusedAnnouncementsFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{profiles: 30, each: 0.5}
		file := filepath.Join(t.TempDir(), "checkpoint")
		out, err := s.take(t.Context(), options(file), taking(func(user string) error {
			if user == "u7" {
				return &events.SendError{Outcome: events.Rejected, Code: "TooLarge", Err: errors.New("why")}
			}
			return nil
		}))
		if err == nil || !strings.Contains(err.Error(), "1 of 30 profiles could not be announced (0 unreadable, 1 refused)") || !strings.HasSuffix(err.Error(), " --user ID") {
			t.Errorf("error %v", err)
		}
		if !strings.Contains(out, "NOT announced: u7: rejected (TooLarge): why") || !strings.Contains(out, "29 of 30 profiles announced") {
			t.Errorf("it prints\n%s", out)
		}
		if _, err := os.Stat(file); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("the checkpoint stays: %v", err)
		}
	})
}

// Ctrl-C leaves a checkpoint, which the message names. The same command resumes.
func TestSnapshotGoesOnAfterAnInterruption(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, announced := &shelf{profiles: 60, each: 0.5}, map[string]int{}
		o := options(filepath.Join(t.TempDir(), "checkpoint"))
		o.segments, o.eventsRate = 1, 20 // pages of 20
		ctx, interrupt := context.WithCancel(t.Context())
		target := taking(func(user string) error { announced[user]++; return nil })
		out, err := s.take(ctx, o, taking(func(user string) error {
			if user == "u25" {
				interrupt()
			}
			return target(user)
		}))
		if !errors.Is(err, context.Canceled) || !strings.Contains(out, "stopped after 20 profiles") || !strings.Contains(out, o.checkpoint+" says how far it was: the same command resumes there") {
			t.Errorf("%v\n%s", err, out)
		}
		out, err = s.take(t.Context(), o, target)
		if err != nil || !strings.Contains(out, ", after 20 items;") || !strings.Contains(out, "60 of 60 profiles announced") || !strings.Contains(out, "this run, which did 40 profiles") {
			t.Errorf("%v\n%s", err, out)
		}
		if len(announced) != 60 || announced["u19"] != 1 || announced["u25"] != 2 {
			t.Errorf("announced %v", announced)
		}
	})
}

// A checkpoint without progress would only keep another target from starting.
func TestSnapshotThatAnnouncedNothingKeepsNoCheckpoint(t *testing.T) {
	s := &shelf{profiles: 5, each: 0.5}
	file := filepath.Join(t.TempDir(), "checkpoint")
	out, err := s.take(t.Context(), options(file), taking(func(string) error {
		return &events.SendError{Outcome: events.NotSent, Code: "Gone"}
	}))
	if _, left := os.Stat(file); err == nil || !errors.Is(left, os.ErrNotExist) || !strings.Contains(out, "no checkpoint is kept") {
		t.Errorf("%v, %v\n%s", err, left, out)
	}
}

// The same holds if an earlier run had no time to remove such a checkpoint.
func TestSnapshotIgnoresACheckpointWithoutProgress(t *testing.T) {
	s, announced := &shelf{profiles: 5, each: 0.5}, 0
	o := options(filepath.Join(t.TempDir(), "checkpoint"))
	o.segments = 1 // so that it counts one by one
	if err := backfill.File(o.checkpoint).Save(backfill.Begin(backfill.Plan{Target: "queue of another"}, 3, time.Now())); err != nil {
		t.Fatal(err)
	}
	out, err := s.take(t.Context(), o, taking(func(string) error { announced++; return nil }))
	if err != nil || announced != 5 || strings.Contains(out, "resuming the") {
		t.Errorf("%v, %d announced\n%s", err, announced, out)
	}
}

// A file that cannot be used is named by its flag, and not called a checkpoint that
// --restart would replace.
func TestCheckpointsThatCannotBeKept(t *testing.T) {
	folder := t.TempDir()
	for name, want := range map[string]string{
		folder:                                "--checkpoint " + folder + " cannot be read: is a directory",
		filepath.Join(folder, "none", "file"): "--checkpoint " + filepath.Join(folder, "none", "file") + " cannot be written: no such file or directory; name another file, or none",
	} {
		for _, restart := range []bool{false, true} {
			o := options(name)
			o.restart = restart
			if _, err := new(shelf).take(t.Context(), o, taking(taken)); err == nil || err.Error() != want {
				t.Errorf("restart %t: %v, want %s", restart, err, want)
			}
		}
	}
}
