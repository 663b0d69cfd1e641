package peers

import (
	"fmt"
	"path/filepath"
)

func elasticMQ(dir string, port int) []string {
	return []string{"java", "-cp", filepath.Join(dir, "elasticmq", "*"), "-Delasticmq.port=" + fmt.Sprint(port), "TODO"}
}
