package source

import (
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/bot-preferences/bot-preferences/catalogue"
	"github.com/bot-preferences/bot-preferences/events"
)

// MaxEntries is how many entries a catalogue may have: as many as a profile has keys.
const MaxEntries = events.MaxProfileKeys

// maxVersion is the greatest integer that every reader of JSON keeps exactly.
const maxVersion = 1<<53 - 1

// Open reads a file. Where that is a catalogue with faults, the error is Faults, which
// name the file by its last part.
func Open(path string) (*catalogue.Catalogue, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > MaxFileBytes { // not even read
		return nil, Faults{{filepath.Base(path), 1, "", "is " + strconv.FormatInt(info.Size(), 10) + " bytes long, at most " + strconv.Itoa(MaxFileBytes) + " are allowed"}}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Read(filepath.Base(path), text)
}

// Read reads the text of a catalogue. file is its name in messages. If the catalogue
// has faults, the error is Faults, with all of them.
func Read(file string, text []byte) (*catalogue.Catalogue, error) {
	r := reader{file: file}
	var c *catalogue.Catalogue
	if root := r.parse(text); root != nil {
		c = r.catalogue(root)
	}
	if len(r.faults) > 0 {
		r.faults.sort()
		return nil, r.faults
	}
	return c, nil
}

// catalogue reads the words of the file. It returns nil after a fault.
func (r *reader) catalogue(root *yaml.Node) *catalogue.Catalogue {
	var version int64
	unknown := catalogue.Accept
	var entries []catalogue.Entry
	given := map[string]bool{}
	for _, m := range members(root) {
		given[m.name] = true
		switch m.name {
		case "version":
			version = r.version(m)
		case "unknown":
			unknown = word(r, m.node, m.name, catalogue.Accept, catalogue.Warn, catalogue.Refuse)
		case "preferences":
			entries = r.entries(m)
		default:
			r.fault(m.line, printable(m.name), "is not a word of a catalogue: version, unknown, preferences")
		}
	}
	for _, needed := range []string{"version", "preferences"} {
		if !given[needed] {
			r.fault(root.Line, needed, "is required")
		}
	}
	if len(r.faults) > 0 {
		return nil
	}
	c, err := catalogue.New(version, unknown, entries)
	if err != nil {
		r.fault(root.Line, "", "%s", err)
	}
	return c
}

func (r *reader) version(m member) int64 {
	version, err := strconv.ParseInt(m.node.Value, 10, 64)
	if m.node.Kind != yaml.ScalarNode || m.node.ShortTag() != "!!int" || err != nil || version < 1 || version > maxVersion {
		r.fault(m.line, m.name, "must be a positive integer, at most %d", int64(maxVersion))
	}
	return version
}

// word reads one of a few words.
func word[W ~string](r *reader, n *yaml.Node, field string, words ...W) W {
	w := W(n.Value)
	if n.Kind != yaml.ScalarNode || !slices.Contains(words, w) {
		list := ""
		for i, known := range words {
			switch {
			case i > 0 && i == len(words)-1:
				list += " or "
			case i > 0:
				list += ", "
			}
			list += string(known)
		}
		r.fault(n.Line, field, "must be %s", list)
	}
	return w
}

func (r *reader) entries(m member) (entries []catalogue.Entry) {
	if m.node.Kind != yaml.MappingNode {
		r.fault(m.line, m.name, "must be a mapping")
		return nil
	}
	list := members(m.node)
	if len(list) > MaxEntries {
		r.fault(m.line, m.name, "has %d entries, at most %d are allowed", len(list), MaxEntries)
		return nil
	}
	for _, m := range list {
		entries = append(entries, r.entry(m))
	}
	return entries
}
