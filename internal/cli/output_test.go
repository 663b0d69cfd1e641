package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

// Nothing in the JSON reaches a terminal as a command, and nothing of it is lost.
func TestJSONIsSafeToPrint(t *testing.T) {
	const text = "a\x1b\x7f\u009b\u202e\U000e0001é\U0001F98A\n"
	var out strings.Builder
	if err := WriteJSON(&out, []string{text}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(out.String(), "\x1b\x7f\u009b\u202e\U000e0001") || !strings.Contains(out.String(), "é\U0001F98A") {
		t.Errorf("it prints %q", &out)
	}
	var back []string
	if err := json.Unmarshal([]byte(out.String()), &back); err != nil || len(back) != 1 || back[0] != text {
		t.Errorf("%v, it reads back %q", err, back)
	}
}

// Two runs print the same.
func TestMapsAreSortedInJSON(t *testing.T) {
	for range 20 {
		var out strings.Builder
		if err := WriteJSON(&out, map[string]int{"c": 1, "a": 2, "b": 3}); err != nil || out.String() != "{\n  \"a\": 2,\n  \"b\": 3,\n  \"c\": 1\n}\n" {
			t.Fatalf("%v\n%s", err, &out)
		}
	}
}
