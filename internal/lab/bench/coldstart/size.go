package coldstart

import (
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/bot-preferences/bot-preferences/internal/build"
	"github.com/bot-preferences/bot-preferences/internal/localaws/stack"
)

// Sizes builds the functions that serverless.yml names for Lambda, as `botprefs build`
// does, and returns the size of each: also of those that only a parameter adds. root is
// the repository's folder.
func Sizes(ctx context.Context, root string) ([]Zip, error) {
	s, err := stack.Load(filepath.Join(root, "serverless.yml"), stack.Options{Unconditional: true})
	if err != nil {
		return nil, err
	}
	var folders []string
	for _, f := range s.Functions {
		folders = append(folders, f.Handler)
	}
	sizes, err := sizesOf(ctx, root, folders)
	if err != nil {
		return nil, err
	}
	var zips []Zip
	for _, f := range s.Functions {
		z := sizes[f.Handler]
		z.Function = f.Name
		zips = append(zips, z)
	}
	return zips, nil
}

// measureSizes adds the sizes of the deployed functions and of the other variants.
func (r *Result) measureSizes(ctx context.Context, root string) (err error) {
	if r.Zips, err = Sizes(ctx, root); err != nil {
		return err
	}
	variants := map[string]*Variant{emptyFolder: &r.Empty, defaultFolder: &r.Default, oursFolder: &r.Ours}
	for i, f := range others {
		variants[f.folder] = &r.Others[i]
	}
	sizes, err := sizesOf(ctx, root, slices.Sorted(maps.Keys(variants)))
	if err != nil {
		return err
	}
	for folder, v := range variants {
		v.Binary, v.Zip = sizes[folder].Binary, sizes[folder].Zip
	}
	return nil
}

// sizesOf returns sizes by folder.
func sizesOf(ctx context.Context, root string, folders []string) (map[string]Zip, error) {
	built, err := build.Binaries(ctx, root, filepath.Join(root, binaries, "lambda"), build.Lambda, folders...)
	if err != nil {
		return nil, err
	}
	sizes := map[string]Zip{}
	for folder, binary := range built {
		if sizes[folder], err = sizeOf(binary); err != nil {
			return nil, err
		}
	}
	return sizes, nil
}

func sizeOf(binary string) (z Zip, err error) {
	info, err := os.Stat(binary)
	if err != nil {
		return z, err
	}
	z.Binary = info.Size()
	z.Zip, err = build.Zip(binary, binary+".zip")
	return z, err
}
