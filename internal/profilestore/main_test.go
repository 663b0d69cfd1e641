package profilestore

import (
	"flag"
	"os"
	"testing"

	"github.com/bot-preferences/bot-preferences/internal/race"
)

// Under the race detector property tests check a quarter as much, unless the
// command line says how much.
func TestMain(m *testing.M) {
	flag.Parse()
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "rapid.checks" })
	if race.Enabled && !asked {
		if err := flag.Set("rapid.checks", "25"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}
