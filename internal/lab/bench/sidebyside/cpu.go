package sidebyside

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// processorTime returns the processor time of a running process; false if the system
// does not report it. Linux counts nanoseconds for each thread and forgets threads that
// have ended. That loses nothing here, because neither Go's nor Python's runtime ends
// threads during the benchmark. /proc/<pid>/stat includes ended threads, but only
// counts hundredths of a second.
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

// ranOf returns the first field of a schedstat: nanoseconds on a processor.
func ranOf(schedstat string) (time.Duration, bool) {
	ran, _, _ := strings.Cut(schedstat, " ")
	n, err := strconv.ParseInt(ran, 10, 64)
	return time.Duration(n), err == nil
}
