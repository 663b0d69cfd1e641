// Package testdata embeds the golden events, so that tests of any package can
// read them wherever they run. Package
// internal/lab/contracttest/changes reads the changes.
//
//	change/outcomes.json      what each malformed change comes to
//	change/malformed/         their texts, to the byte
//	change/valid/x.json       a valid change
//	change/valid/x.want.json  what x.json decodes to
//	updated/valid/            announcements
//	updated/malformed/        announcements that are refused
package testdata

import "embed"

// Files are the golden files.
//
//go:embed change updated
var Files embed.FS
