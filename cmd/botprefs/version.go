package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/bot-preferences/bot-preferences/internal/cli"
)

// version is the version of a release. A release build sets it:
//
//	go build -ldflags "-X main.version=v0.1.0" ./cmd/botprefs
//
// Otherwise the version of the module is printed, as Go recorded it.
var version string

const versionHelp = `Prints which botprefs this is: the version of the module, the commit that it was built
from, the Go release and the platform.

--output json prints an object with "version", "go", "os" and "arch". If Go recorded the
commit it also has "revision", "time" (of the commit, RFC 3339) and "modified" (whether
the source differed from the commit).`

// buildVersion is what is known of this binary.
type buildVersion struct {
	Version  string `json:"version"`
	Revision string `json:"revision,omitempty"`
	Time     string `json:"time,omitempty"`
	Modified *bool  `json:"modified,omitempty"`
	Go       string `json:"go"`
	OS       string `json:"os"`
	Arch     string `json:"arch"`
}

func versionCommand(std cli.Streams) *cobra.Command {
	var format cli.Format
	c := &cobra.Command{
		Use:   "version [flags]",
		Short: "print the version of this program",
		Long:  versionHelp,
		Args:  cli.NoArguments,
		RunE: func(*cobra.Command, []string) error {
			info, _ := debug.ReadBuildInfo()
			v := describeBuild(version, info)
			if format == cli.JSON {
				return cli.WriteJSON(std.Out, v)
			}
			_, err := fmt.Fprint(std.Out, v)
			return err
		},
	}
	format.Register(c)
	return c
}

// describeBuild takes the version from release, else from info. A binary has no info
// if it was built without module support.
func describeBuild(release string, info *debug.BuildInfo) buildVersion {
	v := buildVersion{Version: release, Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
	if info != nil {
		if v.Version == "" {
			v.Version = info.Main.Version
		}
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				v.Revision = setting.Value
			case "vcs.time":
				v.Time = setting.Value
			case "vcs.modified":
				modified := setting.Value == "true"
				v.Modified = &modified
			}
		}
	}
	if v.Version == "" {
		v.Version = "(unknown)"
	}
	return v
}

// String is the version as people read it.
func (v buildVersion) String() string {
	text := "botprefs " + v.Version + "\n"
	if v.Revision != "" {
		text += "commit " + v.Revision
		if v.Time != "" {
			text += " of " + v.Time
		}
		if v.Modified != nil && *v.Modified {
			text += ", with changes that are not committed"
		}
		text += "\n"
	}
	return text + fmt.Sprintf("built with %s for %s/%s\n", v.Go, v.OS, v.Arch)
}
