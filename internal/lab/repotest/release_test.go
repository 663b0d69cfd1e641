package repotest

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// go install .../cmd/botprefs@version refuses a module that replaces or excludes others.
func TestModuleCanBeInstalled(t *testing.T) {
	out, err := exec.Command("go", "mod", "edit", "-json").Output()
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Module           struct{ Path string }
		Replace, Exclude []any
	}
	if err := json.Unmarshal(out, &file); err != nil {
		t.Fatal(err)
	}
	if file.Module.Path != module || len(file.Replace) > 0 || len(file.Exclude) > 0 {
		t.Errorf("go.mod: module %s, replace %v, exclude %v", file.Module.Path, file.Replace, file.Exclude)
	}
}

var makeTargets = regexp.MustCompile(`(?m)\bmake((?: [a-z-]+)+)`)

// What a workflow runs is there: make targets and files of this repository.
func TestWorkflowsRunWhatIsThere(t *testing.T) {
	text, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d workflows: %v", len(files), err)
	}
	for _, file := range files {
		for _, command := range commands(t, file) {
			for _, m := range makeTargets.FindAllStringSubmatch(command, -1) {
				for target := range strings.FieldsSeq(m[1]) {
					if stem, _, ok := strings.Cut(target, "-"); !strings.Contains(string(text), "\n"+target+":") &&
						!(ok && strings.Contains(string(text), "\n"+stem+"-%:")) {
						t.Errorf("%s runs make %s, which the Makefile lacks", file, target)
					}
				}
			}
			for word := range strings.FieldsSeq(command) {
				if name := strings.TrimPrefix(word, "./"); strings.HasPrefix(name, "ci/") || strings.HasPrefix(name, "internal/") {
					if _, err := os.Stat(name); err != nil {
						t.Errorf("%s: %v", file, err)
					}
				}
			}
		}
	}
}

// commands returns the run steps of a workflow.
func commands(t *testing.T, file string) (all []string) {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct{ Run string }
		}
	}
	readYAML(t, file, &workflow)
	for _, job := range workflow.Jobs {
		for _, step := range job.Steps {
			all = append(all, step.Run)
		}
	}
	return all
}

// manifests are the files that each package manager of dependabot.yml reads.
var manifests = map[string]string{"gomod": "go.mod", "npm": "package.json", "pip": "requirements.txt", "maven": "pom.xml"}

// A manifest that dependabot.yml does not list gets no updates, and nobody notices.
func TestDependenciesAreUpdated(t *testing.T) {
	var config struct {
		Updates []struct {
			Ecosystem   string `yaml:"package-ecosystem"`
			Directory   string
			Directories []string
		}
	}
	readYAML(t, ".github/dependabot.yml", &config)
	listed := map[string]bool{}
	for _, u := range config.Updates {
		for _, folder := range append(u.Directories, u.Directory) {
			if folder == "" {
				continue
			}
			matches, err := filepath.Glob(filepath.Join(".", folder, manifests[u.Ecosystem]))
			if err != nil || len(matches) == 0 {
				t.Errorf("dependabot.yml: %s finds nothing in %s: %v", u.Ecosystem, folder, err)
			}
			for _, m := range matches {
				listed[filepath.ToSlash(m)] = true
			}
		}
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || slices.Contains([]string{"node_modules", "venv"}, d.Name())):
			return fs.SkipDir
		case slices.Contains(slices.Collect(maps.Values(manifests)), d.Name()) && !listed[filepath.ToSlash(path)]:
			t.Errorf("dependabot.yml does not list %s", path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func readYAML(t *testing.T, file string, into any) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
}
