package lambda

import (
	"slices"
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type mappingJSON struct {
	UUID                           string
	EventSourceMappingArn          string
	EventSourceArn                 string
	FunctionArn                    string
	State                          string
	StateTransitionReason          string
	LastModified                   float64 // seconds since 1970
	BatchSize                      int
	MaximumBatchingWindowInSeconds int
	FunctionResponseTypes          []string
	FilterCriteria                 *filtersJSON `json:",omitzero"`
	ScalingConfig                  *scalingJSON `json:",omitzero"`

	// Only mappings of streams have these.
	StartingPosition           string           `json:",omitzero"`
	ParallelizationFactor      int              `json:",omitzero"`
	MaximumRecordAgeInSeconds  *int             `json:",omitzero"`
	MaximumRetryAttempts       *int             `json:",omitzero"`
	BisectBatchOnFunctionError *bool            `json:",omitzero"`
	DestinationConfig          *destinationJSON `json:",omitzero"`
}

type filtersJSON struct{ Filters []filterJSON }

type filterJSON struct{ Pattern string }

type scalingJSON struct{ MaximumConcurrency int }

type destinationJSON struct{ OnFailure onFailureJSON }

type onFailureJSON struct{ Destination string }

func (a *API) showMapping(d *Described) mappingJSON {
	out := mappingJSON{
		UUID: d.ID(), EventSourceMappingArn: a.w.ARN("lambda", "event-source-mapping:"+d.ID()),
		EventSourceArn: d.SourceARN, FunctionArn: d.FunctionARN, State: d.state(),
		StateTransitionReason: "User action", LastModified: float64(d.modified.UnixMilli()) / 1000,
		FunctionResponseTypes: []string{},
	}
	if d.byUser {
		out.StateTransitionReason = "USER_INITIATED"
	}
	if len(d.Filters) > 0 {
		out.FilterCriteria = &filtersJSON{}
		for _, pattern := range d.Filters {
			out.FilterCriteria.Filters = append(out.FilterCriteria.Filters, filterJSON{pattern})
		}
	}
	switch m := d.SourceMapping.(type) {
	case *QueueMapping:
		out.ofQueue(m.Config())
	case *StreamMapping:
		out.ofStream(m.Config(), d.OnFailureARN)
	}
	return out
}

func (out *mappingJSON) ofQueue(c QueueMappingConfig) {
	out.BatchSize, out.MaximumBatchingWindowInSeconds = c.BatchSize, int(c.Window/time.Second)
	out.report(c.ReportBatchItemFailures)
	out.ScalingConfig = &scalingJSON{c.MaximumConcurrency}
}

func (out *mappingJSON) ofStream(c StreamMappingConfig, onFailure string) {
	out.BatchSize, out.MaximumBatchingWindowInSeconds = c.BatchSize, int(c.Window/time.Second)
	out.report(c.ReportBatchItemFailures)
	out.StartingPosition, out.ParallelizationFactor = string(c.StartingPosition), c.ParallelizationFactor
	out.MaximumRecordAgeInSeconds = new(int(c.MaximumRecordAge / time.Second))
	out.MaximumRetryAttempts, out.BisectBatchOnFunctionError = new(c.MaximumRetryAttempts), new(c.BisectBatchOnFunctionError)
	if onFailure != "" {
		out.DestinationConfig = &destinationJSON{onFailureJSON{onFailure}}
	}
}

const reportFailures = "ReportBatchItemFailures"

func (out *mappingJSON) report(failures bool) {
	if failures {
		out.FunctionResponseTypes = []string{reportFailures}
	}
}

type listMappingsOutput struct {
	EventSourceMappings []mappingJSON
	NextMarker          string `json:",omitzero"`
}

func (a *API) listMappings(r *wire.RESTRequest, _ *nothing) (listMappingsOutput, error) {
	source, function := r.Query.Get("EventSourceArn"), r.Query.Get("FunctionName")
	if function != "" {
		f, ok := a.Function(function)
		if !ok {
			return listMappingsOutput{}, notFound("Function not found: " + a.w.ARN("lambda", "function:"+function))
		}
		function = f.ARN
	}
	var list []mappingJSON
	for _, d := range a.mappings {
		if (source == "" || d.SourceARN == source) && (function == "" || d.FunctionARN == function) {
			list = append(list, a.showMapping(d))
		}
	}
	part, next := page(list, func(m mappingJSON) string { return m.UUID }, r.Query.Get("Marker"), number(r.Query.Get("MaxItems")))
	return listMappingsOutput{part, next}, nil
}

func (a *API) getMapping(r *wire.RESTRequest, _ *nothing) (mappingJSON, error) {
	d, err := a.mapping(r.Path["UUID"])
	if err != nil {
		return mappingJSON{}, err
	}
	return a.showMapping(d), nil
}

// updateInput has the settings that can be changed here. Others are refused by name.
type updateInput struct {
	FunctionName                   string
	Enabled                        *bool
	BatchSize                      *int
	MaximumBatchingWindowInSeconds *int
	FunctionResponseTypes          *[]string
	ScalingConfig                  *scalingJSON
	MaximumRecordAgeInSeconds      *int
	MaximumRetryAttempts           *int
	BisectBatchOnFunctionError     *bool
}

func (a *API) updateMapping(r *wire.RESTRequest, in *updateInput) (mappingJSON, error) {
	d, err := a.mapping(r.Path["UUID"])
	if err != nil {
		return mappingJSON{}, err
	}
	if in.FunctionName != "" && !strings.HasSuffix(d.FunctionARN, ":"+in.FunctionName) && in.FunctionName != d.FunctionARN {
		return mappingJSON{}, wire.Unsupported("a mapping that changes its function (FunctionName %s)", in.FunctionName)
	}
	switch m := d.SourceMapping.(type) {
	case *QueueMapping:
		err = in.queue(m)
	case *StreamMapping:
		err = in.stream(m)
	}
	if err != nil {
		return mappingJSON{}, invalidParameter(err.Error())
	}
	out := a.showMapping(d)
	if in.Enabled != nil && *in.Enabled != d.Enabled() {
		d.SetEnabled(*in.Enabled)
		out = a.showMapping(d)
		out.State = map[bool]string{true: "Enabling", false: "Disabling"}[*in.Enabled] // as Lambda answers, before it is done
	}
	d.modified, d.byUser = a.w.Now(), true
	return out, nil
}

func (in *updateInput) queue(m *QueueMapping) error {
	c := m.Config()
	assign(&c.BatchSize, in.BatchSize)
	in.window(&c.Window)
	in.reports(&c.ReportBatchItemFailures)
	if in.ScalingConfig != nil {
		c.MaximumConcurrency = in.ScalingConfig.MaximumConcurrency
	}
	return m.Reconfigure(c)
}

func (in *updateInput) stream(m *StreamMapping) error {
	c := m.Config()
	assign(&c.BatchSize, in.BatchSize)
	in.window(&c.Window)
	in.reports(&c.ReportBatchItemFailures)
	assign(&c.MaximumRetryAttempts, in.MaximumRetryAttempts)
	assign(&c.BisectBatchOnFunctionError, in.BisectBatchOnFunctionError)
	if in.MaximumRecordAgeInSeconds != nil {
		c.MaximumRecordAge = time.Duration(*in.MaximumRecordAgeInSeconds) * time.Second
	}
	return m.Reconfigure(c)
}

func (in *updateInput) window(to *time.Duration) {
	if in.MaximumBatchingWindowInSeconds != nil {
		*to = time.Duration(*in.MaximumBatchingWindowInSeconds) * time.Second
	}
}

func (in *updateInput) reports(to *bool) {
	if in.FunctionResponseTypes != nil {
		*to = slices.Contains(*in.FunctionResponseTypes, reportFailures)
	}
}

// assign changes a setting that the request names.
func assign[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}
