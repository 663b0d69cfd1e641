package telemetry

import (
	"strconv"
	"time"
)

// metrics appends the metrics of the line with this number: what they are, and then
// their values. It appends nothing where the line has none.
func (r *Reporter) metrics(text []byte, now time.Time, b *Batch, line int) []byte {
	var room [counters + delays]string
	defined, hasCode := b.defined(room[:0], line), line < len(b.letters)
	if len(defined) == 0 && !hasCode {
		return text
	}
	text = strconv.AppendInt(append(text, `,"_aws":{"Timestamp":`...), now.UnixMilli(), 10)
	text = append(text, `,"CloudWatchMetrics":[`...)
	if len(defined) > 0 {
		text = appendDirective(text, plain, defined)
	}
	if len(defined) > 0 && hasCode {
		text = append(text, ',')
	}
	if hasCode {
		text = appendDirective(text, byCode, []string{definitionOfLetters})
	}
	text = appendText(append(text, `]},"`+Stage+`":`...), r.stage())
	if hasCode {
		text = appendText(append(text, `,"`+Code+`":`...), dimension(b.letters[line].code))
		text = appendNumber(text, DeadLettered.String(), b.letters[line].n)
	}
	return b.assign(text, line)
}

// Dimension sets of a directive: DeadLettered alone is counted by its code, too.
const (
	plain  = `["` + Stage + `"]`
	byCode = `["` + Stage + `"],["` + Stage + `","` + Code + `"]`
)

func appendDirective(text []byte, dimensions string, definitions []string) []byte {
	text = append(append(append(text, `{"Namespace":"`+Namespace+`","Dimensions":[`...), dimensions...), `],"Metrics":[`...)
	for i, d := range definitions {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(text, d...)
	}
	return append(text, "]}"...)
}

// defined appends the definitions of what is not zero in a line, but for DeadLettered.
func (b *Batch) defined(to []string, line int) []string {
	for c, n := range b.counts {
		if n > 0 && line == 0 {
			to = append(to, counterDefinitions[c])
		}
	}
	for d := range b.delays {
		if len(b.values(Delay(d), line)) > 0 {
			to = append(to, delayDefinitions[d])
		}
	}
	return to
}

// assign appends the values of what defined defines.
func (b *Batch) assign(text []byte, line int) []byte {
	for c, n := range b.counts {
		if line == 0 {
			text = appendNumber(text, counterNames[c], n)
		}
	}
	for d := range b.delays {
		if values := b.values(Delay(d), line); len(values) > 0 {
			text = append(append(append(text, `,"`...), delayNames[d]...), `":[`...)
			for i, v := range values {
				if i > 0 {
					text = append(text, ',')
				}
				text = strconv.AppendInt(text, v, 10)
			}
			text = append(text, ']')
		}
	}
	return text
}

var (
	counterDefinitions  = definitions(counterNames[:], "Count")
	delayDefinitions    = definitions(delayNames[:], "Milliseconds")
	definitionOfLetters = counterDefinitions[DeadLettered]
)

func definitions(names []string, unit string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = `{"Name":"` + name + `","Unit":"` + unit + `"}`
	}
	return all
}

// maxDimension is the length of a dimension's value, by the specification, in bytes.
const maxDimension = 1024

// dimension is a value that CloudWatch accepts: ASCII, and neither empty nor too long.
// CloudWatch ignores a whole line for one that it does not accept, and tells nobody.
func dimension(value string) string {
	plain := value != "" && len(value) <= maxDimension
	for i := 0; i < len(value) && plain; i++ {
		plain = value[i] > ' ' && value[i] <= '~'
	}
	if !plain {
		return "unknown"
	}
	return value
}
