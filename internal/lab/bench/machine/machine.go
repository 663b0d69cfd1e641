// Package machine describes the machine a benchmark ran on and the memory its processes
// used.
package machine

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
)

// Name names the processor, its cores, the system and Go's version.
func Name() string {
	kind := ""
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		kind = field(string(info), "model name")
	}
	if kind == "" {
		kind = "an unknown processor"
	}
	return fmt.Sprintf("%s, %d cores, %s/%s, %s", kind, runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// PeakMemory returns the peak resident memory of a running process, in bytes; 0 if the
// system does not report it.
func PeakMemory(process int) int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	if err != nil {
		return 0
	}
	return highWater(string(status))
}

// highWater returns VmHWM of a /proc/<pid>/status, in bytes; 0 if there is none.
func highWater(status string) int64 {
	kilobytes, _ := strings.CutSuffix(field(status, "VmHWM"), " kB")
	n, err := strconv.ParseInt(kilobytes, 10, 64)
	if err != nil {
		return 0
	}
	return n * 1024
}

// field returns the value of the first line "name: value".
func field(lines, name string) string {
	for line := range strings.Lines(lines) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
