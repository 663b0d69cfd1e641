// Command schemagen writes the schemas that serverless.yml puts into an
// EventBridge schema registry. A registry takes OpenApi3 or JSONSchemaDraft4, so
// the schemas of package events, which are the source, are rewritten in draft 4.
// As in the registries that EventBridge fills itself, a schema describes the
// whole event, envelope included, which is what code bindings are made of, and
// one of a known source is named "source@detail-type" (EventBridge User Guide,
// "Creating a schema from event JSON"; x-amazon-events-detail-type and its
// sibling are read by tools that write rules).
//
// Both drafts accept and refuse the same details, but for this, which draft 4
// cannot say or says otherwise:
//
//   - 1.0 is an integer since draft 6. In draft 4 a validator may refuse it as a
//     revision.
//   - propertyNames becomes patternProperties with additionalProperties false,
//     const becomes an enum of one, $defs becomes definitions: the same, in
//     other words.
//   - examples, and descriptions beside a $ref, are left out.
//
// What no schema can say is in the descriptions.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . -out ../../events/registry

func main() {
	folder := flag.String("out", ".", "where the schemas go")
	flag.Parse()
	for _, e := range registered {
		text, err := e.content()
		if err == nil {
			err = os.WriteFile(filepath.Join(*folder, e.file), text, 0o644)
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "schemagen: %s: %v\n", e.file, err)
			os.Exit(1)
		}
	}
}
