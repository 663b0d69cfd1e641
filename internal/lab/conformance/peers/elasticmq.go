package peers

import (
	"fmt"
	"path/filepath"
)

// elasticMQ configures the server by system properties, which override its
// configuration. It needs its address twice: to listen on, and for the URLs of its
// queues.
func elasticMQ(dir string, port int) []string {
	home := filepath.Join(dir, "elasticmq")
	set := func(name string, value any) string { return fmt.Sprintf("-D%s=%v", name, value) }
	return []string{
		"java", "-Xmx512m", "-XX:+UseSerialGC", "-cp", filepath.Join(home, "*"),
		set("logback.configurationFile", filepath.Join(home, "logback.xml")), set("pekko.loglevel", "ERROR"),
		set("rest-sqs.bind-hostname", "127.0.0.1"), set("rest-sqs.bind-port", port),
		set("node-address.host", "127.0.0.1"), set("node-address.port", port),
		set("aws.region", Region), set("aws.accountId", Account),
		"org.elasticmq.server.Main",
	}
}
