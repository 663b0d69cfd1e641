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
// Paths are matched as they arrive, percent-encoded and segment by segment. A path
// parameter is decoded exactly once and nothing is cleaned: %2F stays inside its
// parameter, and .. is a user like any other. As in AWS, rawPath is the decoded path in
// spite of its name.
//
// Differences from AWS: bytes in path or query that are not UTF-8 are answered with
// 400, because replacing them would make one user of two. Not modelled: authorizers and
// IAM signatures (every caller is accepted), CORS, stages other than $default,
// throttling by rate.
package apigateway
