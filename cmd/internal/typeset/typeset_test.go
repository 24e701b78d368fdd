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
		"b^(L−1)":                 `<i>b</i><sup><i>L</i>−1</sup>`,
		"a^l_k":                   both,
		"δ^l":                     "δ<sup><i>l</i></sup>",
		"w_jk":                    "<i>w</i><sub><i>jk</i></sub>",
		"2^53 < 10^(−3)":          "2<sup>53</sup> &lt; 10<sup>−3</sup>",
		"e^(−c(|z_j| − s))":       "<i>e</i><sup>−<i>c</i>(|<i>z</i><sub><i>j</i></sub>| − <i>s</i>)</sup>",
		"(1 − η)^n, {0, 1}^J":     "(1 − η)<sup><i>n</i></sup>, {0, 1}<sup><i>J</i></sup>",
		"z'_j = σ'(z)":            "<i>z</i>′<sub><i>j</i></sub> = σ′\u2060(<i>z</i>)",
		"Σ_(i≠d) a_i":             "Σ<sub><i>i</i>≠<i>d</i></sub> <i>a</i><sub><i>i</i></sub>",
		"σ(cz), 1/n":              "σ(<i>cz</i>), 1/<i>n</i>",
		"exercises_test.go":       "exercises_test.go",
		"index_j of file_2":       "index_j of file_2",
		"TestSection2_1, x_train": "TestSection2_1, x_train",
		"a network, not an a":     "a network, not an <i>a</i>",
		"by a or z; a = y":        "by <i>a</i> or <i>z</i>; <i>a</i> = <i>y</i>",
		"A network; ∇A(z)":        "A network; ∇<i>A</i>(<i>z</i>)",
		"1e-09, e.g. L2, -h":      "1e-09, e.g. L2, -h",
		`"it's" the neurons' <z>`: "“it’s” the neurons’ &lt;<i>z</i>&gt;",
		"go to it, if so":         "go to it, if so",
		"w^ and _ alone_":         "<i>w</i>^ and _ alone_",
		"":                        "",
	} {
		if got := HTML(plain); got != want {
			t.Errorf("%q becomes\n%s; want\n%s", plain, got, want)
		}
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
				text += strings.Trim(string(token), "\u200b")
			}
		}
		if want := strings.NewReplacer("^", "", "_", "", "(", "", ")", "").Replace(plain); level != 0 || text != want {
			t.Errorf("%q: the text %q ends %v off the line; want %q on it", plain, text, level, want)
		}
	}
}
