// Package guidetest executes the documents by which people come in.
//
// Its tests compile every Go program and fragment of the README and of the guides,
// and read every JSON example as the pipeline would. With the build tag e2e they
// also follow docs/start.md, docs/http.md and docs/cli.md as a reader does: they write the
// files, run the commands and compare what the pages say that one sees.
//
//	go test ./internal/lab/guidetest
//	go test -tags e2e -v ./internal/lab/guidetest
//
// Nothing of a page is repeated here. A page says in the paragraph before a
// block what the block is:
//
//	Write `mine/bot/main.go`:     a file, and what it contains
//	In terminal 2:                commands to run
//	Terminal 1 shows:             lines that the terminal has printed
package guidetest

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// A Block is one fenced block of a page.
type Block struct {
	Page     string // its path from the root
	Line     int    // of the opening fence
	Language string // what the fence says
	Lead     string // the paragraph before it, on one line
	Text     string // with a newline at the end
}

// Blocks reads a page.
func Blocks(root, page string) ([]Block, error) {
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		return nil, err
	}
	var blocks []Block
	var open *Block
	var lead []string
	for i, line := range strings.Split(string(text), "\n") {
		trimmed := strings.TrimSpace(line)
		switch fence, ok := strings.CutPrefix(trimmed, "```"); {
		case ok && open == nil:
			open = &Block{Page: page, Line: i + 1, Language: fence, Lead: strings.Join(lead, " ")}
		case ok:
			blocks = append(blocks, *open)
			open, lead = nil, nil
		case open != nil:
			open.Text += line + "\n"
		case trimmed != "" && len(lead) > 0 && lead[len(lead)-1] == "":
			lead = []string{trimmed} // a new paragraph
		default:
			lead = append(lead, trimmed)
		}
	}
	for i := range blocks {
		blocks[i].Lead = strings.TrimSpace(blocks[i].Lead)
	}
	return blocks, nil
}

var (
	fileInLead     = regexp.MustCompile("`([^` ]+\\.(?:go|yml))`[^`]*:$")
	terminalInLead = regexp.MustCompile(`\b[Tt]erminal (\d)\b`)
)

// File is the name that the lead gives to the block, "" where it gives none.
func (b *Block) File() string { return submatch(fileInLead, b.Lead) }

// Terminal is the number of the terminal that the lead names, "" where it names none.
func (b *Block) Terminal() string { return submatch(terminalInLead, b.Lead) }

func submatch(r *regexp.Regexp, text string) string {
	if m := r.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}
