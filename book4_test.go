package nndl

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"testing"
)

// These are the claims, exercises and problems of chapter 4 of Nielsen's "Neural Networks and Deep Learning": a network
// can compute any function. The book shows it in pictures. Here are proofs, and networks of perceptron.go and
// sigmoid.go that do it, with weights chosen by hand. The file is made as exercises_test.go is, whose helpers it
// shares. Its own are at the end.
//
//	go test -v -run Book4
//
// Taken from elsewhere are Heine's theorem, that on a closed interval or square a continuous function is uniformly
// continuous, Fejér's theorem, and what every first course has: Taylor's formula, Rolle's theorem and the derivatives.
//
// Everywhere ω(d) is the largest change of f over a distance of at most d. If f is continuous, ω(d) tends to 0 with d:
// that is Heine's theorem.

// The book's chapter 4

// A step. The claim is that for w > 0 the neuron σ(wx + b) is a step at s = −b/w. There it answers ½, and elsewhere
//
//	½ e^(−w|x − s|) < |σ(wx + b) − step(x − s)| < e^(−w|x − s|).
//
// So the quotient of b and w says where the step is, and w alone how sharp it is.
//
// Proof. As b = −ws, the weighted input is w(x − s). Let u = w|x − s|. To the right of s the distance from 1 is 1 −
// σ(u), to the left that from 0 is σ(−u), and both are e^(−u)/(1 + e^(−u)). For u > 0 the denominator is between 1 and
// 2.
//
// Three consequences are measured too. The slope at s is wσ'(0) = w/4. The answer is 99% where z = ln 99, as σ(ln 99) =
// 99/100, and 1% where z = −ln 99. The window between these is (2/w) ln 99 wide, so that a w ten times as large makes
// it a tenth. And wx + b + d = w(x + d/w) + b: a bias that is larger by d moves the graph to the left by d/w, and
// leaves its shape as it is.
//
// For w < 0 the step goes down, from 1 to 0, as σ(−u) = 1 − σ(u), and a larger bias moves it to the right.
func TestBook4_Step(t *testing.T) {
	t.Log("Claim: for w > 0, σ(wx + b) is a step at s = −b/w, up to less than e^(−w|x − s|).")
	t.Run("where it is ½, how steep it is there, how wide the window is, and where a larger bias moves it", stepPlaces)
	t.Run("the distance from a perceptron's step, from both sides", stepBounds)
	t.Run("fails for w < 0: the step goes down, and a larger bias moves it to the right", stepDown)
}

// crossing returns the x from −1 to 2 at which a neuron of one input answers level, by halving the interval.
func crossing(net *Network, level float64) float64 {
	low, high := -1.0, 2.0
	up := answerTo(net, high) > answerTo(net, low)
	for range 60 {
		if middle := (low + high) / 2; answerTo(net, middle) < level == up {
			low = middle
		} else {
			high = middle
		}
	}
	return low
}

// stepPlaces looks for the step in the neuron's answers. Two pairs have the same quotient, and steps at the same place.
func stepPlaces(t *testing.T) {
	tab := newTable(t, "w", "b", "answers ½ at x = −b/w", "slope there = w/4", "1% to 99% = (2/w) ln 99",
		"moved by b + 1: −1/w")
	for _, p := range [][2]float64{{8, -4}, {100, -30}, {999, -299.7}, {200, -40}, {1000, -200}} {
		w, b := p[0], p[1]
		net, raised := oneNeuron(SigmoidNeurons, b, w), oneNeuron(SigmoidNeurons, b+1, w)
		s := crossing(net, 0.5)
		slope := derivative(func(x float64) float64 { return answerTo(net, x) }, s, 1e-4/w)
		tab.row(w, b, near(s, -b/w, 1e-14), near(slope, w/4, 1e-6*w),
			near(crossing(net, 0.99)-crossing(net, 0.01), 2/w*math.Log(99), 1e-13),
			near(crossing(raised, 0.5)-s, -1/w, 1e-13))
	}
}

// stepBounds holds sigmoid neurons against the perceptrons with the same weights.
func stepBounds(t *testing.T) {
	tab := newTable(t, "w", "b", "x − s", "perceptron", "sigmoid", "½ e^(−w|x − s|) < difference < e^(−w|x − s|)")
	for _, p := range [][2]float64{{8, -4}, {100, -30}, {999, -299.7}} {
		w, b := p[0], p[1]
		for _, d := range []float64{-8 / w, -1 / w, 1 / w, 8 / w} {
			a, step := answerTo(oneNeuron(SigmoidNeurons, b, w), -b/w+d), answerTo(oneNeuron(Perceptrons, b, w), -b/w+d)
			e := math.Exp(-w * math.Abs(d))
			tab.row(w, b, d, step, fmt.Sprintf("%.8f", a), within(e/2, math.Abs(a-step), e))
		}
	}
}

// stepDown has s = 0.3 twice.
func stepDown(t *testing.T) {
	tab := newTable(t, "w", "b", "at s − 0.01", "at s", "at s + 0.01", "moved by b + 1: 1/|w|")
	for _, p := range [][2]float64{{-1000, 300}, {-2000, 600}} {
		w, b := p[0], p[1]
		net, s := oneNeuron(SigmoidNeurons, b, w), -b/w
		e := math.Exp(-0.01*math.Abs(w)) * (1 + 1e-6)
		tab.row(w, b, near(answerTo(net, s-0.01), 1, e), near(answerTo(net, s), 0.5, 1e-12),
			near(answerTo(net, s+0.01), 0, e),
			near(crossing(oneNeuron(SigmoidNeurons, b+1, w), 0.5)-s, -1/w, 1e-13))
	}
}

// A bump. The claim is that for w > 0 two hidden neurons, with the weights h and −h to a linear output, make a bump of
// height h from s_1 to s_2,
//
//	h σ(w(x − s_1)) − h σ(w(x − s_2)),
//
// up to less than |h|(e^(−w|x − s_1|) + e^(−w|x − s_2|)). If s_1 > s_2, it is a bump of height −h from s_2 to s_1.
//
// Proof. Two perceptrons in their places make h step(x − s_1) − h step(x − s_2). That is h − 0 between s_1 and s_2, and
// 0 − 0 or h − h outside. If s_1 > s_2, it is 0 − h between them. Each sigmoid neuron is off by less than a step's
// bound, times |h|.
//
// However small w is, the area under it is h(s_2 − s_1), that of the rectangle: ln(1 + e^(w(x − s)))/w has the
// derivative σ(w(x − s)). On the left it tends to 0, and on the right its distance from x − s does. So the area under
// the difference of two steps tends to (x − s_1) − (x − s_2).
//
// The middle is u/w from both steps, with u = w(s_2 − s_1)/2. There the bump is h(σ(u) − σ(−u)), and σ(u) − σ(−u) = (1
// − e^(−u))/(1 + e^(−u)) = tanh(u/2). So it is nearly h only if w(s_2 − s_1) is large: thin bumps need large weights.
func TestBook4_Bump(t *testing.T) {
	t.Log("Claim: neurons with steps at s_1 and s_2 and the weights h and −h are a bump of height h between the two.")
	t.Run("its distance from the rectangle, its area, and its height in the middle", func(t *testing.T) {
		bumpTable(t, [][4]float64{{0.4, 0.6, 0.8, 100}, {0.4, 0.6, 0.8, 1000}, {0.3, 0.7, -0.5, 100},
			{0.7, 0.3, 0.8, 100}})
	})
	t.Run("fails where w(s_2 − s_1) is small: the area is right, but the bump is low", func(t *testing.T) {
		bumpTable(t, [][4]float64{{0.4, 0.6, 0.8, 10}, {0.49, 0.51, 0.8, 100}})
	})
}

// bumpTable takes s_1, s_2, h and w. It holds the network against the one that has perceptrons with the same weights.
func bumpTable(t *testing.T, bumps [][4]float64) {
	tab := newTable(t, "s_1", "s_2", "h", "w", "off, in parts of the bound", "area = h(s_2 − s_1)",
		"middle = h tanh(w(s_2 − s_1)/4)")
	for _, p := range bumps {
		s1, s2, h, w := p[0], p[1], p[2], p[3]
		net := oneHiddenLayer(SigmoidNeurons, 0, stepAt(s1, w, h), stepAt(s2, w, -h))
		steps := net.Clone()
		steps.Hidden = Perceptrons
		off := 0.0
		for _, x := range grid(1000) {
			e := math.Exp(-w*math.Abs(x-s1)) + math.Exp(-w*math.Abs(x-s2))
			if e > 1e-9 && math.Abs(x-s1) > 1e-9 && math.Abs(x-s2) > 1e-9 { // else rounding is more
				off = max(off, math.Abs(answerTo(net, x)-answerTo(steps, x))/(math.Abs(h)*e))
			}
		}
		bump := func(x float64) float64 { return answerTo(net, x) }
		area := integral(bump, min(s1, s2)-40/w, max(s1, s2)+40/w)
		tab.row(s1, s2, h, w, below(off, 1+1e-6), near(area, h*(s2-s1), 1e-8),
			near(bump((s1+s2)/2), h*math.Tanh(w*(s2-s1)/4), 1e-12))
	}
}

// Any continuous function of one input. Cut [0, 1] into N ≥ 2 parts, and let m_i be the middle of part i, for i = 1 …
// N. The claim is that for w > 0 the network with N − 1 hidden neurons and a linear output
//
//	g(x) = f(m_1) + Σ_i [f(m_(i+1)) − f(m_i)] σ(w(x − i/N)),   i = 1 … N − 1
//
// is near to f on all of [0, 1]:
//
//	|g(x) − f(x)| ≤ (1 + 1/sinh(w/2N)) ω(1/N).
//
// For continuous f this tends to 0 as N grows, if w grows as N does: with w = 6N the factor is 1.0998. So g comes as
// near to f as one likes.
//
// Proof. Let x be at most 1/2N from the step p/N, and a = σ(w(x − p/N)). If all other neurons were perceptrons, those
// to the left of x would have raised the answer from f(m_1) to f(m_p), and those to the right would add nothing:
//
//	g(x) = f(m_p) + [f(m_(p+1)) − f(m_p)] a = (1 − a) f(m_p) + a f(m_(p+1)).
//
// This is a mean of two values of f. Each is taken at most 1/2N + 1/2N from x, and so is at most ω(1/N) from f(x). Then
// their mean is, too. If no step is so near, x is in the outer half of the first or the last part, and f(m_1) or f(m_N)
// is at most ω(1/2N) from f(x).
//
// Now for what the other neurons lack of perceptrons. On each side the k-th of them is at least (k − ½)/N from x. So it
// is off by less than q^(k − ½), with q = e^(−w/N), times a change of f of at most ω(1/N). Both sides together add
//
//	2ω(1/N) (q^(1/2) + q^(3/2) + …) = 2ω(1/N) q^(1/2)/(1 − q) = 2ω(1/N)/(q^(−1/2) − q^(1/2)) = ω(1/N)/sinh(w/2N).
//
// Why N − 1 neurons do what takes 2N in the book: there, every part has a bump, which is a step up where it begins and
// a step back where it ends. Where bump i ends, bump i + 1 begins. The two neurons there have the same weight and bias,
// and so the same answer, and two weights −f(m_i) and f(m_(i+1)) on one answer are one weight, their sum. That leaves N
// + 1 neurons. The step at 0 is past for every x > 0: a bias does the same. The step at 1 is never reached.
//
// With a sigmoid output the hidden layer makes σ⁻¹ ∘ f instead, for 0 < f < 1, where σ⁻¹(y) = ln(y/(1 − y)). As σ' ≤ ¼,
// the answer is off by at most ¼ of what its weighted input is off by. (An f that reaches 0 or 1 is at most δ from δ +
// (1 − 2δ)f, which does not.) Several outputs share the hidden neurons: only the weights behind these depend on f.
func TestBook4_OneInput(t *testing.T) {
	t.Log("Claim: N − 1 hidden neurons are off f by at most (1 + 1/sinh(w/2N)) ω(1/N), which tends to 0.")
	t.Run("the book's f: in the end half the error for twice as many neurons", oneInputParts)
	t.Run("the 2N neurons of the book's bumps give the same answers as N − 1 and a bias", oneInputBumps)
	t.Run("with a sigmoid output, the hidden layer makes σ⁻¹ ∘ f", oneInputSigmoid)
	t.Run("the book's challenge, five heights off by 0.40 on average: medians do it, values in the middle do not",
		oneInputChallenge)
	t.Run("two outputs on the same hidden neurons draw a circle", oneInputCircle)
	t.Run("fails as the book prints f the second time, without an x: below 0 there is no σ⁻¹", oneInputMisprint)
	t.Run("fails for an f that jumps: off by half of the jump, however many neurons", oneInputJump)
}

// oneInput is the function of the book's (113).
func oneInput(x float64) float64 {
	return 0.2 + 0.4*x*x + 0.3*x*math.Sin(15*x) + 0.05*math.Cos(50*x)
}

// inverseSigmoid returns σ⁻¹(y).
func inverseSigmoid(y float64) float64 { return math.Log(y / (1 - y)) }

// oneInputParts measures the error, and ω, at 1600 points and more. The steps and the middles of the parts are among
// them, so that the proof holds for these points by themselves. Once the parts are so short that f is nearly straight
// on each, the staircase on one is that of any other, as high as its slope says, and half the length is half the error.
func oneInputParts(t *testing.T) {
	tab := newTable(t, "N", "neurons", "ω(1/N)", "w = 60N: off by ≤ bound", "the row above over this",
		"w = 6N: off by ≤ bound")
	last := 0.0
	for _, n := range []int{5, 10, 20, 40, 80, 160} {
		m := max(1600, 40*n)
		omega := modulus(oneInput, n, m)
		errors := make([]float64, 2)
		for i, c := range []float64{60, 6} {
			bias, units := staircase(oneInput, parts(n, 0), c*float64(n))
			errors[i] = largestError(oneHiddenLayer(SigmoidNeurons, bias, units...), oneInput, grid(m))
		}
		var ratio any = ""
		if n >= 40 {
			ratio = within(1.7, last/errors[0], 2.3)
		}
		last = errors[0]
		tab.row(n, n-1, omega, below(errors[0], omega*(1+1/math.Sinh(30))), ratio,
			below(errors[1], omega*(1+1/math.Sinh(3))))
	}
}

// bookBumps returns the units of the book's network: two for each height, which make a bump in that part of [0, 1].
func bookBumps(w float64, heights ...float64) (units []hiddenUnit) {
	n := float64(len(heights))
	for i, h := range heights {
		units = append(units, stepAt(float64(i)/n, w, h), stepAt(float64(i+1)/n, w, -h))
	}
	return units
}

// middles returns f in the middle of each of n parts.
func middles(f func(float64) float64, n int) (values []float64) {
	for i := range n {
		values = append(values, f((float64(i)+0.5)/float64(n)))
	}
	return values
}

// oneInputBumps: the step at 0 is less than the bias f(m_1) by f(m_1)(1 − σ(wx)), and the step at 1 takes f(m_N) σ(w(x
// − 1)) away. Inside, both are next to nothing.
func oneInputBumps(t *testing.T) {
	const n, w = 5, 1000.0
	f := middles(oneInput, n)
	bias, units := staircase(oneInput, parts(n, 0), w)
	few := oneHiddenLayer(SigmoidNeurons, bias, units...)
	all := oneHiddenLayer(SigmoidNeurons, 0, bookBumps(w, f...)...)
	tab := newTable(t, "x", fmt.Sprint(few.Sizes[1], " neurons"), fmt.Sprint(all.Sizes[1], " neurons"), "difference")
	for _, x := range []float64{0.02, 0.1, 0.199, 0.2, 0.2005, 0.5, 0.6, 0.98} {
		a, b := answerTo(few, x), answerTo(all, x)
		tab.row(x, a, b, below(math.Abs(a-b), f[0]*math.Exp(-w*x)+f[n-1]*math.Exp(-w*(1-x))+1e-13))
	}
}

// oneInputSigmoid takes ω of σ⁻¹ ∘ f.
func oneInputSigmoid(t *testing.T) {
	tab := newTable(t, "N", "w", "off by ≤ ¼ (1 + 1/sinh(w/2N)) ω(1/N)")
	inverse := func(x float64) float64 { return inverseSigmoid(oneInput(x)) }
	for _, n := range []int{5, 20, 80} {
		points, w := grid(3200), 60*float64(n)
		bias, units := staircase(inverse, parts(n, 0), w)
		net := oneHiddenLayer(SigmoidNeurons, bias, units...)
		net.Output = SigmoidNeurons
		tab.row(n, w, below(largestError(net, oneInput, points), modulus(inverse, n, 3200)*(1+1/math.Sinh(30))/4))
	}
}

// oneInputChallenge: the book asks for five heights whose mean distance from σ⁻¹ ∘ f is at most 0.40. While a height h
// rises, its distance to the values below it grows, and that to the values above it shrinks. So the sum of distances
// falls as long as more values are above h than below, and rises once more are below. The best h is a median of the
// values in its part. The distances are measured at 100 points.
func oneInputChallenge(t *testing.T) {
	const w = 1e5
	inverse := func(x float64) float64 { return inverseSigmoid(oneInput(x)) }
	distance := func(heights []float64) (mean float64) {
		net := oneHiddenLayer(SigmoidNeurons, 0, bookBumps(w, heights...)...)
		for i := range 100 {
			x := (float64(i) + 0.5) / 100
			mean += math.Abs(answerTo(net, x)-inverse(x)) / 100
		}
		return mean
	}
	medians := make([]float64, 5)
	for i := range medians {
		values := middles(inverse, 100)[20*i : 20*i+20]
		slices.Sort(values)
		medians[i] = (values[9] + values[10]) / 2
	}
	tab := newTable(t, "five heights", "mean distance", "one of them ±0.1: at best")
	for i, heights := range [][]float64{middles(inverse, 5), medians} {
		mean, changed := distance(heights), math.Inf(1)
		for j := range 10 {
			other := slices.Clone(heights)
			other[j/2] += 0.1 - 0.2*float64(j%2)
			changed = min(changed, distance(other))
		}
		if i == 0 {
			tab.row(fmt.Sprintf("σ⁻¹(f) in the middle: %.2f", heights), within(0.4, mean, 1), below(changed, mean))
		} else {
			tab.row(fmt.Sprintf("medians: %.2f", heights), below(mean, 0.4), below(mean, changed))
		}
	}
}

// oneInputCircle: cos 2πx and sin 2πx change over 1/N by at most 2 sin(π/N), the chord of a circle.
func oneInputCircle(t *testing.T) {
	const n, w = 40, 60 * 40
	cos := func(x float64) float64 { return math.Cos(2 * math.Pi * x) }
	sin := func(x float64) float64 { return math.Sin(2 * math.Pi * x) }
	net := New(SigmoidNeurons, 1, n-1, 2)
	net.Output = LinearNeurons
	for j, f := range []func(float64) float64{cos, sin} {
		bias, units := staircase(f, parts(n, 0), w)
		one := oneHiddenLayer(SigmoidNeurons, bias, units...)
		net.Weights[1], net.Biases[1] = one.Weights[1], one.Biases[1] // the same for both
		net.Weights[2][j], net.Biases[2][j] = one.Weights[2][0], bias
	}
	x, y := 0.0, 0.0
	for _, p := range grid(3200) {
		a := net.FeedForward([]float64{p})
		x, y = max(x, math.Abs(a[0]-cos(p))), max(y, math.Abs(a[1]-sin(p)))
	}
	bound := 2 * math.Sin(math.Pi/n) * (1 + 1/math.Sinh(30))
	newTable(t, "layers", "cos 2πx off", "sin 2πx off").row(net.Sizes, below(x, bound), below(y, bound))
}

// oneInputMisprint: where the book says that nothing was special about f, it prints 0.3 sin 15x for 0.3x sin 15x. At x
// = π/10 this is 0.2 + 0.4x² − 0.3 − 0.05, because sin 3π/2 = cos 5π = −1.
func oneInputMisprint(t *testing.T) {
	printed := func(x float64) float64 { return oneInput(x) + 0.3*(1-x)*math.Sin(15*x) }
	tab := newTable(t, "f(x)", "at x = π/10", "σ⁻¹ of it")
	x := math.Pi / 10
	tab.row("(113)", within(0, oneInput(x), 1), inverseSigmoid(oneInput(x)))
	tab.row("without the x", near(printed(x), 0.4*x*x-0.15, 1e-15),
		holds("NaN", math.IsNaN(inverseSigmoid(printed(x)))))
}

// oneInputJump: f is 0 up to ½ and 1 beyond. A network's answer is continuous, so it is nearly the same just before the
// jump and just behind it. The two values of f are 1 apart, so that from one of them it is off by at least ½.
func oneInputJump(t *testing.T) {
	tab := newTable(t, "N", "w", "½ ≤ error at ½ ± 10⁻¹², but for 10⁻⁶")
	jump := func(x float64) float64 { return Step(x - 0.5) }
	for _, n := range []int{5, 6, 1000} {
		for _, c := range []float64{6, 1000} {
			bias, units := staircase(jump, parts(n, 0), c*float64(n))
			net := oneHiddenLayer(SigmoidNeurons, bias, units...)
			off := largestError(net, jump, []float64{0.5 - 1e-12, 0.5 + 1e-12})
			tab.row(n, c*float64(n), below(0.5-1e-6, off))
		}
	}
}

// The windows of failure. Around each step is a window in which a sigmoid neuron is neither nearly 0 nor nearly 1. The
// book says that its explanation fails there. As a repair it adds up M networks for f/M, with steps shifted by 1/MN, so
// that a point is in the window of one of them at most. The claim is that with one input there is nothing to repair,
// except at 0 and at 1:
//
// In a window the answer is a mean of f(m_p) and f(m_(p+1)), as just proved. Each of the two bumps that meet there is
// wrong, but the one falls as the other rises.
//
// At the step itself it is better than elsewhere. If |f″| ≤ B, the error there is at most
//
//	B/8N² + 2ω(1/N)/(e^(w/N) − 1),
//
// while just outside a narrow window it is about |f'|/2N, as for every staircase. So narrower windows are no help.
//
// Proof. At x = p/N, a = ½. With d = 1/2N, Taylor's formula says f(x ± d) = f(x) ± d f'(x) + ½ d² f″(u), with another u
// for each sign. In the mean of the two, ±d f'(x) cancels, and what is left is at most ½ d² B = B/8N². The other steps
// are k/N away, k = 1, 2, …, on both sides. With q = e^(−w/N) they add at most 2ω(1/N)(q + q² + …), and q + q² + … =
// q/(1 − q) = 1/(e^(w/N) − 1).
//
// At 0 and at 1 the book's bumps have no neighbour on one side. There the answer is half of what it should be, whatever
// N and w are. A bias in the place of the step at 0, and no step at 1, mend that.
//
// The repair keeps the bound for one input: each copy has it, and the answer is the mean of M answers. But it takes MN
// − 1 neurons, and as many in one staircase have the bound with ω(1/MN). The copies do not. Near an x that is not near
// 0 or 1, they answer f(x + u) with M values of u, 1/MN apart. In the middle between two steps these go from −½(1 −
// 1/M)/N to ½(1 − 1/M)/N, so that their mean is 0 and that of u² is (1 − 1/M²)/12N². By so much the answer for x² is
// off there, however large M is. One finer staircase is off by nothing.
func TestBook4_WindowsOfFailure(t *testing.T) {
	t.Log("Claim: with one input the windows of failure need no repair: the answer there is a mean of its neighbours.")
	t.Run("the error at the steps is of the order 1/N², and anywhere of the order 1/N", windowsAtSteps)
	t.Run("for N = 40, windows a hundredth as wide do not help, and wider ones do", windowsWidths)
	t.Run("the book's repair, M shifted copies, and as many neurons in one finer staircase", windowsRepaired)
	t.Run("fails at 0 and 1 for the book's 2N neurons: half of the value, whatever N and w", windowsAtTheEnds)
}

// windowsAtSteps uses |f″| ≤ 0.8 + 9 + 67.5 + 125 = 202.3, because f″ = 0.8 + 9 cos 15x − 67.5x sin 15x − 125 cos 50x.
// It holds the error anywhere against half of what f changes by between two windows, from 20/w behind a step to 20/w
// before the next: there the answer stays as it is but for e^(−20) ω(1/N).
func windowsAtSteps(t *testing.T) {
	tab := newTable(t, "N", "w", "error at the steps ≤ bound", "half of a change < error anywhere < ω(1/N)")
	for _, n := range []int{20, 40, 80, 160} {
		w, omega := 60*float64(n), modulus(oneInput, n, 3200)
		bias, units := staircase(oneInput, parts(n, 0), w)
		net := oneHiddenLayer(SigmoidNeurons, bias, units...)
		steps, xs, change := parts(n, 0)[1:n], grid(1600), 0.0
		for i, s := range steps[1:] {
			from, to := steps[i]+20/w, s-20/w
			xs, change = append(xs, from, to), max(change, math.Abs(oneInput(to)-oneInput(from)))
		}
		tab.row(n, w, below(largestError(net, oneInput, steps), 202.3/float64(8*n*n)+2*omega/(math.Exp(60)-1)),
			within(change/2-omega*math.Exp(-20), largestError(net, oneInput, xs), omega))
	}
}

// windowsWidths goes on until the windows are so wide that too many steps overlap.
func windowsWidths(t *testing.T) {
	const n = 40
	points, omega := grid(3200), modulus(oneInput, n, 3200)
	tab := newTable(t, "w", "window, 1% to 99%, in parts", "error ≤ (1 + 1/sinh(w/2N)) ω(1/N)",
		"and ≤ the row above")
	last := math.Inf(1)
	for _, c := range []float64{6000, 60, 20, 10, 6, 1} {
		bias, units := staircase(oneInput, parts(n, 0), c*n)
		off := largestError(oneHiddenLayer(SigmoidNeurons, bias, units...), oneInput, points)
		var better any = ""
		if c > 1 {
			better = below(off, last)
		}
		tab.row(c*n, 2/c*math.Log(99), below(off, omega*(1+1/math.Sinh(c/2))), better)
		last = off
	}
}

// windowsRepaired adds up M staircases for f/M with N = 20 parts, for the book's f and for x². All windows are so
// narrow that none touches another. The x of the last two columns is ½ + 1/2MN, in the middle between two steps.
func windowsRepaired(t *testing.T) {
	const n = 20
	omega := modulus(oneInput, n, 3200)
	tab := newTable(t, "M", "neurons", "copies: error ≤ bound", "finer steps: error ≤ bound",
		"x²: copies off by (1 − 1/M²)/12N²", "finer steps, by 0")
	for _, m := range []int{1, 2, 4, 8} {
		w, x := 60*float64(m*n), 0.5+0.5/float64(m*n)
		const tails = 1 + 1e-12 // 1 + 1/sinh(30M) and less
		copies, finer := shiftedCopies(oneInput, n, m, w), shiftedCopies(oneInput, m*n, 1, w)
		tab.row(m, same(copies.Sizes[1], finer.Sizes[1]),
			below(largestError(copies, oneInput, grid(3200)), omega*tails),
			below(largestError(finer, oneInput, grid(3200)), modulus(oneInput, m*n, 3200)*tails),
			near(answerTo(shiftedCopies(square, n, m, w), x)-x*x, (1-1/float64(m*m))/(12*n*n), 1e-12),
			near(answerTo(shiftedCopies(square, m*n, 1, w), x)-x*x, 0, 1e-12))
	}
}

// shiftedCopies returns the sum of m staircases for f/m, each with n parts whose steps are shifted by 1/mn.
func shiftedCopies(f func(float64) float64, n, m int, w float64) *Network {
	bias, units := 0.0, []hiddenUnit{}
	for i := range m {
		b, u := staircase(func(x float64) float64 { return f(x) / float64(m) }, parts(n, float64(i)/float64(m)), w)
		bias, units = bias+b, append(units, u...)
	}
	return oneHiddenLayer(SigmoidNeurons, bias, units...)
}

// windowsAtTheEnds has windows that are narrow, and some that are as narrow as can be.
func windowsAtTheEnds(t *testing.T) {
	tab := newTable(t, "N", "w", "2N: at 0, f(m_1)/2", "at 1, f(m_N)/2", "N − 1: at 0, f(m_1)", "at 1, f(m_N)")
	for _, n := range []int{5, 80} {
		for _, w := range []float64{60 * float64(n), 1e6} {
			f := middles(oneInput, n)
			all := oneHiddenLayer(SigmoidNeurons, 0, bookBumps(w, f...)...)
			bias, units := staircase(oneInput, parts(n, 0), w)
			few := oneHiddenLayer(SigmoidNeurons, bias, units...)
			tab.row(n, w, near(answerTo(all, 0), f[0]/2, 1e-12), near(answerTo(all, 1), f[n-1]/2, 1e-12),
				near(answerTo(few, 0), f[0], 1e-12), near(answerTo(few, 1), f[n-1], 1e-12))
		}
	}
}

// Towers. For two inputs, take a bump of height h > 0 in x and one in y, and behind them a sigmoid neuron with the bias
// −3h/2. The claim is that it answers nearly 1 in the rectangle where both bumps are, and nearly 0 elsewhere; and so
// with n inputs, n bumps and the bias −(n − ½)h. Where every coordinate is at least d from both ends of its bump, it is
// off by at most e^(−h(½ − ε)), with ε = 2n e^(−wd).
//
// Proof. Each bump is from 0 to h and off by at most 2h e^(−wd), so that all together are off by at most hε. Inside,
// all n are h and z ≥ nh − hε − (n − ½)h = h(½ − ε). Elsewhere, one of them is 0 and z ≤ (n − 1)h + hε − (n − ½)h =
// −h(½ − ε). The rest is σ(−u) < e^(−u). Every bias between −nh and −(n − 1)h would do, if h is large.
//
// Now any continuous f of two inputs, with two hidden layers. Cut the square into N·N small ones, build a tower on
// each, and give it the height of f in its middle. Here too, bumps that meet share a step, so that 2(N − 1) neurons are
// enough in the first layer. Let F be the largest |f|, d ≤ 1/3N and e = e^(−wd). The claim is that
//
//	|g − f| ≤ ω(1/N) + F (3he/2 + N² e^(−h(½ − 4e)))
//
// except near a corner where four towers meet, which is where x and y are both closer than d to a step. There it fails:
// at the corner itself each bump is h/2, z = −h/2 for all four, none of them stands, and the answer is nearly 0.
//
// Proof. If neither is near a step, one tower is nearly 1 and the others nearly 0, each off by at most e^(−h(½ − 4e)).
// If x alone is near a step, two bumps bh and ch meet there, with 1 − 2e ≤ b + c ≤ 1, and the bump in y is (1 − η)h
// with 0 ≤ η ≤ 2e. The two towers have z = h(b − ½ − η) and z' = h(c − ½ − η), whose sum is −s with 0 ≤ s ≤ 6he. As
// σ(z') = σ(−z − s) = 1 − σ(z + s) and σ' ≤ ¼,
//
//	σ(z) + σ(z') = 1 − [σ(z + s) − σ(z)] ≥ 1 − s/4 ≥ 1 − 3he/2.
//
// So the answer is again a mean of two values of f, up to F·3he/2. They are taken at most 1/2N + d from x and 1/2N from
// y, together less than 1/N away.
//
// Here the book's repair is needed, and it works. Take M copies for f/M, their steps shifted by 1/MN in x and in y, and
// d < 1/2MN. (A shifted copy has N + 1 parts, of which the first and the last are shorter.) Then x is near steps of one
// copy at most, and so the point is near a corner of one copy at most. There, two towers on the same side in y, where
// the bump is rh, have z and z' with z + z' ≤ h(1 + 2r − 3) ≤ 0. So σ(z) + σ(z') ≤ σ(z) + σ(−z) = 1, and all four
// towers together are at most 2. The answer is off by at most 2F + F. Divided by M, this is 3F/M.
func TestBook4_Towers(t *testing.T) {
	t.Log("Claim: a bump in each of n inputs and the threshold (n − ½)h make a tower, and towers any continuous f.")
	t.Run("a tower on 1 to 4 inputs", towersOne)
	t.Run("the book's tower, h = 10: the threshold has to be between the plateau h and the top 2h", towersThreshold)
	t.Run("N² towers, away from their edges and on an edge", towersMany)
	t.Run("fails at the corners where four towers meet: none of them stands", towersAtCorners)
	t.Run("the book's repair by M shifted copies divides what is missing there by M", towersRepaired)
}

// tower returns a network with steps at from and to in each of its inputs, into one sigmoid neuron with the bias b.
func tower(w, h, b float64, from, to []float64) *Network {
	n := len(from)
	net := New(SigmoidNeurons, n, 2*n, 1)
	for k := range n {
		for i, s := range []float64{from[k], to[k]} {
			net.Weights[1][2*k+i][k], net.Biases[1][2*k+i] = w, -w*s
			net.Weights[2][0][2*k+i] = h - 2*h*float64(i)
		}
	}
	net.Biases[2][0] = b
	return net
}

// towersOne has a tower from 0.3 to 0.7 in each input. Each coordinate is d on one side of a step, or in the middle.
func towersOne(t *testing.T) {
	const w, d = 500, 0.02
	at := []float64{0.3 - d, 0.3 + d, 0.5, 0.7 - d, 0.7 + d}
	tab := newTable(t, "inputs", "h", "bias", "points inside", "1 − the least answer", "points outside", "the largest")
	for n := 1; n <= 4; n++ {
		for _, h := range []float64{10, 40} {
			from, to := []float64{0.3, 0.3, 0.3, 0.3}[:n], []float64{0.7, 0.7, 0.7, 0.7}[:n]
			net := tower(w, h, -(float64(n)-0.5)*h, from, to)
			inside, outside, least, most := 0, 0, 1.0, 0.0
			for i := range int(math.Pow(5, float64(n))) {
				x, in := make([]float64, n), true
				for k := range x {
					x[k], i = at[i%5], i/5
					in = in && 0.3 < x[k] && x[k] < 0.7
				}
				if a := answerTo(net, x...); in {
					inside, least = inside+1, min(least, a)
				} else {
					outside, most = outside+1, max(most, a)
				}
			}
			bound := math.Exp(-h * (0.5 - 2*float64(n)*math.Exp(-w*d)))
			tab.row(n, h, net.Biases[2][0], inside, below(1-least, bound), outside, below(most, bound))
		}
	}
}

// towersThreshold: z is 2h + b inside, h + b on the plateau, where one coordinate is inside, and b elsewhere.
func towersThreshold(t *testing.T) {
	const h = 10
	tab := newTable(t, "bias", "inside", "plateau", "elsewhere", "a tower")
	for _, b := range []float64{-1.5 * h, -1.25 * h, -0.5 * h, -2.5 * h} {
		net := tower(1000, h, b, []float64{0.3, 0.4}, []float64{0.7, 0.6})
		in, plateau, out := answerTo(net, 0.5, 0.5), answerTo(net, 0.5, 0.8), answerTo(net, 0.1, 0.8)
		stands := in > 0.9 && plateau < 0.1 && out < 0.1
		tab.row(b, near(inverseSigmoid(in), 2*h+b, 1e-6), near(inverseSigmoid(plateau), h+b, 1e-6),
			near(inverseSigmoid(out), b, 1e-6), same(stands, -2*h < b && b < -h))
	}
}

// onSquare is the f of the towers, from ½ to 1. Its slope is 2√((x − ½)² + (y − ½)²), at most √2.
func onSquare(x, y float64) float64 { return 1 - (x-0.5)*(x-0.5) - (y-0.5)*(y-0.5) }

// towers returns a network of towers for the mean of several copies, each with its own cuts. The first layer has the
// steps in x and in y of every copy, the second a tower for every two parts, and the output f in its middle.
func towers(w, h float64, copies ...[]float64) *Network {
	steps, all := 0, 0
	for _, cuts := range copies {
		steps, all = steps+2*(len(cuts)-2), all+(len(cuts)-1)*(len(cuts)-1)
	}
	net := New(SigmoidNeurons, 2, steps, all, 1)
	net.Output = LinearNeurons
	j, i := 0, 0 // the next step, the next tower
	for _, cuts := range copies {
		n := len(cuts) - 1
		for d := range 2 {
			for k, s := range cuts[1:n] {
				net.Weights[1][j+d*(n-1)+k][d], net.Biases[1][j+d*(n-1)+k] = w, -w*s
			}
		}
		for part := range n * n {
			at := [2]int{part % n, part / n}
			net.Biases[2][i] = -1.5 * h
			for d, k := range at {
				if k > 0 {
					net.Weights[2][i][j+d*(n-1)+k-1] = h
				} else {
					net.Biases[2][i] += h // the step at 0 is past
				}
				if k < n-1 {
					net.Weights[2][i][j+d*(n-1)+k] = -h
				}
			}
			x, y := (cuts[at[0]]+cuts[at[0]+1])/2, (cuts[at[1]]+cuts[at[1]+1])/2
			net.Weights[3][0][i] = onSquare(x, y) / float64(len(copies))
			i++
		}
		j += 2 * (n - 1)
	}
	return net
}

// towersTail returns 3he/2 + N² e^(−h(½ − 4e)).
func towersTail(n int, w, h, d float64) float64 {
	e := math.Exp(-w * d)
	return 1.5*h*e + float64(n*n)*math.Exp(-h*(0.5-4*e))
}

// towersMany takes points whose coordinates are multiples of 1/8N: those with neither on a step, and those with x alone
// on a step.
func towersMany(t *testing.T) {
	tab := newTable(t, "layers", "points inside", "error ≤ ω(1/N) + …", "on an edge", "error ≤ ω(1/N) + …")
	for _, n := range []int{2, 4, 8} {
		w, h, d := 200*float64(n), 60.0, 1/float64(8*n)
		net := towers(w, h, parts(n, 0))
		bound := math.Sqrt2/float64(n) + towersTail(n, w, h, d)
		away, edge, worst, onEdge := 0, 0, 0.0, 0.0
		for i := 1; i < 8*n; i++ {
			for k := 1; k < 8*n; k++ {
				x, y := float64(i)*d, float64(k)*d
				if k%8 == 0 {
					continue
				}
				if off := math.Abs(answerTo(net, x, y) - onSquare(x, y)); i%8 == 0 {
					edge, onEdge = edge+1, max(onEdge, off)
				} else {
					away, worst = away+1, max(worst, off)
				}
			}
		}
		tab.row(net.Sizes, away, below(worst, bound), edge, below(onEdge, bound))
	}
}

// towersAtCorners: four towers with z = −h/2, each below e^(−h/2), and others with less.
func towersAtCorners(t *testing.T) {
	tab := newTable(t, "N", "w", "h", "at the corner", "f", "the answer", "beside it, at the middle of a tower")
	for _, n := range []int{2, 8} {
		for _, h := range []float64{20, 60} {
			w := 200 * float64(n)
			net, m := towers(w, h, parts(n, 0)), 0.5+0.5/float64(n)
			tab.row(n, w, h, "(½, ½)", onSquare(0.5, 0.5), below(answerTo(net, 0.5, 0.5), 4*math.Exp(-h/2)*1.001),
				near(answerTo(net, m, m), onSquare(m, m), towersTail(n, w, h, 0.5/float64(n))))
		}
	}
}

// towersRepaired has N = 5, and N + 1 parts in shifted copies. The points have multiples of 1/50 for coordinates, so
// that all corners of all copies are among them. Steps of different copies are at least 1/MN = 1/25 apart.
func towersRepaired(t *testing.T) {
	const n, w, h, d = 5, 2000, 60, 0.0099
	tab := newTable(t, "M", "layers", "error ≤ ω(1/N) + 3F/M + …", "f(0.4, 0.4)", "missing there = f/M, up to ω(1/N)")
	for _, m := range []int{1, 2, 5} {
		var copies [][]float64
		for i := range m {
			copies = append(copies, parts(n, float64(i)/float64(m)))
		}
		net, worst := towers(w, h, copies...), 0.0
		for i := range 51 * 51 {
			x, y := float64(i%51)/50, float64(i/51)/50
			worst = max(worst, math.Abs(answerTo(net, x, y)-onSquare(x, y)))
		}
		f := onSquare(0.4, 0.4)
		tab.row(m, net.Sizes, below(worst, math.Sqrt2/n+3/float64(m)+towersTail(n+1, w, h, d)), f,
			near(f-answerTo(net, 0.4, 0.4), f/float64(m), math.Sqrt2/n))
	}
}

// One hidden layer is enough for two inputs. The book's hint is to add up steps in all directions, which make towers
// that are round. As it stands, this fails. Take a bump of height 1 across every direction, from −r to r: on a disc of
// radius r all are on. But at the distance ρ > r from its middle the fraction (2/π) arcsin(r/ρ) still is. That is 1/k
// at ρ = r/sin(π/2k), and for large ρ it falls only as 1/ρ. (Steps instead of bumps make half of that, and ½ more.) The
// rectangular towers had such a plateau too, but a second hidden layer cut it off.
//
// Proof. The bump in a direction at an angle θ to that of the point is on if |ρ cos θ| < r. Of the angles from 0 to π,
// these are the ones less than arcsin(r/ρ) from π/2, on both sides.
//
// A proof that holds. The claim is that for every continuous f on the square and every δ > 0 there is a network with
// one hidden layer and |g − f| ≤ δ everywhere on the square. A function of one number, k·x = k_0 x + k_1 y, is no
// harder than one of one input: the steps σ(w(k·x − s)) lie across the direction k, and the claim for one input holds
// along k, with [0, 1] stretched to what k·x can be. A sum of such functions takes the hidden neurons of all, side by
// side. For example
//
//	xy = ¼(x + y)² − ¼(x − y)²
//
// is a sum of two. In general, continue f by f(|x|, |y|), its mirror image, to negative x and y, and then with the
// period 2. Fejér's theorem, taken from elsewhere, says that for a continuous function with a period the means
//
//	F_n(x, y) = Σ_j Σ_k (1 − j/n)(1 − k/n) c_jk cos(πjx) cos(πky),   j, k = 0 … n − 1
//
// of its Fourier series, here without sines because of the mirror, come near to f everywhere at once as n grows. And
// cos A cos B = ½ cos(A + B) + ½ cos(A − B): each term is a sum of a function of jx + ky and one of jx − ky. Choose n
// with |F_n − f| ≤ δ/2. There are finitely many terms. For each take a staircase so fine that all together are off by
// at most δ/2. With more inputs it is the same.
func TestBook4_OneHiddenLayer(t *testing.T) {
	t.Log("Claim: functions of k·x, each of them a staircase along k, add up to any continuous f of two inputs.")
	t.Run("fails as the hint has it: at r/sin(π/2k) from the middle 1/k of the bumps is still on", oneLayerDisc)
	t.Run("xy takes two directions", oneLayerProduct)
	t.Run("a round hill, from cosines with Fejér's weights", oneLayerHill)
}

// oneLayerDisc has bumps of perceptrons across 1000 directions. In an interval of angles are as many of them as its
// length says, up to 1.
func oneLayerDisc(t *testing.T) {
	const r, directions = 0.2, 1000
	var units []hiddenUnit
	for i := range directions {
		angle := math.Pi * float64(i) / directions
		w := []float64{math.Cos(angle), math.Sin(angle)}
		units = append(units, hiddenUnit{w, r, 1.0 / directions}, hiddenUnit{w, -r, -1.0 / directions})
	}
	net := oneHiddenLayer(Perceptrons, 0, units...)
	tab := newTable(t, "distance ρ", "in radii r", "of the bumps are on", "as a tower would have it")
	for _, radii := range []float64{0.3, 0.99} {
		tab.row(r*radii, radii, near(answerTo(net, r*radii*math.Cos(1), r*radii*math.Sin(1)), 1, 1e-9), 1)
	}
	for _, k := range []float64{2, 3, 6, 12} {
		radii := 1 / math.Sin(math.Pi/(2*k))
		on := answerTo(net, r*radii*math.Cos(1), r*radii*math.Sin(1))
		tab.row(r*radii, radii, near(on, 1/k, 1.0/directions+1e-9), 0)
	}
}

// ridge returns a staircase of n parts for a function of k·x, which is from low to high.
func ridge(f func(float64) float64, low, high float64, n int, k ...float64) (bias float64, units []hiddenUnit) {
	cuts := parts(n, 0)
	for i := range cuts {
		cuts[i] = low + (high-low)*cuts[i]
	}
	bias, units = staircase(f, cuts, 6*float64(n)/(high-low))
	for i, u := range units {
		units[i].w = []float64{u.w[0] * k[0], u.w[0] * k[1]}
	}
	return bias, units
}

// oneLayerProduct: over a distance d = 2/N, ¼t² changes by at most (4 − (2 − d)²)/4 = d − d²/4 for t from 0 to 2, and
// by (1 − (1 − d)²)/4 = (2d − d²)/4 for t from −1 to 1.
func oneLayerProduct(t *testing.T) {
	tab := newTable(t, "N for each direction", "hidden neurons", "|g − xy| ≤ bound")
	for _, n := range []int{10, 40, 160} {
		plus, sum := ridge(func(t float64) float64 { return t * t / 4 }, 0, 2, n, 1, 1)
		minus, difference := ridge(func(t float64) float64 { return -t * t / 4 }, -1, 1, n, 1, -1)
		net := oneHiddenLayer(SigmoidNeurons, plus+minus, append(sum, difference...)...)
		d, worst := 2/float64(n), 0.0
		for i := range 41 * 41 {
			x, y := float64(i%41)/40, float64(i/41)/40
			worst = max(worst, math.Abs(answerTo(net, x, y)-x*y))
		}
		tab.row(n, net.Sizes[1], below(worst, (1+1/math.Sinh(3))*(d-d*d/4+(2*d-d*d)/4)))
	}
}

// oneLayerHill has f = u(x)u(y) with u(x) = e^(−8(x − ½)²). So c_jk = c_j c_k, where c_j is the integral of u(x)
// cos(πjx) from 0 to 1, and for j > 0 twice that. As u is the same on both sides of ½, c_j is 0 for odd j. Each
// staircase has parts of 1/16, over which a cosine of πt changes by at most 2 sin(π/32). Fejér's weights 1 − j/n are
// what the proof needs; for this smooth f the sums without them are nearer.
func oneLayerHill(t *testing.T) {
	u := func(x float64) float64 { return math.Exp(-8 * (x - 0.5) * (x - 0.5)) }
	tab := newTable(t, "terms", "n", "hidden neurons", "sum off f", "≤ the row above",
		"network off f ≤ sum off f + staircases")
	for _, weighted := range []float64{1, 0} {
		last := 1.0 // |f|
		for _, n := range []int{4, 8, 12} {
			c, size := make([]float64, n), 0.0
			for j := 0; j < n; j += 2 {
				c[j] = integral(func(x float64) float64 { return u(x) * math.Cos(math.Pi*float64(j)*x) }, 0, 1)
				c[j] *= (1 - weighted*float64(j)/float64(n)) * float64(min(j, 1)+1)
				size += math.Abs(c[j])
			}
			net, off, worst := cosines(c), 0.0, 0.0
			for i := range 11 * 11 {
				x, y := float64(i%11)/10, float64(i/11)/10
				sum, f := cosineSum(c, x)*cosineSum(c, y), u(x)*u(y)
				off, worst = max(off, math.Abs(sum-f)), max(worst, math.Abs(answerTo(net, x, y)-f))
			}
			bound := size * size * 2 * math.Sin(math.Pi/32) * (1 + 1/math.Sinh(3))
			tab.row(map[float64]string{1: "with Fejér's weights", 0: "without"}[weighted], n, net.Sizes[1], off,
				below(off, last), below(worst, off+bound))
			last = off
		}
	}
}

// cosineSum returns Σ_j c_j cos(πjx).
func cosineSum(c []float64, x float64) (sum float64) {
	for j := range c {
		sum += c[j] * math.Cos(math.Pi*float64(j)*x)
	}
	return sum
}

// cosines returns a network for Σ_j Σ_k c_j c_k cos(πjx) cos(πky), with staircases along (j, k) and (j, −k).
func cosines(c []float64) *Network {
	bias, units := c[0]*c[0], []hiddenUnit{}
	for j := range c {
		for k := 1 - len(c); k < len(c); k++ {
			product := c[j] * c[max(k, -k)]
			if product == 0 || j == 0 && k == 0 {
				continue
			}
			if k != 0 {
				product /= 2 // the other half is that of −k
			}
			b, u := ridge(func(t float64) float64 { return product * math.Cos(math.Pi*t) },
				float64(min(k, 0)), float64(j+max(k, 0)), 16*(j+max(k, -k)), float64(j), float64(k))
			bias, units = bias+b, append(units, u...)
		}
	}
	return oneHiddenLayer(SigmoidNeurons, bias, units...)
}

// Other kinds of neuron. Let a = s(z), where s is bounded and has limits A for z → −∞ and B for z → ∞ that differ. The
// claim is that such neurons do what sigmoid neurons do. With t(z) = (s(z) − A)/(B − A), which goes from 0 to 1, the
// network
//
//	g(x) = f(m_1) + Σ_i [f(m_(i+1)) − f(m_i)] t(w(x − i/N)),   i = 1 … N − 1
//
// is a hidden layer of them and a linear output, and
//
//	|g(x) − f(x)| ≤ (1 + K) ω(1/N) + N ω(1/N) τ(w/2N),
//
// where K is the largest |t|, and τ(u) the most by which t differs from a step where |z| ≥ u. If t is nowhere outside 0
// to 1, 1 may stand for 1 + K. By the definition of limits τ(u) tends to 0 as u grows. So choose N first, and then w.
//
// Proof. As for one input, with the same p, the answer is f(m_p) + [f(m_(p+1)) − f(m_p)] t but for the other steps. The
// first term is at most ω(1/N) from f(x), and the second is at most Kω(1/N). If 0 ≤ t ≤ 1, it is a mean, at most ω(1/N)
// from f(x). The other steps, fewer than N, are at least 1/2N away.
//
// The book does not say that s is bounded. If s is continuous, it is: outside some interval it is near A or B, and on a
// closed interval every continuous function is bounded.
func TestBook4_OtherNeurons(t *testing.T) {
	t.Log("Claim: neurons with limits A ≠ B for z → ∓∞ come as near to any continuous f as sigmoid neurons.")
	t.Run("N = 40 with perceptrons, tanh, arctan, and one that swings beyond its limits", otherNeurons)
}

// otherNeurons: tanh z is off its limits by 2/(e^(2z) + 1), of B − A = 2. π/2 − arctan z = arctan(1/z) is below 1/z, of
// B − A = π.
func otherNeurons(t *testing.T) {
	const n = 40
	omega := modulus(oneInput, n, 3200)
	tab := newTable(t, "s(z)", "w/N", "A", "B", "1 + K, or 1", "error ≤ bound")
	for _, test := range []struct {
		name       string
		s          shape
		c, a, b, k float64
		tau        func(u float64) float64
	}{
		{"step", Step, 1, 0, 1, 1, func(u float64) float64 { return 0 }},
		{"tanh z", math.Tanh, 30, -1, 1, 1, func(u float64) float64 { return math.Exp(-2 * u) }},
		{"arctan z", math.Atan, 1e5, -math.Pi / 2, math.Pi / 2, 1,
			func(u float64) float64 { return 1 / (math.Pi * u) }},
		{"σ(z) + 2 sin(3z)/(1 + z²)", swinging, 1000, 0, 1, 1 + 3,
			func(u float64) float64 { return math.Exp(-u) + 2/(1+u*u) }},
	} {
		bias, units := staircase(oneInput, parts(n, 0), test.c*n)
		for i := range units {
			units[i].v /= test.b - test.a
			bias -= units[i].v * test.a
		}
		xs := grid(800)
		for _, s := range parts(n, 0) {
			for d := -5.0; d <= 5; d += 0.5 { // in the window
				xs = append(xs, min(max(s+d/(test.c*n), 0), 1))
			}
		}
		off := largestError(oneHiddenLayer(test.s, bias, units...), oneInput, xs)
		tab.row(test.name, test.c, test.a, test.b, test.k, below(off, omega*(test.k+n*test.tau(test.c/2))))
	}
}

// swinging goes from 0 to 1, but swings up to 2 beyond.
func swinging(z float64) float64 { return Sigmoid(z) + 2*math.Sin(3*z)/(1+z*z) }

// Rectified linear units. They answer max(0, z), which for z → ∞ has no limit: it grows without end. But two limits are
// more than is needed. The difference of two rectified units,
//
//	max(0, z) − max(0, z − 1),
//
// is 0 for z ≤ 0, z between, and 1 for z ≥ 1. It has both limits. So two rectified units, with opposite weights to the
// output, do what one neuron with two limits does, and with them come as near to any continuous f.
//
// Directly, they do better. The claim is that N of them and a linear output make N straight pieces through the N + 1
// points of f at i/N. These are off by at most ω(1/N), and if |f″| ≤ B, by at most B/8N².
//
// Proof. Let h = 1/N, and let v_i be the slope of piece i, from ih to (i + 1)h. Then
//
//	g(x) = f(0) + v_0 max(0, x) + Σ_i (v_i − v_(i−1)) max(0, x − ih),   i = 1 … N − 1
//
// starts at f(0), and has on piece i the slope v_0 + (v_1 − v_0) + … + (v_i − v_(i−1)) = v_i, because the units beyond
// are 0. So it passes through all points. On a piece it is a mean of f at the two ends, neither further than 1/N: that
// is the bound ω(1/N).
//
// For the other bound let x be within the piece from p to q, and e = f − g. Choose c so that e(u) − c(u − p)(u − q) is
// 0 at u = x. It is 0 at p and q too. By Rolle's theorem its derivative is 0 at two places between these three, and its
// second derivative f″ − 2c at one place u between the two. So c = f″(u)/2, and |e(x)| = |c|(x − p)(q − x) is at most
// B/2 · (h/2)² = B/8N². For f = x², f″ = 2 everywhere, and the error in the middle of each piece is 1/4N².
//
// No weight has to be large: v_i − v_(i−1) = [f(ih + h) − 2f(ih) + f(ih − h)]/h, and by Taylor's formula this is at
// most h²B/h = B/N.
func TestBook4_RectifiedLinearUnits(t *testing.T) {
	t.Log("Claim: two rectified units make a neuron with limits; N make N straight pieces, off by at most max|f″|/8N².")
	t.Run("max(0, z) has no limit, the difference of two has two", reluLimits)
	t.Run("2(N − 1) of them in the places of N − 1 neurons", reluPairs)
	t.Run("N straight pieces: a quarter of the error for twice as many", reluPieces)
	t.Run("x² is off by 1/4N², no less and no more", reluParabola)
}

// relu is the kind of rectified linear units.
var relu = shape(func(z float64) float64 { return max(0, z) })

// reluLimits has both beside their values by hand.
func reluLimits(t *testing.T) {
	two := oneHiddenLayer(relu, 0, hiddenUnit{[]float64{1}, 0, 1}, hiddenUnit{[]float64{1}, -1, -1})
	tab := newTable(t, "z", "max(0, z)", "max(0, z) − max(0, z − 1)")
	for _, row := range [][3]float64{{-1e6, 0, 0}, {0, 0, 0}, {0.25, 0.25, 0.25}, {1, 1, 1}, {2, 2, 1}, {1e6, 1e6, 1}} {
		z := row[0]
		tab.row(z, same(answerTo(oneNeuron(relu, 0, 1), z), row[1]), same(answerTo(two, z), row[2]))
	}
}

// reluPairs puts two rectified units in the place of each step. Together they rise from i/N − 1/2w to i/N + 1/2w. For w
// ≥ N no two steps rise at once, so that no other step adds to the error. For w = N the pieces join.
func reluPairs(t *testing.T) {
	tab := newTable(t, "N", "units", "w", "error ≤ ω(1/N)")
	for _, n := range []int{10, 40, 80} {
		for _, c := range []float64{1, 60} {
			bias, steps := staircase(oneInput, parts(n, 0), c*float64(n))
			var units []hiddenUnit
			for _, u := range steps {
				units = append(units, hiddenUnit{u.w, u.b + 0.5, u.v}, hiddenUnit{u.w, u.b - 0.5, -u.v})
			}
			off := largestError(oneHiddenLayer(relu, bias, units...), oneInput, grid(1600))
			tab.row(n, len(units), c*float64(n), below(off, modulus(oneInput, n, 1600)))
		}
	}
}

// straightPieces returns the network of n rectified units.
func straightPieces(f func(float64) float64, n int) *Network {
	var units []hiddenUnit
	h, slope := 1/float64(n), 0.0
	for i := range n {
		p := float64(i) * h
		next := (f(p+h) - f(p)) / h
		units = append(units, hiddenUnit{[]float64{1}, -p, next - slope})
		slope = next
	}
	return oneHiddenLayer(relu, f(0), units...)
}

// reluPieces uses |f″| ≤ 202.3, as for the windows of failure.
func reluPieces(t *testing.T) {
	tab := newTable(t, "N", "error ≤ ω(1/N)", "and ≤ 202.3/8N²", "the row above over this",
		"largest weight but the first ≤ 202.3/N")
	last := 0.0
	for _, n := range []int{10, 20, 40, 80, 160} {
		net := straightPieces(oneInput, n)
		off, largest := largestError(net, oneInput, grid(3200)), 0.0
		for _, v := range net.Weights[2][0][1:] {
			largest = max(largest, math.Abs(v))
		}
		var ratio any = ""
		if n >= 80 {
			ratio = within(3.5, last/off, 4.5)
		}
		tab.row(n, below(off, modulus(oneInput, n, 3200)), below(off, 202.3/float64(8*n*n)), ratio,
			below(largest, 202.3/float64(n)))
		last = off
	}
}

func reluParabola(t *testing.T) {
	tab := newTable(t, "N", "error = 1/4N²")
	for _, n := range []int{1, 2, 5, 20, 100} {
		off := largestError(straightPieces(square, n), square, grid(200))
		tab.row(n, near(off, 1/float64(4*n*n), 1e-14))
	}
}

func square(x float64) float64 { return x * x }

// Linear neurons. They answer z, which has no limits, as max(0, z) has none. But here differences do not help: sums of
// linear functions are linear. A network of linear neurons, with however many layers, is
//
//	a^L = w^L(… (w^1 x + b^1) …) + b^L = Wx + B
//
// with one matrix W and one vector B, as in chapter 2's linear networks. The claim is that for one input none of them
// comes nearer to x² on [0, 1] than 1/8, and that x − 1/8 comes so near.
//
// Proof. Let e(x) = x² − (Wx + B). In e(0) − 2e(½) + e(1) all of W and B cancels: B − 2(W/2 + B) + (W + B) = 0. What is
// left is 0 − 2·¼ + 1 = ½. So |e(0)| + 2|e(½)| + |e(1)| ≥ ½, and the largest of the three is at least a quarter of
// that. For x − 1/8 the error is (x − ½)² − 1/8, from −1/8 in the middle to 1/8 at the ends.
func TestBook4_LinearNeurons(t *testing.T) {
	t.Log("Claim: a network of linear neurons is Wx + B, and none comes nearer to x² on [0, 1] than 1/8.")
	t.Run("random ones, trained ones, and x − 1/8", linearAgainstSquare)
	t.Run("fails for rectified units: two of them are off by 1/16", func(t *testing.T) {
		off := largestError(straightPieces(square, 2), square, grid(200))
		newTable(t, "hidden units", "error = 1/16").row(2, near(off, 1.0/16, 1e-15))
	})
}

// linearAgainstSquare trains some on eleven points, with quadratic cost.
func linearAgainstSquare(t *testing.T) {
	tab := newTable(t, "layers", "weights", "e(0) − 2e(½) + e(1) = ½", "1/8 ≤ error")
	row := func(weights string, net *Network) {
		e, off := func(x float64) float64 { return square(x) - answerTo(net, x) }, largestError(net, square, grid(200))
		tab.row(net.Sizes, weights, near(e(0)-2*e(0.5)+e(1), 0.5, 1e-12), below(0.125, off))
	}
	var data Examples
	for _, x := range grid(10) {
		data = append(data, Example{[]float64{x}, []float64{square(x)}})
	}
	for _, sizes := range [][]int{{1, 1}, {1, 5, 1}, {1, 4, 6, 3, 1}} {
		net := randomNetwork(1, LinearNeurons, sizes...)
		net.Hidden = LinearNeurons
		row("random", net)
		net.InitScaled(1)
		s := SGD{Cost: Quadratic, Eta: 0.1, BatchSize: len(data)}
		for epoch := range 200 {
			if _, err := s.Epoch(net, data, epoch); err != nil {
				t.Fatal(err)
			}
		}
		row("trained", net)
	}
	best := oneNeuron(LinearNeurons, -0.125, 1)
	row("x − 1/8", best)
	tab.row(best.Sizes, "x − 1/8", "error ≤ 1/8", below(largestError(best, square, grid(200)), 0.125))
}

// Boolean functions. They give 0 or 1 for n inputs that are 0 or 1. The claim is that one hidden layer of perceptrons
// computes each of them, with a neuron for every input that is to give 1.
//
// Proof. For such an input p, let a neuron have the weight 1 where p_k = 1, the weight −1 where p_k = 0, and the bias ½
// − m, where m is the number of ones in p. For x = p it has z = m + ½ − m = ½. Another x lacks ones of p or has others.
// Each of these makes z less by 1, so that z ≤ −½. So the neuron answers 1 to p alone: it is an AND of inputs, some of
// them negated. The output, with weights 1 and the bias −½, is an OR.
//
// This is the circuit of two layers with which the book's chapter 5 opens. It takes up to 2^n hidden neurons.
func TestBook4_BooleanFunctions(t *testing.T) {
	t.Log("Claim: one hidden layer of perceptrons, one for each input that gives 1, computes any Boolean function.")
	t.Run("all functions of 1, 2 and 3 inputs", booleanAll)
}

// booleanNetwork returns the network for a function of n inputs that is 1 for input i where bit i of f is 1. A function
// without any has one neuron, which never answers 1.
func booleanNetwork(n int, f uint) *Network {
	net := New(Perceptrons, n, max(1, bits.OnesCount(f)), 1)
	j := 0
	for i, p := range binaryInputs(n) {
		if f>>i&1 == 0 {
			continue
		}
		net.Biases[1][j] = 0.5
		for k := range p {
			net.Weights[1][j][k] = 2*p[k] - 1
			net.Biases[1][j] -= p[k]
		}
		net.Weights[2][0][j] = 1
		j++
	}
	net.Biases[2][0] = -0.5
	return net
}

func booleanAll(t *testing.T) {
	tab := newTable(t, "inputs", "functions", "hidden neurons, at most", "wrong answers")
	for n := 1; n <= 3; n++ {
		functions, most, wrong := uint(1)<<(1<<n), 0, 0
		for f := range functions {
			net := booleanNetwork(n, f)
			most = max(most, net.Sizes[1])
			for i, x := range binaryInputs(n) {
				if answerTo(net, x...) != float64(f>>i&1) {
					wrong++
				}
			}
		}
		tab.row(n, functions, same(most, 1<<n), same(wrong, 0))
	}
}

// Parity. It is 1 if an odd number of the n inputs is 1. The opening of the book's chapter 5 says that a shallow
// circuit needs exponentially many gates for it, and a deep one few, so that deep circuits can be intrinsically more
// powerful. That is true of AND, OR and NOT. But it proves nothing for perceptrons. The claim is that n hidden
// perceptrons in one layer and an output compute parity. From n = 3 on these are fewer neurons than the deep network of
// XORs has.
//
// Proof. Neuron i, from 1 to n, has weights 1 and the bias ½ − i: it says that at least i inputs are 1. If exactly m
// are, neurons 1 to m answer 1. With the weights 1, −1, 1, … to the output they add up to 1 − 1 + 1 − …, m terms, which
// is 1 for odd m and 0 for even. The output has the bias −½. The deep network has n − 1 XORs of three perceptrons each,
// because each makes one number of two, and n + 1 < 3(n − 1) for n > 2.
//
// Why not AND, OR and NOT in two layers: let parity be an OR of ANDs, each of some inputs, negated or not. Where an AND
// is 1, parity has to be 1. Were an input left out of it, that could be flipped: the AND would still be 1, and parity
// 0. So each AND has all n inputs and is 1 for one input alone. As parity is 1 for 2^(n−1) of them, it takes so many
// ANDs. (An AND of ORs is the same, with what is negated negated: it takes so many ORs. For any fixed number of layers
// it is a theorem, which the book cites.) A perceptron can do more than an AND: it can count.
func TestBook4_Parity(t *testing.T) {
	t.Log("Claim: n perceptrons in one hidden layer are enough for parity; ANDs into an OR take 2^(n−1).")
	t.Run("n = 1 … 10, every input: one layer, and XORs of pairs and of pairs of pairs", parityNetworks)
	t.Run("fails with AND for counting: of all ANDs that parity allows, each is 1 for one input alone", parityANDs)
}

// parityNetwork returns n perceptrons that count, and an output.
func parityNetwork(n int) *Network {
	net := New(Perceptrons, n, n, 1)
	for j := range n {
		for k := range n {
			net.Weights[1][j][k] = 1
		}
		net.Biases[1][j] = -0.5 - float64(j) // i = j + 1
		net.Weights[2][0][j] = float64(1 - 2*(j%2))
	}
	net.Biases[2][0] = -0.5
	return net
}

func parityNetworks(t *testing.T) {
	tab := newTable(t, "n", "inputs", "counting: neurons", "wrong", "XORs: neurons = 3(n − 1)", "layers", "wrong")
	two := xor()
	for n := 1; n <= 10; n++ {
		flat := parityNetwork(n)
		wrongFlat, wrongDeep, xors, depth := 0, 0, 0, 0
		for _, x := range binaryInputs(n) {
			odd := 0
			for k := range x {
				odd ^= int(x[k])
			}
			if answerTo(flat, x...) != float64(odd) {
				wrongFlat++
			}
			for xors, depth = 0, 0; len(x) > 1; depth++ { // pairs, and pairs of pairs
				var next []float64
				for ; len(x) > 1; x = x[2:] {
					next, xors = append(next, answerTo(two, x[0], x[1])), xors+1
				}
				x = append(next, x...)
			}
			if x[0] != float64(odd) {
				wrongDeep++
			}
		}
		tab.row(n, 1<<n, n+1, same(wrongFlat, 0), same(3*xors, 3*(n-1)), 2*depth, same(wrongDeep, 0))
	}
}

// parityANDs goes through all ANDs of n inputs, each of them as it is, negated or left out.
func parityANDs(t *testing.T) {
	tab := newTable(t, "n", "ANDs = 3^n", "never 1 where parity is 0", "1 for one input alone", "needed = 2^(n−1)")
	for n := 1; n <= 6; n++ {
		all, allowed, single := 0, 0, 0
		for in := range uint(1) << n { // the inputs that it has
			for p := range uint(1) << n { // what they are to be
				if p&^in != 0 {
					continue
				}
				ones, allows := 0, true
				for x := range uint(1) << n {
					if x&in == p {
						ones, allows = ones+1, allows && bits.OnesCount(x)%2 == 1
					}
				}
				all++
				if allows {
					allowed++
					if ones == 1 {
						single++
					}
				}
			}
		}
		tab.row(n, same(all, int(math.Pow(3, float64(n)))), allowed, same(single, allowed), same(allowed, 1<<(n-1)))
	}
}

// Helpers

// A hiddenUnit is a hidden neuron with the weights w and the bias b, and v its weight to the output.
type hiddenUnit struct {
	w    []float64
	b, v float64
}

// stepAt returns a hidden unit with a step where x is s: w says how sharp it is, v how high.
func stepAt(s, w, v float64) hiddenUnit { return hiddenUnit{[]float64{w}, -w * s, v} }

// oneHiddenLayer returns a network of hidden neurons of a kind, and a linear output with this bias.
func oneHiddenLayer(kind Activation, bias float64, units ...hiddenUnit) *Network {
	net := New(kind, len(units[0].w), len(units), 1)
	net.Output = LinearNeurons
	for j, u := range units {
		copy(net.Weights[1][j], u.w)
		net.Biases[1][j], net.Weights[2][0][j] = u.b, u.v
	}
	net.Biases[2][0] = bias
	return net
}

// answerTo returns the answer of a network with one output.
func answerTo(net *Network, x ...float64) float64 { return net.FeedForward(x)[0] }

// A shape is a kind of neuron of the test's own: a = s(z).
type shape func(z float64) float64

func (shape) String() string { return "a shape of the test's own" }

func (s shape) Activate(a, z []float64) {
	for j := range z {
		a[j] = s(z[j])
	}
}

// parts returns where [0, 1] is cut into n parts of the same length: at 0, i/n and 1. With a shift, from 0 to 1, the
// cuts between 0 and 1 are at (i + shift)/n instead, and the first and the last part are shorter.
func parts(n int, shift float64) (cuts []float64) {
	cuts = []float64{0}
	for i := range n {
		if cut := (float64(i) + shift) / float64(n); cut > 0 {
			cuts = append(cuts, cut)
		}
	}
	return append(cuts, 1)
}

// staircase returns f in the middle of the first part, and units with a step wherever two parts meet, from f in the
// middle of the one to f in the middle of the next.
func staircase(f func(float64) float64, cuts []float64, w float64) (bias float64, units []hiddenUnit) {
	middle := func(i int) float64 { return f((cuts[i] + cuts[i+1]) / 2) }
	for i := 1; i < len(cuts)-1; i++ {
		units = append(units, stepAt(cuts[i], w, middle(i)-middle(i-1)))
	}
	return middle(0), units
}

// grid returns 0, 1/n, 2/n, … 1.
func grid(n int) (xs []float64) {
	for i := range n + 1 {
		xs = append(xs, float64(i)/float64(n))
	}
	return xs
}

// largestError returns the largest |g(x) − f(x)| of a network g at these x.
func largestError(net *Network, f func(float64) float64, xs []float64) (largest float64) {
	for _, x := range xs {
		largest = max(largest, math.Abs(answerTo(net, x)-f(x)))
	}
	return largest
}

// modulus returns ω(1/n), the largest change of f over a distance of at most 1/n, at the points of grid(m).
func modulus(f func(float64) float64, n, m int) (largest float64) {
	values := make([]float64, m+1)
	for i, x := range grid(m) {
		values[i] = f(x)
		for _, before := range values[max(0, i-m/n):i] {
			largest = max(largest, math.Abs(values[i]-before))
		}
	}
	return largest
}
