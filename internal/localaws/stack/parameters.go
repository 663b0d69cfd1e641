package stack

// tellParameters has Options.Parameter told of the parameters that the file
// declares, for whatever stage.
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

// keysOf is also for what is not there.
func keysOf(n *node) []string {
	if n == nil {
		return nil
	}
	return n.keys()
}

// tellAsked has it told of those that variables ask for, needed or not.
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
