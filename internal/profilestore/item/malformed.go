package item

import "strconv"

// A MalformedError says which attribute of an item cannot be read. The item
// stays unreadable until somebody repairs it: trying again does not help.
type MalformedError struct {
	Attribute string // its name; a member of a map after a dot
	Rule      string // what would be right
}

// Error names the attribute in printable ASCII and shows no value.
func (e *MalformedError) Error() string {
	name := e.Attribute
	if len(name) > 100 {
		name = name[:100] + "..."
	}
	name = strconv.QuoteToASCII(name)
	return "stored attribute " + name[1:len(name)-1] + " " + e.Rule
}

func malformed(attribute, rule string) error {
	return &MalformedError{Attribute: attribute, Rule: rule}
}
