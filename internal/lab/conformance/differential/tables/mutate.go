package tables

import "slices"

// scraps are tokens to put where they do not belong.
var scraps = []string{
	"(", ")", ",", ".", "[", "]", "=", "<", ">", "<>", "<=", "+", "-", "AND", "or", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "add", "DELETE", "a", "n", "#n", ":v", "0", "01", "-1", "1.5",
	"size", "list_append", "if_not_exists", "status", "*", "/", "!=", "==", "'x'", `"x"`, ";", "#", ":", "é", "$", "\x00", "_a", "1a", "\u00a0", "%", "@",
}

// mutate changes one or two tokens of an expression.
func (g *generator) mutate(tokens []string) []string {
	g.feature("mutated")
	out := slices.Clone(tokens)
	for range 1 + g.IntN(2) {
		if len(out) == 0 {
			return append(out, pick(g, scraps))
		}
		i := g.IntN(len(out))
		switch g.IntN(7) {
		case 0:
			out = slices.Delete(out, i, i+1)
		case 1:
			out = slices.Insert(out, i, out[i])
		case 2:
			j := g.IntN(len(out))
			out[i], out[j] = out[j], out[i]
		case 3:
			out[i] = pick(g, scraps)
		case 4:
			out = slices.Insert(out, i, pick(g, scraps))
		case 5:
			j := i + 1 + g.IntN(len(out)-i)
			out = slices.Insert(slices.Clone(out), j, ")")
			out = slices.Insert(out, i, "(")
		default:
			out = out[:i] // it ends early
		}
	}
	return out
}
