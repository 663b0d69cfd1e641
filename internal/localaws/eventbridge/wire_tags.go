package eventbridge

import (
	"maps"
	"slices"
)

type tag struct{ Key, Value string }

// withTags makes a new map: tags of the old one are replaced by key.
func withTags(old map[string]string, added []tag) map[string]string {
	tags := map[string]string{}
	maps.Copy(tags, old)
	for _, t := range added {
		tags[t.Key] = t.Value
	}
	return tags
}

// tagged finds the tags of the bus or rule of an ARN.
func (s *Service) tagged(arn string) (*map[string]string, error) {
	for _, b := range s.buses {
		if b.arn == arn {
			return &b.tags, nil
		}
		for _, r := range b.rules {
			if r.arn == arn {
				return &r.tags, nil
			}
		}
	}
	return nil, notFound("The resource %s does not exist.", arn)
}

type resourceInput struct{ ResourceARN string }

type tagsOutput struct{ Tags []tag }

func (s *Service) listTagsForResource(in *resourceInput) (tagsOutput, error) {
	out := tagsOutput{Tags: []tag{}}
	tags, err := s.tagged(in.ResourceARN)
	if err != nil {
		return out, err
	}
	for _, key := range slices.Sorted(maps.Keys(*tags)) {
		out.Tags = append(out.Tags, tag{key, (*tags)[key]})
	}
	return out, nil
}

type tagResourceInput struct {
	ResourceARN string
	Tags        []tag
}

func (s *Service) tagResource(in *tagResourceInput) (empty, error) {
	tags, err := s.tagged(in.ResourceARN)
	if err == nil {
		*tags = withTags(*tags, in.Tags)
	}
	return empty{}, err
}

type untagResourceInput struct {
	ResourceARN string
	TagKeys     []string
}

func (s *Service) untagResource(in *untagResourceInput) (empty, error) {
	tags, err := s.tagged(in.ResourceARN)
	if err == nil {
		left := withTags(*tags, nil)
		for _, key := range in.TagKeys {
			delete(left, key)
		}
		*tags = left
	}
	return empty{}, err
}
