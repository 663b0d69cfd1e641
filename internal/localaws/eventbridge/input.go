package eventbridge

import (
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// InputTransformer makes the body from a template. Paths names JSON paths into the
// event. Template is JSON, or JSON strings line by line. In it, <name> stands for the
// value at the path of that name, or for one of EventBridge's own: aws.events.rule-arn,
// aws.events.rule-name, aws.events.event.ingestion-time, aws.events.event (without
// detail) and aws.events.event.json.
type InputTransformer struct {
	Paths    map[string]string
	Template string
}

const (
	maxPaths    = 100
	maxTemplate = 8192 // characters, of Input and Template
	maxPath     = 256  // characters
)

var ownVariables = []string{
	"aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time", "aws.events.event", "aws.events.event.json",
}

var placeholder = regexp.MustCompile(`<([A-Za-z0-9._-]+)>`)

func (t *TargetConfig) checkInput() error {
	given := 0
	for _, set := range []bool{t.Input != "", t.InputPath != "", t.InputTransformer != nil} {
		if set {
			given++
		}
	}
	switch {
	case given > 1:
		return invalid("Only one of Input, InputPath, or InputTransformer must be provided for target %s.", t.ID)
	case t.Input != "" && (len(t.Input) > maxTemplate || !jsontext.Value(t.Input).IsValid()):
		return invalid("Input of target %s: must be JSON of at most %d characters.", t.ID, maxTemplate)
	case t.InputPath != "":
		return checkPath("InputPath", t.ID, t.InputPath)
	case t.InputTransformer != nil:
		return t.InputTransformer.check(t.ID)
	}
	return nil
}

func (i *InputTransformer) check(target string) error {
	if i.Template == "" || len(i.Template) > maxTemplate {
		return invalid("InputTransformer.InputTemplate of target %s: must have 1 to %d characters.", target, maxTemplate)
	}
	if len(i.Paths) > maxPaths {
		return invalid("InputTransformer.InputPathsMap of target %s: must have at most %d entries.", target, maxPaths)
	}
	for _, name := range slices.Sorted(maps.Keys(i.Paths)) {
		path := i.Paths[name]
		if strings.HasPrefix(strings.ToLower(name), "aws") {
			return invalid("InputTransformer.InputPathsMap of target %s: the name %s must not start with AWS.", target, name)
		}
		if err := checkPath("InputTransformer.InputPathsMap."+name, target, path); err != nil {
			return err
		}
	}
	for _, m := range placeholder.FindAllStringSubmatch(i.Template, -1) {
		if _, ok := i.Paths[m[1]]; !ok && !slices.Contains(ownVariables, m[1]) {
			return invalid("InputTemplate for target %s contains invalid placeholder %s.", target, m[1])
		}
	}
	return nil
}

// input returns the body for a target. An error is final: the event can never be
// delivered to it.
func (t *TargetConfig) input(d *Delivery, envelope []byte) (string, *DeliveryError) {
	switch {
	case t.Input != "":
		return t.Input, nil
	case t.InputPath != "":
		if part, ok := walk(envelope, t.InputPath); ok {
			return string(part), nil
		}
		return "{}", nil
	case t.InputTransformer != nil:
		body := t.InputTransformer.apply(d, envelope)
		if !isJSON(body) {
			return "", &DeliveryError{Code: "INVALID_JSON", Message: "The input template does not give valid JSON.", Final: true}
		}
		return body, nil
	}
	return string(envelope), nil
}

// isJSON tells whether a text is one or more JSON values.
func isJSON(text string) bool {
	d := jsontext.NewDecoder(strings.NewReader(text), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	for n := 0; ; n++ {
		if err := d.SkipValue(); err != nil {
			return err == io.EOF && n > 0
		}
	}
}

// apply fills the template. A template that starts with a quotation mark is text, and
// objects and arrays lose their quotation marks in it. In a JSON template they are
// inserted unchanged. Within a string that breaks the result, as it does in
// EventBridge. A path that finds nothing gives the empty string.
func (i *InputTransformer) apply(d *Delivery, envelope []byte) string {
	isText := strings.HasPrefix(strings.TrimSpace(i.Template), `"`)
	var b strings.Builder
	inString := false
	for rest := i.Template; rest != ""; {
		if at := placeholder.FindStringSubmatchIndex(rest); at != nil && at[0] == 0 {
			b.WriteString(render(i.value(rest[at[2]:at[3]], d, envelope), inString, isText))
			rest = rest[at[1]:]
			continue
		}
		n := 1
		switch {
		case rest[0] == '"':
			inString = !inString
		case rest[0] == '\\' && inString && len(rest) > 1:
			n = 2
		}
		b.WriteString(rest[:n])
		rest = rest[n:]
	}
	return b.String()
}

func (i *InputTransformer) value(name string, d *Delivery, envelope []byte) jsontext.Value {
	switch name {
	case "aws.events.rule-arn":
		return quoted(d.RuleARN)
	case "aws.events.rule-name":
		return quoted(d.Rule)
	case "aws.events.event.ingestion-time":
		return quoted(d.Accepted.UTC().Format(time.RFC3339))
	case "aws.events.event":
		return d.Event.withoutDetail()
	case "aws.events.event.json":
		return envelope
	}
	if v, ok := walk(envelope, i.Paths[name]); ok {
		return v
	}
	return jsontext.Value(`""`)
}

func render(v jsontext.Value, inString, isText bool) string {
	switch {
	case !inString:
		return string(v)
	case v.Kind() == '"':
		return string(v[1 : len(v)-1])
	case isText:
		v = slices.Clone(v)
		_ = v.Compact() // it was valid JSON
		return strings.ReplaceAll(string(v), `"`, "")
	}
	return string(v)
}
