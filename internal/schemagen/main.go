// Command schemagen writes the schemas that serverless.yml puts into an EventBridge
// schema registry. A registry accepts OpenApi3 or JSONSchemaDraft4, so the command
// converts the schemas of package events, which are the source, to draft 4.
//
// A schema describes the whole event including its envelope, as in the registries that
// EventBridge fills itself. Code bindings are made from that. A schema for a known
// source is named "source@detail-type" (EventBridge User Guide, "Creating a schema from
// event JSON"). Tools that write rules read x-amazon-events-detail-type and
// x-amazon-events-source.
//
// Both drafts accept and refuse the same details, with these differences:
//
//   - 1.0 is an integer since draft 6. A draft 4 validator may refuse it as a revision.
//   - propertyNames becomes patternProperties with additionalProperties false, const
//     becomes an enum of one, and $defs becomes definitions. The meaning is the same.
//   - examples, and descriptions beside a $ref, are left out.
//
// The descriptions say what no schema can express.
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
