// Package runtime runs Lambda functions as real processes over the Lambda
// Runtime API. It is the driver's side of localaws: it has goroutines and
// lives in real time.
//
// A process serves one invocation at a time and is kept for the next one
// (warm). Invoke takes an idle process, or starts one, up to a limit per
// function; beyond that it waits its turn in order of arrival and in the end
// is throttled. A process that exits or is killed fails the invocation that it
// had, and no other; the next one gets a new process.
//
// Each process speaks to its own path prefix, /_runtime/<function>/<instance>,
// of the address that Options.Address names; the caller serves Handler there,
// without read or write timeouts.
//
// What the caller owes: Close, after which no process is left. On Linux the
// processes also die with a parent that is killed; elsewhere they end when
// their next call to the Runtime API fails.
//
// As in Lambda: the environment has nothing of the parent's but where programs
// and temporary files are; payloads and answers have at most 6 MB; a function
// that registers an internal extension gets SIGTERM, and SIGKILL 500 ms later,
// any other SIGKILL at once. Not as in Lambda: memory is not limited, the file
// system is the machine's, and an extension that asks for events is refused.
package runtime
