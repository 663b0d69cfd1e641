package stack

// tellParameters calls Options.Parameter with the parameters that the file declares,
// for any stage.
func (v *variables) tellParameters() {
	if v.options.Parameter == nil {
		return
	}
	for _, section := range keysOf(v.root.field("params")) {
		for _, name := range keysOf(v.root.field("params").field(section)) {
			v.options.Parameter(name)
		}
	}
}

// keysOf accepts nil, too.
func keysOf(n *node) []string {
	if n == nil {
		return nil
	}
	return n.keys()
}

// tellAsked calls it with the parameters that variables refer to, needed or not.
func (v *variables) tellAsked(found []expression) {
	if v.options.Parameter == nil {
		return
	}
	for _, e := range found {
		for _, s := range e.sources {
			if s.kind == "param" {
				v.options.Parameter(s.address)
			}
		}
	}
}
