package plot

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"nndl/cmd/internal/typeset"
)

// An Axis is one of the two of a panel. Ticks and their labels are found if they are not given.
type Axis struct {
	Name     string // with its unit
	Min, Max float64
	Ticks    []float64
	Labels   []string
}

// ticks returns where the axis has ticks, in steps of 1, 2 or 5, times a power of ten, and what is written there.
func (a Axis) ticks() (at []float64, labels []string) {
	at, labels = a.Ticks, a.Labels
	if at == nil {
		step := math.Pow(10, math.Floor(math.Log10((a.Max-a.Min)/4)))
		for _, nice := range []float64{5, 2} {
			if (a.Max-a.Min)/(nice*step) >= 4 {
				step *= nice
				break
			}
		}
		for i := math.Ceil(a.Min/step - 1e-9); i*step <= a.Max+1e-9*step; i++ {
			at = append(at, i*step+0) // 0 is not to be −0
		}
	}
	for i := len(labels); i < len(at); i++ {
		labels = append(labels, Label(at[i]))
	}
	return at, labels
}

// A Panel is a part of a figure with two axes.
type Panel struct {
	*Figure
	X, Y                     Axis
	left, top, width, height float64
	clip                     string
}

// Panel adds a panel below what is there, with its plane of the given height, and draws its axes.
func (f *Figure) Panel(height float64, x, y Axis) *Panel {
	f.panels++
	p := &Panel{f, x, y, 48, f.Height + 26, Width - 48 - 14, height, f.id(f.panels)}
	f.Height = p.top + height + 40
	fmt.Fprintf(&f.body, `<clipPath id="%s"><rect x="%s" y="%s" width="%s" height="%s"/></clipPath>`+"\n",
		p.clip, number(p.left-4), number(p.top-4), number(p.width+8), number(p.height+8))
	at, labels := x.ticks()
	for i, v := range at {
		place := p.At(Point{v, y.Min})
		f.Line("grid", place, Point{place.X, p.top})
		f.Note(Point{place.X, place.Y + 16}, "tick middle", labels[i])
	}
	at, labels = y.ticks()
	for i, v := range at {
		place := p.At(Point{x.Min, v})
		if y.Labels == nil {
			f.Line("grid", place, Point{p.left + p.width, place.Y})
		}
		f.Note(Point{place.X - 6, place.Y + 4}, "tick end", labels[i])
	}
	f.Line("axis", Point{p.left, p.top}, Point{p.left, p.top + height}, Point{p.left + p.width, p.top + height})
	f.Note(Point{p.left + p.width, p.top + height + 33}, "name end", x.Name)
	f.Note(Point{4, p.top - 10}, "name", y.Name)
	return p
}

// At returns the place of a point in the figure.
func (p *Panel) At(q Point) Point {
	right, up := (q.X-p.X.Min)/(p.X.Max-p.X.Min), (q.Y-p.Y.Min)/(p.Y.Max-p.Y.Min)
	return Point{p.left + p.width*right, p.top + p.height*(1-up)}
}

// path returns a line through points of the panel.
func (p *Panel) path(points ...Point) string {
	places := make([]Point, len(points))
	for i, q := range points {
		places[i] = p.At(q)
	}
	return path(places)
}

// Series returns the class of line i of a panel, from 0 to 4: its colour and its dashes.
func Series(i int) string { return fmt.Sprintf("s%d", i+1) }

// Curve draws a line through points of the panel, as far as they are in it.
func (p *Panel) Curve(class string, points ...Point) {
	p.Element("path", "class", "line "+class, "d", p.path(points...), "clip-path", "url(#"+p.clip+")")
}

// Function draws f from one x to another.
func (p *Panel) Function(class string, from, to float64, f func(x float64) float64) {
	var points []Point
	for _, x := range steps(from, to) {
		points = append(points, Point{x, f(x)})
	}
	p.Curve(class, points...)
}

// Area fills what is between two functions from one x to another.
func (p *Panel) Area(class string, from, to float64, f func(x float64) (low, high float64)) {
	var points []Point // back along the one, and then along the other
	for _, x := range steps(from, to) {
		low, high := f(x)
		points = append(append([]Point{{x, low}}, points...), Point{x, high})
	}
	p.Element("path", "class", class, "d", p.path(points...)+"Z")
}

// steps returns numbers from one x to another, closer to one another near the ends, where a curve may be steepest.
func steps(from, to float64) []float64 {
	const n = 240
	xs := make([]float64, n+1)
	for i := range xs {
		xs[i] = from + (to-from)*(1-math.Cos(math.Pi*float64(i)/n))/2
	}
	return xs
}

// Dot marks a point.
func (p *Panel) Dot(class string, at Point) {
	p.Element("circle", "class", "dot "+class, "cx", p.At(at).X, "cy", p.At(at).Y, "r", 3.6)
}

// Say writes text beside a point, moved by dx and dy units of the figure.
func (p *Panel) Say(at Point, dx, dy float64, class, text string) {
	p.Note(Point{p.At(at).X + dx, p.At(at).Y + dy}, class, text)
}

// Legend explains lines of these classes, from a point downwards: class, text, class, text, …
func (p *Panel) Legend(at Point, explained ...string) {
	place := p.At(at)
	for i := 0; i < len(explained); i += 2 {
		p.Element("rect", "class", "paper", "x", place.X-6, "y", place.Y-14,
			"width", 48+15*typeset.Width(explained[i+1]), "height", 20.0)
		p.Line("line "+explained[i], Point{place.X, place.Y - 4}, Point{place.X + 30, place.Y - 4})
		p.Note(Point{place.X + 38, place.Y}, "", explained[i+1])
		place.Y += 19
	}
}

// Contours draws the lines on which f has these values, by marching squares: where f passes a value between two corners
// of a small square, a piece of the line crosses that side.
func (p *Panel) Contours(class string, f func(Point) float64, values ...float64) {
	const n = 64
	wide, high := (p.X.Max-p.X.Min)/n, (p.Y.Max-p.Y.Min)/n
	for _, value := range values {
		var line strings.Builder
		for i := range n * n {
			x, y := p.X.Min+wide*float64(i%n), p.Y.Min+high*float64(i/n)
			corners := []Point{{x, y}, {x + wide, y}, {x + wide, y + high}, {x, y + high}, {x, y}}
			var crossed []Point
			for k := range 4 {
				a, b := corners[k], corners[k+1]
				if above, next := f(a)-value, f(b)-value; (above < 0) != (next < 0) {
					t := above / (above - next)
					crossed = append(crossed, Point{a.X + t*(b.X-a.X), a.Y + t*(b.Y-a.Y)})
				}
			}
			for k := 0; k+1 < len(crossed); k += 2 {
				line.WriteString(p.path(crossed[k : k+2]...))
			}
		}
		p.Element("path", "class", class, "d", line.String())
	}
}

// A Curve is what was measured after epochs.
type Curve struct {
	Name   string
	Points []Point
}

// Curves adds a panel with curves over epochs, and says in the text where each begins and ends.
func (f *Figure) Curves(quantity string, curves []Curve) {
	all, last := []float64{}, 5.0
	for _, c := range curves {
		for _, q := range c.Points {
			all, last = append(all, q.Y), max(last, q.X)
		}
	}
	low, high := slices.Min(all), slices.Max(all)
	margin := 0.08*(high-low) + 1e-3*math.Abs(high) + 1e-9
	y := Axis{Name: quantity, Min: low - margin, Max: high + margin}
	if y.Min > 0 {
		y.Name += fmt.Sprintf("; the axis begins at %.3g", y.Min)
	}
	p := f.Panel(200, Axis{Name: "epoch", Max: last}, y)
	f.Text = "Curves over epochs, " + quantity
	var explained []string
	for i, c := range curves {
		p.Curve(Series(i), c.Points...)
		explained = append(explained, Series(i), c.Name)
		f.Text += fmt.Sprintf("; %s, from %s to %s", c.Name, Label(c.Points[0].Y), Label(c.Points[len(c.Points)-1].Y))
	}
	corner := Point{last / 2, low + 0.35*(high-low)} // below curves that rise
	if all[0] > all[len(all)-1] {
		corner.Y = high // above those that fall
	}
	p.Legend(corner, explained...)
}
