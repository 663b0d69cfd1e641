package repotest

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// Folders that import each other cannot be understood one after the other. Go
// refuses cycles of packages only.
func TestRoomsHaveNoCycle(t *testing.T) {
	if c := cycle(graph(sources(t), byRoom)); c != nil {
		t.Errorf("these rooms import each other: %s", strings.Join(c, " -> "))
	}
}

func TestTopLevelFoldersHaveNoCycle(t *testing.T) {
	if c := cycle(graph(sources(t), byTopLevel)); c != nil {
		t.Errorf("these folders import each other: %s", strings.Join(c, " -> "))
	}
}

func TestAPlantedCycleIsFound(t *testing.T) {
	// No package of events imports queue's, which imports events.
	files := append(slices.Clone(sources(t)), planted(t, "events/planted/planted.go", "package planted\n\nimport _ \""+module+"/queue\"\n"))
	for name, group := range map[string]func(string, bool) string{"rooms": byRoom, "top-level folders": byTopLevel} {
		if c := cycle(graph(files, group)); len(c) < 3 || c[0] != c[len(c)-1] || !slices.Contains(c, "events") || !slices.Contains(c, "queue") {
			t.Errorf("%s: found %q, want a cycle of events and queue", name, c)
		}
	}
}

// byRoom groups folders by their row. Each main is a room of its own.
func byRoom(folder string, main bool) string {
	if r := roomOf(rooms, folder); r != nil && !main {
		return r.folder
	}
	return folder
}

// byTopLevel groups folders by the first element of their path. The lab is not
// part of internal here: it proves the rest, and so imports all of it.
func byTopLevel(folder string, _ bool) string {
	if under(folder, "internal/lab") {
		return "internal/lab"
	}
	first, _, _ := strings.Cut(folder, "/")
	return first
}

// graph returns which groups of folders the production code of a group imports.
func graph(files []source, group func(folder string, main bool) string) map[string]map[string]bool {
	edges := map[string]map[string]bool{}
	for _, s := range files {
		if s.isTest() {
			continue
		}
		from := group(s.folder(), s.isMain())
		for _, path := range s.imports() {
			folder, ours := own(path)
			if to := group(folder, false); ours && to != from {
				if edges[from] == nil {
					edges[from] = map[string]bool{}
				}
				edges[from][to] = true
			}
		}
	}
	return edges
}

// cycle returns a way through the graph that ends where it begins; nil: there is none.
func cycle(edges map[string]map[string]bool) []string {
	done := map[string]bool{}
	var way []string
	var visit func(string) []string
	visit = func(node string) []string {
		if i := slices.Index(way, node); i >= 0 {
			return append(slices.Clone(way[i:]), node)
		}
		if done[node] {
			return nil
		}
		way = append(way, node)
		for _, next := range slices.Sorted(maps.Keys(edges[node])) {
			if c := visit(next); c != nil {
				return c
			}
		}
		way = way[:len(way)-1]
		done[node] = true
		return nil
	}
	for _, node := range slices.Sorted(maps.Keys(edges)) {
		if c := visit(node); c != nil {
			return c
		}
	}
	return nil
}
