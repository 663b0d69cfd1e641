package apigateway

import (
	"encoding/base64"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// headers returns lower-case headers, with repeated ones joined by commas. It leaves
// out cookies and adds API Gateway's own headers.
func (a *API) headers(in *Incoming, trace string) map[string]string {
	out := map[string]string{}
	for name, values := range in.Header {
		if name != "Cookie" {
			out[strings.ToLower(name)] = valid(strings.Join(values, ","))
		}
	}
	_, port, err := net.SplitHostPort(in.Host)
	if err != nil {
		port = "80"
	}
	forwarded := in.RemoteIP
	if before := in.Header.Values("X-Forwarded-For"); len(before) > 0 {
		forwarded = strings.Join(before, ", ") + ", " + forwarded
	}
	out["host"] = valid(in.Host)
	out["x-amzn-trace-id"] = trace
	out["x-forwarded-for"] = valid(forwarded)
	out["x-forwarded-port"] = port
	out["x-forwarded-proto"] = "http"
	return out
}

func cookies(header http.Header) []string {
	var all []string
	for _, line := range header.Values("Cookie") {
		for _, cookie := range strings.Split(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				all = append(all, valid(cookie))
			}
		}
	}
	return all
}

// queryParameters decodes the query. The values of a repeated name are joined by commas
// in their order. It fails if the result is not UTF-8. Unlike url.ParseQuery it treats
// a semicolon as an ordinary character.
func queryParameters(raw string) (map[string]string, bool) {
	var out map[string]string
	for _, pair := range strings.Split(raw, "&") {
		if pair == "" {
			continue
		}
		left, right, _ := strings.Cut(pair, "=")
		name, err1 := url.QueryUnescape(left)
		value, err2 := url.QueryUnescape(right)
		if err1 != nil || err2 != nil || !utf8.ValidString(name) || !utf8.ValidString(value) {
			return nil, false
		}
		if out == nil {
			out = map[string]string{}
		}
		if before, ok := out[name]; ok {
			value = before + "," + value
		}
		out[name] = value
	}
	return out, true
}

// body returns text if the content type is textual and the body is UTF-8, else base64.
func body(in *Incoming) (text string, encoded bool) {
	if textual(in.Header.Get("Content-Type")) && utf8.Valid(in.Body) {
		return string(in.Body), false
	}
	return base64.StdEncoding.EncodeToString(in.Body), len(in.Body) > 0
}

// textual lists the content types that API Gateway passes on as text. A form
// (application/x-www-form-urlencoded) is not among them.
func textual(contentType string) bool {
	if contentType == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	switch kind {
	case "application/json", "application/javascript", "application/xml":
		return true
	}
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "+json") || strings.HasSuffix(kind, "+xml")
}

// valid replaces bytes that are not UTF-8. Headers may have them, and JSON may not.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }
