package nndl

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
)

// The book's chapter 6: convolutional networks, rectified linear units, expanded data and ensembles, with the six files
// as they are. Dropout is in chapter 3.
//
//	go test -v -run Book6
//
// Of the exercises and problems of all six chapters, these have no test, in whole or in part:
//
//	chapter 2  Problem, a fully matrix-based approach: TestBook2_MatrixOverAMiniBatch has its equations; to change
//	           network.py, and how much faster numpy then is, says nothing about networks.
//	chapter 3  Research problem, very large data: TestBook3_VeryLargeData fits curves to one network; a principled reason
//	           for a class of curves is open, and other algorithms are no part of this package.
//	           Problem, cost_derivative for the cross-entropy: TestBook3_SaturatedCrossEntropy has what goes wrong;
//	           network2.py's classes are that program's own.
//	chapter 6  Problem, tanh neurons: open-ended, a search for settings; TestBook3_SigmoidIsTanh shows that for each
//	           network of tanh neurons one of sigmoid neurons answers alike.
//	           Problem, early stopping in network3.py: Theano's code; TestBook3_EarlyStopping and
//	           TestBook3_GeneralisationLoss have the rules.
//	           Problem, accuracy on any data set: Theano's code; Correct takes any Data here.
//	           Problem, η as a function of the epoch: Theano's code; the loop over epochs is the caller's here, and
//	           TestBook3_LearningRateSchedule has such a function.
//	           Problem, load and save networks: Theano's code; the command has a file format, with tests of its own.
//	           Problem, diagnostics for overfitting: open-ended, as it asks for what would be of use; the command's
//	           report has some.
//	           Problem, better initial weights: open-ended, says the book;
//	           TestBook6_InitialWeightsOfRectifiedLinearUnits has one answer.
//	           Problem, unstable gradients, "a good way" to avoid them: a research problem, says the book; the same
//	           test has what becomes of the gradients.
//
// Chapters 1, 4 and 5 have none that is left out. What the chapters invite to in passing, such as to match a paper's
// result with 12 million weights, takes days.

// A convolution is a layer whose neurons stand in maps, as pixels stand in a picture. Neuron (row, col) of a map sees
// only the inputs (row + l, col + m) with l and m from 0 to field − 1, its local receptive field, in each of the
// input's maps. All neurons of a map share their weights and their bias: these are the layer's parameters θ_i.
type convolution struct {
	depth, side int // the input has so many maps of side×side
	maps, field int // the layer has so many maps, and receptive fields of field×field
	pool        int // a region of pooling is pool×pool neurons
}

// places returns how many neurons stand along a side of a map.
func (c convolution) places() int { return c.side - c.field + 1 }

func (c convolution) neurons() int { return c.maps * c.places() * c.places() }

// parameters counts for every map a bias and the weights of a receptive field.
func (c convolution) parameters() int { return c.maps * (1 + c.depth*c.field*c.field) }

// neuron returns the number of a neuron in its layer. Neurons of a region have numbers that follow one another.
func (c convolution) neuron(m, row, col int) int {
	regions := c.places() / c.pool
	region := (m*regions+row/c.pool)*regions + col/c.pool
	return (region*c.pool+row%c.pool)*c.pool + col%c.pool
}

// each calls visit for all that there is of the layer: θ_i is the weight of neuron j for the input k, or its bias,
// where k is −1.
func (c convolution) each(visit func(i, j, k int)) {
	for n := range c.neurons() {
		m, row, col := n/(c.places()*c.places()), n/c.places()%c.places(), n%c.places()
		i, j := m*c.parameters()/c.maps, c.neuron(m, row, col)
		visit(i, j, -1)
		for w := range c.depth * c.field * c.field {
			d, l, m := w/(c.field*c.field), w/c.field%c.field, w%c.field
			visit(i+1+w, j, (d*c.side+row+l)*c.side+col+m)
		}
	}
}

// place returns where net has the weight, or the bias, that each speaks of.
func place(net *Network, j, k int) *float64 {
	if k < 0 {
		return &net.Biases[1][j]
	}
	return &net.Weights[1][j][k]
}

// share makes layer 1 of net a convolution: θ at its places, 0 where there is no connection.
func (c convolution) share(net *Network, theta []float64) {
	for _, w := range net.Weights[1] {
		clear(w)
	}
	c.each(func(i, j, k int) { *place(net, j, k) = theta[i] })
}

// sum returns for every θ_i the sum over its places.
func (c convolution) sum(net *Network) []float64 {
	theta := make([]float64, c.parameters())
	c.each(func(i, j, k int) { theta[i] += *place(net, j, k) })
	return theta
}

// theta returns parameters of N(0, 1/n), where n is the number of weights of a neuron.
func (c convolution) theta(seed uint64) []float64 {
	theta, rng := make([]float64, c.parameters()), rand.New(rand.NewPCG(seed, 6))
	for i := range theta {
		theta[i] = rng.NormFloat64() / math.Sqrt(float64(c.depth*c.field*c.field))
	}
	return theta
}

// network returns a convolution, with pooling by the p-norm if p > 0, and layers of these sizes behind it. All but the
// last, which is softmax, are of the kind inner. Layers after the first have scaled weights.
func (c convolution) network(seed uint64, inner Differentiable, p float64, sizes ...int) *Network {
	net := New(inner, append([]int{c.depth * c.side * c.side, c.neurons()}, sizes...)...)
	if p > 0 {
		net.Hidden = pooled{c.neurons(), c.pool * c.pool, p, inner}
	}
	net.Output = SoftmaxLayer
	behind(net, 1).InitScaled(seed)
	c.share(net, c.theta(seed))
	return net
}

// step makes a step of s that keeps weights shared. SGD.Step moves each place as if it were alone. Then θ_i moves by
// the sum of these moves, which is −η times the sum of the derivatives: the w' of N places give Σ(w' − θ) + θ.
func (c convolution) step(t *testing.T, s *SGD, net *Network, data Data, batch ...int) {
	t.Helper()
	before := make([]float64, c.parameters())
	c.each(func(i, j, k int) { before[i] = *place(net, j, k) })
	takeStep(t, s, net, data, batch...)
	theta := c.sum(net)
	for i := range theta {
		theta[i] -= float64(c.places()*c.places()-1) * before[i]
	}
	c.share(net, theta)
}

// A pooled is neurons of the kind inner. In a layer of n, every size of them, one after another, are a region, and only
// the first of a region speaks for it: it answers the p-norm of their activations, (Σ |a_k|^p)^(1/p), and the others
// answer 0. For p = ∞ that is the largest of the |a_k|, max-pooling; for p = 2 it is L2 pooling. Layers of another
// length are not pooled. An activation must not be negative.
type pooled struct {
	n, size int
	p       float64
	inner   Differentiable
}

func (k pooled) String() string { return fmt.Sprintf("pooled %v", k.inner) }

func (k pooled) Activate(a, z []float64) {
	k.inner.Activate(a, z)
	for i := 0; len(a) == k.n && i < k.n; i += k.size {
		region := a[i : i+k.size]
		answer := pNorm(region, k.p)
		clear(region)
		region[0] = answer
	}
}

// Backward hands ∂C/∂a of a region on to its neurons, each its share ∂‖a‖/∂a_k = (a_k/‖a‖)^(p−1). For p = ∞ that is 1
// for the largest and 0 for the others.
func (k pooled) Backward(dz, z, a, da []float64) {
	if len(z) != k.n {
		k.inner.Backward(dz, z, a, da)
		return
	}
	inner, d := make([]float64, k.n), make([]float64, k.n)
	k.inner.Activate(inner, z)
	for i := 0; i < k.n; i += k.size {
		region := inner[i : i+k.size]
		if math.IsInf(k.p, 1) {
			d[i+Argmax(region)] = da[i]
		} else if norm := pNorm(region, k.p); norm > 0 {
			for j, x := range region {
				d[i+j] = da[i] * math.Pow(x/norm, k.p-1)
			}
		}
	}
	k.inner.Backward(dz, z, inner, d)
}

// pNorm returns (Σ |x_k|^p)^(1/p). The largest |x_k| is taken out of the sum, so that nothing overflows.
func pNorm(x []float64, p float64) float64 {
	largest, sum := 0.0, 0.0
	for _, v := range x {
		largest = max(largest, math.Abs(v))
	}
	if largest == 0 || math.IsInf(p, 1) {
		return largest
	}
	for _, v := range x {
		sum += math.Pow(math.Abs(v)/largest, p)
	}
	return largest * math.Pow(sum, 1/p)
}

// A rectifier is a kind of neuron of the test's own, the rectified linear unit: a = max(0, z). Its derivative is 1 for
// z > 0 and 0 for z < 0. At z = 0 it has none, and 0 stands in its place.
type rectifier struct{}

func (rectifier) String() string { return "rectified linear" }

func (rectifier) Activate(a, z []float64) {
	for j := range z {
		a[j] = max(0, z[j])
	}
}

func (rectifier) Backward(dz, z, a, da []float64) {
	for j := range z {
		dz[j] = da[j] * Step(z[j])
	}
}

// Feature maps. Claim: the layer of the book's equation (125),
//
//	a_jk = σ(b + Σ_l Σ_m w_lm x_(j+l)(k+m),   l and m from 0 to 4,
//
// is a layer as any other, with the weight w_lm from pixel (j + l, k + m) to neuron (j, k), and with the weight 0 from
// all other pixels. Of 28×28 pixels it makes 24×24 neurons. One map has 26 parameters, however many neurons it has. If
// the picture moves by a pixel, the map moves by a neuron, to the bit; only the neurons of the column that is new have
// nothing to be compared with.
//
// Proof. The sum over all pixels of an ordinary layer has the terms of the double sum, and terms that are 0. The
// receptive field must lie inside the picture, so j + 4 ≤ 27, which leaves j = 0 to 23; and so for k.
//
// Moving: let x'_(r)(c) = x_(r)(c−1), the picture moved to the right. Then z'_jk = b + Σ_l Σ_m w_lm x_(j+l)(k−1+m) =
// z_j(k−1) for k ≥ 1: the same products, added in the same order, and what stands between them is 0, which changes no
// bit of a sum. Neuron (j, −1), which (j, 0) would have to be like, does not exist.
//
// A word on "convolution". The book says that (125) is sometimes written as a = σ(b + w ∗ x), with a convolution ∗. The
// convolution of two arrays is what multiplies polynomials: if w(s, t) is Σ w_lm s^l t^m, and x(s, t) likewise, then
// the coefficient of s^j t^k in w(s, t) x(s, t) is Σ_l Σ_m w_lm x_(j−l)(k−m). Here the indices are subtracted. (125)
// adds them. So it is the convolution with the weights turned by half a turn, w_(4−l)(4−m). As weights are learnt,
// nothing depends on how they are numbered.
func TestBook6_FeatureMaps(t *testing.T) {
	t.Log("Claim: a feature map is a layer whose neurons share 25 weights and a bias; it moves as the picture moves.")
	t.Run("z is the double sum of (125), and 28×28 pixels make 24×24 neurons", featureMapsSum)
	t.Run("parameters and connections, counted one by one", featureMapsCount)
	t.Run("the picture moves by a pixel: the map moves by a neuron, to the bit", featureMapsMove)
	t.Run("fails with a stride of 2: moved by one pixel, no map is the other moved", featureMapsStride)
	t.Run("the convolution that multiplies polynomials is (125) with w turned by half a turn", featureMapsPolynomials)
	t.Run("the book errs: without pooling behind its layer 5 the network KSH has not 60 million parameters",
		featureMapsKSH)
}

// featureMapsSum compares with the double sum, for two maps and two digits.
func featureMapsSum(t *testing.T) {
	c := convolution{1, Side, 2, 5, 2}
	net, theta, digits := c.network(1, SigmoidNeurons, 0, 10), c.theta(1), DrawDigits(2, 6)
	tab := newTable(t, "map", "neurons", "largest |z|", "largest difference to the double sum")
	for m := range c.maps {
		x := make([]float64, Side*Side)
		digits.Example(m, x, make([]float64, 10))
		z, _ := net.Activations(x)
		w, largest, off := theta[26*m:26*(m+1)], 0.0, 0.0
		for j := range 24 {
			for k := range 24 {
				sum := w[0]
				for i, v := range w[1:] {
					sum += v * x[Side*(j+i/5)+k+i%5]
				}
				got := z[1][c.neuron(m, j, k)]
				largest, off = max(largest, math.Abs(got)), max(off, math.Abs(got-sum))
			}
		}
		tab.row(m, same(c.places()*c.places(), 24*24), within(0.1, largest, 30), below(off, 1e-14))
	}
}

// featureMapsCount counts the layers of the book. What a dense layer needs is counted in a network. The book compares
// layers. Of whole networks another thing is true: behind 20 maps, pooled to 12×12, the book puts 100 dense neurons,
// and this network has more parameters than the one of 100 dense neurons alone.
func featureMapsCount(t *testing.T) {
	tab := newTable(t, "layer", "neurons", "connections", "parameters", "each connection of its own")
	counted := func(c convolution) int {
		seen, connections := make([]float64, 2*c.parameters()), 0
		c.each(func(i, j, k int) { seen[i] = 1; connections++ })
		parameters, per := countOf(seen, 1), c.depth*c.field*c.field+1
		tab.row(fmt.Sprintf("%d maps of %d·%d×%d", c.maps, c.depth, c.field, c.field), c.neurons(),
			same(connections, c.neurons()*per), same(parameters, c.maps*per), connections)
		return parameters
	}
	dense := func(sizes ...int) (n int) {
		net := New(SigmoidNeurons, sizes...)
		each(net, net, func(p, q *float64) { n++ })
		tab.row(fmt.Sprintf("dense, %v", sizes), "", "", n, "")
		return n
	}
	counted(convolution{1, 28, 3, 5, 2})
	first, second := counted(convolution{1, 28, 20, 5, 2}), counted(convolution{20, 12, 40, 5, 2})
	thirty := dense(784, 30)
	shallow, one, two := dense(784, 100, 10), dense(20*12*12, 100, 10), dense(40*4*4, 100, 10)
	tab = newTable(t, "the book's", "in fact")
	tab.row("520 parameters for 20 maps, 23,550 for a dense layer of 30", same([2]int{first, thirty}, [2]int{520, 23550}))
	tab.row("more than 40 times as many", within(40, float64(thirty)/float64(first), 50))
	tab.row("whole networks: one convolution, two, none", same([3]int{first + one, first + second + two, shallow},
		[3]int{289_630, 85_670, 79_510}))
}

// featureMapsMove moves drawn digits, whose ink stays away from the border.
func featureMapsMove(t *testing.T) {
	c := convolution{1, Side, 1, 5, 2}
	net, digits := c.network(2, SigmoidNeurons, 0, 10), DrawDigits(4, 7)
	tab := newTable(t, "digit", "moved right", "down", "neurons compared", "that differ, by a bit or more")
	for i, by := range [][2]int{{1, 0}, {0, 1}, {-1, 0}, {2, -3}} {
		compared, differ := mapsMoved(c, net, digits.Image(i), by[0], by[1])
		tab.row(digits.Labels[i], by[0], by[1], compared, same(differ, 0))
	}
}

// mapsMoved compares the maps of a picture and of the picture moved, where both have the neuron.
func mapsMoved(c convolution, net *Network, pixels []byte, right, down int) (compared, differ int) {
	_, a := net.Activations(shown(pixels))
	_, b := net.Activations(shown(shifted(pixels, right, down)))
	return mapsDiffer(c, a[1], b[1], right, down, 1)
}

// mapsDiffer compares neuron (row, col) of each map in a with neuron (row + down, col + right) in b, where there are
// both. With a stride it takes only rows and columns that are multiples of it.
func mapsDiffer(c convolution, a, b []float64, right, down, stride int) (compared, differ int) {
	for n := range c.neurons() {
		m, row, col := n/(c.places()*c.places()), n/c.places()%c.places(), n%c.places()
		r, s := row+down, col+right
		if min(r, s) < 0 || max(r, s) >= c.places() || row%stride+col%stride+r%stride+s%stride > 0 {
			continue
		}
		compared++
		if a[c.neuron(m, row, col)] != b[c.neuron(m, r, s)] {
			differ++
		}
	}
	return compared, differ
}

// shown returns pixels as inputs.
func shown(pixels []byte) []float64 {
	x := make([]float64, len(pixels))
	Digits{pixels, []byte{0}}.Example(0, x, make([]float64, 10))
	return x
}

// shifted returns a digit moved to the right and down. What leaves the paper is lost, and paper comes in.
func shifted(pixels []byte, right, down int) []byte {
	moved := make([]byte, Side*Side)
	for row := max(0, down); row < min(Side, Side+down); row++ {
		from, to := Side*(row-down), Side*row
		copy(moved[to+max(0, right):to+Side], pixels[from+max(0, -right):from+Side-max(0, right)])
	}
	return moved
}

// featureMapsStride takes every second row and column of the maps, which is what a stride of 2 makes of them. Then the
// picture must move by two pixels for the map to move by one neuron.
func featureMapsStride(t *testing.T) {
	c := convolution{1, Side, 1, 5, 2}
	net, pixels := c.network(3, SigmoidNeurons, 0, 10), DrawDigits(4, 7).Image(3)
	_, a := net.Activations(shown(pixels))
	tab := newTable(t, "picture moved right", "map moved right", "neurons compared", "that differ")
	for _, test := range []struct{ pixels, neurons int }{{1, 0}, {1, 1}, {2, 1}} {
		_, b := net.Activations(shown(shifted(pixels, test.pixels, 0)))
		compared, differ := mapsDiffer(c, a[1], b[1], 2*test.neurons, 0, 2)
		if test.pixels == 2*test.neurons {
			tab.row(test.pixels, test.neurons, compared, same(differ, 0))
		} else {
			tab.row(test.pixels, test.neurons, compared, holds(fmt.Sprintf("%d > 20", differ), differ > 20))
		}
	}
}

// featureMapsPolynomials has a picture of 4×4 in the middle of zeros, so that the map of 6×6 has all products. It
// evaluates the polynomials at some s and t. With w as it stands, the map times s^j t^k is w(1/s, 1/t) s² t² x(s, t).
func featureMapsPolynomials(t *testing.T) {
	c, rng := convolution{1, 8, 1, 3, 2}, rand.New(rand.NewPCG(4, 6))
	theta, x := c.theta(4), make([]float64, 64)
	theta[0] = 0 // no bias
	for i := range 16 {
		x[8*(2+i/4)+2+i%4] = rng.NormFloat64()
	}
	at := func(side int, a []float64, s, t float64) (sum float64) {
		for i, v := range a {
			sum += v * math.Pow(s, float64(i/side)) * math.Pow(t, float64(i%side))
		}
		return sum
	}
	const u, v = 0.7, -1.3
	tab := newTable(t, "weights of (125)", "Σ z_jk s^j t^k at s = 0.7, t = −1.3", "w(s, t) x(s, t)", "relative difference")
	for _, turned := range []bool{true, false} {
		w := append([]float64{0}, theta[1:]...)
		for i := range w[1:] {
			if turned {
				w[1+i] = theta[9-i]
			}
		}
		net := c.network(4, LinearNeurons, 0, 2)
		c.share(net, w)
		z, _ := net.Activations(x)
		product := at(3, theta[1:], u, v) * at(8, x, u, v) / (u * u * v * v) // the picture begins at (2, 2)
		sum := 0.0
		for n := range 36 {
			sum += z[1][c.neuron(0, n/6, n%6)] * math.Pow(u, float64(n/6)) * math.Pow(v, float64(n%6))
		}
		if turned {
			tab.row("w turned by half a turn", sum, product, below(relative(sum, product), 1e-13))
		} else {
			wrong := holds(fmt.Sprintf("%.4g > 0.01", relative(sum, product)), relative(sum, product) > 0.01)
			tab.row("w as it stands", sum, product, wrong)
		}
	}
}

// featureMapsKSH counts the parameters of the network of Krizhevsky, Sutskever and Hinton (2012) from the numbers that
// the book gives: 96 maps of 3·11×11 at every fourth pixel, 256 of 48·5×5, 384 of 256·3×3, 384 of 192·3×3, 256 of
// 192·3×3; two dense layers of 4,096 and an output of 1,000. Pooling takes 3×3, two apart. The book says that layers 3
// to 5 have no pooling, and that there are some 60 million parameters. The paper (its section 3.5) has pooling behind
// layer 5 too, and programs of it put zeros around the maps, 2 for 5×5 and 1 for 3×3. With both there are 60,965,224.
// As (224 − 11)/4 is no whole number, of 224 pixels the last are seen by no field; 227 fit.
func featureMapsKSH(t *testing.T) {
	count := func(side, zeros int, fifth bool) int {
		places := func(side, field, stride int) int { return (side-field)/stride + 1 }
		side = places(places(side, 11, 4), 3, 2)
		side = places(places(side+4*zeros, 5, 1), 3, 2)
		for range 3 {
			side = places(side+2*zeros, 3, 1)
		}
		if fifth {
			side = places(side, 3, 2)
		}
		n := 4096*(256*side*side+1) + 4096*4097 + 1000*4097
		for _, c := range []convolution{{3, 0, 96, 11, 0}, {48, 0, 256, 5, 0}, {256, 0, 384, 3, 0}, {192, 0, 384, 3, 0},
			{192, 0, 256, 3, 0}} {
			n += c.parameters()
		}
		return n
	}
	tab := newTable(t, "pixels", "zeros around maps", "pooling behind layer 5", "parameters", "within 2% of 60 million")
	for _, test := range []struct {
		side, zeros int
		fifth, want bool
	}{{224, 0, false, false}, {227, 0, false, false}, {224, 1, false, false}, {227, 1, false, false},
		{224, 0, true, false}, {227, 1, true, true}} {
		n := count(test.side, test.zeros, test.fifth)
		tab.row(test.side, test.zeros > 0, test.fifth, n, same(math.Abs(float64(n)/60e6-1) < 0.02, test.want))
		if test.want {
			tab.row("", "", "", same(n, 34_944+307_456+885_120+663_936+442_624+37_752_832+16_781_312+4_097_000), "by hand")
		}
	}
}

// Pooling. Max-pooling takes the largest activation of a region, L2 pooling the root of the sum of their squares. Both
// are p-norms, ‖a‖ = (Σ a^p_k)^(1/p), for p = ∞ and p = 2, of activations that are not negative. Claims: for regions of
// n neurons
//
//	max ≤ L2 ≤ √n max.
//
// If the activations of a layer change, the pooled map changes no more than the map, both measured by the p-norm of the
// change. If one neuron of a region is active, the pooled map does not say which. If the map moves by the side of a
// region, the pooled map moves by a neuron.
//
// Proof. The sum of the squares is at least the largest of them, and at most n times it; take the root. For two states
// u and v of a region |‖u‖ − ‖v‖| ≤ ‖u − v‖, by the triangle inequality ‖u‖ ≤ ‖v‖ + ‖u − v‖ and that with u and v
// exchanged. To the power p and added over the regions, this is the second claim; for p = ∞, take the largest over the
// regions. The norm of one number among zeros is that number, wherever it stands. The last claim is that regions are
// alike.
//
// "Changes no more" is said of the change itself. Pooling makes the map smaller too, so that in proportion to its size
// the pooled map may change more than the map. The book says that pooling throws positions away. It throws away half of
// what a move by a pixel does: of two neighbours in a row, half are in one region, and half are not.
func TestBook6_Pooling(t *testing.T) {
	t.Log("Claim: max-pooling and L2 pooling are norms: max ≤ L2 ≤ 2 max for 2×2; pooled maps change no more than maps.")
	t.Run("max ≤ L2 ≤ 2 max in random regions of 4, and both ends are reached", poolingBounds)
	t.Run("a digit is moved by a pixel: the pooled map changes less than the map", poolingChanges)
	t.Run("a digit is moved by two pixels: the pooled map moves by a neuron, to the bit; by one, it does not",
		poolingMoves)
	t.Run("a dot moved by a pixel: half of all moves leave the pooled map as it was, to the bit", poolingDots)
	t.Run("fails in proportion: (1, 1, 1, 1) to (1, 1, 1, 2) is ½ of the map, and the whole of the pooled map",
		poolingProportion)
}

// poolingBounds has regions with activations of all sizes: a = u^4 of uniform u.
func poolingBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 6))
	least, most := math.Inf(1), 0.0
	for range 2000 {
		a := []float64{rng.Float64(), rng.Float64(), rng.Float64(), rng.Float64()}
		for i := range a {
			a[i] = math.Pow(a[i], 4)
		}
		quotient := pooledAnswer(2, a...) / pooledAnswer(math.Inf(1), a...)
		least, most = min(least, quotient), max(most, quotient)
	}
	tab := newTable(t, "region", "L2/max")
	tab.row("2,000 at random", holds(fmt.Sprintf("1 ≤ %.4f to %.4f ≤ 2", least, most), 1 <= least && most <= 2))
	tab.row("(0, 5, 0, 0)", near(pooledAnswer(2, 0, 5, 0, 0)/pooledAnswer(math.Inf(1), 0, 5, 0, 0), 1, 0))
	tab.row("(5, 5, 5, 5)", near(pooledAnswer(2, 5, 5, 5, 5)/pooledAnswer(math.Inf(1), 5, 5, 5, 5), 2, 1e-15))
	tab.row("(3, 0, 4, 0): 5 and 4", near(pooledAnswer(2, 3, 0, 4, 0)/pooledAnswer(math.Inf(1), 3, 0, 4, 0), 5.0/4, 1e-15))
}

// pooledAnswer pools one region.
func pooledAnswer(p float64, a ...float64) float64 {
	answers := make([]float64, len(a))
	pooled{len(a), len(a), p, LinearNeurons}.Activate(answers, a)
	return answers[0]
}

// poolingChanges measures by the norm of the pooling, p = ∞ or 2.
func poolingChanges(t *testing.T) {
	c, digits := convolution{1, Side, 1, 5, 2}, DrawDigits(2, 8)
	tab := newTable(t, "digit", "p", "change of the pooled map ≤ change of the map", "pooled, in proportion", "the map")
	for _, p := range []float64{math.Inf(1), 2} {
		plain, pooling := c.network(1, SigmoidNeurons, 0, 10), c.network(1, SigmoidNeurons, p, 10)
		changes := func(net *Network, i int) (change, part float64) {
			_, a := net.Activations(shown(digits.Image(i)))
			_, b := net.Activations(shown(shifted(digits.Image(i), 1, 0)))
			for k := range a[1] {
				b[1][k] -= a[1][k]
			}
			return pNorm(b[1], p), pNorm(b[1], p) / pNorm(a[1], p)
		}
		for i := range digits.Len() {
			ofMap, partOfMap := changes(plain, i)
			ofPooled, part := changes(pooling, i)
			tab.row(digits.Labels[i], p, below(ofPooled, ofMap), part, partOfMap)
		}
	}
}

// poolingMoves compares the pooled neurons, which are those of even rows and columns.
func poolingMoves(t *testing.T) {
	c, pixels := convolution{1, Side, 1, 5, 2}, DrawDigits(4, 8).Image(3)
	tab := newTable(t, "p", "picture moved by", "pooled map moved by", "neurons compared", "that differ")
	for _, p := range []float64{math.Inf(1), 2} {
		net := c.network(1, SigmoidNeurons, p, 10)
		_, a := net.Activations(shown(pixels))
		for _, by := range []int{2, 1} {
			_, b := net.Activations(shown(shifted(pixels, by, 0)))
			compared, differ := mapsDiffer(c, a[1], b[1], by/2*2, 0, 2)
			differs := same(differ, 0)
			if by == 1 {
				differs = holds(fmt.Sprintf("%d > 20", differ), differ > 20)
			}
			tab.row(p, by, by/2, compared, differs)
		}
	}
}

// poolingDots has a map of 24×24 with one active neuron. Of the 24·23 moves to the right, those from an even column
// stay in their region: 24·12.
func poolingDots(t *testing.T) {
	c := convolution{1, Side, 1, 5, 2}
	tab := newTable(t, "p", "moves", "that leave the pooled map as it was")
	for _, p := range []float64{math.Inf(1), 2} {
		kind := pooled{c.neurons(), 4, p, LinearNeurons}
		answers := func(row, col int) []float64 {
			a := make([]float64, c.neurons())
			a[c.neuron(0, row, col)] = 0.3
			kind.Activate(a, a)
			return a
		}
		moves, stay := 0, 0
		for row := range 24 {
			before := answers(row, 0)
			for col := 1; col < 24; col++ {
				after := answers(row, col)
				moves++
				if slices.Equal(before, after) {
					stay++
				}
				before = after
			}
		}
		tab.row(p, same(moves, 24*23), same(stay, 24*12))
	}
}

// poolingProportion has one region, pooled by the maximum.
func poolingProportion(t *testing.T) {
	size, inf := []float64{1, 1, 1, 1}, math.Inf(1)
	tab := newTable(t, "", "size", "change", "in proportion")
	tab.row("map, ‖a‖_2", pNorm(size, 2), near(pNorm([]float64{0, 0, 0, 1}, 2), 1, 0), near(1/pNorm(size, 2), 0.5, 0))
	before, after := pooledAnswer(inf, size...), pooledAnswer(inf, 1, 1, 1, 2)
	tab.row("pooled", before, near(after-before, 1, 0), near((after-before)/before, 1, 0))
}

// Backpropagation in a convolutional network: the chapter's problem. Claims:
//
//	BP1, BP2  of the layer behind a pooled one are as ever. The pooled layer's error is that of the region, the sum
//	          Σ_j w_jr δ_j over the layer behind, times the share of the neuron, ∂‖a‖/∂a_k, times σ'(z_k). With
//	          max-pooling the neuron that answers has the share 1, and all others have the error 0.
//	BP3, BP4  ∂C/∂θ_i = Σ δ_j for a shared bias, Σ a_k δ_j for a shared weight: the sum over all places (j, k) of θ_i.
//
// Proof. The region acts on C by its answer ‖a‖ alone: δ_k = ∂C/∂‖a‖ ∂‖a‖/∂a_k ∂a_k/∂z_k. The first factor is the sum
// of BP2. The p-norm has ∂‖a‖/∂a_k = (1/p)(Σ a^p)^(1/p − 1) p a^(p−1)_k = (a_k/‖a‖)^(p−1). The maximum is the
// activation of one neuron as long as no other is as large, so its derivative by this one is 1 and by the others 0. At
// a tie it has none: when one of the two grows the maximum grows, and when it falls it does not. Nor has a p-norm one
// where all of a region are 0; there 0 stands in its place. For the parameters: C depends on θ_i by all its places, so
// the chain rule adds up the derivatives, each of which is that of the ordinary BP3 or BP4.
//
// So a layer needs to know nothing of being a convolution. Gradient finds the derivative for each place, as if it were
// a weight of its own, and to share is to add them. Nothing of a network is changed for it: the pooling is a kind of
// neuron.
func TestBook6_BackpropagationInAConvolution(t *testing.T) {
	t.Log("Claim: ∂C/∂θ is the sum of ∂C/∂w over all places of θ; a pooled error goes to each neuron by its share.")
	t.Run("∂C/∂θ against central differences in θ: max-pooling, L2 pooling and none", convolutionSlopes)
	t.Run("the error of all but the largest of a region is 0, and the largest has that of its region", convolutionErrors)
	t.Run("a step on shared weights is −η ∂C/∂θ, and leaves them shared", convolutionSteps)
	t.Run("fails unless all places are added: one place, or their mean, is another derivative", convolutionOnePlace)
	t.Run("fails at a tie of the maximum: the slopes on both sides differ", convolutionTie)
}

// convolutionCase returns a network of 2 pictures of 6×6, 3 maps of 4×4, pooled by 2×2, 5 hidden neurons, 3 outputs;
// and an example.
func convolutionCase(inner Differentiable, p float64) (c convolution, net *Network, e Example) {
	c = convolution{2, 6, 3, 3, 2}
	return c, c.network(5, inner, p, 5, 3), randomExamples(5, 1, 72, 3)[0]
}

// slopes returns ∂C/∂θ by central differences. It knows nothing of places but where they are.
func (c convolution) slopes(net *Network, e Example) []float64 {
	moved, theta := net.Clone(), make([]float64, c.parameters())
	c.each(func(i, j, k int) { theta[i] = *place(net, j, k) })
	slopes := make([]float64, len(theta))
	for i, old := range theta {
		slopes[i] = derivative(func(v float64) float64 {
			theta[i] = v
			c.share(moved, theta)
			return LogLikelihood.Of(moved.FeedForward(e.X), e.Y)
		}, old, 1e-5)
		theta[i] = old
	}
	return slopes
}

// convolutionSlopes measures ‖u − v‖/(‖u‖ + ‖v‖) for the two gradients u and v.
func convolutionSlopes(t *testing.T) {
	tab := newTable(t, "neurons", "pooling, p", "‖∂C/∂θ‖", "sums against central differences")
	for _, inner := range []Differentiable{SigmoidNeurons, rectifier{}} {
		for _, p := range []float64{0, 2, 4, math.Inf(1)} {
			c, net, e := convolutionCase(inner, p)
			sums := c.sum(gradientOf(t, net, LogLikelihood, e.X, e.Y))
			tab.row(inner, p, norm(sums), below(apart(sums, c.slopes(net, e)), 1e-8))
		}
	}
}

// convolutionErrors computes the error of a region from the layer behind, and σ' by its definition.
func convolutionErrors(t *testing.T) {
	c, net, e := convolutionCase(SigmoidNeurons, math.Inf(1))
	z, _ := net.Activations(e.X)
	delta := gradientOf(t, net, LogLikelihood, e.X, e.Y).Biases
	others, winners, off := 0, 0, 0.0
	for r := 0; r < c.neurons(); r += 4 {
		region := 0.0
		for j, w := range net.Weights[2] {
			region += w[r] * delta[2][j]
		}
		for k := r; k < r+4; k++ {
			if k-r == Argmax(z[1][r:r+4]) {
				winners++
				off = max(off, relative(delta[1][k], region*Sigmoid(z[1][k])*(1-Sigmoid(z[1][k]))))
			} else if delta[1][k] == 0 {
				others++
			}
		}
	}
	tab := newTable(t, "largest of their regions", "largest relative difference to the formula", "others with the error 0")
	tab.row(same(winners, 12), below(off, 1e-13), same(others, 36))
}

// convolutionSteps compares θ before and after a step on one example. Then it counts the places that differ from the
// first of their θ, and the weights that should be 0 and are not: after steps of SGD alone, and after those that share.
func convolutionSteps(t *testing.T) {
	const eta = 0.3
	c, net, e := convolutionCase(SigmoidNeurons, math.Inf(1))
	slopes, before, s := c.slopes(net, e), net.Clone(), SGD{Cost: LogLikelihood, Eta: eta, BatchSize: 1}
	alone := net.Clone()
	takeStep(t, &s, alone, Examples{e}, 0)
	c.step(t, &s, net, Examples{e}, 0)
	tab := newTable(t, "after a step", "difference to θ − η ∂C/∂θ", "places unlike the first", "connections too many")
	for i, net := range []*Network{net, alone} {
		first, off, unlike := map[int]float64{}, 0.0, 0
		rest := net.Clone()
		c.each(func(i, j, k int) {
			v := *place(net, j, k)
			if _, seen := first[i]; !seen {
				first[i] = v
			}
			if v != first[i] {
				unlike++
			}
			off = max(off, math.Abs(v-*place(before, j, k)+eta*slopes[i]))
			*place(rest, j, k) = 0
		})
		many := len(layerOf(rest, 1)) - countOf(layerOf(rest, 1), 0)
		if i == 0 {
			tab.row("that shares", below(off, 1e-8), same(unlike, 0), same(many, 0))
		} else {
			tab.row("of SGD alone", holds(fmt.Sprintf("%.4g > 0.001", off), off > 0.001),
				holds(fmt.Sprintf("%d > 0", unlike), unlike > 0), holds(fmt.Sprintf("%d > 0", many), many > 0))
		}
	}
}

// countOf returns how many of the numbers are v.
func countOf(numbers []float64, v float64) (n int) {
	for _, x := range numbers {
		if x == v {
			n++
		}
	}
	return n
}

// convolutionOnePlace holds what comes of the derivatives at the first place, and of the mean over the 16 places,
// against the true one. The mean points the right way, but is 16 times too short; the first place does not even do
// that.
func convolutionOnePlace(t *testing.T) {
	c, net, e := convolutionCase(SigmoidNeurons, 2)
	slopes, nabla := c.slopes(net, e), gradientOf(t, net, LogLikelihood, e.X, e.Y)
	first := make([]float64, len(slopes))
	for n := c.neurons() - 1; n >= 0; n-- { // of each map neuron 0 is the last to be written
		c.each(func(i, j, k int) {
			if j == n {
				first[i] = *place(nabla, j, k)
			}
		})
	}
	mean := c.sum(nabla)
	for i := range mean {
		mean[i] /= 16
	}
	tab := newTable(t, "in the place of the sum", "length, of the true one", "cosine of the angle to it")
	cosine := func(u []float64) float64 { return dot(u, slopes) / norm(u) / norm(slopes) }
	tab.row("the mean of the places", near(norm(mean)/norm(slopes), 1.0/16, 1e-8), near(cosine(mean), 1, 1e-8))
	tab.row("the first place", norm(first)/norm(slopes), within(-1, cosine(first), 0.9))
}

// convolutionTie has one region of two neurons with z = w x, both with the activation ½ at w = ½ and x = 1. When the
// first weight grows, the answer grows with it; when it falls, nothing happens.
func convolutionTie(t *testing.T) {
	net := New(pooled{2, 2, math.Inf(1), LinearNeurons}, 1, 2)
	answers := func(w float64) float64 {
		net.Weights[1][0][0], net.Weights[1][1][0] = w, 0.5
		return net.FeedForward([]float64{1})[0]
	}
	const h = 1.0 / 1024
	right, left := (answers(0.5+h)-answers(0.5))/h, (answers(0.5)-answers(0.5-h))/h
	answers(0.5)
	nabla := gradientOf(t, net, Quadratic, []float64{1}, []float64{-0.5, 0}) // ∂C/∂a = 1 for the answer
	tab := newTable(t, "slope to the right", "to the left", "Gradient gives the first of equals all", "the other none")
	tab.row(near(right, 1, 0), near(left, 0, 0), near(nabla.Weights[1][0][0], 1, 0), near(nabla.Weights[1][1][0], 0, 0))
}

// Why moved pictures teach a convolutional network: the chapter's problem. A map moves with the picture. So it may
// surprise that a network with a convolution learns from pictures that were only moved. The answer is in the layers
// behind it, which are dense. Claim: a weight from a neuron whose activation is 0 in every training picture stays as it
// was at the start. What the network makes of a picture that shows its feature in such a place alone, it has not
// learnt.
//
// Proof. By BP4 ∂C/∂w_jk = a_k δ_j, and a_k = 0. So no step changes w_jk (weight decay only makes it smaller). The
// weighted inputs of the outputs are z_j = b_j + Σ_k w_jk a_k, where the sum is over the places of the feature. If the
// weights were 0 at the start, as they are in the book's network3.py, z_j = b_j: the answer is that to an empty sheet.
//
// The maps here are as good as maps can be, so that nothing is left to be learnt but by the layer behind. One finds
// each upright bar of three pixels, the other each level one, and no map ever errs. Still, the network must see a bar
// in a region of pooling before it knows what a bar there means. If the answers of all regions are added up, so that
// the layer behind shares its weights too, one place is enough.
func TestBook6_MovedPictures(t *testing.T) {
	t.Log("Claim: behind perfect maps a dense layer learns nothing of places where the training pictures have no feature.")
	t.Run("bars in the left half, moved by 0 to 8 pixels: what has not been seen is answered as an empty sheet",
		movedPicturesSeen)
	t.Run("fails with regions added up: then the left half teaches the right one", movedPicturesAdded)
}

// barSheets returns what the layer behind gets of all upright and level bars on a sheet of 12×12: two maps of 6×6
// regions. It returns the columns in which the bars begin, too. The layer with the maps has 3×3 fields, with three
// weights 1 in a row or in a column, and the bias −2. A rectified linear unit then answers 1 where the bar fills the
// middle line of its field, and 0 elsewhere. A sheet gets paper of one pixel around it, so that every bar is in the
// middle line of a field.
func barSheets() (regions Examples, columns []int) {
	c := convolution{1, 14, 2, 3, 2}
	net := c.network(1, rectifier{}, math.Inf(1), 2)
	c.share(net, []float64{-2, 0, 0, 0, 1, 1, 1, 0, 0, 0, -2, 0, 1, 0, 0, 1, 0, 0, 1, 0})
	for upright := range 2 {
		for row := range 12 - 2*upright {
			for col := range 12 - 2*(1-upright) {
				x, y, pooled := make([]float64, 14*14), make([]float64, 2), make([]float64, 72)
				for i := range 3 {
					x[14*(1+row+i*upright)+1+col+i*(1-upright)] = 1
				}
				y[upright] = 1
				_, a := net.Activations(x)
				for r := range pooled {
					pooled[r] = a[1][4*r]
				}
				regions, columns = append(regions, Example{pooled, y}), append(columns, col)
			}
		}
	}
	return regions, columns
}

// movedPicturesSeen trains the layer behind, from weights 0, on bars that begin in the columns 0 to 2, and on these
// moved to the right by up to d pixels: they begin in the columns 0 to 2 + d. A picture is unseen if no training
// picture has its region. It counts them by comparing regions, and by comparing answers with that to an empty sheet.
func movedPicturesSeen(t *testing.T) {
	all, columns := barSheets()
	tab := newTable(t, "moved by up to", "pictures to learn", "to be read", "that have only regions never seen",
		"answered as an empty sheet, to the bit", "of the others, read correctly")
	for _, d := range []int{0, 1, 2, 4, 8} {
		train, seen := upTo(2+d, all, columns), make([]bool, 72)
		net := readsBars(t, train, 20)
		for _, e := range train {
			seen[Argmax(e.X)] = true
		}
		empty := net.FeedForward(make([]float64, 72))
		unseen, alike, correct := 0, 0, 0
		for _, e := range all {
			a := net.FeedForward(e.X)
			if slices.Equal(a, empty) {
				alike++
			} else if Argmax(a) == Argmax(e.Y) {
				correct++
			}
			if !seen[Argmax(e.X)] {
				unseen++
			}
		}
		tab.row(d, len(train), len(all), unseen, same(alike, unseen), same(correct, len(all)-unseen))
	}
}

// upTo returns the examples whose bars begin in the columns 0 to last.
func upTo(last int, all Examples, columns []int) (part Examples) {
	for i, e := range all {
		if columns[i] <= last {
			part = append(part, e)
		}
	}
	return part
}

// readsBars returns a softmax layer that has learnt from weights 0.
func readsBars(t *testing.T, train Examples, epochs int) *Network {
	net, s := New(SoftmaxLayer, len(train[0].X), 2), SGD{Cost: LogLikelihood, Eta: 1, BatchSize: 10}
	for epoch := range epochs {
		if _, err := s.Epoch(net, train, epoch); err != nil {
			t.Fatal(err)
		}
	}
	return net
}

// movedPicturesAdded has one input for each map, the sum of its regions.
func movedPicturesAdded(t *testing.T) {
	regions, columns := barSheets()
	var sums Examples
	for _, e := range regions {
		x := make([]float64, 2)
		for r, a := range e.X {
			x[r/36] += a
		}
		sums = append(sums, Example{x, e.Y})
	}
	net := readsBars(t, upTo(2, sums, columns), 1)
	newTable(t, "learnt from the columns 0 to 2, read correctly of all").row(same(Correct(net, sums), len(sums)))
}

// All weights times c: the chapter's problem. Claim: in a network of rectified linear units alone, outputs too, with L
// layers of weights and without biases, multiply all weights by c > 0: then every answer is c^L times what it was. With
// biases it is so if those of layer l are multiplied by c^l, and in general only then. Layers of max-pooling or L2
// pooling may stand between, and convolutions: they change nothing, and pooling does not count. If the last layer is a
// softmax instead, its answers become e^(c^L z_j)/Σ_i e^(c^L z_i): Exercise 3.3 with c^L in the place of c.
//
// Proof by induction over l. Suppose that the activations of layer l − 1 are c^(l−1) times what they were, which holds
// for the input with l = 1. Then z^l_j = Σ_k c w_jk c^(l−1) a_k + c^l b_j is c^l times what it was. And max(0, c^l z) =
// c^l max(0, z) because c^l > 0. For a pooled region, a norm of c^l a is c^l times that of a. In the softmax layer only
// the induction's z matters.
//
// The book says that "rescaling all the weights" rescales the outputs "by a factor c^(L−1), where L is the number of
// layers". Its chapter 2 counts the inputs as a layer, so its L − 1 is L here. But it says nothing of biases. With a
// bias b ≠ 0 that is left alone, one neuron with w = x = b = 1 answers 2, and 3 with c = 2. Nor does it help to
// multiply the biases by c as well, as soon as there are two layers.
func TestBook6_RescaledRectifiedLinearUnits(t *testing.T) {
	t.Log("Claim: rectified linear units, L layers of weights, no biases: all weights times c are all answers times c^L.")
	t.Log("With biases, those of layer l must become c^l times as large.")
	t.Run("networks of 1 to 5 layers: to the bit for c = 2 and ¼, but for rounding for c = 3", rescaledAnswers)
	t.Run("a convolution with pooling counts as one layer", rescaledPooling)
	t.Run("with a softmax at the end it is the softmax with c^L of Exercise 3.3", rescaledSoftmax)
	t.Run("the book errs: biases left alone, or times c, give other answers", rescaledBiases)
}

// rescale multiplies the weights by c and the biases of layer l by factor(l).
func rescale(net *Network, c float64, factor func(l int) float64) *Network {
	scaled := net.Clone()
	for l := range scaled.Weights {
		for j, w := range scaled.Weights[l] {
			scaled.Biases[l][j] *= factor(l)
			for k := range w {
				w[k] *= c
			}
		}
	}
	return scaled
}

// powers returns c^l.
func powers(c float64) func(l int) float64 {
	return func(l int) float64 { return math.Pow(c, float64(l)) }
}

// rescaledNetwork returns L layers of 4 neurons; with seed 2 some of the answers are above 0.
func rescaledNetwork(L int, biases float64) (net *Network, x []float64) {
	x = []float64{0.9, -0.4, 0.7}
	net = New(rectifier{}, []int{3, 4, 4, 4, 4, 4}[:L+1]...)
	net.InitLarge(2)
	for l := range net.Biases {
		for j := range net.Biases[l] {
			net.Biases[l][j] *= biases
		}
	}
	return net, x
}

// rescaledAnswers multiplies by powers of 2, which rounding leaves alone, and by 3.
func rescaledAnswers(t *testing.T) {
	tab := newTable(t, "layers of weights L", "c", "answers above 0", "c^L", "without biases: relative difference",
		"with b^l times c^l")
	for L := 1; L <= 5; L++ {
		for _, c := range []float64{2, 0.25, 3} {
			var off [2]float64
			above := 0
			for i := range off {
				net, x := rescaledNetwork(L, float64(i))
				before, after := net.FeedForward(x), rescale(net, c, powers(c)).FeedForward(x)
				for j := range before {
					off[i] = max(off[i], relative(after[j], math.Pow(c, float64(L))*before[j]))
					above += int(Step(before[j]))
				}
			}
			bound := 0.0
			if c == 3 {
				bound = 1e-14
			}
			tab.row(L, c, holds(fmt.Sprintf("%d > 0", above), above > 0), math.Pow(c, float64(L)), below(off[0], bound),
				below(off[1], bound))
		}
	}
}

// rescaledPooling has a convolution, pooled, and behind it two layers of rectified linear units.
func rescaledPooling(t *testing.T) {
	c := convolution{1, 8, 2, 3, 2}
	tab := newTable(t, "p", "largest answer", "after weights times 2", "against 2³ times the first")
	for _, p := range []float64{2, math.Inf(1)} {
		net, e := c.network(7, rectifier{}, p, 6, 4), randomExamples(3, 1, 64, 1)[0]
		net.Output = rectifier{}
		before, after := net.FeedForward(e.X), rescale(net, 2, powers(2)).FeedForward(e.X)
		largest := slices.Max(before)
		tab.row(p, within(0.01, largest, 100), slices.Max(after), near(slices.Max(after)/largest, 8, 1e-14))
	}
}

// rescaledSoftmax has two layers of rectified linear units before the softmax, so L = 3.
func rescaledSoftmax(t *testing.T) {
	net, x := rescaledNetwork(3, 1)
	net.Output = SoftmaxLayer
	tab := newTable(t, "c", "largest answer", "largest difference to the softmax with c³")
	for _, c := range []float64{0.1, 0.5, 1, 2, 10} {
		z, _ := net.Activations(x)
		want := make([]float64, 4)
		SoftmaxC(want, z[3], c*c*c)
		got := rescale(net, c, powers(c)).FeedForward(x)
		off := 0.0
		for j := range got {
			off = max(off, math.Abs(got[j]-want[j]))
		}
		tab.row(c, slices.Max(got), below(off, 1e-13))
	}
}

// rescaledBiases has weights and biases 1 and the input 1, with one neuron a layer: without c one layer answers 1 + 1 =
// 2, and two answer 2 + 1 = 3.
func rescaledBiases(t *testing.T) {
	tab := newTable(t, "layers", "c", "c^L times the answer", "biases left alone", "biases times c", "b^l times c^l")
	for _, test := range []struct {
		sizes              []int
		c                  float64
		want, alone, times float64
	}{
		{[]int{1, 1}, 2, 4, 3, 4},       // 2 + 1; 2 + 2
		{[]int{1, 1, 1}, 2, 12, 7, 10},  // 2·(2 + 1) + 1; 2·(2 + 2) + 2
		{[]int{1, 1, 1}, 3, 27, 13, 21}, // 3·(3 + 1) + 1; 3·(3 + 3) + 3
	} {
		net := New(rectifier{}, test.sizes...)
		each(net, net, func(p, q *float64) { *p = 1 })
		answer := func(factor func(int) float64) float64 {
			return rescale(net, test.c, factor).FeedForward([]float64{1})[0]
		}
		tab.row(len(test.sizes)-1, test.c, test.want, near(answer(func(int) float64 { return 1 }), test.alone, 0),
			near(answer(func(int) float64 { return test.c }), test.times, 0), near(answer(powers(test.c)), test.want, 0))
	}
}

// Initial weights for rectified linear units, and their gradients: two problems of the chapter. A network of rectified
// linear units has no biases; its outputs are linear. Every weight to a neuron of n inputs is drawn independently, from
// a distribution with a density, with w and −w equally likely, and the variance v/n. The input x is not 0. Claims, for
// means over all such networks:
//
//	Forward: the mean square (1/n_l) Σ_j (a^l_j)² of a hidden layer is v/2 times that of the layer before.
//	Back: let δ^L be given, as it is if C = Σ_j y_j a_j. Then ‖δ^l‖² is (v/2)^(L−l) P ‖δ^L‖², where P is the probability
//	that not all of layer l − 1 is 0: P = (1 − 2^(−n_1)) ⋯ (1 − 2^(−n_(l−1))), which is nearly 1 for wide layers.
//
// So v = 2, a standard deviation of √(2/n), keeps both from layer to layer. The scaled weights of sigmoid neurons, v =
// 1, halve both in every layer. The factor σ' ≤ ¼ of the book's chapter 5 is gone; in its place stand 0 and 1, half and
// half.
//
// Proof, forward. Let a be the activations of layer l − 1. The mean of z_j² = Σ_k Σ_i w_jk w_ji a_k a_i is (v/n) Σ_k
// a_k², for independent weights with the mean 0 have the mean 0 for their product. Change the signs of all w_jk of
// neuron j: that is as likely, and changes the sign of z_j. So max(0, z_j)² is z_j² in one case and 0 in the other, and
// its mean is half that of z_j². Proof, back. Let e = ∂C/∂a^l, so that e_k = Σ_j w_jk g_j e'_j with e' = ∂C/∂a^(l+1),
// and g_j = 1 if z_j > 0, else 0. If layer l is not all 0, then over the weights behind it
//
//	the mean of e_k e_i is 0 for k ≠ i, and for k = i it is the same number q_l, whatever the weights up to layer l are.
//
// For l = L − 1 all g = 1 and e' = δ^L: the mean of e_k e_i is Σ_j y_j² times that of w_jk w_ji, which is v/n_l for k =
// i and else 0. From l + 1 to l: take the mean over all weights behind layer l + 1 first. That leaves q_(l+1) Σ_j w_jk
// w_ji g_j, also where layer l + 1 is all 0, for then every g_j is 0. Now change the signs in row j. The product w_jk
// w_ji stays, and one of g_j = 1 and g_j = 0 becomes the other, as z_j is not 0 but by a chance of probability 0. So
// the mean of the product with g_j is half that without, and q_l = q_(l+1) n_(l+1) (v/n_l)/2. With δ_k = g_k e_k, and
// g_k = 1 with probability ½ where layer l − 1 is not all 0, ‖δ^l‖² has the mean (P/2) n_l q_l. Put the q together: the
// n_l cancel. Last, P: if layer l − 1 is not all 0, its signs leave all n_l neurons at 0 with probability 2^(−n_l).
//
// A mean over networks is not each network. For normal weights, given layer l − 1, the mean square of layer l is v/2
// times as large, times a mean of n numbers 2 max(0, g)² with g from N(0, 1). These have the mean 1 and, as g⁴ has the
// mean 3, the variance 4·3/2 − 1 = 5. So after l layers of n neurons the mean square has the standard deviation √((1 +
// 5/n)^l − 1), of its mean. It is small only if the network is much wider than it is deep. So "√(2/n)" keeps gradients
// stable in wide networks, and in narrow ones it does not.
func TestBook6_InitialWeightsOfRectifiedLinearUnits(t *testing.T) {
	t.Log("Claim: weights of variance v/n multiply the mean square of activations, and of errors, by v/2 for each layer.")
	t.Run("all signs of all weights, one by one: forward, back, and the networks that are dead", initialWeightsAll)
	t.Run("30 networks with 6 layers of 50: 2/n keeps, 1/n halves, within 4 standard deviations", initialWeightsWide)
	t.Run("fails in narrow networks: the mean is kept, but most networks have no gradient at all", initialWeightsNarrow)
	t.Run("the book errs: network3.py has 1/n_out; that keeps δ, and makes a n_in/n_out times as large", initialWeightsOut)
}

// A weighed cost is C = Σ_j y_j a_j: its derivative y does not depend on what the network answers.
type weighed struct{}

func (weighed) String() string { return "weighed" }

func (weighed) Of(a, y []float64) float64 { return dot(a, y) }

func (weighed) Gradient(grad, a, y []float64) { copy(grad, y) }

// rectified returns layers of rectified linear units with linear outputs.
func rectified(sizes ...int) *Network {
	net := New(rectifier{}, sizes...)
	net.Output = LinearNeurons
	return net
}

// initialWeightsOver calls visit for the network with all signs that its weights may have. Weights to a layer of so
// many out of so many in have the variance given. Their sizes differ by parts in 10⁹, so that no two of them ever
// cancel.
func initialWeightsOver(variance func(in, out int) float64, visit func(*Network, int), sizes ...int) {
	net, n := rectified(sizes...), 0
	rng := rand.New(rand.NewPCG(1, 6))
	var weights []*float64
	for l := 1; l < len(sizes); l++ {
		for _, w := range net.Weights[l] {
			for k := range w {
				w[k] = math.Sqrt(variance(sizes[l-1], sizes[l])) * (1 + 1e-9*rng.Float64())
				weights = append(weights, &w[k])
				n++
			}
		}
	}
	for set := range 1 << n {
		if set > 0 { // from one set of signs to the next, as in counting
			for i := 0; i <= bits.TrailingZeros(uint(set)); i++ {
				*weights[i] = -*weights[i]
			}
		}
		visit(net, 1<<n)
	}
}

// squaresOver returns the mean over all signs of Σ_j (a^l_j)² and of ‖δ^l‖² for every layer, with ‖δ^L‖ = 1, and how
// many networks have only 0 in a layer.
func squaresOver(t *testing.T, variance func(in, out int) float64, sizes ...int) (a, delta []float64, dead []int) {
	x, y := []float64{0.6, -0.7, 0.5, 0.8}[:sizes[0]], make([]float64, sizes[len(sizes)-1])
	y[0] = 1
	a, delta, dead = make([]float64, len(sizes)), make([]float64, len(sizes)), make([]int, len(sizes))
	initialWeightsOver(variance, func(net *Network, n int) {
		_, activations := net.Activations(x)
		errors := gradientOf(t, net, weighed{}, x, y).Biases
		for l := range sizes {
			square := dot(activations[l], activations[l])
			a[l] += square / float64(n)
			delta[l] += dot(errors[l], errors[l]) / float64(n)
			if square == 0 {
				dead[l]++
			}
		}
	}, sizes...)
	return a, delta, dead
}

// initialWeightsAll has networks of 7 to 12 weights, 128 to 4096 sets of signs.
func initialWeightsAll(t *testing.T) {
	tab := newTable(t, "layers", "v", "l", "mean square of a^l, of that before", "‖δ^l‖² = (v/2)^(L−l) P", "a^l all 0")
	for _, sizes := range [][]int{{2, 2, 2, 1}, {3, 2, 2, 1}, {2, 1, 2, 1, 1}} {
		for _, v := range []float64{2, 1} {
			L, alive := len(sizes)-1, 1.0
			a, delta, dead := squaresOver(t, func(in, out int) float64 { return v / float64(in) }, sizes...)
			networks := 1.0
			for l := 1; l <= L; l++ {
				networks *= math.Pow(2, float64(sizes[l]*sizes[l-1]))
			}
			for l := 1; l < L; l++ {
				factor := a[l] / float64(sizes[l]) / (a[l-1] / float64(sizes[l-1]))
				wantDelta := math.Pow(v/2, float64(L-l)) * alive
				alive *= 1 - math.Pow(2, -float64(sizes[l]))
				tab.row(fmt.Sprint(sizes), v, l, near(factor, v/2, 1e-8), near(delta[l], wantDelta, 1e-8),
					same(float64(dead[l]), networks*(1-alive)))
			}
		}
	}
}

// initialWeightsWide divides by (v/2)^l, and takes the mean of 30 networks. The input has the mean square 1. For the
// errors there is no formula for the standard deviation here; it is that of these networks.
func initialWeightsWide(t *testing.T) {
	const n, depth, networks = 50, 6, 30
	sizes, x, y := make([]int, depth+2), make([]float64, n), make([]float64, n)
	for l := range sizes {
		sizes[l] = n
	}
	for k := range x {
		x[k], y[k] = 1, 1/math.Sqrt(n)
	}
	tab := newTable(t, "weights", "mean square of a^6", "of its expectation", "‖δ^1‖²", "of its expectation")
	for _, v := range []float64{2, 1} {
		var a, delta []float64
		for seed := range networks / 2 * int(v) { // half as many with v = 1
			net := rectified(sizes...)
			net.InitScaled(uint64(seed))
			net = rescale(net, math.Sqrt(v), func(int) float64 { return 0 })
			_, activations := net.Activations(x)
			errors := gradientOf(t, net, weighed{}, x, y).Biases
			a = append(a, dot(activations[depth], activations[depth])/n)
			delta = append(delta, dot(errors[1], errors[1]))
		}
		kept, sd := math.Pow(v/2, depth), math.Sqrt((math.Pow(1+5.0/n, depth)-1)/float64(len(a)))
		mean, _ := meanAndError(a)
		back, backError := meanAndError(delta)
		tab.row(fmt.Sprintf("N(0, %v/n)", v), mean, within(1-4*sd, mean/kept, 1+4*sd), back,
			within(1-4*backError/kept, back/kept, 1+4*backError/kept))
	}
}

// meanAndError returns the mean of numbers and the standard deviation of this mean.
func meanAndError(numbers []float64) (mean, deviation float64) {
	n := float64(len(numbers))
	for _, x := range numbers {
		mean += x / n
	}
	for _, x := range numbers {
		deviation += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(deviation / (n * (n - 1)))
}

// initialWeightsNarrow has 20 layers of n neurons and weights from N(0, 2/n). The share of the networks whose last
// hidden layer is all 0 is 1 − (1 − 2^(−n))^20, give or take 4 standard deviations of a share of 400. Such a network
// has no gradient.
func initialWeightsNarrow(t *testing.T) {
	const depth, networks = 20, 400
	tab := newTable(t, "n", "expected share with no gradient", "share measured", "of the others, δ^1 = 0")
	for _, n := range []int{2, 3, 5} {
		sizes := make([]int, depth+2)
		for l := range sizes {
			sizes[l] = n
		}
		x, y, dead, none := make([]float64, n), make([]float64, n), 0, 0
		x[0], y[0] = 1, 1
		for seed := range networks {
			net := rectified(sizes...)
			net.InitScaled(uint64(seed))
			for l := range sizes {
				clear(net.Biases[l]) // v = 1, which gives the same signs as v = 2
			}
			_, a := net.Activations(x)
			if norm(a[depth]) == 0 {
				dead++
			} else if delta := gradientOf(t, net, weighed{}, x, y).Biases; norm(delta[1]) == 0 {
				none++
			}
		}
		want := 1 - math.Pow(1-math.Pow(2, -float64(n)), depth)
		sd := math.Sqrt(want * (1 - want) / networks)
		tab.row(n, want, within(want-4*sd, float64(dead)/networks, want+4*sd), same(none, 0))
	}
}

// initialWeightsOut has the variance v/n_out, with v = 2: it keeps the mean square of δ, where v/n_in keeps ‖δ‖². Here
// P = ¾ for δ^2. The book's author noted in 2016 that the program's √(1/n_out) is a mistake.
func initialWeightsOut(t *testing.T) {
	tab := newTable(t, "variance", "mean square of a^1 of that of x", "of δ^1 of that of δ^2", "sum of squares")
	sizes := []int{4, 2, 1, 1}
	for _, name := range []string{"2/n_in", "2/n_out"} {
		a, delta, _ := squaresOver(t, func(in, out int) float64 {
			if name == "2/n_in" {
				return 2 / float64(in)
			}
			return 2 / float64(out)
		}, sizes...)
		forward, back := a[1]/2/(a[0]/4), delta[1]/2/(delta[2]/(3.0/4))
		if name == "2/n_in" {
			tab.row(name, near(forward, 1, 1e-8), back, near(2*back, 1, 1e-8))
		} else {
			tab.row(name, near(forward, 4.0/2, 1e-8), near(back, 1, 1e-8), 2*back)
		}
	}
}

// The weight decay of the printed program. Claim: what the chapter calls λ is not the λ of chapter 3. There the cost
// has the term (λ/2n) Σ w², with n training examples. The program of this chapter, network3.py, divides by the number
// of mini-batches, n/m: its ½λ Σ w²/(n/m) is (mλ/2n) Σ w², so that λ = 0.1 with mini-batches of 10 is 1 in the sense of
// chapter 3.
//
// Proof: that is one division. The test goes downhill on both costs by central differences.
func TestBook6_WeightDecayOfThePrintedProgram(t *testing.T) {
	t.Log("Claim: the λ of network3.py is m times smaller than that of chapter 3, for the same cost.")
	const n, m, eta, lambda = 12, 4, 0.3, 0.1
	net, data, batch := randomNetwork(2, SoftmaxLayer, 3, 4, 3), randomExamples(2, n, 3, 3), []int{0, 1, 2, 3}
	program := differences(net, 1e-5, func(net *Network) float64 {
		return meanCost(net, LogLikelihood, data, batch) + lambda*halfSquares(net)/(n/m)
	})
	tab := newTable(t, "Lambda of SGD", "a step against −η ∇C of the program, largest difference")
	for i, times := range []float64{m, 1} {
		s, after := SGD{Cost: LogLikelihood, Eta: eta, BatchSize: m, Lambda: times * lambda}, net.Clone()
		takeStep(t, &s, after, data, batch...)
		each(after, program, func(p, slope *float64) { *p += eta * *slope })
		off := distance(after, net)
		if i == 0 {
			tab.row("mλ", below(off, 1e-9))
		} else {
			tab.row("λ", holds(fmt.Sprintf("%.4g > 0.001", off), off > 0.001))
		}
	}
}

// Expanded data. The book shows each training digit five times: as it is, and moved by a pixel to each side. Turned and
// skewed ones are its exercise. Claim: a Data of a dozen lines does this, and stores nothing but where the pixels of a
// moved picture come from. A network that learns from moved digits reads moved digits better, in as many steps. This is
// measured, with a margin of four standard deviations, and not proved. What it gains on digits that are not moved
// depends on how well these are centred: MNIST's are read better, by the same margin.
//
// Nearest pixels are taken. So a move by whole pixels is exact, and four quarter turns are none. A skewing moves each
// row by a whole number of pixels, and the opposite one moves it back, if no ink has left the paper.
func TestBook6_ExpandedData(t *testing.T) {
	t.Log("Claim: a few lines of Data expand digits without storing one.")
	t.Log("Who learns from moved digits reads moved ones better.")
	t.Run("five digits of one, pixel by pixel; four quarter turns are none; skewed and back", expandedPixels)
	t.Run("in as many steps, moved digits are read better after moved digits, by 4 standard deviations", expandedReads)
}

// An expanded is digits, each in several ways. A way says for every pixel from which one it is taken; −1 is paper.
type expanded struct {
	Digits
	ways [][]int
}

func (e expanded) Len() int { return len(e.ways) * e.Digits.Len() }

func (e expanded) Example(i int, x, y []float64) {
	pixels, way := e.Image(i/len(e.ways)), e.ways[i%len(e.ways)]
	y[e.Labels[i/len(e.ways)]] = 1
	for k, from := range way {
		if from >= 0 {
			x[k] = float64(pixels[from]) / 255
		}
	}
}

// wayFrom returns a way. The pixel at (row, col), seen from the middle of the digit, is taken from the pixel nearest to
// from.
func wayFrom(from func(row, col float64) (float64, float64)) (way []int) {
	const middle = (Side - 1) / 2.0
	for k := range Side * Side {
		r, c := from(float64(k/Side)-middle, float64(k%Side)-middle)
		row, col := int(math.Round(r+middle)), int(math.Round(c+middle))
		if min(row, col) >= 0 && max(row, col) < Side {
			way = append(way, Side*row+col)
		} else {
			way = append(way, -1)
		}
	}
	return way
}

// moves are the book's five ways: as it is, to the right, to the left, down, up.
var moves = [][]int{moved(0, 0), moved(1, 0), moved(-1, 0), moved(0, 1), moved(0, -1)}

func moved(right, down float64) []int {
	return wayFrom(func(row, col float64) (float64, float64) { return row - down, col - right })
}

// turned returns the way that turns a digit to the left.
func turned(degrees float64) []int {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	return wayFrom(func(row, col float64) (float64, float64) { return cos*row + sin*col, cos*col - sin*row })
}

// skewed returns the way that moves each row to the right, by s for each row that it is above the middle.
func skewed(s float64) []int {
	return wayFrom(func(row, col float64) (float64, float64) { return row, col + s*row })
}

// expandedPixels counts the pixels that differ from those of shifted, which knows nothing of ways; or from the digit
// itself.
func expandedPixels(t *testing.T) {
	digits := DrawDigits(20, 9)
	inWays := func(ways ...[]int) Digits { // each way is applied to what the one before made
		d := digits
		for _, way := range ways {
			next := Digits{make([]byte, len(d.Pixels)), d.Labels}
			for i := range d.Len() {
				x := make([]float64, Side*Side)
				expanded{d, [][]int{way}}.Example(i, x, make([]float64, 10))
				for k := range x {
					next.Image(i)[k] = byte(math.Round(255 * x[k]))
				}
			}
			d = next
		}
		return d
	}
	differ := func(d Digits, want func(pixels []byte) []byte) (n int) {
		for i := range d.Len() {
			for k, p := range want(digits.Image(i)) {
				if d.Image(i)[k] != p {
					n++
				}
			}
		}
		return n
	}
	itself := func(pixels []byte) []byte { return pixels }
	tab := newTable(t, "way", "pixels that differ", "from")
	for i, by := range [][2]int{{0, 0}, {1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
		n := differ(inWays(moves[i]), func(pixels []byte) []byte { return shifted(pixels, by[0], by[1]) })
		tab.row(fmt.Sprintf("%d to the right, %d down", by[0], by[1]), same(n, 0), "rows copied one by one")
	}
	quarter, skew := turned(90), skewed(0.3)
	tab.row("four quarter turns", same(differ(inWays(quarter, quarter, quarter, quarter), itself), 0), "the digit")
	tab.row("skewed by 0.3 and by −0.3", same(differ(inWays(skew, skewed(-0.3)), itself), 0), "the digit")
	for _, way := range [][]int{quarter, skew} {
		n := differ(inWays(way), itself)
		tab.row("one of these", holds(fmt.Sprintf("%d > 100", n), n > 100), "the digit")
	}
	tab.row("examples of 20 digits", same(expanded{digits, moves}.Len(), 100), "")
}

// bookDigits returns n digits to learn from and m to be tested on, of MNIST if MNIST_DIR is set, and drawn ones
// otherwise.
func bookDigits(n, m int) (train, test Digits) {
	train, test = allBookDigits()
	return train.Slice(0, n), test.Slice(0, m)
}

var allBookDigits = sync.OnceValues(func() (train, test Digits) {
	if dir := os.Getenv("MNIST_DIR"); dir != "" {
		train, _, test, err := ReadMNIST(dir)
		if err != nil {
			panic(err)
		}
		return train, test
	}
	return DrawDigits(800, 6), DrawDigits(1000, 7)
})

// orMNIST returns quick, or large if MNIST_DIR is set.
func orMNIST(quick, large int) int {
	if os.Getenv("MNIST_DIR") != "" {
		return large
	}
	return quick
}

// surely holds if the mean of numbers, which must not depend on one another, is above 0 by 4 of its standard
// deviations.
func surely(numbers []float64) check {
	mean, deviation := meanAndError(numbers)
	return holds(fmt.Sprintf("%.4f = %.1f sd > 4 sd", mean, mean/deviation), mean > 4*deviation)
}

// correctInParts returns the shares of digits that net reads correctly in each of 40 parts of them.
func correctInParts(net *Network, digits Digits, as func(Digits) Data) (shares []float64) {
	for p := range 40 {
		data := as(digits.Slice(digits.Len()*p/40, digits.Len()*(p+1)/40))
		shares = append(shares, float64(Correct(net, data))/float64(data.Len()))
	}
	return shares
}

// expandedReads trains networks on digits, five times as many epochs as others on the moved digits. All are tested on
// digits as they are and on moved ones. The differences are means over the seeds, for each of 40 parts of the test
// digits. Drawn digits go to networks without a hidden layer, MNIST's to 30 hidden neurons.
func expandedReads(t *testing.T) {
	n, seeds, epochs := orMNIST(150, 1000), orMNIST(2, 3), orMNIST(3, 6)
	sizes := [][]int{{Side * Side, 10}, {Side * Side, 30, 10}}[orMNIST(0, 1)]
	train, test := bookDigits(n*seeds, orMNIST(1000, 10_000))
	tests := [][][]int{moves[1:], moves[:1]}
	var gains [2][40]float64
	var mean [2][2]float64
	for seed := range seeds {
		for j, ways := range [][][]int{moves[:1], moves} {
			net, s := New(SigmoidNeurons, sizes...), SGD{Cost: LogLikelihood, Eta: 0.1, BatchSize: 10}
			net.Output = SoftmaxLayer
			net.InitScaled(uint64(seed))
			for epoch := range epochs * 5 / len(ways) {
				if _, err := s.Epoch(net, expanded{train.Slice(n*seed, n*(seed+1)), ways}, epoch); err != nil {
					t.Fatal(err)
				}
			}
			for i, ways := range tests {
				as := func(d Digits) Data { return expanded{d, ways} }
				for p, share := range correctInParts(net, test, as) {
					gains[i][p] += share * float64(2*j-1) / float64(seeds)
					mean[i][j] += share / 40 / float64(seeds)
				}
			}
		}
	}
	tab := newTable(t, "digits to be read", fmt.Sprintf("after %d digits × %d", n, 5*epochs),
		fmt.Sprintf("after %d, moved, × %d", 5*n, epochs), "gain")
	tab.row("moved by a pixel", mean[0][0], mean[0][1], surely(gains[0][:]))
	asTheyAre := any(mean[1][1] - mean[1][0])
	if n == 1000 {
		asTheyAre = surely(gains[1][:])
	}
	tab.row("as they are", mean[1][0], mean[1][1], asTheyAre)
}

// Ensembles: five networks vote. Claims: for answers a_i of n networks, ā their mean, and the desired y
//
//	quadratic cost:  C(ā) = (mean of C(a_i)) − (mean of ½‖a_i − ā‖²)
//	log-likelihood:  C(ā) ≤ mean of C(a_i)
//	a vote of five:  at most 5/3 of the mean number of errors
//
// and if the five err independently, each with the probability p, the vote errs with the probability 10p³(1−p)² +
// 5p⁴(1−p) + p⁵ at most, which is below p for p < ½.
//
// Proof. With d_i = a_i − ā, whose mean is 0, ½‖a_i − y‖² = ½‖d_i‖² + d_i·(ā − y) + ½‖ā − y‖². In the mean over i the
// middle term is 0. (This is Krogh and Vedelsby's, 1995.) The logarithm is concave: ln of a mean is at least the mean
// of ln. Votes: a class that has three of five has the most, so that an error takes three wrong votes; the number of
// errors is at most a third of the number of wrong votes, and that is five times the mean. If the votes are
// independent, k given ones are wrong and the others right with probability p^k (1−p)^(5−k), and there are 10, 5 and 1
// choices for k = 3, 4, 5. Divided by p it is 10p² − 15p³ + 6p⁴, which is 1 at p = ½, and whose derivative p(20 − 45p +
// 24p²) is above 0 for 0 < p ≤ ½. So below ½ it is below 1.
//
// So nothing is sure of a vote: three that err on the same digits outvote two that do not. That the five err on
// different digits is measured. They do so, but far from independently: what is hard to read is hard for all.
func TestBook6_Ensembles(t *testing.T) {
	t.Log("Claim: the mean answer costs no more than the mean of the costs; a vote of five errs at most 5/3 as often.")
	t.Log("On digits it errs less often than the five do on average, and more often than if they erred independently.")
	t.Run("five networks on digits: costs of the mean answer, and errors of the vote", ensemblesOnDigits)
	t.Run("32 patterns of right and wrong: the probability of three wrong votes", ensemblesPatterns)
	t.Run("fails where three err alike: of 3 digits the vote misreads 3, and the five 1.8 on average", ensemblesAlike)
	t.Run("fails for the book's own five: independent errors would leave none, but 33 were left", ensemblesOfTheBook)
}

// vote returns the class that most of the networks choose.
func vote(classes []int) int {
	votes := make([]float64, 10)
	for _, c := range classes {
		votes[c]++
	}
	return Argmax(votes)
}

// threeWrong returns the probability that three or more of five are wrong.
func threeWrong(p float64) float64 {
	q := 1 - p
	return 10*p*p*p*q*q + 5*p*p*p*p*q + p*p*p*p*p
}

// A committee is five networks that learnt from the same digits. They differ in their first weights and in the order in
// which they took the digits. What they answered is kept digit by digit.
type committee struct {
	quadratic, quadraticOfMean, spread float64   // the mean cost, that of the mean answer, the mean of ½‖a_i − ā‖²
	likelihood, likelihoodOfMean       float64   // the mean cost, that of the mean answer
	errors, voteErrors, threeOrMore    float64   // shares of the digits
	gains                              []float64 // of the vote: share of the five that err, less 1 if the vote errs
	three                              []float64 // 1 if three or more err
}

func newCommittee(t *testing.T, seed uint64, train Digits) (nets []*Network) {
	for i := range 5 {
		net := New(rectifier{}, Side*Side, orMNIST(10, 30), 10)
		net.Output = SoftmaxLayer
		net.InitScaled(5*seed + uint64(i))
		s := SGD{Cost: LogLikelihood, Eta: 0.1, BatchSize: 10, Seed: 5*seed + uint64(i)}
		for epoch := range 4 {
			if _, err := s.Epoch(net, train, epoch); err != nil {
				t.Fatal(err)
			}
		}
		nets = append(nets, net)
	}
	return nets
}

// examine lets the five answer one of n digits.
func (c *committee) examine(nets []*Network, test Digits, i int) {
	n, label := float64(test.Len()), int(test.Labels[i])
	y, mean, wrong, classes := make([]float64, 10), make([]float64, 10), 0.0, make([]int, 5)
	y[label] = 1
	var answers [][]float64
	for j, net := range nets {
		a := answer(net, test, i)
		answers, classes[j] = append(answers, a), Argmax(a)
		if classes[j] != label {
			wrong++
		}
		c.quadratic += Quadratic.Of(a, y) / 5 / n
		c.likelihood += LogLikelihood.Of(a, y) / 5 / n
		for k := range a {
			mean[k] += a[k] / 5
		}
	}
	for _, a := range answers {
		c.spread += Quadratic.Of(a, mean) / 5 / n
	}
	c.quadraticOfMean += Quadratic.Of(mean, y) / n
	c.likelihoodOfMean += LogLikelihood.Of(mean, y) / n
	misread, three := 0.0, Step(wrong-2.5)
	if vote(classes) != label {
		misread = 1
	}
	c.errors, c.voteErrors, c.threeOrMore = c.errors+wrong/5/n, c.voteErrors+misread/n, c.threeOrMore+three/n
	c.gains, c.three = append(c.gains, wrong/5-misread), append(c.three, three)
}

// ensemblesOnDigits has two committees. What is claimed of votes is held against the mean of both, digit by digit.
func ensemblesOnDigits(t *testing.T) {
	train, test := bookDigits(orMNIST(300, 5000), orMNIST(1000, 5000))
	costs := newTable(t, "committee", "quadratic cost", "of the mean answer = it − mean of ½‖a_i − ā‖²", "log-likelihood",
		"of the mean answer")
	votes := newTable(t, "committee", "share of errors", "of the vote ≤ 5/3 of it", "the vote's gain", "three or more err",
		"if independent", "more than that by")
	gains, more := make([]float64, test.Len()), make([]float64, test.Len())
	for seed := range uint64(2) {
		var c committee
		nets := newCommittee(t, seed, train)
		for i := range test.Len() {
			c.examine(nets, test, i)
		}
		independent := threeWrong(c.errors)
		for i := range gains {
			gains[i], more[i] = gains[i]+c.gains[i]/2, more[i]+(c.three[i]-independent)/2
		}
		costs.row(seed, c.quadratic, near(c.quadraticOfMean, c.quadratic-c.spread, 1e-12), c.likelihood,
			below(c.likelihoodOfMean, c.likelihood))
		votes.row(seed, c.errors, below(c.voteErrors, 5*c.errors/3), c.errors-c.voteErrors, c.threeOrMore, independent,
			c.threeOrMore-independent)
	}
	votes.row("both", "", "", surely(gains), "", "", surely(more))
}

// ensemblesPatterns adds up the probabilities of all patterns.
func ensemblesPatterns(t *testing.T) {
	tab := newTable(t, "p", "three or more of five wrong, by patterns", "against p")
	for _, p := range []float64{0.004, 0.02, 0.1, 0.3, 0.499, 0.5, 0.6} {
		sum := 0.0
		for set := range uint(32) {
			if k := bits.OnesCount(set); k >= 3 {
				sum += math.Pow(p, float64(k)) * math.Pow(1-p, float64(5-k))
			}
		}
		against := holds("below", sum < p)
		if p == 0.5 {
			against = near(sum, p, 1e-15)
		} else if p > 0.5 {
			against = holds("above", sum > p)
		}
		tab.row(p, near(threeWrong(p), sum, 1e-15), against)
	}
}

// ensemblesAlike has votes of three that err on every digit, always for the same class, and of two that never err.
func ensemblesAlike(t *testing.T) {
	misread := 0
	for digit := range 3 {
		if vote([]int{7, digit, 7, digit, 7}) != digit {
			misread++
		}
	}
	tab := newTable(t, "mean of the five", "errors of the vote", "of the mean")
	tab.row(3*3.0/5, same(misread, 3), near(float64(misread)/(3*3.0/5), 5.0/3, 1e-15))
}

// ensemblesOfTheBook has five networks that read 99.6% each, and a vote that misreads 33 of 10,000. If they erred
// independently, an error of the vote, which takes three of them, would be expected in 0.0064 of 10,000 digits.
func ensemblesOfTheBook(t *testing.T) {
	expected := 10_000 * threeWrong(0.004)
	tab := newTable(t, "expected at most, if independent", "the book's")
	tab.row(below(expected, 0.0064), 33)
}

// With and without a dense layer: the chapter's exercise, and its comparison with a network that has no convolution.
// How well a network reads is measured, and not proved. Digits of half the size, 14×14, keep it quick: three maps of
// 5×5, pooled to 5×5, and behind them a softmax layer. Claim: beside a network of 30 dense hidden neurons, and after as
// many steps, it reads more of the digits that were moved by three pixels of 28: over two seeds, by four standard
// deviations. With MNIST, of which there is more to learn from, this is so for digits as they are too. There, what 30
// dense neurons behind the maps gain is measured; a few hundred drawn digits do not teach so many weights.
func TestBook6_WithAndWithoutADenseLayer(t *testing.T) {
	t.Log("Claim: behind a convolution a softmax layer reads moved digits better than a network of 30 dense neurons does.")
	lesson := denseLayerLesson{t, convolution{1, Side / 2, 3, 5, 2}, Digits{}, Digits{}}
	lesson.train, lesson.test = bookDigits(orMNIST(300, 2000), orMNIST(1000, 10_000))
	tab := newTable(t, "seed", "digits", "30 dense neurons read", "a convolution, pooled", "more than these by",
		"with 30 dense neurons behind it", "more by")
	var gains [2][40]float64
	for seed := range uint64(2) {
		dense := New(rectifier{}, Side*Side/4, 30, 10)
		dense.Output = SoftmaxLayer
		dense.InitScaled(seed)
		without := lesson.read(func(s *SGD, batch ...int) { takeStep(t, s, dense, halved{lesson.train}, batch...) }, dense)
		alone, both := lesson.convolved(seed, 10), [2][]float64{}
		if orMNIST(0, 1) == 1 {
			both = lesson.convolved(seed, 30, 10)
		}
		for i, name := range []string{"as they are", "moved by 3 pixels"} {
			cells := []any{seed, name, meanOf(without[i]), meanOf(alone[i]), meanOf(alone[i]) - meanOf(without[i]), "", ""}
			for p, gain := range differencesOf(alone[i], without[i]) {
				gains[i][p] += gain / 2
			}
			if both[i] != nil {
				gain, deviation := meanAndError(differencesOf(both[i], alone[i]))
				cells[5], cells[6] = meanOf(both[i]), fmt.Sprintf("%.4f = %.1f sd", gain, gain/deviation)
			}
			tab.row(cells...)
		}
	}
	tab.row("both", "moved by 3 pixels", "", "", surely(gains[1][:]), "", "")
	if orMNIST(0, 1) == 1 {
		tab.row("both", "as they are", "", "", surely(gains[0][:]), "", "")
	}
}

// A denseLayerLesson is digits to learn from and digits to be tested on.
type denseLayerLesson struct {
	t           *testing.T
	c           convolution
	train, test Digits
}

// read trains net by step, and returns the shares that it then reads of the test digits, in 40 parts, and of the same
// digits moved.
func (lesson denseLayerLesson) read(step func(*SGD, ...int), net *Network) (shares [2][]float64) {
	s := SGD{Cost: LogLikelihood, Eta: float64(orMNIST(3, 1)) / 10, BatchSize: 10}
	for epoch := range orMNIST(4, 6) {
		order := s.Order(lesson.train.Len(), epoch)
		for lo := 0; lo < len(order); lo += s.BatchSize {
			step(&s, order[lo:min(lo+s.BatchSize, len(order))]...)
		}
	}
	away := Digits{nil, lesson.test.Labels}
	for i := range lesson.test.Len() {
		away.Pixels = append(away.Pixels, shifted(lesson.test.Image(i), 3, 0)...)
	}
	for i, digits := range []Digits{lesson.test, away} {
		shares[i] = correctInParts(net, digits, func(d Digits) Data { return halved{d} })
	}
	return shares
}

// convolved is read for a convolution with layers of these sizes behind it.
func (lesson denseLayerLesson) convolved(seed uint64, sizes ...int) [2][]float64 {
	net := lesson.c.network(seed, rectifier{}, math.Inf(1), sizes...)
	clear(net.Biases[1])
	return lesson.read(func(s *SGD, batch ...int) { lesson.c.step(lesson.t, s, net, halved{lesson.train}, batch...) }, net)
}

// meanOf returns the mean of numbers.
func meanOf(numbers []float64) float64 { mean, _ := meanAndError(numbers); return mean }

// differencesOf returns u − v.
func differencesOf(u, v []float64) []float64 {
	d := slices.Clone(u)
	for i := range d {
		d[i] -= v[i]
	}
	return d
}

// A halved is digits of 14×14: a pixel is the mean of four.
type halved struct{ Digits }

func (h halved) Example(i int, x, y []float64) {
	y[h.Labels[i]] = 1
	for k, p := range h.Image(i) {
		x[k/Side/2*(Side/2)+k%Side/2] += float64(p) / (4 * 255)
	}
}
