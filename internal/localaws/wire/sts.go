package wire

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
)

// identity is the answer of STS's GetCallerIdentity in the query protocol.
type identity struct {
	XMLName   xml.Name       `xml:"https://sts.amazonaws.com/doc/2011-06-15/ GetCallerIdentityResponse"`
	Result    identityResult `xml:"GetCallerIdentityResult"`
	RequestID string         `xml:"ResponseMetadata>RequestId"`
}

type identityResult struct {
	ARN     string `xml:"Arn"`
	UserID  string `xml:"UserId"`
	Account string `xml:"Account"`
}

// identify answers GetCallerIdentity, in every region. It returns false, with the
// request as it was, if the request is another one.
func (f *front) identify(w http.ResponseWriter, r *http.Request, id string) bool {
	if _, service := scope(r); service != "sts" || !isForm(r) || r.Header.Get("X-Amz-Target") != "" {
		return false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxForm))
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, malformed := url.ParseQuery(string(body))
	if err != nil || malformed != nil || form.Get("Action") != "GetCallerIdentity" {
		return false
	}
	out := identity{Result: identityResult{ARN: "arn:aws:iam::" + f.Account + ":root", UserID: f.Account, Account: f.Account}, RequestID: id}
	if f.Role != nil {
		if role, session, ok := f.Role(r.Header.Get("X-Amz-Security-Token")); ok {
			out.Result.ARN = "arn:aws:sts::" + f.Account + ":assumed-role/" + role + "/" + session
			out.Result.UserID = "AROALOCALAWSLOCALAWS0:" + session
		}
	}
	text, err := xml.Marshal(out)
	if err != nil {
		writeError(w, &Service{Version: "1.0"}, err)
		return true
	}
	w.Header().Set("Content-Type", "text/xml")
	_, _ = w.Write(text) // an error means that the client has gone
	return true
}
