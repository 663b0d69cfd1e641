// Package source reads catalogue.yaml, with every fault that it has: file, line,
// field and rule, and compares two catalogues. The command botprefs uses it, and so may
// tests. A function does not link it: it loads what botprefs compiled.
//
// Limits keep a catalogue cheap to read and a value cheap to judge, whoever wrote them.
// It refuses these, beside wrong words:
//
//   - a file over MaxFileBytes, more than MaxEntries entries, nesting below MaxDepth
//   - anchors, aliases and tags
//   - a $ref that leads outside or in a circle
//   - a schema of more than MaxSchemas parts, with every $ref replaced by what it names
//   - a pattern of more than MaxPattern instructions
package source
