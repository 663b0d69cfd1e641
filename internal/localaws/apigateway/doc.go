// Package apigateway is API Gateway's HTTP API with Lambda integrations of payload
// format 2.0. It is a pure translation in both directions:
//
//	in, refused := apigateway.Read(r)         // net/http -> request, within the limits
//	request, refused := api.Translate(in)     // request -> route and event
//	answer := request.Answer(result)          // the function's result -> HTTP
//	answer.Write(w, r)                        // HTTP -> net/http
//
// Duties of the caller: mount it, invoke request.Invocation in between, and give up
// after Timeout. Only Translate uses the World, so only it must be serialized with the
// machines. Mount it as the server's handler itself. An http.ServeMux would redirect
// /preferences/.. to a cleaned path.
//
// Paths are rewritten as API Gateway does it. A path is decoded, cut at the first
// question mark, and decoded once more: /preferences/victim%3Fx is the user victim, and
// a%252Fb is the user a/b. Segments are those after the first decoding, so a%2Fb is two
// of them. Send a value that has such characters in the query, which is decoded once.
// The segments . and .. are texts like any other. As in AWS, rawPath is the decoded path
// in spite of its name.
//
// Differences from AWS: bytes in path or query that are not UTF-8 are answered with
// 400, because replacing them would make one user of two. Not modelled: authorizers and
// IAM signatures (every caller is accepted), CORS, stages other than $default,
// throttling by rate.
package apigateway
