package throughput

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	awsevents "github.com/aws/aws-lambda-go/events"

	"github.com/bot-preferences/bot-preferences/internal/lab/bench/workload"
)

// One UpdateItem for each user of a batch, and nothing else: never a read.
func TestABatchIsOneRequestForEachUser(t *testing.T) {
	for _, fold := range []int{1, 3, 10, 100} {
		w := few(workload.New(fold))
		stored, err := inMemory(t.Context(), w)
		if err != nil {
			t.Fatal(err)
		}
		stored.requests.taken() // those that filled it
		a := newApplier(w, stored.client)
		for n := range 2 {
			if err := a.batch(t.Context(), n, w.Messages(n)); err != nil {
				t.Fatal(err)
			}
			want := map[string]int{"UpdateItem": w.BatchUsers()}
			if got := stored.requests.taken(); !maps.Equal(got, want) {
				t.Errorf("fold %d, batch %d: %v, want %v", fold, n, got, want)
			}
		}
	}
}

// A duplicate is not the fast path, and costs no read either.
func TestABatchThatComesAgainIsOneRequestForEachUser(t *testing.T) {
	w := few(workload.New(3))
	stored, err := inMemory(t.Context(), w)
	if err != nil {
		t.Fatal(err)
	}
	a := newApplier(w, stored.client)
	for range 2 {
		stored.requests.taken()
		if err := a.batch(t.Context(), 0, w.Messages(0)); err != nil {
			t.Fatal(err)
		}
		if got := stored.requests.taken(); !maps.Equal(got, map[string]int{"UpdateItem": w.BatchUsers()}) {
			t.Errorf("%v", got)
		}
	}
}

func TestRunMeasuresEverythingAndWritesIt(t *testing.T) {
	r, err := Run(t.Context(), Options{Folds: []int{50}, Rounds: 1, Batches: 1, few: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Folds) != 1 || len(r.Folds[0].Rows) != 7 {
		t.Fatalf("%+v", r.Folds)
	}
	for i, row := range r.Folds[0].Rows {
		if stores := i >= 5; row.PerChange <= 0 || row.Ratio <= 0 || row.Stores != stores || (row.Allocations == 0) != stores || stores && row.Requests != 0.02 {
			t.Errorf("%+v", row)
		}
	}
	var text bytes.Buffer
	if err := r.Write(&text); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"## Throughput of apply\n", "\n| 50 | ", "\n50 changes of each user in a batch:\n", floorName, sdkName, httpName} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is missing from\n%s", want, &text)
		}
	}
}

func TestWhatCannotBeMeasuredIsAnError(t *testing.T) {
	for _, o := range []Options{{Folds: []int{0}}, {Folds: []int{101}}, {Rounds: -1}, {Batches: -1}, {Rounds: MaxRounds + 1}, {Batches: MaxBatches + 1}} {
		if _, err := Run(t.Context(), o); err == nil {
			t.Errorf("%+v", o)
		}
	}
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) }))
	defer refusing.Close()
	_, err := Run(t.Context(), Options{Folds: []int{100}, Rounds: 1, Batches: 1, few: true, DynamoDB: refusing.URL})
	if err == nil || !strings.Contains(err.Error(), refusing.URL) {
		t.Errorf("a DynamoDB that refuses everything: %v", err)
	}
}

// Another DynamoDB is measured like the others, and its table is deleted.
func TestADynamoDBElsewhereIsMeasuredToo(t *testing.T) {
	var last atomic.Value
	server := watched(t, func(operation string, _ int) { last.Store(operation) })
	r, err := Run(t.Context(), Options{Folds: []int{100}, Rounds: 1, Batches: 1, few: true, DynamoDB: server.URL, Name: "another"})
	if err != nil || len(r.Folds[0].Rows) != 8 || r.Folds[0].Rows[7].Requests != 0.01 || last.Load() != "DeleteTable" {
		t.Errorf("%+v, %v, and the last request is %v", r, err, last.Load())
	}
	var text bytes.Buffer
	if err := r.Write(&text); err != nil || !strings.Contains(text.String(), "| the handler on another | ") || !strings.Contains(text.String(), "\nBeside localaws, this section measures another.\n") {
		t.Errorf("%v, and\n%s", err, &text)
	}
}

// The handler's allocations are counted if the table is in a process of its own. They
// are counted for new changes, because the table already has the changes of the rounds.
func TestWhatIsAllocatedForADynamoDBElsewhereIsOfFreshChanges(t *testing.T) {
	var writes, refused atomic.Int32
	server := watched(t, func(operation string, status int) {
		if operation == "UpdateItem" {
			writes.Add(1)
		}
		if status != http.StatusOK {
			refused.Add(1)
		}
	})
	r, err := Run(t.Context(), Options{Folds: []int{100}, Rounds: 2, Batches: 3, few: true, DynamoDB: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	if want := int32(1 + 3*3 + 2*countedBatches); writes.Load() != want || refused.Load() != 0 { // 1 fills the table
		t.Errorf("%d writes, want %d; %d refused", writes.Load(), want, refused.Load())
	}
	for i, row := range r.Folds[0].Rows[5:] {
		if separate := i == 2; (row.Allocations > 0) != separate || (row.Bytes > 0) != separate || row.Requests != 0.01 {
			t.Errorf("%+v", row)
		}
	}
}

// watched is localaws behind HTTP, and a look at what it is asked and answers.
func watched(t *testing.T, look func(operation string, status int)) *httptest.Server {
	handler := newLocal()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		look(operation, answer.Code)
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	return server
}

func TestOnlyTheSecondDeckIsCounted(t *testing.T) {
	var kept []byte
	c := &contestant{batch: func(_ context.Context, n int, _ awsevents.SQSEvent) error {
		size := 1 << 20
		if n >= 4 {
			size = 1 << 16
		}
		kept = make([]byte, size)
		return nil
	}}
	w := few(workload.New(10))
	_, bytes, err := c.allocated(t.Context(), deal(w, 0, 4), deal(w, 4, 2))
	if least := float64(1<<16) / float64(w.Changes); err != nil || bytes < least || bytes > 2*least || len(kept) != 1<<16 {
		t.Errorf("%v bytes per change, want a little over %v: %v", bytes, least, err)
	}
}

// By this clock each turn takes seven times as long in the second race. A ratio of
// times from both races would not be 1.
func TestARatioIsOfTimesOfOneRace(t *testing.T) {
	var second atomic.Bool
	server := watched(t, func(operation string, _ int) {
		if operation == "CreateTable" { // after the shares' race
			second.Store(true)
		}
	})
	var now time.Duration
	clock := func() time.Duration {
		step := time.Millisecond
		if second.Load() {
			step *= 7
		}
		now += step
		return now
	}
	r, err := Run(t.Context(), Options{Folds: []int{100}, Rounds: 1, Batches: 1, few: true, DynamoDB: server.URL, busy: clock})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range r.Folds[0].Rows {
		want := 1e6 / 100
		if i >= 5 {
			want *= 7
		}
		if row.PerChange != want || row.Ratio != 1 {
			t.Errorf("%+v, want %v nanoseconds per change and a ratio of 1", row, want)
		}
	}
	if floors := slices.IndexFunc(r.Folds[0].Rows[1:], func(r Row) bool { return r.Name == floorName }); floors >= 0 || r.Folds[0].Rows[0].Name != floorName {
		t.Errorf("the floor has one row, the first: %+v", r.Folds[0].Rows)
	}
}

// The error names what stopped the run, and not the changes that could not be stored
// because of it.
func TestARunThatIsEndedSaysSo(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	var writes atomic.Int32
	handler := newLocal()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".UpdateItem") && writes.Add(1) == 15 { // 10 fill the table
			end()
		}
		handler.ServeHTTP(w, r)
	}))
	defer server.Close()
	o := Options{Folds: []int{10}, Rounds: 1, Batches: 1, few: true, DynamoDB: server.URL}
	if _, err := Run(ctx, o); !errors.Is(err, context.Canceled) || strings.Contains(err.Error(), "stored") || writes.Load() > 20 {
		t.Errorf("%v, %d writes", err, writes.Load())
	}
	shares := []*contestant{{batch: func(context.Context, int, awsevents.SQSEvent) error { return nil }}}
	if err := race(ctx, few(workload.New(10)), o.withDefaults(), shares); !errors.Is(err, context.Canceled) {
		t.Errorf("those that store nothing: %v", err)
	}
}

// Without a peer, the report says how to install one, and measures the rest.
func TestAPeerThatIsNotInstalledIsLeftOut(t *testing.T) {
	t.Setenv("BOTPREFS_PEERS", t.TempDir())
	o, stop, err := Options{}.WithPeer()
	if err != nil || o.DynamoDB != "" {
		t.Fatalf("%+v, %v", o, err)
	}
	var text bytes.Buffer
	if err := errors.Join(stop(), Result{Options: o}.Write(&text)); err != nil || !strings.Contains(text.String(), "`internal/lab/conformance/peers/install dynoxide` installs it.\n") {
		t.Errorf("%v, and\n%s", err, &text)
	}
}

// A peer that is installed but does not start is an error, so that its row cannot
// disappear unnoticed.
func TestAPeerThatDoesNotStartIsAnError(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("BOTPREFS_PEERS", dir)
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "bin"), 0o755), os.WriteFile(filepath.Join(dir, "bin", "dynoxide"), []byte("#!/bin/sh\nexit 1\n"), 0o755)); err != nil {
		t.Fatal(err)
	}
	if o, _, err := (Options{}).WithPeer(); err == nil || !strings.Contains(err.Error(), "dynoxide") {
		t.Errorf("%+v, %v", o, err)
	}
	named := Options{DynamoDB: "http://127.0.0.1:8000"}
	if o, stop, err := named.WithPeer(); err != nil || o.DynamoDB != named.DynamoDB || o.Missing != "" || stop() != nil {
		t.Errorf("where another is named none is started: %+v, %v", o, err)
	}
}
