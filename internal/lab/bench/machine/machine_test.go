package machine

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
)

func TestHighWater(t *testing.T) {
	const status = "Name:\tget\nVmPeak:\t 1230000 kB\nVmHWM:\t    9536 kB\nVmRSS:\t    9000 kB\n"
	if got := highWater(status); got != 9536*1024 {
		t.Errorf("%d bytes", got)
	}
	if got := highWater("Name:\tget\n"); got != 0 {
		t.Errorf("%d bytes of nothing", got)
	}
}

func TestPeakMemory(t *testing.T) {
	if got := PeakMemory(os.Getpid()); runtime.GOOS == "linux" && got < 1<<20 {
		t.Errorf("this process has had %d bytes", got)
	}
	if got := PeakMemory(-1); got != 0 {
		t.Errorf("no process has had %d bytes", got)
	}
}

func TestName(t *testing.T) {
	if got, want := Name(), fmt.Sprintf(", %d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version()); !strings.HasSuffix(got, want) {
		t.Errorf("%q does not end in %q", got, want)
	}
}
