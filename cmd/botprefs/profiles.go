package main

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// completeProfiles offers the profiles of the AWS configuration for --profile.
func completeProfiles(c *cobra.Command) {
	err := c.RegisterFlagCompletionFunc("profile", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return profiles(awsFile("AWS_CONFIG_FILE", "config"), awsFile("AWS_SHARED_CREDENTIALS_FILE", "credentials")), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the command has the flag
	}
}

// awsFile is where the SDK looks for a file.
func awsFile(variable, name string) string {
	if path := os.Getenv(variable); path != "" {
		return path
	}
	home, _ := os.UserHomeDir() // without one there is no file
	return filepath.Join(home, ".aws", name)
}

// profiles are the names of sections such as [profile work] and [default]. A file that
// cannot be read has none.
func profiles(files ...string) (names []string) {
	for _, path := range files {
		file, err := os.Open(path)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(file); lines.Scan(); {
			section, ok := strings.CutPrefix(strings.TrimSpace(lines.Text()), "[")
			section, closed := strings.CutSuffix(section, "]")
			if name := strings.TrimSpace(strings.TrimPrefix(section, "profile ")); ok && closed && !strings.Contains(name, " ") {
				names = append(names, name)
			}
		}
		_ = file.Close() // it was only read
	}
	slices.Sort(names)
	return slices.Compact(names)
}
