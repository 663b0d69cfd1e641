package telemetry

import (
	"context"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/bot-preferences/bot-preferences/internal/env"
)

// A Reporter writes the lines of one function. A nil Reporter writes no metrics, and
// hashes without a salt. It is safe for concurrent use if Out is.
type Reporter struct {
	Stage   string    // value of the dimension; printable ASCII of at most 1,024 bytes. Any other: "unknown"
	StackID string    // salt of the hashes: the ARN of the CloudFormation stack
	Out     io.Writer // where metrics go; default os.Stdout, from which Lambda takes its log
}

// FromEnvironment is the Reporter of a deployed function: STAGE and STACK_ID. The error
// names the variable that is missing.
func FromEnvironment() (*Reporter, error) {
	stage, err := env.Required("STAGE")
	if err != nil {
		return nil, err
	}
	id, err := env.Required("STACK_ID")
	if err != nil {
		return nil, err
	}
	return &Reporter{Stage: stage, StackID: id}, nil
}

// A Field is a number that a line has beside the metrics.
type Field struct {
	Name  string // plain ASCII
	Value int
}

// Report writes what an invocation did, as a log line of the level INFO with the metrics
// of b in it. Where nothing was counted it is a log line without metrics. Fields that
// are 0 are left out. A nil Reporter writes nothing.
//
// The lines go to Out as they are, past any logger. A function whose log level is above
// INFO loses them. (Lambda takes a line for INFO if it has no level, or no RFC 3339
// timestamp. So leaving those out would not help.)
func (r *Reporter) Report(ctx context.Context, now time.Time, message string, b *Batch, fields ...Field) {
	if r == nil {
		return
	}
	text := make([]byte, 0, usualBytes)
	for i := range b.lines() {
		text = r.begin(ctx, text, now, message)
		if i == 0 {
			for _, f := range fields {
				text = appendNumber(text, f.Name, int64(f.Value))
			}
		}
		text = append(r.metrics(text, now, b, i), '}', '\n')
	}
	out := r.Out
	if out == nil {
		out = os.Stdout
	}
	_, _ = out.Write(text) // there is nobody else to tell
}

// usualBytes is enough for a batch of a hundred changes.
const usualBytes = 1 << 10

// begin begins a line as Lambda's own JSON log lines begin.
func (r *Reporter) begin(ctx context.Context, text []byte, now time.Time, message string) []byte {
	text = now.UTC().AppendFormat(append(text, `{"timestamp":"`...), "2006-01-02T15:04:05.000Z")
	text = appendText(append(text, `","level":"INFO","message":`...), message)
	if invocation, ok := lambdacontext.FromContext(ctx); ok {
		text = appendText(append(text, `,"requestId":`...), invocation.AwsRequestID)
	}
	return text
}

// appendNumber appends a member, unless it is 0.
func appendNumber(text []byte, name string, n int64) []byte {
	if n == 0 {
		return text
	}
	text = append(append(append(text, `,"`...), name...), `":`...)
	return strconv.AppendInt(text, n, 10)
}

// appendText appends a JSON string. Bad UTF-8 becomes U+FFFD.
func appendText(text []byte, s string) []byte {
	text, _ = jsontext.AppendQuote(text, s)
	return text
}

func (r *Reporter) stage() string { return dimension(r.Stage) }
