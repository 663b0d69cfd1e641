package lambda

import (
	"net/http"
	"strconv"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// Wire is the API as clients speak to it. Another region has nothing.
func (a *API) Wire() *wire.RESTService {
	s := a.wire()
	s.Empty = NewAPI(&world.World{Region: a.w.Region, Account: a.w.Account, Now: a.w.Now, Rand: a.w.Rand}).wire()
	return s
}

func (a *API) wire() *wire.RESTService {
	const prefix = "/2015-03-31/"
	return &wire.RESTService{Signing: "lambda", Prefix: prefix, Routes: append(a.concurrencyRoutes(), []wire.Route{
		{Method: http.MethodGet, Path: prefix + "functions", Operation: wire.REST(a.listFunctions)},
		{Method: http.MethodGet, Path: prefix + "functions/{FunctionName}/configuration", Operation: wire.REST(a.getFunctionConfiguration)},
		{Method: http.MethodGet, Path: prefix + "event-source-mappings", Operation: wire.REST(a.listMappings)},
		{Method: http.MethodGet, Path: prefix + "event-source-mappings/{UUID}", Operation: wire.REST(a.getMapping)},
		{Method: http.MethodPut, Path: prefix + "event-source-mappings/{UUID}", Status: http.StatusAccepted, Operation: wire.REST(a.updateMapping)},
	}...)}
}

// nothing is the body of operations without one.
type nothing struct{}

type functionJSON struct {
	FunctionName     string
	FunctionArn      string
	Runtime          string
	Role             string
	Handler          string
	Timeout          int
	MemorySize       int
	LastModified     string
	Version          string
	PackageType      string
	Architectures    []string
	State            string
	LastUpdateStatus string
	StatusReason     string           `json:"LastUpdateStatusReason,omitzero"`
	Environment      *environmentJSON `json:",omitzero"`
	LoggingConfig    loggingJSON
}

type environmentJSON struct{ Variables map[string]string }

type loggingJSON struct{ LogFormat, LogGroup string }

func (a *API) show(f *Function) functionJSON {
	out := functionJSON{
		FunctionName: f.Name, FunctionArn: f.ARN, Runtime: "provided.al2023", Role: f.RoleARN, Handler: f.Handler,
		Timeout: int(f.Timeout.Seconds()), MemorySize: f.MemoryMB,
		LastModified: a.created.UTC().Format("2006-01-02T15:04:05.000-0700"),
		Version:      "$LATEST", PackageType: "Zip", Architectures: []string{"arm64"},
		State: "Active", LastUpdateStatus: "Successful",
		LoggingConfig: loggingJSON{LogFormat: f.LogFormat, LogGroup: "/aws/lambda/" + f.Name},
	}
	if out.LoggingConfig.LogFormat == "" {
		out.LoggingConfig.LogFormat = "Text"
	}
	if f.Failure != "" {
		out.LastUpdateStatus, out.StatusReason = "Failed", f.Failure
	}
	if len(f.Environment) > 0 {
		out.Environment = &environmentJSON{f.Environment}
	}
	return out
}

func (a *API) getFunctionConfiguration(r *wire.RESTRequest, _ *nothing) (functionJSON, error) {
	name := r.Path["FunctionName"]
	f, ok := a.Function(name)
	if !ok {
		return functionJSON{}, notFound("Function not found: " + a.w.ARN("lambda", "function:"+name))
	}
	return a.show(f), nil
}

type listFunctionsOutput struct {
	Functions  []functionJSON
	NextMarker string `json:",omitzero"`
}

func (a *API) listFunctions(r *wire.RESTRequest, _ *nothing) (listFunctionsOutput, error) {
	list := make([]functionJSON, 0, len(a.functions))
	for _, f := range a.functions {
		list = append(list, a.show(f))
	}
	part, next := page(list, func(f functionJSON) string { return f.FunctionName }, r.Query.Get("Marker"), number(r.Query.Get("MaxItems")))
	return listFunctionsOutput{part, next}, nil
}

// number reads a count; 0 where the text is none.
func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}
