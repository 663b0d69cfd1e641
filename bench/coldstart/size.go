package coldstart

import (
	"context"
	"os"
	"path/filepath"

	"github.com/bot-preferences/bot-preferences/cmd/botprefs/compile"
	"github.com/bot-preferences/bot-preferences/localaws/stack"
)

// measureSizes builds for Lambda, as `botprefs build` does: all functions that
// serverless.yml names, and the peers.
func (r *Result) measureSizes(ctx context.Context, root string) error {
	s, err := stack.Load(filepath.Join(root, "serverless.yml"), stack.Options{})
	if err != nil {
		return err
	}
	folders := []string{emptyFolder, defaultFolder}
	for _, f := range s.Functions {
		folders = append(folders, f.Handler)
	}
	dir := filepath.Join(root, binaries, "lambda")
	built, err := compile.Binaries(ctx, root, dir, compile.Lambda, folders...)
	if err != nil {
		return err
	}
	sizes := map[string]Zip{}
	for folder, binary := range built {
		if sizes[folder], err = sizeOf(binary); err != nil {
			return err
		}
	}
	for _, f := range s.Functions {
		z := sizes[f.Handler]
		z.Function = f.Name
		r.Zips = append(r.Zips, z)
	}
	for folder, v := range map[string]*Variant{emptyFolder: &r.Empty, defaultFolder: &r.Default, oursFolder: &r.Ours} {
		v.Binary, v.Zip = sizes[folder].Binary, sizes[folder].Zip
	}
	return nil
}

func sizeOf(binary string) (z Zip, err error) {
	info, err := os.Stat(binary)
	if err != nil {
		return z, err
	}
	z.Binary = info.Size()
	z.Zip, err = compile.Zip(binary, binary+".zip")
	return z, err
}
