package nndl

import (
	"fmt"
	"math"
	"math/bits"
	"math/cmplx"
	"os"
	"slices"
	"testing"
)

// These are exercises and problems of Nielsen's "Neural Networks and Deep Learning", chapters 1 to 3, that Sikdar's
// text leaves out or only uses. Not yet here are those on L1 with digits, digits turned too far, very large training
// data, weight decay from large first weights, another rule for early stopping, and descent on η and λ. The file is
// made as exercises_test.go is, whose helpers it shares. Its own are at the end.
//
//	go test -v -run Book

// The book's chapter 1

// Gradient descent when C is a function of one variable v. Claim: if η is small, the step Δv = −η C'(v) goes downhill,
// to the left where C rises and to the right where it falls, and ends in the valley in which it starts.
//
// Downhill: by Taylor's formula there is a u between v and v + Δv with
//
//	C(v + Δv) − C(v) = C'(v) Δv + ½ C″(u) Δv² = −η C'(v)² (1 − ½ η C″(u)),
//
// which is below 0 if C'(v) ≠ 0 and η C″(u) < 2. An example is C = ½v², with C'(v) = v and C″(v) = 1. A step makes v −
// ηv = (1 − η)v of v, so ten steps multiply v by (1 − η)¹⁰. At η = 2 every step only changes the sign of v, and for η >
// 2 v grows.
//
// Into its own valley: let v* be the lowest point of the valley, C'(v*) = 0. To the left of it C falls, C' < 0, and to
// the right of it C rises, C' > 0. Let η be so small that η C″ < 1 in the valley. Then the function that makes the
// step,
//
//	g(v) = v − η C'(v),   g'(v) = 1 − η C″(v) > 0,
//
// increases, and g(v*) = v*. If v < v*, then g(v) > v because C'(v) < 0, and g(v) < g(v*) = v* because g increases. So
// v moves to the right in every step and never passes v*. A sequence that increases and is bounded has a limit, and as
// g is continuous, g(limit) = limit. So C' is 0 at the limit. From the start up to v* this is so only at v*, so the
// limit is v*. To the right of v* the same holds with left and right exchanged. On a hilltop C' = 0 too, and v stays
// there.
func TestBook1_GradientDescentInOneVariable(t *testing.T) {
	t.Log("Claim: in one variable Δv = −η C'(v) goes downhill, into the valley where it starts, if η is small.")
	t.Run("Δv is −η times the slope of C = ½(σ(v) − 0.3)²", oneVariableSlope)
	t.Run("on C = ½v² ten steps multiply v by (1 − η)¹⁰: at η = 2 only its sign changes, beyond it v grows",
		oneVariableParabola)
	t.Run("it ends in the valley on its side of the hill, and never goes past the lowest point", oneVariableValleys)
	t.Run("fails if η is not small: from v = 0 with η = 1.5 it ends behind the hill", oneVariableTooFar)
}

// oneVariableSteps returns what gradient descent on C = ½(f(v) − y)² makes of v in so many steps. The variable is the
// bias of one neuron with the input 0, whose answer is f(v).
func oneVariableSteps(t *testing.T, kind Differentiable, y, v, eta float64, steps int) float64 {
	net, s := oneNeuron(kind, v, 0), SGD{Cost: Quadratic, Eta: eta, BatchSize: 1}
	for range steps {
		takeStep(t, &s, net, biasOnly(y), 0)
	}
	return net.Biases[1][0]
}

// oneVariableSlope compares a step with the slope by central differences, which knows nothing of the package. The
// lowest point is at v = ln(3/7) = −0.85. To its left the slope is negative and v goes to the right. To its right the
// slope is positive and v goes to the left.
func oneVariableSlope(t *testing.T) {
	const eta = 0.5
	c := func(v float64) float64 { return math.Pow(1/(1+math.Exp(-v))-0.3, 2) / 2 }
	tab := newTable(t, "v", "C'(v), central difference", "Δv", "Δv against −η C'(v), η = 0.5: relative difference")
	for _, v := range []float64{-6, -2, -1, 0, 1, 6} {
		slope, step := derivative(c, v, 1e-4), oneVariableSteps(t, SigmoidNeurons, 0.3, v, eta, 1)-v
		tab.row(v, fmt.Sprintf("%10.7f", slope), fmt.Sprintf("%10.7f", step), below(relative(step, -eta*slope), 1e-7))
	}
}

// oneVariableParabola starts at v = 1. A linear neuron with y = 0 has C = ½v².
func oneVariableParabola(t *testing.T) {
	tab := newTable(t, "η", "v after ten steps from v = 1", "against (1 − η)¹⁰: difference")
	for _, eta := range []float64{0.1, 0.5, 1, 1.5, 2, 2.5} {
		v := oneVariableSteps(t, LinearNeurons, 0, 1, eta, 10)
		tab.row(eta, fmt.Sprintf("%.8f", v), below(math.Abs(v-math.Pow(1-eta, 10)), 1e-13))
	}
}

// oneVariableWaves is C = ½(f(v) − 3)² with f(v) = sin v + v/5. The slope is C' = (f − 3)f'. It is 0 where f' = cos v +
// 1/5 = 0. As f < 3 there, C has a valley where f is largest and a hilltop where f is least. C' is 0 too where f = 3,
// which is the deepest valley, C = 0.
var oneVariableWaves = bent{1, 0, func(v float64) float64 { return math.Sin(v) + v/5 },
	func(v float64) float64 { return math.Cos(v) + 0.2 }}

// The lowest point of the first valley of oneVariableWaves for v > 0, the hilltop behind it and the second valley. The
// deepest valley is at oneVariableDeepest, which solves f(v) = 3.
var (
	oneVariableFirst   = math.Acos(-0.2)
	oneVariableHill    = 2*math.Pi - oneVariableFirst
	oneVariableSecond  = 2*math.Pi + oneVariableFirst
	oneVariableDeepest = 12.981851 // to six places
)

// oneVariablePath makes 300 steps from v. It returns where they lead, and how far beyond the place to they go at most,
// as seen from the start.
func oneVariablePath(t *testing.T, v, to, eta float64) (end, beyond float64) {
	side := 1.0
	if v > to {
		side = -1
	}
	for range 300 {
		v = oneVariableSteps(t, oneVariableWaves, 3, v, eta, 1)
		beyond = max(beyond, side*(v-to))
	}
	return v, beyond
}

// oneVariableValleys has η = 0.2. For v from 0 to 13, f is from −0.08 to 3.02, |f'| at most 1.2 and |f″| at most 1, so
// that C″ = f'² + (f − 3)f″ ≤ 1.44 + 3.08 < 5, and this η is small enough.
func oneVariableValleys(t *testing.T) {
	tab := newTable(t, "from v", "to v", "C there", "where it should end", "off by", "goes beyond by")
	for _, test := range []struct {
		from, to, tolerance float64
		where               string
	}{
		{0, oneVariableFirst, 1e-9, "first valley"}, {oneVariableHill - 0.01, oneVariableFirst, 1e-9, "first valley"},
		{oneVariableHill + 0.01, oneVariableSecond, 1e-9, "second valley"},
		{13, oneVariableDeepest, 1e-6, "deepest valley, f(v) = 3"},
	} {
		v, beyond := oneVariablePath(t, test.from, test.to, 0.2)
		tab.row(test.from, fmt.Sprintf("%.6f", v), math.Pow(oneVariableWaves.f(v)-3, 2)/2,
			fmt.Sprintf("%s, v = %.6f", test.where, test.to), below(math.Abs(v-test.to), test.tolerance),
			below(beyond, test.tolerance))
	}
	v := oneVariableSteps(t, oneVariableWaves, 3, oneVariableHill, 0.2, 1)
	tab.row(oneVariableHill, fmt.Sprintf("%.6f", v), math.Pow(oneVariableWaves.f(v)-3, 2)/2,
		"the hilltop it starts from", below(math.Abs(v-oneVariableHill), 1e-14), "")
}

// oneVariableTooFar: at v = 0, C' = (0 − 3)(1 + 1/5) = −3.6. With η = 1.5 the first step goes to 5.4, past the first
// valley and the hilltop. In the second valley C″ is |f − 3| |f″| = 0.41 · 0.98 = 0.4, and η C″ = 0.6 < 1.
func oneVariableTooFar(t *testing.T) {
	first := oneVariableSteps(t, oneVariableWaves, 3, 0, 1.5, 1)
	v, beyond := oneVariablePath(t, 0, oneVariableFirst, 1.5)
	tab := newTable(t, "η", "first step, past the hilltop", "to v", "second valley off by", "beyond the first valley")
	tab.row(1.5, within(oneVariableHill, first, oneVariableSecond), fmt.Sprintf("%.6f", v),
		below(math.Abs(v-oneVariableSecond), 1e-9), within(oneVariableSecond-oneVariableFirst-1e-6, beyond, 7))
}

// Online learning, mini-batches of m = 1, against larger ones. Its advantage: an epoch of n examples has n/m steps, so
// with m = 1 the most. Its disadvantage: noise. Claim: the gradient of a random mini-batch is the full gradient on
// average, and its mean square distance from the full gradient is
//
//	S²/m · (n − m)/(n − 1),
//
// where S² is that of single examples. For m far below n this is about S²/m.
//
// Proof: let g_i be the gradient of example i minus the full gradient. Then Σ_i g_i = 0 and S² is the mean of ‖g_i‖²,
// over all n examples. A mini-batch B is m of them, every choice equally likely. Example i is in B with probability
// m/n, so the mean of (1/m) Σ_{i in B} g_i is (1/m)(m/n) Σ_i g_i = 0. Two different examples i and j are both in B with
// probability m(m − 1)/(n(n − 1)). So the mean of the square of (1/m) Σ_{i in B} g_i, multiplied out, is
//
//	(1/m²) [m/n Σ_i ‖g_i‖² + m(m − 1)/(n(n − 1)) Σ_{i≠j} g_i·g_j].
//
// The first sum is nS². The second is ‖Σ_i g_i‖² − Σ_i ‖g_i‖² = 0 − nS². With these the mean square is
//
//	(1/m²) [mS² − m(m − 1)/(n − 1) S²] = S²/m · [1 − (m − 1)/(n − 1)] = S²/m · (n − m)/(n − 1).
func TestBook1_OnlineLearning(t *testing.T) {
	t.Log("Claim: online learning (m = 1) has m times the steps of mini-batches of m, with about m times the variance.")
	t.Run("all mini-batches of m of n = 8 examples: on average the full gradient, and how far from it",
		onlineLearningSpread)
	t.Run("where all 100 examples agree, an epoch multiplies the error by (1 − η)^(100/m)", onlineLearningEpoch)
}

// onlineLearningSpread measures every mini-batch there is. A step with η = 1 is minus the mean gradient of its
// mini-batch; the distances are those of the steps.
func onlineLearningSpread(t *testing.T) {
	const n = 8
	data, net := randomExamples(1, n, 3, 2), randomNetwork(1, SigmoidNeurons, 3, 4, 2)
	full := stepOn(t, net, CrossEntropy, data, 1, 0, 1, 2, 3, 4, 5, 6, 7) // minus the full gradient
	single := 0.0                                                         // S²
	for _, e := range data {
		g := gradientOf(t, net, CrossEntropy, e.X, e.Y)
		each(g, full, func(p, q *float64) { *p += *q })
		single += inner(g, g) / n
	}
	tab := newTable(t, "m", "mini-batches", "mean square distance = S²/m · (n − m)/(n − 1)",
		"their mean off the full gradient")
	for _, m := range []int{1, 2, 3, 7, 8} {
		batches := onlineLearningBatches(n, m)
		square, mean := 0.0, New(nil, net.Sizes...)
		for _, batch := range batches {
			step := stepOn(t, net, CrossEntropy, data, 1, batch...)
			each(mean, step, func(p, q *float64) { *p += *q / float64(len(batches)) })
			each(step, full, func(p, q *float64) { *p -= *q })
			square += inner(step, step) / float64(len(batches))
		}
		want := single / float64(m) * float64(n-m) / (n - 1)
		tab.row(m, len(batches), near(square, want, 1e-12), below(distance(mean, full), 1e-14))
	}
}

// onlineLearningBatches returns all choices of m of the numbers 0 to n−1.
func onlineLearningBatches(n, m int) (batches [][]int) {
	for set := range uint(1) << n { // bit i says whether i is chosen
		if bits.OnesCount(set) != m {
			continue
		}
		var batch []int
		for i := range n {
			if set>>i&1 == 1 {
				batch = append(batch, i)
			}
		}
		batches = append(batches, batch)
	}
	return batches
}

// onlineLearningEpoch has 100 times the same example, C = ½v². There is no noise, and every step multiplies v by 1 − η,
// as on the parabola above. An epoch has 100/m steps.
func onlineLearningEpoch(t *testing.T) {
	agreeing := make(Examples, 100)
	for i := range agreeing {
		agreeing[i] = biasOnly(0)[0]
	}
	tab := newTable(t, "m", "steps", "v after an epoch from v = 1", "against 0.9^(100/m): relative difference")
	for _, m := range []int{1, 20, 100} {
		net, s := oneNeuron(LinearNeurons, 1, 0), SGD{Cost: Quadratic, Eta: 0.1, BatchSize: m}
		if _, err := s.Epoch(net, agreeing, 0); err != nil {
			t.Fatal(err)
		}
		v := net.Biases[1][0]
		tab.row(m, 100/m, v, below(relative(v, math.Pow(0.9, 100/float64(m))), 1e-12))
	}
}

// The component form of a' = σ(wa + b). Claim: it is, for every neuron j,
//
//	a'_j = 1/(1 + exp(−Σ_k w_jk a_k − b_j)),
//
// where a_k are the activations of the layer before. Proof: entry j of the product wa of a matrix and a vector is row j
// of the matrix times the vector. Vectors are added entry by entry. So entry j of z = wa + b is
//
//	z_j = Σ_k w_jk a_k + b_j.
//
// By definition σ of a vector is σ of each of its entries, so that a'_j = σ(z_j) = 1/(1 + exp(−z_j)).
//
// The sum is over the second index of w. It is the neuron that sends, and the first is the neuron that receives. With
// the indices in the other order the equation would need the transpose of w.
func TestBook1_ComponentForm(t *testing.T) {
	t.Log("Claim: a' = σ(wa + b) is a'_j = 1/(1 + exp(−Σ_k w_jk a_k − b_j)) for every j; w_jk leads from k to j.")
	t.Run("by hand: weights that are logarithms make activations that are fractions", componentFormByHand)
	t.Run("fails with the indices exchanged: ¾ and ⅕ of the hidden layer give 8/9 instead of 8/11",
		componentFormExchanged)
	t.Run("fails in floating point: the order of the sum counts, 10¹⁶ + 1 − 10¹⁶ = 0", componentFormRounded)
}

// componentFormNetwork returns a network of 3 inputs, 2 hidden and 2 output neurons, to be computed by hand.
func componentFormNetwork() *Network {
	ln := math.Log
	net := New(SigmoidNeurons, 3, 2, 2)
	net.Weights[1] = [][]float64{{ln(2), ln(3), ln(6)}, {ln(5), 0, ln(4)}}
	net.Biases[1] = []float64{0, -ln(5)}
	net.Weights[2] = [][]float64{{4 * ln(2), -5 * ln(3)}, {0, 10 * ln(2)}}
	net.Biases[2] = []float64{0, -ln(4)}
	return net
}

// componentFormByHand uses σ(ln r) = 1/(1 + 1/r) = r/(1 + r). The input is (1, 2, −1).
func componentFormByHand(t *testing.T) {
	_, a := componentFormNetwork().Activations([]float64{1, 2, -1})
	tab := newTable(t, "neuron", "z = Σ_k w_jk a_k + b_j by hand", "a by hand", "a", "relative difference")
	for _, test := range []struct {
		l, j        int
		z, fraction string
		want        float64
	}{
		{1, 0, "1·ln 2 + 2·ln 3 − 1·ln 6 + 0 = ln 3", "3/4", 3.0 / 4},
		{1, 1, "1·ln 5 + 2·0 − 1·ln 4 − ln 5 = ln 1/4", "1/5", 1.0 / 5},
		{2, 0, "¾·4 ln 2 − ⅕·5 ln 3 + 0 = ln 8/3", "8/11", 8.0 / 11},
		{2, 1, "¾·0 + ⅕·10 ln 2 − ln 4 = ln 1", "1/2", 1.0 / 2},
	} {
		got := a[test.l][test.j]
		tab.row(fmt.Sprintf("a^%d_%d", test.l, test.j), test.z, test.fraction, fmt.Sprintf("%.15f", got),
			below(relative(got, test.want), 1e-15))
	}
}

// componentFormExchanged puts w_kj in the place of w_jk in the last layer. Then neuron 0 has another z, which is ¾·4 ln
// 2 + ⅕·0 = 3 ln 2 = ln 8, and its activation is σ(ln 8) = 8/9.
func componentFormExchanged(t *testing.T) {
	net := componentFormNetwork()
	net.Weights[2] = transpose(net.Weights[2])
	a := net.FeedForward([]float64{1, 2, -1})[0]
	tab := newTable(t, "neuron", "z by hand", "a by hand", "a", "relative difference")
	tab.row("a^2_0", "¾·4 ln 2 + ⅕·0 = ln 8", "8/9", fmt.Sprintf("%.15f", a), below(relative(a, 8.0/9), 1e-15))
}

// componentFormRounded has three inputs 1. Float64 numbers near 10¹⁶ are 2 apart, and 10¹⁶ + 1 is rounded to 10¹⁶. If
// the 1 comes in the middle of the sum it is lost, z = 0; if it comes last, z = 1.
func componentFormRounded(t *testing.T) {
	x := []float64{1, 1, 1}
	lost := oneNeuron(SigmoidNeurons, 0, 1e16, 1, -1e16).FeedForward(x)[0]
	kept := oneNeuron(SigmoidNeurons, 0, 1e16, -1e16, 1).FeedForward(x)[0]
	tab := newTable(t, "w", "a", "against", "relative difference")
	tab.row("(10¹⁶, 1, −10¹⁶)", lost, "σ(0) = 1/2", below(relative(lost, 0.5), 0))
	tab.row("(10¹⁶, −10¹⁶, 1)", kept, "σ(1) = e/(1 + e)", below(relative(kept, math.E/(1+math.E)), 1e-15))
}

// A network with no hidden layer, 784 inputs and 10 outputs. Claim: it learns to read digits, less well than with
// hidden neurons, and what cannot be told apart by weighing each input by itself, such as XOR, it never learns. How
// well it reads digits is measured, from three starts, and not proved. What it does with XOR is proved.
//
// XOR: no weights make z = w_0 x_0 + w_1 x_1 + b above 0 for (0, 1) and (1, 0) only. For (0, 0) and (1, 1) that would
// need b ≤ 0 and w_0 + w_1 + b ≤ 0, so that their sum w_0 + w_1 + 2b ≤ 0. For (0, 1) and (1, 0) it would need w_1 + b >
// 0 and w_0 + b > 0. But these have the same sum, and it is above 0.
//
// What it learns instead: with cross-entropy an example adds ln(1 + e^z) − yz to the cost. The second derivative of
// this by z is σ'(z) > 0, so it is convex. As z is linear in the weights and the bias, the cost is convex in these, and
// it is least where its gradient is 0. This is so at w_0 = w_1 = b = 0: there all a = ½, and δ = a − y is ½, −½, −½, ½
// for (0, 0), (0, 1), (1, 0), (1, 1), so that
//
//	∂C/∂b   = Σ δ     = ½ − ½ − ½ + ½ = 0
//	∂C/∂w_0 = Σ δ x_0 = −½ + ½ = 0,   ∂C/∂w_1 = Σ δ x_1 = −½ + ½ = 0.
//
// The answer is ½ to everything, and the mean cost is −ln ½ = ln 2. There is no second such place: on the line between
// two of them C, which is convex, would be constant. Its second derivative along the line is the sum over the examples
// of σ'(z) times the square of the rate at which z changes. If this is 0, no z changes. But for (0, 0), (0, 1) and (1,
// 0) z is b, w_1 + b and w_0 + b, so that b, w_1 and w_0 would not change either.
func TestBook1_NoHiddenLayer(t *testing.T) {
	t.Log("Claim: with no hidden layer (784, 10) it reads digits, less well than with 30 hidden neurons; never XOR.")
	lesson := newNoHiddenLayerLesson(t)
	t.Run("it reads more than 80 of 100 digits, and from each of three starts fewer than with 30 hidden neurons",
		func(t *testing.T) { noHiddenLayerReads(t, lesson) })
	t.Run("fails with the book's η = 3 and weights from N(0, 1): its outputs are saturated where they are wrong",
		func(t *testing.T) { noHiddenLayerSaturated(t, lesson) })
	t.Run("fails for XOR: the least cost is ln 2, at the answer ½ to everything; 3 hidden neurons learn it",
		noHiddenLayerXOR)
}

// A noHiddenLayerLesson is digits to learn from and digits to be tested on: of MNIST where MNIST_DIR is set, drawn ones
// otherwise.
type noHiddenLayerLesson struct {
	name        string
	train, test Digits
	epochs      int
}

func newNoHiddenLayerLesson(t *testing.T) (lesson noHiddenLayerLesson) {
	all := DrawDigits(2000, 1)
	lesson = noHiddenLayerLesson{"drawn", all.Slice(0, 1000), all.Slice(1000, 2000), 5}
	if dir := os.Getenv("MNIST_DIR"); dir != "" {
		train, _, test, err := ReadMNIST(dir)
		if err != nil {
			t.Fatal(err)
		}
		lesson = noHiddenLayerLesson{"MNIST", train, test, 1}
	}
	return lesson
}

// String says what is learnt from, and how many times.
func (lesson noHiddenLayerLesson) String() string {
	return fmt.Sprintf("%d %s digits × %d", lesson.train.Len(), lesson.name, lesson.epochs)
}

// read trains net in mini-batches of 10 and returns the share of the test digits that it then reads correctly.
func (lesson noHiddenLayerLesson) read(t *testing.T, net *Network, cost Cost, eta float64) float64 {
	s := SGD{Cost: cost, Eta: eta, BatchSize: 10}
	for epoch := range lesson.epochs {
		if _, err := s.Epoch(net, lesson.train, epoch); err != nil {
			t.Fatal(err)
		}
	}
	return float64(Correct(net, lesson.test)) / float64(lesson.test.Len())
}

// noHiddenLayerNetwork returns a network of sigmoid neurons with weights of init.
func noHiddenLayerNetwork(init func(*Network, uint64), seed uint64, sizes ...int) *Network {
	net := New(SigmoidNeurons, sizes...)
	init(net, seed)
	return net
}

// noHiddenLayerReads: each output only weighs ink, pixel by pixel, and that is enough for most digits.
func noHiddenLayerReads(t *testing.T, lesson noHiddenLayerLesson) {
	tab := newTable(t, "network", "cost", "η", "learns from", "share of test digits read: seed 1", "seed 2", "seed 3")
	with := []float64{1, 1, 1} // of the network with hidden neurons, to be less than
	for _, test := range []struct {
		sizes []int
		cost  Cost
	}{{[]int{784, 30, 10}, CrossEntropy}, {[]int{784, 10}, CrossEntropy}, {[]int{784, 10}, Quadratic}} {
		cells := []any{test.sizes, test.cost, 0.5, lesson}
		for i, bound := range with {
			net := noHiddenLayerNetwork((*Network).InitScaled, uint64(1+i), test.sizes...)
			share := lesson.read(t, net, test.cost, 0.5)
			if len(test.sizes) == 3 {
				with[i] = share
			}
			cells = append(cells, within(0.8, share, bound))
		}
		tab.row(cells...)
	}
}

// noHiddenLayerSaturated: the sum of x_k² is about 80 for a digit, so with weights from N(0, 1) the standard deviation
// of z is about √(80 + 1) = 9. Most outputs are near 0 or 1, right or wrong. With quadratic cost a wrong one learns by
// δ = (a − y)σ'(z), and σ'(z) is near 0. Scaled weights do not start like that, but steps of η = 3 also lead there. The
// last column is what scaled weights and η = 0.5 come to.
func noHiddenLayerSaturated(t *testing.T, lesson noHiddenLayerLesson) {
	tab := newTable(t, "weights from", "mean σ'(z) of wrong outputs at the start", "learns from",
		"with η = 3 it reads, at most", "with η = 0.5 and N(0, 1/n)")
	net := noHiddenLayerNetwork((*Network).InitScaled, 1, 784, 10)
	prime := noHiddenLayerWrongPrime(net, lesson.test.Slice(0, 50))
	good := lesson.read(t, net.Clone(), Quadratic, 0.5)
	tab.row("N(0, 1/n)", within(0.15, prime, 0.25), lesson, below(lesson.read(t, net, Quadratic, 3), good), good)
	net = noHiddenLayerNetwork((*Network).InitLarge, 1, 784, 10)
	prime = noHiddenLayerWrongPrime(net, lesson.test.Slice(0, 50))
	tab.row("N(0, 1)", within(0, prime, 0.1), lesson, below(lesson.read(t, net, Quadratic, 3), good-0.1), good)
}

// noHiddenLayerWrongPrime returns the mean of σ'(z) = a(1 − a) over all outputs that are on the wrong side of ½.
func noHiddenLayerWrongPrime(net *Network, digits Digits) float64 {
	sum, wrong := 0.0, 0.0
	for i := range digits.Len() {
		for j, a := range answer(net, digits, i) {
			if (a > 0.5) != (j == int(digits.Labels[i])) {
				sum, wrong = sum+a*(1-a), wrong+1
			}
		}
	}
	return sum / wrong
}

// noHiddenLayerXOR trains 2000 steps, each on all four examples.
func noHiddenLayerXOR(t *testing.T) {
	var examples Examples
	for _, x := range binaryInputs(2) {
		examples = append(examples, Example{x, []float64{math.Abs(x[0] - x[1])}})
	}
	learn := func(sizes ...int) (cost, wrong float64) {
		net, s := randomNetwork(1, SigmoidNeurons, sizes...), SGD{Cost: CrossEntropy, Eta: 2, BatchSize: 4}
		for range 2000 {
			cost = takeStep(t, &s, net, examples, 0, 1, 2, 3) / 4
		}
		for _, e := range examples {
			wrong = max(wrong, math.Abs(net.FeedForward(e.X)[0]-e.Y[0]))
		}
		return cost, wrong
	}
	tab := newTable(t, "network", "mean cost C", "|C − ln 2|", "largest |a − y|", "its difference to ½")
	cost, wrong := learn(2, 1)
	tab.row("2, 1", fmt.Sprintf("%.12f", cost), below(math.Abs(cost-math.Ln2), 1e-12),
		fmt.Sprintf("%.12f", wrong), below(math.Abs(wrong-0.5), 1e-9))
	cost, wrong = learn(2, 3, 1)
	tab.row("2, 3, 1", below(cost, 0.02), "", below(wrong, 0.02), "")
}

// The book's chapter 2

// BP1 and BP2 in matrix form. Claim: let Σ'(z) be the matrix with σ'(z_j) on its diagonal and 0 elsewhere. Then
//
//	δ^L = Σ'(z^L) ∇_a C                       (BP1)
//	δ^l = Σ'(z^l) (w^(l+1))ᵀ δ^(l+1)          (BP2)
//	δ^l = Σ'(z^l) (w^(l+1))ᵀ ⋯ Σ'(z^(L−1)) (w^L)ᵀ Σ'(z^L) ∇_a C
//
// Proof: entry j of Σ'(z)v is Σ_i Σ'(z)_ji v_i. All terms with i ≠ j are 0, and σ'(z_j) v_j is left. So to multiply by
// Σ'(z) is to multiply entry by entry by σ'(z), and the first two lines are BP1 and BP2. For the third, start with the
// second. Replace δ^(l+1) in it by what the second line says of layer l + 1, then δ^(l+2), and so on. At the end
// replace δ^L by the first line.
//
// Where Σ' comes from: by the chain rule ∂C/∂z_j = Σ_i ∂a_i/∂z_j ∂C/∂a_i, so that δ = Jᵀ ∇_a C with the Jacobian J_ij =
// ∂a_i/∂z_j of the layer. For neurons a_i depends on z_i alone, J is diagonal, and Jᵀ = J = Σ'(z). For a softmax layer
// every a_i depends on every z_j, and J is not diagonal.
func TestBook2_MatrixForm(t *testing.T) {
	t.Log("Claim: δ^L = Σ'(z^L)∇_a C and δ^l = Σ'(z^l)(w^(l+1))ᵀδ^(l+1), with a diagonal matrix Σ'(z).")
	for _, output := range []Differentiable{SigmoidNeurons, LinearNeurons, SoftmaxLayer} {
		t.Run(fmt.Sprintf("%v outputs: the matrices, multiplied with one another first, then with ∇_a C", output),
			func(t *testing.T) { matrixFormProducts(t, output) })
	}
	t.Run("fails for a softmax layer: Σ' is not diagonal, and its diagonal alone gives another δ", matrixFormSoftmax)
}

// A matrixFormExample is a network of four layers with one example under quadratic cost.
type matrixFormExample struct {
	net   *Network
	z, a  [][]float64
	nabla *Network    // ∇C by Gradient
	gradC [][]float64 // ∇_a C = a^L − y, a column
}

func newMatrixFormExample(t *testing.T, output Differentiable) matrixFormExample {
	x, y := []float64{0.5, -1, 2}, []float64{1, 0}
	net := randomNetwork(4, output, 3, 4, 5, 2)
	z, a := net.Activations(x)
	gradC := [][]float64{{a[3][0] - y[0]}, {a[3][1] - y[1]}}
	return matrixFormExample{net, z, a, gradientOf(t, net, Quadratic, x, y), gradC}
}

// matrixFormJacobian returns ∂a_i/∂z_j of a layer in row i and column j, by central differences.
func matrixFormJacobian(kind Activation, z []float64) [][]float64 {
	jacobian := matrix(len(z), len(z))
	for i := range z {
		for j := range z {
			jacobian[i][j] = derivative(func(v float64) float64 {
				a := slices.Clone(z)
				a[j] = v
				kind.Activate(a, a)
				return a[i]
			}, z[j], 1e-4)
		}
	}
	return jacobian
}

// matrixFormOff returns the largest |m_ij| with i ≠ j.
func matrixFormOff(m [][]float64) (largest float64) {
	for i := range m {
		for j := range m {
			if i != j {
				largest = max(largest, math.Abs(m[i][j]))
			}
		}
	}
	return largest
}

// matrixFormProducts multiplies the matrices of the third formula from right to left, and only then by ∇_a C. For the
// softmax layer the transposed Jacobian takes the place of Σ'(z^L).
func matrixFormProducts(t *testing.T, output Differentiable) {
	e := newMatrixFormExample(t, output)
	tab := newTable(t, "l", "δ^l by matrices", "off Gradient by", "largest of Σ'(z^l) off its diagonal")
	product := transpose(matrixFormJacobian(output, e.z[3]))
	var off any = same(matrixFormOff(product), 0)
	if output == SoftmaxLayer {
		off = matrixFormOff(product)
	}
	for l := 3; l >= 1; l-- {
		delta := transpose(times(product, e.gradC))[0]
		tab.row(l, fmt.Sprintf("%.2g", delta), below(apart(delta, e.nabla.Biases[l]), 1e-7), off)
		if l > 1 {
			prime := matrixFormJacobian(SigmoidNeurons, e.z[l-1])
			off = same(matrixFormOff(prime), 0)
			product = times(times(prime, transpose(e.net.Weights[l])), product)
		}
	}
}

// matrixFormSoftmax measures the output layer of two softmax outputs. There ∂a_0/∂z_0 = a_0(1 − a_0), and ∂a_0/∂z_1 =
// −a_0 a_1. With two outputs 1 − a_0 = a_1, so that all four numbers of the Jacobian are a_0 a_1 or −a_0 a_1. With g =
// ∇_a C and y = (1, 0) it is also g_1 = −g_0, so
//
//	δ_0 = a_0 a_1 (g_0 − g_1) = 2 a_0 a_1 g_0,
//
// twice what the diagonal alone gives, and likewise δ_1. Then ‖u − v‖/(‖u‖ + ‖v‖) = (2 − 1)/(2 + 1) = 1/3.
func matrixFormSoftmax(t *testing.T) {
	e := newMatrixFormExample(t, SoftmaxLayer)
	prime, delta, a := matrixFormJacobian(SoftmaxLayer, e.z[3]), e.nabla.Biases[3], e.a[3]
	alone := []float64{prime[0][0] * e.gradC[0][0], prime[1][1] * e.gradC[1][0]}
	tab := newTable(t, "what", "measured", "against")
	tab.row("Σ' off its diagonal, largest", within(0.01, matrixFormOff(prime), 0.25), "not 0")
	tab.row("the same", near(matrixFormOff(prime), a[0]*a[1], 1e-9), "a_0 a_1")
	tab.row("δ by the diagonal alone", fmt.Sprintf("%.6f", alone), fmt.Sprintf("%.6f by Gradient", delta))
	tab.row("relative difference of the two", near(apart(alone, delta), 1.0/3, 1e-7), "1/3")
}

// BP3 and BP4 by the chain rule. Claim: ∂C/∂b^l_j = δ^l_j and ∂C/∂w^l_jk = a^(l−1)_k δ^l_j.
//
// Proof: let p be a bias or weight of layer l. C depends on p only through the weighted inputs z_i of layer l, so
//
//	∂C/∂p = Σ_i ∂C/∂z_i ∂z_i/∂p = Σ_i δ_i ∂z_i/∂p,   z_i = Σ_k w_ik a_k + b_i.
//
// The a_k are activations of layer l − 1, and do not depend on p. Of all z_i only z_j contains b_j, with the derivative
// ∂z_j/∂b_j = 1, and only z_j contains w_jk, with ∂z_j/∂w_jk = a_k. So of the sum one term is left, that of i = j:
//
//	∂C/∂b_j = δ_j · 1,   ∂C/∂w_jk = δ_j a_k.
//
// Where two neurons share a parameter, more than one z_i contains it, and more terms are left.
func TestBook2_BP3AndBP4(t *testing.T) {
	t.Log("Claim: ∂C/∂b_j = δ_j and ∂C/∂w_jk = a_k δ_j, because only z_j depends on b_j (derivative 1) and w_jk (a_k).")
	t.Run("each factor of the chain rule by central differences, in every layer", bp3AndBP4Factors)
	t.Run("fails for a bias that neurons 0 and 1 share: two terms are left, δ_0 + δ_1", bp3SharedBias)
}

// bp3AndBP4Example returns a network of four layers and an example for it.
func bp3AndBP4Example() (net *Network, x, y []float64) {
	return randomNetwork(5, SigmoidNeurons, 4, 3, 5, 3), []float64{0.5, -1, 2, 0}, []float64{0, 1, 0}
}

// bp3AndBP4Factors measures ∂z_i/∂p and δ_i = ∂C/∂z_i on their own, without Gradient. The table has the largest
// difference between a ∂z_i/∂p and its claim, and the relative differences between the products and Gradient.
func bp3AndBP4Factors(t *testing.T) {
	net, x, y := bp3AndBP4Example()
	z, a := net.Activations(x)
	nabla := gradientOf(t, net, CrossEntropy, x, y)
	tab := newTable(t, "l", "∂z_i/∂b_j and ∂z_i/∂w_jk: worst", "δ_j against ∂C/∂b_j", "a_k δ_j against ∂C/∂w_jk")
	for l := 1; l <= 3; l++ {
		delta, worst := bp3AndBP4Error(net, l, z[l], y), 0.0
		var weights []float64 // a_k δ_j, row by row
		for j := range delta {
			worst = max(worst, bp3AndBP4Off(net, x, l, &net.Biases[l][j], j, 1))
			for k := range a[l-1] {
				worst = max(worst, bp3AndBP4Off(net, x, l, &net.Weights[l][j][k], j, a[l-1][k]))
				weights = append(weights, a[l-1][k]*delta[j])
			}
		}
		tab.row(l, below(worst, 1e-14), below(apart(delta, nabla.Biases[l]), 1e-7),
			below(apart(weights, slices.Concat(nabla.Weights[l]...)), 1e-7))
	}
}

// bp3AndBP4Error returns δ^l_j = ∂C/∂z^l_j by central differences, with the network that begins behind layer l.
func bp3AndBP4Error(net *Network, l int, z, y []float64) []float64 {
	answer := func(a []float64) []float64 { return a }
	if l < len(net.Sizes)-1 {
		answer = behind(net, l).FeedForward
	}
	delta := make([]float64, len(z))
	for j := range delta {
		delta[j] = derivative(func(v float64) float64 {
			a := slices.Clone(z)
			a[j] = v
			SigmoidNeurons.Activate(a, a)
			return CrossEntropy.Of(answer(a), y)
		}, z[j], 1e-4)
	}
	return delta
}

// bp3AndBP4Off moves the parameter p and returns how far any ∂z_i/∂p of layer l is from the claim, which is want for i
// = j and 0 for the others. As z is linear in p, central differences of any step are exact but for rounding.
func bp3AndBP4Off(net *Network, x []float64, l int, p *float64, j int, want float64) (worst float64) {
	old := *p
	for i := range net.Biases[l] {
		d := derivative(func(v float64) float64 {
			*p = v
			z, _ := net.Activations(x)
			return z[l][i]
		}, old, 0.5)
		*p = old
		if i == j {
			d -= want
		}
		worst = max(worst, math.Abs(d))
	}
	return worst
}

// bp3SharedBias: if b is added to both z_0 and z_1 of layer 2, ∂z_0/∂b = ∂z_1/∂b = 1, and ∂C/∂b = δ_0 + δ_1.
func bp3SharedBias(t *testing.T) {
	net, x, y := bp3AndBP4Example()
	delta := gradientOf(t, net, CrossEntropy, x, y).Biases[2]
	tied := net.Clone()
	shared := derivative(func(v float64) float64 {
		tied.Biases[2][0], tied.Biases[2][1] = net.Biases[2][0]+v, net.Biases[2][1]+v
		return CrossEntropy.Of(tied.FeedForward(x), y)
	}, 0, 1e-4)
	tab := newTable(t, "δ_0", "δ_1", "∂C/∂b, central difference", "against δ_0 + δ_1: relative difference")
	tab.row(fmt.Sprintf("%.6f", delta[0]), fmt.Sprintf("%.6f", delta[1]), fmt.Sprintf("%.6f", shared),
		below(relative(shared, delta[0]+delta[1]), 1e-7))
}

// A tangent is a kind of neuron of the test's own: a = tanh z, with the derivative 1 − a².
type tangent struct{}

func (tangent) String() string { return "tanh" }

func (tangent) Activate(a, z []float64) {
	for j := range z {
		a[j] = math.Tanh(z[j])
	}
}

func (tangent) Backward(dz, z, a, da []float64) {
	for j := range z {
		dz[j] = da[j] * (1 - a[j]*a[j])
	}
}

// A bent is layers of sigmoid neurons, of which neuron j of every layer of n answers f(z) instead, with the derivative
// prime.
type bent struct {
	n, j     int
	f, prime func(float64) float64
}

func (bent) String() string { return "sigmoid, one of them bent" }

func (b bent) Activate(a, z []float64) {
	v := z[min(b.j, len(z)-1)] // a may be z
	SigmoidNeurons.Activate(a, z)
	if len(z) == b.n {
		a[b.j] = b.f(v)
	}
}

func (b bent) Backward(dz, z, a, da []float64) {
	d := da[min(b.j, len(z)-1)] // dz may be da
	SigmoidNeurons.Backward(dz, z, a, da)
	if len(z) == b.n {
		dz[b.j] = d * b.prime(z[b.j])
	}
}

// bentToSine returns layers in which neuron j of a layer of n answers sin z.
func bentToSine(n, j int) bent { return bent{n, j, math.Sin, math.Cos} }

// bentToCube returns layers in which neuron j of a layer of n answers z³.
func bentToCube(n, j int) bent {
	return bent{n, j, func(z float64) float64 { return z * z * z }, func(z float64) float64 { return 3 * z * z }}
}

// Backpropagation when one neuron answers f(z) instead of σ(z). Claim: forward, its activation is a_j = f(z_j), with
// which all later numbers are made. In BP1 to BP4 its σ'(z_j) becomes f'(z_j), and no other factor changes its formula.
//
// Proof: by the chain rule δ_j = ∂C/∂z_j = ∂C/∂a_j ∂a_j/∂z_j, and for a_j = f(z_j) the second factor is f'(z_j). The
// first factor is ∂C/∂a_j itself in the last layer, and Σ_i w_ij δ_i, over the neurons i of the next layer, in the
// others. It contains no derivative of the neuron's own function. BP3 and BP4 contain no such derivative either. But
// they contain a_j = f(z_j): ∂C/∂w_ij of the next layer is a_j δ_i, and ∂C/∂a_j of an output is made of a_j. And where
// an output had δ = a − y, because its cost was made for σ (Exercise 3.2), this is lost: σ' no longer cancels.
//
// What if σ' is left in place? Then δ^l_j is wrong by the factor σ'(z_j)/f'(z_j). The other δ of its layer and those of
// later layers are right, because δ goes backwards and none of them is computed from δ^l_j. Those of the layers before
// are computed from it. They are wrong unless the factor is 1, or the weight from a neuron to it is 0. Where f has no
// derivative, there is none to go back through.
func TestBook2_AnotherActivation(t *testing.T) {
	t.Log("Claim: if one neuron answers f(z) and not σ(z), a_j is f(z_j), and f'(z_j) replaces σ'(z_j) in BP1 or BP2.")
	t.Run("sin, z³ or tanh: the gradient is that of central differences", anotherActivationGradients)
	t.Run("fails with σ' left in its place: wrong at neuron 0 of layer 2 and before it, right elsewhere",
		anotherActivationForgotten)
	t.Run("fails for an output with cross-entropy: a − y is not its δ any more", anotherActivationOutput)
	t.Run("fails where f has a kink: max(0, z) at z = 0 has the slope 0 on the left, 1 on the right",
		anotherActivationKink)
}

// anotherActivationExample returns the input and the desired output that the networks below are given.
func anotherActivationExample() (x, y []float64) { return []float64{0.5, -1, 2}, []float64{1, 0, 0} }

// anotherActivationGradients bends one neuron in each of the three layers in turn, and then all.
func anotherActivationGradients(t *testing.T) {
	x, y := anotherActivationExample()
	tab := newTable(t, "f", "layer", "∂C/∂b: relative difference", "∂C/∂w: relative difference")
	for _, test := range []struct {
		name           string
		hidden, output Differentiable
	}{
		{"sin in layer 1", bentToSine(4, 2), SigmoidNeurons},
		{"z³ in layer 2", bentToCube(5, 0), SigmoidNeurons},
		{"sin in layer 3", SigmoidNeurons, bentToSine(3, 1)},
		{"tanh throughout", tangent{}, tangent{}},
	} {
		net := randomNetwork(6, test.output, 3, 4, 5, 3)
		net.Hidden = test.hidden
		numeric, exact := numericGradient(net, Quadratic, x, y), gradientOf(t, net, Quadratic, x, y)
		for l := 1; l <= 3; l++ {
			tab.row(test.name, l, below(apart(numeric.Biases[l], exact.Biases[l]), 1e-7),
				below(apart(slices.Concat(numeric.Weights[l]...), slices.Concat(exact.Weights[l]...)), 1e-7))
		}
	}
}

// anotherActivationForgotten has f(z) = z³ at neuron 0 of layer 2, and σ' where f' = 3z² should be. Neuron 3 of layer 1
// has the weight 0 to it.
func anotherActivationForgotten(t *testing.T) {
	x, y := anotherActivationExample()
	net := randomNetwork(6, SigmoidNeurons, 3, 4, 5, 3)
	net.Weights[2][0][3] = 0
	forgotten := bentToCube(5, 0)
	forgotten.prime = SigmoidPrime
	net.Hidden = forgotten
	right, wrong := numericGradient(net, Quadratic, x, y).Biases, gradientOf(t, net, Quadratic, x, y).Biases
	z, _ := net.Activations(x)
	factor := SigmoidPrime(z[2][0]) / (3 * z[2][0] * z[2][0])
	tab := newTable(t, "δ of", "against central differences: relative difference")
	tab.row("layer 1, neurons 0 to 2", within(0.05, apart(right[1][:3], wrong[1][:3]), 1))
	tab.row("layer 1, neuron 3, with the weight 0", below(apart(right[1][3:], wrong[1][3:]), 1e-7))
	tab.row("layer 2, neuron 0", within(0.05, apart(right[2][:1], wrong[2][:1]), 1))
	tab.row("layer 2, neuron 0, with the factor σ'(z)/f'(z)", below(relative(factor*right[2][0], wrong[2][0]), 1e-7))
	tab.row("layer 2, the others", below(apart(right[2][1:], wrong[2][1:]), 1e-7))
	tab.row("layer 3", below(apart(right[3], wrong[3]), 1e-7))
}

// anotherActivationOutput has one output a = z/(1 + |z|)/2 + ½, which is between 0 and 1 as σ is, with the derivative
// ½/(1 + |z|)². At z = 1, a = ¾ and f' = ⅛. For y = 0 the cross-entropy has ∂C/∂a = 1/(1 − a) = 4, so that δ = 4 · ⅛ =
// ½, and not a − y = ¾.
func anotherActivationOutput(t *testing.T) {
	soft := bent{1, 0, func(z float64) float64 { return z/(1+math.Abs(z))/2 + 0.5 },
		func(z float64) float64 { return 0.5 / math.Pow(1+math.Abs(z), 2) }}
	a := oneNeuron(soft, 1, 0).FeedForward([]float64{0})[0]
	numeric := numericGradient(oneNeuron(soft, 1, 0), CrossEntropy, []float64{0}, []float64{0}).Biases[1][0]
	delta := outputErrorAt(t, soft, general{CrossEntropy}, []float64{1}, []float64{0})[0]
	tab := newTable(t, "a − y", "δ by (BP1)", "central difference")
	tab.row(near(a, 0.75, 1e-15), near(delta, 0.5, 1e-15), near(numeric, 0.5, 1e-9))
}

// anotherActivationKink: one neuron with a = max(0, z) and y = −1 has C = ½(a + 1)². At z = 0 this is ½ on the left,
// with slope 0, and ½(1 + z)² on the right, with slope 1 + z = 1. A central difference takes the mean of both slopes.
// Backpropagation takes what f' says at 0, here Step(0) = 0.
func anotherActivationKink(t *testing.T) {
	const h = 1e-5
	ramp := bent{1, 0, func(z float64) float64 { return max(z, 0) }, Step}
	net, x, y := oneNeuron(ramp, 0, 0), []float64{0}, []float64{-1}
	cost := func(z float64) float64 { return Quadratic.Of(oneNeuron(ramp, z, 0).FeedForward(x), y) }
	left, right := (cost(0)-cost(-h))/h, (cost(h)-cost(0))/h
	half := numericGradient(net, Quadratic, x, y).Biases[1][0]
	exact := gradientOf(t, net, Quadratic, x, y).Biases[1][0]
	tab := newTable(t, "slope of C at z = 0", "measured", "off by")
	tab.row("0, on the left", fmt.Sprintf("%.6f", left), below(math.Abs(left), 1e-9))
	tab.row("1, on the right", fmt.Sprintf("%.6f", right), below(math.Abs(right-1), 1e-4))
	tab.row("1/2, central difference", fmt.Sprintf("%.6f", half), below(math.Abs(half-0.5), 1e-4))
	tab.row("0, δ with f'(0) = 0", exact, below(math.Abs(exact), 0))
}

// Backpropagation in a linear network, with σ(z) = z throughout. Claim: δ^l = (w^(l+1))ᵀ δ^(l+1), and however deep the
// network is, it answers as one matrix and one vector do.
//
// Proof: σ'(z) = 1, and this factor drops out of BP1 and BP2. With quadratic cost δ^L = a^L − y, and
//
//	δ^l = (w^(l+1))ᵀ ⋯ (w^L)ᵀ (a^L − y).
//
// Two layers are one, because the second applied to the first is
//
//	w²(w¹x + b¹) + b² = (w²w¹)x + (w²b¹ + b²),
//
// with the matrix w²w¹ and the vector w²b¹ + b². In the same way this one layer and the third are one, and so on.
//
// The measurement is exact: all numbers are integers or halves that float64 holds without rounding. A weight w enters
// each output only as a constant times w plus a constant, because no path through the layers uses it twice. So C, half
// a sum of squares, is αw² + βw + γ, and
//
//	(C(w + 1) − C(w − 1))/2 = (4αw + 2β)/2 = 2αw + β = C'(w).
func TestBook2_LinearNetwork(t *testing.T) {
	t.Log("Claim: with σ(z) = z, δ^l = (w^(l+1))ᵀδ^(l+1), and any depth is one layer; with σ it need not be.")
	t.Run("the answers are those of one layer, exactly", linearNetworkAnswers)
	t.Run("the derivatives are those of the formula and (C(w + 1) − C(w − 1))/2, exactly", linearNetworkDerivatives)
	t.Run("fails with sigmoid neurons inside: a(x) + a(x') = 2a((x + x')/2) only without them", linearNetworkBent)
}

// linearNetworkSizes are the layers of the networks that are measured.
var linearNetworkSizes = [][]int{{3, 2}, {3, 4, 2}, {3, 4, 1, 2}, {3, 3, 5, 4, 2}}

// linearNetworkOfIntegers returns a linear network with weights and biases from −3 to 3, which are integers.
func linearNetworkOfIntegers(sizes ...int) *Network {
	net := integerNetwork(8, sizes...)
	net.Hidden, net.Output = LinearNeurons, LinearNeurons
	return net
}

// linearNetworkAsOne returns the single layer that a linear network is.
func linearNetworkAsOne(net *Network) *Network {
	L := len(net.Sizes) - 1
	flat := New(LinearNeurons, net.Sizes[0], net.Sizes[L])
	w, b := net.Weights[1], net.Biases[1]
	for l := 2; l <= L; l++ {
		w, b = times(net.Weights[l], w), transpose(times(net.Weights[l], transpose([][]float64{b})))[0]
		for j := range b {
			b[j] += net.Biases[l][j]
		}
	}
	flat.Weights[1], flat.Biases[1] = w, b
	return flat
}

// linearNetworkAnswers compares the answers to two inputs.
func linearNetworkAnswers(t *testing.T) {
	tab := newTable(t, "layers", "x", "a^L", "by one layer")
	for _, sizes := range linearNetworkSizes {
		net := linearNetworkOfIntegers(sizes...)
		flat := linearNetworkAsOne(net)
		for _, x := range [][]float64{{2, -1, 3}, {-4, 5, 1}} {
			a, one := net.FeedForward(x), flat.FeedForward(x)
			tab.row(sizes, x, a, holds(fmt.Sprint(one), slices.Equal(a, one)))
		}
	}
}

// linearNetworkDerivatives compares δ^1 = ∂C/∂b^1 with the product of the transposed matrices, and the whole of ∇C with
// central differences of step 1.
func linearNetworkDerivatives(t *testing.T) {
	x, y := []float64{2, -1, 3}, []float64{1, -2}
	tab := newTable(t, "layers", "∂C/∂b^1", "(w^2)ᵀ ⋯ (w^L)ᵀ(a^L − y)", "∇C off (C(w + 1) − C(w − 1))/2")
	for _, sizes := range linearNetworkSizes {
		net := linearNetworkOfIntegers(sizes...)
		nabla, a := gradientOf(t, net, Quadratic, x, y), net.FeedForward(x)
		product := [][]float64{{a[0] - y[0]}, {a[1] - y[1]}}
		for l := len(sizes) - 1; l > 1; l-- {
			product = times(transpose(net.Weights[l]), product)
		}
		delta := transpose(product)[0]
		exact := differences(net, 1, func(net *Network) float64 { return Quadratic.Of(net.FeedForward(x), y) })
		tab.row(sizes, nabla.Biases[1], holds(fmt.Sprint(delta), slices.Equal(delta, nabla.Biases[1])),
			below(distance(nabla, exact), 0))
	}
}

// linearNetworkBent: one matrix and one vector, a(x) = wx + b, make both sides w(x + x') + 2b. With sigmoid neurons
// inside the sides differ, by less than 24: the activation h of each of the 4 hidden neurons is between 0 and 1, so
// that h(x) + h(x') and 2h((x + x')/2) differ by less than 2, and its weight is at most 3 in size.
func linearNetworkBent(t *testing.T) {
	net := linearNetworkOfIntegers(3, 4, 2)
	x, x2, middle := []float64{2, -1, 3}, []float64{-4, 5, 1}, []float64{-1, 2, 2}
	bend := func() float64 {
		return net.FeedForward(x)[0] + net.FeedForward(x2)[0] - 2*net.FeedForward(middle)[0]
	}
	tab := newTable(t, "hidden neurons", "|a(x) + a(x') − 2a((x + x')/2)|")
	tab.row(LinearNeurons, same(math.Abs(bend()), 0))
	net.Hidden = SigmoidNeurons
	tab.row(SigmoidNeurons, within(0.1, math.Abs(bend()), 24))
}

// The fully matrix-based approach to a mini-batch. Claim: with the mini-batch as a matrix X = [x_1 … x_m], a column for
// each example, and Y likewise, a step of gradient descent with cross-entropy takes no loop over examples. With A^0 = X
//
//	Z^l = w^l A^(l−1) + b^l (added to each column),   A^l = σ(Z^l)
//	Δ^L = A^L − Y,   Δ^l = ((w^(l+1))ᵀ Δ^(l+1)) ⊙ σ'(Z^l)
//	w^l ← w^l − (η/m) Δ^l (A^(l−1))ᵀ,   b^l ← b^l − (η/m) (the sum of the columns of Δ^l)
//
// where ⊙ multiplies entry by entry. Proof: column i of a product of matrices MN is M times column i of N. So column i
// of Z^l, A^l and Δ^l is z^l, a^l and δ^l of example i, by the same formulas for vectors. By BP4 and BP3 the sums over
// the examples of ∂C/∂w_jk and of ∂C/∂b_j are
//
//	Σ_i δ^l_j(x_i) a^(l−1)_k(x_i) = Σ_i Δ^l_ji A^(l−1)_ki = (Δ^l (A^(l−1))ᵀ)_jk   and   Σ_i Δ^l_ji.
//
// All of them are taken at the same weights: it is one step, not m steps one after the other.
func TestBook2_MatrixOverAMiniBatch(t *testing.T) {
	t.Log("Claim: with X = [x_1 … x_m] as one matrix, a step takes no loop over examples and is the same as with one.")
	t.Run("against a loop over Gradient, against SGD.Step, and against central differences of the mean cost",
		miniBatchMatrixSteps)
	t.Run("fails for online learning: m steps of η/m, each from where the last one ended, are apart by O(η²)",
		miniBatchMatrixOnline)
}

// miniBatchMatrixForward returns A^0 = X to A^L, a column for each example.
func miniBatchMatrixForward(net *Network, x [][]float64) [][][]float64 {
	A := [][][]float64{x}
	for l := 1; l < len(net.Sizes); l++ {
		Z := times(net.Weights[l], A[l-1])
		for j, z := range Z {
			for i := range z {
				z[i] = 1 / (1 + math.Exp(-z[i]-net.Biases[l][j]))
			}
		}
		A = append(A, Z)
	}
	return A
}

// miniBatchMatrixStep returns net after a step of gradient descent on the mini-batch.
func miniBatchMatrixStep(net *Network, eta float64, batch Examples) *Network {
	var x, y [][]float64
	for _, e := range batch {
		x, y = append(x, e.X), append(y, e.Y)
	}
	A, D, L := miniBatchMatrixForward(net, transpose(x)), transpose(y), len(net.Sizes)-1
	for j, a := range A[L] {
		for i := range a {
			D[j][i] = a[i] - D[j][i] // Δ^L
		}
	}
	after, rate := net.Clone(), eta/float64(len(batch))
	for l := L; l >= 1; l-- {
		for j, w := range times(D, transpose(A[l-1])) {
			for k := range w {
				after.Weights[l][j][k] -= rate * w[k]
			}
			for _, d := range D[j] {
				after.Biases[l][j] -= rate * d
			}
		}
		D = times(transpose(net.Weights[l]), D)
		for k, a := range A[l-1] {
			for i := range a {
				D[k][i] *= a[i] * (1 - a[i]) // σ'(z) = a(1 − a)
			}
		}
	}
	return after
}

// miniBatchMatrixSteps makes the same step in four ways.
func miniBatchMatrixSteps(t *testing.T) {
	const eta = 0.5
	tab := newTable(t, "layers", "m", "off the loop", "off SGD.Step", "off central differences")
	for _, sizes := range [][]int{{4, 3}, {4, 6, 3}, {4, 6, 5, 3}} {
		net := randomNetwork(9, SigmoidNeurons, sizes...)
		for _, m := range []int{1, 2, 7, 32} {
			data := randomExamples(uint64(m), m, 4, 3)
			matrices, looped, stepped := miniBatchMatrixStep(net, eta, data), net.Clone(), net.Clone()
			for _, e := range data {
				nabla := gradientOf(t, net, CrossEntropy, e.X, e.Y)
				each(looped, nabla, func(p, q *float64) { *p -= eta / float64(m) * *q })
			}
			s := SGD{Cost: CrossEntropy, Eta: eta, BatchSize: m}
			takeStep(t, &s, stepped, data, s.Order(m, 0)...)
			numeric := differences(net, 1e-4, func(net *Network) (mean float64) {
				for _, e := range data {
					mean += CrossEntropy.Of(net.FeedForward(e.X), e.Y) / float64(m)
				}
				return mean
			})
			each(numeric, net, func(p, q *float64) { *p = *q - eta**p })
			tab.row(sizes, m, below(distance(matrices, looped), 1e-14), below(distance(matrices, stepped), 1e-14),
				below(distance(matrices, numeric), 1e-8))
		}
	}
}

// miniBatchMatrixOnline: each of the m online steps starts at most O(η) away from the start, so its gradient differs by
// O(η) from the one at the start, and its step, η/m times this, by O(η²)/m. All m together differ by O(η²), so half the
// η makes a quarter of the difference.
func miniBatchMatrixOnline(t *testing.T) {
	net, data := randomNetwork(9, SigmoidNeurons, 4, 6, 3), randomExamples(2, 8, 4, 3)
	tab := newTable(t, "η", "8 online steps and one step are apart by", "ratio to the row above, 4 in the limit")
	last := 0.0
	for _, eta := range []float64{0.2, 0.1, 0.05} {
		once := stepOn(t, net, CrossEntropy, data, eta, 0, 1, 2, 3, 4, 5, 6, 7)
		online, s := net.Clone(), SGD{Cost: CrossEntropy, Eta: eta / 8, BatchSize: 1}
		for i := range data {
			takeStep(t, &s, online, data, i)
		}
		each(online, net, func(p, q *float64) { *p -= *q })
		d := distance(online, once)
		var ratio any = ""
		if last != 0 {
			ratio = within(3.5, last/d, 4.5)
		}
		tab.row(eta, d, ratio)
		last = d
	}
}

// The book's chapter 3

// The slope of σ. The claim is that σ'(z) = σ(z)(1 − σ(z)) for every z.
//
// Proof. The derivative of 1/u is −u'/u². Here u = 1 + e^(−z) and u' = −e^(−z), so that
//
//	σ'(z) = e^(−z)/(1 + e^(−z))² = 1/(1 + e^(−z)) · e^(−z)/(1 + e^(−z)) = σ(z)(1 − σ(z)).
//
// The last step holds because 1 − σ(z) = (1 + e^(−z) − 1)/(1 + e^(−z)) = e^(−z)/(1 + e^(−z)).
//
// Three consequences are measured below.
//
// At z = ln n we have e^(−z) = 1/n. There σ = n/(n + 1), 1 − σ = 1/(n + 1), and their product is σ' = n/(n + 1)².
//
// Multiply the numerator and the denominator of e^(−z)/(1 + e^(−z))² by e^(2z). This gives e^z/(e^z + 1)², the same
// with −z for z. So σ'(−z) = σ'(z), and with e = e^(−|z|) we may write σ' = e/(1 + e)². Because 0 < e ≤ 1, the number
// (1 + e)² is above 1 and at most 4, and σ' is between e/4 and e. It is largest at z = 0, where it is 1/4, because 1/4
// − e/(1 + e)² = (1 − e)²/(4(1 + e)²) is never below 0.
//
// The derivative of σ is σ', so that the area under σ' from a to b is σ(b) − σ(a).
func TestBook3_SigmoidPrime(t *testing.T) {
	t.Log("Claim: σ'(z) = σ(z)(1 − σ(z)) for every z. In floating point this product loses its digits as z grows.")
	t.Run("at z = ±ln n the slope is the fraction n/(n + 1)²", sigmoidSlopeFractions)
	t.Run("central differences of σ, bounds from both sides, and σ(1 − σ)", sigmoidSlopeBounds)
	t.Run("the area under σ' is what σ climbs", sigmoidSlopeArea)
	t.Run("fails in floating point: σ(z)(1 − σ(z)) is 0 from z = 37 on", sigmoidSlopeSubtracted)
}

// sigmoidSlopeFractions compares SigmoidPrime with fractions. A z that is rounded makes e^z relatively wrong by up to
// |z| 2^(−53), which is 1.5e-15 for z = ln 10⁶.
func sigmoidSlopeFractions(t *testing.T) {
	tab := newTable(t, "n", "n/(n + 1)²", "σ'(ln n)", "relative difference", "that of σ'(−ln n)")
	for _, n := range []float64{1, 2, 3, 9, 99, 1e6} {
		want, z := n/(n+1)/(n+1), math.Log(n)
		tab.row(n, fmt.Sprintf("%.10g", want), fmt.Sprintf("%.10g", SigmoidPrime(z)),
			below(relative(SigmoidPrime(z), want), 4e-15), below(relative(SigmoidPrime(-z), want), 4e-15))
	}
}

// sigmoidSlopeBounds holds SigmoidPrime against its bounds, where 1e-15 is for rounding, and against the two sides of
// the claim: the slope of σ by central differences with h = 10^(−4), and the product σ(z)(1 − σ(z)) up to z = 5.
func sigmoidSlopeBounds(t *testing.T) {
	tab := newTable(t, "z", "e^(−|z|)/4 < σ'(z) < e^(−|z|)", "differences: relative error", "σ(1 − σ): the same")
	for _, z := range []float64{-700, -30, -5, -0.1, 0.1, 2, 5} {
		e := math.Exp(-math.Abs(z))
		tab.row(z, within(e/4, SigmoidPrime(z), e*(1+1e-15)),
			below(relative(derivative(Sigmoid, z, 1e-4), SigmoidPrime(z)), 1e-8),
			below(relative(Sigmoid(z)*(1-Sigmoid(z)), SigmoidPrime(z)), 1e-13))
	}
}

// sigmoidSlopeArea sums σ' at the middles of 10,000 strips of width h from a to b. The sum misses the area by at most
// (b − a)h²/24 times the largest |σ‴|. Differentiating σ' = σ − σ² twice gives σ‴ = σ'(1 − 6σ'). For σ' from 0 to 1/4
// this is between −1/8 and 1/24.
func sigmoidSlopeArea(t *testing.T) {
	tab := newTable(t, "from a", "to b", "area under σ'", "σ(b) − σ(a)", "difference ≤ (b − a)h²/192")
	for _, ends := range [][2]float64{{-2, 0}, {-1, 3}, {-40, 40}} {
		a, b := ends[0], ends[1]
		h, area := (b-a)/1e4, 0.0
		for i := range 10_000 {
			area += h * SigmoidPrime(a+h*(float64(i)+0.5))
		}
		climb := Sigmoid(b) - Sigmoid(a)
		tab.row(a, b, fmt.Sprintf("%.8f", area), fmt.Sprintf("%.8f", climb),
			below(math.Abs(area-climb), (b-a)*h*h/192))
	}
}

// sigmoidSlopeSubtracted shows why SigmoidPrime does not subtract. The number 1 + e^(−z) is just above 1, and its
// rounding is an error of up to 2^(−53). This error is passed on to 1 − σ(z), which is itself only about e^(−z). So the
// relative error of the product is up to about 2^(−53) e^z. If z ≥ 53 ln 2 = 36.74, then 1 + e^(−z) is rounded to 1,
// and the product is 0. Here z = ln n with n = 3 · 2^k, where σ' is the fraction n/(n + 1)² of above. As z is rounded
// twice, e^z is relatively off by up to |z| 2^(−52).
func sigmoidSlopeSubtracted(t *testing.T) {
	tab := newTable(t, "z", "k", "SigmoidPrime", "off n/(n + 1)²", "σ(1 − σ)", "its relative error ≤ 2⁻⁵³ e^z")
	for _, k := range []int{12, 27, 41, 50, 52, 1000} {
		z, e := math.Log(3)+float64(k)*math.Ln2, math.Ldexp(1.0/3, -k) // e is e^(−z)
		product, want := Sigmoid(z)*(1-Sigmoid(z)), e/(1+e)/(1+e)
		shown, off := any(product), any(below(relative(product, want), math.Ldexp(3, k-53)))
		if k >= 52 {
			shown, off = same(product, 0), relative(product, want)
		}
		tab.row(z, k, SigmoidPrime(z), below(relative(SigmoidPrime(z), want), z*0x1p-52+1e-15), shown, off)
	}
}

// The roles of y and a in the cross-entropy. Compare
//
//	C = −[y ln a + (1 − y) ln(1 − a)]
//	X = −[a ln y + (1 − a) ln(1 − y)]
//
// where X is C with y and a exchanged. The claim has two parts. At y = 0 and y = 1, the desired outputs of every
// classifier, C is finite for all 0 < a < 1, but X is infinite unless a = y. For 0 < y < 1, C is least at a = y; X is
// least at a = 0 or a = 1 instead, except that for y = ½ it is the same for all a.
//
// Proof. At y = 1 we have C = −ln a, and at y = 0 we have C = −ln(1 − a). Both are finite for 0 < a < 1. At y = 1, X
// contains ln(1 − y) = ln 0 = −∞ times 1 − a, so that X = +∞ if a < 1. If a = 1, this term is 0 (with 0 ln 0 = 0), and
// X = −ln 1 = 0. At y = 0 the same happens with ln y and its factor a. For 0 < y < 1 the slopes are
//
//	∂C/∂a = −y/a + (1 − y)/(1 − a) = (a − y)/(a(1 − a))
//	∂X/∂a = −ln y + ln(1 − y) = ln((1 − y)/y)
//
// The first has the sign of a − y: C falls up to a = y and grows from there. The second does not depend on a: X is a
// straight line. It rises if y < ½, and X is least at a = 0. It falls if y > ½, and X is least at a = 1. If y = ½, it
// is level: X = −(a + 1 − a) ln ½ = ln 2.
func TestBook3_TheRolesOfYAndA(t *testing.T) {
	t.Log("Claim: exchange y and a, and the cross-entropy is infinite at y = 0 and y = 1 unless a = y; " +
		"for 0 < y < 1 it is a line, least at an end or level.")
	t.Run("y = 0 or 1, 0 < a < 1: C is −ln a or −ln(1 − a); exchanged it is infinite", exchangedAtTheEnds)
	t.Run("y = 0 or 1, a = 0 or 1: it is 0 where a = y and infinite where not, exchanged or not", exchangedAtTheCorners)
	t.Run("0 < y < 1: C is least at a = y; exchanged it is a line, and least at an end", exchangedIsALine)
	t.Run("y = ½: the exchanged one is ln 2 for every a", exchangedIsLevel)
}

// crossEntropyOf returns C for a single output.
func crossEntropyOf(a, y float64) float64 { return CrossEntropy.Of([]float64{a}, []float64{y}) }

// exchangedAtTheEnds measures C by e^(−C), which must be a at y = 1 and 1 − a at y = 0.
func exchangedAtTheEnds(t *testing.T) {
	tab := newTable(t, "a", "y", "C", "e^(−C) = a or 1 − a", "exchanged")
	for _, a := range []float64{0.001, 0.25, 0.5, 0.999} {
		c := crossEntropyOf(a, 1)
		tab.row(a, 1, c, near(math.Exp(-c), a, 1e-14*a), same(crossEntropyOf(1, a), math.Inf(1)))
		c = crossEntropyOf(a, 0)
		tab.row(a, 0, c, near(math.Exp(-c), 1-a, 1e-12*(1-a)), same(crossEntropyOf(0, a), math.Inf(1)))
	}
}

// exchangedAtTheCorners has a and y both 0 or 1. Terms 0 ln 0 count as 0. Where y ≠ a, X is the C of the other such
// row.
func exchangedAtTheCorners(t *testing.T) {
	tab := newTable(t, "y", "a", "C")
	for _, y := range []float64{0, 1} {
		tab.row(y, y, same(crossEntropyOf(y, y), 0))
		tab.row(y, 1-y, same(crossEntropyOf(1-y, y), math.Inf(1)))
	}
}

// exchangedIsALine finds where C and X are least among a = 0, 0.01, …, 1, and their slopes by central differences: that
// of C at a = y, where it must be 0, and that of X at two places, where it must be the same.
func exchangedIsALine(t *testing.T) {
	tab := newTable(t, "y", "C least at a", "|∂C/∂a| at a = y", "X least at a",
		"ln((1 − y)/y)", "∂X/∂a at 0.2, 0.7 off by")
	for _, y := range []float64{0.1, 0.25, 0.6, 0.9} {
		C := func(a float64) float64 { return crossEntropyOf(a, y) }
		X := func(a float64) float64 { return crossEntropyOf(y, a) }
		slope := math.Log((1 - y) / y)
		tab.row(y, same(leastInHundredths(C), y), below(math.Abs(derivative(C, y, 1e-4)), 1e-6),
			same(leastInHundredths(X), math.Round(y)), slope,
			below(max(math.Abs(derivative(X, 0.2, 1e-2)-slope), math.Abs(derivative(X, 0.7, 1e-2)-slope)), 1e-12))
	}
}

// leastInHundredths returns where f is least among 0, 0.01, 0.02, …, 1.
func leastInHundredths(f func(float64) float64) (least float64) {
	for i := range 101 {
		if a := float64(i) / 100; f(a) < f(least) {
			least = a
		}
	}
	return least
}

// exchangedIsLevel measures X for y = ½ at a = 0, 0.01, …, 1.
func exchangedIsLevel(t *testing.T) {
	low, high := math.Inf(1), math.Inf(-1)
	for i := range 101 {
		X := crossEntropyOf(0.5, float64(i)/100)
		low, high = min(low, X), max(high, X)
	}
	tab := newTable(t, "y", "smallest X = ln 2", "largest X = ln 2")
	tab.row(0.5, near(low, math.Ln2, 1e-15), near(high, math.Ln2, 1e-15))
}

// Quadratic cost with linear output neurons. The claim is that δ^L_j = a^L_j − y_j, with no σ'(z) in it, and therefore
//
//	∂C/∂b^L_j = a^L_j − y_j,   ∂C/∂w^L_jk = a^(L−1)_k (a^L_j − y_j),
//
// so that learning does not slow down however wrong the outputs are.
//
// Proof. C = ½ Σ_j (a^L_j − y_j)² has ∂C/∂a^L_j = a^L_j − y_j. A linear neuron has a_j = z_j, and its derivative is 1.
// So (BP1) gives δ^L_j = (a^L_j − y_j) · 1. (BP3) and (BP4) give the derivatives by b and w. Each is proportional to
// the error a − y: an output that is a million times as wrong has a slope a million times as large. Hidden neurons keep
// the σ'(z) of (BP2), and can still be slow.
func TestBook3_QuadraticCostWithLinearOutputs(t *testing.T) {
	t.Log("Claim: linear outputs with quadratic cost have δ^L = a − y, so that learning does not slow down however " +
		"wrong they are.")
	t.Run("∂C/∂b and ∂C/∂w of the outputs, by central differences and by Gradient", linearOutputsGradient)
	t.Run("an error of any size is halved in ln 2/−ln(1 − η) steps", linearOutputsHalving)
	t.Run("sigmoid neurons instead: quadratic cost takes about e^z/η steps", sigmoidOutputsSlowdown)
	t.Run("fails behind a saturated hidden neuron: at z = 20 its own δ is still (a − y) w σ'(20)", linearOutputsBehind)
}

// linearOutputsGradient compares, for each output neuron, a vector with the one of the claim: the derivative by its
// bias, then those by its weights. The numbers are relative differences of these vectors.
func linearOutputsGradient(t *testing.T) {
	tab := newTable(t, "layers", "neuron j", "a_j − y_j", "central differences", "Gradient")
	x, y := []float64{1, 0.5, -2, 3}, []float64{0.5, -1, 2}
	for _, sizes := range [][]int{{4, 3}, {4, 5, 3}, {4, 5, 6, 3}} {
		net := randomNetwork(10, LinearNeurons, sizes...)
		_, a := net.Activations(x)
		L := len(sizes) - 1
		numeric, exact := numericGradient(net, Quadratic, x, y), gradientOf(t, net, Quadratic, x, y)
		for j := range y {
			want := []float64{a[L][j] - y[j]}
			for _, a := range a[L-1] {
				want = append(want, a*want[0])
			}
			tab.row(sizes, j, want[0],
				below(apart(want, slices.Concat(numeric.Biases[L][j:j+1], numeric.Weights[L][j])), 1e-7),
				below(apart(want, slices.Concat(exact.Biases[L][j:j+1], exact.Weights[L][j])), 1e-14))
		}
	}
}

// stepsTo returns how many steps with the rate η a neuron takes from the weighted input z until it answers a or less,
// and 10⁵ at most. It should answer 0. Only its bias changes.
func stepsTo(t *testing.T, a float64, kind Differentiable, cost Cost, z, eta float64) (n int) {
	t.Helper()
	net, s := oneNeuron(kind, z, 0), SGD{Cost: cost, Eta: eta, BatchSize: 1}
	for ; net.FeedForward([]float64{0})[0] > a && n < 1e5; n++ {
		takeStep(t, &s, net, biasOnly(0), 0)
	}
	return n
}

// linearOutputsHalving trains the bias of one linear neuron with y = 0. Its error is a = b, and a step takes b to b −
// ηb = (1 − η)b. After n steps the error is (1 − η)^n times the first one. It is halved when (1 − η)^n ≤ ½. The
// logarithm of this is n ln(1 − η) ≤ −ln 2. Dividing by −ln(1 − η), which is above 0, gives n ≥ ln 2/−ln(1 − η). The
// first error does not occur in it.
func linearOutputsHalving(t *testing.T) {
	tab := newTable(t, "η", "ln 2/−ln(1 − η)", "steps from error 1", "from error 100", "from error 10⁶")
	for _, eta := range []float64{0.01, 0.1, 0.5} {
		bound, steps := math.Ln2/-math.Log1p(-eta), []any{}
		for _, e := range []float64{1, 100, 1e6} {
			steps = append(steps, same(stepsTo(t, e/2, LinearNeurons, Quadratic, e, eta), int(math.Ceil(bound))))
		}
		tab.row(append([]any{eta, bound}, steps...)...)
	}
}

// sigmoidOutputsSlowdown trains the bias of one sigmoid neuron with y = 0, from the weighted input z to 0, where a = ½.
// A step lowers z by η δ, so that it takes about dz/(η δ) steps to lower z by dz. The number of steps is about the
// integral of 1/(η δ) from 0 to z. For quadratic cost δ = (σ − 0)σ', and for cross-entropy δ = σ − 0. By 1/σ = 1 +
// e^(−z) and 1/(1 − σ) = 1 + e^z,
//
//	1/(σσ') = 1/(σ²(1 − σ)) = (1 + e^(−z))²(1 + e^z) = e^z + 3 + 3e^(−z) + e^(−2z),
//
// whose integral is e^z − 1 + 3z + 3(1 − e^(−z)) + ½(1 − e^(−2z)), while that of 1/σ is only z + 1 − e^(−z).
func sigmoidOutputsSlowdown(t *testing.T) {
	tab := newTable(t, "z", "quadratic cost: steps = integral ± 1%", "cross-entropy: steps = integral ± 1")
	for _, z := range []float64{2, 5, 8} {
		const eta = 0.1
		quadratic := (math.Exp(z) - 1 + 3*z + 3*(1-math.Exp(-z)) + (1-math.Exp(-2*z))/2) / eta
		cross := (z + 1 - math.Exp(-z)) / eta
		tab.row(z, within(0.99*quadratic, float64(stepsTo(t, 0.5, SigmoidNeurons, Quadratic, z, eta)), 1.01*quadratic),
			within(cross-1, float64(stepsTo(t, 0.5, SigmoidNeurons, CrossEntropy, z, eta)), cross+1))
	}
}

// linearOutputsBehind has a sigmoid neuron at z = 20 in front of a linear output with the weight w = 3 and y = −1. So a
// − y = 3σ(20) + 1, nearly 4, and by (BP2) the δ of the sigmoid neuron is (a − y) w σ'(20), nearly 12e^(−20).
func linearOutputsBehind(t *testing.T) {
	net := New(LinearNeurons, 1, 1, 1)
	net.Hidden = SigmoidNeurons
	net.Biases[1][0], net.Weights[2][0][0] = 20, 3
	nabla := gradientOf(t, net, Quadratic, []float64{1}, []float64{-1})
	e := math.Exp(-20)
	output, slope := 3/(1+e)+1, e/(1+e)/(1+e)
	tab := newTable(t, "δ of the output = a − y", "δ of the hidden neuron", "(a − y) w σ'(20)", "relative difference")
	tab.row(near(nabla.Biases[2][0], output, 1e-14), nabla.Biases[1][0], output*3*slope,
		below(relative(nabla.Biases[1][0], output*3*slope), 1e-14))
}

// The outputs of sigmoid neurons do not sum to 1. The claim is that J of them can sum to any s between 0 and J, while
// those of a softmax layer always sum to 1.
//
// Proof. Let all J neurons have z = ln(s/(J − s)). Then e^(−z) = (J − s)/s and
//
//	σ(z) = 1/(1 + (J − s)/s) = s/(s + J − s) = s/J,
//
// so that the sum is s. No other sums are possible, because every output is between 0 and 1. For softmax the sum is Σ_j
// e^(z_j)/Σ_i e^(z_i), one number divided by itself.
func TestBook3_SigmoidOutputsDoNotSumTo1(t *testing.T) {
	t.Log("Claim: the outputs of J sigmoid neurons can sum to any number between 0 and J, those of softmax only to 1.")
	t.Run("ten neurons at z = ln(s/(10 − s)) sum to s", outputSumsOfTen)
	t.Run("where they do: two neurons at z and −z, until one of them moves", outputSumsOfTwo)
}

// outputSums returns the sums of the outputs of sigmoid neurons and of a softmax layer with weighted inputs z.
func outputSums(z ...float64) (sigmoid, softmax float64) {
	for kind, sum := range map[Differentiable]*float64{SigmoidNeurons: &sigmoid, SoftmaxLayer: &softmax} {
		net := New(kind, 1, len(z))
		copy(net.Biases[1], z)
		for _, a := range net.FeedForward([]float64{0}) {
			*sum += a
		}
	}
	return sigmoid, softmax
}

// outputSumsOfTen makes ten sigmoid neurons sum to s.
func outputSumsOfTen(t *testing.T) {
	tab := newTable(t, "s", "z of all ten", "sum of ten sigmoid outputs = s", "sum of softmax = 1")
	for _, s := range []float64{0.001, 1, 5, 9.999} {
		z := make([]float64, 10)
		for j := range z {
			z[j] = math.Log(s / (10 - s))
		}
		sigmoid, softmax := outputSums(z...)
		tab.row(s, z[0], near(sigmoid, s, 1e-12*s), near(softmax, 1, 1e-15))
	}
}

// outputSumsOfTwo has two sigmoid neurons that sum to 1: by 1 − σ(z) = σ(−z), at z and −z. These two outputs are the
// softmax of (z, 0), because e^z/(e^z + 1) = σ(z). But nothing keeps them there: when the first z grows by ½, their sum
// exceeds 1. (At z = 40 this is lost in rounding: σ(40) is 1 already.)
func outputSumsOfTwo(t *testing.T) {
	tab := newTable(t, "z", "σ(z) + σ(−z)", "sum of softmax", "softmax of (z, 0) off by", "σ(z + ½) + σ(−z) − 1")
	for _, z := range []float64{0, 0.5, 3, 40} {
		sigmoid, softmax := outputSums(z, -z)
		moved, _ := outputSums(z+0.5, -z)
		a := softmaxAt(z, 0)
		off := max(relative(a[0], Sigmoid(z)), relative(a[1], Sigmoid(-z)))
		above := within(0, moved-1, 1)
		if z == 40 {
			above = same(moved-1, 0)
		}
		tab.row(z, near(sigmoid, 1, 1e-15), near(softmax, 1, 1e-15), below(off, 1e-15), above)
	}
}

// softmaxAt returns the activations of a softmax layer with weighted inputs z.
func softmaxAt(z ...float64) []float64 {
	a := make([]float64, len(z))
	SoftmaxLayer.Activate(a, z)
	return a
}

// softmaxRaised returns the activations of a softmax layer when delta is added to z_k.
func softmaxRaised(z []float64, k int, delta float64) []float64 {
	z = slices.Clone(z)
	z[k] += delta
	return softmaxAt(z...)
}

// softmaxInputs are weighted inputs near one another and far apart.
var softmaxInputs = [][]float64{
	{0, 0}, {1, 2, 3}, {-1, 0.5, 0.25, 2}, {5, -5, 0}, {1000, 1001, 999}, {10, -10, 3, 7, 8},
}

// Softmax is monotonic. The claim is that for at least two finite z ∂a_j/∂z_k is positive if j = k and negative
// otherwise: a larger z_k makes a_k larger and every other a_j smaller.
//
// Proof. ln a_j = z_j − ln Σ_i e^(z_i). The derivative of ln Σ_i e^(z_i) by z_k is e^(z_k)/Σ_i e^(z_i) = a_k, so that
// the derivative of ln a_j by z_k is 1 − a_k if j = k and −a_k otherwise. That of a_j is a_j times as large:
//
//	∂a_k/∂z_k = a_k(1 − a_k),   ∂a_j/∂z_k = −a_j a_k for j ≠ k
//
// Softmax of at least two finite z has 0 < a_j < 1 for every j. So the first is above 0 and the second below 0. They
// have these signs for every z. A function whose derivative is above 0 everywhere grows over every step, small or
// large, and one whose derivative is below 0 falls.
func TestBook3_SoftmaxIsMonotonic(t *testing.T) {
	t.Log("Claim: of two or more outputs ∂a_j/∂z_k is positive if j = k, else negative:\n" +
		"a larger z_k makes a_k larger and every other a_j smaller.")
	t.Run("all j and k, by central differences, by Backward and by large steps", softmaxMonotonic)
	t.Run("fails for a single output, which is always 1, and in floating point for one far ahead", softmaxConstant)
}

// softmaxMonotonic shows for each z the worst of all pairs j and k. The sign ± is + for j = k, and − otherwise.
func softmaxMonotonic(t *testing.T) {
	tab := newTable(t, "z", "least ±∂a_j/∂z_k", "differences off by", "Backward off by", "steps the wrong way")
	for _, z := range softmaxInputs {
		least, numeric, backward := softmaxSlopes(z)
		tab.row(z, holds(fmt.Sprintf("%.3g > 0", least), least > 0), below(numeric, 1e-9), below(backward, 1e-15),
			same(softmaxWrongSteps(z), 0))
	}
}

// softmaxSlopes returns the least of ∂a_k/∂z_k and −∂a_j/∂z_k by central differences, and by how much these and the
// derivatives of Backward are off a_k(1 − a_k) and −a_j a_k at most.
func softmaxSlopes(z []float64) (least, numeric, backward float64) {
	a := softmaxAt(z...)
	least = math.Inf(1)
	for j := range z {
		grad, row := make([]float64, len(z)), make([]float64, len(z))
		grad[j] = 1
		SoftmaxLayer.Backward(row, z, a, grad) // row[k] = ∂a_j/∂z_k
		for k := range z {
			want, sign := -a[j]*a[k], -1.0
			if j == k {
				want, sign = 0, 1
				for i := range a { // 1 − a_j is the sum of the others, which has no rounding of 1 − a_j
					if i != j {
						want += a[j] * a[i]
					}
				}
			}
			slope := derivative(func(delta float64) float64 { return softmaxRaised(z, k, delta)[j] }, 0, 1.0/8192)
			least = min(least, sign*slope)
			numeric, backward = max(numeric, math.Abs(slope-want)), max(backward, math.Abs(row[k]-want))
		}
	}
	return least, numeric, backward
}

// softmaxWrongSteps counts how often a_j does not grow for j = k, or does not fall for j ≠ k, when 0.01, 1 or 10 is
// added to z_k.
func softmaxWrongSteps(z []float64) (n int) {
	before := softmaxAt(z...)
	for k := range z {
		for _, step := range []float64{0.01, 1, 10} {
			for j, after := range softmaxRaised(z, k, step) {
				if j == k && !(after > before[j]) || j != k && !(after < before[j]) {
					n++
				}
			}
		}
	}
	return n
}

// softmaxConstant adds 1 to z_0. A single output is e^z/e^z = 1 for every z. With two outputs 1 − a_0 is about
// e^(−z_0). For z = (36, 0) this is 2.3e-16, and a_0 is still below 1. For z = (38, 0) it is 3.1e-17, and a_0 is
// rounded to 1.
func softmaxConstant(t *testing.T) {
	tab := newTable(t, "z", "1 − a_0", "1 − a_0 with z_0 + 1", "growth of a_0")
	for _, z := range [][]float64{{3}, {36, 0}, {38, 0}} {
		before, after := softmaxAt(z...)[0], softmaxRaised(z, 0, 1)[0]
		growth := same(after-before, 0)
		if z[0] == 36 {
			growth = within(0, after-before, 1e-15)
		}
		tab.row(z, 1-before, 1-after, growth)
	}
}

// Softmax is not local. The claim is that with at least two finite z every a_j depends on every z_k: adding Δ to z_k
// divides all a_j with j ≠ k by 1 + a_k(e^Δ − 1). The output of a sigmoid neuron depends on its own z only.
//
// Proof. Let S = Σ_i e^(z_i), so that a_k = e^(z_k)/S. Adding Δ to z_k turns e^(z_k) into e^(z_k) e^Δ, and S into
//
//	S + e^(z_k)(e^Δ − 1) = S(1 + a_k(e^Δ − 1)).
//
// For j ≠ k the numerator of a_j = e^(z_j)/S stays, and its denominator is multiplied by this factor. It is not 1 if Δ
// ≠ 0, because a_k > 0 and e^Δ ≠ 1. That a_k depends on z_k has been shown above. The factor is the same for all j ≠ k:
// the ratio of two of them, a_i/a_j = e^(z_i − z_j), does not change.
func TestBook3_SoftmaxIsNotLocal(t *testing.T) {
	t.Log("Claim: each of two or more softmax outputs depends on every z_k: adding Δ to z_k divides all others by\n" +
		"1 + a_k(e^Δ − 1).")
	t.Run("all j ≠ k, for Δ = −2, 0.1 and 3", softmaxNotLocal)
	t.Run("where it is not felt: the same added to every z, or a z far below the rest", softmaxNotFelt)
}

// softmaxNotLocal shows for each z the worst of all j ≠ k and Δ.
func softmaxNotLocal(t *testing.T) {
	tab := newTable(t, "z", "relative change of a_j", "factor off by", "ratios off by", "sigmoids that notice")
	for _, z := range softmaxInputs {
		least, off, ratios, sigmoids := math.Inf(1), 0.0, 0.0, 0
		for k := range z {
			for _, step := range []float64{-2, 0.1, 3} {
				l, o, r := softmaxOthers(z, k, step)
				least, off, ratios = min(least, l), max(off, o), max(ratios, r)
				sigmoids += sigmoidsThatNotice(z, k, step)
			}
		}
		tab.row(z, within(1e-12, least, 1), below(off, 1e-13), below(ratios, 1e-14), same(sigmoids, 0))
	}
}

// softmaxOthers adds step to z_k. It returns the least relative change of an a_j with j ≠ k, and by how much, at most,
// these are off a_j/(1 + a_k(e^Δ − 1)) and their ratios off the earlier ones.
func softmaxOthers(z []float64, k int, step float64) (least, off, ratios float64) {
	a, after := softmaxAt(z...), softmaxRaised(z, k, step)
	least = math.Inf(1)
	for j := range z {
		if j == k {
			continue
		}
		least = min(least, relative(after[j], a[j]))
		off = max(off, relative(after[j], a[j]/(1+a[k]*math.Expm1(step))))
		for i := range z {
			if i != k {
				ratios = max(ratios, relative(after[i]*a[j], after[j]*a[i]))
			}
		}
	}
	return least, off, ratios
}

// sigmoidsThatNotice counts the sigmoid neurons j ≠ k whose output changes when step is added to z_k.
func sigmoidsThatNotice(z []float64, k int, step float64) (n int) {
	before, after := slices.Clone(z), slices.Clone(z)
	after[k] += step
	SigmoidNeurons.Activate(before, before)
	SigmoidNeurons.Activate(after, after)
	for j := range z {
		if j != k && after[j] != before[j] {
			n++
		}
	}
	return n
}

// softmaxNotFelt has two cases. The same number added to every z multiplies numerators and denominator alike, and the
// outputs stay the same to the last bit. A third z = −30 beside 1 and 2 adds e^(−30) to S = e + e², relatively 9e-15.
// This still shows. A third z = −50 adds 2e-23, which is rounded away, as if there were no third output.
func softmaxNotFelt(t *testing.T) {
	tab := newTable(t, "z", "compared with z", "a_0", "a_0 compared", "largest difference of an a_j")
	for _, c := range []struct{ z, other []float64 }{
		{[]float64{65, 66, 68}, []float64{1, 2, 4}},
		{[]float64{1, 2, -30}, []float64{1, 2}},
		{[]float64{1, 2, -50}, []float64{1, 2}},
	} {
		a, b, largest := softmaxAt(c.z...), softmaxAt(c.other...), 0.0
		for j := range b {
			largest = max(largest, math.Abs(a[j]-b[j]))
		}
		difference := same(largest, 0)
		if c.z[2] == -30 {
			difference = within(1e-15, largest, 1e-14)
		}
		tab.row(c.z, c.other, fmt.Sprintf("%.16f", a[0]), fmt.Sprintf("%.16f", b[0]), difference)
	}
}

// Inverting softmax. The claim is that z_j = ln a_j + a constant, the same for all j, and that the a_j do not tell
// which constant.
//
// Proof. The logarithm of a_j = e^(z_j)/Σ_i e^(z_i) is ln a_j = z_j − ln Σ_i e^(z_i). So z_j = ln a_j + ln Σ_i e^(z_i),
// and the constant is ln Σ_i e^(z_i), the same for all j. In the other direction, let all a_i > 0, Σ_i a_i = 1 and z_j
// = ln a_j + c with any c. Then e^(z_j) = a_j e^c, and softmax gives
//
//	a_j e^c/Σ_i a_i e^c = a_j/Σ_i a_i = a_j.
//
// So every c leads to the same a, and a cannot tell c.
func TestBook3_InvertingSoftmax(t *testing.T) {
	t.Log("Claim: softmax is inverted by z_j = ln a_j + a constant, which is lost; so is z_j where a_j underflows.")
	t.Run("from z to a and back: z_j − ln a_j is ln Σ e^z for every j", softmaxInvertedToZ)
	t.Run("from a to z and back, with any constant", softmaxInvertedToA)
	t.Run("fails in floating point: a_j has ever fewer digits from 708 below the largest z on, and is 0 from 746 on",
		softmaxInvertedTooFar)
}

// softmaxInvertedToZ shows the smallest and the largest z_j − ln a_j of each z.
func softmaxInvertedToZ(t *testing.T) {
	tab := newTable(t, "z", "smallest z_j − ln a_j = ln Σ e^z", "largest z_j − ln a_j = ln Σ e^z")
	for _, z := range append(slices.Clone(softmaxInputs), []float64{0, -50, -700}) {
		constants := softmaxAt(z...)
		sum := 0.0
		for j, a := range constants {
			constants[j] = z[j] - math.Log(a)
			sum += math.Exp(z[j] - slices.Max(z))
		}
		want := slices.Max(z) + math.Log(sum)
		tab.row(z, near(slices.Min(constants), want, 1e-12), near(slices.Max(constants), want, 1e-12))
	}
}

// softmaxInvertedToA shows the largest relative difference of an a_j and what comes back.
func softmaxInvertedToA(t *testing.T) {
	tab := newTable(t, "a", "constant −100", "constant 0", "constant 3", "constant 700")
	for _, a := range [][]float64{{0.5, 0.25, 0.25}, {0.999, 0.0009, 0.0001}, {1e-300, 1e-10, 1 - 1e-10}} {
		row := []any{fmt.Sprintf("%.3g", a)}
		for _, constant := range []float64{-100, 0, 3, 700} {
			z, worst := slices.Clone(a), 0.0
			for j := range z {
				z[j] = math.Log(a[j]) + constant
			}
			for j, b := range softmaxAt(z...) {
				worst = max(worst, relative(a[j], b))
			}
			row = append(row, below(worst, 1e-12))
		}
		tab.row(row...)
	}
}

// softmaxInvertedTooFar has z = (0, −d), so that a_1 is e^(−d) and ln a_1 should be −d. Floating-point numbers below
// 2^(−1022), which is e^(−708.4), are multiples of 2^(−1074), so that a_1 may be off by that much, and ln a_1 by −ln(1
// − 2^(−1074) e^d) at most. Below half of 2^(−1074), which is e^(−745.1), a_1 is rounded to 0.
func softmaxInvertedTooFar(t *testing.T) {
	tab := newTable(t, "d", "a_1", "ln a_1", "|ln a_1 + d|", "digits of z_1 that are left")
	for _, c := range []struct {
		d    float64
		left string
	}{{700, "all"}, {740, "some"}, {744, "some"}, {746, "none"}} {
		a := softmaxAt(0, -c.d)[1]
		back := math.Log(math.Ldexp(a, 100)) - 100*math.Ln2 // math.Log alone errs below 2.2e-308 on some machines
		off, left := math.Abs(back+c.d), "some"
		shown := below(off, -math.Log1p(-math.Exp(c.d-1074*math.Ln2))+1e-12)
		if off < 1e-12 {
			left = "all"
		} else if math.IsInf(back, -1) {
			left, shown = "none", holds("+Inf", true)
		}
		tab.row(c.d, a, fmt.Sprintf("%.10g", back), shown, same(left, c.left))
	}
}

// general is a cost without the methods of a Matched one, so that δ^L is the product of (BP1) whatever the outputs.
type general struct{ Cost }

// outputErrorAt returns δ^L where the weighted inputs of the outputs are z.
func outputErrorAt(t *testing.T, kind Differentiable, cost Cost, z, y []float64) []float64 {
	t.Helper()
	net := New(kind, 1, len(z))
	copy(net.Biases[1], z)
	return gradientOf(t, net, cost, []float64{0}, y).Biases[1]
}

// The cross-entropy of a saturated neuron. By (BP1) δ is the product of ∂C/∂a = (a − y)/(a(1 − a)) and σ'(z) = a(1 −
// a). The claim is that this product is a − y, however near a is to 0 or 1, but that floating-point numbers lose it, so
// that a − y must be computed directly.
//
// Proof. For 0 < a < 1 the factor a(1 − a) cancels. Now let y = 0; for y = 1 exchange a and 1 − a, and change the sign
// of ∂C/∂a. Then
//
//	∂C/∂a = a/(a(1 − a)) = 1/(1 − a).
//
// As a → 1, the wrong answer, ∂C/∂a grows without bound, σ'(z) tends to 0, and their product a tends to 1. As a → 0,
// the right answer, ∂C/∂a tends to 1, but the formula (a − y)/(a(1 − a)) reads 0/0 at a = 0.
//
// In floating point 1 − a has a relative error of up to about 2^(−53) e^z (TestBook3_SigmoidPrime), and ∂C/∂a has it
// too. SigmoidPrime(z) does not have it, so that it stays in the product. From z = 37 on a is 1, ∂C/∂a is 1/0 = +∞, and
// so is the product. From z = 746 on σ'(z) is 0 as well, and the product ∞ · 0 is not a number.
func TestBook3_SaturatedCrossEntropy(t *testing.T) {
	t.Log("Claim: ∂C/∂a · σ'(z) is a − y, but in floating point the product is lost as a saturates: compute a − y.")
	t.Run("y = 0, a → 1: the product loses its digits, then is no number; a − y does not", saturatedWrong)
	t.Run("y = 1, a → 1: ∂C/∂a = −1/a tends to −1, and reads 0/0 at a = 1", saturatedRight)
	t.Run("z = ±800: the product is no number for any y; a − y is exact", saturatedFully)
	t.Run("softmax with log-likelihood likewise: once a_r underflows, −1/a_r times 0", saturatedSoftmax)
}

// crossEntropySlope returns ∂C/∂a for a single output.
func crossEntropySlope(a, y float64) float64 {
	grad := make([]float64, 1)
	CrossEntropy.Gradient(grad, []float64{a}, []float64{y})
	return grad[0]
}

// saturatedProduct returns δ of one sigmoid neuron with cross-entropy as the product of (BP1), and computed directly as
// a − y.
func saturatedProduct(t *testing.T, z, y float64) (product, direct float64) {
	t.Helper()
	product = outputErrorAt(t, SigmoidNeurons, general{CrossEntropy}, []float64{z}, []float64{y})[0]
	return product, outputErrorAt(t, SigmoidNeurons, CrossEntropy, []float64{z}, []float64{y})[0]
}

// saturatedWrong has a neuron that should answer 0 and answers nearly 1, at z = ln n with n = 3 · 2^k. There δ = σ(z)
// is the fraction n/(n + 1). The bound for the product has 10^(−15) more, for the rounding of the product itself.
func saturatedWrong(t *testing.T) {
	tab := newTable(t, "k", "∂C/∂a", "σ'(z)", "product", "product off by ≤ 2⁻⁵³ e^z", "a − y", "off n/(n + 1) by")
	for _, k := range []int{0, 12, 27, 41, 50, 52, 1150} {
		z, want := math.Log(3)+float64(k)*math.Ln2, 1/(1+math.Ldexp(1.0/3, -k))
		product, direct := saturatedProduct(t, z, 0)
		off := below(math.Abs(product-want), math.Ldexp(3, k-53)+1e-15)
		switch k {
		case 50: // here the product must be wrong to be seen
			off = within(0.01, math.Abs(product-want), math.Ldexp(3, k-53))
		case 52:
			off = holds("∞ · σ'(z)", math.IsInf(product, 1))
		case 1150:
			off = holds("∞ · 0", math.IsNaN(product))
		}
		tab.row(k, crossEntropySlope(Sigmoid(z), 0), SigmoidPrime(z), fmt.Sprintf("%.10g", product), off,
			fmt.Sprintf("%.10g", direct), below(math.Abs(direct-want), 1e-15))
	}
}

// saturatedRight has a neuron that should answer 1 and nearly does. ∂C/∂a = (a − 1)/(a(1 − a)) = −1/a differs from −1
// by (1 − a)/a, which is below 1.2(1 − a) from a = 0.9 on.
func saturatedRight(t *testing.T) {
	tab := newTable(t, "1 − a", "∂C/∂a", "relative difference to −1/a", "|∂C/∂a + 1| ≤ 1.2(1 − a)")
	for _, a := range []float64{0.9, 0.999, 1 - 1e-9} {
		slope := crossEntropySlope(a, 1)
		tab.row(1-a, fmt.Sprintf("%.10f", slope), below(relative(slope, -1/a), 1e-15),
			below(math.Abs(slope+1), 1.2*(1-a)))
	}
	slope := crossEntropySlope(1, 1)
	tab.row(0, holds(fmt.Sprintf("%v = 0/0", slope), math.IsNaN(slope)), "", "")
}

// saturatedFully has z so large that a is 0 or 1 and σ'(z) is 0. ∂C/∂a is infinite if the answer is wrong, and 0/0 if
// it is right; times 0 both are NaN, not a number.
func saturatedFully(t *testing.T) {
	tab := newTable(t, "z", "y", "∂C/∂a", "σ'(z)", "product", "a − y")
	for _, z := range []float64{-800, 800} {
		for _, y := range []float64{0, 1} {
			a := max(0, z/800) // 0 or 1
			slope, wrong := crossEntropySlope(a, y), math.Inf(int(a-y))
			product, direct := saturatedProduct(t, z, y)
			tab.row(z, y, holds(fmt.Sprint(slope), a != y && slope == wrong || a == y && math.IsNaN(slope)),
				same(SigmoidPrime(z), 0), holds(fmt.Sprint(product), math.IsNaN(product)), same(direct, a-y))
		}
	}
}

// saturatedSoftmax has z = (z_0, 0) and the true class r = 1. So a_0 = σ(z_0), a_1 = 1 − a_0, and δ = (a_0, −a_0). The
// product takes it from ∂C/∂a_1 = −1/a_1, which is infinite when a_1 has underflowed; times a_1 = 0 this is NaN.
func saturatedSoftmax(t *testing.T) {
	tab := newTable(t, "z_0", "a_1", "δ as the product", "off by", "δ as a − y", "off by")
	for _, z := range []float64{10, 700, 750} {
		y, a0 := []float64{0, 1}, 1/(1+math.Exp(-z))
		product := outputErrorAt(t, SoftmaxLayer, general{LogLikelihood}, []float64{z, 0}, y)
		direct := outputErrorAt(t, SoftmaxLayer, LogLikelihood, []float64{z, 0}, y)
		off := func(d []float64) float64 { return max(math.Abs(d[0]-a0), math.Abs(d[1]+a0)) }
		productOff := below(off(product), 1e-14)
		if z == 750 {
			productOff = holds("−∞ · 0", math.IsNaN(product[0]) && math.IsNaN(product[1]))
		}
		tab.row(z, softmaxAt(z, 0)[1], fmt.Sprintf("%.7g", product), productOff,
			fmt.Sprintf("%.7g", direct), below(off(direct), 1e-15))
	}
}

// Initial weights from N(0, 1/n). Take a neuron with n inputs, of which half are 1 and half are 0. Its weights are
// independent random numbers with mean 0 and variance 1/n. Its bias is another one, with mean 0 and variance 1. The
// claim is that its weighted input z has the standard deviation √(3/2), whatever n is. With weights of variance 1 it
// has √(n/2 + 1), which grows with n.
//
// Proof. Let v be the variance of the weights. The mean of z = Σ_k w_k x_k + b is 0, because the means of all w_k and
// of b are 0. So the variance of z is the mean of z². Multiplied out, z² is a sum of squares, w_k² x_k² and b², and of
// products of two different random numbers, such as w_1 w_2 x_1 x_2. The two are independent, so the mean of their
// product is the product of their means, which is 0. The squares are left. The mean of w_k² is v and that of b² is 1:
//
//	variance of z = v Σ_k x_k² + 1.
//
// As half of the inputs are 1, Σ_k x_k² = n/2. With v = 1/n the variance of z is ½ + 1 = 3/2 for every n, and its
// standard deviation is √(3/2). With v = 1 the variance is n/2 + 1, which is 501 for n = 1000. Other inputs have
// another Σ_k x_k². But if all inputs are from 0 to 1, this sum is from 0 to n. With v = 1/n the variance is then from
// 1 to 2.
//
// This decides where on σ a neuron starts. Let the random numbers be normal. A sum of independent normal numbers is
// normal, so z is. A normal distribution with mean 0 and standard deviation s has the share erfc(5/(s√2)) beyond ±5,
// where σ is flat: σ'(5) = 0.0066. For s = √(3/2) the share is 4·10^(−5), and for s = √501 it is 0.82, five neurons of
// six. In the same way the share beyond ±2.5 is erfc(2.5/(s√2)), 4% for s = √(3/2). That many can be counted.
func TestBook3_ScaledWeights(t *testing.T) {
	t.Log("Claim: if half of n inputs are 1 and half 0, z has standard deviation √(3/2) with weights from N(0, 1/n).")
	t.Log("With weights from N(0, 1) it has √(n/2 + 1), and most neurons start on the flat ends of σ.")
	t.Run("weights from N(0, 1/n): √(3/2) for n = 1000, 100, 10 and 2", scaledWeightsHalf)
	t.Run("weights from N(0, 1): it depends on n, √501 for n = 1000 and √51 for n = 100", scaledWeightsLarge)
	t.Run("fails for other inputs: √2 if all of them are 1, √1.01 if 1 of 100 is 1", scaledWeightsOthers)
}

// scaledWeightsTable returns the table that scaledWeightsRow fills.
func scaledWeightsTable(t *testing.T) *table {
	return newTable(t, "weights from", "n", "inputs that are 1", "s by the claim", "s measured, ± 2.5%", "u",
		"share of |z| > u", "erfc(u/(s√2))", "difference ≤ 4√(p(1 − p)/N) + 1/N")
}

// scaledWeightsRow draws the weights of N = 5000 neurons and measures the standard deviation s of their z, and the
// share p that has |z| > u. The measured s strays from the true one by about s/√(2N), which is 1%, and the share by
// about √(p(1 − p)/N).
func scaledWeightsRow(tab *table, weights string, init func(*Network, uint64), n, ones int, variance, u float64) {
	const neurons = 5000
	x, far := make([]float64, n), 0
	for k := range ones {
		x[k*n/ones] = 1
	}
	net := New(LinearNeurons, n, neurons)
	init(net, 17)
	z := net.FeedForward(x)
	for _, z := range z {
		if math.Abs(z) > u {
			far++
		}
	}
	s, want := norm(z)/math.Sqrt(neurons), math.Sqrt(variance)
	share, p := float64(far)/neurons, math.Erfc(u/want/math.Sqrt2)
	tab.row(weights, n, ones, fmt.Sprintf("√%v = %.4f", variance, want), within(0.975*want, s, 1.025*want), u,
		share, p, below(math.Abs(share-p), 4*math.Sqrt(p*(1-p)/neurons)+1.0/neurons))
}

// scaledWeightsHalf has inputs of which half are 1, and weights from N(0, 1/n).
func scaledWeightsHalf(t *testing.T) {
	tab := scaledWeightsTable(t)
	for _, n := range []int{1000, 100, 10, 2} {
		scaledWeightsRow(tab, "N(0, 1/n)", (*Network).InitScaled, n, n/2, 1.5, 2.5)
	}
}

// scaledWeightsLarge has the same inputs, and weights from N(0, 1).
func scaledWeightsLarge(t *testing.T) {
	tab := scaledWeightsTable(t)
	scaledWeightsRow(tab, "N(0, 1)", (*Network).InitLarge, 1000, 500, 501, 5)
	scaledWeightsRow(tab, "N(0, 1)", (*Network).InitLarge, 100, 50, 51, 5)
}

// scaledWeightsOthers has other inputs. With all 100 of them 1 the variance of z is 100/100 + 1 = 2. With a single one
// it is 1/100 + 1.
func scaledWeightsOthers(t *testing.T) {
	tab := scaledWeightsTable(t)
	scaledWeightsRow(tab, "N(0, 1/n)", (*Network).InitScaled, 100, 100, 2, 2.5)
	scaledWeightsRow(tab, "N(0, 1/n)", (*Network).InitScaled, 100, 1, 1.01, 2.5)
}

// shrunk returns the weights of a linear neuron after so many steps of regularisation alone. There are n = 2 examples,
// and each step is on one of them, m = 1. All inputs are 0, so the examples say nothing about the weights.
func shrunk(t *testing.T, s SGD, steps int, w ...float64) []float64 {
	t.Helper()
	net, x := oneNeuron(LinearNeurons, 0, w...), make([]float64, len(w))
	s.Cost, s.BatchSize = Quadratic, 1
	for range steps {
		takeStep(t, &s, net, Examples{{x, []float64{0}}, {x, []float64{0}}}, 0)
	}
	return net.Weights[1][0]
}

// shrunkByHand compares the weights after 0, 1, 2 … steps of regularisation alone with what they must be.
func shrunkByHand(t *testing.T, s SGD, byHand [][]float64) {
	tab := newTable(t, "steps", "weights", "by hand", "relative difference")
	for steps, want := range byHand {
		w := shrunk(t, s, steps, byHand[0]...)
		tab.row(steps, fmt.Sprintf("%.4f", w), want, below(apart(w, want), 1e-15))
	}
}

// fitted returns the weight of a linear neuron after 0 to so many steps on the n = 2 examples (1, y) and (−1, −y).
// Their mean cost is
//
//	¼(w + b − y)² + ¼(−w + b + y)² = ½(w − y)² + ½b².
//
// So they want w = y, and the bias stays at 0.
func fitted(t *testing.T, s SGD, steps int, y float64) (w []float64) {
	t.Helper()
	net := oneNeuron(LinearNeurons, 0, 0)
	s.Cost, s.BatchSize = Quadratic, 2
	w = []float64{0}
	for range steps {
		takeStep(t, &s, net, Examples{{[]float64{1}, []float64{y}}, {[]float64{-1}, []float64{-y}}}, 0, 1)
		w = append(w, net.Weights[1][0][0])
	}
	return w
}

// regularisedTable returns the table that regularisedRow fills.
func regularisedTable(t *testing.T, parameter string) *table {
	return newTable(t, parameter, "step off −slope by at most", "biases off those of a step without "+parameter)
}

// regularisedRow makes a step with η = 1 on a whole training set of 5 examples. The changes of all weights and biases
// must be minus the slopes of C + (1/n) Σ penalty(w), which it finds by central differences. The changes of the biases
// must be those of a step without regularisation, to the last bit. The second number is their relative difference.
func regularisedRow(t *testing.T, tab *table, parameter float64, s SGD, penalty func(w float64) float64) {
	net, data := randomNetwork(12, SigmoidNeurons, 3, 4, 2), randomExamples(12, 5, 3, 2)
	all := []int{0, 1, 2, 3, 4}
	numeric := differences(net, 1e-4, func(net *Network) (c float64) {
		for _, e := range data {
			c += CrossEntropy.Of(net.FeedForward(e.X), e.Y) / 5
		}
		for _, w := range slices.Concat(slices.Concat(net.Weights...)...) {
			c += penalty(w) / 5
		}
		return c
	})
	each(numeric, numeric, func(slope, _ *float64) { *slope = -*slope })
	plain := stepOn(t, net, CrossEntropy, data, 1, all...)
	s.Cost, s.Eta, s.BatchSize = CrossEntropy, 1, 5
	step := net.Clone()
	takeStep(t, &s, step, data, all...)
	each(step, net, func(p, q *float64) { *p -= *q })
	biases := apart(slices.Concat(step.Biases...), slices.Concat(plain.Biases...))
	tab.row(parameter, below(distance(step, numeric), 1e-7), below(biases, 0))
}

// L2 regularisation adds (λ/2n) Σ w² to the cost C of n training examples. The sum is over all weights, without the
// biases. The claim is that a step without momentum then also multiplies every weight by 1 − ηλ/n, and the biases
// change as they would without λ. For 0 < ηλ < n a large weight loses more by this than a small one, and no weight
// becomes 0 by this alone. (It can by what the examples add, and by underflow.)
//
// Proof. The derivative of (λ/2n) w² by w is (λ/n) w. So a step is
//
//	w ← w − η ∂C/∂w − η(λ/n) w = (1 − ηλ/n) w − η ∂C/∂w.
//
// With momentum μ the last two terms go to the velocity, v ← μv − η ∂C/∂w − η(λ/n) w, and then w ← w + v. No bias
// occurs in the sum, so its derivative by a bias is 0. Without momentum a step takes ηλ/n times w from a weight w, and
// this is larger for a larger weight. Suppose that the examples say nothing about w, ∂C/∂w = 0. Then k steps make (1 −
// ηλ/n)^k w of it. For 0 < ηλ < n the factor is between 0 and 1, and no power of it is 0. But a computer rounds to 0
// what is below half the smallest number that it has.
//
// If the examples pull the other way, w comes to rest in between. Let C = ½(w − y)², which is least at w = y. The
// derivative of C + (λ/2n) w² is
//
//	w − y + (λ/n) w = (1 + λ/n)(w − w*)   with w* = y/(1 + λ/n).
//
// It is below 0 for w < w* and above 0 for w > w*, so this sum is least at w*. A step subtracts η times the derivative.
// So it multiplies the distance w − w* by 1 − η(1 + λ/n). If this factor is between −1 and 1, w tends to w*, which is
// the same fraction of every y. If the factor is 0, w is w* after one step, and for y = 0 this is 0.
func TestBook3_L2Regularisation(t *testing.T) {
	t.Log("Claim: L2 regularisation multiplies every weight by 1 − ηλ/n in each step, and leaves the biases alone.")
	t.Log("A large weight loses more by it than a small one, and none becomes 0 by it, but for underflow.")
	t.Run("by hand: η = 0.5, λ = 0.4, n = 2, so that each weight loses a tenth", l2ByHand)
	t.Run("the same with momentum μ = ½: the decay goes to the velocity", l2WithMomentum)
	t.Run("it makes no weight 0: after 1000 steps (1 − ηλ/n)^1000 of it is left", l2NeverZero)
	t.Run("a weight becomes 0 all the same: by underflow, or where the examples want 0", l2Zero)
	t.Run("a step goes down C + (λ/2n) Σ w², by central differences; biases as without λ", l2Slopes)
	t.Run("against examples that want w = y it ends at y/(1 + λ/n), in proportion to y", l2Balance)
}

// l2ByHand: each step multiplies the weights by 0.9.
func l2ByHand(t *testing.T) {
	shrunkByHand(t, SGD{Eta: 0.5, Lambda: 0.4},
		[][]float64{{8, -0.5, 0}, {7.2, -0.45, 0}, {6.48, -0.405, 0}, {5.832, -0.3645, 0}})
}

// l2WithMomentum: from w = 8 the first velocity is −0.1 · 8 = −0.8, the second ½ · (−0.8) − 0.72 = −1.12, the third ½ ·
// (−1.12) − 0.608 = −1.168. From w = −1 they are an eighth of these, with the other sign.
func l2WithMomentum(t *testing.T) {
	shrunkByHand(t, SGD{Eta: 0.5, Lambda: 0.4, Momentum: 0.5},
		[][]float64{{8, -1}, {7.2, -0.9}, {6.08, -0.76}, {4.912, -0.614}})
}

// l2NeverZero has the same η, λ and n. The factor 0.9 and each of the products are rounded, relatively by 1.1·10^(−16)
// at most.
func l2NeverZero(t *testing.T) {
	w, want := shrunk(t, SGD{Eta: 0.5, Lambda: 0.4}, 1000, 8)[0], 8*math.Pow(0.9, 1000)
	tab := newTable(t, "steps", "what is left of w = 8", "8 · 0.9^1000", "relative difference")
	tab.row(1000, holds(fmt.Sprintf("%.6g > 0", w), w > 0), fmt.Sprintf("%.6g", want), below(relative(w, want), 1e-12))
}

// l2Zero halves w = 8 = 2³ in every step, with ηλ/n = ½. The smallest number above 0 is 2^(−1074), which is there after
// 1077 steps, and its half is rounded to 0. Then it makes one step on examples that want w = 0, with η = ½ and λ/n = 1,
// so that the factor 1 − η(1 + λ/n) is 0.
func l2Zero(t *testing.T) {
	tab := newTable(t, "examples", "η", "λ/n", "steps", "w")
	tab.row("silent", 0.5, 1, 1077, same(shrunk(t, SGD{Eta: 0.5, Lambda: 2}, 1077, 8)[0], math.SmallestNonzeroFloat64))
	tab.row("silent", 0.5, 1, 1078, same(shrunk(t, SGD{Eta: 0.5, Lambda: 2}, 1078, 8)[0], 0))
	net, s := oneNeuron(LinearNeurons, 0, 8), SGD{Cost: Quadratic, Eta: 0.5, BatchSize: 2, Lambda: 2}
	takeStep(t, &s, net, Examples{{[]float64{1}, []float64{0}}, {[]float64{-1}, []float64{0}}}, 0, 1)
	tab.row("want w = 0", 0.5, 1, 1, same(net.Weights[1][0][0], 0))
}

// l2Slopes has the penalty ½λw² for each weight.
func l2Slopes(t *testing.T) {
	tab := regularisedTable(t, "λ")
	for _, lambda := range []float64{0, 0.5, 3} {
		regularisedRow(t, tab, lambda, SGD{Lambda: lambda}, func(w float64) float64 { return lambda / 2 * w * w })
	}
}

// l2Balance makes 200 steps from w = 0 with η = 0.5 and n = 2. For λ/n = 1 the distance to w* is multiplied by 0 in
// each step, for λ/n = ½ by ¼.
func l2Balance(t *testing.T) {
	tab := newTable(t, "λ/n", "y", "w after 200 steps", "against y/(1 + λ/n): relative difference")
	for _, lambda := range []float64{2, 1} {
		for _, y := range []float64{8, 0.5, -0.05} {
			w := fitted(t, SGD{Eta: 0.5, Lambda: lambda}, 200, y)[200]
			tab.row(lambda/2, y, w, below(relative(w, y/(1+lambda/2)), 1e-14))
		}
	}
}

// L1 regularisation adds (λ₁/n) Σ |w| to the cost C of n training examples, again over all weights, without the biases.
// Let d = ηλ₁/n. The claim is that a step without momentum then also moves every weight w ≠ 0 by d towards 0, whether
// it is large or small, and past 0 if |w| < d. L2 with λ = λ₁ moves it by more than d where |w| > 1, and by less where
// |w| < 1. So L1 brings small weights to 0 or near it: if the examples say nothing about w, it comes to rest at 0 or
// swings about 0 by less than d.
//
// Proof. The derivative of |w| by w is sgn(w), which is 1 for w > 0 and −1 for w < 0. At w = 0 there is no derivative,
// and a step takes sgn(0) = 0. So a step is
//
//	w ← w − η ∂C/∂w − d sgn(w).
//
// Suppose that the examples say nothing about w, ∂C/∂w = 0. Then each step brings w nearer to 0 by d, as long as |w| ≥
// d. If it reaches 0, because |w| is a multiple of d, it rests there. If not, it comes to some w with 0 < |w| < d. For
// w > 0 the next step leads to w − d, which is between −d and 0, and the step after it to w − d + d = w. For w < 0 it
// is the same with the signs exchanged. So w swings between two places nearer to 0 than d. L2 takes (ηλ/n)|w| = d|w|,
// which is more than d for |w| > 1 and less for |w| < 1.
//
// Now let the examples pull at w, with C = ½(w − y)², let u = λ₁/n > 0 and 0 < η < 1. The slope of C + u|w| is w − y +
// u for w > 0, and w − y − u for w < 0. A step makes
//
//	of w > 0:   (1 − η)w + η(y − u)
//	of w < 0:   (1 − η)w + η(y + u)
//	of w = 0:   ηy
//
// For y > u the slope is below 0 wherever w < 0. For w > 0 it is below 0 up to w = y − u, and above 0 from there. So C
// + u|w| is least at y − u. From w = 0 the first step leads to ηy > 0. From there on every step multiplies the distance
// to y − u by 1 − η. So w tends to y − u and does not come back to 0.
//
// For y = u it is least at 0. From w = 0 the first step leads to ηu, and from there on every step multiplies w by 1 −
// η: w only falls, and never swings.
//
// For −u < y < u the slope is below 0 wherever w < 0 and above 0 wherever w > 0. So C + u|w| is least at 0. A step
// takes at least η(u − y) > 0 from a w > 0, so that w does not stay above 0. The first step that does not end above 0
// ends above −η(u − y), because (1 − η)w > 0. In the same way a w < 0 gains at least η(u + y) in each step, and comes
// to a place from 0 to η(u + y). So in the end w is between −η(u − y) and η(u + y), stays there, and swings about 0;
// only for y = 0 it can reach 0 and rest. These places are within 2ηu = 2d of 0.
//
// For y ≤ −u all is as for −y, with the signs exchanged.
func TestBook3_L1Regularisation(t *testing.T) {
	t.Log("Claim: L1 regularisation moves every weight but 0 by ηλ₁/n towards 0 in each step, past 0 if it is smaller.")
	t.Log("The biases are left alone. L2 moves w by more where |w| > 1 and by less where |w| < 1.")
	t.Run("by hand: η = 0.5, λ₁ = 0.4, n = 2, so that each weight loses 0.1", l1ByHand)
	t.Run("the same with momentum μ = ½: the decay goes to the velocity", l1WithMomentum)
	t.Run("against L2 with the same λ: it takes less where |w| > 1, more where |w| < 1", l1AgainstL2)
	t.Run("near 0: a weight below ηλ₁/n overshoots, to and fro; a multiple of it reaches 0 and rests", l1Overshoots)
	t.Run("a step goes down C + (λ₁/n) Σ |w|, by central differences; biases as without λ₁", l1Slopes)
	t.Run("against examples that want w = y, |y| > λ₁/n, it ends nearer to 0 by λ₁/n", l1Balance)
	t.Run("against examples that want w = y, |y| < λ₁/n, it swings about 0, within 2ηλ₁/n", l1Swings)
	t.Run("against examples that want w = y = λ₁/n it only falls: every step halves it", l1Falls)
}

// l1ByHand: each step takes 0.1 from the size of a weight that is not 0.
func l1ByHand(t *testing.T) {
	shrunkByHand(t, SGD{Eta: 0.5, Lambda1: 0.4},
		[][]float64{{8, -0.5, 0}, {7.9, -0.4, 0}, {7.8, -0.3, 0}, {7.7, -0.2, 0}})
}

// l1WithMomentum: from w = 8 the velocities are −0.1, ½ · (−0.1) − 0.1 = −0.15 and ½ · (−0.15) − 0.1 = −0.175, and from
// w = −1 the same with the other sign.
func l1WithMomentum(t *testing.T) {
	shrunkByHand(t, SGD{Eta: 0.5, Lambda1: 0.4, Momentum: 0.5},
		[][]float64{{8, -1}, {7.9, -0.9}, {7.75, -0.75}, {7.575, -0.575}})
}

// l1AgainstL2 makes one step with each, with η = 0.5 and n = 2. With λ = 0.4 L2 takes 0.1w.
func l1AgainstL2(t *testing.T) {
	tab := newTable(t, "w", "L1 takes", "L2 takes", "so L1 takes")
	for _, w := range []float64{100, 2, 1, 0.5, 0.15} {
		l1 := w - shrunk(t, SGD{Eta: 0.5, Lambda1: 0.4}, 1, w)[0]
		l2 := w - shrunk(t, SGD{Eta: 0.5, Lambda: 0.4}, 1, w)[0]
		order := holds("the same", math.Abs(l1-l2) <= 1e-13)
		if w > 1 {
			order = holds("less", l1 < l2)
		} else if w < 1 {
			order = holds("more", l1 > l2)
		}
		tab.row(w, near(l1, 0.1, 1e-13), near(l2, 0.1*w, 1e-13), order)
	}
}

// l1Overshoots has d = ⅛, and a weight of 1/32, one of 3/8 and one of 0. None of their sums is rounded.
func l1Overshoots(t *testing.T) {
	tab := newTable(t, "steps", "from 1/32", "from 3/8", "from 0")
	for steps, want := range [][]float64{
		{1.0 / 32, 3.0 / 8}, {-3.0 / 32, 2.0 / 8}, {1.0 / 32, 1.0 / 8}, {-3.0 / 32, 0}, {1.0 / 32, 0},
	} {
		w := shrunk(t, SGD{Eta: 0.5, Lambda1: 0.5}, steps, 1.0/32, 3.0/8, 0)
		tab.row(steps, same(w[0], want[0]), same(w[1], want[1]), same(w[2], 0))
	}
}

// l1Slopes has the penalty λ₁|w| for each weight. All weights are further from 0 than the step of the differences.
func l1Slopes(t *testing.T) {
	tab := regularisedTable(t, "λ₁")
	for _, lambda := range []float64{0, 0.5, 3} {
		regularisedRow(t, tab, lambda, SGD{Lambda1: lambda}, func(w float64) float64 { return lambda * math.Abs(w) })
	}
}

// l1Balance makes 200 steps from w = 0 with η = 0.5 and λ₁/n = 1.
func l1Balance(t *testing.T) {
	tab := newTable(t, "y", "y − (λ₁/n) sgn(y)", "w after 200 steps", "difference")
	for _, test := range []struct{ y, want float64 }{{8, 7}, {-3, -2}} {
		w := fitted(t, SGD{Eta: 0.5, Lambda1: 2}, 200, test.y)[200]
		tab.row(test.y, test.want, w, below(math.Abs(w-test.want), 1e-14))
	}
}

// l1Swings has the same η and λ₁/n = u = 1. A step makes ½w − ½(1 − y) of w > 0, and ½w + ½(1 + y) of w < 0. For y = ½
// these are ½w − ¼ and ½w + ¾. Then −3/14 becomes 9/14, this 1/14, and this −3/14 again. For y = −0.05 they are ½w −
// 21/40 and ½w + 19/40, and 17/60 becomes −23/60, and this 17/60 again. Once w has the signs of these numbers, every
// step halves its distance to them.
func l1Swings(t *testing.T) {
	tab := newTable(t, "y", "−½(1 − y) < least w", "largest w < ½(1 + y)", "w after 200 steps", "201", "202")
	for _, test := range []struct {
		y    float64
		want [3]float64
	}{
		{0.5, [3]float64{-3.0 / 14, 9.0 / 14, 1.0 / 14}},
		{-0.05, [3]float64{17.0 / 60, -23.0 / 60, 17.0 / 60}},
	} {
		w := fitted(t, SGD{Eta: 0.5, Lambda1: 2}, 202, test.y)
		tab.row(test.y, within(-0.5*(1-test.y), slices.Min(w), 0), within(0, slices.Max(w), 0.5*(1+test.y)),
			near(w[200], test.want[0], 1e-14), near(w[201], test.want[1], 1e-14), near(w[202], test.want[2], 1e-14))
	}
}

// l1Falls has the same η and λ₁/n = 1, and y = 1. The first step leads from 0 to ½.
func l1Falls(t *testing.T) {
	w := fitted(t, SGD{Eta: 0.5, Lambda1: 2}, 40, 1)
	tab := newTable(t, "steps", "w = 2^(−steps)")
	for _, steps := range []int{1, 2, 3, 40} {
		tab.row(steps, same(w[steps], math.Ldexp(1, -steps)))
	}
}

// untilNoImprovement trains net until score has not improved in the given number of epochs. It returns a copy of the
// best network, the number of epochs after which that was, and the scores before the first epoch and after each.
func untilNoImprovement(t *testing.T, s *SGD, net *Network, train Data, score func(*Network) float64, epochs int) (
	best *Network, at int, scores []float64) {
	t.Helper()
	best, scores = net.Clone(), []float64{score(net)}
	for epoch := 1; epoch <= at+epochs; epoch++ {
		if _, err := s.Epoch(net, train, epoch); err != nil {
			t.Fatal(err)
		}
		scores = append(scores, score(net))
		if scores[epoch] > scores[at] {
			best, at = net.Clone(), epoch
		}
	}
	return best, at, scores
}

// Early stopping. Train until the score on validation examples has not improved in n epochs, and keep a copy of the
// best network. The claim is that this copy has the best score of all epochs up to the end, and that the end comes n
// epochs after it. So the epochs that spoil the network do no harm. If n is small, training may end on a plateau,
// before the best.
//
// Proof. The copy is replaced whenever the score is larger than that of the copy. So it is always the first network
// with the largest score so far. Training ends as soon as the copy is n epochs old. Without momentum an epoch depends
// on the network and on the number of the epoch alone. (A velocity would come from the epochs before.) So a run with a
// larger n begins with the same epochs. Where the run with n ends, its copy is n epochs old, which is not enough for
// the larger one: it ends later, if it ends. Its best score is at least as large. What comes after the end, no run
// knows: a score that improves again only after n epochs is missed.
//
// Does training end? If the score is the number of N validation examples that are right, it improves at most N times,
// so that training ends after at most n(N + 1) epochs. A score that is any real number can improve for ever.
//
// An example in which the best epoch can be computed. A linear neuron has the bias b = −1 at the start. Its training
// example wants b = 1, and the validation example wants b = ½. A step with 0 < η < 1 makes b − η(b − 1) of b. So it
// multiplies 1 − b, which is 2 at the start, by q = 1 − η. After e epochs of one step
//
//	b_e = 1 − 2q^e,
//
// which grows from −1 towards 1. Of two numbers the larger one is nearer to ½ if their mean is below ½, and only then.
// So epoch e + 1 is better than epoch e as long as
//
//	½(b_e + b_(e+1)) = 1 − q^e (1 + q) < ½,   which is q^e > 1/(2(1 + q)), or e < ln(2(1 + q))/(−ln q).
//
// The last step takes logarithms and divides by ln q, which is below 0. So the best epoch is the first e that is not
// below ln(2(1 + q))/(−ln q), and after it the score only falls. (b itself passes ½ where q^e = ¼, at e = ln ¼/ln q.)
func TestBook3_EarlyStopping(t *testing.T) {
	t.Log("Claim: stop when n epochs have not improved the validation score, and keep a copy of the best network.")
	t.Log("Then the epochs that spoil the network do no harm. If n is small, training may stop too soon.")
	t.Run("training wants b = 1, validation ½: best after ln(2(1 + q))/(−ln q) epochs, rounded up", earlyStoppingBias)
	t.Run("100 drawn digits: it stops where the record of a long run says, and n = 1 stops too soon",
		earlyStoppingDigits)
}

// earlyStoppingBias computes the best epoch and b from the formulas above.
func earlyStoppingBias(t *testing.T) {
	tab := newTable(t, "η", "n", "b is ½ at e =", "best after", "b there = 1 − 2q^e", "stops after", "b at the end",
		"|b − ½|: best < end < 1")
	score := func(net *Network) float64 { return -math.Abs(net.Biases[1][0] - 0.5) }
	for _, eta := range []float64{0.02, 0.1, 0.3} {
		for _, n := range []int{1, 10} {
			net, s := oneNeuron(LinearNeurons, -1, 0), SGD{Cost: Quadratic, Eta: eta, BatchSize: 1}
			best, at, scores := untilNoImprovement(t, &s, net, biasOnly(1), score, n)
			q, b := 1-eta, best.Biases[1][0]
			first := int(math.Ceil(math.Log(2*(1+q)) / -math.Log(q)))
			tab.row(eta, n, fmt.Sprintf("%.2f", math.Log(0.25)/math.Log(q)), same(at, first),
				near(b, 1-2*math.Pow(q, float64(at)), 1e-13*b), same(len(scores)-1, at+n),
				net.Biases[1][0], within(-score(best), -score(net), 1))
		}
	}
}

// earlyStoppingDigits has the record of a run with n = 20, which is longer than the others. From the record it finds
// for each n the first epoch at which the best so far is n epochs old. The run with that n must stop there. The number
// of digits that the copy reads must be the largest in the record up to there.
func earlyStoppingDigits(t *testing.T) {
	all := DrawDigits(200, 5)
	train, validation := all.Slice(0, 100), all.Slice(100, 200)
	correct := func(net *Network) float64 { return float64(Correct(net, validation)) }
	run := func(n int) (best *Network, at int, scores []float64) {
		net, s := New(SigmoidNeurons, Side*Side, 10, 10), SGD{Cost: CrossEntropy, Eta: 0.5, BatchSize: 10}
		net.InitScaled(3)
		return untilNoImprovement(t, &s, net, train, correct, n)
	}
	_, top, record := run(20)
	tab := newTable(t, "n", "stops after", "best after", "digits read then, of 100", "at the end, not more",
		"best of the long run")
	for _, n := range []int{1, 3, 10} {
		best, at, scores := run(n)
		end := n
		for slices.Index(record, slices.Max(record[:end+1])) > end-n {
			end++
		}
		longRun := any(record[top])
		if n == 1 {
			longRun = holds(fmt.Sprintf("%v > %v", record[top], correct(best)), record[top] > correct(best))
		}
		tab.row(n, same(len(scores)-1, end), same(at, end-n), same(correct(best), slices.Max(record[:end+1])),
			below(scores[len(scores)-1], correct(best)), longRun)
	}
}

// A learning-rate schedule. Halve η whenever the validation score has not improved in n epochs, seven times in all, and
// end with 1/128 of the first η. This is early stopping eight times over. The claim, for one bias b whose examples
// contradict one another: training with the rate η ends within 10η of the best b. So the schedule ends within 10η/128,
// and if it begins far away it is there sooner than with the last rate alone.
//
// Proof. Ten examples want b = 2 and ten want b = 4. Their mean cost is ½(b − 3)² + ½, which is least at b = 3. Let d =
// b − 3 and q = 1 − η with 0 < η < 1. A step on an example that wants 3 + s, with s = ±1, makes b − η(b − 3 − s) of b,
// and so qd + ηs of d. After an epoch of 20 steps with s_1 to s_20, whatever their order, d has become
//
//	d' = q^20 d + η Σ_i q^(20−i) s_i.
//
// Ten of the s_i are 1 and ten are −1. The sum is largest if the ten largest powers of q, q^0 to q^9, have s = 1, and
// q^10 to q^19 have s = −1. With p = 1 − q^10 the sums of these are η(q^0 + … + q^9) = 1 − q^10 = p and q^10 p, so that
// the last term of d' is at most p − q^10 p = p². In the same way it is at least −p². So
//
//	|d'| ≤ (1 − p)² |d| + p².
//
// Let D = p/(2 − p). Then (1 − p)² D + p² = p (1 − 2p + p² + 2p − p²)/(2 − p) = D. Subtracting this equation gives
//
//	|d'| − D ≤ (1 − p)² (|d| − D).
//
// So an epoch that begins with |d| ≤ D ends so. An epoch that begins with |d| > D ends nearer to 3: it improves. Hence
// training with the rate η does not end while |d| > D, and after the best epoch |d| ≤ D holds up to the end. Now q^10 =
// (1 − η)^10 ≥ 1 − 10η, so that p ≤ 10η. (The inequality is Bernoulli's.) As 2 − p > 1,
//
//	|b − 3| ≤ D < 10η
//
// when training with the rate η ends. The last of the rates is 1/128 of the first one, and so is its 10η.
//
// The bound is for the worst orders. How far off is b on average? Let the orders be random and independent, and write
// S_1 = Σ q^i and S_2 = Σ q^(2i), for i from 0 to 19. The mean of s_i² is 1. For i ≠ j the mean of s_i s_j is −1/19,
// because of the 19 other examples nine have the same s as example i and ten have the other one. So the mean square of
// η Σ_i q^(20−i) s_i is
//
//	V = η² [Σ_i q^(2i) − (1/19) Σ_(i≠j) q^i q^j] = η² [S_2 − (S_1² − S_2)/19] = η² (20S_2 − S_1²)/19.
//
// The mean of each s_i is 0, and the order of an epoch does not depend on d, so that the mean square of d' is q^40
// times that of d, plus V. After many epochs both are the same, V/(1 − q^40). For η = ½ this is 17/57, but for two
// millionths. For small η it is about 17.5η³, so that b is off by 4.2 η^1.5: there V is η⁴ times the mean square of Σ_i
// i s_i, which is 700, and 1 − q^40 is about 40η.
func TestBook3_LearningRateSchedule(t *testing.T) {
	t.Log("Claim: halve η whenever validation does not improve, to η/128 at last. Then b ends within 10η/128 of the\n" +
		"best, and from far away sooner than with η/128 alone.")
	t.Run("from η = 0.5: seven halvings, and the error of each rate within its bound", scheduleRates)
	t.Run("a constant η is off by √(V/(1 − q^40)) on average, 0.55 for η = ½", scheduleConstant)
	t.Run("from b = −5, to be as near with the last rate alone takes more epochs", scheduleAgainstLast)
	t.Run("fails if η is too small at the start: it improves in every epoch, and is never halved", scheduleTooSmall)
}

// scheduleExamples returns the examples of the proof: ten want the bias 2 and ten want 4.
func scheduleExamples() (data Examples) {
	for range 10 {
		data = append(data, biasOnly(2)[0], biasOnly(4)[0])
	}
	return data
}

// scheduleScore is larger where the bias is nearer to 3.
func scheduleScore(net *Network) float64 { return -math.Abs(net.Biases[1][0] - 3) }

// A scheduleRate is what training with one of the learning rates led to.
type scheduleRate struct {
	eta        float64
	epochs, at int     // how many, and after which of them it was best
	best, off  float64 // the best bias, and |b − 3| of the last one
}

// schedule trains the bias −5 of a linear neuron, with the rates η to η/128 and n = 5.
func schedule(t *testing.T, eta float64) (rates []scheduleRate) {
	t.Helper()
	net, s := oneNeuron(LinearNeurons, -5, 0), SGD{Cost: Quadratic, Eta: eta, BatchSize: 1}
	for ; s.Eta >= eta/128; s.Eta /= 2 {
		best, at, scores := untilNoImprovement(t, &s, net, scheduleExamples(), scheduleScore, 5)
		rates = append(rates, scheduleRate{s.Eta, len(scores) - 1, at, best.Biases[1][0], -scheduleScore(net)})
	}
	return rates
}

// scheduleRates holds the error at the end of each rate against D.
func scheduleRates(t *testing.T) {
	tab := newTable(t, "η", "epochs", "best after", "best b", "|b − 3| at the end ≤ D", "10η")
	rates := schedule(t, 0.5)
	if len(rates) != 8 {
		t.Fatalf("%d rates; want 8", len(rates))
	}
	for i, rate := range rates {
		p := 1 - math.Pow(1-rate.eta, 10)
		tab.row(same(rate.eta, 0.5/float64(int(1)<<i)), rate.epochs, rate.at, fmt.Sprintf("%.6f", rate.best),
			below(rate.off, p/(2-p)), 10*rate.eta)
	}
}

// scheduleConstant keeps η for 4000 epochs from b = 3. One epoch keeps q^20 of d, so that at η = 0.01 about ten epochs
// in a row are not independent. Then the root of the mean square strays by about 1/√(2 · 4000/10), which is 4%.
func scheduleConstant(t *testing.T) {
	tab := newTable(t, "η", "|b − 3|, root of the mean square", "√(V/(1 − q^40)) ± 12%", "4.2 η^1.5")
	for _, eta := range []float64{0.5, 0.1, 0.01} {
		net, s := oneNeuron(LinearNeurons, 3, 0), SGD{Cost: Quadratic, Eta: eta, BatchSize: 1}
		square, s1, s2 := 0.0, 0.0, 0.0
		for epoch := range 4000 {
			if _, err := s.Epoch(net, scheduleExamples(), epoch); err != nil {
				t.Fatal(err)
			}
			square += scheduleScore(net) * scheduleScore(net) / 4000
		}
		for i := range 20 {
			s1, s2 = s1+math.Pow(1-eta, float64(i)), s2+math.Pow(1-eta, float64(2*i))
		}
		want := math.Sqrt(eta * eta * (20*s2 - s1*s1) / 19 / (1 - math.Pow(1-eta, 40)))
		tab.row(eta, math.Sqrt(square), within(0.88*want, math.Sqrt(square), 1.12*want), 4.2*math.Pow(eta, 1.5))
	}
}

// scheduleAgainstLast trains with the last rate 1/256 alone, by the same rule. One epoch with a rate η multiplies the
// first distance 8 by (1 − η)^20. To come from 8 to 0.02, which is the D of 1/256, takes ln(8/0.02)/(−20 ln(1 − η))
// such epochs: 76 with η = 1/256, and one with η = ½, which the schedule begins with.
func scheduleAgainstLast(t *testing.T) {
	net, s := oneNeuron(LinearNeurons, -5, 0), SGD{Cost: Quadratic, Eta: 1.0 / 256, BatchSize: 1}
	_, _, scores := untilNoImprovement(t, &s, net, scheduleExamples(), scheduleScore, 5)
	alone, epochs, rates := len(scores)-1, 0, schedule(t, 0.5)
	for _, rate := range rates {
		epochs += rate.epochs
	}
	p := 1 - math.Pow(255.0/256, 10)
	tab := newTable(t, "η", "epochs", "|b − 3| at the end ≤ D")
	tab.row("1/256 alone", holds(fmt.Sprintf("%d ≥ 76", alone), alone >= 76), below(-scores[alone], p/(2-p)))
	tab.row("0.5 down to 1/256", holds(fmt.Sprintf("%d < %d", epochs, alone), epochs < alone),
		below(rates[len(rates)-1].off, p/(2-p)))
}

// scheduleTooSmall starts with η = 10⁻⁵ and makes steps on all 20 examples. Such a step moves b by −η times the mean of
// b − y, which is b − 3. So it multiplies |b − 3|, 8 at the start, by 1 − η. Every epoch improves, and η is never
// halved.
func scheduleTooSmall(t *testing.T) {
	net, s := oneNeuron(LinearNeurons, -5, 0), SGD{Cost: Quadratic, Eta: 1e-5, BatchSize: 20}
	improved := 0
	for epoch := range 500 {
		before := scheduleScore(net)
		if _, err := s.Epoch(net, scheduleExamples(), epoch); err != nil {
			t.Fatal(err)
		}
		improved += int(Step(scheduleScore(net) - before))
	}
	off, want := -scheduleScore(net), 8*math.Pow(1-1e-5, 500)
	tab := newTable(t, "epochs", "that improve", "|b − 3| = 8(1 − η)^500")
	tab.row(500, same(improved, 500), near(off, want, 1e-12*want))
}

// Momentum. Each weight has a velocity v, 0 at the start, and a step is v ← μv − η ∂C/∂w, w ← w + v. The claim, for C =
// ½w², η > 0 and a start w ≠ 0: w tends to 0 if |μ| < 1 and η < 2(1 + μ), and only then. For μ > 1 the velocity grows
// without bound. For −1 < μ < 0 each step takes back the part |μ| of the one before, and w tends to 0 more slowly than
// with μ = 0, if at all.
//
// The recurrence. Let w_n and v_n be the weight and the velocity after n steps. Here ∂C/∂w = w, so that v_(n+1) = μv_n
// − ηw_n. With w_(n+1) = w_n + v_(n+1) and v_n = w_n − w_(n−1)
//
//	w_(n+1) = w_n + μ(w_n − w_(n−1)) − ηw_n = (1 + μ − η)w_n − μw_(n−1).
//
// The powers w_n = λ^n satisfy it if λ^(n+1) = (1 + μ − η)λ^n − μλ^(n−1), which is the case if λ is a root of
//
//	f(λ) = λ² − (1 + μ − η)λ + μ.
//
// This is the characteristic polynomial. Let p and q be its two roots, real or complex, so that f(λ) = (λ − p)(λ − q).
// Comparing with the coefficients gives pq = μ and p + q = 1 + μ − η. If p ≠ q, then for any A and B also
//
//	w_n = Ap^n + Bq^n
//
// satisfies the recurrence. We choose A and B so that this is right for n = 0 and n = 1, and by the recurrence it is
// then right for all n. Let w_0 = 1, for another start multiplies every w_n and v_n by the same number. From v_0 = 0
// follows w_1 = 1 − η. Then A + B = 1 and Ap + Bq = 1 − η, and so A = (1 − η − q)/(p − q) and B = 1 − A.
//
// Both roots are inside the unit circle, |p| < 1 and |q| < 1, exactly if |μ| < 1 and 0 < η < 2(1 + μ). We need two
// values of the polynomial:
//
//	f(1) = (1 − p)(1 − q) = 1 − (1 + μ − η) + μ = η
//	f(−1) = (1 + p)(1 + q) = 1 + (1 + μ − η) + μ = 2(1 + μ) − η
//
// First, let both roots be inside. Then |μ| = |p||q| < 1. If p and q are real, 1 − p, 1 − q, 1 + p and 1 + q are all
// above 0. If not, they are conjugate to one another, and the products are |1 − p|² and |1 + p|². In both cases f(1) >
// 0 and f(−1) > 0, which is η > 0 and η < 2(1 + μ).
//
// Second, let |μ| < 1, f(1) > 0 and f(−1) > 0. If the roots are not real, they are conjugate, and |p|² = |q|² = pq = μ
// < 1. If they are real, f(1) > 0 says that they are on the same side of 1, and f(−1) > 0 that they are on the same
// side of −1. Were both above 1 or both below −1, pq would be above 1. But it is μ < 1. So both are between −1 and 1.
//
// Now the claim. If both roots are inside the unit circle, p^n and q^n tend to 0, and so does w_n. If not, let p be a
// root with |p| ≥ 1, and let p ≠ q at first. Then
//
//	w_(n+1) − qw_n = A(p − q)p^n
//
// does not tend to 0 unless A = 0. So w_n does not either. For |p| > 1 it grows without bound. The same holds for v_n =
// w_n − w_(n−1), for which v_(n+1) − qv_n = A(p − q)(p − 1)p^(n−1), where p ≠ 1 because f(1) = η > 0. When is A = 0? It
// means q = 1 − η. But
//
//	f(1 − η) = (1 − η)² − (1 + μ − η)(1 − η) + μ = −μ(1 − η) + μ = μη,
//
// so that 1 − η is a root for μ = 0 only. For μ = 0 we have w_n = (1 − η)^n, which tends to 0 if η < 2, and only then.
// This is what the claim says.
//
// There remains p = q. Then p² = μ, 2p = 1 + μ − η, and so η = (1 − p)². Now n p^n satisfies the recurrence as well:
//
//	(n + 1)p^(n+1) − 2p · n p^n + p² · (n − 1)p^(n−1) = [(n + 1) − 2n + (n − 1)]p^(n+1) = 0.
//
// The solution with w_0 = 1 is w_n = (1 + Bn)p^n. From w_1 = 1 − η = 1 − (1 − p)² = p(2 − p) follows B = 1 − p, if p ≠
// 0. (For p = 0 all w_n with n > 0 are 0.) So
//
//	w_n = (1 + (1 − p)n)p^n,   v_n = w_n − w_(n−1) = p^(n−1)[p + (1 − p)pn − 1 − (1 − p)(n − 1)] = −η n p^(n−1).
//
// Both tend to 0 for |p| < 1. For |p| ≥ 1 both grow without bound, because p ≠ 1.
//
// What the roots say of μ. For μ > 1 one of them is outside whatever η is, because pq = μ. If the roots are not real,
// their absolute value is √μ: w swings, and its swings are multiplied by √μ in each step. For μ < 0 the roots are real,
// with different signs, because pq < 0. Then η must be below 2(1 + μ), which is less than the 2 of μ = 0. And f(1 − η)
// = μη < 0, so that 1 − η is between the roots. The size of one of them is above |1 − η|, and so w tends to 0 more
// slowly than the (1 − η)^n of μ = 0. Of the step before, v, the next step takes back −μv: for −1 < μ < 0 a part of it,
// for μ < −1 more than all of it.
//
// What momentum is for. In a narrow valley the gradient points across it. C = 50w² + ½b² is a hundred times as steep
// along w as along b. For w the step is as if η were 100η, so that without momentum η must be below 2/100. Then b goes
// to 0 slowly, as (1 − η)^n. With momentum the roots are not real if (1 + μ − η)² < 4μ, which says that 1 + μ − η is
// between −2√μ and 2√μ, and η between (1 − √μ)² and (1 + √μ)². If this is so of 100η and of η, both w and b shrink as
// √μ^n, across the valley as along it.
func TestBook3_Momentum(t *testing.T) {
	t.Log("Claim: on C = ½w², from w ≠ 0 at rest and with η > 0, w tends to 0 if |μ| < 1 and η < 2(1 + μ), only then.")
	t.Log("For μ > 1 the velocity grows without bound. For −1 < μ < 0 w goes to 0 more slowly than for μ = 0, or not.")
	t.Run("by hand: μ = ½, η = ¼, from w = 1 at rest", momentumByHand)
	t.Run("where the roots are one, p: w_n = (1 + (1 − p)n)p^n and v_n = −η n p^(n−1)", momentumDoubleRoot)
	t.Run("0 ≤ μ < 1: w_n = Ap^n + Bq^n shrinks, with swings where the roots are not real", momentumBelowOne)
	t.Run("fails for μ ≥ 1: w swings for ever, or the velocity grows without bound", momentumAboveOne)
	t.Run("μ < 0: slower than with μ = 0, or it diverges where μ = 0 converges", momentumNegative)
	t.Run("in a valley that is 100 times as steep across as along, μ = 0.9 needs less than half the steps of μ = 0",
		momentumInAValley)
	t.Run("a grid of μ from −1.25 to 1.25 and η from 0.05 to 4.45: it converges where the claim says, and only there",
		momentumGrid)
}

// momentumPath returns w_0 to w_n and v_0 to v_n of a linear neuron. Its examples are (1, 0) and (−1, 0), and their
// mean cost is ¼(w + b)² + ¼(−w + b)² = ½w² + ½b². Both begin at 1, so that b must go the way of w. The third result is
// the largest difference between the two, divided by the largest |w| so far. The path ends early where |w| exceeds
// 10^100.
func momentumPath(t *testing.T, mu, eta float64, n int) (w, v []float64, off float64) {
	t.Helper()
	net, s := oneNeuron(LinearNeurons, 1, 1), SGD{Cost: Quadratic, Eta: eta, BatchSize: 2, Momentum: mu}
	data := Examples{{[]float64{1}, []float64{0}}, {[]float64{-1}, []float64{0}}}
	w, v = []float64{1}, []float64{0}
	for largest := 1.0; len(w) <= n && largest < 1e100; {
		before := w[len(w)-1]
		takeStep(t, &s, net, data, 0, 1)
		after := net.Weights[1][0][0]
		w, v = append(w, after), append(v, after-before)
		if mu != 0 {
			v[len(v)-1] = s.Velocity.Weights[1][0][0]
		}
		off = max(off, math.Abs(net.Biases[1][0]-after)/largest)
		largest = max(largest, math.Abs(after))
	}
	return w, v, off
}

// momentumByHand: v_1 = ½ · 0 − ¼ · 1 = −¼ and w_1 = 1 − ¼ = ¾. Then v_2 = ½ · (−¼) − ¼ · ¾ = −5/16, w_2 = 7/16, and
// v_3 = −5/32 − 7/64 = −17/64, w_3 = 28/64 − 17/64 = 11/64. None of these is rounded.
func momentumByHand(t *testing.T) {
	w, v, off := momentumPath(t, 0.5, 0.25, 3)
	tab := newTable(t, "step", "v", "w", "b goes the same way: off by")
	for n, want := range []struct{ v, w float64 }{
		{0, 1}, {-1.0 / 4, 3.0 / 4}, {-5.0 / 16, 7.0 / 16}, {-17.0 / 64, 11.0 / 64},
	} {
		tab.row(n, same(v[n], want.v), same(w[n], want.w), below(off, 1e-9))
	}
}

// momentumDoubleRoot has p = ½, −1 and 2, and so μ = p² and η = (1 − p)². At n = 40 none of the numbers is rounded.
func momentumDoubleRoot(t *testing.T) {
	tab := newTable(t, "p", "μ", "η", "w_40 = (1 + 40(1 − p))p^40", "v_40 = −40ηp^39", "w at rest in 0 stays")
	for _, p := range []float64{0.5, -1, 2} {
		mu, eta := p*p, (1-p)*(1-p)
		w, v, _ := momentumPath(t, mu, eta, 40)
		rest, s := oneNeuron(LinearNeurons, 0, 0), SGD{Cost: Quadratic, Eta: eta, BatchSize: 1, Momentum: mu}
		takeStep(t, &s, rest, Examples{{[]float64{1}, []float64{0}}}, 0)
		tab.row(p, mu, eta, same(w[40], (1+40*(1-p))*math.Pow(p, 40)), same(v[40], -40*eta*math.Pow(p, 39)),
			same(rest.Weights[1][0][0], 0))
	}
}

// A momentumCase is a μ and an η, and what w does with them.
type momentumCase struct {
	mu, eta float64
	does    string
}

// momentumTable makes 80 steps in each case. It compares w_n with Ap^n + Bq^n, and w_n with w_(n−1) + v_n. The
// differences are divided by the n-th power of the larger of |p| and |q|.
func momentumTable(t *testing.T, cases ...momentumCase) {
	tab := newTable(t, "μ", "η", "|p|", "|q|", "w_80", "v_80", "what w does", "off Ap^n + Bq^n", "b off w")
	for _, c := range cases {
		w, v, off := momentumPath(t, c.mu, c.eta, 80)
		half := complex((1+c.mu-c.eta)/2, 0)
		root := cmplx.Sqrt(half*half - complex(c.mu, 0))
		p, q := half+root, half-root
		does := momentumDoes(w)
		tab.row(c.mu, c.eta, cmplx.Abs(p), cmplx.Abs(q), w[80], v[80], holds(does, does == c.does),
			below(momentumOffPowers(w, v, p, q, c.eta), 1e-12), below(off, 1e-9))
	}
}

// momentumOffPowers returns the largest difference that momentumTable speaks of.
func momentumOffPowers(w, v []float64, p, q complex128, eta float64) (off float64) {
	A := (complex(1-eta, 0) - q) / (p - q)
	for n := range w {
		exponent, growth := complex(float64(n), 0), math.Pow(max(cmplx.Abs(p), cmplx.Abs(q)), float64(n))
		want := A*cmplx.Pow(p, exponent) + (1-A)*cmplx.Pow(q, exponent)
		off = max(off, cmplx.Abs(want-complex(w[n], 0))/growth)
		if n > 0 {
			off = max(off, math.Abs(w[n-1]+v[n]-w[n])/growth)
		}
	}
	return off
}

// momentumDoes says whether the largest |w| of the second half of the path is below 0.9 times that of the first half,
// above 1.1 times, or neither, and whether w changes its sign in the second half.
func momentumDoes(w []float64) string {
	first, second, does, how := 0.0, 0.0, "keeps its size", "on one side"
	for n := range w {
		if n <= len(w)/2 {
			first = max(first, math.Abs(w[n]))
			continue
		}
		second = max(second, math.Abs(w[n]))
		if Step(w[n]) != Step(w[n-1]) {
			how = "swinging"
		}
	}
	if second < 0.9*first {
		does = "shrinks"
	} else if second > 1.1*first {
		does = "grows"
	}
	return does + ", " + how
}

// momentumBelowOne: with μ = 0 the roots are 1 − η and 0. With μ = 0.3 they are real and positive. With μ = 0.9 they
// are not real, |p| = |q| = √0.9 = 0.9487. This is so even at η = 3.7, far beyond the η = 2 at which it would diverge
// without momentum.
func momentumBelowOne(t *testing.T) {
	momentumTable(t, momentumCase{0, 0.1, "shrinks, on one side"}, momentumCase{0.3, 0.1, "shrinks, on one side"},
		momentumCase{0.9, 0.1, "shrinks, swinging"}, momentumCase{0.9, 3.7, "shrinks, swinging"})
}

// momentumAboveOne: μ = 1 is a motion without friction, |p| = |q| = 1. With μ = 1.1 the swings are multiplied by √1.1 =
// 1.0488 in each step. With μ = 2 the roots are real, and the larger one is 1.77.
func momentumAboveOne(t *testing.T) {
	momentumTable(t, momentumCase{1, 0.1, "keeps its size, swinging"}, momentumCase{1.1, 0.1, "grows, swinging"},
		momentumCase{2, 0.1, "grows, on one side"})
}

// momentumNegative: with μ = −0.5 and η = 0.1 the larger root is 0.9348. With μ = 0 it is 0.9, so that w shrinks
// faster. With μ = −0.5 and η = 1.5, which is above 2(1 + μ) = 1, the root −1.37 is outside. With μ = −1.1 it is −1.15,
// and the velocity changes its sign and grows.
func momentumNegative(t *testing.T) {
	momentumTable(t, momentumCase{-0.5, 0.1, "shrinks, on one side"}, momentumCase{0, 0.1, "shrinks, on one side"},
		momentumCase{-0.5, 1.5, "grows, swinging"}, momentumCase{0, 1.5, "shrinks, swinging"},
		momentumCase{-1.1, 0.1, "grows, swinging"})
	slow, _, _ := momentumPath(t, -0.5, 0.1, 80)
	quick, _, _ := momentumPath(t, 0, 0.1, 80)
	newTable(t, "η = 0.1: w_80 with μ = 0 < w_80 with μ = −0.5 < 1").row(within(quick[80], slow[80], 1))
}

// momentumInAValley: a linear neuron with the examples (10, 0) and (−10, 0) has the mean cost ¼(10w + b)² + ¼(−10w +
// b)² = 50w² + ½b². It begins at w = b = 1, with η = 0.019. Without momentum b is 0.981^n after n steps, and that is
// below 0.01 from n = 241 on.
func momentumInAValley(t *testing.T) {
	data := Examples{{[]float64{10}, []float64{0}}, {[]float64{-10}, []float64{0}}}
	steps := map[float64]int{} // until both stay below 0.01
	for _, mu := range []float64{0, 0.9} {
		net, s := oneNeuron(LinearNeurons, 1, 1), SGD{Cost: Quadratic, Eta: 0.019, BatchSize: 2, Momentum: mu}
		for n := 1; n <= 400; n++ {
			takeStep(t, &s, net, data, 0, 1)
			if max(math.Abs(net.Weights[1][0][0]), math.Abs(net.Biases[1][0])) >= 0.01 {
				steps[mu] = n + 1
			}
		}
	}
	newTable(t, "steps with μ = 0", "with μ = 0.9, and half of these").row(same(steps[0], 241),
		below(float64(steps[0.9]), float64(steps[0])/2))
}

// momentumGrid takes 23 values of η for each μ, none of them 2(1 + μ) itself, and makes 400 steps. w has converged if
// its last two values together are below 0.01.
func momentumGrid(t *testing.T) {
	tab := newTable(t, "μ", "2(1 + μ)", "converge", "do not", "the largest η that does", "not as claimed", "b off w")
	for mu := -1.25; mu <= 1.25; mu += 0.25 {
		converge, wrong, largest, worst := 0, 0, any("none"), 0.0
		for i := range 23 {
			eta := 0.05 + 0.2*float64(i)
			w, _, off := momentumPath(t, mu, eta, 400)
			converges := math.Abs(w[len(w)-1])+math.Abs(w[len(w)-2]) < 0.01
			if converges {
				converge, largest = converge+1, eta
			}
			if converges != (math.Abs(mu) < 1 && eta < 2*(1+mu)) {
				wrong++
			}
			worst = max(worst, off)
		}
		tab.row(mu, 2*(1+mu), converge, 23-converge, largest, same(wrong, 0), below(worst, 1e-9))
	}
}

// σ and tanh. The claim is that σ(z) = (1 + tanh(z/2))/2. So for every network with hidden sigmoid neurons there is one
// with hidden tanh neurons that gives the same answers.
//
// Proof. By definition tanh u = (e^u − e^(−u))/(e^u + e^(−u)). With u = z/2
//
//	1 + tanh(z/2) = 2e^(z/2)/(e^(z/2) + e^(−z/2)) = 2/(1 + e^(−z)) = 2σ(z).
//
// In the second step numerator and denominator are divided by e^(z/2). With t = tanh(z/2), σ = (1 + t)/2 and 1 − σ = (1
// − t)/2, so that σ' = σ(1 − σ) = (1 − t²)/4.
//
// For the network, let z_k be the weighted inputs of a layer of hidden sigmoid neurons. Neuron j of the next layer has
// the weighted input
//
//	Σ_k w_jk σ(z_k) + b_j = Σ_k (w_jk/2) tanh(z_k/2) + (b_j + Σ_k w_jk/2).
//
// So three changes leave it as it is. Halve the weights and the bias of every hidden neuron, so that it has z_k/2, and
// let it answer tanh(z_k/2). Halve the weights from it to the next layer. Add the sum of these halves to the bias of
// each neuron there. If the neurons of the next layer are hidden too, their weights and their new biases are halved
// once more.
func TestBook3_SigmoidIsTanh(t *testing.T) {
	t.Log("Claim: σ(z) = (1 + tanh(z/2))/2. So for every network with hidden sigmoid neurons\n" +
		"one with hidden tanh neurons answers alike.")
	t.Run("σ against math.Tanh, and σ' against (1 − tanh²(z/2))/4", tanhAgainstSigmoid)
	t.Run("fails in floating point: (1 + tanh(z/2))/2 is 0 from z = −39 on", tanhLosesDigits)
	t.Run("a network with hidden tanh neurons answers as one with sigmoid neurons", tanhNetworks)
}

// tanhAgainstSigmoid allows 2.3·10^(−16), the distance of floating-point numbers above 1.
func tanhAgainstSigmoid(t *testing.T) {
	tab := newTable(t, "z", "σ(z)", "off (1 + tanh(z/2))/2", "σ'(z)", "off (1 − tanh²(z/2))/4")
	for _, z := range []float64{-10, -1, -0.001, 0, 0.5, 3, 36, 800} {
		tanh := math.Tanh(z / 2)
		tab.row(z, fmt.Sprintf("%.10g", Sigmoid(z)), below(math.Abs(Sigmoid(z)-(1+tanh)/2), 2.3e-16),
			fmt.Sprintf("%.10g", SigmoidPrime(z)), below(math.Abs(SigmoidPrime(z)-(1-tanh*tanh)/4), 2.3e-16))
	}
}

// tanhLosesDigits: for large negative z, tanh(z/2) is near −1, where floating-point numbers are 2^(−53) apart. If it is
// off by one such distance, (1 + tanh(z/2))/2 is off by 2^(−54). The true value is about e^z, so that the relative
// difference is up to 2^(−54) e^(−z). Because 1 + tanh(z/2) is about 2e^z, tanh(z/2) is rounded to −1 where 2e^z <
// 2^(−54), which is so from z = −55 ln 2 = −38.1 on. Sigmoid(z) keeps its digits. Here z = −ln n with n = 3 · 2^k,
// where σ(z) is 1/(n + 1). As z is rounded twice, e^z is relatively off by up to |z| 2^(−52).
func tanhLosesDigits(t *testing.T) {
	tab := newTable(t, "z", "k", "(1 + tanh(z/2))/2", "relative difference ≤ 2⁻⁵⁴ e^(−z)", "σ(z)",
		"off 1/(n + 1), relative")
	for _, k := range []int{27, 41, 50, 55, 1000} {
		z, e := -math.Log(3)-float64(k)*math.Ln2, math.Ldexp(1.0/3, -k)
		by, want := (1+math.Tanh(z/2))/2, e/(1+e)
		shown := holds(fmt.Sprintf("%.4g > 0", by), by > 0)
		off := any(below(relative(by, want), math.Ldexp(3, k-54)))
		if k >= 55 {
			shown, off = same(by, 0), relative(by, want)
		}
		tab.row(z, k, shown, off, Sigmoid(z), below(relative(Sigmoid(z), want), -z*0x1p-52+1e-15))
	}
}

// tanhTwin returns the network with hidden tanh neurons that answers as net does.
func tanhTwin(net *Network) *Network {
	twin, L := net.Clone(), len(net.Sizes)-1
	twin.Hidden = tangent{}
	for l := 1; l <= L; l++ {
		for j, w := range twin.Weights[l] {
			for k := range w {
				if l > 1 { // behind hidden neurons
					w[k] /= 2
					twin.Biases[l][j] += w[k]
				}
				if l < L { // into a hidden neuron
					w[k] /= 2
				}
			}
			if l < L {
				twin.Biases[l][j] /= 2
			}
		}
	}
	return twin
}

// tanhNetworks compares the answers to 50 inputs.
func tanhNetworks(t *testing.T) {
	tab := newTable(t, "layers", "largest relative difference of answers to 50 inputs")
	for _, sizes := range [][]int{{4, 5, 3}, {4, 6, 5, 3}, {4, 3, 3, 3, 2}} {
		net := randomNetwork(13, SigmoidNeurons, sizes...)
		twin, worst := tanhTwin(net), 0.0
		for _, e := range randomExamples(13, 50, 4, 1) {
			worst = max(worst, apart(net.FeedForward(e.X), twin.FeedForward(e.X)))
		}
		tab.row(sizes, below(worst, 1e-14))
	}
}

// One fact ties Nielsen's chapter 3 together. Three pairs of output neurons and cost have δ^L = a − y: sigmoid with
// cross-entropy, softmax with log-likelihood, and linear with quadratic cost. Sigmoid neurons with quadratic cost do
// not. They have δ^L_j = (a_j − y_j) σ'(z_j), which is at most a quarter of a_j − y_j and nearly nothing where the
// neuron is saturated.
//
// Proof. Each of the three costs is of the form
//
//	C = A(z) − Σ_j y_j z_j + something that depends on y alone,   with ∂A/∂z_j = a_j.
//
// The derivative of this by z_j is a_j − y_j at once. Here is A for each pair, where all sums are over the outputs.
//
// Linear: a = z. Let A = ½ Σ z_j², with ∂A/∂z_j = z_j = a_j. Then ½ Σ (y_j − z_j)² = A − Σ y_j z_j + ½ Σ y_j².
//
// Sigmoid: let A = Σ ln(1 + e^(z_j)), with ∂A/∂z_j = e^(z_j)/(1 + e^(z_j)) = σ(z_j) = a_j. From a = e^z/(1 + e^z) and 1
// − a = 1/(1 + e^z) follows ln a = z − ln(1 + e^z) and ln(1 − a) = −ln(1 + e^z), and so
//
//	−[y ln a + (1 − y) ln(1 − a)] = −yz + (y + 1 − y) ln(1 + e^z) = ln(1 + e^z) − yz.
//
// Summed over the outputs this is A − Σ y_j z_j.
//
// Softmax: let A = ln Σ e^(z_i), with ∂A/∂z_j = e^(z_j)/Σ e^(z_i) = a_j. From ln a_j = z_j − A and Σ y_j = 1 follows −Σ
// y_j ln a_j = −Σ y_j z_j + A Σ y_j = A − Σ y_j z_j.
//
// Sigmoid with quadratic cost has ∂C/∂a_j = a_j − y_j, and δ_j = (a_j − y_j) σ'(z_j) by (BP1). With e = e^(−|z|) and σ'
// = e/(1 + e)² (TestBook3_SigmoidPrime), σ' is at least e/4 and below e, and at most 1/4.
func TestBook3_OneFact(t *testing.T) {
	t.Log("Claim: δ^L = a − y for sigmoid with cross-entropy, softmax with log-likelihood, linear with quadratic cost.")
	t.Log("Sigmoid with quadratic cost has σ'(z) times that.")
	t.Run("δ of each pairing: a − y for the three, something else for the others", oneFactErrors)
	t.Run("C = A(z) − Σ y_j z_j + a constant for the three, with ∂A/∂z_j = a_j", oneFactPotential)
	t.Run("what it costs: δ of a neuron that should answer 0 and is ever more wrong", oneFactSaturated)
}

// oneFactErrors compares Gradient with central differences of C, and with the product of (BP1). Then it compares the
// differences with a − y. For three pairings they are a − y. For the two others they are far from it. All numbers are
// relative differences of vectors.
func oneFactErrors(t *testing.T) {
	z, y := []float64{2, -1, 0.5, -3}, []float64{0, 0, 1, 0}
	tab := newTable(t, "pairing", "a − y", "δ by Gradient", "off differences", "off (BP1)", "differences off a − y")
	for _, pair := range pairings {
		net := New(pair.output, 1, 4)
		copy(net.Biases[1], z)
		numeric := numericGradient(net, pair.cost, []float64{0}, y).Biases[1]
		short := net.FeedForward([]float64{0})
		for j := range short {
			short[j] -= y[j]
		}
		delta := outputErrorAt(t, pair.output, pair.cost, z, y)
		product := outputErrorAt(t, pair.output, general{pair.cost}, z, y)
		isShort := within(0.1, apart(numeric, short), 1)
		if pair.cost != Quadratic || pair.output == LinearNeurons {
			isShort = below(apart(numeric, short), 1e-7)
		}
		tab.row(fmt.Sprintf("%v, %v", pair.output, pair.cost), fmt.Sprintf("%.3f", short), fmt.Sprintf("%.3f", delta),
			below(apart(delta, numeric), 1e-7), below(apart(delta, product), 1e-14), isShort)
	}
}

// oneFactPotential computes A from its definition, and C by the package. The constant is ½ Σ y_j² for linear neurons
// and 0 for the others.
func oneFactPotential(t *testing.T) {
	y := []float64{0.5, 0, 0.25, 0.25}
	tab := newTable(t, "pairing", "z", "C = A − Σ y_j z_j + constant", "constant", "∂A/∂z off a, relative")
	for _, pair := range []struct {
		name     string
		kind     Activation
		cost     Cost
		A        func(z []float64) float64
		constant float64
	}{
		{"linear, quadratic", LinearNeurons, Quadratic, halfOfSquares, halfOfSquares(y)},
		{"sigmoid, cross-entropy", SigmoidNeurons, CrossEntropy, sumOfSoftplus, 0},
		{"softmax, log-likelihood", SoftmaxLayer, LogLikelihood, logOfSum, 0},
	} {
		for _, z := range [][]float64{{2, -1, 0.5, -3}, {0, 0, 0, 0}, {-4, 3, 1, 2}} {
			a, slopes := make([]float64, 4), make([]float64, 4)
			pair.kind.Activate(a, z)
			for j := range z {
				slopes[j] = derivative(func(v float64) float64 {
					moved := slices.Clone(z)
					moved[j] = v
					return pair.A(moved)
				}, z[j], 1e-4)
			}
			tab.row(pair.name, z, near(pair.cost.Of(a, y), pair.A(z)-dot(y, z)+pair.constant, 1e-13), pair.constant,
				below(apart(slopes, a), 1e-8))
		}
	}
}

// halfOfSquares returns ½ Σ z_j².
func halfOfSquares(z []float64) float64 { return dot(z, z) / 2 }

// sumOfSoftplus returns Σ ln(1 + e^(z_j)).
func sumOfSoftplus(z []float64) (sum float64) {
	for _, z := range z {
		sum += math.Log(1 + math.Exp(z))
	}
	return sum
}

// logOfSum returns ln Σ e^(z_j).
func logOfSum(z []float64) float64 {
	sum := 0.0
	for _, z := range z {
		sum += math.Exp(z)
	}
	return math.Log(sum)
}

// oneFactSaturated: δ is z for a linear neuron and σ(z) for a sigmoid neuron with cross-entropy. Of two softmax outputs
// with z and 0 the first has e^z/(e^z + 1) = σ(z) too. With quadratic cost a sigmoid neuron has σ(z) σ'(z). At z = ln n
// these are n/(n + 1) and n²/(n + 1)³. By the proof σ'(z) is from e^(−z)/4 to e^(−z), so that σ'(z) e^z is from ¼ to 1.
func oneFactSaturated(t *testing.T) {
	tab := newTable(t, "z", "n", "linear: δ = z", "cross-entropy: δ = n/(n + 1)", "log-likelihood: the same",
		"quadratic: δ = n²/(n + 1)³", "σ'(z) e^z")
	for _, n := range []float64{1, 7, 148, 22026, 4e8} {
		z, off, want := math.Log(n), []float64{0}, n/(n+1)
		quadratic := outputErrorAt(t, SigmoidNeurons, Quadratic, []float64{z}, off)[0]
		cross := outputErrorAt(t, SigmoidNeurons, CrossEntropy, []float64{z}, off)[0]
		soft := outputErrorAt(t, SoftmaxLayer, LogLikelihood, []float64{z, 0}, []float64{0, 1})[0]
		linear := outputErrorAt(t, LinearNeurons, Quadratic, []float64{z}, off)[0]
		scaled := quadratic / cross * n
		tab.row(z, n, same(linear, z), near(cross, want, 1e-15), near(soft, want, 1e-15),
			near(quadratic, want*want/(n+1), 1e-14*want/n),
			holds(fmt.Sprintf("¼ ≤ %.10f < 1", scaled), scaled >= 0.25*(1-1e-14) && scaled < 1))
	}
}

// Hidden neurons that are alike. Claim: let two neurons i and j of hidden layer l have the same bias, the same weights
// to them, and the same weights from them, at the start and in the velocity. Then they stay alike, whatever the
// examples, the cost, η, λ, λ₁ and μ are. And n neurons that are all alike are worth one: the network answers as one
// that has a single neuron in their place, with n times the weight to each neuron of the next layer. This holds for
// neurons that answer a = f(z), with one f for the whole layer.
//
// Proof. Alike: the weighted inputs are the same, z_i = Σ_k w_ik a_k + b_i = z_j, and with them a_i = f(z_i) = a_j. On
// the way back, (BP2) makes δ_i = (Σ_q w_qi δ_q) f'(z_i), with q for the neurons of layer l + 1. The weights w_qi and
// w_qj are the same, so that δ_i = δ_j. By (BP3) and (BP4) the derivatives by b_i and w_ik, δ_i and a_k δ_i, are those
// by b_j and w_jk, and the derivative by w_qi, a_i δ_q, is that by w_qj. The decays (λ/n) w and (λ₁/n) sgn(w) are the
// same for weights that are the same, and so is what μ keeps of velocities that are the same. So all that a step
// changes of i, it changes of j in the same way. They are alike after it, and by induction after every step.
//
// Worth one: to the weighted input of neuron q the n neurons add Σ_j w_qj a_j = (n w_q1) a_1.
//
// One hidden neuron cannot do XOR. Its answer a_1 rises or falls with u = w·x + b, or does neither; so does the output
// with a_1. So the inputs with an output above 1/2 are those on one side of a line in the plane of x, and no line has
// (0, 1) and (1, 0) on one side, (0, 0) and (1, 1) on the other: the two pairs have the same midpoint. At most three of
// the four answers are right.
func TestBook3_HiddenNeuronsAlike(t *testing.T) {
	t.Log("Claim: hidden neurons with the same weights and bias, to them and from them, stay alike for ever.")
	t.Log("All of a layer together are worth one neuron.")
	t.Run("alike to the last bit after 40 steps, and worth one", hiddenAlikeForEver)
	t.Run("four hidden neurons that are alike never do XOR; with 0.1 more in one bias they do", hiddenAlikeXOR)
	t.Run("fails if the weights from them differ: they part in the first step", hiddenAlikeFrom)
}

// hiddenAlike returns a random network whose neurons in layer l are all as its first.
func hiddenAlike(output Activation, l int, sizes ...int) *Network {
	net := randomNetwork(3, output, sizes...)
	for j := range net.Weights[l] {
		net.Biases[l][j] = net.Biases[l][0]
		copy(net.Weights[l][j], net.Weights[l][0])
		for _, w := range net.Weights[l+1] {
			w[j] = w[0]
		}
	}
	return net
}

// hiddenAlikeApart returns the largest difference between numbers of a neuron of layer l and those of its first.
func hiddenAlikeApart(net *Network, l int) (apart float64) {
	for j, w := range net.Weights[l] {
		apart = max(apart, math.Abs(net.Biases[l][j]-net.Biases[l][0]))
		for k := range w {
			apart = max(apart, math.Abs(w[k]-net.Weights[l][0][k]))
		}
		for _, w := range net.Weights[l+1] {
			apart = max(apart, math.Abs(w[j]-w[0]))
		}
	}
	return apart
}

// hiddenAlikeAsOne returns the network with one neuron in the place of those of layer l.
func hiddenAlikeAsOne(net *Network, l int) *Network {
	one, n := net.Clone(), float64(net.Sizes[l])
	one.Sizes[l], one.Weights[l], one.Biases[l] = 1, one.Weights[l][:1], one.Biases[l][:1]
	for j, w := range one.Weights[l+1] {
		one.Weights[l+1][j] = []float64{n * w[0]}
	}
	return one
}

// hiddenAlikeForEver makes the steps by Gradient, for SGD refuses such networks.
func hiddenAlikeForEver(t *testing.T) {
	tab := newTable(t, "pairing", "layers", "alike", "moved by", "apart", "answers off those of one neuron")
	for _, pair := range pairings {
		for i, sizes := range [][]int{{3, 3, 2}, {3, 4, 5, 2}} {
			l := i + 1
			start, data := hiddenAlike(pair.output, l, sizes...), randomExamples(2, 9, 3, 2)
			s := SGD{Cost: pair.cost, Eta: 0.1, BatchSize: 3, Lambda: 1, Lambda1: 0.5, Momentum: 0.5}
			net, v := start, New(nil, sizes...)
			for step := range 40 {
				net, v = literal(t, &s, net, v, data, s.Order(9, step)[:3])
			}
			off, one := 0.0, hiddenAlikeAsOne(net, l)
			for _, e := range data {
				off = max(off, apart(net.FeedForward(e.X), one.FeedForward(e.X)))
			}
			tab.row(pair.name, sizes, fmt.Sprint("layer ", l), within(0.1, distance(net, start), 2),
				same(hiddenAlikeApart(net, l), 0), below(off, 1e-14))
		}
	}
}

// hiddenAlikeXOR counts the right answers after each of 400 steps on all four examples.
func hiddenAlikeXOR(t *testing.T) {
	var data Examples
	for _, x := range binaryInputs(2) {
		data = append(data, Example{x, []float64{math.Abs(x[0] - x[1])}})
	}
	tab := newTable(t, "apart", "after 400 steps", "right answers, the most of all steps")
	for _, bias := range []float64{0, 0.1} {
		net, v := hiddenAlike(SigmoidNeurons, 1, 2, 4, 1), New(nil, 2, 4, 1)
		net.Biases[1][0] += bias
		s, before, most := SGD{Cost: CrossEntropy, Eta: 4, BatchSize: 4}, hiddenAlikeApart(net, 1), 0
		for range 400 {
			net, v = literal(t, &s, net, v, data, []int{0, 1, 2, 3})
			most = max(most, Correct(net, data))
		}
		after, right := same(hiddenAlikeApart(net, 1), 0), below(float64(most), 3)
		if bias > 0 {
			after, right = within(1, hiddenAlikeApart(net, 1), 100), same(most, 4)
		}
		tab.row(before, after, right)
	}
}

// hiddenAlikeFrom has three neurons with weights 0 to them, and 1, 2 and 3 from them to the one output. By (BP2) δ_j is
// the weight from j, times a factor that all three share. So after one step the weights to them are as 1 to 2 to 3.
func hiddenAlikeFrom(t *testing.T) {
	net, s := New(SigmoidNeurons, 2, 3, 1), SGD{Cost: CrossEntropy, Eta: 0.5, BatchSize: 1}
	copy(net.Weights[2][0], []float64{1, 2, 3})
	takeStep(t, &s, net, Examples{{[]float64{1, -2}, []float64{0}}}, 0)
	tab := newTable(t, "neuron", "w_j0", "w_j0/w_00", "w_j1/w_01")
	first := net.Weights[1][0]
	for j, w := range net.Weights[1] {
		want := float64(j + 1)
		tab.row(j, holds(text(w[0])+" ≠ 0", w[0] != 0), near(w[0]/first[0], want, 1e-15*want),
			near(w[1]/first[1], want, 1e-15*want))
	}
}

// When a network does not learn. Six slips keep it from reading digits. Each shows by a figure, and without it the
// network reads. Three things are proved:
//
// Inputs s times as large are weights of layer 1 s times as large, learnt with s²η. For z_j = Σ_k w_jk (s x_k) + b_j is
// Σ_k w'_jk x_k + b_j with w' = sw. By (BP4) ∂C/∂w_jk = s x_k δ_j = s ∂C/∂w'_jk, so that a step makes w − ηs ∂C/∂w' of
// w, and w' − ηs² ∂C/∂w' of w'. With pixels from 0 to 255 the neurons start saturated, and each step is 65,025 times
// too large for them.
//
// Labels that have nothing to do with the pictures teach only how frequent they are. Let a label be j with probability
// p_j, whatever the picture is. Then for any answer a the cross-entropy of output j is p_j(−ln a_j) + (1 − p_j)(−ln(1 −
// a_j)) on average, which is H(p_j) or more (Exercise 3.1). So the mean cost of new examples is at least Σ_j H(p_j),
// for ten labels alike 10 H(1/10) = 3.25, and one answer in ten is right.
//
// An epoch of n examples has n/m steps. If all examples agree, a step leaves 1 − η of the error
// (TestBook1_OnlineLearning): the epoch leaves (1 − η)^(n/m), and with m = n hardly less than all.
//
// The rest is measured: η that is too large or too small, and too few examples. Too many layers are in
// TestBook5_VanishingGradients, weights that are too large in TestBook3_ScaledWeights, hidden neurons that are alike in
// TestBook3_HiddenNeuronsAlike, and quadratic cost at saturated outputs in Exercise 3.2.
func TestBook3_WhenItDoesNotLearn(t *testing.T) {
	t.Log("Claim: six slips keep a network from reading digits. Each shows by a figure; without it the network reads.")
	t.Run("inputs s times as large are first weights s times as large, learnt with s²η", doesNotLearnScaled)
	t.Run("each slip, and the run without any", doesNotLearnSlips)
}

// doesNotLearnScaled takes three steps with inputs three times as large, and three with such weights of layer 1. As one
// SGD has one η for all layers, each of these is made twice, with η and with s²η, and has layer 1 from the second.
func doesNotLearnScaled(t *testing.T) {
	const s, eta = 3.0, 0.2
	tab := newTable(t, "step", "weights of layer 1: sw off w', relative", "all others", "layer 1 moved by")
	data := randomExamples(7, 3, 4, 2)
	large := slices.Clone(data)
	for i, e := range data {
		large[i].X = make([]float64, len(e.X))
		for k := range e.X {
			large[i].X[k] = s * e.X[k]
		}
	}
	start := randomNetwork(7, SigmoidNeurons, 4, 3, 2)
	timesFirst := func(net *Network) *Network {
		net = net.Clone()
		for _, w := range net.Weights[1] {
			for k := range w {
				w[k] *= s
			}
		}
		return net
	}
	byInputs, byWeights := start.Clone(), timesFirst(start)
	for step := range 3 {
		sgd := SGD{Cost: CrossEntropy, Eta: eta, BatchSize: 3}
		takeStep(t, &sgd, byInputs, large, 0, 1, 2)
		fast := byWeights.Clone()
		takeStep(t, &sgd, byWeights, data, 0, 1, 2)
		sgd.Eta *= s * s
		takeStep(t, &sgd, fast, data, 0, 1, 2)
		byWeights.Weights[1] = fast.Weights[1]
		first := slices.Concat(byInputs.Weights[1]...)
		moved := apart(first, slices.Concat(start.Weights[1]...))
		twin := timesFirst(byInputs)
		tab.row(step+1, below(apart(slices.Concat(twin.Weights[1]...), slices.Concat(byWeights.Weights[1]...)), 1e-14),
			below(distance(behind(twin, 1), behind(byWeights, 1)), 1e-14), within(1e-3, moved, 1))
	}
}

// A slip is one way to keep a network from reading. It is data too: digits, some of which have it.
type slip struct {
	Digits
	name      string
	train, m  int // digits to learn from, mini-batch
	eta, ink  float64
	shuffled  bool // whether the labels are those of other digits
	reads     func(learnt, others float64) check
	cost      func(cost float64) check
	saturated func(share float64) check
}

// Example is that of the digits, with the slip.
func (s slip) Example(i int, x, y []float64) {
	s.Digits.Example(i, x, y)
	for k := range x {
		x[k] *= s.ink // which is 1 for black
	}
	if s.shuffled {
		clear(y)
		y[i*7919%1009%10] = 1 // as good as drawn
	}
}

// doesNotLearnSlips trains 784-20-10 on drawn digits, 5000 in all, and reads 500 others. A share of 500 that is 0.1 by
// chance strays by √(0.1 · 0.9/500) = 0.013; it may be four times that away. A hidden neuron is saturated where σ' <
// 0.01. The cost of a start is measured by a run whose η is next to nothing.
func doesNotLearnSlips(t *testing.T) {
	all := DrawDigits(1500, 6)
	any := func(x float64) check { return holds(fmt.Sprintf("%.4g", x), true) }
	atMost := func(bound float64) func(float64) check {
		return func(x float64) check { return below(x, bound) }
	}
	chance := func(_, others float64) check { return within(0.1-0.054, others, 0.1+0.054) }
	tab := newTable(t, "slip", "digits", "m", "η", "reads, of those it learns from", "of 500 others", "their mean cost",
		"hidden neurons saturated")
	start := slipRun(t, tab, all, slip{name: "η too small", train: 1000, m: 10, eta: 1e-4, ink: 1,
		reads: chance, cost: any, saturated: atMost(0.01)})
	slipRun(t, tab, all, slip{name: "none", train: 1000, m: 10, eta: 0.5, ink: 1,
		reads: func(learnt, others float64) check { return within(0.85, others, learnt) },
		cost:  atMost(start / 5), saturated: atMost(0.5)})
	slipRun(t, tab, all, slip{name: "pixels from 0 to 255", train: 1000, m: 10, eta: 0.5, ink: 255,
		reads: chance, cost: any, saturated: func(x float64) check { return within(0.95, x, 1.01) }})
	slipRun(t, tab, all, slip{name: "η too large", train: 1000, m: 10, eta: 100, ink: 1,
		reads: chance, cost: func(x float64) check { return within(10*start, x, 1e4) },
		saturated: func(x float64) check { return within(0.95, x, 1.01) }})
	slipRun(t, tab, all, slip{name: "mini-batches of all", train: 1000, m: 1000, eta: 0.5, ink: 1,
		reads: func(_, others float64) check { return below(others, 0.6) }, cost: any, saturated: atMost(0.01)})
	slipRun(t, tab, all, slip{name: "labels of other digits", train: 1000, m: 10, eta: 0.5, ink: 1, shuffled: true,
		reads: chance, cost: func(x float64) check { return within(10*BinaryEntropy(0.1), x, start) },
		saturated: atMost(0.5)})
	slipRun(t, tab, all, slip{name: "too few digits", train: 20, m: 10, eta: 0.5, ink: 1,
		reads: func(learnt, others float64) check {
			return holds(fmt.Sprintf("%v of all, %v", learnt, others), learnt == 1 && others < 0.7)
		}, cost: any, saturated: atMost(0.5)})
}

// slipRun trains with a slip, fills a row, and returns the mean cost of the other digits.
func slipRun(t *testing.T, tab *table, all Digits, s slip) (cost float64) {
	others := s
	s.Digits, others.Digits = all.Slice(500, 500+s.train), all.Slice(0, 500)
	net, sgd := New(SigmoidNeurons, 784, 20, 10), SGD{Cost: CrossEntropy, Eta: s.eta, BatchSize: s.m}
	net.InitScaled(1)
	for epoch := range 5000 / s.train {
		if _, err := sgd.Epoch(net, s, epoch); err != nil {
			t.Fatal(err)
		}
	}
	saturated := 0.0
	for i := range others.Len() {
		x, y := make([]float64, 784), make([]float64, 10)
		others.Example(i, x, y)
		z, _ := net.Activations(x)
		cost += CrossEntropy.OfZ(z[2], y) / 500
		for _, z := range z[1] {
			saturated += Step(0.01-SigmoidPrime(z)) / (500 * 20)
		}
	}
	learnt, read := float64(Correct(net, s))/float64(s.train), float64(Correct(net, others))/500
	tab.row(s.name, s.train, s.m, s.eta, learnt, s.reads(learnt, read), s.cost(cost), s.saturated(saturated))
	return cost
}

// What these tests share.

// matrix returns rows × cols zeros.
func matrix(rows, cols int) [][]float64 {
	m := make([][]float64, rows)
	for i := range m {
		m[i] = make([]float64, cols)
	}
	return m
}

// times returns the matrix product of m and n.
func times(m, n [][]float64) [][]float64 {
	product := matrix(len(m), len(n[0]))
	for i := range m {
		for j := range n[0] {
			for k := range n {
				product[i][j] += m[i][k] * n[k][j]
			}
		}
	}
	return product
}

// transpose returns mᵀ. The transpose of one row is a column.
func transpose(m [][]float64) [][]float64 {
	turned := matrix(len(m[0]), len(m))
	for i := range m {
		for j := range m[i] {
			turned[j][i] = m[i][j]
		}
	}
	return turned
}
