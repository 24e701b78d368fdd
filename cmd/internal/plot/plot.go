// Package plot draws figures as SVG: axes with ticks, curves, contours, areas, digits. Text stays text, colours are
// classes that follow those of the page, and what differs in colour differs in its dashes too. The same numbers give
// the same bytes.
package plot

import (
	_ "embed"
	"fmt"
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"

	"nndl/cmd/internal/typeset"
)

// Width is that of a figure, in units that are pixels where it is shown at its natural size.
const Width = 480

// Style is the style sheet of figures.
//
//go:embed figure.css
var Style string

// A Figure is a drawing of Width×Height.
type Figure struct {
	ID     string // unique on its page
	Title  string // the claim that it shows
	Text   string // what is to be seen, for those who do not see it
	Given  string // what it was measured with, to be read below it
	Height float64
	body   strings.Builder
	panels int
}

// A Point is a place in a figure, or in a panel in the units of its axes.
type Point struct{ X, Y float64 }

// Inline returns the figure as a part of a page that has Style.
func (f *Figure) Inline() template.HTML {
	return template.HTML(f.svg(fmt.Sprintf(`viewBox="0 0 %d %s"`, Width, number(f.Height)), ""))
}

// File returns the figure as a file of its own, with its title above it and what was given below.
func (f *Figure) File() string {
	head := "<style>" + Style + `</style><rect class="paper" x="-20" y="-999" width="600" height="2000"/>`
	title, given := typeset.Lines(f.Title, 64), typeset.Lines(f.Given, 76)
	above, below := 20*float64(len(title)), 18*float64(len(given))
	for i, line := range title {
		head += note(Point{4, 20*float64(i) - above}, "title", line)
	}
	for i, line := range given {
		head += note(Point{4, f.Height + 16 + 18*float64(i)}, "name", line)
	}
	const frame = `xmlns="http://www.w3.org/2000/svg" viewBox="-12 %s %d %s"`
	return f.svg(fmt.Sprintf(frame, number(-above-20), Width+24, number(f.Height+above+below+32)), head)
}

func (f *Figure) svg(frame, head string) string {
	title, text := f.id("title"), f.id("text")
	return fmt.Sprintf(`<svg %s class="figure" role="img" aria-labelledby="%s %s">`+
		`<title id="%s">%s</title><desc id="%s">%s</desc>%s`+"\n%s</svg>\n", frame, title, text,
		title, html.EscapeString(f.Title), text, html.EscapeString(f.Text), head, f.body.String())
}

// id returns the id of a part of the figure.
func (f *Figure) id(part any) string { return fmt.Sprintf("figure-%s-%v", f.ID, part) }

// number writes a coordinate: a tenth of a unit is enough.
func number(x float64) string { return strconv.FormatFloat(math.Round(10*x)/10+0, 'f', -1, 64) }

// Label writes a number for people to read.
func Label(x float64) string {
	return strings.Replace(strconv.FormatFloat(x, 'g', 4, 64), "-", "−", 1)
}

// Element adds an element without contents: its name and, in pairs, its attributes.
func (f *Figure) Element(name string, attributes ...any) {
	fmt.Fprintf(&f.body, "<%s", name)
	for i := 0; i < len(attributes); i += 2 {
		value := attributes[i+1]
		if x, ok := value.(float64); ok {
			value = number(x)
		}
		fmt.Fprintf(&f.body, ` %s="%v"`, attributes[i], value)
	}
	f.body.WriteString("/>\n")
}

// Note writes text at a place. Its class says how: middle or end is where the place is in it, name is grey.
func (f *Figure) Note(at Point, class, text string) { f.body.WriteString(note(at, class, text)) }

func note(at Point, class, text string) string {
	return fmt.Sprintf(`<text x="%s" y="%s" class="%s" paint-order="stroke">%s</text>`+"\n",
		number(at.X), number(at.Y), class, typeset.SVG(text))
}

// Tag writes text in the middle of an opaque box, so that what is under it does not disturb.
func (f *Figure) Tag(at Point, class, text string) {
	wide := 15*typeset.Width(text) + 6
	f.Element("rect", "class", "paper", "x", at.X-wide/2, "y", at.Y-9, "width", wide, "height", 18.0)
	f.Note(Point{at.X, at.Y + 4.5}, "middle "+class, text)
}

// Line draws a line through points.
func (f *Figure) Line(class string, points ...Point) {
	f.Element("path", "class", class, "d", path(points))
}

func path(points []Point) string {
	parts := make([]string, len(points))
	for i, p := range points {
		parts[i] = number(p.X) + " " + number(p.Y)
	}
	return "M" + strings.Join(parts, "L")
}

// Arrow draws a line with a head at its end.
func (f *Figure) Arrow(class string, from, to Point) {
	f.Line(class, from, to)
	degrees := math.Atan2(to.Y-from.Y, to.X-from.X) * 180 / math.Pi
	f.Element("path", "class", class+" head", "d", "M0 0l-9 -4v8z",
		"transform", fmt.Sprintf("translate(%s %s) rotate(%.0f)", number(to.X), number(to.Y), degrees))
}
