package main

import (
	"fmt"
	"go/ast"
	"math"
	"strconv"
	"strings"

	"nndl"
	"nndl/cmd/internal/literate"
	"nndl/cmd/internal/plot"
)

// figures draws all figures, each for the test, the example or the file of that name. Some need a network that reads,
// and train it on this number of digits.
func figures(s *literate.Source, digits int) map[string][]*plot.Figure {
	return map[string][]*plot.Figure{
		"TestExercise1_2":        {limit()},
		"TestExercise1_3":        {binary()},
		"TestExercise1_4":        {steepest()},
		"ExampleGradient_byHand": {byHand()},
		"TestExercise3_1":        {entropy()},
		"TestExercise3_2":        {slowdown()},
		"TestExercise3_3":        {shares()},
		"mnist.go":               append(learning(digits), hands(s)),
	}
}

// xy returns a point.
func xy(x, y float64) plot.Point { return plot.Point{X: x, Y: y} }

// descend makes one step of gradient descent on all examples.
func descend(net *nndl.Network, cost nndl.Cost, eta float64, data nndl.Examples) {
	sgd := nndl.SGD{Cost: cost, Eta: eta, BatchSize: len(data)}
	if _, err := sgd.Epoch(net, data, 0); err != nil {
		panic(err) // no figure has settings that do not fit
	}
}

func limit() *plot.Figure {
	f := &plot.Figure{ID: "limit", Title: "The larger c, the nearer σ(cz) is to the step; but at 0 it is always ½",
		Text: "Curves of σ(cz) over z for c = 1, 4, 16 and 64, and the step. With c they become steeper and come " +
			"nearer to the step, but all pass through ½ at z = 0, where the step is 0."}
	p := f.Panel(250, plot.Axis{Name: "weighted input z", Min: -2, Max: 2}, plot.Axis{Name: "answer", Min: 0, Max: 1})
	p.Curve("wide", xy(-2, 0), xy(0, 0))
	p.Curve("wide", xy(0, 1), xy(2, 1))
	var lines []string
	for i, c := range []float64{1, 4, 16, 64} {
		p.Function(plot.Series(i), -2, 2, func(z float64) float64 { return nndl.Sigmoid(c * z) })
		lines = append(lines, plot.Series(i), fmt.Sprintf("σ(cz), c = %v", c))
	}
	p.Legend(xy(0.8, 0.6), append(lines, "wide", "the step")...)
	p.Dot("ring", xy(0, 1))
	p.Dot("", xy(0, nndl.Step(0)))
	p.Dot("", xy(0, nndl.Sigmoid(0)))
	p.Say(xy(0, 0.5), -12, -8, "end halo", "σ = ½ for every c")
	p.Say(xy(0, 0), 10, -9, "halo", "the step is 0 at z = 0")
	return f
}

func binary() *plot.Figure {
	f := &plot.Figure{ID: "binary", Title: "Each weighted input of the binary layer is beyond ±0.90 on its side",
		Text: "For every digit four bars, one for each bit: the range of its weighted input z over all allowed " +
			"outputs. The bars of bits that are 1 are right of 0.90, the others left of −0.90. With the weights that " +
			"the text prints, bit 1 of the digit 9 is right of 0.90 too, and 9 reads as 11."}
	rows := plot.Axis{Name: "digit; from above its bits 3, 2, 1, 0", Min: 9.7, Max: -0.7}
	for digit := range 10 {
		rows.Ticks, rows.Labels = append(rows.Ticks, float64(digit)), append(rows.Labels, fmt.Sprint(digit))
	}
	p := f.Panel(430, plot.Axis{Name: "weighted input z", Min: -1.2, Max: 1.2, Ticks: []float64{-0.9, 0, 0.9}}, rows)
	bar := func(class string, digit, bit int, w []float64) plot.Point {
		low, high := min(0.99*w[digit], w[digit]), max(0.99*w[digit], w[digit])
		for k := range w {
			if k != digit {
				low, high = low+min(0, 0.01*w[k]), high+max(0, 0.01*w[k])
			}
		}
		y := float64(digit) + 0.3 - 0.2*float64(bit)
		p.Curve("bar "+class, xy(low, y), xy(high, y))
		return xy(low, y)
	}
	weights := nndl.BinaryLayer().Weights[1]
	for digit := range 10 {
		p.Say(xy(0, float64(digit)), 0, 4, "middle halo", fmt.Sprintf("%04b", digit))
		for bit, w := range weights {
			bar("s1", digit, bit, w)
		}
	}
	weights[1][9] = 1 // as the text has it
	p.Say(bar("s2", 9, 1, weights[1]), -16, 4, "end halo s2", "in the text: 1011")
	p.Curve("thin dash", xy(-0.9, 9.7), xy(-0.9, -0.7))
	p.Curve("thin dash", xy(0.9, 9.7), xy(0.9, -0.7))
	return f
}

// steepest descends on the cost of a linear neuron with two weights and no bias: a bowl.
func steepest() *plot.Figure {
	net := nndl.New(nndl.LinearNeurons, 2, 1)
	w := net.Weights[1][0]
	data := nndl.Examples{{X: []float64{1.7, 0.9}, Y: []float64{2}}, {X: []float64{-0.5, 0.9}, Y: []float64{-0.2}}}
	set := func(at plot.Point) { w[0], w[1], net.Biases[1][0] = at.X, at.Y, 0 }
	moved := func(from plot.Point, eta float64) plot.Point {
		set(from)
		descend(net, nndl.Quadratic, eta, data)
		return xy(w[0], w[1])
	}
	cost := func(at plot.Point) (c float64) {
		set(at)
		for _, e := range data {
			c += nndl.Quadratic.Of(net.FeedForward(e.X), e.Y) / float64(len(data))
		}
		return c
	}
	f := &plot.Figure{ID: "steepest", Title: "−∇C is the steepest way; short steps are slow, too long ones overshoot"}
	across := plot.Axis{Name: "weight w_0", Min: -2, Max: 3}
	p := f.Panel(318, across, plot.Axis{Name: "weight w_1", Min: -1.2, Max: 2.6})
	p.Contours("contour", cost, 0.05, 0.2, 0.5, 1, 1.8, 3, 4.5, 6.5, 9)
	for i, eta := range []float64{0.12, 0.5, 1.02} {
		points := []plot.Point{xy(-1.2, 1.9)}
		for k := range 8 {
			points = append(points, moved(points[k], eta))
			p.Dot(plot.Series(i), points[k+1])
		}
		p.Curve(plot.Series(i), points...)
	}
	p.Legend(xy(1.9, 2.35), "s1", "η = 0.12", "s2", "η = 0.5", "s3", "η = 1.02")
	from := xy(-1.6, -0.9)
	to := moved(from, 1)
	angle := math.Atan2(to.Y-from.Y, to.X-from.X)
	var falls []any
	for i, text := range []string{"−∇C: C falls by %.2f", "turned by 60°: by %.2f"} {
		turned := angle + float64(i)*math.Pi/3
		end := xy(from.X+0.8*math.Cos(turned), from.Y+0.8*math.Sin(turned))
		falls = append(falls, cost(from)-cost(end))
		p.Arrow("line "+plot.Series(i), p.At(from), p.At(end))
		p.Say(end, 8-30*float64(i), 12-20*float64(i), "halo", fmt.Sprintf(text, falls[i]))
	}
	f.Text = fmt.Sprintf("Contours of a cost C over two weights, ellipses around its lowest point. Eight steps of "+
		"gradient descent from one point: with η = 0.12 they are not yet half way, with η = 0.5 they come near, "+
		"with η = 1.02 they jump to and fro across the valley. And two arrows of the same length from another point: "+
		"along −∇C the cost falls by %.2f, turned by 60° by %.2f.", falls...)
	return f
}

// byHand draws the network of ExampleGradient_byHand, once forward and once back.
func byHand() *plot.Figure {
	net := nndl.New(nndl.SigmoidNeurons, 2, 2, 1)
	net.Weights[1], net.Biases[1] = [][]float64{{1, -1}, {1, 0.5}}, []float64{1, -1}
	net.Weights[2], net.Biases[2] = [][]float64{{2, -2}}, []float64{0.5}
	x, y := []float64{1, 2}, []float64{1}
	z, a := net.Activations(x)
	nabla, err := nndl.Gradient(net, nndl.Quadratic, x, y)
	if err != nil {
		panic(err)
	}
	f := &plot.Figure{ID: "byhand", Height: 396, Title: "Forward, each neuron gets its z and a; back, its error δ",
		Text: fmt.Sprintf("2 inputs, 2 hidden neurons, 1 output, twice. Forward: z = %.4f, then %.4f; a = %.4f, then "+
			"%.4f. Back: δ = %.4f, then %.4f.", z[1], z[2], a[1], a[2], nabla.Biases[2], nabla.Biases[1])}
	f.Note(xy(1, 14), "", "Forward. On the lines: the weights w.")
	f.Note(xy(1, 218), "", "Back. On the lines: ∂C/∂w; that by the bias of a neuron is its δ.")
	f.Note(xy(479, 150), "end quiet", "C = ½(1 − a)² = "+rounded(nndl.Quadratic.Of(a[2], y)))
	layers(f, 52, net, func(l, j int) []string {
		return []string{"z = " + rounded(z[l][j]), "a = " + rounded(a[l][j])}
	}, false)
	layers(f, 256, nabla, func(l, j int) []string { return []string{"δ = " + rounded(nabla.Biases[l][j])} }, true)
	return f
}

// layers draws a network of layers 2, 2 and 1, with lines of text in each neuron and the weights on the connections.
func layers(f *plot.Figure, top float64, net *nndl.Network, text func(l, j int) []string, back bool) {
	at := func(l, j int) plot.Point { return xy(44+196*float64(l), top+[]float64{0, 104, 52}[j+2*(l/2)]) }
	for l, size := range net.Sizes {
		for j := range size {
			lines := []string{fmt.Sprintf("x_%d = %d", j, j+1)}
			if l > 0 {
				lines = text(l, j)
			}
			middle := at(l, j)
			f.Element("rect", "class", "box", "x", middle.X-43, "y", middle.Y-23, "width", 86, "height", 46, "rx", 8)
			for i, line := range lines {
				f.Note(xy(middle.X, middle.Y+13-9*float64(len(lines))+18*float64(i)), "middle", line)
			}
			for k := 0; l > 0 && k < net.Sizes[l-1]; k++ {
				from, to, t := at(l-1, k), middle, 0.5
				if l == 1 && j != k {
					t = 0.25 // clear of the crossing
				}
				from.X, from.Y = from.X+43, from.Y+12*(float64(j)-0.5)*float64(2-l)
				to.X, to.Y = to.X-43, to.Y+12*(float64(k)-0.5)
				weight := xy(from.X+t*(to.X-from.X), from.Y+t*(to.Y-from.Y)+4)
				if back {
					from, to = to, from
				}
				f.Arrow("line thin", from, to)
				f.Note(weight, "middle halo", rounded(net.Weights[l][j][k]))
			}
		}
	}
}

// rounded writes a number with at most four digits after the point.
func rounded(x float64) string { return plot.Label(math.Round(x*1e4) / 1e4) }

func slowdown() *plot.Figure {
	f := &plot.Figure{ID: "slowdown"}
	epochs := plot.Axis{Name: "epoch", Min: 0, Max: 300}
	output := f.Panel(130, epochs, plot.Axis{Name: "output a, where 0 is desired", Min: 0, Max: 1})
	down := f.Panel(130, epochs, plot.Axis{Name: "cost C, as a part of what it was at first", Min: 0, Max: 1})
	data := nndl.Examples{{X: []float64{1}, Y: []float64{0}}}
	var needed []any // epochs until a is below ½
	for i, cost := range []nndl.Cost{nndl.Quadratic, nndl.CrossEntropy} {
		net := nndl.New(nndl.SigmoidNeurons, 1, 1)
		net.Weights[1][0][0], net.Biases[1][0] = 2, 2
		first := cost.Of(net.FeedForward(data[0].X), data[0].Y)
		var outputs, costs []plot.Point
		for epoch := range 301 {
			a := net.FeedForward(data[0].X)
			if len(needed) == i && a[0] < 0.5 {
				needed = append(needed, epoch)
			}
			outputs = append(outputs, xy(float64(epoch), a[0]))
			costs = append(costs, xy(float64(epoch), cost.Of(a, data[0].Y)/first))
			descend(net, cost, 0.15, data)
		}
		output.Curve(plot.Series(i), outputs...)
		down.Curve(plot.Series(i), costs...)
	}
	output.Legend(xy(66, 0.6), "s1", "quadratic cost", "s2", "cross-entropy")
	f.Title = fmt.Sprintf("Badly wrong, a neuron needs %d epochs to a = ½ under the quadratic cost, %d under the "+
		"cross-entropy", needed...)
	f.Text = "Output and cost of one sigmoid neuron over 300 epochs with η = 0.15. It starts at w = b = 2, answers " +
		"0.98, and should answer 0. Under the cross-entropy both fall at once. Under the quadratic cost they stay " +
		"where they are for more than a hundred epochs."
	return f
}

func entropy() *plot.Figure {
	f := &plot.Figure{ID: "entropy", Title: "The cross-entropy is least at a = y, where it is the binary entropy H(y)",
		Text: "Curves of the cross-entropy over the output a, for y = 0, 0.2, 0.5, 0.8 and 1. Each has its lowest " +
			"point at a = y. These points lie on the curve of H, which is 0 at 0 and 1 and largest, 0.69, at ½."}
	p := f.Panel(280, plot.Axis{Name: "output a", Min: 0, Max: 1},
		plot.Axis{Name: "cross-entropy C, in nats", Min: 0, Max: 2})
	p.Function("wide", 0, 1, nndl.BinaryEntropy)
	var lines []string
	for i, y := range []float64{0, 0.2, 0.5, 0.8, 1} {
		p.Function(plot.Series(i), 1e-9, 1-1e-9, func(a float64) float64 {
			return nndl.CrossEntropy.Of([]float64{a}, []float64{y})
		})
		p.Dot(plot.Series(i), xy(y, nndl.BinaryEntropy(y)))
		lines = append(lines, plot.Series(i), fmt.Sprintf("C, y = %v", y))
	}
	p.Legend(xy(0.39, 1.9), append(lines, "wide", "H(a)")...)
	return f
}

func shares() *plot.Figure {
	f := &plot.Figure{ID: "softmax", Title: "As c grows, the largest z takes all; of two that are largest, each a half",
		Text: "The three outputs of softmax of cz as shares of 1, over c, for z = (1, 2, 3) and z = (1, 3, 3). For " +
			"small c all have a third. For large c the largest z has everything, or each of the two largest a half."}
	for _, z := range [][]float64{{1, 2, 3}, {1, 3, 3}} {
		over := plot.Axis{Name: "c", Min: 0.01, Max: 100, Log: true, Ticks: []float64{0.01, 0.1, 1, 10, 100}}
		name := fmt.Sprintf("outputs for z = (%v, %v, %v), as shares of 1", z[0], z[1], z[2])
		p := f.Panel(150, over, plot.Axis{Name: name, Min: 0, Max: 1})
		share := func(c float64, j int) (low, high float64) { // of output j, on top of those before
			a := make([]float64, len(z))
			nndl.SoftmaxC(a, z, c)
			for k := range j {
				low += a[k]
			}
			return low, low + a[j]
		}
		for j := range z {
			p.Area(fmt.Sprintf("share%d", j+1), 0.01, 100, func(c float64) (float64, float64) { return share(c, j) })
			low, high := share(0.02, j)
			p.Say(xy(0.02, (low+high)/2), 0, 4, "", fmt.Sprintf("a_%d, of z_%d = %v", j, j, z[j]))
		}
		p.Curve("thin dash", xy(1, 0), xy(1, 1))
		p.Say(xy(1, 0.86), 8, 0, "", "c = 1: softmax itself")
	}
	return f
}

// hands draws the ways of the pen that the source has for every digit, and digits drawn from them.
func hands(s *literate.Source) *plot.Figure {
	var ways [10][]string
	most := 0
	ast.Inspect(s.Files["mnist.go"].Tree, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && spec.Names[0].Name == "digitWays" {
			for _, element := range spec.Values[0].(*ast.CompositeLit).Elts {
				way, _ := strconv.Unquote(element.(*ast.BasicLit).Value)
				digit := way[0] - '0'
				ways[digit] = append(ways[digit], way[2:])
				most = max(most, len(ways[digit]))
			}
		}
		return true
	})
	size := plot.Width / (float64(most) + 0.4 + 1.05*6)
	right := size * (float64(most) + 0.4)
	f := &plot.Figure{ID: "hands", Height: 20 + 11.5*size,
		Title: "A drawn digit is a path of the pen, in a hand that leans, bends and trembles",
		Text:  "Ten rows, one for each digit: the ways of the pen to write it, and six digits drawn at random."}
	f.Note(xy(0, 10), "name", "the ways of the pen")
	f.Note(xy(right, 10), "name", "digits drawn from them")
	digits := nndl.DrawDigits(60, 1)
	for digit := range ways {
		y := 20 + 1.15*size*float64(digit)
		for i, way := range ways[digit] {
			for _, stroke := range strings.Split(way, "|") {
				pen(f, strings.Fields(stroke), xy(size*float64(i), y), size)
			}
		}
		for i := range 6 {
			f.Digit(xy(right+1.05*size*float64(i), y), size, digits.Image(10*i+digit))
		}
	}
	return f
}

// pen draws a stroke of digitWays as smoothStroke does: from the middle of two points to the middle of the next two.
func pen(f *plot.Figure, points []string, corner plot.Point, size float64) {
	at := func(i int) plot.Point {
		p := points[min(i, len(points)-1)]
		return xy(corner.X+size*(0.1+float64(p[0]-'0')/12), corner.Y+size*(0.1+float64(p[1]-'0')/12))
	}
	d := fmt.Sprintf("M%.1f %.1f", at(0).X, at(0).Y)
	for i := range points {
		via, next := at(i), at(i+1)
		d += fmt.Sprintf("Q%.1f %.1f %.1f %.1f", via.X, via.Y, (via.X+next.X)/2, (via.Y+next.Y)/2)
	}
	f.Element("path", "class", "line", "d", d)
}

// learning trains a network under each of the three costs, and draws how well it reads after each epoch, what the last
// one learnt, and its mistakes.
func learning(digits int) []*plot.Figure {
	all := nndl.DrawDigits(digits+digits/3, 1)
	train, test := all.Slice(0, digits), all.Slice(digits, all.Len())
	var curves []plot.Curve
	var net *nndl.Network
	for i, cost := range []nndl.Cost{nndl.Quadratic, nndl.LogLikelihood, nndl.CrossEntropy} {
		net = nndl.New(nndl.SigmoidNeurons, nndl.Side*nndl.Side, 30, 10)
		net.Output = []nndl.Activation{nndl.SigmoidNeurons, nndl.SoftmaxLayer, nndl.SigmoidNeurons}[i]
		net.InitScaled(1)
		sgd := nndl.SGD{Cost: cost, Eta: []float64{3, 0.25, 0.25}[i], BatchSize: 10, Seed: 1}
		c := plot.Curve{Name: fmt.Sprintf("%v, η = %v", cost, sgd.Eta)}
		for epoch := range 10 {
			if _, err := sgd.Epoch(net, train, epoch); err != nil {
				panic(err)
			}
			share := float64(nndl.Correct(net, test)) / float64(test.Len())
			c.Points = append(c.Points, xy(float64(epoch+1), 100*share))
		}
		curves = append(curves, c)
	}
	f := &plot.Figure{ID: "learning", Title: "The network learns to read under each of the costs, if η fits it"}
	f.Curves("test digits read correctly, in per cent", curves)
	exam := plot.Examine(net, test)
	return []*plot.Figure{f, plot.Weights(net), exam.Matrix(), exam.Digits(test, 6)}
}
