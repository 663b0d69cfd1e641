package events

import (
	"bytes"
	"strings"
)

// JSON has the characters U+FFFE and U+FFFF, and SQS takes neither in a body,
// as XML 1.0 does not. The bus would take an event that holds one as it is, and
// then no queue would, not even a dead-letter queue.
var (
	fffe, escapedFFFE = []byte("\uFFFE"), []byte(`\ufffe`)
	ffff, escapedFFFF = []byte("\uFFFF"), []byte(`\uffff`)
)

// forQueues writes these two characters as escapes, which mean the same: in
// valid JSON they stand only inside strings.
func forQueues(text []byte) []byte {
	if !bytes.Contains(text, fffe) && !bytes.Contains(text, ffff) {
		return text
	}
	return bytes.ReplaceAll(bytes.ReplaceAll(text, fffe, escapedFFFE), ffff, escapedFFFF)
}

// travelling is how many bytes a text has once forQueues has written it.
func travelling(text string) int {
	more := len(escapedFFFE) - len(fffe)
	return len(text) + more*(strings.Count(text, string(fffe))+strings.Count(text, string(ffff)))
}
