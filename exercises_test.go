package nndl

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"testing"
)

// This file is the solution book. Each test is one exercise of Sikdar's "Neural Networks and Deep Learning: Exercises",
// or a section in which the text derives something. Its comment has the claim and the proof. Its tables print what was
// measured beside what it is held against:
//
//	go test -v -run 'Exercise|Section'
//
// A result is not compared with a copy of its own formula. It is held against a central difference, an enumeration, a
// bound from both sides, a closed form or an integral. Where a claim stops being true, a row shows it: at an edge of
// the claim, in floating point, or because the text itself errs.
//
// The helpers that the tests share are at the end; table_test.go has the tables. book1_test.go goes on with what the
// text leaves out of Nielsen's book.

// Chapter 1

// Exercise 1.1. Multiply all weights and biases of a network of perceptrons by the same c > 0. Then no neuron changes
// its output.
//
// Proof, layer by layer. The inputs of layer 1 are x in both networks. Now take any layer whose inputs a_k are the same
// in both networks. A neuron of it with the weights w_k and the bias b has the weighted input z = Σ_k w_k a_k + b.
// After the multiplication it has
//
//	Σ_k (c w_k) a_k + c b = c (Σ_k w_k a_k + b) = c z.
//
// Because c > 0, cz is positive where z is positive, and only there. So Step(cz) = Step(z): the neuron answers as
// before. The outputs of this layer are the inputs of the next one, which are therefore the same in both networks too,
// and so on to the last layer.
//
// It holds at a tie too, z = 0, where both answer 0. All this is about real numbers. A computer rounds, but in these
// cases the computed cz has the sign of the computed z. If c is a power of two, only exponents change, and every sum is
// rounded as before, as long as no number is too large or too small for its exponent. If c, the weights, the biases and
// the inputs x are integers, and all sums on the way are between −2^53 and 2^53, before and after, nothing is rounded.
// In general it is enough that z and cz are further from 0 than their rounding errors.
func TestExercise1_1(t *testing.T) {
	t.Log("Claim: multiplying all weights and biases of a perceptron network by c > 0 changes no neuron's output.")
	t.Run("c a power of two, integer weights and inputs, ties included", func(t *testing.T) {
		scalingChangesNothing(t, scalingIntegers(), true, 1.0/1024, 0.5, 2, 1<<20)
	})
	t.Run("c a power of two, real weights and inputs", func(t *testing.T) {
		scalingChangesNothing(t, scalingReals(), false, 1.0/1024, 0.5, 2, 1<<20)
	})
	t.Run("c an integer, integer weights and inputs, ties included", func(t *testing.T) {
		scalingChangesNothing(t, scalingIntegers(), true, 1, 3, 10, 1000, 1e6)
	})
	t.Run("c from 0.001 to 10⁶, real weights and inputs without ties", func(t *testing.T) {
		scalingChangesNothing(t, scalingReals(), false, 1e-3, 0.7, math.Pi, 12345.678, 1e6)
	})
	t.Run("fails in floating point: a tie, with c = 0.001 or with inputs that are no integers", scalingTie)
	t.Run("fails for c < 0: each first-layer neuron flips, unless w·x + b = 0", scalingFlips)
	t.Run("fails for c < 0: XOR becomes a network that always says 1", scalingXOR)
	t.Run("fails for c = 0: every neuron is silent", scalingByZero)
}

// scalingChangesNothing compares all outputs of all neurons before and after the networks are multiplied by c. A tie is
// a neuron with w·x + b = 0. The networks must have some, or none, as asked. The inputs are all those of zeros and
// ones, and 50 more: integers from −9 to 9 for the networks with ties, which have integer weights, and from N(0, 1)
// otherwise.
func scalingChangesNothing(t *testing.T, networks []*Network, tied bool, factors ...float64) {
	rng := rand.New(rand.NewPCG(11, 0))
	number := rng.NormFloat64
	if tied {
		number = func() float64 { return float64(rng.IntN(19) - 9) }
	}
	tab := newTable(t, "c", "networks", "outputs compared", "at w·x + b = 0", "changed")
	for _, c := range factors {
		compared, differ, ties := 0, 0, 0
		for _, net := range networks {
			inputs := binaryInputs(net.Sizes[0])
			for range 50 {
				x := make([]float64, net.Sizes[0])
				for k := range x {
					x[k] = number()
				}
				inputs = append(inputs, x)
			}
			n, d, z := behaviours(net, c, inputs)
			compared, differ, ties = compared+n, differ+d, ties+z
		}
		atTies := same(ties, 0)
		if tied {
			atTies = holds(fmt.Sprintf("%d > 0", ties), ties > 0)
		}
		tab.row(fmt.Sprintf("%.7g", c), len(networks), compared, atTies, same(differ, 0))
	}
}

// behaviours compares the outputs of all neurons of net and of net scaled by c. It returns the number of outputs
// compared, of those that differ, and of those of neurons with w·x + b = 0.
func behaviours(net *Network, c float64, inputs [][]float64) (compared, differ, ties int) {
	scaled := net.Clone()
	scaled.Scale(c)
	for _, x := range inputs {
		z, a := net.Activations(x)
		_, b := scaled.Activations(x)
		for l := 1; l < len(a); l++ {
			for j := range a[l] {
				compared++
				if a[l][j] != b[l][j] {
					differ++
				}
				if z[l][j] == 0 {
					ties++
				}
			}
		}
	}
	return compared, differ, ties
}

// scalingIntegers returns networks whose weights and biases are integers, NAND, AND and XOR among them.
func scalingIntegers() []*Network {
	return []*Network{gate(-2, -2, 3), gate(1, 1, -2), xor(),
		integerNetwork(1, 5, 4, 3), integerNetwork(2, 6, 5, 4, 3), integerNetwork(3, 7, 6, 5, 4, 3)}
}

// scalingReals returns networks whose weights and biases are from N(0, 1).
func scalingReals() (networks []*Network) {
	for seed := range uint64(20) {
		for _, sizes := range [][]int{{6, 5, 4}, {6, 5, 4, 3}, {6, 5, 4, 3, 2}} {
			networks = append(networks, randomNetwork(seed, Perceptrons, sizes...))
		}
	}
	return networks
}

// gate returns a perceptron of two inputs.
func gate(w1, w2, b float64) *Network {
	net := New(Perceptrons, 2, 1)
	net.Weights[1][0][0], net.Weights[1][0][1], net.Biases[1][0] = w1, w2, b
	return net
}

// xor returns OR and NAND into AND.
func xor() *Network {
	net := New(Perceptrons, 2, 2, 1)
	copy(net.Weights[1][0], []float64{2, 2})
	copy(net.Weights[1][1], []float64{-2, -2})
	copy(net.Weights[2][0], []float64{2, 2})
	net.Biases[1][0], net.Biases[1][1], net.Biases[2][0] = -1, 3, -3
	return net
}

// integerNetwork returns perceptrons with weights and biases from −3 to 3, so that w·x + b = 0 is common.
func integerNetwork(seed uint64, sizes ...int) *Network {
	rng := rand.New(rand.NewPCG(seed, 0))
	net := New(Perceptrons, sizes...)
	each(net, net, func(p, _ *float64) { *p = float64(rng.IntN(7) - 3) })
	return net
}

// binaryInputs returns all 2^n inputs of n zeros and ones.
func binaryInputs(n int) [][]float64 {
	all := make([][]float64, 1<<n)
	for i := range all {
		all[i] = make([]float64, n)
		for k := range all[i] {
			all[i][k] = float64(i >> k & 1)
		}
	}
	return all
}

// scalingTie: at a tie the rounding alone decides. −0.008, 0.009 and −0.001 are no binary fractions. Each is rounded on
// its own, so that their sum is not 0 but a little more, and the perceptron fires. It is the same with inputs. 3 · 0.1
// − 0.3 is 0, but the products c · 3 · 0.1 and c · 0.3 are each rounded: at c = 1 a little more than 0 is left, and at
// c = 5, 7 and 10 nothing.
func scalingTie(t *testing.T) {
	tab := newTable(t, "w", "b", "x", "c", "weighted input", "output")
	for _, test := range []struct {
		w1, w2, b float64
		x         []float64
		c, answer float64
	}{
		{-8, 9, -1, []float64{1, 1}, 1, 0}, {-8, 9, -1, []float64{1, 1}, 0.001, 1},
		{3, -1, 0, []float64{0.1, 0.3}, 1, 1}, {3, -1, 0, []float64{0.1, 0.3}, 5, 0},
		{3, -1, 0, []float64{0.1, 0.3}, 7, 0}, {3, -1, 0, []float64{0.1, 0.3}, 10, 0},
	} {
		net := gate(test.w1, test.w2, test.b)
		net.Scale(test.c)
		z, a := net.Activations(test.x)
		tab.row(fmt.Sprint([]float64{test.w1, test.w2}), test.b, fmt.Sprint(test.x), test.c,
			below(math.Abs(z[1][0]), 1e-16), same(a[1][0], test.answer))
	}
}

// scalingFlips: for c < 0, cz is positive where z is negative. So a neuron of layer 1 answers 1 − a instead of a. It
// stays at 0 where z = 0. Nothing so simple holds for later layers, because their inputs change.
func scalingFlips(t *testing.T) {
	tab := newTable(t, "layers", "c", "z ≠ 0: a becomes 1 − a", "z = 0: a stays 0", "neither")
	for _, net := range scalingIntegers() {
		scaled := net.Clone()
		scaled.Scale(-1)
		flipped, ties, neither := 0, 0, 0
		for _, x := range binaryInputs(net.Sizes[0]) {
			z, a := net.Activations(x)
			_, b := scaled.Activations(x)
			for j := range a[1] {
				switch {
				case z[1][j] == 0 && b[1][j] == 0 && a[1][j] == 0:
					ties++
				case z[1][j] != 0 && b[1][j] == 1-a[1][j]:
					flipped++
				default:
					neither++
				}
			}
		}
		tab.row(net.Sizes, -1, flipped, ties, same(neither, 0))
	}
}

// scalingXOR: times −1, OR becomes NOR, NAND becomes AND, and the AND behind them becomes NAND. NOR and AND are never
// both 1, and NAND answers 1 unless both its inputs are 1. So the answer is always 1.
func scalingXOR(t *testing.T) {
	before, after := xor(), xor()
	after.Scale(-1)
	tab := newTable(t, "x", "OR", "NAND", "answer is XOR", "times −1: NOR", "AND", "answer is 1")
	for _, x := range binaryInputs(2) {
		_, a := before.Activations(x)
		_, b := after.Activations(x)
		p, q := int(x[0]), int(x[1])
		or, and := float64(p|q), float64(p&q)
		tab.row(x, same(a[1][0], or), same(a[1][1], 1-and), same(a[2][0], float64(p^q)),
			same(b[1][0], 1-or), same(b[1][1], and), same(b[2][0], 1))
	}
}

// scalingByZero: with c = 0 all weighted inputs are 0, and Step(0) = 0.
func scalingByZero(t *testing.T) {
	tab := newTable(t, "layers", "c", "outputs", "of these not 0")
	for _, net := range scalingIntegers() {
		net.Scale(0)
		outputs, firing := 0, 0
		for _, x := range binaryInputs(net.Sizes[0]) {
			_, a := net.Activations(x)
			for l := 1; l < len(a); l++ {
				for _, a := range a[l] {
					outputs++
					if a != 0 {
						firing++
					}
				}
			}
		}
		tab.row(net.Sizes, 0, outputs, same(firing, 0))
	}
}

// Exercise 1.2. Replace the perceptrons of a network by sigmoid neurons, and multiply all weights and biases by c > 0.
// Take any input x for which no perceptron has w·x + b = 0. Then, as c → ∞, the output of every sigmoid neuron tends to
// the output of its perceptron.
//
// Proof for one neuron with z = w·x + b ≠ 0. First,
//
//	1 − σ(u) = 1 − 1/(1 + e^(−u)) = e^(−u)/(1 + e^(−u)) = 1/(e^u + 1) = σ(−u).
//
// If z > 0 then step(z) = 1, and the difference is 1 − σ(cz) = σ(−cz). If z < 0 then step(z) = 0, and the difference is
// σ(cz). Both are σ(−c|z|):
//
//	|σ(cz) − step(z)| = σ(−c|z|) = e^(−c|z|)/(1 + e^(−c|z|)).
//
// The denominator is more than 1 and less than 2, so that
//
//	½ e^(−c|z|) < |σ(cz) − step(z)| < e^(−c|z|),
//
// which tends to 0 as c → ∞. This settles layer 1, where both networks have the inputs x. The text leaves out the step
// to the later layers, where the inputs differ.
//
// Proof for later layers. Let a_k be the outputs of the perceptrons of the layer before, a'_k those of the sigmoid
// neurons there, and e_k = |a'_k − a_k|. Behind them sigmoid neuron j has the weighted input cz'_j, where z'_j = Σ_k
// w_jk a'_k + b_j. It is off by
//
//	|z'_j − z_j| = |Σ_k w_jk (a'_k − a_k)| ≤ Σ_k |w_jk| e_k = s_j.
//
// If s_j < |z_j|, then z'_j has the sign of z_j, and |z'_j| ≥ |z_j| − s_j. The case of one neuron, with z'_j for z,
// gives
//
//	e_j = |σ(cz'_j) − step(z_j)| < e^(−c|z'_j|) ≤ e^(−c(|z_j| − s_j)).
//
// If all e_k tend to 0 as c → ∞, so does s_j, and z_j does not change with c. From some c on, s_j < |z_j|/2. From there
// on e_j < e^(−c|z_j|/2), so that e_j tends to 0 as well. Layer 1 begins this, and each layer passes it on.
//
// Where z_j = 0, the perceptron answers 0. In layer 1 the sigmoid neuron answers σ(c · 0) = ½ for every c. In a later
// layer, if no neuron before it has a tie, the proof has shown that every e_k is below some e^(−cr) with r > 0 from
// some c on. So |cz'_j| ≤ c Σ_k |w_jk| e_k tends to 0, as c e^(−cr) does, and the answer σ(cz'_j) tends to σ(0) = ½.
func TestExercise1_2(t *testing.T) {
	t.Log("Claim: a sigmoid network, its weights and biases multiplied by c, tends to the perceptron network\n" +
		"as c → ∞, unless w·x + b = 0 somewhere.")
	t.Run("one neuron, from both sides", limitOfOneNeuron)
	t.Run("fails in floating point: 1 − σ(cz) from cz ≈ 37 on", limitLostToRounding)
	t.Run("networks of 2 to 4 layers of neurons: every neuron, by induction", limitOfNetworks)
	t.Run("the largest difference may rise before it falls", limitAfterARise)
	t.Run("fails where w·x + b = 0: the neuron stays at 1/2, the output goes to 1 instead of 0", limitAtATie)
	t.Run("the text errs: in the first layer a neuron with w·x + b = 0 is stuck at 1/2; a deeper one need not be, but "+
		"tends to it if no neuron before it has a tie", limitAtADeepTie)
}

// gap returns |σ(z) − step(z)|. For z > 0 that is 1 − σ(z) = σ(−z); by subtraction it would lose all its digits.
func gap(z float64) float64 { return Sigmoid(-math.Abs(z)) }

// limitOfOneNeuron divides the difference d = |σ(cz) − step(z)| by e^(−c|z|). The quotient is 1/(1 + e^(−c|z|)),
// between ½ and 1, and rounded to 1 in the end.
func limitOfOneNeuron(t *testing.T) {
	tab := newTable(t, "z", "d = |σ(z) − step|", "d / e^(−|z|)", "d at c = 7", "d / e^(−7|z|)", "d at c = 100",
		"d / e^(−100|z|)")
	for _, z := range []float64{-5, -0.1, 0.001, 0.1, 1, 5} {
		row := []any{z}
		for _, c := range []float64{1, 7, 100} {
			net := New(SigmoidNeurons, 1, 1)
			net.Weights[1][0][0], net.Biases[1][0] = -1, 1+z
			net.Scale(c)
			zc, a := net.Activations([]float64{1})
			if relative(zc[1][0], c*z) > 1e-12 {
				t.Fatalf("c(w·x + b) = %v; want %v", zc[1][0], c*z)
			}
			d := gap(c * z)
			if subtracted := math.Abs(a[1][0] - Step(z)); !(math.Abs(subtracted-gap(zc[1][0])) <= 1e-15) {
				t.Errorf("z = %v, c = %v: the neuron is off by %v; want %v", z, c, subtracted, d)
			}
			ratio := d * math.Exp(c*math.Abs(z))
			row = append(row, d, holds(fmt.Sprintf("½ < %.4f ≤ 1", ratio), 0.5 < ratio && ratio < 1+1e-13))
		}
		tab.row(row...)
	}
}

// limitLostToRounding: Sigmoid computes 1/(1 + e^(−cz)). Floating-point numbers just above 1 are 2.2e-16 apart. Where
// e^(−cz) is less than half of that, which is so from cz = 36.74 on, 1 + e^(−cz) is rounded to 1, and nothing is left
// of 1 − σ(cz). The same number as σ(−cz) keeps its digits. It is e^(−cz)/(1 + e^(−cz)), which for these cz is e^(−cz)
// to 13 digits.
func limitLostToRounding(t *testing.T) {
	tab := newTable(t, "cz", "1 − σ(cz)", "σ(−cz)", "σ(−cz) / e^(−cz)")
	for _, z := range []float64{30, 36, 37, 40, 700} {
		subtracted, kept := 1-Sigmoid(z), Sigmoid(-z)
		lost := holds(fmt.Sprintf("%.4g > 0", subtracted), subtracted > 0 && math.Abs(subtracted-kept) <= 0x1p-52)
		if z >= 37 {
			lost = same(subtracted, 0)
		}
		tab.row(z, lost, holds(fmt.Sprintf("%.4g > 0", kept), kept > 0), near(kept/math.Exp(-z), 1, 1e-12))
	}
}

// limitOfNetworks measures the largest difference of a neuron from its perceptron, for two networks of each shape and
// an input at which every |z| = |w·x + b| is at least 0.1. At c = 1000, s_j < |z_j| for every neuron, so that the bound
// of the proof speaks of all of them. There it is below e^(−0.99c|z|) for the least |z|.
func limitOfNetworks(t *testing.T) {
	tab := newTable(t, "layers", "least |z|", "difference at c = 1", "at c = 10", "at c = 100",
		"at c = 1000, and e^(−0.99c|z|)", "all s_j < |z_j|?")
	x := []float64{1, 0, 1, 1}
	for _, sizes := range [][]int{{4, 5, 3}, {4, 5, 4, 3}, {4, 5, 4, 4, 2}} {
		for seed, found := uint64(10*len(sizes)), 0; found < 2; seed++ {
			net := randomNetwork(seed, Perceptrons, sizes...)
			z, _ := net.Activations(x)
			nearest := math.Inf(1)
			for _, z := range slices.Concat(z[1:]...) {
				nearest = min(nearest, math.Abs(z))
			}
			if nearest < 0.1 {
				continue
			}
			found++
			at1, _ := inTheLimit(t, net, x, 1)
			at10, _ := inTheLimit(t, net, x, 10)
			at100, _ := inTheLimit(t, net, x, 100)
			at1000, bounded := inTheLimit(t, net, x, 1000)
			tab.row(sizes, nearest, at1, at10, at100, below(at1000, math.Exp(-1000*nearest*0.99)),
				holds("yes", bounded))
		}
	}
}

// inTheLimit replaces the perceptrons by sigmoid neurons, scaled by c, and holds the difference e_j of every neuron
// against the bound e^(−c(|z_j| − s_j)) of Exercise 1.2. It returns the largest difference, and whether |z_j| > s_j for
// every neuron, so that there was a bound for each.
func inTheLimit(t *testing.T, perceptrons *Network, x []float64, c float64) (worst float64, bounded bool) {
	t.Helper()
	z, a := perceptrons.Activations(x)
	zs, as := sigmoidsScaled(perceptrons, c).Activations(x)
	bounded = true
	before := make([]float64, len(x)) // e_k of the layer before
	for l := 1; l < len(a); l++ {
		e := make([]float64, len(a[l]))
		for j := range e {
			e[j] = math.Abs(as[l][j] - a[l][j])
			if Step(zs[l][j]) == a[l][j] {
				if subtracted := e[j]; !(math.Abs(subtracted-gap(zs[l][j])) <= 1e-15) {
					t.Errorf("c = %v, neuron %d of layer %d is off by %v; want %v", c, j, l, subtracted, gap(zs[l][j]))
				}
				e[j] = gap(zs[l][j])
			}
			bracket := math.Abs(z[l][j]) // less s_j
			for k, w := range perceptrons.Weights[l][j] {
				bracket -= math.Abs(w) * before[k]
			}
			if bracket <= 0 {
				bounded = false
			} else if bound := math.Exp(-c * bracket); !(e[j] <= bound*(1+1e-9)) {
				t.Errorf("c = %v, neuron %d of layer %d is off by %v; bound %v", c, j, l, e[j], bound)
			}
			worst = max(worst, e[j])
		}
		before = e
	}
	return worst, bounded
}

// sigmoidsScaled returns the network with sigmoid neurons for its perceptrons, and its weights and biases times c.
func sigmoidsScaled(perceptrons *Network, c float64) *Network {
	s := perceptrons.Clone()
	s.Hidden, s.Output = SigmoidNeurons, SigmoidNeurons
	s.Scale(c)
	return s
}

// limitAfterARise: the claim is about large c. Here both perceptrons have z = 0.1 and answer 1. The sigmoid neuron
// behind the first one has the weighted input c(σ(0.1c) − 0.9). At c = 10 that is 10(0.731 − 0.9) = −1.69, on the wrong
// side of 0 and further from it than at c = 1, where it is 0.525 − 0.9 = −0.375.
func limitAfterARise(t *testing.T) {
	net := New(Perceptrons, 1, 1, 1)
	net.Biases[1][0], net.Weights[2][0][0], net.Biases[2][0] = 0.1, 1, -0.9
	tab := newTable(t, "c", "first neuron, bias 0.1", "second, weight 1 and bias −0.9", "largest difference from 1")
	for _, test := range []struct{ c, want, tolerance float64 }{
		{1, 0.592672, 1e-6}, {10, 0.844147, 1e-6}, {50, 0.00932805, 1e-8}, {500, 1.92875e-22, 1e-27},
	} {
		_, a := sigmoidsScaled(net, test.c).Activations([]float64{0})
		worst, _ := inTheLimit(t, net, []float64{0}, test.c)
		tab.row(test.c, a[1][0], a[2][0], near(worst, test.want, test.tolerance))
	}
}

// limitAtATie: at w = (1, −1), b = 0 and x = (1, 1), w·x + b = 0. The perceptron answers 0, and σ(c · 0) = 1/2 for
// every c. The neuron behind it has the weight 1 and the bias b = −0.25 or 0. The perceptron there gets 0, has z = b
// and answers 0. The sigmoid neuron gets 1/2, has the weighted input c(1/2 + b), which is c/4 or c/2, and tends to 1:
// with b = 0 it has a tie, too, but behind another one.
func limitAtATie(t *testing.T) {
	net := New(Perceptrons, 2, 1, 1)
	copy(net.Weights[1][0], []float64{1, -1})
	net.Weights[2][0][0] = 1
	x := []float64{1, 1}
	tab := newTable(t, "c", "neurons", "hidden", "b of the output", "output", "σ(c(½ + b))", "difference, relative")
	for _, b := range []float64{-0.25, 0} {
		net.Biases[2][0] = b
		_, a := net.Activations(x)
		tab.row("any", "perceptrons", same(a[1][0], 0), b, same(a[2][0], 0), "", "")
		for _, c := range []float64{1, 10, 100, 1e6} {
			_, a := sigmoidsScaled(net, c).Activations(x)
			want := Sigmoid(c * (0.5 + b))
			tab.row(c, "sigmoid", same(a[1][0], 0.5), b, a[2][0], want, below(relative(a[2][0], want), 1e-15))
		}
	}
}

// limitAtADeepTie has two networks. In the first the output perceptron has z = 3 · 1 − 3 = 0. Its sigmoid neuron is not
// fed 1 but σ(c), which is less by at most e^(−c). So its weighted input is off 0 by at most 3c e^(−c). Because σ' ≤
// 1/4, its output is off 1/2 by at most a quarter of that, which tends to 0. But at no c is it 1/2, until from c ≈ 37
// on σ(c) is rounded to 1. In the second two hidden neurons are alike, and feed it with the weights 1 and −1 and the
// bias 0. What they answer cancels, so that z'_j = 0 and the output is 1/2 at every c.
func limitAtADeepTie(t *testing.T) {
	near3, cancels := New(Perceptrons, 1, 1, 1), New(Perceptrons, 1, 2, 1)
	near3.Biases[1][0], near3.Weights[2][0][0], near3.Biases[2][0] = 1, 3, -3
	copy(cancels.Biases[1], []float64{1, 1})
	copy(cancels.Weights[2][0], []float64{1, -1})
	tab := newTable(t, "z of the perceptron", "c", "a of the sigmoid neuron", "½ − a, and ¾c e^(−c)", "is a ½?")
	x := []float64{0}
	for _, c := range []float64{1, 5, 20} {
		z, _ := near3.Activations(x)
		a := sigmoidsScaled(near3, c).FeedForward(x)[0]
		tab.row(holds("3·1 − 3 = 0", z[2][0] == 0), c, fmt.Sprintf("%.10f", a),
			below(math.Abs(0.5-a), 0.75*c*math.Exp(-c)+1e-14), holds("a < ½", a < 0.5))
	}
	for _, c := range []float64{1, 5, 20} {
		z, _ := cancels.Activations(x)
		a := sigmoidsScaled(cancels, c).FeedForward(x)[0]
		tab.row(holds("1·1 − 1·1 = 0", z[2][0] == 0), c, fmt.Sprintf("%.10f", a), 0, holds("a = ½", a == 0.5))
	}
}

// Exercise 1.3. Let a_0 to a_9 be ten outputs. That of the digit d is at least 0.99, and the others are from 0 to less
// than 0.01. Behind them, four neurons answer with d in binary: neuron j has the weight +1 from every digit whose bit j
// is 1, −1 from the others, and bias 0. Its weighted input z is positive if bit j of d is 1, negative if it is 0, and
// more than 0.90 from 0.
//
// Proof. Let s_i = ±1 be the weight from digit i to neuron j. Multiply z = Σ_i s_i a_i by s_d, and use s_d s_d = 1:
//
//	s_d z = a_d + Σ_(i≠d) s_d s_i a_i > 0.99 − 9 · 0.01 = 0.90.
//
// This holds because each of the nine other terms is at least −a_i, and so above −0.01. So z has the sign of s_d, which
// is + where bit j of d is 1. Only digits whose bit j is not that of d have s_d s_i = −1. If there are n of them, the
// same reason gives s_d z > 0.99 − 0.01n. This bound is sharp: s_d z comes as near to it as one likes, where these n
// outputs are just under 0.01, the others 0, and a_d = 0.99.
//
// So perceptrons answer with the bits. Sigmoid neurons, multiplied by c, tend to them: by Exercise 1.2
//
//	|σ(cz) − bit| < e^(−c|z|) < e^(−0.90c).
func TestExercise1_3(t *testing.T) {
	t.Log("Claim: where one of ten outputs is at least 0.99 and the others are from 0 to below 0.01,\n" +
		"four neurons answer with the bits of its digit;\n" +
		"every weighted input is more than 0.90 from 0.")
	if got := len(BinaryLayer().FeedForward(make([]float64, 10))); got != 4 {
		t.Fatalf("%d neurons; want 4", got)
	}
	t.Run("every digit, every corner of the allowed activations", bitsAtTheCorners)
	t.Run("multiplied by c, sigmoid neurons tend to the bits", bitsOfSigmoids)
	t.Run("behind a trained network, on every test digit that meets the assumption", bitsBehindTraining)
	t.Run("fails where the assumption does: an 8 at 0.5, the others at 0.1", bitsOfAnUnclear8)
	t.Run("the text errs: bit 1 is the second least significant, not the second most", bitsInTheirOrder)
	t.Run("the text errs: with 9 among the digits whose bit 1 is set, 9 reads as 11", bitsOfThePrinted9)
	t.Run("the text errs: z is not to be 1 or 0, but σ(cz) in the limit", bitsAreNotZ)
}

// justUnder is the largest number below 0.01.
var justUnder = math.Nextafter(0.01, 0)

// barelyAllowed returns the ten outputs for a digit that only just meet the assumption of Exercise 1.3.
func barelyAllowed(digit int) []float64 {
	x := make([]float64, 10)
	for i := range x {
		x[i] = justUnder
	}
	x[digit] = 0.99
	return x
}

// onlyOutput returns ten outputs that are 0, but 1 for the digit.
func onlyOutput(digit int) []float64 {
	x := make([]float64, 10)
	x[digit] = 1
	return x
}

// bitsRead returns the number whose bits the network answers with.
func bitsRead(net *Network, x []float64) (n int) {
	for j, bit := range net.FeedForward(x) {
		n += int(bit) << j
	}
	return n
}

// bitsAtTheCorners: z is a linear function of the outputs, so that it is least, and largest, where each output is at an
// end of its range. These are 2^10 corners for each digit. Bit 0 is 1 for 5 digits of the ten, bits 1 and 2 for 4 and
// bit 3 for 2. With n = 5, 6, 6 and 8 digits against a bit that is 1, and 5, 4, 4 and 2 against one that is 0, 0.99 −
// 0.01n is what the table says.
func bitsAtTheCorners(t *testing.T) {
	least, misread := [4][2]float64{}, [4]int{} // of each bit, the least |z| where it is 0 and where it is 1
	for j := range least {
		least[j] = [2]float64{math.Inf(1), math.Inf(1)}
	}
	for digit := range 10 {
		name := fmt.Sprintf("%04b", digit) // the most significant bit first
		for corner := range 1 << 10 {
			x := make([]float64, 10)
			for i := range x {
				x[i] = justUnder * float64(corner>>i&1)
			}
			x[digit] = 0.99 + 0.01*float64(corner>>digit&1)
			z, a := BinaryLayer().Activations(x)
			for j := range 4 {
				bit := int(name[3-j] - '0')
				if a[1][j] != float64(bit) {
					misread[j]++
				}
				least[j][bit] = min(least[j][bit], math.Abs(z[1][j]))
			}
		}
	}
	tab := newTable(t, "bit", "misread, of 10240", "least |z| if it is 1", "least |z| if it is 0", "the lesser")
	for j, want := range [4][2]float64{{0.94, 0.94}, {0.95, 0.93}, {0.95, 0.93}, {0.97, 0.91}} {
		lesser := min(least[j][0], least[j][1])
		tab.row(j, same(misread[j], 0), near(least[j][1], want[1], 1e-12), near(least[j][0], want[0], 1e-12),
			holds(fmt.Sprintf("%.2f > 0.90", lesser), lesser > 0.90))
	}
}

// bitsOfSigmoids measures how far σ(cz) is from the bits, at the outputs that only just meet the assumption.
func bitsOfSigmoids(t *testing.T) {
	tab := newTable(t, "c", "z with a wrong sign, of 40", "largest |σ(cz) − bit|, and e^(−0.90c)")
	for _, c := range []float64{1, 10, 100} {
		s := BinaryLayer()
		s.Output = SigmoidNeurons
		s.Scale(c)
		wrong, worst := 0, 0.0
		for digit := range 10 {
			z, a := s.Activations(barelyAllowed(digit))
			for j, z := range z[1] {
				bit := digit >> j & 1
				if (z > 0) != (bit == 1) {
					wrong++
				}
				worst = max(worst, gap(z), math.Abs(a[1][j]-float64(bit)))
			}
		}
		tab.row(c, same(wrong, 0), below(worst, math.Exp(-0.9*c)))
	}
}

// bitsBehindTraining reads the bits of what a trained network answers, where one output is at least 0.99 and the others
// are below 0.01. The test digits are of MNIST if MNIST_DIR is set, and drawn ones otherwise.
func bitsBehindTraining(t *testing.T) {
	net, test := trained()
	meet, differ := 0, 0
	for i := range test.Len() {
		a := answer(net, test, i)
		sorted := slices.Clone(a)
		slices.Sort(sorted)
		if sorted[9] < 0.99 || sorted[8] >= 0.01 {
			continue
		}
		meet++
		if bitsRead(BinaryLayer(), a) != Argmax(a) {
			differ++
		}
	}
	tab := newTable(t, "test digits", "meet the assumption, at least a fifth", "of these, not the network's answer")
	fifth := test.Len() / 5
	tab.row(test.Len(), holds(fmt.Sprintf("%d ≥ %d", meet, fifth), meet >= fifth), same(differ, 0))
}

// bitsOfAnUnclear8: the network would choose 8, whose output is the largest. But bit 3 is 1 for 8 and 9 alone, and the
// eight others outvote them: z = 0.5 + 0.1 − 8 · 0.1 = −0.2.
func bitsOfAnUnclear8(t *testing.T) {
	x := []float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.1}
	z, a := BinaryLayer().Activations(x)
	tab := newTable(t, "bit", "of 8 = 1000", "z", "answer")
	for j, want := range []float64{-0.4, -0.6, -0.6, -0.2} {
		tab.row(j, 8>>j&1, near(z[1][j], want, 1e-12), same(a[1][j], 0))
	}
}

// bitsInTheirOrder: bit j stands for 2^j. So the numbers that have a single bit show the order: 2 = 0010 has bit 1
// alone, the second from the right.
func bitsInTheirOrder(t *testing.T) {
	tab := newTable(t, "digit", "in binary", "bit 3", "bit 2", "bit 1", "bit 0")
	for j, digit := range []int{1, 2, 4, 8} {
		bits := BinaryLayer().FeedForward(onlyOutput(digit))
		want := make([]float64, 4)
		want[j] = 1
		tab.row(digit, fmt.Sprintf("%04b", digit),
			same(bits[3], want[3]), same(bits[2], want[2]), same(bits[1], want[1]), same(bits[0], want[0]))
	}
}

// bitsOfThePrinted9: the text gives bit 1 the weight +1 from 2, 3, 6, 7 and 9. But 9 = 1001 has bit 1 = 0, and with
// these weights it reads as 1011, which is 11.
func bitsOfThePrinted9(t *testing.T) {
	asPrinted := BinaryLayer()
	for digit := range 10 {
		asPrinted.Weights[1][1][digit] = -1
	}
	for _, digit := range []int{2, 3, 6, 7, 9} {
		asPrinted.Weights[1][1][digit] = 1
	}
	tab := newTable(t, "digit", "in binary", "reads as", "as printed, reads as")
	for digit := range 10 {
		x, want := onlyOutput(digit), digit
		if digit == 9 {
			want = 11
		}
		tab.row(digit, fmt.Sprintf("%04b", digit),
			same(bitsRead(BinaryLayer(), x), digit), same(bitsRead(asPrinted, x), want))
	}
}

// bitsAreNotZ: z is near 1 where the bit is 1, but near −1, and not near 0, where the bit is 0. Nor is σ(z) the bit:
// σ(1) = 0.73 and σ(−1) = 0.27. Only for large c is σ(cz) near 1 or 0.
func bitsAreNotZ(t *testing.T) {
	s := BinaryLayer()
	s.Output = SigmoidNeurons
	z, a := s.Activations(barelyAllowed(5))
	tab := newTable(t, "bit", "of 5 = 0101", "z", "1 or 0?", "σ(z), near neither", "|σ(100z) − bit|, and e^(−90)")
	for j, want := range []float64{0.98, -1, 0.96, -1.04} {
		z, bit := z[1][j], 5>>j&1
		if Step(z) != float64(bit) {
			t.Errorf("bit %d: z = %v has the wrong sign", j, z)
		}
		tab.row(j, bit, near(z, want, 1e-12), holds("neither", z != 0 && z != 1), within(0.26, a[1][j], 0.74),
			below(gap(100*z), math.Exp(-90)))
	}
}

// Exercise 1.4. Let ∇C ≠ 0. Among all steps Δv of length ε, ∇C·Δv is least for Δv = −η∇C with η = ε/‖∇C‖, and only for
// this one. There it is −ε‖∇C‖.
//
// Proof. Let ĝ = ∇C/‖∇C‖. Split Δv into a part along −ĝ and the rest r: Δv = −pĝ + r with p = −ĝ·Δv. Then ĝ·r = ĝ·Δv +
// p = 0, the two parts are at a right angle, and by Pythagoras p² + ‖r‖² = ‖Δv‖² = ε². So there is an angle θ from 0 to
// π with p = ε cos θ and ‖r‖ = ε sin θ. Because ∇C·ĝ = ‖∇C‖ and ∇C·r = 0,
//
//	∇C·Δv = −p‖∇C‖ = −ε‖∇C‖ cos θ = −ε‖∇C‖ + 2ε‖∇C‖ sin²(θ/2).
//
// The last equation uses cos θ = 1 − 2 sin²(θ/2). The last term says how much worse a step is that is turned away from
// −ĝ by θ. It is 0 for θ = 0 and positive for every other θ up to π. For θ = 0, r = 0 and Δv = −εĝ = −η∇C. As −1 ≤ cos
// θ ≤ 1, the line also proves the inequality of Cauchy and Schwarz, |∇C·Δv| ≤ ‖∇C‖ ‖Δv‖.
//
// ∇C·Δv is, for all v and Δv, the change of C itself only if C is linear but for a constant. In general, let H be the
// matrix of the second derivatives of a smooth C. On the way from v, g(t) = C(v + tΔv) has by the chain rule g'(0) =
// ∇C·Δv and g″(0) = ΔvᵀHΔv. So Taylor's formula for g(1) is C(v + Δv) = C(v) + ∇C·Δv + ½ ΔvᵀHΔv + O(ε³), where O(ε³)
// stands for what is at most a constant times ε³. For Δv = −εĝ
//
//	C(v) − C(v − εĝ) = ε‖∇C‖ − ½ε² ĝᵀHĝ + O(ε³).
func TestExercise1_4(t *testing.T) {
	t.Log("Claim: where ∇C ≠ 0, of all steps of length ε, −ε∇C/‖∇C‖ makes ∇C·Δv least, −ε‖∇C‖, and no other does.")
	t.Run("no step of length ε does better, in 1 to 1000 dimensions", steepestOfRandom)
	t.Run("a step that is turned by θ is worse by 2ε‖∇C‖ sin²(θ/2)", steepestTurned)
	t.Run("for a curved cost the fall over ε‖∇C‖ tends to 1, with error −½ε ĝᵀHĝ/‖∇C‖", steepestOnACurve)
	t.Run("fails where ∇C = 0: η = ε/‖∇C‖ is undefined", steepestOnThePlain)
	t.Run("the text errs: it bounds |∇C·Δv|, which is never below 0 and so never −ε‖∇C‖", steepestHasNoAbsoluteValue)
}

// stepLength is the ε of Exercise 1.4.
const stepLength = 0.01

// steepestIn returns a random gradient of length 7 in m dimensions, and the step −η∇C of length ε.
func steepestIn(m int, rng *rand.Rand) (gradient, best []float64) {
	gradient, best = randomDirection(rng, m), make([]float64, m)
	for i := range gradient {
		gradient[i] *= 7
	}
	eta := stepLength / norm(gradient)
	for i := range best {
		best[i] = -eta * gradient[i]
	}
	return gradient, best
}

// randomDirection returns a vector of length 1, all directions alike.
func randomDirection(rng *rand.Rand, m int) []float64 {
	v := make([]float64, m)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	length := norm(v)
	for i := range v {
		v[i] /= length
	}
	return v
}

// steepestOfRandom compares −η∇C with 2000 random steps of length ε. The last column is the best of these. In one
// dimension there are only two steps, and one of them is −η∇C. In 1000 dimensions nearly every step is nearly at a
// right angle to ∇C, and worse by about ε‖∇C‖.
func steepestOfRandom(t *testing.T) {
	tab := newTable(t, "dimension", "‖Δv‖ and ε", "∇C·Δv and −ε‖∇C‖", "2000 random steps are worse by at least")
	for _, m := range []int{1, 2, 10, 1000} {
		rng := rand.New(rand.NewPCG(uint64(m), 14))
		gradient, best := steepestIn(m, rng)
		least, want := dot(gradient, best), -stepLength*norm(gradient)
		closest := math.Inf(1)
		for range 2000 {
			u := randomDirection(rng, m)
			closest = min(closest, stepLength*dot(gradient, u)-least)
		}
		tab.row(m, near(norm(best), stepLength, 1e-14*stepLength), near(least, want, 1e-14*-want),
			holds(fmt.Sprintf("%.3g ≥ −1e-15", closest), closest >= -1e-15))
	}
}

// steepestTurned turns −η∇C by θ towards a direction u at a right angle to ∇C, and measures ∇C·(Δv(θ) − Δv(0)). It
// computes this difference of two steps as
//
//	Δv(θ) − Δv(0) = (cos θ − 1)(−η∇C) + ε sin θ u = 2 sin²(θ/2) η∇C + ε sin θ u,
//
// because cos θ − 1, computed as it stands, loses its digits where θ is small.
func steepestTurned(t *testing.T) {
	dimensions := []int{2, 10, 1000}
	tab := newTable(t, "θ", "2ε‖∇C‖ sin²(θ/2)", "worse by, dimension 2", "dimension 10", "dimension 1000")
	for _, theta := range []float64{1e-5, 1e-3, 0.1, 1, math.Pi / 2, math.Pi} {
		squared := math.Pow(math.Sin(theta/2), 2)
		row := []any{fmt.Sprintf("%.5g", theta), fmt.Sprintf("%.9g", 2*stepLength*7*squared)}
		for _, m := range dimensions {
			rng := rand.New(rand.NewPCG(uint64(m), 14))
			gradient, best := steepestIn(m, rng)
			across := randomDirection(rng, m)
			along := dot(across, gradient) / dot(gradient, gradient)
			for i := range across {
				across[i] -= along * gradient[i]
			}
			turn, turned, length := make([]float64, m), make([]float64, m), norm(across)
			for i := range turn {
				turn[i] = -2*squared*best[i] + stepLength*math.Sin(theta)*across[i]/length
				turned[i] = best[i] + turn[i]
			}
			if relative(norm(turned), stepLength) > 1e-13 {
				t.Errorf("turned by %v, the step has the length %v; want %v", theta, norm(turned), stepLength)
			}
			worse, want := dot(gradient, turn), 2*stepLength*norm(gradient)*squared
			tolerance := 1e-6*want + 1e-16*math.Sin(theta) // across·∇C is 0 only to rounding
			row = append(row, holds(fmt.Sprintf("%.9g", worse), math.Abs(worse-want) <= tolerance))
		}
		tab.row(row...)
	}
}

// steepestOnACurve takes the step −εĝ on the cross-entropy of a sigmoid network. ĝᵀHĝ is the slope of ĝ·∇C along ĝ, and
// comes from the gradients a little to both sides. Divided by ε‖∇C‖, the last equation of the exercise says that the
// fall is 1 − ½ε ĝᵀHĝ/‖∇C‖ + O(ε²). The two middle columns are the deviation from 1 and its first term. They differ by
// a part of the order of ε.
func steepestOnACurve(t *testing.T) {
	net := randomNetwork(3, SigmoidNeurons, 4, 5, 3)
	x, y := []float64{0.5, -1, 2, 0.25}, []float64{1, 0, 0}
	nabla := gradientOf(t, net, CrossEntropy, x, y)
	length := math.Sqrt(inner(nabla, nabla))
	movedBy := func(step float64) *Network { // net, step along ĝ
		to := net.Clone()
		each(to, nabla, func(p, q *float64) { *p += step * *q / length })
		return to
	}
	curvature := derivative(func(step float64) float64 {
		return inner(gradientOf(t, movedBy(step), CrossEntropy, x, y), nabla) / length
	}, 0, 1e-4)
	if curvature == 0 {
		t.Fatal("no curvature: the table shows nothing")
	}
	before := CrossEntropy.Of(net.FeedForward(x), y)
	tab := newTable(t, "ε", "fall / ε‖∇C‖", "less 1", "−½ε ĝᵀHĝ/‖∇C‖", "they differ by this part, and 0.2ε")
	for _, eps := range []float64{0.1, 0.01, 0.001, 0.0001} {
		fall := before - CrossEntropy.Of(movedBy(-eps).FeedForward(x), y)
		deviation, first := fall/(eps*length)-1, -eps*curvature/(2*length)
		tab.row(fmt.Sprint(eps), fmt.Sprintf("%.7f", 1+deviation), fmt.Sprintf("%.3e", deviation),
			fmt.Sprintf("%.3e", first), below(relative(deviation, first), 0.2*eps+1e-10/eps))
	}
}

// steepestOnThePlain: a linear neuron of weights 0 answers 0, as desired, so that ∇C = 0. Then ε/‖∇C‖ divides by 0, and
// η∇C = ∞ · 0 is not a number. All steps are alike there: ∇C·Δv = 0 for each.
func steepestOnThePlain(t *testing.T) {
	net := New(LinearNeurons, 2, 1)
	nabla := gradientOf(t, net, Quadratic, []float64{1, 2}, []float64{0})
	length := math.Sqrt(inner(nabla, nabla))
	eta := stepLength / length
	step := eta * nabla.Biases[1][0]
	tab := newTable(t, "‖∇C‖", "η = ε/‖∇C‖", "η∇C")
	tab.row(same(length, 0), same(eta, math.Inf(1)), holds(fmt.Sprint(step), math.IsNaN(step)))
}

// steepestHasNoAbsoluteValue: an absolute value is never below 0, and in two or more dimensions |∇C·Δv| is least, 0,
// for a step at a right angle to ∇C, which does not lower C. In one dimension it is ε|C'| for both steps there are. For
// the best step it is ε‖∇C‖, the largest that the inequality of Cauchy and Schwarz allows. What is to be made least is
// ∇C·Δv with its sign.
func steepestHasNoAbsoluteValue(t *testing.T) {
	tab := newTable(t, "∇C", "Δv", "‖Δv‖ and ε", "∇C·Δv", "|∇C·Δv|")
	for _, test := range []struct {
		gradient        []float64
		name            string
		dv              []float64
		want, tolerance float64
	}{
		{[]float64{3, 4}, "at a right angle to ∇C", []float64{-0.8 * stepLength, 0.6 * stepLength}, 0, 1e-17},
		{[]float64{3, 4}, "−η∇C", []float64{-0.6 * stepLength, -0.8 * stepLength}, -0.05, 1e-16},
		{[]float64{-5}, "−η∇C", []float64{stepLength}, -0.05, 1e-16},
		{[]float64{-5}, "the other step", []float64{-stepLength}, 0.05, 1e-16},
	} {
		change := dot(test.gradient, test.dv)
		tab.row(fmt.Sprint(test.gradient), test.name, near(norm(test.dv), stepLength, 1e-16),
			near(change, test.want, test.tolerance), near(math.Abs(change), math.Abs(test.want), test.tolerance))
	}
}

// Chapter 2

// Section 2.1. Take one example x with the desired output y. Let C be its cost, and let δ^l_j = ∂C/∂z^l_j be the
// "error" of neuron j of layer l. The activations are a^0 = x and a^l_j = σ(z^l_j) with z^l_j = Σ_k w^l_jk a^(l−1)_k +
// b^l_j. Then
//
//	(BP1)  δ^L = ∇_a C ⊙ σ'(z^L)                     δ^L_j = ∂C/∂a^L_j σ'(z^L_j)
//	(BP2)  δ^l = ((w^(l+1))ᵀ δ^(l+1)) ⊙ σ'(z^l)      δ^l_k = (Σ_j w^(l+1)_jk δ^(l+1)_j) σ'(z^l_k)   for l < L
//	(BP3)  ∂C/∂b^l_j = δ^l_j
//	(BP4)  ∂C/∂w^l_jk = a^(l−1)_k δ^l_j
//
// The first two lines are written for a whole layer on the left, and for one neuron on the right. ∇_a C is the vector
// of all ∂C/∂a^L_j, and ⊙ multiplies two vectors entry by entry.
//
// Proof. It uses the chain rule four times: if p acts on C only through the numbers u_1, u_2, …, then the effects add,
// and ∂C/∂p = Σ_i ∂C/∂u_i ∂u_i/∂p.
//
// (BP1): z^L_j acts on C only through the activations a^L_i. Of these only a^L_j depends on z^L_j. So one term is left
// of the sum over i, that of i = j, and in it ∂a^L_j/∂z^L_j = σ'(z^L_j).
//
// (BP2): z^l_k acts on C only through a^l_k, with ∂a^l_k/∂z^l_k = σ'(z^l_k). And a^l_k acts on C only through the
// weighted inputs of the next layer, z^(l+1)_j = Σ_i w^(l+1)_ji a^l_i + b^(l+1)_j. Their derivatives are
// ∂z^(l+1)_j/∂a^l_k = w^(l+1)_jk, because a^l_k is in the term i = k alone. So
//
//	∂C/∂a^l_k = Σ_j ∂C/∂z^(l+1)_j w^(l+1)_jk = Σ_j w^(l+1)_jk δ^(l+1)_j,   δ^l_k = ∂C/∂a^l_k σ'(z^l_k).
//
// The transpose is there because of this sum. Forward, entry j of w a is Σ_k w_jk a_k: the sum goes along row j of w.
// Back, the sum over j goes down column k of w. Column k of w is row k of wᵀ, so the sum is entry k of wᵀ δ. With two
// neurons before and two behind:
//
//	forward, rows:    z_0 − b_0 = w_00 a_0 + w_01 a_1
//	                  z_1 − b_1 = w_10 a_0 + w_11 a_1
//
//	back, columns:    ∂C/∂a_0 = w_00 δ_0 + w_10 δ_1
//	                  ∂C/∂a_1 = w_01 δ_0 + w_11 δ_1
//
// (BP3) and (BP4): b^l_j and w^l_jk act on C only through z^l_j. The activations a^(l−1) come from the layers before,
// and do not depend on them. So ∂z^l_j/∂b^l_j = 1 and ∂z^l_j/∂w^l_jk = a^(l−1)_k. Each is multiplied by ∂C/∂z^l_j =
// δ^l_j.
//
// Other kinds of neuron. Where a_j = f(z_j), f' stands for σ' in (BP1) and (BP2); linear neurons have f' = 1. In a
// softmax layer of two or more outputs every a_i depends on every z_j. Then all terms of the sum in the proof of (BP1)
// are left, and in place of σ' stands the matrix of all ∂a_i/∂z_j, the Jacobian of the layer. The chain rule gives
// ∂a_i/∂z_j = a_i ∂(ln a_i)/∂z_j. From ln a_i = z_i − ln Σ_k e^(z_k) follows that ∂(ln a_i)/∂z_j is 1 − a_j if i = j,
// and −a_j if not. With Kronecker's δ_ij, which is 1 if i = j and otherwise 0,
//
//	δ^L_j = Σ_i ∂C/∂a_i ∂a_i/∂z_j = Σ_i ∂C/∂a_i a_i(δ_ij − a_j).
//
// For n examples the cost to be made smaller is C = (1/n) Σ_x C_x, the mean of the costs of single examples. The
// derivative of a mean is the mean of the derivatives, so that ∇C is the mean of the ∇C_x. BP1 to BP4 give each of
// these if C_x depends on the weights and biases only through a^L, which the proof has used.
func TestSection2_1(t *testing.T) {
	t.Log("Claim: BP1 to BP4 give the derivative of the cost by every weighted input, bias and weight.")
	t.Run("BP1: the errors of the last layer are ∂C by ∂z", backpropOutputs)
	t.Run("BP1 for a softmax layer: δ_j = Σ_i ∂C by ∂a_i · a_i(δ_ij − a_j), Kronecker's δ_ij", backpropSoftmax)
	t.Run("BP2: the errors of the layers before are ∂C by ∂z", backpropHidden)
	t.Run("BP3: the derivative by a bias is the error of its neuron", backpropBiases)
	t.Run("BP4: the derivative by a weight is the activation before it times the error behind it", backpropWeights)
	t.Run("the whole gradient, in networks of 2 to 5 layers", backpropWhole)
	t.Run("the text errs: a¹ is the input itself, not σ of anything", backpropInput)
	t.Run("the text is silent: ∇C is the mean of the ∇C_x if C is that of the C_x, and BP1 to BP4 give ∇C_x if C_x "+
		"depends on a^L alone", backpropOtherCosts)
}

// backpropBound is for ‖u − v‖/(‖u‖ + ‖v‖), where u are derivatives by central differences of step h = 1e-5, and v what
// they are held against. For a C near 1, u is off by about h²/6, and by a rounding of C, 1e-16, over 2h: by some 1e-11.
// The ‖u‖ here are 0.004 and more, so that a few 1e-9 are to be expected.
const backpropBound = 1e-7

// A backpropCase is a network with L = 3, an example, and what is known of them. nabla is ∇C by Gradient.
type backpropCase struct {
	net   *Network
	cost  Cost
	x, y  []float64
	z, a  [][]float64
	nabla *Network
}

// backpropCases returns two cases. In the first case a single y_j is 1, and the others are 0. In the second case the
// y_j are shares of 1.
func backpropCases(t *testing.T, output Differentiable, cost Cost) (cases []backpropCase) {
	net, x := randomNetwork(21, output, 4, 5, 3, 4), []float64{0.7, -1.2, 0, 2}
	z, a := net.Activations(x)
	for _, y := range [][]float64{{0, 0, 1, 0}, {0.2, 0.5, 0.1, 0.2}} {
		cases = append(cases, backpropCase{net, cost, x, y, z, a, gradientOf(t, net, cost, x, y)})
	}
	return cases
}

// costAt returns C where z^l_j is v and the other weighted inputs of layer l are as they were.
func (e backpropCase) costAt(l, j int, v float64) float64 {
	moved, a := slices.Clone(e.z[l]), make([]float64, len(e.z[l]))
	moved[j] = v
	e.net.Kind(l).Activate(a, moved)
	if l < len(e.net.Sizes)-1 {
		a = behind(e.net, l).FeedForward(a)
	}
	return e.cost.Of(a, e.y)
}

// measured returns δ^l = ∂C/∂z^l by central differences. It knows nothing of backpropagation.
func (e backpropCase) measured(l int) []float64 {
	delta := make([]float64, len(e.z[l]))
	for j := range delta {
		delta[j] = derivative(func(v float64) float64 { return e.costAt(l, j, v) }, e.z[l][j], 1e-5)
	}
	return delta
}

// backpropOutputs measures δ^L. It shows how far from this Gradient is, and the right side of (BP1), which is made of
// the derivatives of the cost and of the layer. Gradient does not multiply them where it knows that δ^L = a − y. The
// cells show the worse of two cases, as in the next tables.
func backpropOutputs(t *testing.T) {
	tab := newTable(t, "outputs and cost", "δ^L by Gradient, off by", "δ^L by (BP1), off by")
	for _, pair := range pairings {
		byGradient, byBP1 := 0.0, 0.0
		for _, e := range backpropCases(t, pair.output, pair.cost) {
			delta, product := e.measured(3), make([]float64, 4)
			pair.cost.Gradient(product, e.a[3], e.y)
			pair.output.Backward(product, e.z[3], e.a[3], product)
			byGradient = max(byGradient, apart(delta, e.nabla.Biases[3]))
			byBP1 = max(byBP1, apart(delta, product))
		}
		tab.row(pair.name, below(byGradient, backpropBound), below(byBP1, backpropBound))
	}
}

// backpropSoftmax has a softmax layer with quadratic cost, for which ∂C/∂a_i = a_i − y_i. The first column of sums has
// a measured Jacobian, and the second has a_i(δ_ij − a_j). The last column has the term i = j alone, which would be
// enough for neurons whose a_j depends on z_j alone. Here it is not δ_j.
func backpropSoftmax(t *testing.T) {
	e := backpropCases(t, SoftmaxLayer, Quadratic)[0]
	z, a, delta := e.z[3], e.a[3], e.nabla.Biases[3]
	tab := newTable(t, "j", "Σ_i ∂C/∂a_i ∂a_i/∂z_j = δ_j", "Σ_i ∂C/∂a_i a_i(δ_ij − a_j) = δ_j",
		"i = j alone is not δ_j")
	for j := range a {
		measured, closed := 0.0, 0.0
		for i := range a {
			slope := derivative(func(v float64) float64 { return softmaxOutput(z, i, j, v) }, z[j], 1e-5)
			kronecker := 0.0
			if i == j {
				kronecker = 1
			}
			measured += (a[i] - e.y[i]) * slope
			closed += (a[i] - e.y[i]) * a[i] * (kronecker - a[j])
		}
		diagonal := (a[j] - e.y[j]) * a[j] * (1 - a[j])
		tab.row(j, near(measured, delta[j], 1e-9), near(closed, delta[j], 1e-15),
			holds(fmt.Sprintf("%.6f ≠ %.6f", diagonal, delta[j]), math.Abs(diagonal-delta[j]) >= 1e-4))
	}
}

// softmaxOutput returns a_i of a softmax layer with the weighted inputs z, but v for z_j.
func softmaxOutput(z []float64, i, j int, v float64) float64 {
	a := slices.Clone(z)
	a[j] = v
	Softmax(a, a)
	return a[i]
}

// backpropHidden measures δ^2 and δ^1. It shows how far from this Gradient is, and the right side of (BP2) with a
// δ^(l+1) that is measured too. So (BP2) is tested alone, without (BP1).
func backpropHidden(t *testing.T) {
	tab := newTable(t, "outputs and cost", "δ^2 by Gradient, off by", "by (BP2)", "δ^1 by Gradient", "by (BP2)")
	for _, pair := range pairings {
		var byGradient, byBP2 [3]float64 // of layer l
		for _, e := range backpropCases(t, pair.output, pair.cost) {
			for l := 2; l >= 1; l-- {
				delta := e.measured(l)
				byGradient[l] = max(byGradient[l], apart(delta, e.nabla.Biases[l]))
				byBP2[l] = max(byBP2[l], apart(delta, e.back(l, e.measured(l+1))))
			}
		}
		tab.row(pair.name, below(byGradient[2], backpropBound), below(byBP2[2], backpropBound),
			below(byGradient[1], backpropBound), below(byBP2[1], backpropBound))
	}
}

// back returns the right side of (BP2): δ^l_k = (Σ_j w^(l+1)_jk δ^(l+1)_j) σ'(z^l_k), where next is δ^(l+1).
func (e backpropCase) back(l int, next []float64) []float64 {
	delta := make([]float64, len(e.z[l]))
	for k := range delta {
		for j := range next {
			delta[k] += e.net.Weights[l+1][j][k] * next[j]
		}
		delta[k] *= SigmoidPrime(e.z[l][k])
	}
	return delta
}

// backpropBiases finds ∂C/∂b^l by central differences. They must be the δ^l of Gradient, because a bias that grows by h
// makes its z grow by h. The cells show the worst layer.
func backpropBiases(t *testing.T) {
	tab := newTable(t, "outputs and cost", "∂C/∂b by differences and δ by Gradient differ by")
	for _, pair := range pairings {
		worst := 0.0
		for _, e := range backpropCases(t, pair.output, pair.cost) {
			slopes := numericGradient(e.net, e.cost, e.x, e.y).Biases
			for l := 1; l <= 3; l++ {
				worst = max(worst, apart(slopes[l], e.nabla.Biases[l]))
			}
		}
		tab.row(pair.name, below(worst, backpropBound))
	}
}

// backpropWeights finds ∂C/∂w^l by central differences. They must be what Gradient gives, and a^(l−1)_k δ^l_j with a
// δ^l that is measured. The cells show the worst layer.
func backpropWeights(t *testing.T) {
	tab := newTable(t, "outputs and cost", "∂C/∂w and Gradient differ by", "∂C/∂w and a_k δ_j")
	for _, pair := range pairings {
		byGradient, byProducts := 0.0, 0.0
		for _, e := range backpropCases(t, pair.output, pair.cost) {
			numeric := numericGradient(e.net, e.cost, e.x, e.y)
			for l := 1; l <= 3; l++ {
				var products []float64 // a_k δ_j, row by row
				for _, d := range e.measured(l) {
					for _, a := range e.a[l-1] {
						products = append(products, a*d)
					}
				}
				slopes := slices.Concat(numeric.Weights[l]...)
				byGradient = max(byGradient, apart(slopes, slices.Concat(e.nabla.Weights[l]...)))
				byProducts = max(byProducts, apart(slopes, products))
			}
		}
		tab.row(pair.name, below(byGradient, backpropBound), below(byProducts, backpropBound))
	}
}

// backpropWhole holds all derivatives of a layer, by its weights and its biases together, against central differences.
// A cell shows the worst layer of a network with these sizes.
func backpropWhole(t *testing.T) {
	x, y := []float64{0.7, -1.2, 0, 2}, []float64{0, 1, 0}
	networks := [][]int{{4, 3}, {4, 6, 3}, {4, 3, 5, 3}, {4, 5, 2, 4, 3}}
	headings := []string{"outputs and cost"}
	for _, sizes := range networks {
		headings = append(headings, fmt.Sprint("layers ", sizes))
	}
	tab := newTable(t, headings...)
	for _, pair := range pairings {
		cells := []any{pair.name}
		for _, sizes := range networks {
			net := randomNetwork(5, pair.output, sizes...)
			exact, numeric := gradientOf(t, net, pair.cost, x, y), numericGradient(net, pair.cost, x, y)
			worst := 0.0
			for l := 1; l < len(sizes); l++ {
				worst = max(worst, apart(layerOf(numeric, l), layerOf(exact, l)))
			}
			cells = append(cells, below(worst, backpropBound))
		}
		tab.row(cells...)
	}
}

// backpropInput: the text writes z^l_j = Σ_k w^l_jk σ(z^(l−1)_k) + b^l_j for all its layers from 2 on. Its layer 1 is
// the input, a¹ = x. For l = 2 there would have to be a z¹ with σ(z¹) = x. But σ is between 0 and 1, and here x has the
// numbers −1.2, 0 and 2. If the input itself is taken for z¹, the sum is another number.
func backpropInput(t *testing.T) {
	e := backpropCases(t, SigmoidNeurons, Quadratic)[0]
	squashed := make([]float64, len(e.x))
	SigmoidNeurons.Activate(squashed, e.x)
	asPrinted, _ := e.net.Activations(squashed)
	tab := newTable(t, "j", "z_j = Σ_k w_jk x_k + b_j", "Σ_k w_jk σ(x_k) + b_j is not z_j")
	for j, z := range e.z[1] {
		printed := asPrinted[1][j]
		tab.row(j, fmt.Sprintf("%.6f", z), holds(fmt.Sprintf("%.6f ≠ %.6f", printed, z), math.Abs(printed-z) >= 0.1))
	}
}

// backpropOtherCosts: BP1 to BP4 give the ∇C_x of single examples, and their mean is ∇C if C is the mean of the C_x. If
// C is the largest C_x, and one alone is the largest, ∇C is the ∇C_x of this one example. If ½ Σ w² is added to every
// C_x, ∇C is still the mean of their gradients. But they depend on the weights also directly, and not through a^L
// alone: each ∂C_x/∂w has a w that (BP4) does not know. Row k is about the weight w_0k. The ∂C/∂w are central
// differences, and those in the headings are by Gradient, which does not know of ½ Σ w².
func backpropOtherCosts(t *testing.T) {
	net, all := randomNetwork(8, SigmoidNeurons, 4, 3), []int{0, 1, 2}
	data := Examples{
		{[]float64{1, 0, 2, 1}, []float64{1, 0, 0}},
		{[]float64{-1, 1, 0, 2}, []float64{0, 0, 1}},
		{[]float64{2, 1, 1, 0}, []float64{0, 1, 0}},
	}
	ofMean := differences(net, 1e-5, func(net *Network) float64 { return meanCost(net, CrossEntropy, data, all) })
	ofLargest := differences(net, 1e-5, func(net *Network) float64 { return largestCost(net, data) })
	ofSum := differences(net, 1e-5, func(net *Network) float64 {
		return meanCost(net, CrossEntropy, data, all) + halfSquares(net)
	})
	tab := newTable(t, "k", "C the mean: ∂C/∂w = mean of ∂C_x/∂w", "C the largest C_x: it is not",
		"C the mean + ½ Σ w²: w more")
	for k, mean := range meanGradient(t, net, CrossEntropy, data, all).Weights[1][0] {
		largest, sum, w := ofLargest.Weights[1][0][k], ofSum.Weights[1][0][k], net.Weights[1][0][k]
		tab.row(k, near(ofMean.Weights[1][0][k], mean, 1e-8),
			holds(fmt.Sprintf("%.6f ≠ %.6f", largest, mean), math.Abs(largest-mean) >= 1e-3),
			holds(fmt.Sprintf("%.6f = %.6f %+.6f", sum, mean, w), math.Abs(sum-mean-w) <= 1e-8 && math.Abs(w) >= 1e-3))
	}
}

// largestCost returns the largest of the examples' costs.
func largestCost(net *Network, data Examples) (largest float64) {
	for _, e := range data {
		largest = max(largest, CrossEntropy.Of(net.FeedForward(e.X), e.Y))
	}
	return largest
}

// halfSquares returns ½ Σ w² over all weights, which has the derivative w by each of them.
func halfSquares(net *Network) (half float64) {
	for _, w := range slices.Concat(net.Weights...) {
		half += dot(w, w) / 2
	}
	return half
}

// Section 2.2. Let C be the mean of the costs C_x of the m examples x of a mini-batch. A step of gradient descent on
// the mini-batch, with the learning rate η > 0, changes the weights and biases of the layers l = 1 to L by
//
//	w^l ← w^l − (η/m) Σ_x δ^l(x) (a^(l−1)(x))ᵀ,   b^l ← b^l − (η/m) Σ_x δ^l(x)
//
// where a^l(x) and δ^l(x) are the activations and errors for x. This is a step of −η∇C. To first order in η it lowers C
// by η‖∇C‖². Here ‖∇C‖² is the sum of the squares of all derivatives.
//
// Proof. δ^l is a column of numbers, and (a^(l−1))ᵀ is a row. Their product is the matrix with δ^l_j a^(l−1)_k in row j
// and column k, which is ∂C_x/∂w^l_jk by (BP4). By (BP3), δ^l_j = ∂C_x/∂b^l_j. The derivative of a mean is the mean of
// the derivatives,
//
//	∇C = (1/m) Σ_x ∇C_x,
//
// so that η times this is what the step subtracts. For the fall of C let v be the list of all weights and biases, and H
// the matrix of the second derivatives of C. With ε = η‖∇C‖, so that Δv = −η∇C, Exercise 1.4 ends in
//
//	C(v) − C(v − η∇C) = η ∇C·∇C − ½η² ∇CᵀH∇C + O(η³) = η‖∇C‖² + O(η²).
//
// This C is the cost of the mini-batch alone. The cost of the whole training set has another gradient, and can rise.
//
// Why the mean of the gradients, and not their sum? Let the m examples be drawn at random from a training set of n,
// each of these as likely as the others. Then the mean over the m is, on average over all draws, the mean over the n:
// the gradient of the whole cost, whatever m is. The average of the sums is m times that, so that each m would need its
// own η. With m = 1 the step is online learning. With m = n it is gradient descent on the whole cost.
//
// Mini-batches add up to the whole. Let the training set be split into p mini-batches of m_1, …, m_p examples, so that
// each example is in exactly one of them. Let ∇C_i be the gradient of mini-batch i, all at the same weights. Then m_i
// ∇C_i is the sum of the ∇C_x over mini-batch i. The sum of these over all i is the sum over all examples, n∇C. So
//
//	∇C = Σ_i (m_i/n) ∇C_i.
//
// If all mini-batches have the same size, m_i/n = 1/p, and this is the plain mean of the ∇C_i. Otherwise the plain mean
// gives the examples of small mini-batches too much weight.
func TestSection2_2(t *testing.T) {
	t.Log("Claim: a step on a mini-batch goes −η times the mean of its examples' gradients.\n" +
		"To first order in η it lowers the cost of the mini-batch by η‖∇C‖².")
	t.Run("one step, written out literally", descentLiteral)
	t.Run("m = 1 is online learning, m = n is gradient descent on the whole cost", descentOnlineAndWhole)
	t.Run("over a partition, gradients weighted by the sizes of the mini-batches add up to the whole one",
		descentPartition)
	t.Run("the cost of the mini-batch falls by η‖∇C‖² to first order", descentFall)
	t.Run("the cost of the whole set can rise all the same", descentRise)
}

// descentCase returns a network with three layers of neurons, a training set of 12 examples, and their numbers.
func descentCase() (net *Network, data Examples, all []int) {
	return randomNetwork(22, SigmoidNeurons, 5, 6, 4, 3), randomExamples(22, 12, 5, 3),
		[]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
}

// afterStep returns what one step under the cross-entropy makes of net, which it leaves alone.
func afterStep(t *testing.T, net *Network, data Examples, eta float64, batch ...int) *Network {
	t.Helper()
	after, s := net.Clone(), SGD{Cost: CrossEntropy, Eta: eta, BatchSize: len(batch)}
	takeStep(t, &s, after, data, batch...)
	return after
}

// descentLiteral makes a step by Step and one by the formulas of the claim, with the a and δ of each example. One SGD
// makes all three steps, each from the same network, so a step must leave nothing behind that changes the next.
func descentLiteral(t *testing.T) {
	const eta = 0.3
	net, data, all := descentCase()
	s := SGD{Cost: CrossEntropy, Eta: eta, BatchSize: len(all)}
	tab := newTable(t, "m", "examples", "largest difference of a weight or bias")
	for _, batch := range [][]int{{4}, {0, 7, 9}, all} {
		after, want, m := net.Clone(), net.Clone(), float64(len(batch))
		takeStep(t, &s, after, data, batch...)
		for _, i := range batch {
			_, a := net.Activations(data[i].X)
			delta := gradientOf(t, net, CrossEntropy, data[i].X, data[i].Y).Biases
			for l := 1; l < len(net.Sizes); l++ {
				for j, w := range want.Weights[l] {
					want.Biases[l][j] -= eta / m * delta[l][j]
					for k := range w {
						w[k] -= eta / m * delta[l][j] * a[l-1][k]
					}
				}
			}
		}
		tab.row(len(batch), batch, below(distance(after, want), 1e-14))
	}
}

// descentOnlineAndWhole holds the change by a step with η = 1 against −∇C by central differences. C is the cost of one
// example, or the mean cost of all n.
func descentOnlineAndWhole(t *testing.T) {
	net, data, all := descentCase()
	tab := newTable(t, "m", "C", "largest difference of the step from −∇C")
	for _, test := range []struct {
		of    string
		batch []int
	}{{"the cost of example 4", []int{4}}, {"the mean cost of all", all}} {
		cost := func(net *Network) float64 { return meanCost(net, CrossEntropy, data, test.batch) }
		step, downhill := stepOn(t, net, CrossEntropy, data, 1, test.batch...), New(nil, net.Sizes...)
		each(downhill, differences(net, 1e-5, cost), func(p, q *float64) { *p = -*q })
		tab.row(len(test.batch), test.of, below(distance(step, downhill), 1e-8))
	}
}

// descentPartition takes the gradient ∇C_i of each of three mini-batches from a step with η = 1, which makes the change
// −∇C_i. It holds the weighted mean and the plain mean of the three against ∇C.
func descentPartition(t *testing.T) {
	net, data, all := descentCase()
	whole := meanGradient(t, net, CrossEntropy, data, all)
	tab := newTable(t, "m_1, m_2, m_3", "Σ_i (m_i/n)∇C_i is off ∇C by", "⅓ Σ_i ∇C_i is off ∇C by")
	for _, ends := range [][]int{{4, 8}, {7, 11}} {
		partition := [][]int{all[:ends[0]], all[ends[0]:ends[1]], all[ends[1]:]}
		weighted, plain := New(nil, net.Sizes...), New(nil, net.Sizes...)
		for _, batch := range partition {
			step := stepOn(t, net, CrossEntropy, data, 1, batch...)
			share := float64(len(batch)) / float64(len(all))
			each(weighted, step, func(p, q *float64) { *p -= *q * share })
			each(plain, step, func(p, q *float64) { *p -= *q / 3 })
		}
		sizes := []int{len(partition[0]), len(partition[1]), len(partition[2])}
		off := distance(plain, whole)
		plainOff := below(off, 1e-14)
		if sizes[0] != sizes[2] {
			plainOff = holds(fmt.Sprintf("%.4g ≥ 0.1", off), off >= 0.1)
		}
		tab.row(sizes, below(distance(weighted, whole), 1e-14), plainOff)
	}
}

// descentFall divides the fall of C by η‖∇C‖². By the proof the quotient is 1 + O(η).
func descentFall(t *testing.T) {
	net, data, _ := descentCase()
	batch := []int{2, 5, 6}
	nabla := meanGradient(t, net, CrossEntropy, data, batch)
	square, before := inner(nabla, nabla), meanCost(net, CrossEntropy, data, batch)
	tab := newTable(t, "η", "fall of C", "η‖∇C‖²", "quotient", "off 1 by, and 0.2η")
	for _, eta := range []float64{1e-2, 1e-3, 1e-4, 1e-5} {
		fall := before - meanCost(afterStep(t, net, data, eta, batch...), CrossEntropy, data, batch)
		quotient := fall / (eta * square)
		tab.row(fmt.Sprint(eta), fmt.Sprintf("%.6e", fall), fmt.Sprintf("%.6e", eta*square),
			fmt.Sprintf("%.7f", quotient), below(math.Abs(quotient-1), 0.2*eta))
	}
}

// descentRise has four examples with the same input, of which one desires the answer 1 and three desire 0. The neuron
// answers 1/4, so that the costs are ln 4 and H(1/4), with the H of Exercise 3.1. By the proof there the mean cost of
// all four is least where the answer is the mean of the y, which is 1/4. So every other answer raises it. A step on the
// first example moves the answer towards 1.
func descentRise(t *testing.T) {
	x := []float64{1}
	data := Examples{{x, []float64{1}}, {x, []float64{0}}, {x, []float64{0}}, {x, []float64{0}}}
	net := oneNeuron(SigmoidNeurons, -math.Log(3), 0)
	after := afterStep(t, net, data, 0.1, 0)
	tab := newTable(t, "mean cost of", "before the step", "after it", "it falls or rises")
	one, all := []int{0}, []int{0, 1, 2, 3}
	own, ownAfter := meanCost(net, CrossEntropy, data, one), meanCost(after, CrossEntropy, data, one)
	whole, wholeAfter := meanCost(net, CrossEntropy, data, all), meanCost(after, CrossEntropy, data, all)
	tab.row("the example of the step, y = 1", near(own, math.Log(4), 1e-15),
		fmt.Sprintf("%.7f", ownAfter), holds("falls", ownAfter < own))
	tab.row("all four, y = 1, 0, 0, 0", near(whole, BinaryEntropy(0.25), 1e-15),
		fmt.Sprintf("%.7f", wholeAfter), holds("rises", wholeAfter > whole))
}

// Chapter 3

// Exercise 3.1. Let y_1, …, y_m be the desired outputs for m examples, and a_1, …, a_m the answers. All are above 0 and
// below 1; what holds at 0 and 1 comes last. Among all a, the cross-entropy
//
//	C = −(1/m) Σ_i [y_i ln a_i + (1 − y_i) ln(1 − a_i)]
//
// is least at a = y, and only there. Its least value is the mean of the binary entropies H(y_i), where
//
//	H(y) = −[y ln y + (1 − y) ln(1 − y)].
//
// Proof by derivatives. Of the sum only term i depends on a_i, so that
//
//	∂C/∂a_i = (1/m)[−y_i/a_i + (1 − y_i)/(1 − a_i)] = (1/m)(a_i − y_i)/(a_i(1 − a_i)).
//
// The denominator is positive. So the derivative is negative where a_i < y_i, 0 at a_i = y_i and positive where a_i >
// y_i: term i falls until a_i = y_i and rises from there on. As each term has its own a_i, their sum is least where all
// terms are, at a = y. There term i is H(y_i)/m.
//
// The text shows only that the derivative is 0 at a = y. It would be 0 at a largest value too. The second derivative
// excludes this. The one by a_i and another a_j is 0, and
//
//	∂²C/∂a_i² = (1/m)[y_i/a_i² + (1 − y_i)/(1 − a_i)²] > 0.
//
// So C is a sum of functions of one a_i each, and each of them bends upwards. Where its derivative is 0, it is least.
//
// Proof without derivatives of C. The Kullback-Leibler divergence of a from y is
//
//	KL(y‖a) = y ln(y/a) + (1 − y) ln((1 − y)/(1 − a)).
//
// From ln(y/a) = ln y − ln a follows that −[y ln a + (1 − y) ln(1 − a)] = H(y) + KL(y‖a). So C is the mean of the
// H(y_i), which do not depend on a, plus the mean of the KL(y_i‖a_i). It remains to show that KL(y‖a) ≥ 0, and that it
// is 0 only for a = y. The curve of ln u bends downwards. So it is below its tangent at u = 1, which is u − 1: ln u ≤ u
// − 1 for all u > 0, with equality only for u = 1. With a/y and (1 − a)/(1 − y) for u,
//
//	−KL(y‖a) = y ln(a/y) + (1 − y) ln((1 − a)/(1 − y)) ≤ (a − y) + ((1 − a) − (1 − y)) = 0,
//
// with equality only for a/y = 1.
//
// At the ends. With 0 ln 0 = 0, which is the limit of y ln y for y → 0, H(0) = H(1) = 0. For y = 1 term i is −ln a_i.
// It falls all the way to a_i = 1, where it is 0. So it is least there, but its derivative there, −1/a_i without the
// 1/m, is −1 and not 0. The fall ends only because the range of a_i ends. For y = 0 it is −ln(1 − a_i), with the
// derivative +1 at a_i = 0. A sigmoid neuron has 0 < a < 1. Its cost tends to 0 for z → ∞ if y = 1, and for z → −∞ if y
// = 0, but no z has the cost 0.
//
// The proofs take the a_i as free. The answers of one network are not free: to the same input it gives the same answer.
// If one input has the labels 0 and 1, C = −½[ln a + ln(1 − a)] is least at a = ½, where it is ln 2, while the mean of
// H(0) and H(1) is 0.
func TestExercise3_1(t *testing.T) {
	t.Log("Claim: the cross-entropy is least at a = y, where it is the mean binary entropy of the y.")
	t.Run("the derivative against central differences", entropySlope)
	t.Run("a = y is a minimum: no point of a grid around it is lower", entropyGrid)
	t.Run("the text leaves out the second derivative: it is positive, so that a = y is no maximum", entropyCurvature)
	t.Run("the least value is the mean of H(y), and the excess the mean divergence", entropyDivergence)
	t.Run("the binary entropy, Figure 3.1: symmetric, concave, 0 at the ends, ln 2 in the middle", entropyFigure)
	t.Run("stops at the ends: for y = 0 or 1 the derivative does not vanish at a = y", entropyAtTheEnds)
	t.Run("stops at the ends: with σ(z) for a the minimum is approached and, but for rounding, never reached",
		entropyOfSigmoid)
	t.Run("the text is silent: the a are not free, one input with two labels cannot reach H(y) for both",
		entropyOfTwoLabels)
}

// entropyDesired is the y of Exercise 3.1, with m = 4.
var entropyDesired = []float64{0.1, 0.5, 0.8, 0.95}

// entropyMean returns the C of Exercise 3.1, the mean over m examples with one output each.
func entropyMean(a, y []float64) float64 { return CrossEntropy.Of(a, y) / float64(len(y)) }

// entropyAt returns C where a_i is v, and all other a are y.
func entropyAt(i int, v float64) float64 {
	a := slices.Clone(entropyDesired)
	a[i] = v
	return entropyMean(a, entropyDesired)
}

// entropySlope holds the derivative of the package, and that of the text, against a central difference.
func entropySlope(t *testing.T) {
	m, grad := float64(len(entropyDesired)), make([]float64, 1)
	tab := newTable(t, "y", "a", "∂C/∂a, central difference", "Gradient off by", "(1/m)(a − y)/(a(1 − a)) off by")
	for i, y := range entropyDesired {
		for _, a := range []float64{0.05, 0.3, y, 0.9} {
			CrossEntropy.Gradient(grad, []float64{a}, []float64{y})
			slope, closed := grad[0]/m, (a-y)/(a*(1-a))/m
			numeric := derivative(func(v float64) float64 { return entropyAt(i, v) }, a, 1e-6)
			tab.row(y, a, fmt.Sprintf("%.7f", numeric), below(math.Abs(slope-numeric), 1e-8),
				below(math.Abs(closed-numeric), 1e-8))
		}
	}
}

// entropyGrid divides C(a) − C(y) by ‖a − y‖² at all points of a grid around y, 9 for each a_i. The quotient is at
// least 2/m. To see this, let f(a) = KL(y‖a) − 2(a − y)². Its derivative is
//
//	(a − y)/(a(1 − a)) − 4(a − y) = (a − y)(1/(a(1 − a)) − 4).
//
// The last factor is not negative, because a(1 − a) ≤ 1/4. So f falls until a = y, where it is 0, and rises from there
// on. Then f ≥ 0, and KL(y‖a) ≥ 2(a − y)².
func entropyGrid(t *testing.T) {
	y := entropyDesired
	m, least := float64(len(y)), entropyMean(y, y)
	points, lowest := 0, math.Inf(1)
	for corner := range 9 * 9 * 9 * 9 {
		a, away := slices.Clone(y), 0.0
		for i, rest := 0, corner; i < len(a); i, rest = i+1, rest/9 {
			a[i] += float64(rest%9-4) * 0.012
			away += (a[i] - y[i]) * (a[i] - y[i])
		}
		if away > 0 {
			points++
			lowest = min(lowest, (entropyMean(a, y)-least)/away)
		}
	}
	tab := newTable(t, "points besides y", "least (C(a) − C(y))/‖a − y‖², and 2/m")
	tab.row(same(points, 9*9*9*9-1), holds(fmt.Sprintf("%.5f ≥ %v", lowest, 2/m), lowest >= 2/m))
}

// entropyCurvature finds the second derivative from C at y_i and a little to both sides.
func entropyCurvature(t *testing.T) {
	const h = 1e-4
	m := float64(len(entropyDesired))
	tab := newTable(t, "y", "∂²C/∂a² at a = y, by differences", "(1/m)[y/a² + (1 − y)/(1 − a)²]", "relative difference")
	for i, y := range entropyDesired {
		numeric := (entropyAt(i, y+h) - 2*entropyAt(i, y) + entropyAt(i, y-h)) / (h * h)
		closed := (y/(y*y) + (1-y)/((1-y)*(1-y))) / m
		tab.row(y, holds(fmt.Sprintf("%.5f > 0", numeric), numeric > 0), fmt.Sprintf("%.5f", closed),
			below(relative(numeric, closed), 1e-5))
	}
}

// entropyDivergence computes the mean H(y) and the mean KL(y‖a) by their formulas, at a = y and at six random a. Their
// sum must be C(a).
func entropyDivergence(t *testing.T) {
	y, rng := entropyDesired, rand.New(rand.NewPCG(31, 0))
	m, entropy := float64(len(y)), 0.0
	for _, y := range y {
		entropy -= (y*math.Log(y) + (1-y)*math.Log(1-y)) / m
	}
	tab := newTable(t, "a", "mean H(y)", "mean KL(y‖a)", "C(a) = their sum")
	tab.row(fmt.Sprintf("%.2f", y), entropy, same(divergence(y, y), 0), near(entropyMean(y, y), entropy, 4e-15))
	for range 6 {
		a := make([]float64, len(y))
		for i := range a {
			a[i] = 0.01 + 0.98*rng.Float64()
		}
		kl := divergence(y, a)
		tab.row(fmt.Sprintf("%.2f", a), entropy, holds(fmt.Sprintf("%.6f > 0", kl), kl > 0),
			near(entropyMean(a, y), entropy+kl, 1e-14))
	}
}

// divergence returns the mean of the KL(y_i‖a_i).
func divergence(y, a []float64) (mean float64) {
	for i, y := range y {
		mean += (y*math.Log(y/a[i]) + (1-y)*math.Log((1-y)/(1-a[i]))) / float64(len(a))
	}
	return mean
}

// entropyFigure measures the curve of H. Its formula stays the same if y and 1 − y change places, so H(y) = H(1 − y).
// It is concave, because H″ = −1/y − 1/(1 − y) < 0. So H is above each of its chords, here from y − 1/128 to y + 1/128.
// As y ln y has the integral ½y² ln y − ¼y², which is −¼ from 0 to 1, the area below H is ¼ + ¼.
func entropyFigure(t *testing.T) {
	const h = 1.0 / 128
	symmetry, under := 0.0, 0
	for i := 1; i < 128; i++ {
		y := float64(i) * h
		symmetry = max(symmetry, relative(BinaryEntropy(y), BinaryEntropy(1-y)))
		if chord := (BinaryEntropy(y-h) + BinaryEntropy(y+h)) / 2; !(BinaryEntropy(y) > chord) {
			under++
		}
	}
	tab := newTable(t, "the curve of H", "measured")
	tab.row("H(0)", same(BinaryEntropy(0), 0))
	tab.row("H(1)", same(BinaryEntropy(1), 0))
	tab.row("H(1/2) = ln 2", near(BinaryEntropy(0.5), math.Ln2, 1e-15*math.Ln2))
	tab.row("H(y) against H(1 − y), relative", below(symmetry, 1e-14))
	tab.row("of 127 y, not above the chord", same(under, 0))
	tab.row("area from 0 to 1, off 1/2 by", below(math.Abs(integral(BinaryEntropy, 0, 1)-0.5), 1e-7))
}

// entropyAtTheEnds has m = 1. The derivative is −1/a for y = 1 and 1/(1 − a) for y = 0. At a = 1/4 that is −4 and 4/3:
// its sign leads a to y. Near a = y it is near −1 and 1. C is 0 at a = y, and infinite at the other end.
func entropyAtTheEnds(t *testing.T) {
	grad := make([]float64, 2)
	tab := newTable(t, "y", "∂C/∂a at a = 1/4", "∂C/∂a where |a − y| = 1e-9", "C at a = y", "C at a = 1 − y")
	for _, test := range []struct{ y, close, slope, away float64 }{{1, 1 - 1e-9, -1, -4}, {0, 1e-9, 1, 4.0 / 3}} {
		y := []float64{test.y}
		CrossEntropy.Gradient(grad, []float64{0.25, test.close}, []float64{test.y, test.y})
		tab.row(test.y, near(grad[0], test.away, 1e-15), near(grad[1], test.slope, 1e-8),
			same(CrossEntropy.Of(y, y), 0), same(CrossEntropy.Of([]float64{1 - test.y}, y), math.Inf(1)))
	}
}

// entropyOfSigmoid has y = 1 and a = σ(z), so that C = −ln σ(z) = ln(1 + e^(−z)). For z > 0, u = e^(−z) is between 0
// and 1, where ½u < ln(1 + u) < u. So C is above ½e^(−z) and never 0. But from z = 36.74 on σ(z) is rounded to 1, and C
// from σ(z) is 0. C from z keeps its digits. By 1 − σ(z) = σ(−z), C is the same for y = 0 and −z.
func entropyOfSigmoid(t *testing.T) {
	tab := newTable(t, "z", "C from σ(z)", "C from z", "falls", "C from z / e^(−z)", "y = 0, −z: C from z")
	before := math.Inf(1)
	for _, z := range []float64{1, 10, 36, 37, 100, 700} {
		fromA := CrossEntropy.Of([]float64{Sigmoid(z)}, []float64{1})
		fromZ := CrossEntropy.OfZ([]float64{z}, []float64{1})
		reached := holds(fmt.Sprintf("%.4g > 0", fromA), fromA > 0)
		if z >= 37 {
			reached = same(fromA, 0)
		}
		ratio, mirrored := fromZ/math.Exp(-z), CrossEntropy.OfZ([]float64{-z}, []float64{0})
		tab.row(z, reached, holds(fmt.Sprintf("%.4g > 0", fromZ), fromZ > 0), holds("yes", fromZ < before),
			holds(fmt.Sprintf("½ < %.4f ≤ 1", ratio), 0.5 < ratio && ratio < 1+1e-14),
			near(mirrored, fromZ, 1e-15*fromZ))
		before = fromZ
	}
}

// entropyOfTwoLabels gives the same answer a to both labels, and looks for the least C among a = 0.001 to 0.999.
func entropyOfTwoLabels(t *testing.T) {
	y, lowest, at := []float64{0, 1}, math.Inf(1), 0.0
	for i := 1; i < 1000; i++ {
		a := float64(i) / 1000
		if c := entropyMean([]float64{a, a}, y); c < lowest {
			lowest, at = c, a
		}
	}
	tab := newTable(t, "y", "least C = ln 2", "at a", "mean H(y)")
	tab.row("0 and 1", near(lowest, math.Ln2, 1e-12*math.Ln2), same(at, 0.5),
		same((BinaryEntropy(y[0])+BinaryEntropy(y[1]))/2, 0))
}

// Exercise 3.2. Take a network of any depth with sigmoid outputs. Let C_x be the cost of the example x, and C the mean
// of C_x over n examples. The error and the derivative by a weight of the last layer are
//
//	cross-entropy   ∂C_x/∂z^L_j = a^L_j − y_j               ∂C/∂w^L_jk = (1/n) Σ_x a^(L−1)_k (a^L_j − y_j)
//	quadratic       ∂C_x/∂z^L_j = (a^L_j − y_j) σ'(z^L_j)   ∂C/∂w^L_jk = (1/n) Σ_x a^(L−1)_k (a^L_j − y_j) σ'(z^L_j)
//
// Proof. Take one example and write a for a^L_j = σ(z^L_j), y for y_j. Of all outputs, a alone depends on z^L_j. So of
// the sum over the outputs in C_x only the term of output j has a derivative by z^L_j. By the chain rule it is ∂C_x/∂a
// times σ'(z^L_j) = a(1 − a):
//
//	cross-entropy   C_x = −[y ln a + (1 − y) ln(1 − a)] + …,   ∂C_x/∂a = −y/a + (1 − y)/(1 − a) = (a − y)/(a(1 − a))
//	quadratic       C_x = ½(y − a)² + …,                       ∂C_x/∂a = a − y
//
// For the cross-entropy the product is a − y, because a(1 − a) cancels; for the quadratic cost σ' stays. The weight
// w^L_jk acts on C_x only through z^L_j = Σ_k w^L_jk a^(L−1)_k + b^L_j, and a^(L−1) does not depend on it. So
// ∂z^L_j/∂w^L_jk = a^(L−1)_k, and ∂C_x/∂w^L_jk = a^(L−1)_k ∂C_x/∂z^L_j. The derivative of the mean is the mean of the
// derivatives. The factor σ'(z^L_j) is another number for every x, so it cannot be taken out of the sum.
//
// A neuron that is badly wrong has |a − y| near 1, with a near 0 or 1. There σ' = a(1 − a) is near 0: under the
// quadratic cost the neuron learns slowly, under the cross-entropy it does not.
func TestExercise3_2(t *testing.T) {
	t.Log("Claim: at sigmoid outputs the cross-entropy has ∂C/∂z = a − y. The quadratic cost has (a − y) σ'(z).")
	t.Log("So the quadratic cost learns slowly where σ' is small.")
	t.Run("∂C by ∂z for one example, cross-entropy and quadratic", sigmoidOutputErrors)
	t.Run("∂C by ∂w for n examples, cross-entropy and quadratic", sigmoidOutputWeights)
	t.Run("σ' belongs inside the sum over x: outside, no value of it fits", sigmoidSlopeInsideSum)
	t.Run("a neuron that is badly wrong and saturated: its errors for y = 0", saturatedErrors)
	t.Run("a neuron that is badly wrong and saturated: steps from z = 10 to a = 0.5", saturatedSteps)
	t.Run("the text errs: a^L_j is σ(z^L_j), not the weighted input itself", outputIsNotWeightedInput)
	t.Run("the text errs: with ½(y_j − a_j)² for C its derivative is right for output j alone; C is the sum",
		quadraticSumsOutputs)
}

// sigmoidOutputCase returns the network of Exercise 3.2, in which L = 3, and four examples.
func sigmoidOutputCase() (net *Network, L int, data Examples) {
	return randomNetwork(32, SigmoidNeurons, 5, 4, 6, 3), 3, randomExamples(32, 4, 5, 3)
}

// sigmoidOutputErrors moves one z^L_j a little to both sides and leaves the others as they are. The slope of the cost
// of all outputs, found in this way, is held against the formula.
func sigmoidOutputErrors(t *testing.T) {
	net, L, data := sigmoidOutputCase()
	tab := newTable(t, "example", "j", "cross-entropy: ∂C/∂z^L_j = a − y", "quadratic: ∂C/∂z^L_j = (a − y) σ'")
	for i, e := range data {
		z, a := net.Activations(e.X)
		for j := range e.Y {
			slope := func(cost Cost) float64 {
				moved, out := slices.Clone(z[L]), make([]float64, len(z[L]))
				return derivative(func(v float64) float64 {
					moved[j] = v
					SigmoidNeurons.Activate(out, moved)
					return cost.Of(out, e.Y)
				}, z[L][j], 1e-5)
			}
			delta := a[L][j] - e.Y[j]
			tab.row(i, j, near(slope(CrossEntropy), delta, 1e-9),
				near(slope(Quadratic), delta*SigmoidPrime(z[L][j]), 1e-9))
		}
	}
}

// sigmoidOutputWeights finds ∂C/∂w^L_jk for all j and k in three ways: by the formula of the exercise, by Gradient, and
// by central differences, which use neither. For two lists of numbers u and v it measures how far they are apart.
func sigmoidOutputWeights(t *testing.T) {
	net, L, data := sigmoidOutputCase()
	n := float64(len(data))
	tab := newTable(t, "cost", "‖u − v‖/(‖u‖ + ‖v‖), u by formula, v by differences", "u by Gradient")
	for _, cost := range []Cost{CrossEntropy, Quadratic} {
		numeric, closed := New(nil, net.Sizes...), New(nil, net.Sizes...)
		for _, e := range data {
			each(numeric, numericGradient(net, cost, e.X, e.Y), func(p, q *float64) { *p += *q / n })
			_, a := net.Activations(e.X)
			for j, w := range closed.Weights[L] {
				delta := a[L][j] - e.Y[j]
				if cost == Quadratic {
					delta *= a[L][j] * (1 - a[L][j])
				}
				for k := range w {
					w[k] += a[L-1][k] * delta / n
				}
			}
		}
		exact := meanGradient(t, net, cost, data, []int{0, 1, 2, 3})
		byDifference := slices.Concat(numeric.Weights[L]...)
		byFormula, byGradient := slices.Concat(closed.Weights[L]...), slices.Concat(exact.Weights[L]...)
		tab.row(cost, below(apart(byFormula, byDifference), 1e-8), below(apart(byGradient, byDifference), 1e-8))
	}
}

// sigmoidSlopeInsideSum has one weight into a sigmoid neuron, the input 1, and two examples on which σ' differs. The
// sum with σ' inside is below 0 and the sum without it above 0. A factor σ' > 0 outside cannot change the sign.
func sigmoidSlopeInsideSum(t *testing.T) {
	z, y, x := []float64{0, 3}, []float64{1, 0}, 1.0
	inside, outside := 0.0, 0.0
	for i := range z {
		inside += x * (Sigmoid(z[i]) - y[i]) * SigmoidPrime(z[i]) / 2
		outside += x * (Sigmoid(z[i]) - y[i]) / 2
	}
	tab := newTable(t, "(1/n) Σ x(a − y)σ'", "(1/n) Σ x(a − y)", "signs")
	tab.row(inside, outside, holds("differ", inside < 0 && outside > 0))
}

// saturatedErrors: at y = 0 the cross-entropy has the error a and the quadratic cost a σ'(z). At z = ln n, where e^(−z)
// = 1/n, these are fractions: a = n/(n + 1), σ' = a(1 − a) = n/(n + 1)². Their ratio is 1/σ', which is
//
//	(n + 1)²/n = n + 2 + 1/n = e^z + 2 + e^(−z).
//
// The last n is e^10 rounded, so that z is 10 but for 0.00002.
func saturatedErrors(t *testing.T) {
	tab := newTable(t, "z", "n", "δ, cross-entropy = n/(n + 1)", "δ, quadratic = n²/(n + 1)³", "ratio = n + 2 + 1/n")
	for _, n := range []float64{1, 9, 99, 22026} {
		net := oneNeuron(SigmoidNeurons, math.Log(n), 0)
		fast := gradientOf(t, net, CrossEntropy, []float64{0}, []float64{0}).Biases[1][0]
		slow := gradientOf(t, net, Quadratic, []float64{0}, []float64{0}).Biases[1][0]
		product, ratio := n*n/((n+1)*(n+1)*(n+1)), n+2+1/n
		tab.row(fmt.Sprintf("%.6f", math.Log(n)), n, near(fast, n/(n+1), 1e-15), near(slow, product, 1e-14*product),
			near(fast/slow, ratio, 1e-14*ratio))
	}
}

// saturatedSteps: the input is 0, so a step changes only the bias b = z, by −ηδ(b). To go down by a small db takes
// db/(ηδ(b)) steps. So for η → 0, η times the number of steps from b = 10 to b = 0 tends to the integral of 1/δ(b) from
// 0 to 10. We use 1/σ(b) = 1 + e^(−b) and 1/(1 − σ(b)) = 1 + e^b. Under the cross-entropy
//
//	1/δ = 1/σ = 1 + e^(−b)
//
// has the integral 10 + (1 − e^(−10)) = 11 − e^(−10). Under the quadratic cost
//
//	1/δ = 1/(σ σ') = 1/(σ²(1 − σ)) = (1 + e^(−b))² (1 + e^b) = e^b + 3 + 3e^(−b) + e^(−2b)
//
// has the integral (e^10 − 1) + 30 + 3(1 − e^(−10)) + ½(1 − e^(−20)) = e^10 + 32.5 − 3e^(−10) − ½e^(−20).
func saturatedSteps(t *testing.T) {
	const eta = 0.1
	steps := func(cost Cost) (n float64) {
		net, s := oneNeuron(SigmoidNeurons, 10, 0), SGD{Cost: cost, Eta: eta, BatchSize: 1}
		var data Data = biasOnly(0)
		for batch := []int{0}; net.Biases[1][0] > 0 && n < 1e6; n++ {
			if _, err := s.Step(net, data, batch); err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	limit := func(x, want float64) check {
		return holds(fmt.Sprintf("%.1f ≈ %.1f", x, want), relative(x, want) <= 1e-3)
	}
	fast, slow := steps(CrossEntropy), steps(Quadratic)
	fastLimit, slowLimit := 11-math.Exp(-10), math.Exp(10)+32.5-3*math.Exp(-10)-math.Exp(-20)/2
	tab := newTable(t, "cost", "steps with η = 0.1", "η × steps ≈ limit for η → 0")
	tab.row(CrossEntropy, fast, limit(fast*eta, fastLimit))
	tab.row(Quadratic, fmt.Sprint(slow), limit(slow*eta, slowLimit))
	tab.row("ratio", slow/fast, limit(slow/fast, slowLimit/fastLimit))
}

// outputIsNotWeightedInput: the text takes the sum Σ_k w^L_jk a^(L−1)_k + b^L_j for the activation a^L_j. That sum is
// z^L_j. The activation is a = σ(z). From a = 1/(1 + e^(−z)) follows
//
//	1/a − 1 = (1 − a)/a = e^(−z),   z = ln(a/(1 − a))
func outputIsNotWeightedInput(t *testing.T) {
	net, L, data := sigmoidOutputCase()
	_, a := net.Activations(data[0].X)
	before := a[L-1]
	tab := newTable(t, "j", "a^L_j is not Σ w a + b", "ln(a/(1 − a)) = Σ w a + b")
	for j, a := range a[L] {
		sum := dot(net.Weights[L][j], before) + net.Biases[L][j]
		tab.row(j, holds(fmt.Sprintf("%.6f ≠ %.6f", a, sum), math.Abs(a-sum) >= 1e-3),
			near(math.Log(a/(1-a)), sum, 1e-9))
	}
}

// quadraticSumsOutputs: the text takes ½(y_j − a_j)² for C and has the derivative (a_j − y_j)σ'(z_j) for every j. But
// the cost of the first output does not change with the z of the others: its derivative by them is 0. Only the sum of
// the costs of all outputs has the text's derivative for every j. The derivatives are central differences.
func quadraticSumsOutputs(t *testing.T) {
	net, L, data := sigmoidOutputCase()
	y := data[0].Y
	z, a := net.Activations(data[0].X)
	tab := newTable(t, "j", "of ½ Σ_i (y_i − a_i)² = (a_j − y_j)σ'(z_j)", "of ½(y_0 − a_0)²", "is it that?")
	for j := range y {
		want := (a[L][j] - y[j]) * a[L][j] * (1 - a[L][j])
		slope := func(outputs int) float64 { // of the cost of the first few
			moved, out := slices.Clone(z[L]), make([]float64, len(y))
			return derivative(func(v float64) float64 {
				moved[j] = v
				SigmoidNeurons.Activate(out, moved)
				return Quadratic.Of(out[:outputs], y[:outputs])
			}, z[L][j], 1e-5)
		}
		first := slope(1)
		right := holds("no", first == 0 && math.Abs(want) > 1e-3)
		if j == 0 {
			right = holds("yes", math.Abs(first-want) <= 1e-9)
		}
		tab.row(j, near(slope(len(y)), want, 1e-9), fmt.Sprintf("%.7f", first), right)
	}
}

// Section 3.1.1. We ask for a cost C of a and y for which a single sigmoid neuron has
//
//	∂C/∂w_j = x_j(a − y)   (3.1)
//	∂C/∂b = a − y          (3.2)
//
// without the factor σ'(z). It must be the cross-entropy, plus something that does not depend on a.
//
// Proof. C depends on b only through a = σ(z), where z = Σ_j w_j x_j + b. By the chain rule, with ∂z/∂b = 1,
//
//	∂C/∂b = ∂C/∂a · σ'(z) = ∂C/∂a · a(1 − a)   (3.3)
//
// By (3.2) this must be a − y for every b, so for every a between 0 and 1. We divide by a(1 − a) and use two
// identities: a/(a(1 − a)) = 1/(1 − a) and 1/(a(1 − a)) = 1/a + 1/(1 − a). Then
//
//	∂C/∂a = (a − y)/(a(1 − a)) = 1/(1 − a) − y(1/a + 1/(1 − a))
//
// The integral of 1/(1 − a) is −ln(1 − a), and that of 1/a is ln a. So
//
//	C = −ln(1 − a) − y(ln a − ln(1 − a)) + constant = −[y ln a + (1 − y) ln(1 − a)] + constant
//
// The constant does not depend on a, but it may depend on y. Condition (3.1) asks nothing more: ∂z/∂w_j = x_j in place
// of ∂z/∂b = 1 gives ∂C/∂w_j = x_j ∂C/∂b = x_j(a − y). Every step can be read backwards, so this C does have (3.1) and
// (3.2).
func TestSection3_1_1(t *testing.T) {
	t.Log("Claim: from ∂C/∂w_j = x_j(a − y) and ∂C/∂b = a − y follows the cross-entropy, up to a constant.")
	t.Run("(3.1), (3.2) for a single neuron with the cross-entropy", crossEntropyNeuronSlopes)
	t.Run("(3.3): the partial fractions are ∂C by ∂a", crossEntropyFractions)
	t.Run("the integral from one a to another is the difference of the costs", crossEntropyIntegral)
	t.Run("no cost removes the factor x_j: z depends on w_j only through x_j w_j", noCostRemovesInput)
}

// singleSigmoid returns the neuron of section 3.1.1 and its input.
func singleSigmoid() (neuron *Network, x []float64) {
	return randomNetwork(311, SigmoidNeurons, 4, 1), []float64{0.5, -2, 0, 3}
}

// crossEntropyNeuronSlopes has a row for every weight and for the bias, and a column for every y. A cell shows the
// derivative by central differences and x_j(a − y). A bias is the weight of an input that is always 1.
func crossEntropyNeuronSlopes(t *testing.T) {
	neuron, x := singleSigmoid()
	desired := []float64{0, 0.3, 1}
	a := neuron.FeedForward(x)[0]
	tab := newTable(t, "∂C by", "x_j", "= x_j(a − y) at y = 0", "at y = 0.3", "at y = 1")
	numeric := make([]*Network, len(desired))
	for i, y := range desired {
		numeric[i] = numericGradient(neuron, CrossEntropy, x, []float64{y})
	}
	for j := range x {
		cells := []any{fmt.Sprintf("w_%d", j), x[j]}
		for i, y := range desired {
			cells = append(cells, near(numeric[i].Weights[1][0][j], x[j]*(a-y)+0, 1e-8)) // −0 + 0 = 0 reads better
		}
		tab.row(cells...)
	}
	cells := []any{"b", 1}
	for i, y := range desired {
		cells = append(cells, near(numeric[i].Biases[1][0], a-y, 1e-8))
	}
	tab.row(cells...)
}

// crossEntropyFractions holds the partial fractions against the derivative by a that the package has, and against a
// central difference of C.
func crossEntropyFractions(t *testing.T) {
	tab := newTable(t, "y", "a", "∂C/∂a = 1/(1 − a) − y(1/a + 1/(1 − a))", "off a central difference, relative")
	grad := make([]float64, 1)
	for _, y := range []float64{0, 0.3, 1} {
		for _, a := range []float64{0.001, 0.2, 0.5, 0.9} {
			CrossEntropy.Gradient(grad, []float64{a}, []float64{y})
			fractions := 1/(1-a) - y*(1/a+1/(1-a))
			cost := func(a float64) float64 { return CrossEntropy.Of([]float64{a}, []float64{y}) }
			slope := derivative(cost, a, 1e-5*a)
			tab.row(y, a, near(grad[0], fractions, 1e-12*math.Abs(fractions)), below(relative(slope, fractions), 1e-7))
		}
	}
}

// crossEntropyIntegral integrates (a − y)/(a(1 − a)) from a_0 to a_1. The constant cancels in C(a_1) − C(a_0).
func crossEntropyIntegral(t *testing.T) {
	tab := newTable(t, "y", "a_0", "a_1", "integral = C(a_1) − C(a_0)", "error")
	for _, y := range []float64{0, 0.3, 1} {
		for _, ends := range [][]float64{{0.1, 0.9}, {0.5, 0.2}, {0.3, 0.99}} {
			area := integral(func(a float64) float64 { return (a - y) / (a * (1 - a)) }, ends[0], ends[1])
			difference := CrossEntropy.Of(ends[1:], []float64{y}) - CrossEntropy.Of(ends[:1], []float64{y})
			tab.row(y, ends[0], ends[1], fmt.Sprintf("%.6f = %.6f", area, difference),
				below(math.Abs(area-difference), 1e-7))
		}
	}
}

// noCostRemovesInput: for every cost of a alone, ∂C/∂w_j = ∂C/∂a · σ'(z) · x_j and ∂C/∂b = ∂C/∂a · σ'(z). So ∂C/∂w_j =
// x_j ∂C/∂b: the choice of the cost can take away σ'(z), but not x_j, which it does not know.
func noCostRemovesInput(t *testing.T) {
	neuron, x := singleSigmoid()
	quadratic := numericGradient(neuron, Quadratic, x, []float64{1})
	entropy := numericGradient(neuron, CrossEntropy, x, []float64{1})
	if math.Abs(quadratic.Biases[1][0]) < 1e-4 || math.Abs(entropy.Biases[1][0]) < 1e-2 {
		t.Errorf("∂C/∂b = %v and %v: too small to show anything", quadratic.Biases[1][0], entropy.Biases[1][0])
	}
	tab := newTable(t, "x_j", "quadratic: ∂C/∂w_j = x_j ∂C/∂b", "cross-entropy: ∂C/∂w_j = x_j ∂C/∂b")
	for j := range x {
		cells := []any{x[j]}
		for _, numeric := range []*Network{quadratic, entropy} {
			want := x[j]*numeric.Biases[1][0] + 0 // −0 + 0 = 0 reads better
			slope := numeric.Weights[1][0][j]
			cells = append(cells, holds(fmt.Sprintf("%.7f = %.7f", slope, want), math.Abs(slope-want) <= 1e-8))
		}
		tab.row(cells...)
	}
}

// Section 3.2. A softmax layer answers a^L_j = e^(z_j)/Σ_i e^(z_i), where z is z^L. With the cost C = −ln a^L_r, where
// r is the true class, and with y_r = 1 and all other y_j = 0,
//
//	∂C/∂b^L_r = a^L_r − 1                     (3.4)
//	∂C/∂b^L_j = a^L_j            for j ≠ r    (3.5)
//	∂C/∂b^L_j = a^L_j − y_j      for all j    (3.6)
//	∂C/∂w^L_jk = a^(L−1)_k (a^L_j − y_j)      (3.7)
//
// Proof. The logarithm of the quotient is C = ln Σ_i e^(z_i) − z_r. Its derivative by z_j is
//
//	∂C/∂z_j = e^(z_j)/Σ_i e^(z_i) − ∂z_r/∂z_j = a^L_j − y_j
//
// because ∂z_r/∂z_j is 1 if j = r and 0 if not, which is y_j. Of all z_i only z_j = Σ_k w^L_jk a^(L−1)_k + b^L_j has
// b^L_j and w^L_jk in it, with the derivatives 1 and a^(L−1)_k. The chain rule gives (3.6), which is (3.4) for j = r
// and (3.5) for the others, and (3.7).
//
// The outputs are shares: a_j > 0, because e^(z_j) > 0; Σ_j a_j = 1, because all have the denominator that is the sum
// of their numerators. A constant c that is added to all z_j changes nothing: e^(z_j + c) = e^c e^(z_j), and e^c
// cancels. The code uses this with c = −max z, to be right for z of any size.
func TestSection3_2(t *testing.T) {
	t.Log("Claim: softmax with C = −ln a_r has ∂C/∂b_j = a_j − y_j and ∂C/∂w_jk = a_k(a_j − y_j).")
	t.Log("Its outputs are shares of 1, for z of any size.")
	t.Run("(3.4), (3.5): the bias of the true class has a_r − 1, the others have a_j", softmaxBiasSlopes)
	t.Run("(3.6), (3.7): a_j − y_j for all biases, a_k(a_j − y_j) for all weights", softmaxWorstSlopes)
	t.Run("the text errs: y ∈ {0,1}^J is not enough, exactly one y_j must be 1", softmaxTwoTrueClasses)
	t.Run("the outputs are above 0, sum to 1, and feel a constant only by its rounding", softmaxShares)
	t.Run("positive until e^(z_j − max z)/Σ underflows: of two outputs near −745", softmaxUnderflow)
	t.Run("finite and right at z = ±1000, where e^z is not", softmaxFarOut)
	t.Run("as a function of z, C is finite where a_r underflows and C from a is infinite", logLikelihoodFromZ)
}

// softmaxCase returns the network of section 3.2, in which L = 2, with four outputs, its input, and its activations.
func softmaxCase() (net *Network, L int, x []float64, a [][]float64) {
	net, x = randomNetwork(320, SoftmaxLayer, 3, 5, 4), []float64{1, -0.5, 2}
	_, a = net.Activations(x)
	return net, 2, x, a
}

// softmaxBiasSlopes has a row for every true class r and a column for every bias. A cell shows the derivative by
// central differences and what (3.4), in the diagonal, or (3.5) says.
func softmaxBiasSlopes(t *testing.T) {
	net, L, x, a := softmaxCase()
	tab := newTable(t, "r", "∂C/∂b_0", "∂C/∂b_1", "∂C/∂b_2", "∂C/∂b_3")
	for r := range 4 {
		y := make([]float64, 4)
		y[r] = 1
		cells := []any{r}
		for j, slope := range numericGradient(net, LogLikelihood, x, y).Biases[L] {
			want := a[L][j] // (3.5)
			if j == r {
				want = a[L][r] - 1 // (3.4)
			}
			cells = append(cells, near(slope, want, 1e-9))
		}
		tab.row(cells...)
	}
}

// softmaxWorstSlopes holds the same derivatives against (3.6), those by the weights against (3.7), and those of the
// whole network against Gradient. It shows the worst of each.
func softmaxWorstSlopes(t *testing.T) {
	net, L, x, a := softmaxCase()
	tab := newTable(t, "r", "|∂C/∂b_j − (a_j − y_j)|", "|∂C/∂w_jk − a_k(a_j − y_j)|", "all layers, Gradient")
	for r := range 4 {
		y := make([]float64, 4)
		y[r] = 1
		numeric, exact := numericGradient(net, LogLikelihood, x, y), gradientOf(t, net, LogLikelihood, x, y)
		bias, weight := 0.0, 0.0
		for j, w := range numeric.Weights[L] {
			bias = max(bias, math.Abs(numeric.Biases[L][j]-(a[L][j]-y[j])))
			for k, slope := range w {
				weight = max(weight, math.Abs(slope-a[L-1][k]*(a[L][j]-y[j])))
			}
		}
		tab.row(r, below(bias, 1e-9), below(weight, 1e-9), below(distance(numeric, exact), 1e-8))
	}
}

// softmaxTwoTrueClasses: the text allows every y of zeros and ones. If m of the y_j are 1,
//
//	C = −Σ_j y_j ln a_j = m ln Σ_i e^(z_i) − Σ_j y_j z_j,   ∂C/∂b_j = m a_j − y_j
//
// This is (3.6) only if m = 1. Here m = 2.
func softmaxTwoTrueClasses(t *testing.T) {
	net, L, x, a := softmaxCase()
	y := []float64{1, 0, 1, 0}
	tab := newTable(t, "y_j", "∂C/∂b_j = 2a_j − y_j", "∂C/∂b_j is not a_j − y_j")
	for j, slope := range numericGradient(net, LogLikelihood, x, y).Biases[L] {
		single := a[L][j] - y[j]
		tab.row(y[j], near(slope, 2*a[L][j]-y[j], 1e-9),
			holds(fmt.Sprintf("%.6f ≠ %.6f", slope, single), math.Abs(slope-single) >= 1e-3))
	}
}

// softmaxShares draws z with |z_j| ≤ 18, a hundred times for each constant c. The sum z_j + c is rounded by at most ε =
// (|c| + 18)·2⁻⁵³. If every z_i moves by at most ε, then a_j moves by at most
//
//	Σ_i |∂a_j/∂z_i| ε = (a_j(1 − a_j) + Σ_(i≠j) a_i a_j) ε = 2a_j(1 − a_j) ε ≤ ε/2 = (|c| + 18)·2⁻⁵⁴
//
// with the derivatives at some point on the way. The bound ε/2 holds at every point, since a(1 − a) ≤ 1/4. Softmax
// itself rounds the a_j before and the a_j after, each by less than 6·2⁻⁵³.
func softmaxShares(t *testing.T) {
	rng := rand.New(rand.NewPCG(32, 1))
	tab := newTable(t, "constant c", "smallest a_j", "largest |Σ_j a_j − 1|", "largest change of an a_j")
	for _, c := range []float64{0, 1, -1000, 1e6, 1e12} {
		change, off, smallest := 0.0, 0.0, 1.0
		for range 100 {
			z, moved := make([]float64, 6), make([]float64, 6)
			for j := range z {
				z[j] = 36*rng.Float64() - 18
				moved[j] = z[j] + c
			}
			Softmax(z, z)
			Softmax(moved, moved)
			sum := 0.0
			for j := range z {
				sum += moved[j]
				change = max(change, math.Abs(moved[j]-z[j]))
				smallest = min(smallest, moved[j])
			}
			off = max(off, math.Abs(sum-1))
		}
		tab.row(c, holds(fmt.Sprintf("%.2g > 0", smallest), smallest > 0), below(off, 1e-15),
			below(change, (math.Abs(c)+18)*0x1p-54+12*0x1p-53))
	}
}

// softmaxUnderflow: at z = (0, z_1) with z_1 far below 0, the sum 1 + e^(z_1) is rounded to 1, so that a_0 = 1 and a_1
// = e^(z_1). The smallest number above 0 is 2⁻¹⁰⁷⁴ = e^(−744.4). What is below its half, e^(−745.1), is rounded to 0.
func softmaxUnderflow(t *testing.T) {
	tab := newTable(t, "z_1", "a_0", "a_1 = e^(z_1)", "a_1 > 0, exactly if z_1 > −745.13")
	for _, z := range []float64{-700, -745, -745.1, -745.2, -1000} {
		a := []float64{0, z}
		Softmax(a, a)
		tab.row(z, same(a[0], 1), same(a[1], math.Exp(z)), same(a[1] > 0, z > -745.13))
	}
}

// softmaxFarOut: two outputs share as a sigmoid of their difference. Divide the numerator and the denominator of a_0 by
// e^(z_0): a_0 = e^(z_0)/(e^(z_0) + e^(z_1)) = 1/(1 + e^(−(z_0 − z_1))) = σ(z_0 − z_1).
func softmaxFarOut(t *testing.T) {
	tab := newTable(t, "z_0, z_1", "e^(z_0), e^(z_1)", "a_0 = σ(z_0 − z_1)", "a_1 = σ(z_1 − z_0)")
	for _, z := range [][]float64{{1000, 1000 + math.Ln2}, {-1000, -1000 + math.Ln2}, {1000, -1000}} {
		a := make([]float64, 2)
		Softmax(a, z)
		tab.row(fmt.Sprintf("%.4f, %.4f", z[0], z[1]), fmt.Sprintf("%v, %v", math.Exp(z[0]), math.Exp(z[1])),
			near(a[0], Sigmoid(z[0]-z[1]), 1e-15), near(a[1], Sigmoid(z[1]-z[0]), 1e-15))
	}
}

// logLikelihoodFromZ: at z = (0, z_r), C = ln(1 + e^(z_r)) − z_r. Where a_r is rounded to 0, −ln a_r is +Inf. A 7 is
// added to both z, which must change nothing.
func logLikelihoodFromZ(t *testing.T) {
	tab := newTable(t, "z_r", "a_r", "C from a", "C from z = ln(1 + e^(z_r)) − z_r")
	y := []float64{0, 1}
	for _, z := range []float64{0, -10, -700, -800, -1e5} {
		a := make([]float64, 2)
		Softmax(a, []float64{7, 7 + z})
		want := math.Log1p(math.Exp(z)) - z
		fromA := want
		if z <= -800 {
			fromA = math.Inf(1)
		}
		tab.row(z, a[1], near(LogLikelihood.Of(a, y), fromA, 1e-12),
			near(LogLikelihood.OfZ([]float64{7, 7 + z}, y), want, 1e-15*want))
	}
}

// Exercise 3.3. Let a_j = e^(c z_j)/Σ_i e^(c z_i) with c > 0 and J ≥ 2 outputs. If one z_r is the largest, by a gap Δ
// to the next, then for c → ∞ all goes to output r, as fast as e^(−cΔ):
//
//	e^(−cΔ)/J ≤ 1 − a_r ≤ (J − 1) e^(−cΔ)
//
// Proof. Divide the numerator and the denominator of each a_j by e^(c z_r), and write d_j = z_r − z_j:
//
//	a_j = e^(−c d_j)/(1 + s),   s = Σ_(j≠r) e^(−c d_j),   1 − a_r = Σ_(j≠r) a_j = s/(1 + s)
//
// All J − 1 terms of s have d_j ≥ Δ, and at least one of them has d_j = Δ. So e^(−cΔ) ≤ s ≤ (J − 1) e^(−cΔ). For the
// upper bound, s/(1 + s) ≤ s. For the lower one, every term is at most 1, so that 1 + s ≤ J, and the share s/(1 + s) is
// at least e^(−cΔ)/J.
//
// The limit is 1 for the largest z and 0 for the others: the place of the maximum. For finite c the others keep a
// share, and as c > 0 and e^x grows with x, a_j is larger where z_j is larger. So softmax, c = 1, is a softened version
// of the maximum: this explains the name. For c → 0 every e^(c z_j) tends to 1 and every a_j to 1/J.
//
// If M of the z_j are the largest, each of these tends to 1/M, which the text leaves out. Now s is the sum over the J −
// M others, and Δ the gap to the next below, if there is one:
//
//	a_r = 1/(M + s),   0 ≤ 1/M − a_r = s/(M(M + s)) ≤ s/M² ≤ (J − M) e^(−cΔ)/M²
func TestExercise3_3(t *testing.T) {
	t.Log("Claim: as c → ∞, softmax of cz goes to 1 at the largest z, if it is alone, and to 0 elsewhere:\n" +
		"1 − a_r as fast as e^(−cΔ). For finite c it is a softened maximum. This explains the name.")
	t.Run("1 − a_r falls as e^(−cΔ): z = (1, 3, −2, 2), J = 4, Δ = 1", softmaxSharpens)
	t.Run("1 − a_r ≤ (J − 1) e^(−cΔ), and the order of a is the order of z, for 1000 random z", softmaxRandomBounds)
	t.Run("c → 0: every output tends to 1/J", softmaxLevels)
	t.Run("c = 1 is softmax", softmaxAtOne)
	t.Run("no overflow for any finite c ≥ 0 and z", softmaxNoOverflow)
	t.Run("the text leaves out ties: each of the M largest tends to 1/M", softmaxTies)
	t.Run("fails in floating point: rounding makes ties where z differ too little", softmaxRoundingTie)
}

// sumOfOthers returns 1 − a_r as the sum of the other a_j. The subtraction 1 − a_r loses its digits.
func sumOfOthers(a []float64, r int) (sum float64) {
	for j := range a {
		if j != r {
			sum += a[j]
		}
	}
	return sum
}

// softmaxSharpens shows 1 − a_r between its two bounds.
func softmaxSharpens(t *testing.T) {
	z := []float64{1, 3, -2, 2}
	a := make([]float64, len(z))
	tab := newTable(t, "c", "a_r", "e^(−cΔ)/J < 1 − a_r < (J − 1) e^(−cΔ)")
	for _, c := range []float64{0.25, 1, 4, 16, 64, 256} {
		SoftmaxC(a, z, c)
		tab.row(c, fmt.Sprintf("%.6f", a[1]), within(math.Exp(-c)/4, sumOfOthers(a, 1), 3*math.Exp(-c)))
	}
}

// softmaxRandomBounds draws z of 2 to 10 numbers and c from e^(−4) to e^4, and counts where a bound does not hold, and
// where a_i > a_j although z_i < z_j. If 1 − a_r is computed by subtraction, its rounding breaks the upper bound.
func softmaxRandomBounds(t *testing.T) {
	rng := rand.New(rand.NewPCG(33, 0))
	above, under, disorder, subtracted, nearest := 0, 0, 0, 0, 0.0
	for range 1000 {
		z := make([]float64, 2+rng.IntN(9))
		for j := range z {
			z[j] = 3 * rng.NormFloat64()
		}
		c := math.Exp(rng.Float64()*8 - 4)
		a := make([]float64, len(z))
		SoftmaxC(a, z, c)
		r := Argmax(z)
		next := math.Exp(-c * softmaxGap(z, r)) // e^(−cΔ)
		bound, others := float64(len(z)-1)*next, sumOfOthers(a, r)
		if others > bound*(1+1e-14) {
			above++
		}
		if others < next/float64(len(z))*(1-1e-12) {
			under++
		}
		if 1-a[r] > bound*(1+1e-14) {
			subtracted++
		}
		if bound > 0 {
			nearest = max(nearest, others/bound)
		}
		disorder += softmaxDisorder(a, z)
	}
	tab := newTable(t, "1000 random z", "measured")
	tab.row("1 − a_r above (J − 1) e^(−cΔ)", same(above, 0))
	tab.row("1 − a_r below e^(−cΔ)/J", same(under, 0))
	tab.row("largest (1 − a_r)/((J − 1) e^(−cΔ))", below(nearest, 1+1e-14))
	tab.row("pairs with z_i < z_j but a_i > a_j", same(disorder, 0))
	tab.row("1 − a_r by subtraction above the bound", holds(fmt.Sprintf("%d > 0", subtracted), subtracted > 0))
}

// softmaxGap returns Δ, by how much z_r is above the next.
func softmaxGap(z []float64, r int) float64 {
	gap := math.Inf(1)
	for j := range z {
		if j != r {
			gap = min(gap, z[r]-z[j])
		}
	}
	return gap
}

// softmaxDisorder returns the number of pairs i, j with z_i < z_j and a_i > a_j.
func softmaxDisorder(a, z []float64) (n int) {
	for j := range z {
		for i := range z {
			if z[i] < z[j] && a[i] > a[j] {
				n++
			}
		}
	}
	return n
}

// softmaxLevels: let m = Σ_i a_i z_i. From ln a_j = c z_j − ln Σ_i e^(c z_i) follows ∂a_j/∂c = a_j(z_j − m), where z_j
// − m = Σ_i a_i(z_j − z_i). The term i = j is 0, so that |z_j − m| ≤ (1 − a_j)R with R = max z − min z. As a_j(1 − a_j)
// ≤ 1/4, the derivative is at most R/4, and a_j is at most cR/4 away from its value 1/J at c = 0.
func softmaxLevels(t *testing.T) {
	z := []float64{1, 3, -2, 2} // R = 5
	a := make([]float64, len(z))
	tab := newTable(t, "c", "largest |a_j − 1/J| ≤ cR/4")
	for _, c := range []float64{1, 0.1, 0.01, 1e-8, 0} {
		SoftmaxC(a, z, c)
		worst := 0.0
		for j := range a {
			worst = max(worst, math.Abs(a[j]-0.25))
		}
		tab.row(c, below(worst, c*5/4+1e-16))
	}
}

// softmaxAtOne holds SoftmaxC at c = 1 against the formula and against Softmax.
func softmaxAtOne(t *testing.T) {
	z := []float64{0.5, -1, 2}
	a, b := make([]float64, 3), make([]float64, 3)
	SoftmaxC(a, z, 1)
	Softmax(b, z)
	sum := math.Exp(0.5) + math.Exp(-1) + math.Exp(2)
	tab := newTable(t, "z_j", "SoftmaxC = e^(z_j)/Σ_i e^(z_i)", "SoftmaxC = Softmax, bit for bit")
	for j := range z {
		want := math.Exp(z[j]) / sum
		tab.row(z[j], near(a[j], want, 1e-15*want), same(a[j], b[j]))
	}
}

// softmaxNoOverflow: where c times the gap is large the limit is reached; at the smallest c > 0, c times the largest
// gap, which is 2·MaxFloat64, is about 2e-15, and all share alike.
func softmaxNoOverflow(t *testing.T) {
	const most, least = math.MaxFloat64, math.SmallestNonzeroFloat64
	tab := newTable(t, "c", "z", "a", "largest |a_j − limit|", "|Σ_j a_j − 1|")
	for _, test := range []struct {
		c        float64
		z, limit []float64
	}{
		{1e308, []float64{1, 2, -3}, []float64{0, 1, 0}},
		{1, []float64{most, -most, 0}, []float64{1, 0, 0}},
		{most, []float64{most, -most, 0}, []float64{1, 0, 0}},
		{least, []float64{most, -most, 0}, []float64{1.0 / 3, 1.0 / 3, 1.0 / 3}},
	} {
		a := make([]float64, 3)
		SoftmaxC(a, test.z, test.c)
		worst := 0.0
		for j := range a {
			worst = max(worst, math.Abs(a[j]-test.limit[j]))
		}
		tab.row(test.c, fmt.Sprintf("%.3g", test.z), fmt.Sprintf("%.3g", a),
			below(worst, 1e-15), below(math.Abs(a[0]+a[1]+a[2]-1), 1e-15))
	}
}

// softmaxTies: z_0 is one of the M largest z_r. Where all J are the largest, there are no others, and every a_r is 1/M
// at once.
func softmaxTies(t *testing.T) {
	tab := newTable(t, "z", "M", "c", "a_0", "largest |a_r − 1/M| ≤ (J − M) e^(−cΔ)/M²")
	for _, test := range []struct {
		z        []float64
		m, delta float64
	}{{[]float64{2, 2, 1}, 2, 1}, {[]float64{5, -1, 5, 5}, 3, 6}, {[]float64{7, 7, 7, 7}, 4, 1}} {
		for _, c := range []float64{1, 10, 100} {
			a := make([]float64, len(test.z))
			SoftmaxC(a, test.z, c)
			worst := 0.0
			for r := range a {
				if test.z[r] == test.z[0] {
					worst = max(worst, math.Abs(a[r]-1/test.m))
				}
			}
			bound := (float64(len(a)) - test.m) * math.Exp(-c*test.delta) / (test.m * test.m)
			tab.row(fmt.Sprint(test.z), test.m, c, fmt.Sprintf("%.6f", a[0]), below(worst, bound+1e-16))
		}
	}
}

// softmaxRoundingTie: z_1 > z_0, so that a_1 > a_0 for real numbers. But e^(−c(z_1 − z_0)) = 1 − 2.2e-17 is rounded to
// 1. The next floating-point number below 1 is 1 − 1.1e-16, which is farther away.
func softmaxRoundingTie(t *testing.T) {
	z := []float64{1, 1 + 0x1p-52}
	a := make([]float64, 2)
	SoftmaxC(a, z, 0.1)
	tab := newTable(t, "c", "z_1 − z_0", "a_0 = a_1")
	tab.row(0.1, z[1]-z[0], same(a[0], a[1]))
}

// What the tests share.

// pairings are the kinds of output layer, each with the costs that can train it.
var pairings = []struct {
	name   string
	output Differentiable
	cost   Cost
}{
	{"sigmoid outputs with quadratic cost", SigmoidNeurons, Quadratic},
	{"sigmoid outputs with cross-entropy", SigmoidNeurons, CrossEntropy},
	{"softmax outputs with log-likelihood", SoftmaxLayer, LogLikelihood},
	{"softmax outputs with quadratic cost", SoftmaxLayer, Quadratic},
	{"linear outputs with quadratic cost", LinearNeurons, Quadratic},
}

// randomNetwork returns a network of sigmoid neurons whose last layer is of the kind output. If that is Perceptrons,
// all layers are. The weights and biases are from N(0, 1).
func randomNetwork(seed uint64, output Activation, sizes ...int) *Network {
	net := New(SigmoidNeurons, sizes...)
	net.Output = output
	if output == Perceptrons {
		net.Hidden = Perceptrons
	}
	net.InitLarge(seed)
	return net
}

// randomExamples returns n examples. About a third of their inputs are 0, as paper is; the others are from N(0, 1). One
// of the desired outputs is 1, the others are 0.
func randomExamples(seed uint64, n, inputs, outputs int) Examples {
	rng := rand.New(rand.NewPCG(seed, 0))
	e := make(Examples, n)
	for i := range e {
		e[i].X = make([]float64, inputs)
		e[i].Y = make([]float64, outputs)
		for k := range e[i].X {
			if rng.IntN(3) > 0 {
				e[i].X[k] = rng.NormFloat64()
			}
		}
		e[i].Y[rng.IntN(outputs)] = 1
	}
	return e
}

// each calls visit for every weight and bias of net. p points to it, and q to the one at the same place of other, a
// network of the same shape.
func each(net, other *Network, visit func(p, q *float64)) {
	for l := 1; l < len(net.Sizes); l++ {
		for j := range net.Weights[l] {
			visit(&net.Biases[l][j], &other.Biases[l][j])
			for k := range net.Weights[l][j] {
				visit(&net.Weights[l][j][k], &other.Weights[l][j][k])
			}
		}
	}
}

// distance returns the largest |p − q|/max(1, |p|, |q|), where p is a weight or bias of net and q the one at the same
// place of other. If one of these is NaN, so is the result.
func distance(net, other *Network) float64 {
	largest := 0.0
	each(net, other, func(p, q *float64) {
		d := math.Abs(*p-*q) / max(1, math.Abs(*p), math.Abs(*q))
		if d > largest || math.IsNaN(d) {
			largest = d
		}
	})
	return largest
}

// inner returns the inner product of two gradients, the sum of the products of all their components.
func inner(p, q *Network) float64 {
	sum := 0.0
	each(p, q, func(x, y *float64) { sum += *x * *y })
	return sum
}

// layerOf returns the biases and weights of layer l in one slice.
func layerOf(net *Network, l int) []float64 {
	return slices.Concat(net.Biases[l], slices.Concat(net.Weights[l]...))
}

// behind returns the part of net that follows layer l: a network with the input a^l. It shares the weights of net.
func behind(net *Network, l int) *Network {
	part := New(net.Hidden, net.Sizes[l:]...)
	part.Output = net.Output
	copy(part.Weights[1:], net.Weights[l+1:])
	copy(part.Biases[1:], net.Biases[l+1:])
	return part
}

// meanGradient returns the mean of the examples' gradients by Gradient.
func meanGradient(t *testing.T, net *Network, cost Cost, data Examples, batch []int) *Network {
	t.Helper()
	mean := New(nil, net.Sizes...)
	for _, i := range batch {
		nabla := gradientOf(t, net, cost, data[i].X, data[i].Y)
		each(mean, nabla, func(p, q *float64) { *p += *q / float64(len(batch)) })
	}
	return mean
}

// meanCost returns the mean of the examples' costs.
func meanCost(net *Network, cost Cost, data Examples, batch []int) float64 {
	sum := 0.0
	for _, i := range batch {
		sum += cost.Of(net.FeedForward(data[i].X), data[i].Y)
	}
	return sum / float64(len(batch))
}

// mustPanic calls f and returns what it panics with.
func mustPanic(t *testing.T, f func()) (message any) {
	t.Helper()
	defer func() {
		if message = recover(); message == nil {
			t.Error("did not panic")
		}
	}()
	f()
	return nil
}

// oneNeuron returns a network that is a single neuron.
func oneNeuron(kind Activation, b float64, w ...float64) *Network {
	net := New(kind, len(w), 1)
	net.Biases[1][0] = b
	copy(net.Weights[1][0], w)
	return net
}

// biasOnly is one example of the input 0, which leaves C to depend on a neuron's bias alone.
func biasOnly(y float64) Examples { return Examples{{[]float64{0}, []float64{y}}} }

// gradientOf is Gradient for a network that can learn.
func gradientOf(t *testing.T, net *Network, cost Cost, x, y []float64) *Network {
	t.Helper()
	nabla, err := Gradient(net, cost, x, y)
	if err != nil {
		t.Fatal(err)
	}
	return nabla
}

// takeStep is SGD.Step for a network that can learn.
func takeStep(t *testing.T, s *SGD, net *Network, data Data, batch ...int) float64 {
	t.Helper()
	cost, err := s.Step(net, data, batch)
	if err != nil {
		t.Fatal(err)
	}
	return cost
}

// stepOn returns by how much one step on the mini-batch would change net, which it leaves alone.
func stepOn(t *testing.T, net *Network, cost Cost, data Data, eta float64, batch ...int) *Network {
	t.Helper()
	after, s := net.Clone(), SGD{Cost: cost, Eta: eta, BatchSize: len(batch)}
	takeStep(t, &s, after, data, batch...)
	each(after, net, func(p, q *float64) { *p -= *q })
	return after
}

// derivative returns f'(x) by a central difference, (f(x + h) − f(x − h))/2h. It is off by about h²/6 times f‴(x), and
// by the rounding of f divided by h.
func derivative(f func(float64) float64, x, h float64) float64 {
	return (f(x+h) - f(x-h)) / (2 * h)
}

// differences returns the derivatives of f by every weight and bias, by central differences with the step h, in the
// shape of the network.
func differences(net *Network, h float64, f func(*Network) float64) *Network {
	nabla, moved := New(nil, net.Sizes...), net.Clone()
	each(moved, nabla, func(p, slope *float64) {
		old := *p
		*slope = derivative(func(v float64) float64 { *p = v; return f(moved) }, old, h)
		*p = old
	})
	return nabla
}

// numericGradient returns ∇C for one example by central differences. It knows nothing of backpropagation.
func numericGradient(net *Network, cost Cost, x, y []float64) *Network {
	return differences(net, 1e-5, func(net *Network) float64 { return cost.Of(net.FeedForward(x), y) })
}

// integral returns the integral of f from a to b, by Simpson's rule on 2000 pieces.
func integral(f func(float64) float64, a, b float64) float64 {
	const n = 2000
	h := (b - a) / n
	sum := f(a) + f(b)
	for i := 1; i < n; i++ {
		sum += f(a+float64(i)*h) * float64(2+2*(i%2))
	}
	return sum * h / 3
}

// apart returns ‖u − v‖/(‖u‖ + ‖v‖), a number from 0 to 1. It is 0 if u and v are the same.
func apart(u, v []float64) float64 {
	difference := slices.Clone(u)
	for i := range difference {
		difference[i] -= v[i]
	}
	if norm(difference) == 0 {
		return 0
	}
	return norm(difference) / (norm(u) + norm(v))
}

// dot returns u·v.
func dot(u, v []float64) float64 {
	sum := 0.0
	for i := range u {
		sum += u[i] * v[i]
	}
	return sum
}

// norm returns ‖v‖ = √(v·v).
func norm(v []float64) float64 { return math.Sqrt(dot(v, v)) }

// relative returns |x − y|/max(|x|, |y|), and 0 if x = y. Where that is NaN it returns +Inf, which is above every
// bound.
func relative(x, y float64) float64 {
	if x == y {
		return 0
	}
	if r := math.Abs(x-y) / max(math.Abs(x), math.Abs(y)); !math.IsNaN(r) {
		return r
	}
	return math.Inf(1)
}

// trained returns a network that has learnt to read digits, and digits to test it on. They are of MNIST if MNIST_DIR is
// set, and drawn ones otherwise.
var trained = sync.OnceValues(func() (net *Network, test Digits) {
	var train Digits
	if dir := os.Getenv("MNIST_DIR"); dir != "" {
		var err error
		if train, _, test, err = ReadMNIST(dir); err != nil {
			panic(err)
		}
	} else {
		all := DrawDigits(3000, 1)
		train, test = all.Slice(0, 2000), all.Slice(2000, 3000)
	}
	net = New(SigmoidNeurons, Side*Side, 30, 10)
	net.InitScaled(1)
	sgd := SGD{Cost: CrossEntropy, Eta: 0.5, BatchSize: 10}
	for epoch := range 60_000 / train.Len() {
		if _, err := sgd.Epoch(net, train, epoch); err != nil {
			panic(err)
		}
	}
	return net, test
})

// answer returns the outputs of net for a digit.
func answer(net *Network, digits Digits, i int) []float64 {
	x, y := make([]float64, Side*Side), make([]float64, 10)
	digits.Example(i, x, y)
	return net.FeedForward(x)
}
