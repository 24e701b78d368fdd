package literate

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const lib = `// Package m is small.
//
// # A heading
//
//	C = a^l_j   (3.6)
package m

import "math"

// The file begins so. A Net has neurons, see Net.Sizes and other.go.

// A Net is a network, not a Layer.
type Net struct {
	Sizes []int // of each layer
}

// Scale returns c math.Sqrt(2), by (3.6), as Exercise 1.1 says. Sizes do not count, but Sizes are.
func (n *Net) Scale(c float64) float64 {
	// inside
	return c * math.Sqrt(float64(len(n.Sizes))) // (3.6)
}
func helper() error { return nil }

// Alone at the end.
`

const libTest = `package m_test

import (
	"m"
	"testing"
)

func TestNet(t *testing.T) {
	if net := (&m.Net{}); net.Scale(1) != 0 {
		t.Error("wrong " + ` + "`<raw`" + `)
	}
}
`

func small(t *testing.T) *Source {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module m\n\ngo 1.22\n", "lib.go": lib, "lib_test.go": libTest,
		"hidden.go": "package m\n\nvar _ = helper\n\nconst Hidden = 1\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	s, err := Load(dir, "lib.go", "lib_test.go")
	if err != nil {
		t.Fatal(err)
	}
	s.Links = map[string]string{"3.6": "#lib-20", "exercise 1.1": "#e", "other.go": "#other"}
	s.Checks = map[string]string{"3.6": "#check"}
	return s
}

func TestCut(t *testing.T) {
	s := small(t)
	parts := s.Set(s.Files["lib.go"], Cut(s.Files["lib.go"]))
	var got []string
	for _, p := range parts {
		doc, _, _ := strings.Cut(p.Doc.Text(), ".")
		got = append(got, doc+"|"+strings.Join(lineIDs(string(p.Code)), " "))
	}
	want := []string{"Package m is small|", "The file begins so|lib-6 lib-7 lib-8",
		"A Net is a network, not a Layer|lib-13 lib-14 lib-15",
		"Scale returns c math|lib-18 lib-19 lib-20 lib-21 lib-22",
		"Alone at the end|"}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// lineIDs returns the ids of the lines of code.
func lineIDs(code string) (ids []string) {
	for _, part := range strings.Split(code, "<i id=")[1:] {
		id, _, _ := strings.Cut(part, ">")
		ids = append(ids, id)
	}
	return ids
}

func TestCodeAndProse(t *testing.T) {
	s := small(t)
	f, test := s.Files["lib.go"], s.Files["lib_test.go"]
	parts := s.Set(f, Cut(f))
	all := ""
	for _, p := range append(parts, s.Set(test, Cut(test))...) {
		all += string(p.Prose) + string(p.Code)
	}
	for _, want := range []string{
		"<h3>A heading</h3>",
		`<a href=#lib-20>(3.6)</a><a class=check href=#check title="the test that checks (3.6)">✓</a>`,
		"<p>A <strong>Net</strong> is a network",
		"<strong>Scale</strong> returns <i>c</i>",
		"see <a href=#lib-14>Net.Sizes</a> and <a href=#other>other.go</a>",
		"as <a href=#e>Exercise 1.1</a> says. Sizes do not count, but <a href=#lib-14>Sizes</a> are",
		"<em>// <a href=#check>(3.6)</a></em>",
		"<a href=https://pkg.go.dev/math>math</a>.<a href=https://pkg.go.dev/math#Sqrt>Sqrt</a>",
		"<a href=https://pkg.go.dev/builtin#len>len</a>(<a href=#lib-18>n</a>.<a href=#lib-14>Sizes</a>)",
		"<a href=#lib>m</a>.<a href=#lib-13>Net</a>",
		"<a href=#lib-9>net</a>.<a href=#lib-18>Scale</a>",
		"<a href=#lib-8>t</a>.<a href=https://pkg.go.dev/testing#T.Error>Error</a>",
		"<s>`&lt;raw`</s>",
		"<b>func</b>",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no %s in\n%s", want, all)
		}
	}
	if strings.Contains(all, "href=>") || strings.Contains(all, "hidden-") {
		t.Errorf("a link that leads nowhere: %s", all)
	}
	if names := strings.Join(s.Exported(f.Tree.Pos(), f.Tree.End()), " "); names != "Net Net.Scale Net.Sizes" {
		t.Errorf("exported are %s", names)
	}
	if _, err := s.At("Nothing"); err == nil {
		t.Error("no error for a name that is not there")
	}
}

// TestFormula sets formulas, matrices, drawings and commands, of which each has its own form.
func TestFormula(t *testing.T) {
	const long = "∂C/∂b = ∂C/∂a · σ'(z) = ∂C/∂a · a(1 − a)"
	for text, want := range map[string][]string{
		"go test -v": {"<pre class=verbatim>go test -v</pre>"},
		"a = 1   (3.6)\nbc = 2": {"<table class=formula ", "<tr><td><i>a</i>\u00a0=\u00a01<td><a href=#lib-20>",
			"<tr><td><i>bc</i>\u00a0=\u00a02<td></table>"},
		long:                      {"class=formula "}, // one column has nothing to be set below another
		long + " = 1   (3.6)":     {`class="formula medium"`},
		long + "   " + long + " ": {`class="formula long"`},
		"w = ( 1  -2 )  b = ( 3 )\n    ( 0   4 )": {
			"<tr><td class=label rowspan=2><i>w</i>\u00a0=<td class=open><td>1<td>−2<td class=close>" +
				"<td class=label rowspan=2><i>b</i>\u00a0=" +
				"<td class=open rowspan=2><td rowspan=2>3<td class=close rowspan=2>" +
				"<tr><td class=open><td>0<td>4<td class=close></table>"},
		"x_0 ─▶ y\n  ╲   (1\n   ╳\n ◀─ z": {`viewBox="0 0 46 76" role="img" aria-label="x_0 y (1 z"`,
			`<text x="0.0" y="14.0"><tspan class="italic">x</tspan><tspan class="script" dy=".3em">0</tspan>`,
			`d="M19.8 9.5H34.8"`, `d="M34.8 9.5l-9 -4v8z"`, `d="M8.7 19.0L20.3 38.0"`, `d="M14.5 57.0L26.1 38.0"`,
			`d="M14.5 38.0L26.1 57.0"`, `d="M5.8 66.5H17.4"`, `d="M5.8 66.5l9 -4v8z"`},
	} {
		got := small(t).formula(text)
		for _, part := range want {
			if !strings.Contains(got, part) {
				t.Errorf("%s\nbecomes\n%s\nwithout\n%s", text, got, part)
			}
		}
	}
}

func TestLoadErrors(t *testing.T) {
	for name, text := range map[string]string{"no such folder": "", "syntax": "package m\n\nfunc {",
		"types": "package m\n\nvar x = y\n"} {
		dir := filepath.Join(t.TempDir(), "m")
		if text != "" {
			if err := os.Mkdir(dir, 0o777); err != nil {
				t.Fatal(err)
			}
			for file, text := range map[string]string{"go.mod": "module m\n", "lib.go": text} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
		}
		if _, err := Load(dir, "lib.go"); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
