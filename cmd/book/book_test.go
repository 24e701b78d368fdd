package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"html"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"unicode"

	"nndl/cmd/internal/gotool"
	"nndl/cmd/internal/literate"
	"nndl/cmd/internal/page"
	"nndl/cmd/internal/plot"
)

// root is the folder of the package.
const root = "../.."

// drawn returns the figures, which are drawn once for all tests.
var drawn = sync.OnceValues(func() (map[string][]*plot.Figure, error) {
	s, err := literate.Load(root, printed...)
	if err != nil {
		return nil, err
	}
	return figures(s, 90), nil
})

// printed are the names of the files that the book prints.
var printed = slices.Concat(files, testFiles)

// made returns the book of the package, which is made once for all tests.
var made = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "book")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "book.html")
	var stdout, stderr bytes.Buffer
	set := settings{tests: "Exercise|Section|Book|Example", digits: 90}
	if status := run(set, []string{"-o", path, "-dir", root}, &stdout, &stderr); status != 0 {
		panic(stderr.String())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return string(text)
})

// parsed returns a file of the package.
func parsed(t *testing.T, name string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, name), nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

var tags = regexp.MustCompile(`<[^>]*>`)

// letters returns what is left of a text without blanks, marks, brackets and minus signs, which the source writes in
// two ways and the book in one.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Sm, r) && r != '−' {
			return r
		}
		return -1
	}, text)
}

// seen returns the letters of HTML that a reader sees.
func seen(page string) string { return letters(html.UnescapeString(tags.ReplaceAllString(page, ""))) }

// inChapters returns the part of the book from the first chapter to the last exercise.
func inChapters() string {
	_, page, _ := strings.Cut(made(), `<article class="chapter" id="perceptron"`)
	page, _, _ = strings.Cut(page, `id="shared"`)
	return page
}

// TestEveryCommentHasItsPlace looks for every comment of the files, each once. A few words can be found twice. In test
// files, a line that stands alone is a heading, which the book does not need.
func TestEveryCommentHasItsPlace(t *testing.T) {
	_, page, _ := strings.Cut(made(), `<article class="chapter" id="perceptron"`)
	page, _, _ = strings.Cut(page, `id="mistakes-text"`)
	text := seen(page)
	written := map[string]int{} // how often each comment is in the files
	for _, name := range printed {
		f := parsed(t, name)
		titles := map[*ast.CommentGroup]bool{}
		for _, decl := range f.Decls {
			if function, ok := decl.(*ast.FuncDecl); ok && function.Recv == nil && test.MatchString(function.Name.Name) {
				titles[function.Doc] = true
			}
		}
		for _, group := range f.Comments {
			words := strings.ReplaceAll(group.Text(), "# ", "")
			if titles[group] {
				_, words = titled(words) // the title is set apart
			}
			comment := letters(words)
			written[comment]++
			if len(comment) <= 40 && !strings.Contains(text, comment) && !strings.HasSuffix(name, "_test.go") {
				t.Errorf("%s: not in the book: %s", name, group.Text())
			}
		}
	}
	for comment, n := range written {
		if got := strings.Count(text, comment); len(comment) > 40 && got != n {
			t.Errorf("in the book %d times, in the files %d times: %s", got, n, comment)
		}
	}
}

// TestEveryLineHasItsPlace looks for every line of code of the six files and of the tests: as often as it is there, and
// with the number that it has there.
func TestEveryLineHasItsPlace(t *testing.T) {
	times := map[string]int{} // how often less in the book than in the files
	for _, name := range printed {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(text), "\n") {
			if line != "" && !strings.HasPrefix(line, "//") {
				times[fmt.Sprint(i+1, ": ", line)]++
			}
		}
	}
	blocks := regexp.MustCompile(`(?s)counter-reset:l&#32;(\d+)><code>(.*?)</code>`)
	for _, m := range blocks.FindAllStringSubmatch(made(), -1) {
		first, _ := strconv.Atoi(m[1])
		for i, line := range strings.Split(html.UnescapeString(tags.ReplaceAllString(m[2], "")), "\n") {
			if line != "" && !strings.HasPrefix(line, "//") {
				times[fmt.Sprint(first+i+1, ": ", line)]--
			}
		}
	}
	for line, n := range times {
		if n != 0 {
			t.Errorf("%d times more in the files than in the book: line %s", n, line)
		}
	}
}

func TestEveryExportedNameIsInTheIndex(t *testing.T) {
	_, index, _ := strings.Cut(made(), `<ul class="names">`)
	want := func(name string) {
		if !strings.Contains(index, ">"+name+"</a>") {
			t.Errorf("%s is not in the index of names", name)
		}
	}
	for _, file := range files {
		for _, decl := range parsed(t, file).Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil && decl.Name.IsExported() {
					want(decl.Name.Name)
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						if spec.Name.IsExported() {
							want(spec.Name.Name)
						}
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							if name.IsExported() {
								want(name.Name)
							}
						}
					}
				}
			}
		}
	}
	for _, name := range []string{"Network.Activations", "Network.Weights", "SGD.Eta", "Digits.Len", "Matched.OfZ"} {
		want(name)
	}
}

// TestEveryTestIsInTheBook looks for the tests of the exercises, and for the names of their sub-tests.
func TestEveryTestIsInTheBook(t *testing.T) {
	text, found := seen(inChapters()), 0
	for _, name := range testFiles[:7] {
		ast.Inspect(parsed(t, name), func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if test := n.Name.Name; strings.HasPrefix(test, "Test") {
					found++
					const back = `<a class="up" href="#contents">`
					if !strings.Contains(made(), `<section class="exercise" id="`+test+"\">\n"+back) {
						t.Errorf("%s is not in the book, with a link back to the contents", test)
					}
				}
			case *ast.CallExpr:
				run, ok := n.Fun.(*ast.SelectorExpr)
				if !ok || run.Sel.Name != "Run" {
					return true
				}
				if literal, ok := n.Args[0].(*ast.BasicLit); ok {
					sub, _ := strconv.Unquote(literal.Value)
					if !strings.Contains(text, letters(sub[1:])) { // the first may have become a capital
						t.Errorf("%s: no sub-test %q", name, sub)
					}
				}
			}
			return true
		})
	}
	if found < 30 || strings.Contains(made(), "This was not run") || strings.Contains(made(), "This does not hold") {
		t.Errorf("%d tests, of which all should have run and hold", found)
	}
}

// TestEveryEquationHasItsLinks looks for each of the twelve equations, in the index and where a file has its number.
func TestEveryEquationHasItsLinks(t *testing.T) {
	_, index, _ := strings.Cut(made(), `id="equations-head"`)
	for _, number := range strings.Fields("2.1 BP1 BP2 BP3 BP4 3.1 3.2 3.3 3.4 3.5 3.6 3.7") {
		_, row, ok := strings.Cut(index, `<tr><th scope="row">(`+number+`)</th>`)
		row, _, _ = strings.Cut(row, "</tr>")
		if !ok || !strings.Contains(row, `href="#Test`) {
			t.Errorf("(%s) has no test that checks it: %s", number, row)
		}
		if want := lineOf(t, number); want != "" && !strings.Contains(row, want) {
			t.Errorf("(%s) is computed in %s; the book has %s", number, want, row)
		}
	}
	for _, link := range []string{
		`<a href=#TestSection2_1-3>(BP2)</a></em>`,        // from the line to the test
		`(BP2)</a><a class=check href=#TestSection2_1-3 `, // from the chapter to the test
	} {
		if !strings.Contains(inChapters(), link) {
			t.Errorf("no %s", link)
		}
	}
}

// lineOf returns a link to the first line of code that has the number of an equation in a comment. If there is none, it
// returns the beginning of one to a file that has it in another comment, or "".
func lineOf(t *testing.T, number string) (href string) {
	t.Helper()
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(root, file))
		if err != nil {
			t.Fatal(err)
		}
		id, inPackage := strings.TrimSuffix(file, ".go"), false // and no longer in the comment above its clause
		for i, line := range strings.Split(string(text), "\n") {
			inPackage = inPackage || strings.HasPrefix(line, "package ")
			if !inPackage || !strings.Contains(line, "("+number+")") {
				continue
			}
			if !strings.HasPrefix(line, "//") {
				return fmt.Sprintf(`href="#%s-%d"`, id, i+1)
			}
			href = cmp.Or(href, fmt.Sprintf(`href="#%s-`, id))
		}
	}
	return href
}

func TestLinksResolve(t *testing.T) {
	ids := map[string]int{}
	for _, m := range regexp.MustCompile(` id="?([^ ">]+)`).FindAllStringSubmatch(made(), -1) {
		ids[m[1]]++
	}
	for id, n := range ids {
		if n != 1 {
			t.Errorf("%d elements have the id %s", n, id)
		}
	}
	links := regexp.MustCompile(` (?:href|aria-labelledby)=(?:"([^"]+)"|([^ ">]+))`).FindAllStringSubmatch(made(), -1)
	outside := regexp.MustCompile(`^(https://pkg\.go\.dev/[a-z0-9/]+(#[A-Za-z0-9.]+)?|` +
		`http://neuralnetworksanddeeplearning\.com/|data:image/png;base64,[A-Za-z0-9+/]+=*)$`)
	for _, m := range links {
		for _, href := range strings.Fields(m[1] + m[2]) {
			if strings.HasPrefix(href, "#") && ids[href[1:]] == 0 || !strings.HasPrefix(href, "#") && ids[href] == 0 &&
				!outside.MatchString(href) {
				t.Errorf("%s leads nowhere", href)
			}
		}
	}
	if len(links) < 5000 {
		t.Errorf("only %d links", len(links))
	}
}

// TestStructure checks that levels of headings have no gaps, that figures say what they show, and that nothing is
// fetched from elsewhere.
func TestStructure(t *testing.T) {
	level := 0
	for _, m := range regexp.MustCompile(`<h([1-6])`).FindAllStringSubmatch(made(), -1) {
		next, _ := strconv.Atoi(m[1])
		if next > level+1 {
			t.Errorf("a heading of level %d under one of level %d", next, level)
		}
		level = next
	}
	for _, element := range []string{"<script", "<link", "<iframe", "@import", "url(http", `src="http`} {
		if strings.Contains(made(), element) {
			t.Errorf("there is %s in the page", element)
		}
	}
	page := regexp.MustCompile(`;base64,[\w+/=]+`).ReplaceAllString(made(), "")
	figures := regexp.MustCompile(`(?s)<figure.*?</figure>`).FindAllString(page, -1)
	if len(figures) != 21 {
		t.Errorf("%d figures; want 21", len(figures))
	}
	for _, figure := range figures {
		said := regexp.MustCompile(`<title [^>]*>[^<]{20,}</title><desc [^>]*>[^<]{40,}</desc>`).MatchString(figure)
		if !said || strings.Contains(figure, "NaN") || !strings.Contains(figure, `role="img"`) {
			t.Errorf("a figure without a title or text, or with NaN: %.200s", figure)
		}
	}
	if n := strings.Count(made(), `<p class="given">`); n != 16 {
		t.Errorf("%d figures say what they were measured with; want 16", n)
	}
	for _, landmark := range []string{"<header>", "<main>", "<nav ", "<footer>", `<html lang="en">`} {
		if strings.Count(made(), landmark) != 1 {
			t.Errorf("%d times %s", strings.Count(made(), landmark), landmark)
		}
	}
	if megabytes := float64(len(made())) / 1e6; megabytes > 2.6 {
		t.Errorf("%.1f MB; want at most 2.6", megabytes)
	}
}

// TestFiguresHaveTheirOwnClasses looks for classes of figures that the style of the page has too, and so would change.
func TestFiguresHaveTheirOwnClasses(t *testing.T) {
	all, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	styled := map[string]bool{}
	for _, class := range regexp.MustCompile(`\.([a-z]+)[ ,{:.>\[]`).FindAllStringSubmatch(page.Style+style, -1) {
		styled[class[1]] = true
	}
	if !styled["quiet"] || !styled["scroll"] {
		t.Errorf("the page has the classes %v, and should have more", styled)
	}
	for _, group := range all {
		for _, f := range group {
			_, body, _ := strings.Cut(string(f.Inline()), "</desc>")
			for _, classes := range regexp.MustCompile(` class="([^"]*)"`).FindAllStringSubmatch(body, -1) {
				for _, class := range strings.Fields(classes[1]) {
					if styled[class] {
						t.Errorf("figure %s has the class %s, which the page has too", f.ID, class)
						styled[class] = false // said once
					}
				}
			}
		}
	}
}

// TestFormulasAreSet looks for marks of the source that a reader is not to see: ^ and _, and the blank that go test
// prints as _.
func TestFormulasAreSet(t *testing.T) {
	page := regexp.MustCompile(`(?s)<title.*?</desc>|<pre.*?</pre>|<[^>]*>`).ReplaceAllString(inChapters(), "")
	if strings.Contains(made(), "<td>\u00a0") {
		t.Error("a cell of a table begins with a blank")
	}
	for _, raw := range regexp.MustCompile(`.*(\^|\b\w_|\b\pL?grad_|∇ a\b| - |[ (\[]-\d).*`).FindAllString(page, -1) {
		t.Error(raw)
	}
}

// copied returns a copy of the package, in which a text is replaced by another.
func copied(t *testing.T, file, old, new string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	paths, err := filepath.Glob(filepath.Join(root, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, filepath.Join(root, "go.mod"), filepath.Join(root, "README.md")) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Base(path) == file {
			if !strings.Contains(string(text), old) {
				t.Fatalf("%s has no %s", file, old)
			}
			text = []byte(strings.Replace(string(text), old, new, 1))
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// TestAFailingClaimIsShown makes the book of a package whose binary layer has a wrong weight.
func TestAFailingClaimIsShown(t *testing.T) {
	dir := copied(t, "perceptron.go", "bit := digit >> j & 1", "bit := digit >> j & 1 &^ (digit / 9)")
	path := filepath.Join(dir, "book.html")
	var stdout, stderr bytes.Buffer
	set := settings{tests: "^TestExercise1_[13]$", digits: 90}
	status := run(set, []string{"-dir", dir, "-o", path}, &stdout, &stderr)
	if want := "book: not every claim holds: " + path + " shows what failed in TestExercise1_3\n"; status != 1 ||
		stderr.String() != want {
		t.Errorf("exit status %d, %q; want 1, %q", status, stderr.String(), want)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const heading = `[^>]*>\s*<a class="up" href="#contents">Contents</a>\s*<h3[^>]*>[^<]*<small>Sikdar</small></h3>\s*`
	for part, want := range map[string]string{
		"on its first page":       `What failed: TestExercise1_3`,
		"the test":                `id="TestExercise1_3"` + heading + `<p class="failed">This does not hold`,
		"a row of it":             `<tr class="failed"><td>`,
		"what its test says":      `does not hold in the row`,
		"a test that holds":       `id="TestExercise1_1"` + heading + `<div class="claim">`,
		"a test that did not run": `id="TestExercise1_4"` + heading + `<p class="quiet">This was not run`,
	} {
		if !regexp.MustCompile(want).Match(text) {
			t.Errorf("the book does not show %s", part)
		}
	}
}

// TestTheSameBytes makes a part of the book twice.
func TestTheSameBytes(t *testing.T) {
	s, err := literate.Load(root, printed...)
	if err != nil {
		t.Fatal(err)
	}
	set := settings{dir: root, tests: "Exercise1_1|Exercise3_3", digits: 90}
	var pages [2][]byte
	for i := range pages {
		b, err := newBook(s, set, figures(s, set.digits))
		if err != nil {
			t.Fatal(err)
		}
		if pages[i], err = b.print(); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(pages[0], pages[1]) {
		t.Error("two books of the same source differ")
	}
}

func TestErrors(t *testing.T) {
	empty := t.TempDir()
	old := filepath.Join(t.TempDir(), "old.html")
	if err := os.WriteFile(old, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args   []string
		status int
		want   string // what standard error must have
	}{
		{[]string{"-o", filepath.Join(empty, "none", "book.html")}, 1, "-o: no new file beside "},
		{[]string{"-o", empty}, 1, "it is a folder, not a file"},
		{[]string{"-dir", empty, "-o", old}, 1, "not a folder with the source of nndl, which -dir names: open "},
		{[]string{"-dir", copied(t, "cost.go", "package nndl", "package"), "-o", old}, 1, "cost.go:"},
		{[]string{"-dir", copied(t, "cost.go", "sum := 0.0", "sum := y"), "-o", old}, 1, "cost.go:"},
		{[]string{"-dir", copied(t, "README.md", "| the text says |", "|"), "-o", old}, 1, "README.md has no table"},
		{[]string{"-figures", old}, 1, "-figures: "},
		{[]string{"-x"}, 2, "-h lists the flags"},
		{[]string{"page.html"}, 2, `"page.html" is not a flag; -h lists the flags`},
	} {
		var stdout, stderr bytes.Buffer
		status := run(settings{tests: "^TestSection3_1_1$", digits: 90}, test.args, &stdout, &stderr)
		if status != test.status || !strings.Contains(stderr.String(), test.want) || stdout.Len() > 0 ||
			strings.Count(stderr.String(), "\n") != 1 || !strings.HasPrefix(stderr.String(), "book: ") {
			t.Errorf("%q: exit status %d, %q; want %d, %q", test.args, status, stderr.String(), test.status, test.want)
		}
	}
	t.Setenv("PATH", "")
	var stdout, stderr bytes.Buffer
	if status := run(settings{}, []string{"-o", old}, &stdout, &stderr); status != 1 ||
		!strings.Contains(stderr.String(), "there is no command go on the PATH") {
		t.Errorf("without the command go: exit status %d, %q", status, stderr.String())
	}
	if text, _ := os.ReadFile(old); string(text) != "old" {
		t.Errorf("what was there is now %.100q", text)
	}
	if files, _ := os.ReadDir(filepath.Dir(old)); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
}

// The module that the working folder is in is found in a workspace with another one, and behind a build cache whose path
// has a blank.
func TestWorkspacesAndBlanks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "of two words")
	cache, err := gotool.Run(".", "env", "GOCACHE")
	if err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	work := fmt.Sprintf("go 1.22\nuse %q\nuse ./other\n", here)
	err = errors.Join(os.MkdirAll(filepath.Join(dir, "other"), 0o777),
		os.WriteFile(filepath.Join(dir, "other", "go.mod"), []byte("module other\ngo 1.22\n"), 0o666),
		os.WriteFile(filepath.Join(dir, "go.work"), []byte(work), 0o666))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(strings.TrimSpace(string(cache)), filepath.Join(dir, "cache")); err != nil {
		t.Skip(err)
	}
	t.Setenv("GOCACHE", filepath.Join(dir, "cache"))
	t.Setenv("GOWORK", filepath.Join(dir, "go.work"))
	var stdout, stderr bytes.Buffer
	if status := run(settings{digits: 90}, []string{"-figures", dir}, &stdout, &stderr); status != 0 {
		t.Errorf("exit status %d, %q", status, stderr.String())
	}
}

func TestHelp(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if status := run(settings{}, []string{"-h"}, &stdout, &stderr); status != 0 || stderr.Len() > 0 {
		t.Errorf("exit status %d, %q", status, stderr.String())
	}
	for _, flag := range []string{"-o file", "-figures folder", "-dir folder"} {
		if !strings.Contains(stdout.String(), flag) {
			t.Errorf("no %s in %s", flag, stdout.String())
		}
	}
}

var digits = regexp.MustCompile(`-?\d+(\.\d+)?(e[-+]\d+)?`)

// differ returns what is different in two drawings: their text, or a number by more than a tenth of a unit, to which
// numbers are rounded. Where a product and a sum are rounded once and not twice, a rounding can go the other way.
func differ(got, want string) string {
	if g, w := digits.ReplaceAllString(got, "#"), digits.ReplaceAllString(want, "#"); g != w {
		for i := range min(len(g), len(w)) {
			if g[i] != w[i] {
				return fmt.Sprintf("from character %d on: %.50q, want %.50q", i, g[i:], w[i:])
			}
		}
		return fmt.Sprintf("%d characters, want %d", len(g), len(w))
	}
	wanted := digits.FindAllString(want, -1)
	for i, text := range digits.FindAllString(got, -1) {
		x, _ := strconv.ParseFloat(text, 64)
		y, _ := strconv.ParseFloat(wanted[i], 64)
		if math.Abs(x-y) > 0.1001 {
			return fmt.Sprintf("number %d is %s, want %s", i, text, wanted[i])
		}
	}
	return ""
}

// TestFigures draws the figures that README.md shows again. Where one has changed, new files are made by
//
//	go run ./cmd/book -figures folder
func TestFigures(t *testing.T) {
	all, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, group := range all {
		for _, f := range group {
			files[f.ID+".svg"] = f.File()
		}
	}
	kept, err := filepath.Glob("figures/*")
	if err != nil || len(kept) == 0 {
		t.Fatalf("no figures are kept: %v", err)
	}
	for _, path := range kept {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := differ(files[filepath.Base(path)], string(want)); d != "" {
			t.Errorf("%s: %s", path, d)
		}
	}
	limit := files["limit.svg"]
	for _, changed := range []string{strings.Replace(limit, "step", "stop", 1), limit + "x", limit[1:],
		strings.Replace(limit, "M48 ", "M48.2 ", 1)} {
		if differ(changed, limit) == "" {
			t.Error("a change of a drawing was not seen")
		}
	}
}

// TestByHand holds the numbers of the figure against those that the example prints.
func TestByHand(t *testing.T) {
	all, err := drawn()
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(filepath.Join(root, "example_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	_, output, _ := strings.Cut(string(example), "func ExampleGradient_byHand()")
	_, output, _ = strings.Cut(output, "// Output:")
	output, _, _ = strings.Cut(output, "layer 1  w")
	svg := strings.ReplaceAll(all["ExampleGradient_byHand"][0].File(), "−", "-")
	n := 0
	for _, text := range digits.FindAllString(output, -1) {
		x, _ := strconv.ParseFloat(text, 64)
		if n++; !strings.Contains(svg, strings.ReplaceAll(rounded(x), "−", "-")+"</text>") {
			t.Errorf("%s of the example is not in the figure", text)
		}
	}
	if n < 20 {
		t.Errorf("only %d numbers in the output of the example", n)
	}
	text := tags.ReplaceAllString(svg, "")
	for _, part := range []string{"y = 1", "b = 1", "b = -1", "b = 0.5", "σ′ = 0.25", "σ′ = 0.1966", "σ′ = 0.2499"} {
		if !strings.Contains(text, strings.ReplaceAll(part, " ", "\u00a0")) {
			t.Errorf("%s is not in the figure", part)
		}
	}
}
