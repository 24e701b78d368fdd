package typeset

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestHTML(t *testing.T) {
	const both = `<span class="both"><i>a</i><span><sup><i>l</i></sup><sub><i>k</i></sub></span></span>`
	for plain, want := range map[string]string{
		"b^(L−1)":                  `<i>b</i><sup><i>L</i>−1</sup>`,
		"a^l_k":                    both,
		"δ^l":                      "δ<sup><i>l</i></sup>",
		"w_jk":                     "<i>w</i><sub><i>jk</i></sub>",
		"2^53 < 10^(−3)":           "2<sup>53</sup>~&lt;~10<sup>−3</sup>",
		"(1 − ηλ)^1000":            "(1~−~ηλ)<sup>1000</sup>",
		"e^(−c(|z_j| − s))":        "<i>e</i><sup>−<i>c</i>(|<i>z</i><sub><i>j</i></sub>|~−~<i>s</i>)</sup>",
		"(1 − η)^n, {0, 1}^J":      "(1~−~η)<sup><i>n</i></sup>, {0, 1}<sup><i>J</i></sup>",
		"z'_j = σ'(z)":             "<i>z</i>′<sub><i>j</i></sub>~=~σ′\u2060(<i>z</i>)",
		"Σ_(i≠d) a_i":              "Σ<sub><i>i</i>≠<i>d</i></sub>~<i>a</i><sub><i>i</i></sub>",
		"∇_a C, grad_r":            "∇<sub><i>a</i></sub>~<i>C</i>, grad<sub><i>r</i></sub>",
		"2ε‖∇C‖^2":                 "2ε<span class=norm>‖</span>∇<i>C</i><span class=norm>‖</span><sup>2</sup>",
		"σ(cz), 1/n":               "σ(<i>cz</i>), 1/\u2060<i>n</i>",
		"cmd/mnist, http://go.dev": "cmd/mnist, http://go.dev",
		"exercises_test.go":        "exercises_test.go",
		"index_j of file_2":        "index_j of file_2",
		"TestSection2_1, x_train":  "TestSection2_1, x_train",
		"by a or z; a = y":         "by <i>a</i> or <i>z</i>; <i>a</i>~=~<i>y</i>",
		"A network; ∇A(z)":         "A network; ∇<i>A</i>(<i>z</i>)",
		"1e-09, e.g. L2, -h":       "1e−09, e.g. L2, -h",
		"2-2-1: 0.5 - 1 = -0.5":    "2-2-1: 0.5~−~1~=~−0.5",
		"[-1 -.5] (-2) -Inf 3·-4":  "[−1~−.5]~(−2) −Inf~3·−4",
		`"it's" the neurons' <z>`:  "“it’s” the neurons’ &lt;<i>z</i>&gt;",
		"go to it, if so":          "go to it, if so",
		"w^ and _ alone_":          "<i>w</i>^ and _~alone_",
		"":                         "",
	} {
		if got := strings.ReplaceAll(HTML(plain), "\u00a0", "~"); got != want {
			t.Errorf("%q becomes\n%s; want\n%s", plain, got, want)
		}
	}
}

// TestArticles has phrases from the sources, in which a symbol is [a].
func TestArticles(t *testing.T) {
	for _, phrase := range []string{
		"a network, not an [a]", "a 7 is added; a 2, read as a 4", "A tie is a neuron with a “small” z", "[a]",
		"C in z is [A](z) + a constant", "A NaN wins at index 0", "A 7 in two strokes", "have [A] = ½ and",
		"zero but a little more", "at a time, or with a handful (a few)",
		"it is ∂C/∂[a] times σ'(z), and −1/[a] differs from −1", "so ∂C/∂[a] grows without bound",
		"its derivative by [a] and that of [a] by z cancel", "ln y − ln [a] follows", "−[y ln [a] + (1 − y)]",
		"X = −[[a] ln y + …]", "z has the same [a], and [a] cannot tell c",
		"[a] becomes 1 − [a]; 1 − [a] instead of [a].",
		"Among all [a] it is least at [a] = y", "so for every [a] between 0 and 1", "an [a] outside 0 to 1 makes NaN",
		"no other [a] is looked at", "C with y and [a] exchanged. The claim", "y and [a], exchanged",
		"near 1, with [a] near 0 or 1", "with σ(z) for [a] the minimum is approached", "[a] does not depend on it",
		"a bias, a loss, a basis, a class; [a] stays, [a] goes", "a saturated neuron with a trained one", "by a seed.",
		"a neuron’s bias and another [a]", "A z that is rounded",
	} {
		plain := strings.NewReplacer("<i>a</i>", "[a]", "<i>A</i>", "[A]", "<i>", "", "</i>", "", "\u00a0", " ",
			"\u2060", "", "′", "'")
		if got := plain.Replace(HTML(strings.NewReplacer("[a]", "a", "[A]", "A").Replace(phrase))); got != phrase {
			t.Errorf("%q becomes %q", phrase, got)
		}
	}
}

// TestLineBreaks has texts in which lines may be broken at the blanks and not at the ~.
func TestLineBreaks(t *testing.T) {
	for _, text := range []string{
		"where y~=~1, and z~≤~0 for l~<~L", "0~<~a~<~1",
		"C~=~−ln(1~−~a) −~y(ln~a~−~ln(1~−~a))", "∂C/\u2060∂w~=~a is its part",
		"∂C/\u2060∂a~=~−y/\u2060a +~(1~−~y)/\u2060(1~−~a) =~(a~−~y)/\u2060(a(1~−~a))",
		"Σ_k~w_k~x_k~+~b", "the sum (of two of them) of many", "(w~=~1, b~=~2)",
	} {
		plain := strings.NewReplacer("~", " ", "\u2060", "").Replace(text)
		if got := strings.ReplaceAll(marks(plain), "\u00a0", "~"); got != text {
			t.Errorf("%q; want %q", got, text)
		}
	}
	lines := strings.Join(Lines("it is read as a four, and z = 1 alone", 15), "|")
	if want := "it is read as|a four, and|z\u00a0=\u00a01 alone"; lines != want {
		t.Errorf("%q; want %q", lines, want)
	}
}

// TestSVG checks that what is raised or lowered is taken back, so that the text behind it stands on the line.
func TestSVG(t *testing.T) {
	for _, plain := range []string{"z", "w^l_jk = 1", "e^(−c|z_j|) < 1", "a_0, of z_0 = 1 & more"} {
		level, text := 0.0, ""
		decoder := xml.NewDecoder(strings.NewReader("<text>" + SVG(plain) + "</text>"))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v in %s", plain, err, SVG(plain))
			}
			switch token := token.(type) {
			case xml.StartElement:
				for _, a := range token.Attr {
					if a.Name.Local == "dy" {
						level += map[string]float64{"-.5em": -5, ".5em": 5, "-.3em": -3, ".3em": 3}[a.Value]
					}
				}
			case xml.CharData:
				text += strings.NewReplacer("\u200b", "", "\u00a0", " ").Replace(string(token))
			}
		}
		if want := strings.NewReplacer("^", "", "_", "", "(", "", ")", "").Replace(plain); level != 0 || text != want {
			t.Errorf("%q: the text %q ends %v off the line; want %q on it", plain, text, level, want)
		}
	}
}
