package localrun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
)

// expected is the file with the profiles that the sample conversation must end in. They
// are written by hand, not by code of the pipeline.
const expected = "examples/conversation.profiles.json"

// checkProfiles compares them with the answers of the HTTP API. Its error names every
// user whose profile differs.
func checkProfiles(ctx context.Context, env *Environment) error {
	text, err := os.ReadFile(filepath.Join(env.place.Root, expected))
	if err != nil {
		return err
	}
	var want map[string]json.RawMessage
	if err := json.Unmarshal(text, &want); err != nil {
		return fmt.Errorf("%s: %w", expected, err)
	}
	var wrong []error
	for _, user := range slices.Sorted(maps.Keys(want)) {
		got, err := getProfile(ctx, env.APIURL, user)
		if err != nil {
			return err
		}
		if !sameJSON(want[user], got.Preferences) {
			wrong = append(wrong, fmt.Errorf("%s ended as %s, expected %s", user, got.Preferences, want[user]))
		}
	}
	return errors.Join(wrong...)
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}
