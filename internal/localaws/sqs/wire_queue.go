package sqs

import (
	"encoding/base64"
	"strings"

	"github.com/bot-preferences/bot-preferences/internal/localaws/wire"
)

type queueURL struct {
	QueueURL string `json:"QueueUrl"`
}

// At implements wire.Located.
func (u queueURL) At(base string) any { return queueURL{relocated(u.QueueURL, base)} }

// relocated is a queue's URL at another base: its last two segments are account and name.
func relocated(url, base string) string {
	segments := strings.Split(url, "/")
	return base + "/" + strings.Join(segments[max(len(segments)-2, 0):], "/")
}

func allRelocated(urls []string, base string) []string {
	for i, url := range urls {
		urls[i] = relocated(url, base)
	}
	return urls
}

type createQueueInput struct {
	QueueName  string
	Attributes map[string]string
	Tags       map[string]string `json:"tags"`
}

func (s *Service) createQueue(in *createQueueInput) (queueURL, error) {
	if in.QueueName == "" {
		return queueURL{}, missingParameter("QueueName")
	}
	q, err := s.CreateQueue(in.QueueName, in.Attributes, in.Tags)
	if err != nil {
		return queueURL{}, err
	}
	return queueURL{q.URL()}, nil
}

func (s *Service) deleteQueue(in *queueURL) (empty, error) {
	q, err := s.byURL(in.QueueURL)
	if err == nil {
		s.DeleteQueue(q.name)
	}
	return empty{}, err
}

type getQueueURLInput struct {
	QueueName              string
	QueueOwnerAWSAccountID string `json:"QueueOwnerAWSAccountId"`
}

func (s *Service) getQueueURL(in *getQueueURLInput) (queueURL, error) {
	if in.QueueName == "" {
		return queueURL{}, missingParameter("QueueName")
	}
	q, ok := s.Queue(in.QueueName)
	if !ok || in.QueueOwnerAWSAccountID != "" && in.QueueOwnerAWSAccountID != s.w.Account {
		return queueURL{}, errNoQueue()
	}
	return queueURL{q.URL()}, nil
}

type listQueuesInput struct {
	QueueNamePrefix string
	MaxResults      *int
	NextToken       string
}

type listQueuesOutput struct {
	QueueURLs []string `json:"QueueUrls,omitempty"`
	NextToken string   `json:",omitzero"`
}

// At implements wire.Located.
func (o listQueuesOutput) At(base string) any {
	o.QueueURLs = allRelocated(o.QueueURLs, base)
	return o
}

func (s *Service) listQueues(in *listQueuesInput) (listQueuesOutput, error) {
	var names []string
	for _, q := range s.sorted() {
		if strings.HasPrefix(q.name, in.QueueNamePrefix) {
			names = append(names, q.name)
		}
	}
	urls, next, err := s.pageOfQueues(names, in.MaxResults, in.NextToken)
	return listQueuesOutput{urls, next}, err
}

// pageOfQueues turns sorted names into a page of URLs.
func (s *Service) pageOfQueues(names []string, maxResults *int, token string) (urls []string, next string, err error) {
	size := 1000
	if maxResults != nil {
		size = *maxResults
	}
	if size < 1 || size > 1000 {
		return nil, "", invalidValue(size, "MaxResults", "Must be between 1 and 1000, if provided.")
	}
	after, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return nil, "", invalidParameter("Invalid or expired next token.")
	}
	names, next = page(names, string(after), size)
	for _, name := range names {
		urls = append(urls, s.queues[name].URL())
	}
	if maxResults == nil {
		next = "" // as in SQS, only a client that asks for pages gets a token
	}
	return urls, base64.StdEncoding.EncodeToString([]byte(next)), nil
}

type getQueueAttributesInput struct {
	QueueURL       string `json:"QueueUrl"`
	AttributeNames []string
}

type attributesOutput struct {
	Attributes map[string]string `json:",omitempty"`
}

func (s *Service) getQueueAttributes(in *getQueueAttributesInput) (attributesOutput, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return attributesOutput{}, err
	}
	all := q.attributes()
	chosen := map[string]string{}
	for _, name := range in.AttributeNames {
		switch value, set := all[name]; {
		case name == "All":
			return attributesOutput{all}, nil
		case set:
			chosen[name] = value
		case !known[name]:
			return attributesOutput{}, unknownAttribute(name)
		}
	}
	return attributesOutput{chosen}, nil
}

type setQueueAttributesInput struct {
	QueueURL   string `json:"QueueUrl"`
	Attributes map[string]string
}

func (s *Service) setQueueAttributes(in *setQueueAttributesInput) (empty, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return empty{}, err
	}
	if in.Attributes == nil {
		return empty{}, missingParameter("Attributes")
	}
	if in.Attributes["FifoQueue"] == "true" {
		return empty{}, wire.Unsupported("FIFO queues (attribute FifoQueue)")
	}
	return empty{}, q.SetAttributes(in.Attributes)
}

func (s *Service) purgeQueue(in *queueURL) (empty, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return empty{}, err
	}
	return empty{}, q.Purge()
}
