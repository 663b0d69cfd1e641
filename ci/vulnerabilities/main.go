// Command vulnerabilities runs govulncheck on this module against the Go vulnerability
// database, which it takes from the module golang.org/x/vulndb.
//
//	go run ./ci/vulnerabilities [packages]
//
// It fails for a vulnerable module: update it. It only reports what is wrong in the
// standard library and the Go toolchain: whoever builds chooses the Go release.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path"
	"path/filepath"
)

// database is the module that holds the reports. Its newest version is the right one:
// an old database misses new reports.
const database = "golang.org/x/vulndb@latest"

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "vulnerabilities:", err)
		os.Exit(1)
	}
}

func run(packages []string, stdout, stderr io.Writer) error {
	if len(packages) == 0 {
		packages = []string{"./..."}
	}
	reports, version, err := download(stderr)
	if err != nil {
		return fmt.Errorf("download %s: %w", database, err)
	}
	fmt.Fprintln(stdout, "database:", version)
	stream, err := scan(reports, packages, stderr)
	if err != nil {
		return fmt.Errorf("govulncheck: %w", err)
	}
	found, err := read(bytes.NewReader(stream))
	if err != nil {
		return fmt.Errorf("read what govulncheck printed: %w", err)
	}
	return report(found, stdout)
}

// download returns the folder of the reports and the database's version.
func download(stderr io.Writer) (folder, version string, err error) {
	cmd := exec.Command("go", "mod", "download", "-json", database)
	cmd.Stderr = stderr
	out, err := cmd.Output()
	var module struct{ Dir, Version, Error string }
	if decodeErr := json.Unmarshal(out, &module); decodeErr != nil {
		return "", "", errors.Join(err, decodeErr)
	}
	if module.Error != "" {
		return "", "", errors.New(module.Error)
	}
	if err != nil {
		return "", "", err
	}
	folder = filepath.Join(module.Dir, "data", "osv")
	reports, err := filepath.Glob(filepath.Join(folder, "GO-*.json"))
	if err == nil && len(reports) == 0 {
		err = fmt.Errorf("no reports in %s", folder) // an empty database would find nothing, always
	}
	return folder, module.Version, err
}

func scan(folder string, packages []string, stderr io.Writer) ([]byte, error) {
	db := url.URL{Scheme: "file", Path: path.Clean("/" + filepath.ToSlash(folder))}
	cmd := exec.Command("ci/tool", append([]string{"govulncheck", "-test", "-format", "json", "-db", db.String()}, packages...)...)
	cmd.Stderr = stderr
	return cmd.Output()
}
