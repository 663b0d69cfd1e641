package repotest

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"testing"
)

// links returns what each folder's package links, its own import path included,
// built as botprefs builds the functions.
func links(t *testing.T, folders ...string) map[string][]string {
	t.Helper()
	args := []string{"list", "-tags", "lambda.norpc", "-json=ImportPath,Deps"}
	for _, folder := range folders {
		args = append(args, "./"+folder)
	}
	out, err := exec.Command("go", args...).Output()
	if err != nil {
		t.Fatalf("go list %v: %v", folders, err)
	}
	linked := map[string][]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p struct {
			ImportPath string
			Deps       []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		folder, _ := own(p.ImportPath)
		linked[folder] = append(p.Deps, p.ImportPath)
	}
	return linked
}
