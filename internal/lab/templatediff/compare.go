package templatediff

import (
	"fmt"
	"maps"
	"slices"
)

// A Diff is what a deployment of the newer template would do.
type Diff struct {
	Changes []Change // sorted by logical id
	Outputs []Leaf   // sorted by path
}

// A Change is one resource that is added, removed or changed.
type Change struct {
	ID, Type string
	Kind     Kind
	Leaves   []Leaf // of a changed resource, sorted by path
	Warning  string // what is lost; empty: nothing
}

// A Leaf is a value that differs. Old or New is empty where there is none, and else JSON.
type Leaf struct{ Path, Old, New string }

// Kind is what happens to a resource.
type Kind string

// What happens to a resource.
const (
	Added   Kind = "added"
	Removed Kind = "removed"
	Changed Kind = "changed"
)

// Compare returns how the newer template differs.
func Compare(older, newer *Template) Diff {
	d := Diff{Outputs: differing(older.outputs, newer.outputs)}
	ids := maps.Clone(older.resources)
	maps.Copy(ids, newer.resources)
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		before, was := older.resources[id]
		after, is := newer.resources[id]
		switch {
		case !was:
			d.Changes = append(d.Changes, Change{ID: id, Type: after.kind, Kind: Added})
		case !is:
			d.Changes = append(d.Changes, Change{ID: id, Type: before.kind, Kind: Removed, Warning: removing(before)})
		default:
			if leaves := differing(before.leaves, after.leaves); len(leaves) > 0 {
				d.Changes = append(d.Changes, Change{ID: id, Type: after.kind, Kind: Changed, Leaves: leaves, Warning: replacing(before, after, leaves)})
			}
		}
	}
	return d
}

func differing(older, newer map[string]string) (leaves []Leaf) {
	paths := maps.Clone(older)
	maps.Copy(paths, newer)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if older[path] != newer[path] {
			leaves = append(leaves, Leaf{path, older[path], newer[path]})
		}
	}
	return leaves
}

// removing says what the removal of a resource loses.
func removing(r resource) string {
	what, _ := holds(r.kind)
	switch {
	case what == "":
		return ""
	case r.leaves["DeletionPolicy"] == `"Retain"`:
		return "stays behind with its " + what + ", outside of the stack"
	}
	return "loses its " + what
}

// replacing says what a change loses that makes a new resource.
func replacing(before, after resource, leaves []Leaf) string {
	if before.kind != after.kind {
		return removing(before)
	}
	for _, leaf := range leaves {
		if replaces(after.kind, leaf.Path) {
			what, _ := holds(after.kind)
			return fmt.Sprintf("is made anew for %s, without its %s", leaf.Path, what)
		}
	}
	return ""
}
