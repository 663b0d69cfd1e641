package safeguards

import (
	"fmt"
	"io"
	"path/filepath"
)

// Report checks the templates of several services and prints one line per rule, stage and
// service. It returns how many rules are broken.
//
// Each folder belongs to one service and has a folder per stage (dev, staging, prod), as
// osls package --package wrote it. A rule that matches nothing in one service is broken
// only if it matches nothing in any.
func Report(out io.Writer, folders []string) (broken int, err error) {
	for _, stage := range []string{"dev", "staging", "prod"} {
		checked := map[string]int{} // resources of all services, by rule
		var services [][]Result
		for _, folder := range folders {
			t, err := Load(filepath.Join(folder, stage), stage)
			if err != nil {
				return broken, err
			}
			results := Check(t)
			for _, r := range results {
				checked[r.Statement] += r.Checked
			}
			services = append(services, results)
		}
		for i, results := range services {
			broken += printResults(out, stage, folders[i], results, checked)
		}
	}
	return broken, nil
}

// printResults prints the results of one service, and returns how many rules are broken.
// It leaves out rules that match nothing here and something in another service.
func printResults(out io.Writer, stage, folder string, results []Result, checked map[string]int) (broken int) {
	for _, result := range results {
		if result.Checked == 0 && checked[result.Statement] > 0 {
			continue
		}
		mark := "ok  "
		if len(result.Broken) > 0 {
			mark, broken = "FAIL", broken+1
		}
		fmt.Fprintf(out, "%s  %-7s  %s: %s (%d)\n", mark, stage, filepath.Base(folder), result.Statement, result.Checked)
		for _, what := range result.Broken {
			fmt.Fprintf(out, "      %s\n", what)
		}
	}
	return broken
}
