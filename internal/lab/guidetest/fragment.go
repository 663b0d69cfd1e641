package guidetest

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
)

const module = "github.com/bot-preferences/bot-preferences"

// packages are the imports that a fragment may leave out, by their names.
var packages = map[string]string{
	"context": "context", "errors": "errors", "fmt": "fmt", "http": "net/http", "log": "log", "os": "os", "slices": "slices", "time": "time",
	"aws":         "github.com/aws/aws-sdk-go-v2/aws",
	"config":      "github.com/aws/aws-sdk-go-v2/config",
	"dynamodb":    "github.com/aws/aws-sdk-go-v2/service/dynamodb",
	"eventbridge": "github.com/aws/aws-sdk-go-v2/service/eventbridge",
	"sqs":         "github.com/aws/aws-sdk-go-v2/service/sqs",
	"lambda":      "github.com/aws/aws-lambda-go/lambda",
	"awsconfig":   module + "/awsconfig",
	"copytable":   module + "/subscriber/copytable",
	"eventbus":    module + "/eventbus",
	"events":      module + "/events",
	"filter":      module + "/subscriber/filter",
	"producers":   module + "/producers",
	"queue":       module + "/queue",
	"subscriber":  module + "/subscriber",
}

// given are variables that a fragment may use without declaring them.
var given = map[string]string{
	"ctx":       "context.Context",
	"cfg":       "aws.Config",
	"publisher": "*producers.Publisher",
	"change":    "events.PreferenceChange",
	"keep":      "func(events.PreferenceChange)",
	"signing":   "*http.Client",
	"store":     "subscriber.Store",
	"copies":    "*subscriber.Projection",
}

// Program makes a whole file of a page's Go block: a program as it is, else
// declarations or statements with the imports and variables that they lack.
func Program(text string) ([]byte, error) {
	if _, err := parser.ParseFile(token.NewFileSet(), "", text, parser.PackageClauseOnly); err == nil {
		return []byte(text), nil
	}
	body, err := declarations(text)
	if err != nil {
		return nil, err
	}
	var head strings.Builder
	for _, name := range slices.Sorted(maps.Keys(given)) {
		fmt.Fprintf(&head, "var %s %s\n", name, given[name])
	}
	whole := head.String() + body
	used, err := selectors(whole)
	if err != nil {
		return nil, err
	}
	var imports strings.Builder
	for _, name := range used {
		fmt.Fprintf(&imports, "import %q\n", packages[name])
	}
	return format.Source([]byte("package page\n\n" + imports.String() + whole))
}

// declarations is the text itself, or a function around it that uses what it declares.
func declarations(text string) (string, error) {
	set := token.NewFileSet()
	if _, err := parser.ParseFile(set, "", "package page\n"+text, parser.SkipObjectResolution); err == nil {
		return text, nil
	}
	file, err := parser.ParseFile(set, "", "package page\nfunc _() {\n"+text+"\n}", parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	var uses bytes.Buffer
	for _, statement := range file.Decls[0].(*ast.FuncDecl).Body.List {
		assign, ok := statement.(*ast.AssignStmt)
		if !ok || assign.Tok != token.DEFINE {
			continue
		}
		for _, left := range assign.Lhs {
			if name := left.(*ast.Ident).Name; name != "_" {
				fmt.Fprintf(&uses, "_ = %s\n", name)
			}
		}
	}
	return "func _() {\n" + text + "\n" + uses.String() + "}\n", nil
}

// selectors are the packages that the text uses, ascending.
func selectors(text string) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", "package page\n"+text, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && packages[x.Name] != "" {
				used[x.Name] = true
			}
		}
		return true
	})
	return slices.Sorted(maps.Keys(used)), nil
}
