package runtime

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// inherited lists the variables of the parent that a function may see: for programs and
// temporary files. Anything else would make a local run depend on the machine, above
// all HOME with its AWS profiles.
var inherited = []string{"PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot"}

// environment is a process's environment, sorted.
func (r *Runner) environment(f Function, instance string) []string {
	all := map[string]string{}
	for _, name := range inherited {
		if value, ok := os.LookupEnv(name); ok {
			all[name] = value
		}
	}
	for _, layer := range []map[string]string{r.opt.Environment, f.Environment, r.reserved(f, instance)} {
		for name, value := range layer {
			all[name] = value
		}
	}
	var env []string
	for name, value := range all {
		env = append(env, name+"="+value)
	}
	slices.Sort(env)
	return env
}

// sessionToken begins the session token of each function.
const sessionToken = "local-function/"

// SessionToken is the session token among a function's credentials. It names the
// function in every request that it signs.
func SessionToken(function string) string { return sessionToken + function }

// FunctionOf returns the function that a session token names; false for other tokens.
func FunctionOf(token string) (function string, ok bool) {
	return strings.CutPrefix(token, sessionToken)
}

// reserved are the variables that Lambda sets. The credentials are no secret:
// localaws checks no signature.
func (r *Runner) reserved(f Function, instance string) map[string]string {
	all := map[string]string{
		"_HANDLER":                        f.Handler,
		"TZ":                              ":UTC",
		"LANG":                            "en_US.UTF-8",
		"LAMBDA_TASK_ROOT":                filepath.Dir(f.Path),
		"AWS_REGION":                      r.opt.Region,
		"AWS_DEFAULT_REGION":              r.opt.Region,
		"AWS_ACCESS_KEY_ID":               "local",
		"AWS_SECRET_ACCESS_KEY":           "local",
		"AWS_SESSION_TOKEN":               SessionToken(f.Name),
		"AWS_LAMBDA_RUNTIME_API":          r.opt.Address() + Prefix + f.Name + "/" + instance,
		"AWS_LAMBDA_FUNCTION_NAME":        f.Name,
		"AWS_LAMBDA_FUNCTION_VERSION":     "$LATEST",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(f.MemoryMB),
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME":       "/aws/lambda/" + f.Name,
		"AWS_LAMBDA_LOG_STREAM_NAME":      r.opt.Clock().UTC().Format(time.DateOnly) + "/[$LATEST]" + instance,
		"AWS_LAMBDA_LOG_FORMAT":           f.LogFormat,
	}
	if f.LogLevel != "" {
		all["AWS_LAMBDA_LOG_LEVEL"] = f.LogLevel
	}
	return all
}
