package plot

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strings"

	"nndl"
)

// Digit draws the pixels of a digit in a square of this size, in four shades.
func (f *Figure) Digit(at Point, size float64, pixels []byte) {
	const shades = 4
	var d [shades + 1]strings.Builder // the pixels of each shade
	for i, p := range pixels {
		fmt.Fprintf(&d[(int(p)*shades+127)/255], "M%d %dh1v1h-1", i%nndl.Side, i/nndl.Side)
	}
	fmt.Fprintf(&f.body, `<g class="ink" transform="translate(%s %s) scale(%.4g)">`, number(at.X), number(at.Y),
		size/nndl.Side)
	for shade := 1; shade <= shades; shade++ {
		f.Element("path", "d", d[shade].String(), "fill-opacity", fmt.Sprint(float64(shade)/shades))
	}
	f.body.WriteString("</g>\n")
}

// heat draws Side×Side numbers from -most to most as a picture: dark blue is negative, grey 0, light yellow positive,
// which are as different in grey as in colour.
func (f *Figure) heat(at Point, size float64, values []float64, most float64) {
	const half = 15
	var shades color.Palette
	for i := -half; i <= half; i++ {
		mix := func(dark, light float64) uint8 {
			return uint8(150 + max(0, -float64(i))/half*(dark-150) + max(0, float64(i))/half*(light-150))
		}
		shades = append(shades, color.RGBA{mix(12, 255), mix(44, 236), mix(110, 130), 255})
	}
	picture := image.NewPaletted(image.Rect(0, 0, nndl.Side, nndl.Side), shades)
	for i, v := range values {
		picture.Pix[i] = uint8(half + math.Round(half*max(-1, min(1, v/most))))
	}
	var file bytes.Buffer
	png.Encode(&file, picture) // a buffer takes everything
	f.Element("image", "x", at.X, "y", at.Y, "width", size, "height", size, "href",
		"data:image/png;base64,"+base64.StdEncoding.EncodeToString(file.Bytes()))
}

// Weights draws the weights of the first layer, at most 30 neurons, each as a picture over the pixels that it sees.
func Weights(net *nndl.Network) *Figure {
	const columns, size = 6, 72.0
	rows := net.Weights[1][:min(30, len(net.Weights[1]))]
	most := 0.0 // five times their mean size
	for _, w := range slices.Concat(rows...) {
		most += 5 * math.Abs(w) / float64(len(rows)*len(rows[0]))
	}
	f := &Figure{ID: "weights", Title: "Each hidden neuron has learnt its own pattern of pixels",
		Text: fmt.Sprintf("Pictures of the weights of %d neurons of the first layer, one for each pixel. "+
			"Light yellow weights are positive, dark blue ones negative, grey ones 0.", len(rows))}
	for j, w := range rows {
		f.heat(Point{float64(j%columns) * 81, 4 + float64(j/columns)*81}, size, w, most)
	}
	f.Height = float64((len(rows)+columns-1)/columns) * 81
	f.Given = fmt.Sprintf("Dark blue is below −%.1f, grey is 0, light yellow is above %.1f.", most, most)
	return f
}

// An Exam is how a network answers test digits.
type Exam struct {
	Confusion [10][10]int // how many digits i are read as j
	Misread   []Mistake   // the surest of the commonest mistake, then all others, the surest first
}

// A Mistake is a digit that is misread.
type Mistake struct {
	Index, Is, Read int
	Outputs         []float64
}

// Examine lets a network read digits.
func Examine(net *nndl.Network, digits nndl.Digits) (e Exam) {
	for i := range digits.Len() {
		x, y := make([]float64, nndl.Side*nndl.Side), make([]float64, 10)
		digits.Example(i, x, y)
		a, is := net.FeedForward(x), nndl.Argmax(y)
		read := nndl.Argmax(a)
		e.Confusion[is][read]++
		if is != read {
			e.Misread = append(e.Misread, Mistake{i, is, read, a})
		}
	}
	often := func(m Mistake) int { return e.Confusion[m.Is][m.Read] }
	sure := func(m Mistake) float64 { return m.Outputs[m.Read] }
	slices.SortStableFunc(e.Misread, func(p, q Mistake) int {
		return cmp.Or(cmp.Compare(often(q), often(p)), cmp.Compare(sure(q), sure(p)))
	})
	others := e.Misread[min(1, len(e.Misread)):]
	slices.SortStableFunc(others, func(p, q Mistake) int { return cmp.Compare(sure(q), sure(p)) })
	return e
}

// Matrix draws the confusion matrix.
func (e Exam) Matrix() *Figure {
	const size, left, top = 38.0, 64.0, 44.0
	f := &Figure{ID: "confusion", Height: top + 10*size + 6, Title: "Every digit is read correctly",
		Text: "A table of ten rows, what a digit is, and ten columns, what it is read as. The diagonal is right."}
	worst := 1
	if len(e.Misread) > 0 {
		m := e.Misread[0]
		worst = e.Confusion[m.Is][m.Read]
		f.Title = fmt.Sprintf("The commonest mistake, %d times: %d read as %d", worst, m.Is, m.Read)
	}
	f.Note(Point{left + 5*size, 14}, "name middle", "read as")
	f.Note(Point{4, top + 5*size + 4}, "name", "is")
	for i, row := range e.Confusion {
		f.Note(Point{left + (float64(i)+0.5)*size, top - 8}, "tick middle", fmt.Sprint(i))
		f.Note(Point{left - 10, top + (float64(i)+0.5)*size + 4}, "tick end", fmt.Sprint(i))
		for j, n := range row {
			x, y, class, share := left+float64(j)*size, top+float64(i)*size, "right", 0.15
			if i != j {
				class, share = "wrong", 0.5*math.Sqrt(float64(n)/float64(worst))
			}
			f.Element("rect", "class", class, "x", x, "y", y, "width", size-2, "height", size-2,
				"fill-opacity", fmt.Sprintf("%.2f", share))
			if n > 0 {
				f.Note(Point{x + size/2 - 1, y + size/2 + 4}, "middle", fmt.Sprint(n))
			}
		}
	}
	return f
}

// Digits draws the first mistakes, at most n, each beside the ten outputs.
func (e Exam) Digits(digits nndl.Digits, n int) *Figure {
	wrong := e.Misread[:min(n, len(e.Misread))]
	const high = 158.0 // of a row
	f := &Figure{ID: "misread", Title: "Digits that were misread most surely",
		Text:   "Drawn digits that were read as others, each beside a bar for each of its ten outputs.",
		Height: 26 + high*float64((len(wrong)+1)/2)}
	for i, class := range []string{"right", "wrong"} {
		f.Element("rect", "class", class, "x", 244*float64(i), "y", 4.0, "width", 30.0, "height", 9.0)
		f.Note(Point{38 + 244*float64(i), 13}, "", []string{"output of what it is", "of what it is read as"}[i])
	}
	for i, m := range wrong {
		left, top := 244*float64(i%2), 26+high*float64(i/2)
		f.Note(Point{left, top + 18}, "", fmt.Sprintf("%d, read as %d", m.Is, m.Read))
		f.Digit(Point{left, top + 34}, 88, digits.Image(m.Index))
		for j, a := range m.Outputs {
			y := top + 10 + 13.5*float64(j)
			class := map[int]string{m.Is: "right", m.Read: "wrong"}[j]
			f.Note(Point{left + 112, y + 10}, "small end", fmt.Sprint(j))
			f.Element("rect", "class", class, "x", left+117, "y", y+1.5, "width", max(0.5, 70*a), "height", 9.0)
			if a >= 0.005 {
				f.Note(Point{left + 122 + 70*a, y + 10}, "small name", fmt.Sprintf("%.2f", a))
			}
		}
	}
	return f
}
