package nndl

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"sync"
	"testing"
)

// This file is the solution book. Each test is one exercise of Sikdar's
// "Neural Networks and Deep Learning: Exercises", or section where the
// text derives something; its comment states the claim, its rows are the cases
// in which it is checked, and every row prints what was measured beside what it
// is held against:
//
//	go test -v -run 'Exercise|Section'
//
// A result is not compared with a copy of its own formula. What stands against it
// is a central difference, an enumeration, a bound from both sides, a closed
// form, an integral. Where a claim stops being true, a row shows it: at an edge
// of the claim, in floating point, or because the text itself errs.
//
// The helpers that the tests share stand at the end. book_test.go goes on with
// what the text leaves out of Nielsen's book.

// Chapter 1

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

// integerNetwork returns perceptrons with weights and biases from −3 to 3, so
// that w·x + b = 0 is common.
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

// behaviours compares the outputs of all neurons of net and of net scaled by c,
// for all binary inputs. It returns the number of outputs compared, of those that differ,
// and of those of neurons with w·x + b = 0.
func behaviours(net *Network, c float64) (compared, differ, ties int) {
	scaled := net.Clone()
	scaled.Scale(c)
	for _, x := range binaryInputs(net.Sizes[0]) {
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

// Exercise 1.1. Multiply all weights and biases of a network of perceptrons by
// c > 0: no neuron changes its output, because w·x + b and c(w·x + b) have the same
// sign. That holds of real numbers always; of floating-point numbers where the
// products are exact, or w·x + b is larger than its rounding error.
func TestExercise1_1(t *testing.T) {
	t.Log("Claim: multiplying all weights and biases of a perceptron network by c > 0 changes no neuron's output.")
	integers := []*Network{gate(-2, -2, 3), gate(1, 1, -2), xor(), integerNetwork(1, 5, 4, 3), integerNetwork(2, 6, 5, 4, 3), integerNetwork(3, 7, 6, 5, 4, 3)}
	var reals []*Network
	for seed := range uint64(20) {
		for _, sizes := range [][]int{{6, 5, 4}, {6, 5, 4, 3}, {6, 5, 4, 3, 2}} {
			reals = append(reals, randomNetwork(seed, Perceptrons, sizes...))
		}
	}
	for _, test := range []struct {
		name     string
		networks []*Network
		c        []float64
		ties     bool // whether neurons with w·x + b = 0 must be among them
	}{
		{"c a power of two, integer weights, ties included", integers, []float64{1.0 / 1024, 0.5, 2, 1 << 20}, true},
		{"c a power of two, real weights", reals, []float64{1.0 / 1024, 0.5, 2, 1 << 20}, false},
		{"c an integer, integer weights, ties included", integers, []float64{1, 3, 10, 1000, 1e6}, true},
		{"any c, real weights without ties", reals, []float64{1e-3, 0.7, math.Pi, 12345.678, 1e6}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, c := range test.c {
				compared, differ, ties := 0, 0, 0
				for _, net := range test.networks {
					n, d, z := behaviours(net, c)
					compared, differ, ties = compared+n, differ+d, ties+z
				}
				t.Logf("c = %-12.7g %d networks, all binary inputs: %5d outputs   %4d at w·x + b = 0   %d changed", c, len(test.networks), compared, ties, differ)
				if differ > 0 || test.ties != (ties > 0) {
					t.Errorf("%d of %d outputs changed; %d ties", differ, compared, ties)
				}
			}
		})
	}

	t.Run("fails in floating point: a tie at w = (−8, 9), b = −1, c = 0.001", func(t *testing.T) {
		net := gate(-8, 9, -1)
		x := []float64{1, 1}
		before := net.FeedForward(x)[0]
		net.Scale(0.001)
		z, a := net.Activations(x)
		t.Logf("w·x + b = 0, output %v; scaled, w·x + b = %.2g, output %v", before, z[1][0], a[1][0])
		if before != 0 || a[1][0] != 1 || !(z[1][0] > 0 && z[1][0] < 1e-18) {
			t.Errorf("outputs %v, then %v; want 0, then 1", before, a[1][0])
		}
	})

	t.Run("fails for c < 0: each first-layer neuron flips, unless w·x + b = 0", func(t *testing.T) {
		for _, net := range integers {
			scaled := net.Clone()
			scaled.Scale(-1)
			flipped, ties := 0, 0
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
						t.Errorf("w·x + b = %v: output %v becomes %v", z[1][j], a[1][j], b[1][j])
					}
				}
			}
			t.Logf("c = −1, layers %-12s %4d outputs flipped   %3d at w·x + b = 0 stay 0", fmt.Sprint(net.Sizes), flipped, ties)
		}
	})

	t.Run("fails for c < 0: XOR becomes a network that always says 1", func(t *testing.T) {
		before, after := xor(), xor()
		after.Scale(-1) // NOR and AND, never both 1, into NAND
		for _, x := range binaryInputs(2) {
			_, a := before.Activations(x)
			_, b := after.Activations(x)
			t.Logf("x = %v   OR = %v, NAND = %v, XOR = %v   times −1: NOR = %v, AND = %v, output %v", x, a[1][0], a[1][1], a[2][0], b[1][0], b[1][1], b[2][0])
			if want := float64(int(x[0]) ^ int(x[1])); a[2][0] != want || b[2][0] != 1 {
				t.Errorf("x = %v: XOR says %v, then %v; want %v, then 1", x, a[2][0], b[2][0], want)
			}
		}
	})

	t.Run("fails for c = 0: every neuron is silent", func(t *testing.T) {
		for _, net := range integers {
			net = net.Clone()
			net.Scale(0)
			firing := 0.0
			for _, x := range binaryInputs(net.Sizes[0]) {
				_, a := net.Activations(x)
				for l := 1; l < len(a); l++ {
					firing += dot(a[l], a[l])
				}
			}
			atMost(t, fmt.Sprintf("c = 0, layers %-12s", fmt.Sprint(net.Sizes)), "outputs that are not 0", firing, 0)
		}
	})
}

// gap returns |σ(z) − step(z)|. For z > 0 that is 1 − σ(z) = σ(−z); by
// subtraction it would lose all its digits.
func gap(z float64) float64 { return Sigmoid(-math.Abs(z)) }

// Exercise 1.2. Replace the perceptrons of a network by sigmoid neurons and multiply
// all weights and biases by c. If no perceptron sees w·x + b = 0, every neuron's
// output tends to the perceptron's as c → ∞: for one neuron
//
//	½ e^(−c|z|) < |σ(cz) − step(z)| < e^(−c|z|),
//
// and for neuron j of a later layer, whose inputs are off by e_k,
//
//	|σ − step| ≤ e^(−c(|z_j| − Σ_k |w_jk| e_k)) once the bracket is positive,
//
// which, layer by layer, it becomes: the step of the proof that the text leaves out. If
// w·x + b = 0 the sigmoid neuron sits at 1/2 for every c, and the limit can differ.
func TestExercise1_2(t *testing.T) {
	t.Log("Claim: a sigmoid network, its weights and biases multiplied by c, tends to the perceptron network as c → ∞, unless w·x + b = 0 somewhere.")
	t.Run("one neuron, from both sides", func(t *testing.T) {
		for _, z := range []float64{-5, -0.1, 0.001, 0.1, 1, 5} {
			for _, c := range []float64{1, 7, 100} {
				net := New(SigmoidNeurons, 1, 1)
				net.Weights[1][0][0], net.Biases[1][0] = -1, 1+z
				x := []float64{1}
				net.Scale(c)
				zc, _ := net.Activations(x)
				if relative(zc[1][0], c*z) > 1e-12 {
					t.Fatalf("c(w·x + b) = %v; want %v", zc[1][0], c*z)
				}
				ratio := gap(c*z) * math.Exp(c*math.Abs(z)) // 1/(1 + e^(−c|z|)), which rounds to 1 in the end
				between(t, fmt.Sprintf("z = %-6v c = %-4v |σ(cz) − step(z)| = %-10.4g", z, c, gap(c*z)), "its ratio to e^(−c|z|)", 0.5, ratio, 1+1e-13)
			}
		}
	})

	t.Run("fails in floating point: 1 − σ(cz) from c|z| ≈ 37 on", func(t *testing.T) {
		for _, z := range []float64{30, 36, 37, 40, 700} {
			t.Logf("cz = %-4v 1 − σ(cz) = %-12.4g σ(−cz) = %.4g", z, 1-Sigmoid(z), Sigmoid(-z))
			if lost := 1-Sigmoid(z) == 0; lost != (z >= 37) || Sigmoid(-z) == 0 {
				t.Errorf("cz = %v: 1 − σ = %v, σ(−cz) = %v", z, 1-Sigmoid(z), Sigmoid(-z))
			}
		}
	})

	t.Run("networks of 2 to 4 layers of neurons: every neuron, by induction", func(t *testing.T) {
		for _, sizes := range [][]int{{4, 5, 3}, {4, 5, 4, 3}, {4, 5, 4, 4, 2}} {
			for seed, found := uint64(10*len(sizes)), 0; found < 2; seed++ {
				perceptrons := randomNetwork(seed, Perceptrons, sizes...)
				x := []float64{1, 0, 1, 1}
				z, _ := perceptrons.Activations(x)
				nearest := math.Inf(1) // |w·x + b|
				for l := 1; l < len(z); l++ {
					for _, z := range z[l] {
						nearest = min(nearest, math.Abs(z))
					}
				}
				if nearest < 0.1 {
					continue
				}
				found++
				row := fmt.Sprintf("layers %-12s |w·x + b| ≥ %.3f   largest difference", fmt.Sprint(sizes), nearest)
				for _, c := range []float64{1, 10, 100} {
					worst, _ := inTheLimit(t, perceptrons, x, c)
					row += fmt.Sprintf("   c = %v: %.2g", c, worst)
				}
				worst, bounded := inTheLimit(t, perceptrons, x, 1000)
				atMost(t, row, "c = 1000", worst, math.Exp(-1000*nearest*0.99))
				if !bounded {
					t.Error("at c = 1000 the bracket of some neuron is not positive")
				}
			}
		}
	})

	t.Run("the largest difference may rise before it falls", func(t *testing.T) {
		net := New(Perceptrons, 1, 1, 1)
		net.Biases[1][0], net.Weights[2][0][0], net.Biases[2][0] = 0.1, 1, -0.9
		for _, test := range []struct{ c, want float64 }{{1, 0.59}, {10, 0.84}, {50, 0.009}, {500, 0}} {
			worst, _ := inTheLimit(t, net, []float64{0}, test.c)
			t.Logf("z = 0.1, then weight 1 and bias −0.9   c = %-4v largest difference %.3f", test.c, worst)
			if math.Abs(worst-test.want) > 0.005 {
				t.Errorf("c = %v: %v; want %v", test.c, worst, test.want)
			}
		}
	})

	t.Run("fails where w·x + b = 0: the neuron stays at 1/2, the output goes to 1 instead of 0", func(t *testing.T) {
		net := New(Perceptrons, 2, 1, 1)
		copy(net.Weights[1][0], []float64{1, -1})
		net.Weights[2][0][0], net.Biases[2][0] = 1, -0.25
		x := []float64{1, 1}
		if out := net.FeedForward(x)[0]; out != 0 {
			t.Errorf("the perceptrons answer %v; want 0", out)
		}
		for _, c := range []float64{1, 10, 100, 1e6} {
			s := net.Clone()
			s.Hidden, s.Output = SigmoidNeurons, SigmoidNeurons
			s.Scale(c)
			_, a := s.Activations(x)
			t.Logf("c = %-8v hidden neuron %v   output %.6f   perceptrons: 0 and 0", c, a[1][0], a[2][0])
			if a[1][0] != 0.5 || relative(a[2][0], Sigmoid(c/4)) > 1e-15 {
				t.Errorf("c = %v: %v, %v; want 1/2 and σ(c/4)", c, a[1][0], a[2][0])
			}
		}
	})

	t.Run("the text errs: only in the first layer is a neuron with w·x + b = 0 stuck at 1/2; a deeper one tends to it", func(t *testing.T) {
		net := New(Perceptrons, 1, 1, 1)
		net.Biases[1][0], net.Weights[2][0][0], net.Biases[2][0] = 1, 3, -3
		for _, c := range []float64{1, 5, 20} {
			s := net.Clone()
			s.Hidden, s.Output = SigmoidNeurons, SigmoidNeurons
			s.Scale(c)
			// fed 1 − σ(−c) instead of 1, it is off by at most ¼·3c e^(−c)
			atMost(t, fmt.Sprintf("weight 3 and bias −3 behind a neuron that tends to 1   c = %-4v", c), "|a − ½|", math.Abs(s.FeedForward([]float64{0})[0]-0.5), 0.75*c*math.Exp(-c)+1e-14)
		}
	})
}

// inTheLimit replaces the perceptrons by sigmoid neurons, scaled by c, and holds
// every neuron's difference e_j against the bound of Exercise 1.2. It returns the
// largest difference and whether the bound spoke of every neuron.
func inTheLimit(t *testing.T, perceptrons *Network, x []float64, c float64) (worst float64, bounded bool) {
	t.Helper()
	s := perceptrons.Clone()
	s.Hidden, s.Output = SigmoidNeurons, SigmoidNeurons
	s.Scale(c)
	z, a := perceptrons.Activations(x)
	zs, as := s.Activations(x)
	bounded = true
	before := make([]float64, len(x)) // e_k of the layer before
	for l := 1; l < len(a); l++ {
		e := make([]float64, len(a[l]))
		for j := range e {
			e[j] = math.Abs(as[l][j] - a[l][j])
			if Step(zs[l][j]) == a[l][j] {
				e[j] = gap(zs[l][j])
			}
			bracket := math.Abs(z[l][j])
			for k, w := range perceptrons.Weights[l][j] {
				bracket -= math.Abs(w) * before[k]
			}
			if bracket <= 0 {
				bounded = false
			} else if bound := math.Exp(-c * bracket); e[j] > bound*(1+1e-9) {
				t.Errorf("c = %v, neuron %d of layer %d is off by %v; bound %v", c, j, l, e[j], bound)
			}
			worst = max(worst, e[j])
		}
		before = e
	}
	return worst, bounded
}

// Exercise 1.3. Behind ten outputs of which the right one is at least 0.99 and the
// others are below 0.01, four neurons spell the digit in binary: weight +1 from
// every digit whose bit is set, −1 from the others, bias 0. Each weighted
// input has the right sign and is more than 0.90 from 0, so that, multiplied
// by a large c, sigmoid neurons tend to the binary digits.
func TestExercise1_3(t *testing.T) {
	t.Log("Claim: a layer of four neurons turns ten outputs into the digit's bits; every weighted input is more than 0.90 from 0.")
	layer := BinaryLayer()
	if got := len(layer.FeedForward(make([]float64, 10))); got != 4 {
		t.Fatalf("%d neurons; want 4", got)
	}
	under := math.Nextafter(0.01, 0)
	allowed := func(digit int) []float64 { // barely
		x := make([]float64, 10)
		for i := range x {
			x[i] = under
		}
		x[digit] = 0.99
		return x
	}

	t.Run("every digit, every corner of the allowed activations", func(t *testing.T) {
		least := [4][2]float64{} // by bit, clear or set
		for j := range least {
			least[j] = [2]float64{math.Inf(1), math.Inf(1)}
		}
		for digit := range 10 {
			name := fmt.Sprintf("%04b", digit) // the digits of the binary number, the first the most significant
			for corner := range 1 << 10 {
				x := make([]float64, 10)
				for i := range x {
					x[i] = under * float64(corner>>i&1)
				}
				x[digit] = 0.99 + 0.01*float64(corner>>digit&1)
				z, a := layer.Activations(x)
				for j := range 4 {
					bit := int(name[3-j] - '0')
					if a[1][j] != float64(bit) {
						t.Fatalf("digit %d, outputs %v: bit %d is %v", digit, x, j, a[1][j])
					}
					least[j][bit] = min(least[j][bit], math.Abs(z[1][j]))
				}
			}
		}
		for j, want := range [4][2]float64{{0.94, 0.94}, {0.95, 0.93}, {0.95, 0.93}, {0.97, 0.91}} {
			t.Logf("bit %d   least |z|: bit set %.4f, bit clear %.4f   bound 0.90", j, least[j][1], least[j][0])
			for bit := range 2 {
				if math.Abs(least[j][bit]-want[bit]) > 1e-12 || least[j][bit] <= 0.90 {
					t.Errorf("bit %d at %d: |z| ≥ %v; want %v", j, bit, least[j][bit], want[bit])
				}
			}
		}
	})

	t.Run("multiplied by c, sigmoid neurons tend to the bits", func(t *testing.T) {
		for _, c := range []float64{1, 10, 100} {
			s := BinaryLayer()
			s.Output = SigmoidNeurons
			s.Scale(c)
			worst := 0.0
			for digit := range 10 {
				z, _ := s.Activations(allowed(digit))
				for j, z := range z[1] {
					if (z > 0) != (digit>>j&1 == 1) {
						t.Errorf("digit %d, bit %d: z = %v", digit, j, z)
					}
					worst = max(worst, gap(z))
				}
			}
			atMost(t, fmt.Sprintf("c = %-4v", c), "largest |a − bit|", worst, math.Exp(-0.9*c))
		}
	})

	t.Run("behind a trained network, on every test digit that meets the assumption", func(t *testing.T) {
		net, test := trained()
		meet := 0
		for i := range test.Len() {
			a := answer(net, test, i)
			sorted := slices.Clone(a)
			slices.Sort(sorted)
			if sorted[9] < 0.99 || sorted[8] >= 0.01 {
				continue
			}
			meet++
			spelled := 0
			for j, bit := range layer.FeedForward(a) {
				spelled += int(bit) << j
			}
			if spelled != Argmax(a) {
				t.Errorf("test digit %d: the network says %d, the bits %d", i, Argmax(a), spelled)
			}
		}
		t.Logf("%d of %d test digits (of MNIST if MNIST_DIR is set, else drawn) meet it; on all of these the bits spell the network's answer", meet, test.Len())
		if meet < test.Len()/5 {
			t.Errorf("only %d of %d: too few to show anything", meet, test.Len())
		}
	})

	t.Run("fails where the assumption does: an 8 at 0.5, the others at 0.1", func(t *testing.T) {
		x := []float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.1}
		z, a := layer.Activations(x)
		t.Logf("z = %.1f: bit 3 of 8 = 1000 is %v", z[1], a[1][3])
		if z[1][3] >= 0 || a[1][3] != 0 {
			t.Errorf("bit 3: z = %v, output %v", z[1][3], a[1][3])
		}
	})

	t.Run("the text errs: bit 1 is the second least significant, not the second most", func(t *testing.T) {
		x := make([]float64, 10)
		x[2] = 1
		bits := layer.FeedForward(x)
		t.Logf("2 = 0010 sets bit 1 alone: bits 0 to 3 are %v", bits)
		if !slices.Equal(bits, []float64{0, 1, 0, 0}) {
			t.Errorf("2 reads as bits %v", bits)
		}
	})

	t.Run("the text errs: with 9 among the digits whose bit 1 is set, 9 reads as 11", func(t *testing.T) {
		asPrinted := BinaryLayer()
		for digit := range 10 {
			asPrinted.Weights[1][1][digit] = -1
		}
		for _, digit := range []int{2, 3, 6, 7, 9} {
			asPrinted.Weights[1][1][digit] = 1
		}
		for digit := range 10 {
			x := make([]float64, 10)
			x[digit] = 1
			read := func(net *Network) (n int) {
				for j, bit := range net.FeedForward(x) {
					n += int(bit) << j
				}
				return n
			}
			if got := read(layer); got != digit {
				t.Errorf("%d reads as %d", digit, got)
			}
			want := digit
			if digit == 9 {
				want = 11
				t.Logf("9 is %s in binary; the text's weights read it as %d, ours as %d", strconv.FormatInt(9, 2), read(asPrinted), read(layer))
			}
			if got := read(asPrinted); got != want {
				t.Errorf("as printed, %d reads as %d; want %d", digit, got, want)
			}
		}
	})

	t.Run("the text errs: z is not to be 1 or 0, but σ(cz) in the limit", func(t *testing.T) {
		s := BinaryLayer()
		s.Output = SigmoidNeurons
		z, a := s.Activations(allowed(5))
		t.Logf("a 5 = 0101: z = %.2f, σ(z) = %.2f; times c = 100, σ(cz) = 1 and 0 to within %.0e", z[1], a[1], gap(100*z[1][0]))
		for j := range 4 {
			if z := z[1][j]; z == 0 || z == 1 || a[1][j] > 0.74 || a[1][j] < 0.26 {
				t.Errorf("bit %d: z = %v, σ(z) = %v", j, z, a[1][j])
			}
		}
	})
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

// Exercise 1.4. Among all Δv of length ε, ∇C·Δv is least for Δv = −η∇C with
// η = ε/‖∇C‖, where it is −ε‖∇C‖ (Cauchy and Schwarz), and only there: turned by an
// angle θ it is worse by 2ε‖∇C‖ sin²(θ/2). For a cost with curvature H the
// fall along it is ε‖∇C‖ − ½ε² ĝᵀHĝ + …, ĝ = ∇C/‖∇C‖.
func TestExercise1_4(t *testing.T) {
	t.Log("Claim: of all steps of length ε, −ε∇C/‖∇C‖ lowers ∇C·Δv most, to −ε‖∇C‖.")
	const eps = 0.01
	for _, m := range []int{1, 2, 10, 1000} {
		t.Run(fmt.Sprintf("no step of length ε does better, in dimension %d", m), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(uint64(m), 14))
			gradient := randomDirection(rng, m)
			for i := range gradient {
				gradient[i] *= 7
			}
			eta := eps / norm(gradient)
			best := make([]float64, m)
			for i := range best {
				best[i] = -eta * gradient[i]
			}
			least := dot(gradient, best)
			t.Logf("ε = %v   ‖Δv‖ − ε = %.1g   ∇C·Δv = %.6f   −ε‖∇C‖ = %.6f", eps, norm(best)-eps, least, -eps*norm(gradient))
			if relative(norm(best), eps) > 1e-14 || relative(least, -eps*norm(gradient)) > 1e-14 {
				t.Errorf("‖Δv‖ = %v, ∇C·Δv = %v", norm(best), least)
			}
			closest := math.Inf(1)
			for range 2000 {
				u := randomDirection(rng, m)
				closest = min(closest, eps*dot(gradient, u)-least)
			}
			t.Logf("2000 random directions are worse by at least %.3g", closest)
			if closest < -1e-15 {
				t.Errorf("some direction is better by %v", -closest)
			}
			if m == 1 {
				return // the sphere is two points, and there is nothing to turn towards
			}
			// A direction across the gradient, to turn towards.
			across := randomDirection(rng, m)
			along := dot(across, gradient) / dot(gradient, gradient)
			for i := range across {
				across[i] -= along * gradient[i]
			}
			for _, theta := range []float64{1e-5, 1e-3, 0.1, 1, math.Pi / 2, math.Pi} {
				// Δv(θ) − Δv(0), with 1 − cos θ = 2 sin²(θ/2), which keeps its digits
				turn := make([]float64, m)
				for i := range turn {
					turn[i] = -best[i]*2*math.Pow(math.Sin(theta/2), 2) + eps*math.Sin(theta)*across[i]/norm(across)
				}
				worse := dot(gradient, turn)
				want := 2 * eps * norm(gradient) * math.Pow(math.Sin(theta/2), 2)
				t.Logf("turned by θ = %-7.3g worse by %.9g   2ε‖∇C‖ sin²(θ/2) = %.9g", theta, worse, want)
				// across·∇C is 0 only to rounding
				if math.Abs(worse-want) > 1e-6*want+1e-16*math.Sin(theta) {
					t.Errorf("θ = %v: worse by %v; want %v", theta, worse, want)
				}
			}
		})
	}

	t.Run("for a curved cost the fall over ε‖∇C‖ tends to 1, with error −½ε ĝᵀHĝ/‖∇C‖", func(t *testing.T) {
		net := randomNetwork(3, SigmoidNeurons, 4, 5, 3)
		x, y := []float64{0.5, -1, 2, 0.25}, []float64{1, 0, 0}
		gradient := func(net *Network) *Network {
			nabla, err := Gradient(net, CrossEntropy, x, y)
			if err != nil {
				t.Fatal(err)
			}
			return nabla
		}
		nabla := gradient(net)
		length := math.Sqrt(inner(nabla, nabla))
		moved := func(step float64) *Network { // net, step along ĝ
			to := net.Clone()
			each(to, nabla, func(p, q *float64) { *p += step * *q / length })
			return to
		}
		const h = 1e-4 // ĝᵀHĝ from the gradients on both sides
		curvature := (inner(gradient(moved(h)), nabla) - inner(gradient(moved(-h)), nabla)) / (2 * h * length)
		before := CrossEntropy.Of(net.FeedForward(x), y)
		for _, eps := range []float64{0.1, 0.01, 0.001, 0.0001} {
			fall := before - CrossEntropy.Of(moved(-eps).FeedForward(x), y)
			deviation, first := fall/(eps*length)-1, -eps*curvature/(2*length)
			t.Logf("ε = %-7v fall/(ε‖∇C‖) = %.7f   off by %.3e   −½ε ĝᵀHĝ/‖∇C‖ = %.3e", eps, 1+deviation, deviation, first)
			if relative(deviation, first) > eps+1e-7/eps*1e-3 {
				t.Errorf("ε = %v: off by %v; to first order %v", eps, deviation, first)
			}
		}
		if curvature == 0 {
			t.Error("no curvature: the row shows nothing")
		}
	})

	t.Run("fails where ∇C = 0: η = ε/‖∇C‖ is undefined", func(t *testing.T) {
		net := New(LinearNeurons, 2, 1) // answers 0
		nabla, err := Gradient(net, Quadratic, []float64{1, 2}, []float64{0})
		if err != nil {
			t.Fatal(err)
		}
		eta := eps / math.Sqrt(inner(nabla, nabla))
		t.Logf("∇C = 0   η = %v   η∇C = %v", eta, eta*nabla.Biases[1][0])
		if !math.IsInf(eta, 1) || !math.IsNaN(eta*nabla.Biases[1][0]) {
			t.Errorf("η = %v", eta)
		}
	})

	t.Run("the text errs: it bounds |∇C·Δv|, whose least value is 0 and not −ε‖∇C‖", func(t *testing.T) {
		gradient := []float64{3, 4}
		across := []float64{-0.8 * eps, 0.6 * eps}
		t.Logf("Δv across ∇C: |∇C·Δv| = %.1g, and no absolute value is −ε‖∇C‖ = %v", math.Abs(dot(gradient, across)), -eps*norm(gradient))
		if math.Abs(dot(gradient, across)) > 1e-17 {
			t.Errorf("|∇C·Δv| = %v; want 0", math.Abs(dot(gradient, across)))
		}
	})
}

// Chapter 2

// layerOf returns the weights and biases of layer l in one slice.
func layerOf(net *Network, l int) []float64 {
	all := slices.Clone(net.Biases[l])
	for _, w := range net.Weights[l] {
		all = append(all, w...)
	}
	return all
}

// behind returns the part of net that follows layer l, a network whose input is
// a^l. It shares the weights of net.
func behind(net *Network, l int) *Network {
	part := New(net.Hidden, net.Sizes[l:]...)
	part.Output = net.Output
	copy(part.Weights[1:], net.Weights[l+1:])
	copy(part.Biases[1:], net.Biases[l+1:])
	return part
}

// Section 2.1. With δ^l = ∂C/∂z^l, the "error" of the neurons of layer l,
//
//	(BP1)  δ^L = ∇_a C ⊙ σ'(z^L)
//	(BP2)  δ^l = ((w^(l+1))ᵀ δ^(l+1)) ⊙ σ'(z^l)
//	(BP3)  ∂C/∂b^l_j = δ^l_j
//	(BP4)  ∂C/∂w^l_jk = a^(l−1)_k δ^l_j
//
// where for a softmax layer, in which a_j depends on all of z, σ' in (BP1) is
// the Jacobian. All are held against central differences of the cost.
func TestSection2_1(t *testing.T) {
	t.Log("Claim: BP1 to BP4 give the derivative of the cost by every weighted input, bias and weight.")
	const bound = 1e-6
	x := []float64{0.7, -1.2, 0, 2}
	sizes := []int{4, 5, 3, 4}
	L := len(sizes) - 1
	// worst prints and bounds, for each pairing, the worst that compare finds in
	// two gradients, one of a one-hot y and one of another.
	type compare func(net *Network, cost Cost, y []float64, z, a [][]float64, nabla *Network) float64
	worst := func(t *testing.T, what string, f compare) {
		for _, pair := range pairings {
			worst := 0.0
			for _, y := range [][]float64{{0, 0, 1, 0}, {0.2, 0.5, 0.1, 0.2}} {
				net := randomNetwork(21, pair.output, sizes...)
				z, a := net.Activations(x)
				nabla, err := Gradient(net, pair.cost, x, y)
				if err != nil {
					t.Fatal(err)
				}
				worst = max(worst, f(net, pair.cost, y, z, a, nabla))
			}
			atMost(t, fmt.Sprintf("%-36s", pair.name), what, worst, bound)
		}
	}
	// costFrom returns C as a function of z^l_j, all else of layer l being as it is.
	costFrom := func(net *Network, cost Cost, y, z []float64, l, j int) func(float64) float64 {
		return func(v float64) float64 {
			moved, a := slices.Clone(z), make([]float64, len(z))
			moved[j] = v
			net.Kind(l).Activate(a, moved)
			if l == L {
				return cost.Of(a, y)
			}
			return cost.Of(behind(net, l).FeedForward(a), y)
		}
	}
	errorOf := func(l int) compare {
		return func(net *Network, cost Cost, y []float64, z, _ [][]float64, nabla *Network) float64 {
			numeric := make([]float64, sizes[l])
			for j := range numeric {
				numeric[j] = derivative(costFrom(net, cost, y, z[l], l, j), z[l][j], 1e-5)
			}
			return apart(numeric, nabla.Biases[l])
		}
	}

	t.Run("BP1: the error of the output layer is ∂C by ∂z", func(t *testing.T) {
		worst(t, "‖numeric − δ‖/(‖numeric‖ + ‖δ‖)", errorOf(L))
	})

	t.Run("BP1 for a softmax layer: δ_j = Σ_k ∂C by ∂a_k · a_k(δ_kj − a_j), Kronecker's δ", func(t *testing.T) {
		net, y := randomNetwork(21, SoftmaxLayer, sizes...), []float64{0, 0, 1, 0}
		z, a := net.Activations(x)
		nabla, err := Gradient(net, Quadratic, x, y)
		if err != nil {
			t.Fatal(err)
		}
		for j := range y {
			withJacobian, diagonal := 0.0, (a[L][j]-y[j])*a[L][j]*(1-a[L][j])
			for k := range y {
				withJacobian += (a[L][k] - y[k]) * derivative(func(v float64) float64 {
					moved := slices.Clone(z[L])
					moved[j] = v
					Softmax(moved, moved)
					return moved[k]
				}, z[L][j], 1e-5)
			}
			t.Logf("j = %d   δ = %9.6f   with the Jacobian %9.6f   with its diagonal alone %9.6f", j, nabla.Biases[L][j], withJacobian, diagonal)
			if math.Abs(nabla.Biases[L][j]-withJacobian) > 1e-9 || math.Abs(diagonal-withJacobian) < 1e-4 {
				t.Errorf("δ = %v, with the Jacobian %v, with its diagonal %v", nabla.Biases[L][j], withJacobian, diagonal)
			}
		}
	})

	t.Run("BP2: the errors of the layers before are ∂C by ∂z", func(t *testing.T) {
		worst(t, "l = L − 1: ‖numeric − δ‖/(‖numeric‖ + ‖δ‖)", errorOf(L-1))
		worst(t, "l = L − 2: ‖numeric − δ‖/(‖numeric‖ + ‖δ‖)", errorOf(L-2))
	})

	t.Run("BP3: the derivative by a bias is the error of its neuron", func(t *testing.T) {
		worst(t, "worst layer: ‖∂C/∂b − δ‖/(…)", func(net *Network, cost Cost, y []float64, z, _ [][]float64, nabla *Network) float64 {
			numeric := numericGradient(net, cost, x, y)
			worst := 0.0
			for l := 1; l <= L; l++ {
				worst = max(worst, apart(numeric.Biases[l], nabla.Biases[l]))
			}
			return worst
		})
	})

	t.Run("BP4: the derivative by a weight is the activation before times the error behind", func(t *testing.T) {
		worst(t, "worst layer: ‖∂C/∂w − a δ‖/(…)", func(net *Network, cost Cost, y []float64, _, a [][]float64, nabla *Network) float64 {
			numeric := numericGradient(net, cost, x, y)
			worst := 0.0
			for l := 1; l <= L; l++ {
				var slopes, products []float64
				for j, w := range numeric.Weights[l] {
					for k := range w {
						slopes = append(slopes, w[k])
						products = append(products, a[l-1][k]*numeric.Biases[l][j])
					}
				}
				worst = max(worst, apart(slopes, products))
			}
			return worst
		})
	})

	t.Run("the whole gradient, in networks of 2 to 5 layers", func(t *testing.T) {
		for _, pair := range pairings {
			for _, sizes := range [][]int{{4, 3}, {4, 6, 3}, {4, 3, 5, 3}, {4, 5, 2, 4, 3}} {
				net := randomNetwork(5, pair.output, sizes...)
				y := []float64{0, 1, 0}
				nabla, err := Gradient(net, pair.cost, x, y)
				if err != nil {
					t.Fatal(err)
				}
				numeric := numericGradient(net, pair.cost, x, y)
				worst := 0.0
				for l := 1; l < len(sizes); l++ {
					worst = max(worst, apart(layerOf(numeric, l), layerOf(nabla, l)))
				}
				atMost(t, fmt.Sprintf("%-36s %-12s", pair.name, fmt.Sprint(sizes)), "worst layer: ‖numeric − exact‖/(…)", worst, bound)
			}
		}
	})

	t.Run("the text errs: a¹ is the input itself, not σ of anything", func(t *testing.T) {
		// z²_j = Σ w_jk σ(z¹_k) + b_j would need a z¹ with σ(z¹) = x, and σ never reaches
		// 0, 2 or −1.2. With z¹ = x it gives something else.
		net := randomNetwork(21, SigmoidNeurons, sizes...)
		z, _ := net.Activations(x)
		squashed := make([]float64, len(x))
		SigmoidNeurons.Activate(squashed, x)
		asPrinted, _ := net.Activations(squashed)
		t.Logf("z of the first neuron: %.4f; with σ applied to the input: %.4f", z[1][0], asPrinted[1][0])
		if want := dot(net.Weights[1][0], x) + net.Biases[1][0]; math.Abs(z[1][0]-want) > 1e-12 || math.Abs(asPrinted[1][0]-want) < 0.1 {
			t.Errorf("z = %v, with σ %v; want %v", z[1][0], asPrinted[1][0], want)
		}
	})

	t.Run("the text is silent: C must be a mean over examples of something that depends on a^L alone", func(t *testing.T) {
		// Then ∇C is the mean of the ∇C_x. A cost that is no mean, here the largest C_x, has
		// another gradient.
		net := randomNetwork(8, SigmoidNeurons, 4, 3)
		data := Examples{{[]float64{1, 0, 2, 1}, []float64{1, 0, 0}}, {[]float64{-1, 1, 0, 2}, []float64{0, 0, 1}}, {[]float64{2, 1, 1, 0}, []float64{0, 1, 0}}}
		costs := func() (mean, largest float64) {
			for _, e := range data {
				c := CrossEntropy.Of(net.FeedForward(e.X), e.Y)
				mean += c / float64(len(data))
				largest = max(largest, c)
			}
			return mean, largest
		}
		w := &net.Weights[1][0][0]
		at := func(v float64, f func()) {
			before := *w
			*w = v
			f()
			*w = before
		}
		ofMean := derivative(func(v float64) (c float64) { at(v, func() { c, _ = costs() }); return c }, *w, 1e-5)
		ofLargest := derivative(func(v float64) (c float64) { at(v, func() { _, c = costs() }); return c }, *w, 1e-5)
		meanOf := 0.0
		for _, e := range data {
			nabla, err := Gradient(net, CrossEntropy, e.X, e.Y)
			if err != nil {
				t.Fatal(err)
			}
			meanOf += nabla.Weights[1][0][0] / float64(len(data))
		}
		t.Logf("mean of the examples' ∂C_x/∂w = %.6f   C = their mean: ∂C/∂w = %.6f   C = the largest C_x, no mean: ∂C/∂w = %.6f", meanOf, ofMean, ofLargest)
		if math.Abs(meanOf-ofMean) > 1e-8 || math.Abs(meanOf-ofLargest) < 1e-3 {
			t.Errorf("∂C/∂w = %v, %v, %v", meanOf, ofMean, ofLargest)
		}
	})
}

// meanGradient returns the mean of the examples' gradients.
func meanGradient(t *testing.T, net *Network, cost Cost, data Examples, batch []int) *Network {
	t.Helper()
	mean := New(nil, net.Sizes...)
	for _, i := range batch {
		nabla, err := Gradient(net, cost, data[i].X, data[i].Y)
		if err != nil {
			t.Fatal(err)
		}
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

// Section 2.2. A step of gradient descent on a mini-batch of m examples is
//
//	w^l ← w^l − (η/m) Σ_x δ^l(x) (a^(l−1)(x))ᵀ,   b^l ← b^l − (η/m) Σ_x δ^l(x):
//
// −η times the mean of the examples' gradients. For a small η the cost of that
// mini-batch falls by η‖∇C‖²; that of the other examples may rise.
func TestSection2_2(t *testing.T) {
	t.Log("Claim: a step on a mini-batch goes −η times the mean of its examples' gradients, and lowers its cost by η‖∇C‖² to first order.")
	data := randomExamples(22, 12, 5, 3)
	all := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}
	net := randomNetwork(22, SigmoidNeurons, 5, 6, 4, 3)
	step := func(t *testing.T, eta float64, batch ...int) *Network {
		t.Helper()
		after := net.Clone()
		s := SGD{Cost: CrossEntropy, Eta: eta, BatchSize: len(batch)}
		if _, err := s.Step(after, data, batch); err != nil {
			t.Fatal(err)
		}
		return after
	}

	t.Run("one step, written out literally", func(t *testing.T) {
		for _, batch := range [][]int{{4}, {0, 7, 9}, all} {
			const eta = 0.3
			want := net.Clone()
			m := float64(len(batch))
			for _, i := range batch {
				_, a := net.Activations(data[i].X)
				nabla, err := Gradient(net, CrossEntropy, data[i].X, data[i].Y)
				if err != nil {
					t.Fatal(err)
				}
				delta := nabla.Biases
				for l := 1; l < len(net.Sizes); l++ {
					for j := range want.Weights[l] {
						want.Biases[l][j] -= eta / m * delta[l][j]
						for k := range want.Weights[l][j] {
							want.Weights[l][j][k] -= eta / m * delta[l][j] * a[l-1][k]
						}
					}
				}
			}
			atMost(t, fmt.Sprintf("m = %-3d", len(batch)), "largest difference of a weight", distance(step(t, eta, batch...), want), 1e-14)
		}
	})

	t.Run("m = 1 is online learning, m = n is gradient descent on the whole cost", func(t *testing.T) {
		for _, batch := range [][]int{{4}, all} {
			moved := step(t, 1, batch...)
			each(moved, net, func(p, q *float64) { *p -= *q }) // −∇C
			slope := New(nil, net.Sizes...)
			for _, i := range batch {
				numeric := numericGradient(net, CrossEntropy, data[i].X, data[i].Y)
				each(slope, numeric, func(p, q *float64) { *p -= *q / float64(len(batch)) })
			}
			atMost(t, fmt.Sprintf("m = %-3d", len(batch)), "step at η = 1 against −∇C by central differences", distance(moved, slope), 1e-8)
		}
	})

	t.Run("over a partition, gradients weighted by the sizes of the mini-batches add up to the whole one", func(t *testing.T) {
		whole := meanGradient(t, net, CrossEntropy, data, all)
		for _, partition := range [][][]int{{all[:4], all[4:8], all[8:]}, {all[:7], all[7:11], all[11:]}} {
			weighted, plain := New(nil, net.Sizes...), New(nil, net.Sizes...)
			sizes := ""
			for _, batch := range partition {
				nabla := step(t, 1, batch...)
				each(nabla, net, func(p, q *float64) { *p = *q - *p })
				each(weighted, nabla, func(p, q *float64) { *p += *q * float64(len(batch)) / float64(len(all)) })
				each(plain, nabla, func(p, q *float64) { *p += *q / float64(len(partition)) })
				sizes += fmt.Sprintf("%d ", len(batch))
			}
			atMost(t, "sizes "+sizes+"  weighted mean", "off by", distance(weighted, whole), 1e-14)
			off := distance(plain, whole)
			t.Logf("sizes %s  plain mean      off by = %-11.4g 0 only for equal sizes", sizes, off)
			if equal := len(partition[0]) == len(partition[2]); equal != (off < 1e-14) {
				t.Errorf("sizes %s: the plain mean is off by %v", sizes, off)
			}
		}
	})

	t.Run("the cost of the mini-batch falls by η‖∇C‖² to first order", func(t *testing.T) {
		batch := []int{2, 5, 6}
		nabla := meanGradient(t, net, CrossEntropy, data, batch)
		square := inner(nabla, nabla)
		before := meanCost(net, CrossEntropy, data, batch)
		for _, eta := range []float64{1e-2, 1e-3, 1e-4, 1e-5} {
			fall := before - meanCost(step(t, eta, batch...), CrossEntropy, data, batch)
			atMost(t, fmt.Sprintf("η = %-6.0e fall/(η‖∇C‖²) = %.7f", eta, fall/(eta*square)), "off by", math.Abs(fall/(eta*square)-1), 20*eta)
		}
	})

	t.Run("the cost of the whole set can rise all the same", func(t *testing.T) {
		// The same input with the desired outputs 1 once and 0 three times.
		contrary := Examples{{[]float64{1}, []float64{1}}, {[]float64{1}, []float64{0}}, {[]float64{1}, []float64{0}}, {[]float64{1}, []float64{0}}}
		net := New(SigmoidNeurons, 1, 1)
		net.Biases[1][0] = -math.Log(3) // answers 1/4, the best for all four
		before := meanCost(net, CrossEntropy, contrary, all[:4])
		mine := meanCost(net, CrossEntropy, contrary, all[:1])
		s := SGD{Cost: CrossEntropy, Eta: 0.1, BatchSize: 1}
		if _, err := s.Step(net, contrary, []int{0}); err != nil {
			t.Fatal(err)
		}
		after, mineAfter := meanCost(net, CrossEntropy, contrary, all[:4]), meanCost(net, CrossEntropy, contrary, all[:1])
		t.Logf("a step on the example y = 1: its own cost %.4f → %.4f; that of all four, y = 1, 0, 0, 0: %.4f → %.4f", mine, mineAfter, before, after)
		if !(mineAfter < mine && after > before) {
			t.Error("its own cost should fall and the whole one rise")
		}
	})

	t.Run("the text errs: its loops go over L − 1 ≤ l ≤ 2 and L ≤ l ≤ 2, where ≥ is meant", func(t *testing.T) {
		for L := 3; L <= 5; L++ { // the text's L counts the input
			backprop, descent, meantBackprop, meantDescent := 0, 0, 0, 0
			for l := 1; l <= L; l++ {
				if L-1 <= l && l <= 2 {
					backprop++
				}
				if L <= l && l <= 2 {
					descent++
				}
				if L-1 >= l && l >= 2 {
					meantBackprop++
				}
				if L >= l && l >= 2 {
					meantDescent++
				}
			}
			t.Logf("L = %d   layers that get an error: as printed %d, with ≥ %d   layers that are changed: as printed %d, with ≥ %d", L, backprop, meantBackprop, descent, meantDescent)
			if meantBackprop != L-2 || meantDescent != L-1 || (backprop == meantBackprop) != (L == 3) || descent != 0 {
				t.Errorf("L = %d: %d, %d, %d and %d layers", L, backprop, meantBackprop, descent, meantDescent)
			}
		}
	})
}

// Chapter 3

// mean31 returns the cost of (3.1), a mean over m examples of one output each.
func mean31(a, y []float64) float64 { return CrossEntropy.Of(a, y) / float64(len(y)) }

// Exercise 3.1. The cross-entropy C = −(1/m) Σ [y_i ln a_i + (1 − y_i) ln(1 − a_i)]
// is least at a = y. There ∂C/∂a_i = (1/m)(a_i − y_i)/(a_i(1 − a_i)) = 0; it is a
// minimum since ∂²C/∂a_i² = (1/m)[y_i/a_i² + (1 − y_i)/(1 − a_i)²] > 0, which the text
// leaves out; the least value is the mean of the binary entropies H(y_i); and what C exceeds
// it by is the mean Kullback-Leibler divergence of a from y, never negative.
func TestExercise3_1(t *testing.T) {
	t.Log("Claim: the cross-entropy is least at a = y, where it is the mean binary entropy of the y.")
	y := []float64{0.1, 0.5, 0.8, 0.95}
	m := float64(len(y))
	costAt := func(i int, v float64) float64 { // C where a = y but for a_i = v
		a := slices.Clone(y)
		a[i] = v
		return mean31(a, y)
	}

	t.Run("the derivative against central differences", func(t *testing.T) {
		grad := make([]float64, 1)
		for i := range y {
			for _, a := range []float64{0.05, 0.3, y[i], 0.9} {
				CrossEntropy.Gradient(grad, []float64{a}, y[i:i+1])
				exact := grad[0] / m
				numeric := derivative(func(v float64) float64 { return costAt(i, v) }, a, 1e-6)
				closed := (a - y[i]) / (a * (1 - a)) / m
				t.Logf("y = %-5v a = %-5v ∂C/∂a = %11.8f   central difference %11.8f", y[i], a, exact, numeric)
				if math.Abs(exact-numeric) > 1e-8 || math.Abs(exact-closed) > 1e-14 {
					t.Errorf("∂C/∂a = %v; by difference %v; by the text %v", exact, numeric, closed)
				}
			}
		}
	})

	t.Run("a = y is a minimum: no point of a grid around it is lower", func(t *testing.T) {
		least := mean31(y, y)
		points, lowest := 0, math.Inf(1)
		for corner := range 9 * 9 * 9 * 9 {
			a, away := slices.Clone(y), 0.0
			for i, rest := 0, corner; i < len(a); i, rest = i+1, rest/9 {
				a[i] += float64(rest%9-4) * 0.012
				away += (a[i] - y[i]) * (a[i] - y[i])
			}
			if away == 0 {
				continue
			}
			points++
			lowest = min(lowest, (mean31(a, y)-least)/away)
		}
		// by the second derivative, C exceeds its least value by ½ C″ away; 4/(2m) is the least of it
		t.Logf("C(a) − C(y) ≥ %.4f ‖a − y‖² at %d points; bound, half the least second derivative: %.4f", lowest, points, 4/(2*m)*0.99)
		if lowest < 4/(2*m)*0.99 {
			t.Errorf("C(a) − C(y) is only %v ‖a − y‖²", lowest)
		}
	})

	t.Run("the second derivative is positive, so that it is no maximum: the text leaves this out", func(t *testing.T) {
		for i := range y {
			const h = 1e-4
			numeric := (costAt(i, y[i]+h) - 2*costAt(i, y[i]) + costAt(i, y[i]-h)) / (h * h)
			closed := (y[i]/(y[i]*y[i]) + (1-y[i])/((1-y[i])*(1-y[i]))) / m
			t.Logf("y = %-5v C″ = %.6f   (1/m)[y/a² + (1−y)/(1−a)²] = %.6f", y[i], numeric, closed)
			if relative(numeric, closed) > 1e-4 || numeric <= 0 {
				t.Errorf("y = %v: C″ = %v; want %v", y[i], numeric, closed)
			}
		}
	})

	t.Run("the least value is the mean of H(y), and the excess the mean divergence", func(t *testing.T) {
		entropy := 0.0
		for _, y := range y {
			entropy -= (y*math.Log(y) + (1-y)*math.Log(1-y)) / m
		}
		t.Logf("C(y) = %.15f   mean H(y) = %.15f", mean31(y, y), entropy)
		if relative(mean31(y, y), entropy) > 1e-14 {
			t.Errorf("C(y) = %v; mean H(y) = %v", mean31(y, y), entropy)
		}
		rng := rand.New(rand.NewPCG(31, 0))
		for range 6 {
			a, divergence := make([]float64, len(y)), 0.0
			for i := range a {
				a[i] = 0.01 + 0.98*rng.Float64()
				divergence += (y[i]*math.Log(y[i]/a[i]) + (1-y[i])*math.Log((1-y[i])/(1-a[i]))) / m
			}
			t.Logf("a = %.2f   C(a) − C(y) = %.12f   mean divergence %.12f", a, mean31(a, y)-entropy, divergence)
			if divergence <= 0 || math.Abs(mean31(a, y)-entropy-divergence) > 1e-14 {
				t.Errorf("a = %v: excess %v, divergence %v", a, mean31(a, y)-entropy, divergence)
			}
		}
	})

	t.Run("the binary entropy, Figure 3.1: symmetric, concave, 0 at the ends, ln 2 in the middle", func(t *testing.T) {
		t.Logf("H(0) = %v, H(1) = %v, H(1/2) = %v, ln 2 = %v", BinaryEntropy(0), BinaryEntropy(1), BinaryEntropy(0.5), math.Ln2)
		if BinaryEntropy(0) != 0 || BinaryEntropy(1) != 0 || relative(BinaryEntropy(0.5), math.Ln2) > 1e-15 {
			t.Error("wrong at 0, 1/2 or 1")
		}
		for i := 1; i < 128; i++ {
			p, h := float64(i)/128, 1.0/128
			if relative(BinaryEntropy(p), BinaryEntropy(1-p)) > 1e-14 {
				t.Errorf("H(%v) ≠ H(1 − %v)", p, p)
			}
			if middle := (BinaryEntropy(p-h) + BinaryEntropy(p+h)) / 2; BinaryEntropy(p) <= middle {
				t.Errorf("H(%v) = %v is not above the chord, %v", p, BinaryEntropy(p), middle)
			}
		}
		// ∫ H = 1/2 from 0 to 1
		t.Logf("area below it = %.8f   closed form 1/2", integral(BinaryEntropy, 0, 1))
		if math.Abs(integral(BinaryEntropy, 0, 1)-0.5) > 1e-6 {
			t.Errorf("area %v; want 1/2", integral(BinaryEntropy, 0, 1))
		}
	})

	t.Run("stops at the ends: for y = 0 or 1 the derivative does not vanish at a = y", func(t *testing.T) {
		grad := make([]float64, 1)
		for _, test := range []struct{ y, toward, slope float64 }{{1, 1 - 1e-9, -1}, {0, 1e-9, 1}} {
			CrossEntropy.Gradient(grad, []float64{test.toward}, []float64{test.y})
			least := CrossEntropy.Of([]float64{test.y}, []float64{test.y})
			t.Logf("y = %v   ∂C/∂a → %.6f   C(a = y) = %v", test.y, grad[0], least)
			if math.Abs(grad[0]-test.slope) > 1e-8 || least != 0 {
				t.Errorf("y = %v: ∂C/∂a = %v, C = %v; want %v, 0", test.y, grad[0], least, test.slope)
			}
			CrossEntropy.Gradient(grad, []float64{0.25}, []float64{test.y})
			if grad[0]*test.slope <= 0 {
				t.Errorf("y = %v: at a = 1/4 the derivative is %v; it must lead to y", test.y, grad[0])
			}
		}
		for _, test := range []struct{ a, y float64 }{{0, 1}, {1, 0}} {
			c := CrossEntropy.Of([]float64{test.a}, []float64{test.y})
			t.Logf("a = %v, y = %v   C = %v", test.a, test.y, c)
			if !math.IsInf(c, 1) {
				t.Errorf("C = %v; want +Inf", c)
			}
		}
	})

	t.Run("stops at the ends: with σ(z) for a the minimum is approached and, but for rounding, never reached", func(t *testing.T) {
		before := math.Inf(1)
		for _, z := range []float64{1, 10, 36, 37, 100, 700} {
			fromA := CrossEntropy.Of([]float64{Sigmoid(z)}, []float64{1})
			fromZ := CrossEntropy.OfZ([]float64{z}, []float64{1})
			t.Logf("y = 1, z = %-4v C from σ(z) = %-10.4g C from z = %.4g", z, fromA, fromZ)
			if !(fromZ > 0 && fromZ < before) || (fromA == 0) != (z >= 37) {
				t.Errorf("z = %v: %v from σ(z), %v from z", z, fromA, fromZ)
			}
			before = fromZ
		}
	})

	t.Run("the text treats the a as free: one input with two labels cannot reach H(y) for both", func(t *testing.T) {
		labels, lowest := []float64{0, 1}, math.Inf(1)
		for i := 1; i < 1000; i++ {
			a := float64(i) / 1000
			lowest = min(lowest, mean31([]float64{a, a}, labels))
		}
		t.Logf("y = 0 and 1 for the same x: least C = %.6f at a = 1/2; mean H(y) = 0", lowest)
		if relative(lowest, math.Ln2) > 1e-12 {
			t.Errorf("least C = %v; want ln 2", lowest)
		}
	})
}

// integral returns the integral of f from a to b, by Simpson's rule on 2000
// pieces.
func integral(f func(float64) float64, a, b float64) float64 {
	const n = 2000
	h := (b - a) / n
	sum := f(a) + f(b)
	for i := 1; i < n; i++ {
		sum += f(a+float64(i)*h) * float64(2+2*(i%2))
	}
	return sum * h / 3
}

// Exercise 3.2. For a network of any depth with sigmoid outputs, the
// cross-entropy has
//
//	∂C/∂z^L_j = a_j − y_j,   ∂C/∂w^L_jk = (1/n) Σ_x a^(L−1)_k (a_j − y_j);
//
// with the quadratic cost ½ Σ_j (y_j − a_j)² the factor σ'(z_j) comes in, inside the
// sum over x. That is what makes a badly wrong, saturated neuron slow.
func TestExercise3_2(t *testing.T) {
	t.Log("Claim: at sigmoid outputs the cross-entropy has ∂C/∂z = a − y; the quadratic cost has (a − y) σ'(z), and learns slowly where σ' is small.")
	data := randomExamples(32, 4, 5, 3)
	L := 3
	net := randomNetwork(32, SigmoidNeurons, 5, 4, 6, 3)

	t.Run("∂C by ∂z for one example, cross-entropy and quadratic", func(t *testing.T) {
		for i, e := range data {
			z, a := net.Activations(e.X)
			for j := range e.Y {
				at := func(cost Cost) float64 {
					return derivative(func(v float64) float64 {
						return cost.Of([]float64{Sigmoid(v)}, e.Y[j:j+1])
					}, z[L][j], 1e-5)
				}
				delta := a[L][j] - e.Y[j]
				t.Logf("x %d, output %d   cross-entropy %9.6f, a − y = %9.6f   quadratic %9.6f, (a − y) σ' = %9.6f", i, j, at(CrossEntropy), delta, at(Quadratic), delta*SigmoidPrime(z[L][j]))
				if math.Abs(at(CrossEntropy)-delta) > 1e-9 || math.Abs(at(Quadratic)-delta*SigmoidPrime(z[L][j])) > 1e-9 {
					t.Errorf("central differences %v and %v", at(CrossEntropy), at(Quadratic))
				}
			}
		}
	})

	t.Run("∂C by ∂w for n examples, cross-entropy and quadratic", func(t *testing.T) {
		n := float64(len(data))
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
			var byDifference, byFormula, byGradient []float64
			for j := range closed.Weights[L] {
				byDifference = append(byDifference, numeric.Weights[L][j]...)
				byFormula = append(byFormula, closed.Weights[L][j]...)
				byGradient = append(byGradient, exact.Weights[L][j]...)
			}
			atMost(t, fmt.Sprintf("%-16v formula against central differences", cost), "apart", apart(byFormula, byDifference), 1e-8)
			atMost(t, fmt.Sprintf("%-16v Gradient against central differences", cost), "apart", apart(byGradient, byDifference), 1e-8)
		}
	})

	t.Run("σ' belongs inside the sum over x: outside, no value of it fits", func(t *testing.T) {
		// One weight into a sigmoid neuron, two examples on which σ' differs.
		z, y, a := []float64{0, 3}, []float64{1, 0}, 1.0
		inside, outside := 0.0, 0.0
		for i := range z {
			inside += a * (Sigmoid(z[i]) - y[i]) * SigmoidPrime(z[i]) / 2
			outside += a * (Sigmoid(z[i]) - y[i]) / 2
		}
		t.Logf("(1/n) Σ a(a − y)σ' = %.6f; (1/n) Σ a(a − y) = %.6f: the signs differ, and σ' > 0", inside, outside)
		if inside*outside >= 0 {
			t.Errorf("%v and %v have one sign", inside, outside)
		}
	})

	t.Run("a neuron that is badly wrong and saturated: z = 10, y = 0", func(t *testing.T) {
		one := func() *Network {
			net := New(SigmoidNeurons, 1, 1)
			net.Biases[1][0] = 10
			return net
		}
		var delta [2]float64
		for i, cost := range []Cost{CrossEntropy, Quadratic} {
			nabla, err := Gradient(one(), cost, []float64{0}, []float64{0})
			if err != nil {
				t.Fatal(err)
			}
			delta[i] = nabla.Biases[1][0]
		}
		want := math.Exp(10) + 2 + math.Exp(-10)
		t.Logf("error: cross-entropy %.5f, quadratic %.4g, ratio %.6f   e^10 + 2 + e^−10 = %.6f", delta[0], delta[1], delta[0]/delta[1], want)
		if relative(delta[0]/delta[1], want) > 1e-12 {
			t.Errorf("ratio %v; want %v", delta[0]/delta[1], want)
		}

		const eta = 0.1
		steps := func(cost Cost) (n int) { // until a ≤ 1/2; the input is 0, so that only b moves
			net := one()
			s := SGD{Cost: cost, Eta: eta, BatchSize: 1}
			var data Data = Examples{{[]float64{0}, []float64{0}}}
			batch := []int{0}
			for ; net.Biases[1][0] > 0; n++ {
				if _, err := s.Step(net, data, batch); err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		slow, fast := steps(Quadratic), steps(CrossEntropy)
		ratio, limit := float64(slow)/float64(fast), (math.Exp(10)+32.5)/(11-math.Exp(-10))
		t.Logf("steps to a = 1/2 with η = %v: cross-entropy %d, quadratic %d, ratio %.0f   limit for η → 0, (e^10 + 32.5)/(11 − e^−10) = %.0f", eta, fast, slow, ratio, limit)
		if relative(ratio, limit) > 0.01 {
			t.Errorf("ratio %v; want %v", ratio, limit)
		}
	})

	t.Run("the text errs: a^L_j is σ(z^L_j), not the weighted input itself", func(t *testing.T) {
		z, a := net.Activations(data[0].X)
		t.Logf("z = %.4f, a = %.4f", z[L], a[L])
		for j := range a[L] {
			sum := dot(net.Weights[L][j], a[L-1]) + net.Biases[L][j]
			if math.Abs(a[L][j]-sum) < 1e-3 || math.Abs(math.Log(a[L][j]/(1-a[L][j]))-sum) > 1e-9 {
				t.Errorf("output %d: a = %v, weighted input %v", j, a[L][j], sum)
			}
		}
	})

	t.Run("the text errs: the quadratic cost of several outputs is a sum over them", func(t *testing.T) {
		a, y := []float64{0.5, 0.25}, []float64{1, 0}
		single := (y[0] - a[0]) * (y[0] - a[0]) / 2
		t.Logf("C of two outputs = %v; ½(y − a)² of the first = %v", Quadratic.Of(a, y), single)
		if got := Quadratic.Of(a, y); got != 0.15625 || got == single {
			t.Errorf("C = %v; want 0.15625", got)
		}
	})
}

// Section 3.1.1. Ask for a cost for which a single neuron has
// ∂C/∂w_j = x_j(a − y) (3.1) and ∂C/∂b = a − y (3.2), without σ'. Then
//
//	∂C/∂a = (a − y)/(a(1 − a)) = 1/(1−a) − y(1/(1−a) + 1/a)   from (3.3),
//
// and by integration C = −[y ln a + (1−y) ln(1−a)] + a constant, which may depend
// on y: the cross-entropy.
func TestSection3_1_1(t *testing.T) {
	t.Log("Claim: from ∂C/∂w_j = x_j(a − y) and ∂C/∂b = a − y follows the cross-entropy, up to a constant.")
	x := []float64{0.5, -2, 0, 3}
	neuron := randomNetwork(311, SigmoidNeurons, 4, 1)

	for _, y := range []float64{0, 0.3, 1} {
		t.Run(fmt.Sprintf("(3.1), (3.2) for a single neuron, y = %v", y), func(t *testing.T) {
			a := neuron.FeedForward(x)[0]
			numeric := numericGradient(neuron, CrossEntropy, x, []float64{y})
			for j := range x {
				slope := numeric.Weights[1][0][j]
				t.Logf("x_j = %-5v ∂C/∂w = %12.8f   x_j(a − y) = %12.8f", x[j], slope, x[j]*(a-y))
				if math.Abs(slope-x[j]*(a-y)) > 1e-8 {
					t.Errorf("∂C/∂w_%d = %v; want %v", j, slope, x[j]*(a-y))
				}
			}
			slope := numeric.Biases[1][0]
			t.Logf("            ∂C/∂b = %12.8f       a − y = %12.8f", slope, a-y)
			if math.Abs(slope-(a-y)) > 1e-8 {
				t.Errorf("∂C/∂b = %v; want %v", slope, a-y)
			}
		})

		t.Run(fmt.Sprintf("the partial fractions are ∂C by ∂a, y = %v", y), func(t *testing.T) {
			grad := make([]float64, 1)
			for _, a := range []float64{0.001, 0.2, 0.5, 0.9} {
				CrossEntropy.Gradient(grad, []float64{a}, []float64{y})
				fractions := 1/(1-a) - y*(1/(1-a)+1/a)
				// (3.3): ∂C/∂b = ∂C/∂a · a(1 − a)
				t.Logf("a = %-5v (a − y)/(a(1−a)) = %12.6f   fractions %12.6f   times a(1−a) = %9.6f = a − y", a, grad[0], fractions, grad[0]*a*(1-a))
				if relative(grad[0], fractions) > 1e-12 || math.Abs(grad[0]*a*(1-a)-(a-y)) > 1e-14 {
					t.Errorf("a = %v: %v, %v", a, grad[0], fractions)
				}
			}
		})

		t.Run(fmt.Sprintf("the integral from one a to another is the difference of the costs, y = %v", y), func(t *testing.T) {
			for _, ends := range [][2]float64{{0.1, 0.9}, {0.5, 0.2}, {0.3, 0.99}} {
				area := integral(func(a float64) float64 { return (a - y) / (a * (1 - a)) }, ends[0], ends[1])
				difference := CrossEntropy.Of(ends[1:], []float64{y}) - CrossEntropy.Of(ends[:1], []float64{y})
				t.Logf("integral from a = %-4v to %-4v = %11.8f   C(%v) − C(%v) = %11.8f", ends[0], ends[1], area, ends[1], ends[0], difference)
				if math.Abs(area-difference) > 1e-7 {
					t.Errorf("integral %v, difference %v", area, difference)
				}
			}
		})
	}

	t.Run("no cost removes the factor x_j: z depends on w_j only through x_j w_j", func(t *testing.T) {
		// Whatever the cost, ∂C/∂w_j = x_j ∂C/∂b; a cost of a alone cannot know x_j.
		for _, pair := range pairings[:2] {
			numeric := numericGradient(neuron, pair.cost, x, []float64{1})
			for j := range x {
				slope, factor := numeric.Weights[1][0][j], numeric.Biases[1][0]
				t.Logf("%-36s x_j = %-5v ∂C/∂w = %11.8f   x_j ∂C/∂b = %11.8f", pair.name, x[j], slope, x[j]*factor)
				if math.Abs(slope-x[j]*factor) > 1e-8 || factor == 0 {
					t.Errorf("∂C/∂w_%d = %v; want %v", j, slope, x[j]*factor)
				}
			}
		}
	})
}

// Section 3.2. A softmax layer, a_j = e^(z_j)/Σ e^(z_i), with the cost C = −ln a_r,
// r the true class, has
//
//	∂C/∂b_r = a_r − 1 (3.4),  ∂C/∂b_j = a_j for j ≠ r (3.5),  together a_j − y_j (3.6),
//	∂C/∂w_jk = a^(L−1)_k (a_j − y_j) (3.7).
//
// The outputs are shares: not negative, with sum 1, the same if a constant is
// added to every z, and right for z of any size.
func TestSection3_2(t *testing.T) {
	t.Log("Claim: softmax with C = −ln a_r has ∂C/∂b_j = a_j − y_j and ∂C/∂w_jk = a_k(a_j − y_j); its outputs are shares of 1, for z of any size.")
	x := []float64{1, -0.5, 2}
	net := randomNetwork(320, SoftmaxLayer, 3, 5, 4)
	L := 2
	_, a := net.Activations(x)
	// classes calls f for every true class r with the gradient by central differences,
	// which must also be what Gradient returns.
	classes := func(t *testing.T, f func(r int, y []float64, numeric *Network)) {
		for r := range 4 {
			y := make([]float64, 4)
			y[r] = 1
			numeric := numericGradient(net, LogLikelihood, x, y)
			exact, err := Gradient(net, LogLikelihood, x, y)
			if err != nil {
				t.Fatal(err)
			}
			if d := distance(numeric, exact); d > 1e-8 {
				t.Errorf("Gradient is off by %v", d)
			}
			f(r, y, numeric)
		}
	}
	t.Run("(3.4) the bias of the true class: a_r − 1", func(t *testing.T) {
		classes(t, func(r int, y []float64, numeric *Network) {
			slope := numeric.Biases[L][r]
			t.Logf("r = %d   ∂C/∂b_r = %11.8f   a_r − 1 = %11.8f", r, slope, a[L][r]-1)
			if math.Abs(slope-(a[L][r]-1)) > 1e-9 {
				t.Errorf("∂C/∂b_r = %v; want %v", slope, a[L][r]-1)
			}
		})
	})
	t.Run("(3.5) the biases of the others: a_j", func(t *testing.T) {
		classes(t, func(r int, y []float64, numeric *Network) {
			for j, slope := range numeric.Biases[L] {
				if j == r {
					continue
				}
				t.Logf("r = %d   j = %d   ∂C/∂b_j = %11.8f   a_j = %11.8f", r, j, slope, a[L][j])
				if math.Abs(slope-a[L][j]) > 1e-9 {
					t.Errorf("∂C/∂b_%d = %v; want %v", j, slope, a[L][j])
				}
			}
		})
	})
	t.Run("(3.6) both at once: a_j − y_j", func(t *testing.T) {
		classes(t, func(r int, y []float64, numeric *Network) {
			worst := 0.0
			for j, slope := range numeric.Biases[L] {
				worst = max(worst, math.Abs(slope-(a[L][j]-y[j])))
			}
			atMost(t, fmt.Sprintf("r = %d", r), "largest |∂C/∂b_j − (a_j − y_j)|", worst, 1e-9)
		})
	})
	t.Run("(3.7) the weights: a_k(a_j − y_j)", func(t *testing.T) {
		classes(t, func(r int, y []float64, numeric *Network) {
			worst := 0.0
			for j, w := range numeric.Weights[L] {
				for k, slope := range w {
					worst = max(worst, math.Abs(slope-a[L-1][k]*(a[L][j]-y[j])))
				}
			}
			atMost(t, fmt.Sprintf("r = %d", r), "largest |∂C/∂w_jk − a_k(a_j − y_j)|", worst, 1e-9)
		})
	})

	t.Run("the text errs: y ∈ {0,1}^J is not enough, exactly one y_j must be 1", func(t *testing.T) {
		y := []float64{1, 0, 1, 0}
		numeric := numericGradient(net, LogLikelihood, x, y).Biases[L]
		for j, slope := range numeric {
			t.Logf("y_j = %v   ∂C/∂b_j = %11.8f   a_j − y_j = %11.8f   2a_j − y_j = %11.8f", y[j], slope, a[L][j]-y[j], 2*a[L][j]-y[j])
			if math.Abs(slope-(2*a[L][j]-y[j])) > 1e-9 || math.Abs(slope-(a[L][j]-y[j])) < 1e-3 {
				t.Errorf("∂C/∂b_%d = %v; want 2a − y = %v", j, slope, 2*a[L][j]-y[j])
			}
		}
	})

	t.Run("the outputs are not negative, sum to 1, and feel a constant only by its rounding", func(t *testing.T) {
		rng := rand.New(rand.NewPCG(32, 1))
		for _, constant := range []float64{0, 1, -1000, 1e6, 1e12} {
			worst, off := 0.0, 0.0
			for range 100 {
				z, moved := make([]float64, 6), make([]float64, 6)
				for j := range z {
					z[j] = 5 * rng.NormFloat64()
					moved[j] = z[j] + constant
				}
				Softmax(z, z)
				Softmax(moved, moved)
				sum := 0.0
				for j := range z {
					sum += moved[j]
					worst = max(worst, math.Abs(moved[j]-z[j]))
					if !(moved[j] > 0) {
						t.Errorf("a_%d = %v", j, moved[j])
					}
				}
				off = max(off, math.Abs(sum-1))
			}
			// z + constant is rounded to |constant|·2⁻⁵², and a moves by at most half of that
			atMost(t, fmt.Sprintf("constant %-6g |Σ a − 1| ≤ %.1e", constant, off), "largest change of an a_j", worst, math.Abs(constant)*0x1p-52+1e-15)
			if off > 1e-15 {
				t.Errorf("the sum is off by %v", off)
			}
		}
	})

	t.Run("positive until e^(z_j − max z) underflows, near −745", func(t *testing.T) {
		for _, z := range []float64{-700, -745, -746, -1000} {
			a := []float64{0, z}
			Softmax(a, a)
			t.Logf("z = (0, %v)   a = %v", z, a)
			if zero := a[1] == 0; zero != (z <= -746) || a[0] != 1 {
				t.Errorf("z = %v: a = %v", z, a)
			}
		}
	})

	t.Run("finite and right at z = ±1000, where e^z is not", func(t *testing.T) {
		for _, z := range [][]float64{{1000, 1000 + math.Ln2}, {-1000, -1000 + math.Ln2}, {1000, -1000}} {
			a := make([]float64, 2)
			Softmax(a, z)
			want := Sigmoid(z[0] - z[1]) // two outputs share as a sigmoid of their difference
			t.Logf("z = %.4f   e^z = (%.3g, %.3g)   a = %.15g   σ(z_0 − z_1) = %.15g", z, math.Exp(z[0]), math.Exp(z[1]), a, want)
			if math.Abs(a[0]-want) > 1e-13 {
				t.Errorf("a_0 = %v; want %v", a[0], want)
			}
		}
	})

	t.Run("as a function of z, C is finite where a_r underflows and C from a is infinite", func(t *testing.T) {
		y := []float64{0, 1}
		for _, z := range []float64{-10, -700, -800, -1e5} {
			a := []float64{0, z}
			Softmax(a, a)
			fromA, fromZ := LogLikelihood.Of(a, y), LogLikelihood.OfZ([]float64{0, z}, y)
			t.Logf("z_r = %-8v a_r = %-10.3g C from a = %-10.5g C from z = %.5g", z, a[1], fromA, fromZ)
			if math.IsInf(fromA, 1) != (z <= -800) || relative(fromZ, -z) > 1e-5 {
				t.Errorf("z_r = %v: C from a %v, from z %v", z, fromA, fromZ)
			}
		}
	})
}

// Exercise 3.3. With a_j = e^(c z_j)/Σ e^(c z_i) and one largest z_r, all goes to
// a_r as c → ∞: 1 − a_r ≤ (J − 1) e^(−cΔ), Δ the gap to the next. The limit
// is the maximum, 1 for the largest and 0 for the others; c = 1 is a softened version of
// it, hence the name; at c → 0 all share alike. If M of the z_j are the largest, each
// of these tends to 1/M, which the text leaves out.
func TestExercise3_3(t *testing.T) {
	t.Log("Claim: as c → ∞, softmax of cz goes to 1 at the largest z and 0 elsewhere, as fast as e^(−cΔ): hence \"soft\" max.")
	// rest returns 1 − a_r as the sum of the others; by subtraction it loses its digits.
	rest := func(a []float64, r int) (sum float64) {
		for j := range a {
			if j != r {
				sum += a[j]
			}
		}
		return sum
	}

	t.Run("1 − a_r falls as e^(−cΔ): z = (1, 3, −2, 2), J = 4, Δ = 1", func(t *testing.T) {
		z := []float64{1, 3, -2, 2}
		a := make([]float64, len(z))
		for _, c := range []float64{0.25, 1, 4, 16, 64, 256} {
			SoftmaxC(a, z, c)
			bound := 3 * math.Exp(-c)
			atMost(t, fmt.Sprintf("c = %-5v", c), "1 − a_r", rest(a, 1), bound)
			if least := math.Exp(-c) / 4; rest(a, 1) < least {
				t.Errorf("c = %v: 1 − a_r = %v; at least e^(−cΔ)/J = %v", c, rest(a, 1), least)
			}
		}
	})

	t.Run("1 − a_r ≤ (J − 1) e^(−cΔ), and the order of a is the order of z, for 1000 random z", func(t *testing.T) {
		rng := rand.New(rand.NewPCG(33, 0))
		bySum, bySubtraction, disorder, nearest := 0, 0, 0, 0.0
		for range 1000 {
			z := make([]float64, 2+rng.IntN(9))
			for j := range z {
				z[j] = 3 * rng.NormFloat64()
			}
			c := math.Exp(rng.Float64()*8 - 4)
			a := make([]float64, len(z))
			SoftmaxC(a, z, c)
			r := Argmax(z)
			gap := math.Inf(1)
			for j := range z {
				if j != r {
					gap = min(gap, z[r]-z[j])
				}
				for i := range z {
					if z[i] < z[j] && a[i] > a[j] {
						disorder++
					}
				}
			}
			bound := float64(len(z)-1) * math.Exp(-c*gap)
			if rest(a, r) > bound*(1+1e-14) {
				bySum++
			}
			if 1-a[r] > bound*(1+1e-14) {
				bySubtraction++
			}
			if bound > 0 {
				nearest = max(nearest, rest(a, r)/bound)
			}
		}
		t.Logf("bound broken %d times (1 − a_r reaches %.3f of it at most); a_j out of order %d times", bySum, nearest, disorder)
		t.Logf("with 1 − a_r by subtraction it would be broken %d times: rounding, not mathematics", bySubtraction)
		if bySum > 0 || disorder > 0 || bySubtraction == 0 {
			t.Errorf("broken %d times, out of order %d times, by subtraction %d times", bySum, disorder, bySubtraction)
		}
	})

	t.Run("c → 0: every output tends to 1/J", func(t *testing.T) {
		z := []float64{1, 3, -2, 2}
		a := make([]float64, len(z))
		for _, c := range []float64{1, 0.1, 0.01, 1e-8, 0} {
			SoftmaxC(a, z, c)
			worst := 0.0
			for j := range a {
				worst = max(worst, math.Abs(a[j]-0.25))
			}
			atMost(t, fmt.Sprintf("c = %-6v", c), "largest |a_j − 1/J|", worst, c*5*0.25+1e-16) // 5 is max z − min z
		}
	})

	t.Run("c = 1 is softmax", func(t *testing.T) {
		z := []float64{0.5, -1, 2}
		a, b := make([]float64, 3), make([]float64, 3)
		SoftmaxC(a, z, 1)
		Softmax(b, z)
		e := []float64{math.Exp(0.5), math.Exp(-1), math.Exp(2)}
		for j := range z {
			want := e[j] / (e[0] + e[1] + e[2])
			t.Logf("z_j = %-4v a_j = %.15f   e^z_j/Σ = %.15f", z[j], a[j], want)
			if relative(a[j], want) > 1e-15 || a[j] != b[j] {
				t.Errorf("a_%d = %v; want %v; Softmax gives %v", j, a[j], want, b[j])
			}
		}
	})

	t.Run("no overflow for any finite c and z", func(t *testing.T) {
		for _, test := range []struct {
			c float64
			z []float64
		}{
			{1e308, []float64{1, 2, -3}},
			{1, []float64{math.MaxFloat64, -math.MaxFloat64, 0}},
			{math.MaxFloat64, []float64{math.MaxFloat64, -math.MaxFloat64, 0}},
			{5e-324, []float64{math.MaxFloat64, -math.MaxFloat64, 0}},
		} {
			a := make([]float64, 3)
			SoftmaxC(a, test.z, test.c)
			sum := a[0] + a[1] + a[2]
			t.Logf("c = %-9.3g z = %.3g   a = %.3g", test.c, test.z, a)
			if math.Abs(sum-1) > 1e-15 || Argmax(a) != Argmax(test.z) && test.c > 1e-300 {
				t.Errorf("c = %v, z = %v: a = %v", test.c, test.z, a)
			}
		}
	})

	t.Run("the text leaves out ties: each of the M largest tends to 1/M", func(t *testing.T) {
		for _, test := range []struct {
			z []float64
			m int
		}{{[]float64{2, 2, 1}, 2}, {[]float64{5, -1, 5, 5}, 3}, {[]float64{7, 7, 7, 7}, 4}} {
			for _, c := range []float64{1, 10, 100} {
				a := make([]float64, len(test.z))
				SoftmaxC(a, test.z, c)
				atMost(t, fmt.Sprintf("z = %-11s c = %-4v a_r = %.6f", fmt.Sprint(test.z), c, a[0]), "|a_r − 1/M|", math.Abs(a[0]-1/float64(test.m)), math.Exp(-c)+1e-16)
			}
		}
	})

	t.Run("fails in floating point: rounding makes ties where z differ too little", func(t *testing.T) {
		z := []float64{1, 1 + 0x1p-52}
		a := make([]float64, 2)
		SoftmaxC(a, z, 0.1)
		t.Logf("z_1 − z_0 = %.3g, c = 0.1: a = %v", z[1]-z[0], a)
		if a[0] != a[1] {
			t.Errorf("a = %v", a)
		}
	})
}

// What the tests share.

// pairings are the kinds of output layer and the costs that train them.
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

// randomNetwork returns a network of sigmoid neurons and the given outputs,
// with weights and biases from N(0, 1). If these are perceptrons, all are.
func randomNetwork(seed uint64, output Activation, sizes ...int) *Network {
	net := New(SigmoidNeurons, sizes...)
	net.Output = output
	if output == Perceptrons {
		net.Hidden = Perceptrons
	}
	net.InitLarge(seed)
	return net
}

// randomExamples returns n examples: inputs from N(0, 1), of which about a third are
// 0 as paper is, and one desired output of 1, the others 0.
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

// each calls visit with every weight and bias of net, and the one at the same
// place of another network of its shape.
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

// distance returns the largest difference between a weight or bias of one
// network and that of the other, divided by 1 or the larger of the two.
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

// derivative returns f'(x) by a central difference, (f(x + h) − f(x − h))/2h. It is
// off by about h²/6 times f‴(x), and by rounding.
func derivative(f func(float64) float64, x, h float64) float64 {
	return (f(x+h) - f(x-h)) / (2 * h)
}

// differences returns the derivatives of f by every weight and bias, by central
// differences of step h, in the shape of the network.
func differences(net *Network, h float64, f func(*Network) float64) *Network {
	nabla, moved := New(nil, net.Sizes...), net.Clone()
	each(moved, nabla, func(p, slope *float64) {
		old := *p
		*slope = derivative(func(v float64) float64 { *p = v; return f(moved) }, old, h)
		*p = old
	})
	return nabla
}

// numericGradient returns ∇C for one example by central differences. It knows
// nothing of backpropagation.
func numericGradient(net *Network, cost Cost, x, y []float64) *Network {
	return differences(net, 1e-5, func(net *Network) float64 { return cost.Of(net.FeedForward(x), y) })
}

// apart returns ‖u − v‖/(‖u‖ + ‖v‖), from 0 to 1.
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

func norm(v []float64) float64 { return math.Sqrt(dot(v, v)) }

// relative returns the difference of two numbers by the larger one, +Inf where that is
// no number, so that no bound lets it pass.
func relative(x, y float64) float64 {
	if x == y {
		return 0
	}
	if r := math.Abs(x-y) / max(math.Abs(x), math.Abs(y)); !math.IsNaN(r) {
		return r
	}
	return math.Inf(1)
}

// atMost prints a measured number beside its bound and fails if it exceeds it.
func atMost(t *testing.T, row, what string, measured, bound float64) {
	t.Helper()
	t.Logf("%s   %s = %-11.4g bound %.4g", row, what, measured, bound)
	if !(measured <= bound) {
		t.Errorf("%s: %s = %v; it must be at most %v", row, what, measured, bound)
	}
}

// between is atMost with a bound on either side.
func between(t *testing.T, row, what string, low, measured, high float64) {
	t.Helper()
	t.Logf("%s   %.5g < %s = %.5g < %.5g", row, low, what, measured, high)
	if !(low < measured && measured < high) {
		t.Errorf("%s: %s = %v; it must be between %v and %v", row, what, measured, low, high)
	}
}

// inner returns the inner product of two gradients: the sum of the products of
// all their components.
func inner(p, q *Network) float64 {
	sum := 0.0
	each(p, q, func(x, y *float64) { sum += *x * *y })
	return sum
}

// trained returns a network that reads digits, and digits to test it on: of
// MNIST where MNIST_DIR is set, drawn ones otherwise.
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
