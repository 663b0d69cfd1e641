package profilestore

import (
	"flag"
	"os"
	"strconv"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/lab/nightly"
)

// make nightly checks properties on six times as many cases as make test does, unless the
// command line says how many.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if !asked {
		if err := flag.Set("rapid.checks", strconv.Itoa(nightly.Size(65, 400))); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
