package dev

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/localaws/billing"
	"github.com/bot-preferences/bot-preferences/localaws/dynamodb"
	"github.com/bot-preferences/bot-preferences/localaws/eventbridge"
	"github.com/bot-preferences/bot-preferences/localaws/sqs"
)

func change(s *spending) {
	s.observe(eventbridge.Put{Event: eventbridge.Event{Detail: "{}"}})
	s.observe(sqs.Sent{Queue: "changes"})
	s.observe(sqs.Sent{Queue: "another"})
	s.observe(dynamodb.Request{WriteUnits: 1})
}

func TestSpendingIsPrinted(t *testing.T) {
	s := newSpending("changes", billing.NewMeter())
	change(s)
	change(s)
	s.observe(dynamodb.Request{WriteUnits: 2})
	var b strings.Builder
	s.print(&b)
	want := []string{"units USD per million changes", "events 2 1.00", "write units 4 1.25", "2 changes, together 2.25"}
	var got []string
	for line := range strings.Lines(b.String()) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A line tells of what came since the last one, and there is none without changes.
func TestSpendingIsFollowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSpending("changes", billing.NewMeter())
		change(s)
		s.print(&strings.Builder{})
		ctx, cancel := context.WithCancel(t.Context())
		var lines []string
		done := make(chan struct{})
		go func() {
			s.follow(ctx, func(line string) { lines = append(lines, line) })
			close(done)
		}()
		time.Sleep(spendingEvery + time.Second)
		change(s)
		s.observe(dynamodb.Request{WriteUnits: 1, ReadUnits: 0.01})
		time.Sleep(spendingEvery)
		change(s)
		s.observe(dynamodb.Request{WriteUnits: 3})
		time.Sleep(3 * spendingEvery)
		cancel()
		<-done
		want := []string{
			"1 change at $2.25 a million on AWS: events 1.00, write units 1.25",
			"1 change at $3.50 a million on AWS: events 1.00, write units 2.50",
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}
