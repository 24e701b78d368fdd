package plot

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"nndl"
)

// wellFormed returns the elements of an SVG and the text in them.
func wellFormed(t *testing.T, svg string) (elements []string, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return elements, text
		}
		if err != nil {
			t.Fatalf("%v in %.300s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			elements = append(elements, token.Name.Local)
		case xml.CharData:
			text += string(token)
		}
	}
}

func TestTicks(t *testing.T) {
	for _, test := range []struct {
		axis Axis
		want string
	}{
		{Axis{Min: 0, Max: 1}, "[0 0.2 0.4 0.6 0.8 1]"},
		{Axis{Min: -2, Max: 2}, "[−2 −1 0 1 2]"},
		{Axis{Min: 0, Max: 300}, "[0 50 100 150 200 250 300]"},
		{Axis{Min: 95.6, Max: 98.4}, "[96 96.5 97 97.5 98]"},
		{Axis{Min: -0.0012, Max: 0.0011}, "[−0.001 −0.0005 0 0.0005 0.001]"},
		{Axis{Min: 0.01, Max: 100, Ticks: []float64{0.01, 1, 100}}, "[0.01 1 100]"},
		{Axis{Min: 0, Max: 2, Ticks: []float64{0, 1}, Labels: []string{"none", "all"}}, "[none all]"},
	} {
		at, labels := test.axis.ticks()
		if got := fmt.Sprint(labels); got != test.want || len(at) != len(labels) {
			t.Errorf("from %v to %v: ticks at %v, %s; want %s", test.axis.Min, test.axis.Max, at, got, test.want)
		}
	}
}

func TestPanelPutsPointsWhereTheAxesSay(t *testing.T) {
	f := &Figure{ID: "f"}
	p := f.Panel(100, Axis{Min: 1, Max: 100}, Axis{Min: 5, Max: 0})
	low, middle, high := p.At(Point{1, 5}), p.At(Point{50.5, 2.5}), p.At(Point{100, 0})
	if low != (Point{p.left, p.top + 100}) || high != (Point{p.left + p.width, p.top}) {
		t.Errorf("the corners are at %v and %v", low, high)
	}
	if math.Abs(middle.X-(low.X+high.X)/2) > 1e-9 || math.Abs(middle.Y-(low.Y+high.Y)/2) > 1e-9 {
		t.Errorf("the middle is at %v", middle)
	}
	if below := f.Panel(100, p.X, p.Y); below.top < p.top+100+30 || f.Height < below.top+100 {
		t.Errorf("panels at %v and %v in a figure of height %v", p.top, below.top, f.Height)
	}
}

// TestContours draws circles and finds their radius again in every point.
func TestContours(t *testing.T) {
	f := &Figure{ID: "f"}
	p := f.Panel(400, Axis{Min: -2, Max: 2}, Axis{Min: -2, Max: 2})
	before := f.body.Len()
	p.Contours("contour", func(q Point) float64 { return q.X*q.X + q.Y*q.Y }, 1, 2.25)
	centre := p.At(Point{})
	lines := regexp.MustCompile(` d="([^"]*)"`).FindAllStringSubmatch(f.body.String()[before:], -1)
	if len(lines) != 2 {
		t.Fatalf("%d lines; want 2", len(lines))
	}
	for i, radius := range []float64{1, 1.5} {
		numbers := regexp.MustCompile(`[\d.]+`).FindAllString(lines[i][1], -1)
		if len(numbers) < 200 {
			t.Errorf("radius %v: only %d numbers", radius, len(numbers))
		}
		for k := 0; k+1 < len(numbers); k += 2 {
			x, _ := strconv.ParseFloat(numbers[k], 64)
			y, _ := strconv.ParseFloat(numbers[k+1], 64)
			if r := math.Hypot((x-centre.X)/(p.width/4), (y-centre.Y)/100); math.Abs(r-radius) > 0.004 {
				t.Errorf("a point is at %v from the middle; want %v", r, radius)
			}
		}
	}
}

func TestFunctionsStayInTheirPanel(t *testing.T) {
	f := &Figure{ID: "f", Text: "Some text.",
		Title: "A title that is so long that it takes more than one line, as those of claims do: a < b & c"}
	p := f.Panel(100, Axis{Min: 0, Max: 1}, Axis{Min: 0, Max: 1})
	p.Function("s1", 0, 1, func(x float64) float64 { return 3 * x })
	p.Area("share1", 0, 1, func(x float64) (float64, float64) { return 0, x })
	p.Legend(Point{0, 1}, "s1", "w^l_jk < 1", "s2", "more")
	f.Tag(Point{9, 9}, "", "tagged")
	f.Given = "so long that it takes more lines than one, as what was given to a figure often does, η = 0.5 and others"
	for _, svg := range []string{string(f.Inline()), f.File()} {
		elements, text := wellFormed(t, svg)
		if !strings.Contains(text, f.Title) || !strings.Contains(text, f.Text) {
			t.Errorf("title or text is not in %q", text)
		}
		if !strings.Contains(svg, `clip-path="url(#figure-f-1)"`) || !slices.Contains(elements, "clipPath") {
			t.Errorf("the curve is not clipped: %s", svg)
		}
	}
	elements, text := wellFormed(t, f.File())
	if !slices.Contains(elements, "style") || !strings.Contains(text, "so long ") || !strings.Contains(text, "tagged") {
		t.Errorf("a file without a style or a text: %v, %s", elements, text)
	}
	below := regexp.MustCompile(`y="([\d.]+)" class="name" paint-order="stroke">[^<]*others</text>`)
	bottom := regexp.MustCompile(`viewBox="-12 (-\d+) \d+ (\d+)"`).FindStringSubmatch(f.File())
	line := below.FindStringSubmatch(f.File())
	if line == nil || bottom == nil {
		t.Fatalf("no last line of what was given in %s", f.File())
	}
	top, _ := strconv.ParseFloat(bottom[1], 64)
	high, _ := strconv.ParseFloat(bottom[2], 64)
	if y, _ := strconv.ParseFloat(line[1], 64); y <= f.Height || y > top+high-5 {
		t.Errorf("what was given ends at %v, below a drawing of %v, in one from %v to %v", y, f.Height, top, top+high)
	}
}

func TestCurves(t *testing.T) {
	f := &Figure{ID: "f"}
	f.Curves("read", []Curve{{"one", []Point{{1, 90}}}, {"two", []Point{{0, 10}, {1, 95}, {2, 97.5}}}})
	if want := "Curves over epochs, read; one, from 90 to 90; two, from 10 to 97.5"; f.Text != want {
		t.Errorf("%q; want %q", f.Text, want)
	}
	if svg := f.File(); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("no number: %s", svg)
	}
	same := &Figure{ID: "f"}
	same.Curves("read", []Curve{{"flat", []Point{{0, 3}, {5, 3}}}})
	if svg := same.File(); strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("no number in a flat curve: %s", svg)
	}
}

// TestDigit reads the pixels of a digit back from the drawing.
func TestDigit(t *testing.T) {
	pixels := nndl.DrawDigits(1, 3).Image(0)
	f := &Figure{ID: "f"}
	f.Digit(Point{}, nndl.Side, pixels)
	drawn := make([]float64, len(pixels))
	shades := regexp.MustCompile(`d="([^"]*)" fill-opacity="([^"]*)"`)
	for _, shade := range shades.FindAllStringSubmatch(f.File(), -1) {
		opacity, _ := strconv.ParseFloat(shade[2], 64)
		for _, pixel := range regexp.MustCompile(`M(\d+) (\d+)h1v1h-1`).FindAllStringSubmatch(shade[1], -1) {
			x, _ := strconv.Atoi(pixel[1])
			y, _ := strconv.Atoi(pixel[2])
			drawn[y*nndl.Side+x] += opacity
		}
	}
	for i, p := range pixels {
		if math.Abs(drawn[i]-float64(p)/255) > 0.125+1e-9 {
			t.Fatalf("pixel %d is %v; want about %v", i, drawn[i], float64(p)/255)
		}
	}
}

func TestExam(t *testing.T) {
	net := nndl.New(nndl.SigmoidNeurons, nndl.Side*nndl.Side, 10)
	net.Biases[1][7] = 2 // whatever it sees is a 7, and else a 0
	digits := nndl.DrawDigits(40, 1)
	e := Examine(net, digits)
	for i, row := range e.Confusion {
		if row[7] != 4 {
			t.Errorf("%v of 4 digits %d are read as 7", row, i)
		}
	}
	if len(e.Misread) != 36 || e.Misread[0].Index != 0 || e.Misread[0].Is != 0 || e.Misread[0].Read != 7 {
		t.Fatalf("%d misread, first %+v; want 36, first digit 0", len(e.Misread), e.Misread[0])
	}
	for _, f := range []*Figure{e.Matrix(), e.Digits(digits, 5), e.Digits(digits, 99), Weights(net), (Exam{}).Matrix(),
		(Exam{}).Digits(digits, 3)} {
		if _, text := wellFormed(t, f.File()); f.Title == "" || f.Text == "" || !strings.Contains(text, f.Title) {
			t.Errorf("%s: title %q, text %q", f.ID, f.Title, f.Text)
		}
	}
}

// TestTheCommonestMistakeIsFirst reads digits of which all are taken for a 7, the more surely the more ink they have. A
// 1 has little ink, but there is one more of it.
func TestTheCommonestMistakeIsFirst(t *testing.T) {
	net := nndl.New(nndl.SigmoidNeurons, nndl.Side*nndl.Side, 10)
	for k := range net.Weights[1][7] {
		net.Weights[1][7][k] = 0.01
	}
	wrong := Examine(net, nndl.DrawDigits(42, 1).Slice(1, 42)).Misread
	for i, m := range wrong[2:] {
		if m.Outputs[7] > wrong[i+1].Outputs[7] {
			t.Errorf("digit %d, %v, is behind one with %v", m.Index, m.Outputs[7], wrong[i+1].Outputs[7])
		}
	}
	if wrong[0].Is != 1 || wrong[0].Outputs[7] >= wrong[1].Outputs[7] {
		t.Errorf("first %d, read with %v, then %d, with %v; want 1, and a surer one",
			wrong[0].Is, wrong[0].Outputs[7], wrong[1].Is, wrong[1].Outputs[7])
	}
}
