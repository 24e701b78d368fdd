package main

import (
	"fmt"
	"math"

	"nndl"
	"nndl/cmd/internal/plot"
)

// figuresOfChapter4 draws the figures of the book's chapter 4, each for the test of that name. Each is a function of
// the numbers that a reader might change, called with those of the printed page.
func figuresOfChapter4() map[string][]*plot.Figure {
	return map[string][]*plot.Figure{
		"TestBook4_Step":                 {stepOfNeuron(20, -10)},
		"TestBook4_Bump":                 {bumpOfNeurons(0.3, 0.7, 0.8, 60)},
		"TestBook4_OneInput":             {staircases(5, 20, 80, 60)},
		"TestBook4_Towers":               {towerFromAbove(30, 10)},
		"TestBook4_RectifiedLinearUnits": {straightPieces(10)},
	}
}

// unit is the axis of an input from 0 to 1.
var unit = plot.Axis{Name: "input x", Max: 1}

// answer returns what a network with one output answers.
func answer(net *nndl.Network) func(x float64) float64 {
	return func(x float64) float64 { return net.FeedForward([]float64{x})[0] }
}

// stepsOf returns a network with a hidden neuron for each s, σ(w(x − s)), and the weights v to a linear output.
func stepsOf(w, bias float64, s, v []float64) *nndl.Network {
	net := nndl.New(nndl.SigmoidNeurons, 1, len(s), 1)
	net.Output = nndl.LinearNeurons
	for j := range s {
		net.Weights[1][j][0], net.Biases[1][j] = w, -w*s[j]
	}
	copy(net.Weights[2][0], v)
	net.Biases[2][0] = bias
	return net
}

// even draws f at points that are as close to one another as the units of the figure, so that no step is missed.
func even(p *plot.Panel, class string, f func(x float64) float64) {
	const n = 480
	points := make([]plot.Point, n+1)
	for i := range points {
		x := float64(i) / n
		points[i] = xy(x, f(x))
	}
	p.Curve(class, points...)
}

func stepOfNeuron(w, b float64) *plot.Figure {
	net := nndl.New(nndl.SigmoidNeurons, 1, 1)
	net.Weights[1][0][0], net.Biases[1][0] = w, b
	perceptron := net.Clone()
	perceptron.Hidden, perceptron.Output = nndl.Perceptrons, nndl.Perceptrons
	f := &plot.Figure{ID: "step", Title: "A neuron with a large weight is a step, where x is −b/w",
		Text:  fmt.Sprintf("The answer over x, with w = %v and b = %v, beside a step.", plot.Label(w), plot.Label(b)),
		Given: "Shaded is the window from 1% to 99%, (2/w) ln 99 wide, where the neuron is not yet a step."}
	p := f.Panel(200, unit, plot.Axis{Name: "answer σ(wx + b)", Max: 1})
	s, half := -b/w, math.Log(99)/math.Abs(w)
	if low, high := max(s-half, 0), min(s+half, 1); low < high {
		p.Area("share1", low, high, func(float64) (low, high float64) { return 0, 1 })
	}
	even(p, "wide", answer(perceptron))
	even(p, "s1", answer(net))
	p.Legend(xy(0.03, 0.9), "s1", fmt.Sprintf("w = %v, b = %v", plot.Label(w), plot.Label(b)), "wide", "perceptron")
	if 0 <= s && s <= 1 {
		p.Dot("", xy(s, 0.5))
		p.Say(xy(s, 0.5), 12, 14, "halo", "½ at x = −b/w = "+plot.Label(s))
	}
	return f
}

func bumpOfNeurons(s1, s2, h, w float64) *plot.Figure {
	net := stepsOf(w, 0, []float64{s1, s2}, []float64{h, -h})
	f := &plot.Figure{ID: "bump", Title: "Two neurons, one up and one down, make a bump",
		Text: fmt.Sprintf("Two steps of height %v, up at x = %v and down at x = %v, and below them their sum: a bump "+
			"of that height between the two.", plot.Label(h), plot.Label(s1), plot.Label(s2)),
		Given: fmt.Sprintf("Both neurons have w = %v, and to the output h = %v and −h.", plot.Label(w), plot.Label(h))}
	y := plot.Axis{Name: "the two neurons, times h and −h", Min: -max(1, math.Abs(h)), Max: max(1, math.Abs(h))}
	p := f.Panel(130, unit, y)
	even(p, "s1", answer(stepsOf(w, 0, []float64{s1}, []float64{h})))
	even(p, "s2", answer(stepsOf(w, 0, []float64{s2}, []float64{-h})))
	y.Name = "their sum"
	p = f.Panel(130, unit, y)
	p.Curve("wide", xy(0, 0), xy(s1, 0), xy(s1, h), xy(s2, h), xy(s2, 0), xy(1, 0))
	even(p, "s3", answer(net))
	return f
}

// wiggly is the function of the book's (113).
func wiggly(x float64) float64 { return 0.2 + 0.4*x*x + 0.3*x*math.Sin(15*x) + 0.05*math.Cos(50*x) }

// staircase returns the network of n − 1 hidden neurons that goes from wiggly in the middle of each of n parts to the
// next. Each is c parts sharp: w = cn.
func staircase(n, c float64) *nndl.Network {
	var s, v []float64
	for i := 1.0; i < n; i++ {
		s, v = append(s, i/n), append(v, wiggly((i+0.5)/n)-wiggly((i-0.5)/n))
	}
	return stepsOf(c*n, wiggly(0.5/n), s, v)
}

// staircases has a panel for each number of parts, and below it how far off its network is, and the bound.
func staircases(few, more, most, c float64) *plot.Figure {
	f := &plot.Figure{ID: "staircases", Title: "The more hidden neurons, the nearer the network is to f",
		Given: fmt.Sprintf("w = %vN. The bound is (1 + 1/sinh(w/2N)) ω(1/N): f changes by up to ω(d) over d.", c)}
	f.Text = "A function that goes up and down, and three staircases:"
	for _, n := range []float64{few, more, most} {
		const points = 3200
		var values [points + 1]float64
		g, off, omega := answer(staircase(n, c)), 0.0, 0.0
		for i := range values {
			x := float64(i) / points
			values[i] = wiggly(x)
			off = max(off, math.Abs(g(x)-values[i]))
			for k := i - 1; k >= 0 && float64(i-k)*n <= points; k-- {
				omega = max(omega, math.Abs(values[i]-values[k]))
			}
		}
		bound := omega * (1 + 1/math.Sinh(c/2))
		name := fmt.Sprintf("N = %v, %v neurons: off by %.3f, bound %.3f", n, n-1, off, bound)
		p := f.Panel(120, unit, plot.Axis{Name: name, Max: 1})
		even(p, "wide", wiggly)
		even(p, "s1", g)
		f.Text += fmt.Sprintf(" of %v parts, off by at most %.3f;", n, off)
	}
	f.Text += " the last one follows the function closely."
	return f
}

func towerFromAbove(w, h float64) *plot.Figure {
	net := nndl.New(nndl.SigmoidNeurons, 2, 4, 1)
	for j, s := range []float64{0.3, 0.7, 0.3, 0.7} {
		net.Weights[1][j][j/2], net.Biases[1][j] = w, -w*s
		net.Weights[2][0][j] = h - 2*h*float64(j%2)
	}
	net.Biases[2][0] = -1.5 * h
	f := &plot.Figure{ID: "tower", Title: "Two bumps that cross, and a threshold between: a tower",
		Text:  "Contours of the answer over a square: nearly 1 in its middle, and falling steeply on all four sides.",
		Given: fmt.Sprintf("Contours at 0.1, 0.3, 0.5, 0.7, 0.9; w = %v, h = %v, b = −3h/2.", w, h)}
	p := f.Panel(400, unit, plot.Axis{Name: "input y", Max: 1})
	at := func(q plot.Point) float64 { return net.FeedForward([]float64{q.X, q.Y})[0] }
	p.Contours("line s1", at, 0.5)
	p.Contours("contour", at, 0.1, 0.3, 0.7, 0.9)
	p.Curve("thin dash", xy(0.3, 0.3), xy(0.7, 0.3), xy(0.7, 0.7), xy(0.3, 0.7), xy(0.3, 0.3))
	for _, q := range []plot.Point{xy(0.5, 0.5), xy(0.5, 0.88), xy(0.12, 0.12)} {
		p.Dot("", q)
		p.Say(q, 8, 4, "halo", fmt.Sprintf("%.2f", at(q)))
	}
	return f
}

// A rectified is the kind of rectified linear units, max(0, z).
type rectified struct{}

func (rectified) String() string { return "rectified" }

func (rectified) Activate(a, z []float64) {
	for j := range z {
		a[j] = max(0, z[j])
	}
}

func straightPieces(n float64) *plot.Figure {
	net := nndl.New(rectified{}, 1, int(n), 1)
	net.Output = nndl.LinearNeurons
	net.Biases[2][0] = wiggly(0)
	slope := 0.0
	for j := range net.Weights[1] {
		x := float64(j) / n
		next := n * (wiggly(x+1/n) - wiggly(x))
		net.Weights[1][j][0], net.Biases[1][j], net.Weights[2][0][j] = 1, -x, next-slope
		slope = next
	}
	f := &plot.Figure{ID: "pieces", Title: "Rectified units make straight pieces through points of f",
		Text:  fmt.Sprintf("A function that goes up and down, and a line of %v straight pieces through its points.", n),
		Given: fmt.Sprintf("%v hidden units, max(0, z).", n)}
	p := f.Panel(200, unit, plot.Axis{Name: "f, and the network's answer", Max: 1})
	even(p, "wide", wiggly)
	even(p, "s1", answer(net))
	for i := 0.0; i <= n; i++ {
		p.Dot("s1", xy(i/n, wiggly(i/n)))
	}
	return f
}
