package templatediff

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A Template is what of a template is compared.
type Template struct {
	resources map[string]resource // by logical id
	outputs   map[string]string   // leaves by path
}

type resource struct {
	kind   string
	leaves map[string]string // JSON of each leaf below the resource, by path
}

// Parse reads a template in JSON, as osls compiles it.
func Parse(text []byte) (*Template, error) {
	var file struct {
		Resources map[string]struct {
			Type string
		}
		Outputs map[string]any
	}
	var whole struct{ Resources map[string]map[string]any }
	text = versionID.ReplaceAll(text, []byte("${1}LambdaVersion\""))
	if err := errors.Join(json.Unmarshal(text, &file), json.Unmarshal(text, &whole)); err != nil {
		return nil, fmt.Errorf("the template: %w", err)
	}
	if len(file.Resources) == 0 {
		return nil, errors.New("the template has no resources")
	}
	t := &Template{resources: map[string]resource{}, outputs: map[string]string{}}
	for id, r := range file.Resources {
		leaves := map[string]string{}
		flatten(leaves, "", whole.Resources[id])
		for path := range leaves {
			if moves(r.Type, path) {
				delete(leaves, path)
			}
		}
		t.resources[id] = resource{kind: r.Type, leaves: leaves}
	}
	flatten(t.outputs, "", file.Outputs)
	return t, nil
}

// versionID is the logical id of a version: it ends in a checksum of the code.
var versionID = regexp.MustCompile(`([A-Za-z0-9]+)LambdaVersion[A-Za-z0-9]{20,}"`)

// moves tells whether a leaf differs between any two packages.
func moves(kind, path string) bool {
	switch kind {
	case "AWS::Lambda::Function":
		return strings.HasPrefix(path, "Properties.Code.")
	case "AWS::Lambda::Version":
		return path == "Properties.CodeSha256"
	}
	return false
}

// flatten adds the leaves of a value. An empty map or list is a leaf.
func flatten(leaves map[string]string, path string, value any) {
	switch v := value.(type) {
	case map[string]any:
		for name, field := range v {
			flatten(leaves, join(path, name), field)
		}
		if len(v) > 0 {
			return
		}
	case []any:
		for i, item := range v {
			flatten(leaves, join(path, strconv.Itoa(i)), item)
		}
		if len(v) > 0 {
			return
		}
	}
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it came from JSON
	}
	leaves[path] = string(text)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
