// Package apigateway is API Gateway's HTTP API with Lambda integrations of
// payload format 2.0, as a pure translation in both directions:
//
//	in, refused := apigateway.Read(r)         // net/http -> request, within the limits
//	request, refused := api.Translate(in)     // request -> route and event
//	answer := request.Answer(result)          // the function's result -> HTTP
//	answer.Write(w, r)                        // HTTP -> net/http
//
// The caller mounts it, invokes request.Invocation in between and gives up
// after Timeout. Only Translate uses the World, so only it needs the machines'
// turn. Mount it as the server's handler itself and not in an http.ServeMux,
// which redirects /preferences/.. to a cleaned path.
//
// Paths are matched as they came, percent-encoded and segment by segment; a
// path parameter is decoded exactly once and nothing is cleaned: %2F stays
// inside its parameter, and .. is a user like any other. As in AWS, rawPath is
// the decoded path in spite of its name.
//
// Where AWS differs: bytes that are not UTF-8 in path or query are answered
// with 400 here, for replacing them would make two users one. Not modelled:
// authorizers and IAM signatures (every caller is let in), CORS, stages other
// than $default, throttling by rate.
package apigateway
