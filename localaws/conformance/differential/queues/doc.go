// Package queues compares localaws with ElasticMQ on random histories of a queue.
package queues
