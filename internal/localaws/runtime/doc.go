// Package runtime runs Lambda functions as real processes over the Lambda Runtime API.
// It is the driver's side of localaws: it has goroutines and uses real time.
//
// A process serves one invocation at a time and is kept for the next one (warm). Invoke
// takes an idle process or starts one, up to a limit per function. Beyond the limit an
// invocation waits, in order of arrival, and is finally throttled. A process that exits
// or is killed fails only the invocation that it had. The next one gets a new process.
//
// Each process uses its own path prefix, /_runtime/<function>/<instance>, of the
// address that Options.Address names. The caller serves Handler there, without read or
// write timeouts.
//
// Duties of the caller: Close, after which no process is left. On Linux the processes
// also die if their parent is killed. Elsewhere they end when their next call to the
// Runtime API fails.
//
// As in Lambda, the environment has only the parent's variables for programs and
// temporary files. Payloads and answers have at most 6 MB. A function that registers an
// internal extension gets SIGTERM, and SIGKILL 500 ms later; any other gets SIGKILL at
// once. Unlike in Lambda, memory is not limited, the file system is the machine's, and
// an extension that asks for events is refused.
package runtime
