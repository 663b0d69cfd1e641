package lambda

import (
	"strings"
	"time"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
	"github.com/bot-preferences/bot-preferences/internal/localaws/world"
)

// An API is the part of Lambda's own API that reads functions and event source mappings,
// switches mappings on and off, and bounds a function's concurrency. It is not safe for concurrent use.
type API struct {
	w         *world.World
	created   time.Time
	functions []*Function
	mappings  []*Described
}

// A Function is what the API shows of a function.
type Function struct {
	Name        string // the physical one, such as bot-preferences-dev-republishPreferences
	ARN         string
	Handler     string
	RoleARN     string
	Timeout     time.Duration
	MemoryMB    int
	Environment map[string]string
	LogFormat   string // Text or JSON

	// Failure says why the last update of the function failed; empty: it was successful.
	Failure string

	reserved *int // concurrency; nil: none
	running  int
}

// A Described mapping is a mapping with what only the API shows of it.
type Described struct {
	SourceMapping
	SourceARN    string
	FunctionARN  string
	Filters      []string // JSON; a record passes if any matches, or if there are none
	OnFailureARN string   // of a queue; empty: none

	modified time.Time
	byUser   bool // the last change came over the API
}

// NewAPI makes an API without functions.
func NewAPI(w *world.World) *API { return &API{w: w, created: w.Now()} }

// AddFunction shows a function.
func (a *API) AddFunction(f Function) { a.functions = append(a.functions, &f) }

// AddMapping shows a mapping.
func (a *API) AddMapping(d Described) {
	d.modified = a.w.Now()
	a.mappings = append(a.mappings, &d)
}

// Function finds a function by its name, its ARN, or the part of the ARN from the account
// on. Each may end with :$LATEST.
func (a *API) Function(name string) (*Function, bool) {
	name = strings.TrimSuffix(name, ":$LATEST")
	for _, f := range a.functions {
		if name == f.Name || name == f.ARN || name == a.w.Account+":function:"+f.Name {
			return f, true
		}
	}
	return nil, false
}

func (a *API) mapping(id string) (*Described, error) {
	for _, d := range a.mappings {
		if d.ID() == id {
			return d, nil
		}
	}
	return nil, notFound("The resource you requested does not exist.")
}

func (d *Described) state() string {
	switch {
	case d.Enabled():
		return "Enabled"
	case len(d.State().InFlight) > 0:
		return "Disabling"
	}
	return "Disabled"
}

func notFound(text string) error {
	return &wire.Error{Code: "ResourceNotFoundException", Message: text, Status: 404, Members: map[string]any{"Type": "User", "Message": text}}
}

func invalidParameter(text string) error {
	return &wire.Error{Code: "InvalidParameterValueException", Message: text, Members: map[string]any{"Type": "User"}}
}

// page cuts a page out of a list: limit elements (0: 100) after the marker, which is the
// key of the last element before.
func page[T any](list []T, key func(T) string, marker string, limit int) (part []T, next string) {
	if limit <= 0 || limit > 100 {
		limit = 100
	}
	part = []T{}
	skipping := marker != ""
	for _, element := range list {
		switch {
		case skipping:
			skipping = key(element) != marker
		case len(part) == limit:
			return part, key(part[limit-1])
		default:
			part = append(part, element)
		}
	}
	return part, ""
}
