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

// These are the exercises and problems of the book's chapter 3, on better ways to learn, that Sikdar's text leaves out
// or only uses.
//
//	go test -v -run Book3

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
	t.Run("errors of 1, 100 and 10⁶ are halved in as many steps, ln 2/−ln(1 − η) rounded up", linearOutputsHalving)
	t.Run("sigmoid neurons instead: quadratic cost takes about (e^z + 3z + 2½)/η steps", sigmoidOutputsSlowdown)
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
// outputs stay the same to the last bit if no sum is rounded, as here. A third z = −30 beside 1 and 2 adds e^(−30) to S
// = e + e², relatively 9e-15. This still shows. A third z = −50 adds 2e-23, which is rounded away, as if there were no
// third output.
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
	t.Run("fails in floating point: of two, a_j has ever fewer digits from 708 below the larger z on, and is 0 from 746 on",
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
	t.Log("With weights from N(0, 1) it has √(n/2 + 1): for n = 1000 most neurons start beyond ±5, where σ is flat.")
	t.Run("weights from N(0, 1/n): √(3/2) for n = 1000, 100, 10 and 2", scaledWeightsHalf)
	t.Run("weights from N(0, 1): it depends on n, √501 for n = 1000 and √51 for n = 100", scaledWeightsLarge)
	t.Run("fails for other inputs: √2 if all of them are 1, √1.01 if 1 of 100 is 1", scaledWeightsOthers)
}

// scaledWeightsTable returns the table that scaledWeightsRow fills.
func scaledWeightsTable(t *testing.T) *table {
	return newTable(t, "weights from", "n", "inputs that are 1", "N", "s by the claim", "s measured, ± 2.5%", "u",
		"share of |z| > u", "erfc(u/(s√2))", "difference ≤ 4√(p(1 − p)/N) + 1/N")
}

// scaledWeightsRow draws the weights of N neurons and measures the standard deviation s of their z, and the share p
// that has |z| > u. The measured s strays from the true one by about s/√(2N), which is 1% for N = 5000 and 1.6% for
// 2000, and the share by about √(p(1 − p)/N).
func scaledWeightsRow(tab *table, weights string, init func(*Network, uint64), n, ones int, variance, u float64) {
	x, far, neurons := make([]float64, n), 0, 2_000_000/max(n, 400)
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
	s, want := norm(z)/math.Sqrt(float64(neurons)), math.Sqrt(variance)
	share, p := float64(far)/float64(neurons), math.Erfc(u/want/math.Sqrt2)
	N := float64(neurons)
	tab.row(weights, n, ones, neurons, fmt.Sprintf("√%v = %.4f", variance, want), within(0.975*want, s, 1.025*want), u,
		share, p, below(math.Abs(share-p), 4*math.Sqrt(p*(1-p)/N)+1/N))
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

// Regularisation and the first weights. The book asks to argue that L2 regularisation sometimes makes of weights from
// N(0, 1) something like those from N(0, 1/n): that if λ is not too small the first epochs are mostly decay; that if ηλ
// ≪ n it is by e^(−ηλ/m) in an epoch; and that if λ is not too large it tails off where weights are about 1/√N, N their
// number. Claim: the second is so, between bounds. The first is so for the length of w, but not always for how far w is
// moved. The third is not: where it tails off depends on λ, and weights that no example holds are not held at all.
//
// The second. Where ∂C/∂w = 0 for every example, a step multiplies w by 1 − x with x = ηλ/n, and an epoch by (1 −
// x)^(n/m). From 1 + u ≤ e^u, with u = −x and with u = x/(1 − x), for which 1 + u = 1/(1 − x), follows e^(−x/(1 − x)) ≤
// 1 − x ≤ e^(−x), and so
//
//	e^(−(ηλ/m)/(1 − ηλ/n)) ≤ (1 − ηλ/n)^(n/m) ≤ e^(−ηλ/m).
//
// For ηλ ≪ n both sides are alike. In digits such weights are those of the pixels that are paper in all of them, a_k =
// 0 in (BP4). They decay so for ever, past 1/√N and every other size.
//
// The third. At the end of training, where C + (λ/2n) Σ w² is least, its derivative is 0: w = −(n/λ) ∂C/∂w. So 1/λ says
// how large a weight is that has a given ∂C/∂w. How large may they be at most? With all weights 0 and the best biases
// the cost is some C_0. So the least (λ/2n) Σ w² ≤ C + (λ/2n) Σ w² ≤ C_0, and the root of the mean of w² is at most
// √(2nC_0/λ)/√N. That is 1/√N times a number: for the book's n = 50,000 and λ = 5, with ten outputs that are each right
// for a tenth of the digits, C_0 = 10 H(1/10) = 3.25, and the number is 255.
func TestBook3_DecayOfTheFirstWeights(t *testing.T) {
	t.Log("Claim: without a gradient an epoch leaves e^(−ηλ/m) of a weight; where the decay ends depends on λ.")
	t.Run("the weights of pixels without ink, between the bounds, 60 epochs long", decayOfPaper)
	t.Run("the first epoch: length of w as by decay alone; how far it is moved, by decay only if ηλ/m is not small",
		decayInTheFirstEpoch)
	t.Run("the book errs: where the decay tails off depends on λ, and 1/√N is no law", decayTailsOff)
}

// decayLesson returns drawn digits, a network with weights from N(0, 1), and which of its pixels have ink in a digit.
func decayLesson(n int) (digits Digits, net *Network, inked []bool) {
	digits, net, inked = DrawDigits(n, 1), New(SigmoidNeurons, Side*Side, 30, 10), make([]bool, Side*Side)
	net.InitLarge(1)
	for i, p := range digits.Pixels {
		inked[i%len(inked)] = inked[i%len(inked)] || p > 0
	}
	return digits, net, inked
}

// decayEpochs trains so many epochs.
func decayEpochs(t *testing.T, s SGD, net *Network, digits Data, epochs int) {
	t.Helper()
	for epoch := range epochs {
		if _, err := s.Epoch(net, digits, epoch); err != nil {
			t.Fatal(err)
		}
	}
}

// rootOfMeanSquare returns the root of the mean of w² over the weights of layer 1 that are of the pixels asked for.
func rootOfMeanSquare(net *Network, inked []bool, want bool) float64 {
	sum, number := 0.0, 0.0
	for _, w := range net.Weights[1] {
		for k := range w {
			if inked[k] == want {
				sum, number = sum+w[k]*w[k], number+1
			}
		}
	}
	return math.Sqrt(sum / number)
}

func decayOfPaper(t *testing.T) {
	tab := newTable(t, "η", "λ", "epochs", "left of these weights = (1 − ηλ/n)^(60n/m)", "bounds, of one epoch", "1/√N")
	for _, s := range []SGD{{Eta: 0.5, Lambda: 2}, {Eta: 0.1, Lambda: 0.5}} {
		const n, m, epochs = 50, 10, 60
		s.Cost, s.BatchSize = CrossEntropy, m
		digits, net, inked := decayLesson(n)
		before := rootOfMeanSquare(net, inked, false)
		decayEpochs(t, s, net, digits, epochs)
		left, rate := rootOfMeanSquare(net, inked, false)/before, s.Eta*s.Lambda/m
		want := math.Pow(1-s.Eta*s.Lambda/n, epochs*n/m)
		tab.row(s.Eta, s.Lambda, epochs, near(left, want, 1e-12*want), within(math.Exp(-rate/(1-s.Eta*s.Lambda/n)),
			math.Pow(left, 1.0/epochs), math.Exp(-rate)), 1/math.Sqrt(30*784+10*30))
	}
}

// decayInTheFirstEpoch compares two lengths: of the change that decay alone would make, and of the rest of the change.
// With MNIST_DIR set there is a row of the book's own example, 50,000 digits with η = 0.1 and λ = 5. There the first
// epoch is not mostly decay.
func decayInTheFirstEpoch(t *testing.T) {
	tab := newTable(t, "n", "η", "λ", "ηλ/m", "‖w‖ after = by decay alone, to 2%", "‖rest‖/‖decay‖")
	row := func(digits Data, net *Network, eta, lambda float64, mostly bool) {
		first, n := net.Clone(), float64(digits.Len())
		decayEpochs(t, SGD{Cost: CrossEntropy, Eta: eta, BatchSize: 10, Lambda: lambda}, net, digits, 1)
		keep := math.Pow(1-eta*lambda/n, n/10)
		decay, rest := 0.0, 0.0
		for l := 1; l <= 2; l++ {
			for j := range net.Weights[l] {
				for k, w := range first.Weights[l][j] {
					decay += math.Pow((1-keep)*w, 2)
					rest += math.Pow(net.Weights[l][j][k]-keep*w, 2)
				}
			}
		}
		ratio := math.Sqrt(rest / decay)
		is := holds(fmt.Sprintf("%.4f > 1", ratio), ratio > 1)
		if mostly {
			is = below(ratio, 0.5)
		}
		size := math.Sqrt(halfSquares(net) / halfSquares(first))
		tab.row(digits.Len(), eta, lambda, eta*lambda/10, near(size, keep, 0.02*keep), is)
	}
	for _, lambda := range []float64{20, 0.2} {
		digits, net, _ := decayLesson(100)
		row(digits, net, 0.1, lambda, lambda == 20)
	}
	if dir := os.Getenv("MNIST_DIR"); dir != "" {
		train, _, _, err := ReadMNIST(dir)
		if err != nil {
			t.Fatal(err)
		}
		_, net, _ := decayLesson(1)
		row(train, net, 0.1, 5, false)
	}
}

// decayTailsOff trains until decay and gradient are in balance: two more epochs change the length of w by less than 5%,
// where decay alone would by 10% or more. All ten kinds of digit are as many, so that C_0 = 10 H(1/10).
func decayTailsOff(t *testing.T) {
	const n, m, eta = 50, 5, 0.25
	against := newTable(t, "λ four times as large: it tails off at a size more than four times smaller")
	tab := newTable(t, "λ", "epochs", "two more change it by", "by decay alone", "tails off at", "times √784",
		"times √N", "Σ w² ≤ 2nC_0/λ")
	var ends []float64
	for _, test := range []struct {
		lambda float64
		epochs int
	}{{2, 50}, {4, 40}, {8, 40}} {
		digits, net, inked := decayLesson(n)
		s := SGD{Cost: CrossEntropy, Eta: eta, BatchSize: m, Lambda: test.lambda}
		decayEpochs(t, s, net, digits, test.epochs)
		before := rootOfMeanSquare(net, inked, true)
		decayEpochs(t, s, net, digits, 2)
		end := rootOfMeanSquare(net, inked, true)
		ends = append(ends, end)
		tab.row(test.lambda, test.epochs, below(math.Abs(end/before-1), 0.05),
			1-math.Pow(1-eta*test.lambda/n, 2*n/m), end, end*math.Sqrt(784), end*math.Sqrt(30*784+10*30),
			below(2*halfSquares(net), 2*n*10*BinaryEntropy(0.1)/test.lambda))
	}
	against.row(below(ends[2], ends[0]/4))
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
	numeric := regularisedSlopes(net, data, penalty)
	each(numeric, numeric, func(slope, _ *float64) { *slope = -*slope })
	plain := stepOn(t, net, CrossEntropy, data, 1, all...)
	s.Cost, s.Eta, s.BatchSize = CrossEntropy, 1, 5
	step := net.Clone()
	takeStep(t, &s, step, data, all...)
	each(step, net, func(p, q *float64) { *p -= *q })
	biases := apart(slices.Concat(step.Biases...), slices.Concat(plain.Biases...))
	tab.row(parameter, below(distance(step, numeric), 1e-7), below(biases, 0))
}

// regularisedSlopes returns the slopes of C + (1/n) Σ penalty(w) by central differences.
func regularisedSlopes(net *Network, data Examples, penalty func(w float64) float64) *Network {
	n := float64(len(data))
	return differences(net, 1e-4, func(net *Network) (c float64) {
		for _, e := range data {
			c += CrossEntropy.Of(net.FeedForward(e.X), e.Y) / n
		}
		for _, w := range slices.Concat(slices.Concat(net.Weights...)...) {
			c += penalty(w) / n
		}
		return c
	})
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
// what is at most half the smallest number that it has. (With the factor ½ a weight comes to that; with 0.9 it stops
// above.) With momentum a weight can even pass 0: with ηλ/n = ½ and μ = ½, w = 1 becomes ½, then 0, then −¼.
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
	t.Log("Claim: without momentum L2 regularisation multiplies every weight by 1 − ηλ/n in each step, beside what the\n" +
		"examples add, and leaves the biases alone.")
	t.Log("For 0 < ηλ < n a large weight loses more by it than a small one, and none becomes 0 by it, but for underflow.")
	t.Run("by hand: η = 0.5, λ = 0.4, n = 2, so that each weight loses a tenth", l2ByHand)
	t.Run("the same with momentum μ = ½: the decay goes to the velocity", l2WithMomentum)
	t.Run("it makes no weight 0: after 1000 steps (1 − ηλ/n)^1000 of it is left", l2NeverZero)
	t.Run("a weight becomes 0 all the same: by underflow, with momentum, or where the examples want 0", l2Zero)
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
// so that the factor 1 − η(1 + λ/n) is 0. With momentum, w = 1 has v = −½ and then ½ · (−½) − ½ · ½ = −½.
func l2Zero(t *testing.T) {
	tab := newTable(t, "examples", "η", "λ/n", "steps", "w")
	tab.row("silent", 0.5, 1, 1077, same(shrunk(t, SGD{Eta: 0.5, Lambda: 2}, 1077, 8)[0], math.SmallestNonzeroFloat64))
	tab.row("silent", 0.5, 1, 1078, same(shrunk(t, SGD{Eta: 0.5, Lambda: 2}, 1078, 8)[0], 0))
	net, s := oneNeuron(LinearNeurons, 0, 8), SGD{Cost: Quadratic, Eta: 0.5, BatchSize: 2, Lambda: 2}
	takeStep(t, &s, net, Examples{{[]float64{1}, []float64{0}}, {[]float64{-1}, []float64{0}}}, 0, 1)
	tab.row("want w = 0", 0.5, 1, 1, same(net.Weights[1][0][0], 0))
	tab.row("silent, μ = ½, from w = 1", 0.5, 1, 2, same(shrunk(t, SGD{Eta: 0.5, Lambda: 2, Momentum: 0.5}, 2, 1)[0], 0))
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
	t.Log("Claim: without momentum L1 regularisation moves every weight but 0 by d = ηλ₁/n towards 0 in each step,\n" +
		"past 0 if |w| < d.")
	t.Log("The biases are left alone. L2 with λ = λ₁ moves w ≠ 0 by more where |w| > 1 and by less where |w| < 1.")
	t.Run("by hand: η = 0.5, λ₁ = 0.4, n = 2, so that each weight loses 0.1", l1ByHand)
	t.Run("the same with momentum μ = ½: the decay goes to the velocity", l1WithMomentum)
	t.Run("against L2 with the same λ: it takes less where |w| > 1, more where |w| < 1", l1AgainstL2)
	t.Run("near 0: a weight below ηλ₁/n overshoots, to and fro; a multiple of it reaches 0 and rests", l1Overshoots)
	t.Run("a step goes down C + (λ₁/n) Σ |w|, by central differences; biases as without λ₁", l1Slopes)
	t.Run("λ, λ₁ and μ together: the second step, by central differences", l1WithAll)
	t.Run("against examples that want w = y, |y| > λ₁/n, it ends nearer to 0 by λ₁/n", l1Balance)
	t.Run("against examples that want w = y, 0 < |y| < λ₁/n, it swings about 0, within 2ηλ₁/n", l1Swings)
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
		order := "the same"
		if w > 1 {
			order = "less"
		} else if w < 1 {
			order = "more"
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

// l1WithAll has λ = 0.5, λ₁ = 0.3, and μ = 0 or 0.7. The second of two steps must be μ times the first, less η times the
// slopes of C + (λ/2n) Σ w² + (λ₁/n) Σ |w| where it begins. A bias has no penalty.
func l1WithAll(t *testing.T) {
	net, data, all := randomNetwork(12, SigmoidNeurons, 3, 6, 2), randomExamples(12, 5, 3, 2), []int{0, 1, 2, 3, 4}
	tab := newTable(t, "μ", "the second step is off μ(the first) − η(slopes) by", "it moved by")
	for _, mu := range []float64{0, 0.7} {
		s := SGD{Cost: CrossEntropy, Eta: 0.8, BatchSize: 5, Lambda: 0.5, Lambda1: 0.3, Momentum: mu}
		one := net.Clone()
		takeStep(t, &s, one, data, all...)
		two, want := one.Clone(), one.Clone()
		takeStep(t, &s, two, data, all...)
		each(want, net, func(p, q *float64) { *p += mu * (*p - *q) })
		slopes := regularisedSlopes(one, data, func(w float64) float64 { return 0.25*w*w + 0.3*math.Abs(w) })
		each(want, slopes, func(p, slope *float64) { *p -= 0.8 * *slope })
		tab.row(mu, below(distance(two, want), 1e-7), within(0.05, distance(two, one), 1))
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

// L1 regularisation on digits: the chapter's problem asks for a λ₁ with which a network reads better than without.
// Claim: with weights from N(0, 1) and few digits there is one, which is measured, with a margin of four standard
// deviations; and a weight from a pixel that is paper in every training digit loses ηλ₁/n in every step, until it is
// nearer to 0 than that.
//
// The last is proved: by BP4 such a weight w has ∂C/∂w = a_k δ_j = 0, and then the test of L1 regularisation says what
// its steps are. After T steps |w| is |w₀| − Tηλ₁/n where this is above ηλ₁/n, and otherwise at most ηλ₁/n. Such
// weights say nothing but noise on a new digit that has ink there. What part of the gain comes from them, the test does
// not say. With too large a λ₁ all weights are pulled to 0, those that are needed too.
func TestBook3_L1OnDigits(t *testing.T) {
	t.Log("Claim: with weights from N(0, 1) and few digits, L1 regularisation with λ₁ = 1 reads more than none.")
	t.Log("Weights from pixels that no digit inks go to 0, by ηλ₁/n in every step.")
	train, test := bookDigits(orMNIST(300, 1000), orMNIST(1000, 10_000))
	read := map[float64][]float64{} // shares in 40 parts, means over the seeds
	paper := newTable(t, "λ₁", "weights from paper", "steps", "off |w₀| − Tηλ₁/n, or beyond ηλ₁/n")
	for _, lambda := range []float64{0, 1, 8} {
		seeds, weights, steps, off := 3, 0, 0, 0.0
		if lambda == 8 {
			seeds = 1
		}
		read[lambda] = make([]float64, 40)
		for seed := range seeds {
			net := New(SigmoidNeurons, Side*Side, orMNIST(10, 30), 10)
			net.InitLarge(uint64(seed))
			start := net.Clone()
			s := SGD{Cost: CrossEntropy, Eta: 0.5, BatchSize: 10, Lambda1: lambda}
			for epoch := range 15 {
				if _, err := s.Epoch(net, train, epoch); err != nil {
					t.Fatal(err)
				}
			}
			for p, share := range correctInParts(net, test, func(d Digits) Data { return d }) {
				read[lambda][p] += share / float64(seeds)
			}
			steps = train.Len() / 10 * 15
			n, worst := l1Paper(start, net, train, 0.5*lambda/float64(train.Len()), steps)
			weights, off = weights+n, max(off, worst)
		}
		paper.row(lambda, weights, steps, below(off, 1e-12))
	}
	tab := newTable(t, "λ₁", "share read correctly", "gain")
	tab.row(0, meanOf(read[0]), "")
	tab.row(1, meanOf(read[1]), surely(differencesOf(read[1], read[0])))
	loss := surely(differencesOf(read[0], read[8]))
	tab.row("8, too large", meanOf(read[8]), holds("loses "+loss.text, loss.holds))
}

// l1Paper returns how many weights lead from pixels that are paper in every digit, and how far off the claim the worst
// of them is after T steps that take d each.
func l1Paper(start, net *Network, digits Digits, d float64, T int) (weights int, off float64) {
	inked := make([]bool, Side*Side)
	for i, p := range digits.Pixels {
		inked[i%len(inked)] = inked[i%len(inked)] || p > 0
	}
	for j, w := range net.Weights[1] {
		for k := range w {
			if !inked[k] {
				weights++
				off = max(off, l1Off(start.Weights[1][j][k], w[k], d, T))
			}
		}
	}
	return weights, off
}

// l1Off returns how far w is from |w₀| − T d with the sign of w₀; or, if this is below d, by how much |w| is beyond d.
func l1Off(w0, w, d float64, T int) float64 {
	if left := math.Abs(w0) - float64(T)*d; left > d || d == 0 {
		return math.Abs(w - math.Copysign(left, w0))
	}
	return max(0, math.Abs(w)-d)
}

// Dropout. For each mini-batch a random half of the hidden neurons is left out; the network that is used at the end has
// all of them, with the weights behind them halved. The book says that this is like averaging over very many networks.
// Claim: for one hidden layer of n neurons it is exactly that. Let a_j(S) be the answers of the thinned network in
// which the neurons of the set S are left, and g_j the geometric mean of a_j(S) over all 2ⁿ sets S. Then with a softmax
// layer
//
//	g_j / Σ_i g_i = the answer j of the whole network with halved weights.
//
// For sigmoid outputs the same holds of the geometric means of a and of 1 − a. If a neuron is left out with probability
// p, the weights are multiplied by 1 − p, and each S counts with its probability. With more hidden layers it holds if
// they are linear; for sigmoid neurons it is an approximation, with a bound.
//
// Proof. ln a_j(S) = z_j(S) − ln Σ_i e^(z_i(S)). The second term is the same for all j. So ln g_j is the mean of
// z_j(S), less something that does not depend on j, and drops out when the g_j are divided by their sum: that leaves
// the softmax of the means. As z_j(S) = b_j + Σ_k w_jk m_k a_k, where m_k is 1 if k is in S and else 0, and has the
// mean 1 − p, the mean of z_j(S) is b_j + Σ_k (1 − p) w_jk a_k: the whole network with its weights times 1 − p. A
// sigmoid neuron is a softmax of z and 0. If layers before are linear, z_j(S) is a sum of products of weights and of
// one m for each layer. These are drawn independently, so that the mean of a product is the product of means.
//
// Two hidden layers of sigmoid neurons, p = ½: the mean of σ(z) is not σ of the mean μ. By Taylor's formula σ(z) = σ(μ)
// + σ'(μ)(z − μ) + ½σ″(u)(z − μ)². In the mean the second term is 0, and the third at most ½ max|σ″| times the variance
// of z. Here σ″ = σ(1 − σ)(1 − 2σ) is at most √3/18, at σ = ½ ± √3/6, and the variance of z_i = b_i + Σ_k w_ik m_k a_k
// is ¼ Σ_k (w_ik a_k)². So the means of the last z_j and those of the halved network differ by no more than
//
//	D_j = ½ Σ_i |w_ji| (√3/36) ¼ Σ_k (w_ik a_k)².
//
// If no z_j changes by more than D, then ln Σ e^(z_i) does not either, and no ln a_j by more than 2D.
func TestBook3_Dropout(t *testing.T) {
	t.Log("Claim: behind one hidden layer, halved weights give the normalised geometric mean of all 2ⁿ thinned networks.")
	t.Run("10 hidden neurons, 1024 thinned networks: softmax and sigmoid outputs, half or 0.3 left out", dropoutMeans)
	t.Run("two hidden layers: exact for linear ones; for sigmoid ones within 2D", dropoutDeep)
	t.Run("a thinned network is the network without these neurons; a step leaves their weights alone", dropoutSteps)
	t.Run("fails with whole weights, and for the arithmetic mean", dropoutOtherMeans)
}

// A thinned is neurons of the kind inner of which some are left out: bit k of out[n] says that neuron k of a layer of n
// is. They answer 0, and no error goes back through them.
type thinned struct {
	inner Differentiable
	out   map[int]uint
}

func (k thinned) String() string { return fmt.Sprintf("thinned %v", k.inner) }

func (k thinned) Activate(a, z []float64) {
	k.inner.Activate(a, z)
	k.leaveOut(a)
}

func (k thinned) Backward(dz, z, a, da []float64) {
	k.inner.Backward(dz, z, a, da)
	k.leaveOut(dz)
}

func (k thinned) leaveOut(v []float64) {
	for j, out := 0, k.out[len(v)]; out != 0; j, out = j+1, out>>1 {
		if out&1 == 1 {
			v[j] = 0
		}
	}
}

// keptHalf returns net with the weights behind its hidden layers multiplied by the share of the neurons that is kept.
func keptHalf(net *Network, kept float64) *Network {
	half := net.Clone()
	for l := 2; l < len(net.Sizes); l++ {
		for _, w := range half.Weights[l] {
			for k := range w {
				w[k] *= kept
			}
		}
	}
	return half
}

// overThinned calls visit with the answer of every thinned network, and with its probability if p is that of being left
// out.
func overThinned(net *Network, p float64, x []float64, visit func(probability float64, answer []float64)) {
	hidden, n, inner := net.Sizes[1:len(net.Sizes)-1], 0, net.Hidden.(Differentiable)
	for _, size := range hidden {
		n += size
	}
	thin := *net
	for set := range uint(1) << n {
		k, rest, out := thinned{inner, map[int]uint{}}, set, bits.OnesCount(set)
		for _, size := range hidden {
			k.out[size], rest = rest&(1<<size-1), rest>>size
		}
		thin.Hidden = k
		visit(math.Pow(p, float64(out))*math.Pow(1-p, float64(n-out)), thin.FeedForward(x))
	}
}

// geometricMeans returns the geometric means of a_j and of 1 − a_j over all thinned networks, as logarithms.
func geometricMeans(net *Network, p float64, x []float64) (ofA, ofRest []float64) {
	m := net.Sizes[len(net.Sizes)-1]
	ofA, ofRest = make([]float64, m), make([]float64, m)
	overThinned(net, p, x, func(probability float64, a []float64) {
		for j := range a {
			ofA[j] += probability * math.Log(a[j])
			ofRest[j] += probability * math.Log1p(-a[j])
		}
	})
	return ofA, ofRest
}

// dropoutMeans has 10 hidden neurons of several kinds.
func dropoutMeans(t *testing.T) {
	tab := newTable(t, "hidden neurons", "outputs", "left out, p", "largest answer", "distance to the normalised mean")
	x := []float64{0.5, -1, 2}
	for _, inner := range []Differentiable{SigmoidNeurons, tangent{}} {
		for _, p := range []float64{0.5, 0.3} {
			for _, output := range []Differentiable{SoftmaxLayer, SigmoidNeurons} {
				net := randomNetwork(3, output, 3, 10, 4)
				net.Hidden = inner
				ofA, ofRest := geometricMeans(net, p, x)
				want := make([]float64, 4)
				if Softmax(want, ofA); output == SigmoidNeurons {
					for j := range want {
						want[j] = math.Exp(ofA[j]) / (math.Exp(ofA[j]) + math.Exp(ofRest[j]))
					}
				}
				got := keptHalf(net, 1-p).FeedForward(x)
				tab.row(inner, output, p, slices.Max(got), below(norm(differencesOf(got, want)), 1e-14))
			}
		}
	}
}

// dropoutDeep has hidden layers of 6 and 5 neurons, and 2048 thinned networks. All weights and biases are multiplied,
// to have cases near to the exact one and far from it.
func dropoutDeep(t *testing.T) {
	tab := newTable(t, "hidden neurons", "weights times", "D", "largest |ln a_j − ln mean_j|, at most 2D")
	x := []float64{0.5, -1, 2}
	for _, test := range []struct {
		inner Differentiable
		times float64
	}{{LinearNeurons, 1}, {SigmoidNeurons, 0.3}, {SigmoidNeurons, 1}, {SigmoidNeurons, 3}} {
		net := randomNetwork(4, SoftmaxLayer, 3, 6, 5, 4)
		net.Hidden = test.inner
		net.Scale(test.times)
		ofA, _ := geometricMeans(net, 0.5, x)
		mean := make([]float64, 4)
		Softmax(mean, ofA)
		got, off := keptHalf(net, 0.5).FeedForward(x), 0.0
		for j := range got {
			off = max(off, math.Abs(math.Log(got[j])-math.Log(mean[j])))
		}
		bound := 0.0
		if test.inner == SigmoidNeurons {
			_, a := net.Activations(x)
			for _, w := range net.Weights[3] {
				d := 0.0
				for i, v := range w {
					for k, u := range net.Weights[2][i] {
						d += math.Abs(v) * math.Sqrt(3) / 36 / 8 * u * u * a[1][k] * a[1][k]
					}
				}
				bound = max(bound, d)
			}
		}
		tab.row(test.inner, test.times, bound, below(off, 2*bound+1e-13))
	}
}

// dropoutSteps builds the network without the neurons, by hand, and compares what it answers, and its gradient by
// central differences. Then it makes a step of SGD on the thinned network, and goes on with other neurons left out.
func dropoutSteps(t *testing.T) {
	net, e := randomNetwork(5, SoftmaxLayer, 3, 6, 4), randomExamples(5, 1, 3, 4)[0]
	s := SGD{Cost: LogLikelihood, Eta: 0.5, BatchSize: 1}
	tab := newTable(t, "left out", "‖answer − that of the smaller network‖", "gradients' difference",
		"their weights that a step changes", "other weights that it leaves alone")
	for _, out := range []uint{0b000000, 0b010010, 0b101101} {
		net.Hidden = thinned{SigmoidNeurons, map[int]uint{6: out}}
		var kept []int
		for k := range 6 {
			if out>>k&1 == 0 {
				kept = append(kept, k)
			}
		}
		small := randomNetwork(1, SoftmaxLayer, 3, len(kept), 4)
		nabla := gradientOf(t, net, LogLikelihood, e.X, e.Y)
		part := New(nil, small.Sizes...) // of nabla
		copy(small.Biases[2], net.Biases[2])
		copy(part.Biases[2], nabla.Biases[2])
		for i, k := range kept {
			small.Biases[1][i], part.Biases[1][i] = net.Biases[1][k], nabla.Biases[1][k]
			copy(small.Weights[1][i], net.Weights[1][k])
			copy(part.Weights[1][i], nabla.Weights[1][k])
			for j := range 4 {
				small.Weights[2][j][i], part.Weights[2][j][i] = net.Weights[2][j][k], nabla.Weights[2][j][k]
			}
		}
		answers := norm(differencesOf(net.FeedForward(e.X), small.FeedForward(e.X)))
		gradients := distance(part, numericGradient(small, LogLikelihood, e.X, e.Y))
		step := stepOn(t, net, LogLikelihood, Examples{e}, s.Eta, 0)
		touched, still := 0, 0
		for k := range 6 {
			if in := append(slices.Clone(step.Weights[1][k]), step.Biases[1][k]); out>>k&1 == 1 {
				touched += len(in) - countOf(in, 0)
			} else if step.Biases[1][k] == 0 { // a weight may be still because its input is 0
				still++
			}
			for j := range 4 {
				if moved := step.Weights[2][j][k] != 0; out>>k&1 == 1 && moved {
					touched++
				} else if out>>k&1 == 0 && !moved {
					still++
				}
			}
		}
		tab.row(fmt.Sprintf("%06b", out), below(answers, 0), below(gradients, 1e-9), same(touched, 0), same(still, 0))
		takeStep(t, &s, net, Examples{e}, 0)
	}
}

// dropoutOtherMeans compares with whole weights, and with the arithmetic mean of the answers.
func dropoutOtherMeans(t *testing.T) {
	x, net := []float64{0.5, -1, 2}, randomNetwork(3, SoftmaxLayer, 3, 10, 4)
	arithmetic := make([]float64, 4)
	overThinned(net, 0.5, x, func(probability float64, a []float64) {
		for j := range a {
			arithmetic[j] += probability * a[j]
		}
	})
	half := keptHalf(net, 0.5).FeedForward(x)
	tab := newTable(t, "in its place", "largest answer", "of the halved network", "distance")
	for _, test := range []struct {
		name string
		a    []float64
	}{{"whole weights", net.FeedForward(x)}, {"the arithmetic mean", arithmetic}} {
		d := norm(differencesOf(test.a, half))
		tab.row(test.name, slices.Max(test.a), slices.Max(half), holds(fmt.Sprintf("%.4g > 0.01", d), d > 0.01))
	}
}

// The problem of rotations that are too large. Expanding training data by turned pictures, the book asks what might go
// wrong if they may be turned as far as one likes. Claim: a 6 that is turned by 180° is a 9. A picture that then comes
// with both labels costs at least ln 2 on average under log-likelihood, and 2 ln 2 under cross-entropy, whatever the
// network is.
//
// Proof. A network has one answer a for a picture, with either label. Half of the examples are labelled 6, half 9.
// Log-likelihood: the mean of −ln a_6 and −ln a_9 is −½ ln(a_6 a_9). From a_6 + a_9 ≤ 1 follows a_6 a_9 ≤ ¼, because
// 4a_6 a_9 = (a_6 + a_9)² − (a_6 − a_9)² ≤ 1. So the mean is at least −½ ln ¼ = ln 2, and is so only for a_6 = a_9 = ½.
// Cross-entropy: output 6 should be 1 in half of the examples and 0 in the others, so that its mean cost is at least ln
// 2 (Exercise 3.1), and so is that of output 9. The other outputs should be 0, and cost more than 0.
//
// Whether a turned 6 is a 9 is for readers to say. Here a network is asked that has learnt from upright digits. The
// picture is turned about (14, 14), where digits have their centre of mass. By 180° every pixel comes to lie on a
// pixel, and the picture is that of the turned strokes.
func TestBook3_TooLargeRotations(t *testing.T) {
	t.Log("Claim: turned by 180° a 6 is a 9; a picture with both labels costs at least ln 2 on average.")
	lesson := newNoHiddenLayerLesson(t)
	net := noHiddenLayerNetwork((*Network).InitScaled, 1, 784, 30, 10)
	lesson.read(t, net, CrossEntropy, 0.5)
	t.Run("turned by 180°, a 6 is read as a 9, a 9 as a 6, and 0, 1 and 8 as before",
		func(t *testing.T) { rotationsReadAs(t, net, lesson) })
	t.Run("between, the share of 6s that are read as such falls",
		func(t *testing.T) { rotationsBetween(t, net, lesson) })
	t.Run("so do strokes that are turned and then inked", func(t *testing.T) { rotationsOfStrokes(t, net) })
	t.Run("the least mean cost of pictures with both labels is ln 2, or 2 ln 2", rotationsCost)
}

// rotated returns the pixels of a digit turned clockwise about (14, 14). A pixel of the turned picture is looked up
// where it comes from: between four pixels, each counts the more the nearer it is.
func rotated(pixels []byte, degrees float64) []byte {
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	at := func(x, y int) float64 {
		if x < 0 || x >= Side || y < 0 || y >= Side {
			return 0
		}
		return float64(pixels[Side*y+x])
	}
	picture := make([]byte, len(pixels))
	for i := range picture {
		dx, dy := float64(i%Side-14), float64(i/Side-14)
		x, y := 14+cos*dx+sin*dy, 14-sin*dx+cos*dy
		left, top := math.Floor(x+1e-9), math.Floor(y+1e-9) // 1e-9, lest rounding lead to the pixel before
		u, v, k, l := x-left, y-top, int(left), int(top)
		ink := (1-v)*((1-u)*at(k, l)+u*at(k+1, l)) + v*((1-u)*at(k, l+1)+u*at(k+1, l+1))
		picture[i] = byte(math.Round(max(0, min(255, ink))))
	}
	return picture
}

// allTurned returns all digits of one kind, turned, and labelled as something.
func allTurned(digits Digits, kind int, degrees float64, label int) (some Digits) {
	for i := range digits.Len() {
		if int(digits.Labels[i]) == kind {
			some.Pixels = append(some.Pixels, rotated(digits.Image(i), degrees)...)
			some.Labels = append(some.Labels, byte(label))
		}
	}
	return some
}

// rotationsReadAs shows what most of the digits of each kind are read as.
func rotationsReadAs(t *testing.T, net *Network, lesson noHiddenLayerLesson) {
	tab := newTable(t, "digit, of "+lesson.name, "number", "turned by 180°, most are read as", "share of these")
	for _, test := range []struct{ kind, as int }{{6, 9}, {9, 6}, {0, 0}, {1, 1}, {8, 8}} {
		some := allTurned(lesson.test, test.kind, 180, 0)
		shares := make([]float64, 10)
		for i := range some.Len() {
			shares[Argmax(answer(net, some, i))] += 1 / float64(some.Len())
		}
		tab.row(test.kind, some.Len(), same(Argmax(shares), test.as), shares[Argmax(shares)])
	}
}

// rotationsBetween takes steps of 45°, in which the share must fall. Where hardly any is left it need not.
func rotationsBetween(t *testing.T, net *Network, lesson noHiddenLayerLesson) {
	tab := newTable(t, "turned by", "share of 6s read as 6", "less than by 45° less, or under 5%", "read as 9")
	before := 1.0
	for _, degrees := range []float64{0, 45, 90, 135, 180} {
		read := func(as int) float64 {
			some := allTurned(lesson.test, 6, degrees, as)
			return float64(Correct(net, some)) / float64(some.Len())
		}
		share := read(6)
		tab.row(fmt.Sprintf("%v°", degrees), share, holds(fmt.Sprintf("%.4g < %.4g", share, before),
			share < before || share < 0.05), read(9))
		before = share
	}
}

// rotationsOfStrokes has a 6 of one stroke.
func rotationsOfStrokes(t *testing.T, net *Network) {
	six := []Point{
		{6, 0}, {4, 1}, {2, 3}, {1, 5}, {1, 7}, {2, 9}, {4, 9.5}, {5.5, 8}, {5.5, 6}, {4, 5}, {2.5, 5.5}, {1.2, 7},
	}
	tab := newTable(t, "turned by", "a 6 of one stroke is read as", "its picture at 0°, turned by that much, as")
	for _, test := range []struct {
		degrees float64
		as      int
	}{{0, 6}, {180, 9}} {
		var strokes []Point
		sin, cos := math.Sincos(test.degrees * math.Pi / 180)
		for _, p := range six {
			strokes = append(strokes, Point{cos*p.X - sin*p.Y, sin*p.X + cos*p.Y})
		}
		read := func(pixels []byte) int { return Argmax(answer(net, Digits{pixels, []byte{0}}, 0)) }
		tab.row(fmt.Sprintf("%v°", test.degrees), same(read(Ink([][]Point{strokes})), test.as),
			same(read(rotated(Ink([][]Point{six}), test.degrees)), test.as))
	}
}

// rotationsCost trains a network of 784 inputs and 10 outputs, 300 steps on two pictures: a drawn 6 and the same
// turned. First the turned one has the label 9, as it looks; then, as if the training data were expanded by turned 6s
// and turned 9s, each has both labels.
func rotationsCost(t *testing.T) {
	digits := DrawDigits(7, 1).Slice(6, 7)
	upright, down := allTurned(digits, 6, 0, 6), allTurned(digits, 6, 180, 9)
	tab := newTable(t, "outputs and cost", "labels of each picture", "its least mean cost",
		"reached in 300 steps, to 1%")
	for i, least := range []float64{2 * math.Ln2, math.Ln2} {
		pair := pairings[i+1]
		for _, labels := range []string{"one", "6 and 9"} {
			set := Digits{slices.Concat(upright.Pixels, down.Pixels), []byte{6, 9}}
			bound := 0.0
			if labels == "6 and 9" {
				set, bound = Digits{slices.Concat(set.Pixels, set.Pixels), []byte{6, 9, 9, 6}}, least
			}
			net, cost := New(pair.output, 784, 10), 0.0
			s := SGD{Cost: pair.cost, Eta: []float64{0.1, 0.03}[i], BatchSize: set.Len()}
			for step := range 300 {
				var err error
				if cost, err = s.Epoch(net, set, step); err != nil {
					t.Fatal(err)
				}
			}
			tab.row(pair.name, labels, bound, within(bound, cost, bound+0.01*least))
		}
	}
}

// Very large data: the chapter's research problem. How does the error on new digits fall with the number n of digits to
// learn from? Claim, measured: it falls like a power, e = c n^(−α); the line through ln e over ln n for the smaller n
// predicts the error for the largest, within four standard deviations. But what the curve says of n → ∞ is a matter of
// which curve is fitted: e = e₀ + c n^(−α), with e₀ a tenth of the least error fitted, passes the same test, and for n
// = 10⁹ says something else.
//
// The line of least squares through N points (x, y) has the slope α' = Σ(x − x̄)(y − ȳ)/Σ(x − x̄)², and the variance of
// the points about it is estimated by s² = (sum of their squared distances)/(N − 2). A new point at x, independent of
// the others, is off the line's prediction with the variance s²(1 + 1/N + (x − x̄)²/Σ(x − x̄)²): its own, that of ȳ,
// and that of the slope. This is of linear regression, as any text on statistics has it. It takes for granted that the
// points scatter about a line, with one variance, and that they do not depend on one another, which is not quite so:
// all runs read the same new digits. What justifies the line, this test does not know: that is the research problem.
func TestBook3_VeryLargeData(t *testing.T) {
	t.Log("Claim: over the n measured, the error on new digits falls like c n^(−α). That says little of n → ∞.")
	xs, errors := largeDataErrors(t)
	last := len(errors) - 1
	tab := newTable(t, "e₀", "slope −α", "in standard deviations", "error for the largest n: predicted", "measured",
		"off by, in standard deviations", "for n = 10⁹", "Σ(x − x̄)(y − line) = 0")
	var limits []float64
	for _, e0 := range []float64{0, slices.Min(errors[:last]) / 10} {
		ys := make([]float64, len(errors))
		for i, e := range errors {
			ys[i] = math.Log(e - e0)
		}
		line := fitLine(xs[:last], ys[:last])
		y, deviation := line.at(xs[last])
		far, _ := line.at(math.Log(1e9))
		limits = append(limits, e0+math.Exp(far))
		level := 0.0 // the derivative of the sum of squares by the slope, −½ of it: 0 where that is least
		for i, x := range xs[:last] {
			at, _ := line.at(x)
			level += (x - line.meanX) * (ys[i] - at)
		}
		tab.row(e0, line.slope, within(-1000, line.slope/line.slopeDeviation, -4), e0+math.Exp(y), errors[last],
			within(-4, (ys[last]-y)/deviation, 4), e0+math.Exp(far), near(level, 0, 1e-12))
	}
	newTable(t, "for n = 10⁹ the second says").row(
		holds(fmt.Sprintf("%.0f > 5 times the first", limits[1]/limits[0]), limits[1] > 5*limits[0]))
}

// largeDataErrors returns ln n and the error on new digits of networks that learnt from n drawn digits: two for every
// n, and last one for the largest. Digits of half the size keep it quick. With MNIST_DIR set there are more digits,
// drawn too.
func largeDataErrors(t *testing.T) (xs, errors []float64) {
	sizes := [][]int{{25, 50, 100, 200, 400, 800}, {100, 300, 1000, 3000, 10_000, 30_000}}[orMNIST(0, 1)]
	largest := sizes[len(sizes)-1]
	all := DrawDigits(largest+orMNIST(800, 4000), 11)
	rest, test := all.Slice(0, largest), halved{all.Slice(largest, all.Len())}
	tab := newTable(t, "digits n", "error on new digits, mean of the seeds")
	for _, n := range sizes {
		mean, seeds := 0.0, 2
		if n == largest {
			seeds = 1
		}
		for seed := range seeds {
			net := New(rectifier{}, Side*Side/4, 30, 10)
			net.Output = SoftmaxLayer
			net.InitScaled(uint64(seed))
			s := SGD{Cost: LogLikelihood, Eta: 0.05, BatchSize: 10, Seed: uint64(seed)}
			for epoch := range orMNIST(15, 12) {
				if _, err := s.Epoch(net, halved{rest.Slice(n*seed, n*(seed+1))}, epoch); err != nil {
					t.Fatal(err)
				}
			}
			e := 1 - float64(Correct(net, test))/float64(test.Len())
			xs, errors, mean = append(xs, math.Log(float64(n))), append(errors, e), mean+e/float64(seeds)
		}
		tab.row(n, mean)
	}
	return xs, errors
}

// A fittedLine is the line of least squares through points.
type fittedLine struct {
	n, meanX, meanY, spreadX float64 // spreadX is Σ (x − x̄)²
	slope, variance          float64
	slopeDeviation           float64
}

func fitLine(x, y []float64) (line fittedLine) {
	line.n, line.meanX, line.meanY = float64(len(x)), meanOf(x), meanOf(y)
	for i := range x {
		line.spreadX += (x[i] - line.meanX) * (x[i] - line.meanX)
		line.slope += (x[i] - line.meanX) * (y[i] - line.meanY)
	}
	line.slope /= line.spreadX
	for i := range x {
		at, _ := line.at(x[i])
		line.variance += (y[i] - at) * (y[i] - at) / (line.n - 2)
	}
	line.slopeDeviation = math.Sqrt(line.variance / line.spreadX)
	return line
}

// at returns the line at x, and the standard deviation of the distance of a new point from it.
func (line fittedLine) at(x float64) (y, deviation float64) {
	d := x - line.meanX
	return line.meanY + line.slope*d, math.Sqrt(line.variance * (1 + 1/line.n + d*d/line.spreadX))
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

// Another rule for early stopping: the chapter's problem. This is Prechelt's (1998): stop when the generalisation loss
//
//	GL = E/E_opt − 1
//
// is above α, where E is the validation cost after this epoch, and E_opt the least so far. The network kept is that of
// E_opt. Claims: it keeps the best network up to the end; a larger α does not stop earlier; and in the example of
// TestBook3_EarlyStopping the epoch at which it stops can be computed. Where the cost never rises by the part α, it
// never stops.
//
// Proof. The first claim is how the copy is kept. Runs with different α have the same epochs until the first stops, and
// what is above the larger α is above the smaller. The example: training wants b = 1, so that after e epochs b = 1 −
// 2q^e with q = 1 − η. Validation wants ½ + s and ½ − s, half and half: E = ½(b − ½)² + ½s². Up to the best epoch E
// falls, and GL = 0. Behind it E is above (1 + α)E_opt if
//
//	(b − ½)² > R²,  R² = (1 + α)(b_opt − ½)² + αs²,
//
// that is b > ½ + R, 2q^e < ½ − R: the first e above ln((½ − R)/2)/ln q, if R < ½. If R ≥ ½, b never comes there.
func TestBook3_GeneralisationLoss(t *testing.T) {
	t.Log("Claim: stop when validation cost is above (1 + α) times its least: that keeps the best network.")
	t.Log("A larger α stops no earlier.")
	t.Run("training wants b = 1, validation ½ ± s: it stops where the formula says", lossOfABias)
	t.Run("three runs on digits beside no-improvement-in-10: epochs and digits read", lossOnDigits)
	t.Run("fails for s = 1 and α = 0.3: it never stops, though the best was long ago", lossNeverStops)
}

// untilLoss trains net until the loss is above alpha, or for so many epochs. It returns a copy of the best network,
// after how many epochs that was, and the costs before the first epoch and after each.
func untilLoss(t *testing.T, s *SGD, net *Network, train Data, cost func(*Network) float64, alpha float64, epochs int) (
	best *Network, at int, costs []float64) {
	t.Helper()
	best, costs = net.Clone(), []float64{cost(net)}
	for epoch := 1; epoch <= epochs && costs[epoch-1] <= (1+alpha)*costs[at]; epoch++ {
		if _, err := s.Epoch(net, train, epoch); err != nil {
			t.Fatal(err)
		}
		if costs = append(costs, cost(net)); costs[epoch] < costs[at] {
			best, at = net.Clone(), epoch
		}
	}
	return best, at, costs
}

// lossCost is ½(b − ½)² + ½s².
func lossCost(s float64) func(*Network) float64 {
	return func(net *Network) float64 {
		return meanCost(net, Quadratic, append(biasOnly(0.5+s), biasOnly(0.5-s)...), []int{0, 1})
	}
}

func lossOfABias(t *testing.T) {
	tab := newTable(t, "η", "α", "s", "best after", "stops after")
	for _, eta := range []float64{0.02, 0.1} {
		for _, alpha := range []float64{0.05, 0.3, 1} {
			for _, spread := range []float64{0.1, 0.4} {
				net, s := oneNeuron(LinearNeurons, -1, 0), SGD{Cost: Quadratic, Eta: eta, BatchSize: 1}
				_, at, costs := untilLoss(t, &s, net, biasOnly(1), lossCost(spread), alpha, 2000)
				q := 1 - eta
				first := math.Ceil(math.Log(2*(1+q)) / -math.Log(q))
				off := 1 - 2*math.Pow(q, first) - 0.5
				r := math.Sqrt((1+alpha)*off*off + alpha*spread*spread)
				stop := math.Floor(math.Log((0.5-r)/2)/math.Log(q)) + 1
				tab.row(eta, alpha, spread, same(at, int(first)), same(len(costs)-1, int(stop)))
			}
		}
	}
}

// lossNeverStops has R² ≥ 0.3, more than ¼.
func lossNeverStops(t *testing.T) {
	net, s := oneNeuron(LinearNeurons, -1, 0), SGD{Cost: Quadratic, Eta: 0.1, BatchSize: 1}
	_, at, costs := untilLoss(t, &s, net, biasOnly(1), lossCost(1), 0.3, 500)
	loss := costs[500]/costs[at] - 1
	tab := newTable(t, "epochs, as many as it was given", "best after", "GL at the end ≤ α")
	tab.row(same(len(costs)-1, 500), at, below(loss, 0.3))
}

// lossOnDigits makes three runs with each rule, of 32 epochs at most. Beside each is the epoch at which the record of
// all 32 says that the rule stops. A small α stops soon after the first rise; a large one takes more epochs than
// no-improvement-in-10.
func lossOnDigits(t *testing.T) {
	all, _ := bookDigits(orMNIST(140, 2000), 1)
	half := all.Len() / 2
	train, validation := halved{all.Slice(0, half)}, halved{all.Slice(half, all.Len())}
	var examples Examples
	for i := range validation.Len() {
		e := Example{make([]float64, Side*Side/4), make([]float64, 10)}
		validation.Example(i, e.X, e.Y)
		examples = append(examples, e)
	}
	every := make([]int, len(examples))
	for i := range every {
		every[i] = i
	}
	cost := func(net *Network) float64 { return meanCost(net, CrossEntropy, examples, every) }
	tab := newTable(t, "seed", "rule", "stops after", "best after", "least cost up to there", "validation digits read",
		"not before the smaller α")
	const most = 32
	for seed := range uint64(3) {
		start := New(SigmoidNeurons, Side*Side/4, 10, 10)
		start.InitScaled(seed)
		s := SGD{Cost: CrossEntropy, Eta: 1, BatchSize: 10, Seed: seed}
		_, _, record := untilLoss(t, &s, start.Clone(), train, cost, math.Inf(1), most)
		before := 0
		for _, alpha := range []float64{0.02, 0.1} {
			best, at, costs := untilLoss(t, &s, start.Clone(), train, cost, alpha, most)
			stop := 0 // by the record
			for stop < most && record[stop]/slices.Min(record[:stop+1])-1 <= alpha {
				stop++
			}
			tab.row(seed, fmt.Sprintf("GL > %v", alpha), same(len(costs)-1, stop), at,
				near(cost(best), slices.Min(record[:stop+1]), 0), Correct(best, validation),
				holds(fmt.Sprintf("%d ≤ %d", before, stop), before <= stop))
			before = stop
		}
		best, at, scores := untilNoImprovement(t, &s, start.Clone(), train, func(n *Network) float64 { return -cost(n) }, 10)
		tab.row(seed, "no improvement in 10", same(len(scores)-1, at+10), at, near(cost(best), -slices.Max(scores), 0),
			Correct(best, validation), "")
	}
}

// A learning-rate schedule. Halve η whenever the validation score has not improved in n epochs, seven times in all, and
// end with 1/128 of the first η. This is early stopping eight times over. The claim, for one bias b whose examples
// contradict one another: training with the rate η ends within 10η of the best b. So the schedule ends within 10η/128,
// if it ends. From far away it can be there sooner than with the last rate alone, but each of the eight rates waits n
// epochs for nothing: for large n it is not.
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
// times that of d, plus V. After many epochs both are the same, V/(1 − q^40). For η = ½ this is 17/57, but for 10^(−7).
// For small η it is about 17.5η³, so that b is off by 4.2 η^1.5: there V is η⁴ times the mean square of Σ_i i s_i,
// which is 700, and 1 − q^40 is about 40η.
func TestBook3_LearningRateSchedule(t *testing.T) {
	t.Log("Claim: halve η whenever validation does not improve, to η/128 at last. Then, for\n" +
		"0 < η < 1, b ends within 10η/128 of the best, if training ends.")
	t.Run("from η = 0.5: seven halvings, and the error of each rate within its bound", scheduleRates)
	t.Run("a constant η is off by √(V/(1 − q^40)) on average, 0.55 for η = ½", scheduleConstant)
	t.Run("from b = −5, to be as near with the last rate alone takes more epochs for n = 5, and fewer for n = 20",
		scheduleAgainstLast)
	t.Run("fails without noise: every epoch improves, however small η is, and η is not halved", scheduleTooSmall)
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

// schedule trains the bias −5 of a linear neuron, with the rates η to η/128.
func schedule(t *testing.T, eta float64, n int) (rates []scheduleRate) {
	t.Helper()
	net, s := oneNeuron(LinearNeurons, -5, 0), SGD{Cost: Quadratic, Eta: eta, BatchSize: 1}
	for ; s.Eta >= eta/128; s.Eta /= 2 {
		best, at, scores := untilNoImprovement(t, &s, net, scheduleExamples(), scheduleScore, n)
		rates = append(rates, scheduleRate{s.Eta, len(scores) - 1, at, best.Biases[1][0], -scheduleScore(net)})
	}
	return rates
}

// scheduleRates holds the error at the end of each rate against D.
func scheduleRates(t *testing.T) {
	tab := newTable(t, "η", "epochs", "best after", "best b", "|b − 3| at the end ≤ D", "10η")
	rates := schedule(t, 0.5, 5)
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
// first distance 8 by (1 − η)^20. What is left of 8 is 0.02, the D of 1/256, after ln(8/0.02)/(−20 ln(1 − η)) such
// epochs: 76 with η = 1/256, and one with η = ½, which the schedule begins with, and where the noise is what remains.
func scheduleAgainstLast(t *testing.T) {
	p := 1 - math.Pow(255.0/256, 10)
	tab := newTable(t, "n", "epochs with 1/256 alone", "|b − 3| at the end ≤ D", "epochs with 0.5 down to 1/256",
		"|b − 3| at the end ≤ D")
	for _, n := range []int{5, 20} {
		net, s := oneNeuron(LinearNeurons, -5, 0), SGD{Cost: Quadratic, Eta: 1.0 / 256, BatchSize: 1}
		_, _, scores := untilNoImprovement(t, &s, net, scheduleExamples(), scheduleScore, n)
		alone, epochs, rates := len(scores)-1, 0, schedule(t, 0.5, n)
		for _, rate := range rates {
			epochs += rate.epochs
		}
		sooner := holds(fmt.Sprintf("%d < %d", epochs, alone), epochs < alone)
		if n == 20 {
			sooner = holds(fmt.Sprintf("%d > %d", epochs, alone), epochs > alone)
		}
		tab.row(n, holds(fmt.Sprintf("%d ≥ 76", alone), alone >= 76), below(-scores[alone], p/(2-p)), sooner,
			below(rates[len(rates)-1].off, p/(2-p)))
	}
}

// scheduleTooSmall makes steps on all 20 examples, in which nothing contradicts. Such a step moves b by −η times the
// mean of b − y, which is b − 3. So it multiplies |b − 3|, 8 at the start, by 1 − η. Every epoch improves, until
// rounding ends it, and η is not halved: with η = 10⁻⁵ b is nearly where it was.
func scheduleTooSmall(t *testing.T) {
	tab := newTable(t, "η", "n epochs", "that improve", "|b − 3| = 8(1 − η)^n")
	for _, test := range []struct {
		eta    float64
		epochs int
	}{{1e-5, 500}, {0.5, 15}} {
		net, s := oneNeuron(LinearNeurons, -5, 0), SGD{Cost: Quadratic, Eta: test.eta, BatchSize: 20}
		improved := 0
		for epoch := range test.epochs {
			before := scheduleScore(net)
			if _, err := s.Epoch(net, scheduleExamples(), epoch); err != nil {
				t.Fatal(err)
			}
			improved += int(Step(scheduleScore(net) - before))
		}
		off, want := -scheduleScore(net), 8*math.Pow(1-test.eta, float64(test.epochs))
		tab.row(test.eta, test.epochs, same(improved, test.epochs), near(off, want, 1e-11*want))
	}
}

// The learning-rate schedule on digits: halve η whenever validation has not improved in ten epochs, and end with η/128.
// Claims: it ends after eight rates; the best network of all is at least as good as that of the first rate, which is
// what early stopping with a constant η keeps; and with half the rate an epoch from the same network moves the weights
// half as far, up to a part of the order of η.
//
// Proof. η/2^i is at least η/128 for i = 0 to 7, and each rate ends, unless validation improves for ever, which a count
// of digits cannot. The first rate's epochs are among all epochs, so its best is among those compared. An epoch of T
// steps moves the weights by −η Σ_t g_t(w_t), with g_t the mean gradient of mini-batch t. As w_t is within O(η) of the
// network at the start, g_t(w_t) is g_t at the start and O(η). So the move is −η times a fixed sum, and O(η²).
func TestBook3_LearningRateScheduleOnDigits(t *testing.T) {
	t.Log("Claim: eight rates, η to η/128, each until ten epochs have not improved; by validation no worse than one η.")
	train, test := bookDigits(orMNIST(300, 2000), orMNIST(100, 2000))
	lesson, validation := halved{train.Slice(0, orMNIST(100, 1000))}, halved{train.Slice(orMNIST(100, 1000), train.Len())}
	score := func(net *Network) float64 { return float64(Correct(net, validation)) / float64(validation.Len()) }
	net := New(SigmoidNeurons, Side*Side/4, orMNIST(10, 30), 10)
	net.InitScaled(1)
	tab := newTable(t, "η", "epochs", "best after", "validation after it ≤ at best", "test",
		"an epoch moves, of what 2η moves")
	const eta = 2.0
	top, first, rates := 0.0, 0.0, 0
	for s := (SGD{Cost: CrossEntropy, Eta: eta, BatchSize: 10}); s.Eta >= eta/128; s.Eta /= 2 {
		s.Seed = uint64(rates) // other orders than before
		best, at, scores := untilNoImprovement(t, &s, net, lesson, score, 10)
		if top = max(top, scores[at]); rates == 0 {
			first = top
		}
		double := s
		double.Eta *= 2
		moved := epochMoves(t, s, net, lesson) / epochMoves(t, double, net, lesson)
		half := any(moved)
		if s.Eta <= eta/64 {
			half = near(moved, 0.5, 0.01)
		}
		rates++
		tab.row(s.Eta, same(len(scores)-1, at+10), at, below(slices.Max(scores[at+1:]), scores[at]),
			float64(Correct(best, halved{test}))/float64(test.Len()), half)
	}
	newTable(t, "rates", "best by validation at the first rate ≤ at any").row(same(rates, 8), below(first, top))
}

// epochMoves returns how far an epoch would move the weights of net, which it leaves alone.
func epochMoves(t *testing.T, s SGD, net *Network, data Data) float64 {
	t.Helper()
	after := net.Clone()
	if _, err := s.Epoch(after, data, 0); err != nil {
		t.Fatal(err)
	}
	each(after, net, func(p, q *float64) { *p -= *q })
	return math.Sqrt(inner(after, after))
}

// Gradient descent on λ and on η. The book asks for an obstacle to each. Claim: on λ, gradient descent ends at λ = 0,
// whatever would be best for other digits. On η, it finds the η that is best for the next step, which in a valley is
// not that for a run.
//
// λ: the cost R(w, λ) = C(w) + (λ/2n) Σ w² has ∂R/∂λ = (1/2n) Σ w² ≥ 0, and it is above 0 unless all weights are 0. So
// descent lowers λ in every step. It does so too if the weights are trained anew for each λ. Let R*(λ) be the least R
// for λ, at w = w*(λ). For λ < λ',
//
//	R*(λ) ≤ R(w*(λ'), λ) = R*(λ') − ((λ' − λ)/2n) Σ w*(λ')²,   R*(λ') ≤ R(w*(λ), λ') = R*(λ) + ((λ' − λ)/2n) Σ w*(λ)².
//
// So (R*(λ') − R*(λ))/(λ' − λ) is between (1/2n) Σ w*(λ')² and (1/2n) Σ w*(λ)². Where w* is continuous the derivative
// is R*' = (1/2n) Σ w*². And Σ w*² does not fall as λ falls, so that the steps of descent do not become shorter: they
// reach 0. λ is there to make up for what the training digits do not say, and these cannot know it. Other digits can.
// But their cost does not contain λ, and knows it only by the weights that were trained with it: each derivative takes
// trainings.
//
// η: C does not contain η either, but C after a step does. With g = ∇C(w),
//
//	dC(w − ηg)/dη = −∇C(w − ηg)·g.
//
// It is 0 where the gradient behind the step is at a right angle to the one before it. Take the valley C = ½κw² + ½b²
// with κ = 100 (TestBook3_Momentum). A step multiplies w by 1 − κη and b by 1 − η. From w = b = 1 the best η for one
// step makes −κ²(1 − κη) − (1 − η) = 0, η = (κ² + 1)/(κ³ + 1) = 0.010001: it removes nearly all of w and a hundredth of
// b. For many steps that of the two counts which shrinks less. |1 − κη| and |1 − η| are the same for η = 2/(κ + 1) =
// 0.0198, nearly twice as much; then both are (κ − 1)/(κ + 1) in each step, and for any other η one of them is larger.
// After N steps with η = 0.010001 b is 0.989999^N, with η = 0.0198 0.980198^N, about the square of that.
func TestBook3_DescentOnHyperParameters(t *testing.T) {
	t.Log("Claim: gradient descent on λ ends at λ = 0, and on η at what is best for one step, not for a run.")
	t.Run("∂R/∂λ = (1/2n) Σ w², by central differences, for given weights and for trained ones", descentSlopeOfLambda)
	t.Run("descent on λ reaches 0, though another λ is best for other examples", descentOnLambda)
	t.Run("dC(w − ηg)/dη = −∇C(w − ηg)·g, by central differences", descentSlopeOfEta)
	t.Run("in a valley descent on η ends at 0.010001, and a run wants 0.0198", descentOnEta)
}

// trainedWeight returns the weight that is best for λ on the examples of fitted, which want w = 3. Each step with η = ½
// multiplies the distance to it by ½ − λ/4, so that 100 steps end there.
func trainedWeight(t *testing.T, lambda float64) float64 {
	return fitted(t, SGD{Eta: 0.5, Lambda: lambda}, 100, 3)[100]
}

// descentSlopeOfLambda has n = 2 and b = 0. R = ½(w − 3)² + (λ/4)w² is computed by hand, and w is what SGD ends at. The
// cost C without regularisation rises with λ too, once w is trained for it.
func descentSlopeOfLambda(t *testing.T) {
	tab := newTable(t, "λ", "w trained", "R*'(λ), central difference = (1/2n) w²", "for given w = (1/2n) w²",
		"derivative of C alone, > 0")
	for _, lambda := range []float64{0.1, 0.5, 1, 2} {
		cost := func(w, lambda float64) float64 { return (w-3)*(w-3)/2 + lambda/4*w*w }
		w := trainedWeight(t, lambda)
		best := derivative(func(l float64) float64 { return cost(trainedWeight(t, l), l) }, lambda, 1e-4)
		given := derivative(func(l float64) float64 { return cost(w, l) }, lambda, 1e-4)
		fit := derivative(func(l float64) float64 { return cost(trainedWeight(t, l), 0) }, lambda, 1e-4)
		tab.row(lambda, w, near(best, w*w/4, 1e-7), near(given, w*w/4, 1e-7),
			holds(fmt.Sprintf("%.4f > 0", fit), fit > 0))
	}
}

// descentOnLambda makes steps of 0.5 times the derivative from λ = 2, and stops at 0, because SGD.Check refuses a λ
// below 0. The other example is (1, 2.4), to which w = 2.4 is right: that is so for λ = ½, because w is 3/(1 + λ/2).
func descentOnLambda(t *testing.T) {
	tab := newTable(t, "step", "λ", "w", "R falls", "cost of (1, 2.4)")
	lambda, before, least, at := 2.0, math.Inf(1), math.Inf(1), 0.0
	for step := 0; ; step++ {
		w := trainedWeight(t, lambda)
		r, other := (w-3)*(w-3)/2+lambda/4*w*w, Quadratic.Of([]float64{w}, []float64{2.4})
		tab.row(step, lambda, w, holds(fmt.Sprintf("%.4f < %.4f", r, before), r < before), other)
		if other < least {
			least, at = other, lambda
		}
		if before = r; lambda == 0 || step == 20 {
			break
		}
		lambda = max(0, lambda-0.5*w*w/4)
	}
	net, s := oneNeuron(LinearNeurons, 0, 0), SGD{Cost: Quadratic, Eta: 1, BatchSize: 1, Lambda: -0.1}
	newTable(t, "λ in the end", "λ on the way that is best for (1, 2.4)", "λ = −0.1 is refused").
		row(same(lambda, 0), within(0, at, 1), same(s.Check(net, 1) != nil, true))
}

// descentSlopeOfEta takes a step of a whole training set of five examples.
func descentSlopeOfEta(t *testing.T) {
	net, data := randomNetwork(6, SigmoidNeurons, 3, 4, 2), randomExamples(6, 5, 3, 2)
	all := []int{0, 1, 2, 3, 4}
	g := meanGradient(t, net, CrossEntropy, data, all)
	after := func(eta float64) *Network {
		moved := net.Clone()
		each(moved, g, func(p, q *float64) { *p -= eta * *q })
		return moved
	}
	tab := newTable(t, "η", "dC(w − ηg)/dη, central difference", "off −∇C(w − ηg)·g")
	for _, eta := range []float64{0.01, 0.5, 2, 10} {
		slope := derivative(func(eta float64) float64 {
			return meanCost(after(eta), CrossEntropy, data, all)
		}, eta, 1e-4)
		product := inner(meanGradient(t, after(eta), CrossEntropy, data, all), g)
		tab.row(eta, slope, below(math.Abs(slope+product), 1e-7))
	}
}

// valley returns the two examples, and a linear neuron at w = b = 1, for which C = 50w² + ½b².
func valley() (*Network, Examples) {
	return oneNeuron(LinearNeurons, 1, 1), Examples{{[]float64{10}, []float64{0}}, {[]float64{-10}, []float64{0}}}
}

// afterSteps returns C after N steps with η in the valley.
func afterSteps(t *testing.T, eta float64, steps int) float64 {
	net, data := valley()
	s := SGD{Cost: Quadratic, Eta: eta, BatchSize: 2}
	for range steps {
		takeStep(t, &s, net, data, 0, 1)
	}
	return meanCost(net, Quadratic, data, []int{0, 1})
}

// descentOnEta descends on η with the derivative of C after one step, by central differences. The second derivative is
// 10⁶ + 1, so that steps of 5·10⁻⁷ times the derivative halve the distance each time. Then it looks for the best of 100
// η from 0.0002 to 0.02 for runs of N steps.
func descentOnEta(t *testing.T) {
	eta := 0.002
	for range 60 {
		eta -= 5e-7 * derivative(func(eta float64) float64 { return afterSteps(t, eta, 1) }, eta, 1e-5)
	}
	tab := newTable(t, "N", "best of 100 η for N steps", "C after N steps with it", "with the η of descent",
		"times as much")
	newTable(t, "η of descent = (κ² + 1)/(κ³ + 1)").row(near(eta, 10001.0/1000001, 1e-9))
	for _, n := range []int{1, 10, 100, 400} {
		var costs []float64
		for i := range 100 {
			costs = append(costs, afterSteps(t, float64(i+1)/5000, n))
		}
		least := slices.Min(costs)
		best, greedy := float64(slices.Index(costs, least)+1)/5000, afterSteps(t, eta, n)
		if n < 400 {
			tab.row(n, best, least, greedy, greedy/least)
			continue
		}
		tab.row(n, near(best, 2.0/101, 0.0003), least, greedy,
			holds(fmt.Sprintf("%.4g > 1000", greedy/least), greedy > 1000*least))
	}
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
	t.Run("0 ≤ μ < 1, η < 2(1 + μ), p ≠ q: w_n = Ap^n + Bq^n shrinks, with swings where the roots are not real",
		momentumBelowOne)
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
// not. They have δ^L_j = (a_j − y_j) σ'(z_j), which is in size at most a quarter of a_j − y_j and nearly nothing where
// the neuron is saturated.
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
	tab := newTable(t, "pairing", "z", "C = A − Σ y_j z_j + constant", "C from z, off that", "constant",
		"∂A/∂z off a, relative")
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
			want, fromZ := pair.A(z)-dot(y, z)+pair.constant, any("")
			if matched, ok := pair.cost.(Matched); ok {
				fromZ = below(math.Abs(matched.OfZ(z, y)-want), 1e-13)
			}
			tab.row(pair.name, z, near(pair.cost.Of(a, y), want, 1e-13), fromZ, pair.constant,
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
// these are n/(n + 1) and n²/(n + 1)³.
func oneFactSaturated(t *testing.T) {
	tab := newTable(t, "z", "n", "linear: δ = z", "cross-entropy: δ = n/(n + 1)", "log-likelihood: the same",
		"quadratic: δ = n²/(n + 1)³")
	for _, n := range []float64{1, 7, 148, 22026, 4e8} {
		z, off, want := math.Log(n), []float64{0}, n/(n+1)
		quadratic := outputErrorAt(t, SigmoidNeurons, Quadratic, []float64{z}, off)[0]
		cross := outputErrorAt(t, SigmoidNeurons, CrossEntropy, []float64{z}, off)[0]
		soft := outputErrorAt(t, SoftmaxLayer, LogLikelihood, []float64{z, 0}, []float64{0, 1})[0]
		linear := outputErrorAt(t, LinearNeurons, Quadratic, []float64{z}, off)[0]
		tab.row(z, n, same(linear, z), near(cross, want, 1e-15), near(soft, want, 1e-15),
			near(quadratic, want*want/(n+1), 1e-14*want/n))
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
// One hidden neuron cannot do XOR, if its f only rises or only falls, as σ does. Its answer a_1 rises or falls with u =
// w·x + b, or does neither; so does the output with a_1. So the inputs with an output above 1/2 are those on one side
// of a line in the plane of x, and no line has (0, 1) and (1, 0) on one side, (0, 0) and (1, 1) on the other: the two
// pairs have the same midpoint. At most three of the four answers are right.
func TestBook3_HiddenNeuronsAlike(t *testing.T) {
	t.Log("Claim: hidden neurons with the same weights, biases and velocities, to and from them, stay alike for ever.")
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
