package sidebyside

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// processorTime is how long processors have worked for a running process; false
// where the system does not tell. Linux counts nanoseconds for each thread; those
// of a thread that has ended are lost, which neither Go's nor Python's runtime
// lets happen here. /proc/<pid>/stat keeps them, but counts hundredths of a second.
func processorTime(process int) (time.Duration, bool) {
	threads, err := filepath.Glob(filepath.Join("/proc", strconv.Itoa(process), "task", "*", "schedstat"))
	if err != nil || len(threads) == 0 {
		return 0, false
	}
	var all time.Duration
	for _, path := range threads {
		text, err := os.ReadFile(path)
		if err != nil {
			return 0, false
		}
		ran, ok := ranOf(string(text))
		if !ok {
			return 0, false
		}
		all += ran
	}
	return all, true
}

// ranOf is the first field of a schedstat: nanoseconds on a processor.
func ranOf(schedstat string) (time.Duration, bool) {
	ran, _, _ := strings.Cut(schedstat, " ")
	n, err := strconv.ParseInt(ran, 10, 64)
	return time.Duration(n), err == nil
}
