// Package literate prints a Go package as prose beside code. Comments are prose, set as a book is, and every name in
// the code is a link to where it is defined.
package literate

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"nndl/cmd/internal/gotool"
)

// A Source is the package in a folder: its files, and what every name in them means.
type Source struct {
	Files map[string]*File // by name

	// Where the words of prose lead that are no names of Go: the names of files, exercises and sections, in small
	// letters, and the numbers of equations. Checks leads from an equation to the test that checks it.
	Links, Checks map[string]string

	printed []string // the files that have a place in the book
	set     *token.FileSet
	pkg     *types.Package
	uses    map[token.Pos]types.Object // what the name at this place means

	// What prose can speak of: names of the package, of fields and methods with their type, as in SGD.Step, and without
	// it. Of equal names the first in the order of reading counts.
	members map[string]types.Object
}

// A File is one file of the source.
type File struct {
	Name string
	Text []byte
	Tree *ast.File
	pos  *token.File
}

// ID returns the name of the file as links have it: line 7 of it is at ID-7.
func (f *File) ID() string { return strings.TrimSuffix(strings.TrimSuffix(f.Name, ".go"), "_test") }

// Line returns the number of the line at a place.
func (f *File) Line(p token.Pos) int { return f.pos.Line(p) }

// Load reads the package in a folder. It is to print these of its files, in this order.
func Load(dir string, printed ...string) (*Source, error) {
	s := &Source{Files: map[string]*File{}, printed: printed, set: token.NewFileSet(),
		uses: map[token.Pos]types.Object{}, members: map[string]types.Object{}}
	names := slices.Clone(printed) // first, so that positions are in the order of reading
	paths, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, path := range paths {
		if name := filepath.Base(path); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	var inside, outside []*ast.File // the package with its tests, and the tests in a package of their own
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, fmt.Errorf("not a folder with the source of nndl, which -dir names: %w", err)
		}
		tree, err := parser.ParseFile(s.set, name, text, parser.ParseComments)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		s.Files[name] = &File{name, text, tree, s.set.File(tree.Pos())}
		if strings.HasSuffix(tree.Name.Name, "_test") {
			outside = append(outside, tree)
		} else {
			inside = append(inside, tree)
		}
	}
	return s, s.check(dir, inside, outside)
}

// check finds out what every name means.
func (s *Source) check(dir string, inside, outside []*ast.File) error {
	list, err := gotool.Run(dir, "list", "-test", "-deps", "-export", "-f", "{{.ImportPath}}={{.Export}}", ".")
	if err != nil {
		return err
	}
	exports := map[string]string{}
	for _, line := range strings.Split(string(list), "\n") {
		path, export, _ := strings.Cut(strings.TrimSuffix(line, "\r"), "=") // a path may have blanks
		exports[path] = export
	}
	library := importer.ForCompiler(s.set, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: library}
	if s.pkg, err = config.Check(inside[0].Name.Name, s.set, inside, info); err != nil {
		return err
	}
	config.Importer = importing{library, s.pkg}
	if _, err := config.Check(s.pkg.Name()+"_test", s.set, outside, info); err != nil {
		return err
	}
	for name, object := range info.Uses {
		s.uses[name.Pos()] = object
	}
	s.enter()
	return nil
}

// importing imports the package of the book as it was checked, and others from the library.
type importing struct {
	types.Importer
	pkg *types.Package
}

func (i importing) Import(path string) (*types.Package, error) {
	if path == i.pkg.Path() {
		return i.pkg, nil
	}
	return i.Importer.Import(path)
}

// enter fills members.
func (s *Source) enter() {
	var kinds []*types.Named
	for _, name := range s.pkg.Scope().Names() {
		s.members[name] = s.pkg.Scope().Lookup(name)
		if named, ok := s.members[name].Type().(*types.Named); ok && named.Obj() == s.members[name] {
			kinds = append(kinds, named)
		}
	}
	slices.SortFunc(kinds, func(p, q *types.Named) int { return int(p.Obj().Pos() - q.Obj().Pos()) })
	for _, named := range kinds {
		var parts []types.Object
		for i := range named.NumMethods() {
			parts = append(parts, named.Method(i))
		}
		switch under := named.Underlying().(type) {
		case *types.Struct:
			for i := range under.NumFields() {
				parts = append(parts, under.Field(i))
			}
		case *types.Interface:
			for i := range under.NumExplicitMethods() {
				parts = append(parts, under.ExplicitMethod(i))
			}
		}
		for _, part := range parts {
			s.members[named.Obj().Name()+"."+part.Name()] = part
			if s.members[part.Name()] == nil {
				s.members[part.Name()] = part
			}
		}
	}
}

// At returns a link to where a name of the package is defined, or a part of a type as in SGD.Eta.
func (s *Source) At(name string) (href string, err error) {
	if s.members[name] == nil {
		return "", fmt.Errorf("the source has no %s, which the book speaks of", name)
	}
	return s.href(s.members[name]), nil
}

// Exported returns the exported names that code from one place to another defines, with their types, as in SGD.Eta.
func (s *Source) Exported(from, to token.Pos) (names []string) {
	for name, object := range s.members {
		of, part, _ := strings.Cut(name, ".")
		whole := part != "" || s.pkg.Scope().Lookup(name) != nil
		if whole && ast.IsExported(of) && object.Exported() && from <= object.Pos() && object.Pos() < to {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// href returns a link to where a name is defined: a line of the book, or the page of the standard library about it. It
// is "" if there is neither.
func (s *Source) href(object types.Object) string {
	const site = "https://pkg.go.dev/"
	pkg, name := object.Pkg(), object.Name()
	if imported, ok := object.(*types.PkgName); ok {
		if imported.Imported() == s.pkg {
			return "#" + s.Files[s.printed[0]].ID()
		}
		return site + imported.Imported().Path()
	}
	if pkg == nil {
		return site + "builtin#" + strings.ToLower(name) // the only method is Error, of error
	}
	if strings.TrimSuffix(pkg.Path(), "_test") == s.pkg.Path() {
		at := s.set.Position(object.Pos())
		if f := s.Files[at.Filename]; slices.Contains(s.printed, at.Filename) {
			return fmt.Sprintf("#%s-%d", f.ID(), at.Line)
		}
		return ""
	}
	switch object := object.(type) {
	case *types.Func: // The full name of a method is as in (*rand.Rand).Perm. T has most of its methods from common.
		full := strings.NewReplacer("(", "", ")", "", "*", "", "testing.common", "testing.T").Replace(object.FullName())
		name = strings.TrimPrefix(full, pkg.Path()+".")
	case *types.Var:
		if object.IsField() {
			return site + pkg.Path()
		}
	}
	return site + pkg.Path() + "#" + name
}
