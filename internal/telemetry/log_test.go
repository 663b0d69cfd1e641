package telemetry

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

// The hash is what docs/observability.md computes in a shell:
// printf '%s\n%s' STACK USER | sha256sum | cut -c1-12
func TestHashes(t *testing.T) {
	const stack = "arn:aws:cloudformation:us-east-1:123456789012:stack/bot-preferences-prod/1"
	if got := UserHash(stack, "tg:1001"); got != "7f91f5c84356" {
		t.Errorf("hash %s", got)
	}
	for _, other := range []string{UserHash(stack, "tg:1002"), UserHash(stack+"2", "tg:1001"), UserHash("", "tg:1001")} {
		if other == UserHash(stack, "tg:1001") || len(other) != 12 {
			t.Errorf("hash %s", other)
		}
	}
	if ConversationHash(stack, "") != "" {
		t.Error("nothing has a hash")
	}
}

func TestLog(t *testing.T) {
	var out bytes.Buffer
	r := &Reporter{StackID: "stack"}
	log := slog.New(slog.NewTextHandler(&out, nil))
	all := Subject{EventID: "01J", UserID: "tg:1001", ConversationID: "c42", Source: strings.Repeat("b", 300), Code: "too_old", Revision: 7, TraceID: "6a1b"}
	r.Log(t.Context(), log, slog.LevelWarn, "refused", all, slog.String("field", "id"))
	r.Log(t.Context(), log, slog.LevelDebug, "not enabled", all)
	(*Reporter)(nil).Log(t.Context(), log, slog.LevelInfo, "nothing", Subject{})
	want := []string{
		"level=WARN msg=refused event_id=01J user_hash=" + UserHash("stack", "tg:1001") + " conversation_hash=" + UserHash("stack", "c42") +
			" source=" + strings.Repeat("b", 256) + " code=too_old trace_id=6a1b revision=7 field=id\n",
		"level=INFO msg=nothing\n",
	}
	lines := strings.SplitAfter(out.String(), "\n")
	if len(lines) != 3 || !strings.HasSuffix(lines[0], want[0]) || !strings.HasSuffix(lines[1], want[1]) {
		t.Errorf("%s", out.String())
	}
}
