package httpapi

import (
	"strconv"
	"strings"
	"time"
)

// MaxWait is the longest that a write waits for its change to become visible.
const MaxWait = 10 * time.Second

// waitTime reads wait=N of a Prefer header (RFC 7240), in seconds and at most
// MaxWait. Other preferences, and a wait that is no number, are ignored, as the
// RFC asks. Where wait is given more than once the first counts. 0: don't wait.
func waitTime(header string) time.Duration {
	for _, preference := range splitUnquoted(header, ',') {
		text := splitUnquoted(preference, ';')[0] // without parameters
		name, value, _ := strings.Cut(text, "=")
		if strings.EqualFold(strings.TrimSpace(name), "wait") {
			return seconds(unquote(strings.TrimSpace(value)))
		}
	}
	return 0
}

// seconds reads delta-seconds: digits only. Any number of them means MaxWait at
// most.
func seconds(text string) time.Duration {
	if text == "" || strings.Trim(text, "0123456789") != "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if limit := int(MaxWait / time.Second); err != nil || n > limit {
		n = limit
	}
	return time.Duration(n) * time.Second
}

// splitUnquoted splits at a separator that is not in a quoted string.
func splitUnquoted(s string, separator byte) []string {
	var parts []string
	start, quoted := 0, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && c == separator:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return append(parts, s[start:])
}

// unquote reads a token or a quoted string. "": neither.
func unquote(s string) string {
	if !strings.HasPrefix(s, `"`) {
		return s
	}
	if len(s) < 2 || !strings.HasSuffix(s, `"`) {
		return ""
	}
	var b strings.Builder
	for i := 1; i < len(s)-1; i++ {
		if s[i] == '\\' {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
