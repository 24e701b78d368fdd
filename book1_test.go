package nndl

import (
	"fmt"
	"math"
	"math/bits"
	"os"
	"testing"
)

// These are the exercises and problems of chapter 1 of Nielsen's "Neural Networks and Deep Learning" that Sikdar's text
// leaves out or only uses; book2_test.go to book6_test.go go on with the other chapters. The files are made as
// exercises_test.go is, whose helpers they share.
//
//	go test -v -run Book1

// Gradient descent when C is a function of one variable v. Claim: if C″ is bounded and η is small, the step Δv = −η
// C'(v) goes downhill, to the left where C rises and to the right where it falls, and ends in the valley in which it
// starts.
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
	t.Log("Claim: in one variable Δv = −η C'(v) goes downhill, into the valley where it starts, if η C″ is small.")
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
// 1/5 = 0. For v from 0 to 13, f < 3 there, so that C has a valley where f is largest and a hilltop where f is least.
// C' is 0 too where f = 3, which is the deepest valley, C = 0.
var oneVariableWaves = bent{1, 0, func(v float64) float64 { return math.Sin(v) + v/5 },
	func(v float64) float64 { return math.Cos(v) + 0.2 }}

// The lowest point of the first valley of oneVariableWaves for v > 0, the hilltop behind it and the second valley. The
// deepest valley is at oneVariableDeepest, the first v > 0 with f(v) = 3.
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
// valley and the hilltop. At the lowest point of the second valley C″ is |f − 3| |f″| = 0.41 · 0.98 = 0.4, and η C″ =
// 0.6 < 1, so that near it the steps close in.
func oneVariableTooFar(t *testing.T) {
	first := oneVariableSteps(t, oneVariableWaves, 3, 0, 1.5, 1)
	v, beyond := oneVariablePath(t, 0, oneVariableFirst, 1.5)
	tab := newTable(t, "η", "first step, past the hilltop", "to v", "second valley off by", "beyond the first valley")
	tab.row(1.5, within(oneVariableHill, first, oneVariableSecond), fmt.Sprintf("%.6f", v),
		below(math.Abs(v-oneVariableSecond), 1e-9), within(oneVariableSecond-oneVariableFirst-1e-6, beyond, 7))
}

// Online learning, mini-batches of m = 1, against larger ones. Its advantage: an epoch of n examples has n/m steps, so
// with m = 1 the most. Its disadvantage: noise. Claim: the gradient of a random mini-batch is the full gradient on
// average, and its mean square distance from the full gradient is, for n ≥ 2,
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
	t.Log("Claim: where m divides n, mini-batches of m have 1/m of the steps of online learning (m = 1), and the part\n" +
		"(n − m)/(m(n − 1)) of its variance, about 1/m for m far below n.")
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
		"with η = 3 it reads, at most", "mean σ'(z) of wrong outputs then", "with η = 0.5 and N(0, 1/n)")
	net := noHiddenLayerNetwork((*Network).InitScaled, 1, 784, 10)
	prime := noHiddenLayerWrongPrime(net, lesson.test.Slice(0, 50))
	good := lesson.read(t, net.Clone(), Quadratic, 0.5)
	read := lesson.read(t, net, Quadratic, 3)
	tab.row("N(0, 1/n)", within(0.15, prime, 0.25), lesson, below(read, good),
		within(0, noHiddenLayerWrongPrime(net, lesson.test.Slice(0, 500)), 0.12), good)
	net = noHiddenLayerNetwork((*Network).InitLarge, 1, 784, 10)
	prime = noHiddenLayerWrongPrime(net, lesson.test.Slice(0, 50))
	read = lesson.read(t, net, Quadratic, 3)
	tab.row("N(0, 1)", within(0, prime, 0.1), lesson, below(read, good-0.1),
		within(0, noHiddenLayerWrongPrime(net, lesson.test.Slice(0, 500)), 0.12), good)
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
