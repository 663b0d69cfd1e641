package localrun

import (
	"path"
	"sync"

	"github.com/bot-preferences/bot-preferences/internal/localaws/iam"
	"github.com/bot-preferences/bot-preferences/internal/localaws/runtime"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// watching makes the AWS endpoint tell what works here and would not work in AWS. A
// function is known by its session token.
func watching(s *stack.Stack, o Options) func(*wire.Front) {
	watch, roles := iam.NewWatch(s), map[string]string{}
	for _, f := range s.Functions {
		roles[f.Name] = path.Base(f.Role) // of an ARN the name
	}
	return func(front *wire.Front) {
		front.Role = func(token string) (role, session string, ok bool) {
			function, ok := runtime.FunctionOf(token)
			return roles[function], function, ok && roles[function] != ""
		}
		if o.Lacking != nil {
			front.Called = func(c wire.Called) {
				function, _ := runtime.FunctionOf(c.Token)
				for _, l := range watch.Called(function, c.Service, c.Operation, c.Body) {
					o.Lacking(l)
				}
			}
		}
		if o.Strayed != nil {
			front.Strayed = eachOnce(o.Strayed)
		}
	}
}

// eachOnce calls f once with each text.
func eachOnce(f func(string)) func(string) {
	var told sync.Map
	return func(text string) {
		if _, before := told.LoadOrStore(text, true); !before {
			f(text)
		}
	}
}
