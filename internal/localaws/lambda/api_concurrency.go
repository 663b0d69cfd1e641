package lambda

import (
	"net/http"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

// maxReserved is what a new account may reserve: 1,000, of which 100 stay unreserved.
const maxReserved = 900

// concurrencyRoutes are the operations on a function's reserved concurrency.
func (a *API) concurrencyRoutes() []wire.Route {
	const set, get = "/2017-10-31/functions/{FunctionName}/concurrency", "/2019-09-30/functions/{FunctionName}/concurrency"
	return []wire.Route{
		{Method: http.MethodPut, Path: set, Operation: wire.REST(a.putConcurrency)},
		{Method: http.MethodGet, Path: get, Operation: wire.REST(a.getConcurrency)},
		{Method: http.MethodDelete, Path: set, Status: http.StatusNoContent, Operation: wire.REST(a.deleteConcurrency)},
	}
}

type concurrencyJSON struct {
	ReservedConcurrentExecutions *int `json:",omitzero"`
}

func (a *API) named(r *wire.RESTRequest) (*Function, error) {
	f, ok := a.Function(r.Path["FunctionName"])
	if !ok {
		return nil, notFound("Function not found: " + a.w.ARN("lambda", "function:"+r.Path["FunctionName"]))
	}
	return f, nil
}

func (a *API) putConcurrency(r *wire.RESTRequest, in *concurrencyJSON) (concurrencyJSON, error) {
	f, err := a.named(r)
	if err != nil {
		return concurrencyJSON{}, err
	}
	n := in.ReservedConcurrentExecutions
	if n == nil || *n < 0 || *n > maxReserved {
		return concurrencyJSON{}, &wire.Error{Code: "InvalidParameterValueException", Message: "ReservedConcurrentExecutions must be between 0 and 900", Status: 400}
	}
	f.reserved = n
	return *in, nil
}

func (a *API) getConcurrency(r *wire.RESTRequest, _ *nothing) (concurrencyJSON, error) {
	f, err := a.named(r)
	if err != nil {
		return concurrencyJSON{}, err
	}
	return concurrencyJSON{f.reserved}, nil
}

func (a *API) deleteConcurrency(r *wire.RESTRequest, _ *nothing) (nothing, error) {
	f, err := a.named(r)
	if err == nil {
		f.reserved = nil
	}
	return nothing{}, err
}

// Admit counts an invocation of a function, and tells whether its reserved concurrency
// leaves room for it. One that is admitted must Leave. A function that the API does not
// know has no bound.
func (a *API) Admit(arn string) bool {
	f, ok := a.Function(arn)
	if !ok {
		return true
	}
	if f.reserved != nil && f.running >= *f.reserved {
		return false
	}
	f.running++
	return true
}

// Leave ends an invocation that was admitted.
func (a *API) Leave(arn string) {
	if f, ok := a.Function(arn); ok {
		f.running--
	}
}
