package changes

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/bot-preferences/bot-preferences/events"
	"github.com/bot-preferences/bot-preferences/events/testdata"
)

func TestTableNamesEveryFileAndGenerator(t *testing.T) {
	var rows []row
	decode("change/outcomes.json", &rows)
	named, generated := map[string]bool{}, map[string]bool{}
	for _, r := range rows {
		if (r.File == "") == (r.Generator == "") {
			t.Errorf("%s: must have either a file or a generator", r.Name)
		}
		if r.File != "" {
			named[r.File] = true
		} else {
			generated[r.Generator] = true
		}
	}
	entries, err := fs.ReadDir(testdata.Files, "change/malformed")
	if err != nil {
		t.Fatal(err)
	}
	stored := map[string]bool{}
	for _, e := range entries {
		stored[e.Name()] = true
	}
	if diff := cmp.Diff(stored, named); diff != "" {
		t.Errorf("files (-stored +named):\n%s", diff)
	}
	if diff := cmp.Diff(slices.Sorted(maps.Keys(malformed)), slices.Sorted(maps.Keys(generated))); diff != "" {
		t.Errorf("generators (-there +named):\n%s", diff)
	}
}

func TestOutcomesAreConsistent(t *testing.T) {
	names := map[string]bool{}
	for _, c := range append(Malformed(), Valid()...) {
		t.Run(c.Name, func(t *testing.T) {
			if c.Name == "" || names[c.Name] {
				t.Error("the name must be there and its own")
			}
			names[c.Name] = true
			if want := status(&c); c.HTTP.Status != want {
				t.Errorf("HTTP status %d, want %d", c.HTTP.Status, want)
			}
			if c.HTTP.Status >= 400 && c.HTTP.Field != c.Field {
				t.Errorf("HTTP names %q, want %q", c.HTTP.Field, c.Field)
			}
			if c.Envelope != (c.Bus == "") {
				t.Errorf("bus %q: a whole envelope cannot be put, everything else can", c.Bus)
			}
			for _, outcome := range []string{c.Bus, c.Queue} {
				if code, dead := strings.CutPrefix(outcome, DeadLetter); dead && code != string(c.Code) {
					t.Errorf("%s, but the code is %s", outcome, c.Code)
				}
			}
			checkKnown(t, c.Bus, "", Accepted, DeadLetter+string(c.Code), EntryError+"MalformedDetail", EntryError+"InvalidArgument", Unmatched, CannotTravel)
			checkKnown(t, c.Queue, Accepted, DeadLetter+string(c.Code), SendError+"InvalidMessageContents", CannotTravel)
		})
	}
}

// status is the rule that the table's statuses follow.
func status(c *Case) int {
	switch {
	case c.Envelope || c.DetailType != events.DetailTypeChange:
		return 0
	case c.Code == "":
		return 202
	case c.Code == events.TooLarge && c.Field == "":
		return 413
	}
	return 400
}

func checkKnown(t *testing.T, outcome string, known ...string) {
	t.Helper()
	if !slices.Contains(known, outcome) {
		t.Errorf("%q is none of %q", outcome, known)
	}
}
