package doctor

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// released is the version of a release, as tags and CHANGELOG.md write it.
var released = regexp.MustCompile(`^v?[0-9]+\.[0-9]+\.[0-9]+(-[0-9A-Za-z.]+)?$`)

// checkVersion compares this program with what was deployed. The output Version of the
// stack says so; only releases can be compared.
func (e *Examination) checkVersion(_ context.Context, r *Result) error {
	deployed := e.Stack.Outputs["Version"]
	switch {
	case e.Stack.Derived != nil:
		r.skip("not checked: needs cloudformation:DescribeStacks")
	case deployed == "":
		r.skip("not checked: the stack has no output Version")
	case !released.MatchString(deployed) || !released.MatchString(e.Version):
		r.Summary = fmt.Sprintf("botprefs %s, the stack %s: only releases can be compared", e.Version, deployed)
	case strings.TrimPrefix(deployed, "v") == strings.TrimPrefix(e.Version, "v"):
		r.Summary = "botprefs and the stack are " + deployed
	default:
		r.find("version-differs", fmt.Sprintf("This is botprefs %s, and the stack was deployed from %s.", e.Version, deployed),
			"The commands may expect what the functions do not do, and checks may be wrong.",
			"go install github.com/bot-preferences/bot-preferences/cmd/botprefs@v"+strings.TrimPrefix(deployed, "v"))
	}
	return nil
}
