package telemetry

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/bot-preferences/bot-preferences/internal/lab/emf"
)

// read is what CloudWatch reads of a text.
func read(t interface{ Errorf(string, ...any) }, text string) emf.Series {
	found, err := emf.Read(text)
	if err != nil {
		t.Errorf("%v", err)
	}
	return found
}

var now = time.Date(2026, 3, 1, 12, 0, 0, 7e6, time.UTC)

func report(ctx context.Context, b *Batch, fields ...Field) string {
	var out bytes.Buffer
	(&Reporter{Stage: "prod", Out: &out}).Report(ctx, now, "done", b, fields...)
	return out.String()
}

func TestReport(t *testing.T) {
	var b Batch
	b.Settled(Merged)
	b.Settled(Superseded)
	b.Add(Contended, 0)
	b.Measured(ChangeToVisible, 1500*time.Microsecond)
	b.Measured(ChangeToVisible, -time.Second)
	b.Letter("too_old")
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r-1"})
	want := `{"timestamp":"2026-03-01T12:00:00.007Z","level":"INFO","message":"done","requestId":"r-1","messages":3` +
		`,"_aws":{"Timestamp":1772366400007,"CloudWatchMetrics":[` +
		`{"Namespace":"BotPreferences","Dimensions":[["Stage"]],"Metrics":[{"Name":"Accepted","Unit":"Count"},{"Name":"Merged","Unit":"Count"},` +
		`{"Name":"Superseded","Unit":"Count"},{"Name":"ChangeToVisible","Unit":"Milliseconds"}]},` +
		`{"Namespace":"BotPreferences","Dimensions":[["Stage"],["Stage","Code"]],"Metrics":[{"Name":"DeadLettered","Unit":"Count"}]}]}` +
		`,"Stage":"prod","Code":"too_old","DeadLettered":1,"Accepted":2,"Merged":1,"Superseded":1,"ChangeToVisible":[1,0]}` + "\n"
	if diff := cmp.Diff(want, report(ctx, &b, Field{"messages", 3}, Field{"failed", 0})); diff != "" {
		t.Error(diff)
	}
}

func TestWithoutMetricsItIsALogLine(t *testing.T) {
	want := `{"timestamp":"2026-03-01T12:00:00.007Z","level":"INFO","message":"done","failed":2}` + "\n"
	if got := report(t.Context(), &Batch{}, Field{"failed", 2}); got != want {
		t.Errorf("%s", got)
	}
	var none *Reporter
	none.Report(t.Context(), now, "done", &Batch{}) // writes nothing, and does not panic
}

func TestDeadLettersAreCountedByCode(t *testing.T) {
	var b Batch
	for _, code := range []string{"malformed", "too_old", "malformed", "", "a b", strings.Repeat("c", 1025)} {
		b.Letter(code)
	}
	b.Add(DeadLettered, 1) // has no code, and counts nothing
	text := report(t.Context(), &b)
	want := emf.Series{"DeadLettered prod": {2, 1, 1, 1, 1}, "DeadLettered prod malformed": {2}, "DeadLettered prod too_old": {1}, "DeadLettered prod unknown": {1, 1, 1}}
	if diff := cmp.Diff(want, read(t, text)); diff != "" {
		t.Errorf("%s\n%s", diff, text)
	}
}

// What a batch holds is what CloudWatch reads, whatever it is, in lines that the
// specification allows, and in no more of them than it takes.
func TestEveryReportIsValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b Batch
		want := emf.Series{}
		add := func(series string, n int64) { want[series] = append(want[series], n) }
		for c := range Counter(counters) {
			if n := rapid.IntRange(-1, 3).Draw(t, "n"); c != DeadLettered {
				b.Add(c, n)
				if n > 0 {
					add(fmt.Sprintf("%s prod", c), int64(n))
				}
			}
		}
		for d := range Delay(delays) {
			for range rapid.SampledFrom([]int{0, 1, 99, 100, 101, 250}).Draw(t, "values") {
				ms := rapid.Int64Range(-5, 5_000_000).Draw(t, "ms")
				b.Measured(d, time.Duration(ms)*time.Millisecond)
				add(fmt.Sprintf("%s prod", d), max(ms, 0))
			}
		}
		for range rapid.IntRange(0, 5).Draw(t, "letters") {
			code := rapid.SampledFrom([]string{"malformed", "too_old", "\"", "é"}).Draw(t, "code")
			b.Letter(code)
			if strings.ContainsAny(code, "é") {
				code = "unknown"
			}
			add("DeadLettered prod", 1)
			add("DeadLettered prod "+code, 1)
		}
		text := report(context.Background(), &b)
		got := read(t, text)
		for _, m := range []emf.Series{got, want} { // counts may be cut in any way
			for series := range m {
				if !strings.HasPrefix(series, "ChangeTo") {
					m[series] = []int64{m.Sum(series)}
				}
			}
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s\n%s", diff, text)
		}
		most := max(1, len(b.letters), (len(want["ChangeToVisible prod"])+99)/100, (len(want["ChangeToAnnounced prod"])+99)/100)
		if n := strings.Count(text, "\n"); n != most {
			t.Errorf("%d lines, want %d", n, most)
		}
	})
}

func FuzzReport(f *testing.F) {
	f.Add("prod", "malformed", "request", "done", int64(5))
	f.Add("", "\x00\"\\", "\u2028", "\xff", int64(-1))
	f.Fuzz(func(t *testing.T, stage, code, request, message string, ms int64) {
		var out bytes.Buffer
		var b Batch
		b.Settled(Duplicates)
		b.Letter(code)
		b.Measured(ChangeToAnnounced, time.Duration(ms))
		ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: request})
		(&Reporter{Stage: stage, Out: &out}).Report(ctx, now, message, &b)
		names := slices.Sorted(maps.Keys(read(t, out.String())))
		if len(names) != 5 || strings.Count(out.String(), "\n") != 1 {
			t.Errorf("metrics %q in %q", names, out.String())
		}
	})
}

// A report is cheap beside the requests of its invocation.
func TestReportAllocatesLittle(t *testing.T) {
	var b Batch
	for range 100 {
		b.Settled(Merged)
		b.Measured(ChangeToVisible, 850*time.Millisecond)
	}
	r := &Reporter{Stage: "prod", Out: &bytes.Buffer{}}
	r.Out.(*bytes.Buffer).Grow(1 << 20)
	if n := testing.AllocsPerRun(100, func() { r.Report(context.Background(), now, "done", &b) }); n > 4 {
		t.Errorf("%v allocations", n)
	}
}

func TestFromEnvironment(t *testing.T) {
	for _, missing := range []string{"STAGE", "STACK_ID"} {
		t.Setenv("STAGE", "prod")
		t.Setenv("STACK_ID", "arn")
		if r, err := FromEnvironment(); err != nil || r.Stage != "prod" || r.StackID != "arn" {
			t.Errorf("%+v, %v", r, err)
		}
		t.Setenv(missing, "")
		if _, err := FromEnvironment(); err == nil || !strings.Contains(err.Error(), missing) {
			t.Errorf("without %s: %v", missing, err)
		}
	}
}
