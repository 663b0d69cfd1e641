package apigateway

import (
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A requestPath is a request's path in the two forms that API Gateway makes of it. It
// decodes a path, cuts it at the first question mark, and decodes the rest once more.
//
// Captures of a real HTTP API show that for the route $default: see the repository
// hotsock/voker, vokerhttp/testdata/ingress-paths.json. No capture shows a route with
// variables. That its segments are those of the first form agrees with reports that
// /{a}/b takes x%252Fy for {a} and answers x%2Fy with 404.
type requestPath struct {
	routed string // decoded once and cut; its segments are matched against routes
	raw    string // decoded twice; the function sees it as rawPath
}

var slashes = regexp.MustCompile("//+")

// rewrite makes both forms. It fails where one of the two decodings does, or where the
// result is not UTF-8. Repeated slashes become one, whether they came encoded or not:
// see issue 53 of the repository brefphp/symfony-bridge.
func rewrite(escaped string) (requestPath, bool) {
	routed, ok := decode(escaped)
	if !ok {
		return requestPath{}, false
	}
	routed, _, _ = strings.Cut(routed, "?")
	routed = slashes.ReplaceAllString(routed, "/")
	raw, ok := decode(routed)
	return requestPath{routed: routed, raw: raw}, ok
}

// decode undoes percent-encoding once. It fails if the encoding is broken or the result
// is not UTF-8.
func decode(escaped string) (string, bool) {
	value, err := url.PathUnescape(escaped)
	return value, err == nil && utf8.ValidString(value)
}
