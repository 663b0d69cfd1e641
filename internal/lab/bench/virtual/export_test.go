package virtual

// Keep gives a function an environment that it does not use. For tests.
func (c *Cloud) Keep(function string, h Handler) { c.idle[function] = append(c.idle[function], h) }
