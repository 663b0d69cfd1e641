package sqs

import "maps"

const maxTags = 50

type tagQueueInput struct {
	QueueURL string `json:"QueueUrl"`
	Tags     map[string]string
}

func (s *Service) tagQueue(in *tagQueueInput) (empty, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return empty{}, err
	}
	if len(in.Tags) == 0 {
		return empty{}, missingParameter("Tags")
	}
	tags := map[string]string{}
	maps.Copy(tags, q.tags)
	maps.Copy(tags, in.Tags)
	if len(tags) > maxTags {
		return empty{}, invalidParameter("Too many tags added for queue %s: at most %d.", q.name, maxTags)
	}
	q.tags = tags
	return empty{}, nil
}

type untagQueueInput struct {
	QueueURL string `json:"QueueUrl"`
	TagKeys  []string
}

func (s *Service) untagQueue(in *untagQueueInput) (empty, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return empty{}, err
	}
	tags := maps.Clone(q.tags)
	for _, key := range in.TagKeys {
		delete(tags, key)
	}
	q.tags = tags
	return empty{}, nil
}

type tagsOutput struct {
	Tags map[string]string `json:",omitempty"`
}

func (s *Service) listQueueTags(in *queueURL) (tagsOutput, error) {
	q, err := s.byURL(in.QueueURL)
	if err != nil {
		return tagsOutput{}, err
	}
	return tagsOutput{q.tags}, nil // replaced when tags change, never changed
}
